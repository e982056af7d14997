//! A desk with a handler, and what a caller says: what the tests of the desk begin with.

use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, NewPerson};
use domain::check::{Service, Technology};
use domain::complaint::{Channel, Intake, Matter, UpstreamNumber};
use domain::person::{Role, Viewer, Who};
use domain::place::{Datum, GivenPoint, Place, Setting};
use domain::time::Timestamp;
use store::testing::{Engine, fresh_location};

/// When it happens.
pub fn now() -> Timestamp {
    "2026-03-04T01:15:00Z".parse().expect("an instant")
}

/// A desk with a handler, on a fresh store of that engine; nothing where PostgreSQL is switched off.
pub async fn desk(engine: Engine) -> Option<(Arc<Desk>, Viewer, impl Sized)> {
    let (location, place) = fresh_location(engine).await?;
    let desk = Desk::open(&location, Arc::new(HandClock::at(now()))).await.expect("the desk opens");
    let handler = NewPerson {
        sign_in: "handler".into(),
        name: "李敏".into(),
        role: Role::Handler,
        department: "网优中心".into(),
        organisation: None,
        password: "a good password".into(),
    };
    let person = desk.add_person(&desk.house(), handler).await.expect("stored").expect("a valid person");
    let viewer = Viewer { branch: desk.store().branch(), who: Who::Person(person) };
    Some((desk, viewer, place))
}

/// A call about weak signal at home.
pub fn intake(number: Option<&str>, submission: Option<&str>) -> Intake {
    Intake {
        matter: Matter {
            title: "室内信号弱".into(),
            description: "在家里打电话总是断线，要求处理".into(),
            phenomenon: "移动业务→网络质量".into(),
            channel: Channel::Phone,
            level: String::new(),
            service: Service::Voice,
            technology: Some(Technology::Lte),
            occurred: None,
            complained: now(),
            serving_cell: None,
            wanted_by: None,
        },
        place: Place {
            point: Some(GivenPoint::new(104.06, 30.65, Datum::Wgs84).expect("a place")),
            precision_metres: Some(50.0),
            setting: Setting::Indoor,
            address: "示例区示例路12号".into(),
        },
        phone: Some("19900001234".parse().expect("a phone")),
        customer: Some("王小明".into()),
        upstream: number.map(|number| UpstreamNumber { client: "branch".into(), number: number.into() }),
        submission: submission.map(Into::into),
        flow: None,
        grade: None,
        document: None,
    }
}
