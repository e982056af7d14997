//! A desk, its people, and what a caller says: what the tests of the desk begin with.

use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, NewPerson};
use domain::check::{Service, Technology};
use domain::complaint::{Channel, Intake, Matter, UpstreamNumber};
use domain::person::{Role, Viewer, Who};
use domain::place::{Datum, GivenPoint, Place, Setting};
use domain::time::Timestamp;
use store::Location;
use store::testing::{Engine, fresh_location};

/// When it happens.
pub fn now() -> Timestamp {
    "2026-03-04T01:15:00Z".parse().expect("an instant")
}

/// A desk whose clock stands at that instant.
pub async fn open(location: &Location, at: Timestamp) -> Arc<Desk> {
    Desk::open(location, Arc::new(HandClock::at(at))).await.expect("the desk opens")
}

/// Somebody of that role, called as they sign in.
pub fn somebody(sign_in: &str, role: Role) -> NewPerson {
    NewPerson {
        sign_in: sign_in.into(),
        name: sign_in.into(),
        role,
        department: "网优中心".into(),
        organisation: (role == Role::Contractor).then(|| "维护甲".to_owned()),
        password: "a good password".into(),
    }
}

/// Enters a person, who then looks.
pub async fn enter(desk: &Desk, new: NewPerson) -> Viewer {
    let person = desk.add_person(&desk.house(), new).await.expect("stored").expect("a valid person");
    Viewer { branch: desk.store().branch(), who: Who::Person(person) }
}

/// A desk with a handler, on a fresh store of that engine; nothing where PostgreSQL is switched off.
pub async fn desk(engine: Engine) -> Option<(Arc<Desk>, Viewer, impl Sized)> {
    let (location, place) = fresh_location(engine).await?;
    let desk = open(&location, now()).await;
    let viewer = enter(&desk, NewPerson { name: "李敏".into(), ..somebody("handler", Role::Handler) }).await;
    Some((desk, viewer, place))
}

/// A call that says no more than its words.
pub fn call(text: &str) -> Intake {
    Intake {
        matter: Matter {
            title: String::new(),
            description: text.into(),
            phenomenon: String::new(),
            channel: Channel::Phone,
            level: String::new(),
            service: Service::Voice,
            technology: None,
            occurred: None,
            complained: now(),
            serving_cell: None,
            wanted_by: None,
        },
        place: Place { point: None, precision_metres: None, setting: Setting::Unstated, address: "示例路".into() },
        phone: None,
        customer: None,
        upstream: None,
        submission: None,
        flow: None,
        grade: None,
        document: None,
    }
}

/// At home, at that latitude.
pub fn at_home(lat: f64) -> Place {
    Place {
        point: Some(GivenPoint::new(104.06, lat, Datum::Wgs84).expect("a place")),
        precision_metres: Some(50.0),
        setting: Setting::Indoor,
        address: "示例区示例路12号".into(),
    }
}

/// A call about weak signal at home.
pub fn intake(number: Option<&str>, submission: Option<&str>) -> Intake {
    let plain = call("在家里打电话总是断线，要求处理");
    Intake {
        matter: Matter {
            title: "室内信号弱".into(),
            phenomenon: "移动业务→网络质量".into(),
            technology: Some(Technology::Lte),
            ..plain.matter
        },
        place: at_home(30.65),
        phone: Some("19900001234".parse().expect("a phone")),
        customer: Some("王小明".into()),
        upstream: number.map(|number| UpstreamNumber { client: "branch".into(), number: number.into() }),
        submission: submission.map(Into::into),
        ..call("")
    }
}
