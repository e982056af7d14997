//! What a form or a patch is about: a complaint of an upstream system, and a problem location.

use std::sync::LazyLock;

use domain::calendar::{HalfDay, WorkingCalendar};
use domain::complaint::{Complaint, Customer, PersonRef};
use domain::flow::{self, Context, Flow, Opening};
use domain::grade::{Facts, suggest};
use domain::id::{BranchId, ComplaintNumber, SpotNumber};
use domain::person::{Actor, Person, Role, Viewer, Who};
use domain::place::{Datum, GivenPoint, Place, Setting};
use domain::policy::Policy;
use domain::roster::Roster;
use domain::spot::{self, Opened, ProblemLocation, Radius};
use domain::time::Timestamp;
use jiff::civil::date;
use serde_json::{Map, Value, json};
use web::api::tmf621::intake;
use web::i18n::Lang;
use web::reader::Reader;

use super::zone;

/// The present.
pub const NOW: Timestamp = Timestamp::from_micros(1_772_586_900_000_000);
/// The upstream system.
pub const CLIENT: &str = "crm";
/// Somebody's id.
pub const SOMEBODY: &str = "00000000-0000-0000-0000-000000000007";

/// Whoever reads a page, in each language.
pub fn readers() -> [Reader; 2] {
    Lang::ALL.map(|lang| Reader { lang, now: NOW, zone: zone() })
}

fn branch() -> BranchId {
    BranchId(SOMEBODY.parse().expect("an id"))
}

/// A handler, or the upstream system.
pub fn viewer(machine: bool) -> Viewer {
    let who = if machine {
        Who::Machine { token: domain::id::TokenId(SOMEBODY.parse().expect("an id")), name: CLIENT.to_owned() }
    } else {
        let (id, name) = (SOMEBODY.parse().expect("an id"), "handler".to_owned());
        let (sign_in, department) = (name.clone(), "网优".to_owned());
        Who::Person(Person { id, sign_in, name, role: Role::Handler, department, organisation: None, active: true })
    };
    Viewer { branch: branch(), who }
}

/// What decisions look at.
pub fn context(viewer: &Viewer) -> Context<'_> {
    static CALENDAR: LazyLock<WorkingCalendar> = LazyLock::new(WorkingCalendar::china);
    let (policy, roster) = (Policy::standard(), Roster::none());
    Context { now: NOW, viewer, calendar: &CALENDAR, half_day: HalfDay::Hours, policy, roster }
}

/// A complaint as the upstream system delivered it.
pub fn complaint() -> Complaint {
    let ticket = json!({
        "description": "家里没信号，回拨 13800001234", "severity": "Minor", "ticketType": "语音", "externalId": "U-1",
        "name": "没信号", "channel": {"id": "phone"}, "contactNumber": "13900005678",
        "relatedParty": [{"id": "c1", "role": "customer", "name": "王小明"}],
        "note": [{"text": "客户着急"}], "place": {"longitude": 104.06, "latitude": 30.65, "address": "文三路 188 号"},
    });
    let Value::Object(ticket) = ticket else { return complaint_of(&Map::new()) };
    complaint_of(&ticket)
}

fn complaint_of(ticket: &Map<String, Value>) -> Complaint {
    let intake = intake::intake(ticket, CLIENT, NOW).expect("a ticket");
    let facts = Facts { channel: intake.matter.channel, upstream: true, text: "", level: "", repeats: 0, nearby: 0 };
    let (handler, id) = (viewer(false), SOMEBODY.parse().expect("an id"));
    let opening = Opening {
        id,
        branch: branch(),
        number: ComplaintNumber::new(date(2026, 3, 4), 1),
        matter: intake.matter,
        place: intake.place,
        customer: Customer::default(),
        upstream: intake.upstream,
        first_owner: PersonRef { id: handler.person().map(|person| person.id), name: "handler".to_owned() },
        suggestion: suggest(facts, Policy::standard()),
        flow: Some(Flow::Ordinary),
        grade: None,
        check: None,
        document: intake.document,
        split_from: None,
    };
    flow::open(opening, &context(&handler)).complaint
}

/// A problem location.
pub fn location() -> ProblemLocation {
    let point = GivenPoint::new(104.06, 30.65, Datum::Gcj02).expect("a place");
    let opened = Opened {
        branch: branch(),
        number: SpotNumber::new(date(2026, 3, 4), 1),
        name: "文三路 188 号，物业 0571-8888-1234".to_owned(),
        place: Place { point: Some(point), precision_metres: None, setting: Setting::Indoor, address: String::new() },
        radius: Radius::USUAL,
        cause: None,
        measure: "加站，联系 13800001234".to_owned(),
        site: Some("示例站".to_owned()),
        expected: date(2026, 6, 30),
    };
    let events = vec![spot::Event::Opened(Box::new(opened))];
    let (spot, actor) = (SOMEBODY.parse().expect("an id"), Actor::House);
    ProblemLocation::begin(&spot::Entry { spot, sequence: 1, at: NOW, actor, events }).expect("a beginning")
}
