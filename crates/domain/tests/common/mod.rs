//! A branch with its people and a complaint just received: what the tests of single rules begin with.

use domain::calendar::{HalfDay, WorkingCalendar};
use domain::check::Service;
use domain::complaint::{Channel, Complaint, Customer, Matter, PersonRef};
use domain::flow::{self, Context, Flow, Opening};
use domain::grade::{Facts, suggest};
use domain::id::{BranchId, ComplaintId, ComplaintNumber, PersonId};
use domain::person::{Person, Role, Viewer, Who};
use domain::place::{Datum, GivenPoint, Place, Setting};
use domain::policy::Policy;
use domain::time::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;

/// The day of all of it.
pub const TODAY: Date = date(2026, 3, 4);

/// The branch.
pub fn branch() -> BranchId {
    BranchId(Uuid::from_u128(1))
}

/// Somebody of that role.
pub fn person(role: Role) -> Viewer {
    let organisation = (role == Role::Contractor).then(|| "维护甲".to_owned());
    let id = PersonId(Uuid::from_u128(100 + role as u128));
    let name = role.as_str().to_owned();
    let who = Person { id, sign_in: name.clone(), name, role, department: "网优".into(), organisation, active: true };
    Viewer { branch: branch(), who: Who::Person(who) }
}

/// A quarter past nine on that day.
pub fn now() -> Timestamp {
    "2026-03-04T01:15:00Z".parse().expect("an instant")
}

/// Where all of it happens.
pub fn place() -> Place {
    let point = GivenPoint::new(104.06, 30.65, Datum::Wgs84).expect("a place");
    Place { point: Some(point), precision_metres: None, setting: Setting::Indoor, address: "示例路 12 号".into() }
}

/// What a decision looks at, then.
pub fn context<'a>(calendar: &'a WorkingCalendar, viewer: &'a Viewer) -> Context<'a> {
    Context {
        now: now(),
        viewer,
        calendar,
        half_day: HalfDay::Hours,
        policy: Policy::standard(),
        roster: domain::roster::Roster::none(),
    }
}

/// A complaint of that flow as it comes in, the handler's.
pub fn received(number: u32, flow: Flow) -> Complaint {
    let (calendar, handler) = (WorkingCalendar::china(), person(Role::Handler));
    let facts = Facts { channel: Channel::Phone, upstream: false, text: "", level: "", repeats: 0, nearby: 0 };
    let opening = Opening {
        id: ComplaintId(Uuid::from_u128(u128::from(number))),
        branch: branch(),
        number: ComplaintNumber::new(TODAY, number),
        matter: Matter {
            title: String::new(),
            description: "家里没信号".into(),
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
        place: place(),
        customer: Customer::default(),
        upstream: None,
        first_owner: PersonRef { id: None, name: "handler".into() },
        suggestion: suggest(facts, Policy::standard()),
        flow: Some(flow),
        grade: None,
        check: None,
        document: None,
        split_from: None,
    };
    flow::open(opening, &context(&calendar, &handler)).complaint
}
