//! What the tests talk about: one branch's complaints, made by the very rules that make them in the product.

#[path = "common/network.rs"]
pub mod network;

use domain::access::Scope;
use domain::calendar::{HalfDay, WorkingCalendar};
use domain::check::{Bilingual, Cause, Confidence, NetworkCheck, Service, Verdict};
use domain::complaint::{
    Attribution, Channel, CheckRef, Complaint, Customer, Matter, Means, PersonRef, Plan, Resolution, SpotChoice,
    UpstreamNumber,
};
use domain::contact::Sealed;
use domain::flow::{self, Action, Context, Decision, Flow, Opening};
use domain::grade::{Facts, suggest};
use domain::id::{BranchId, ComplaintId, ComplaintNumber, PersonId, SpotId, SpotNumber};
use domain::person::{Person, Role, Viewer, Who};
use domain::place::{Datum, GivenPoint, LonLat, Place, Setting};
use domain::policy::Policy;
use domain::spot::{self, Joining, ProblemLocation};
use domain::time::Timestamp;
use store::{Commit, Evidence, SearchTexts, SpotWrite};
use uuid::Uuid;

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The first instant of the story.
pub fn start() -> Timestamp {
    at("2026-03-04T01:15:00Z")
}

pub fn person(number: u128, role: Role, organisation: Option<&str>) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(number)),
        sign_in: format!("person{number}"),
        name: format!("人员{number}"),
        role,
        department: "网优".into(),
        organisation: organisation.map(Into::into),
        active: true,
    }
}

pub fn viewer(branch: BranchId, person: Person) -> Viewer {
    Viewer { branch, who: Who::Person(person) }
}

pub fn handler(branch: BranchId) -> Viewer {
    viewer(branch, person(1, Role::Handler, None))
}

pub fn scope(branch: BranchId) -> Scope {
    Scope::of(&handler(branch))
}

/// A complaint to be taken in.
#[derive(Clone)]
pub struct Story {
    pub number: u32,
    pub at: Timestamp,
    pub text: String,
    pub address: String,
    pub lon: f64,
    pub lat: f64,
    pub phone: Option<String>,
    pub upstream: Option<String>,
    pub submission: Option<String>,
    pub owner: Person,
    pub flow: Flow,
}

impl Story {
    pub fn new(number: u32) -> Self {
        Self {
            number,
            at: start().plus_seconds(i64::from(number) * 60),
            text: format!("家里手机信号弱经常掉线 {number}"),
            address: "文三路 188 号".into(),
            lon: 104.06 + f64::from(number % 100) * 0.001,
            lat: 30.65 + f64::from(number / 100 % 100) * 0.001,
            phone: Some(format!("digest{}", number % 50)),
            upstream: None,
            submission: None,
            owner: person(1, Role::Handler, None),
            flow: Flow::Ordinary,
        }
    }

    /// Takes it in: the decision of the rules with everything a commit carries.
    pub fn received(&self, branch: BranchId) -> Commit {
        let viewer = viewer(branch, self.owner.clone());
        let calendar = WorkingCalendar::china();
        let check = check(self.lon, self.lat, self.at);
        let evidence = Evidence::freeze(1, &check);
        let point = GivenPoint::new(self.lon, self.lat, Datum::Wgs84).unwrap();
        let decision = flow::open(
            Opening {
                id: id(self.number),
                branch,
                number: ComplaintNumber::new(jiff::civil::date(2026, 3, 4), self.number),
                matter: Matter {
                    title: String::new(),
                    description: self.text.clone(),
                    phenomenon: String::new(),
                    channel: Channel::Phone,
                    level: String::new(),
                    service: Service::Voice,
                    technology: None,
                    occurred: None,
                    complained: self.at,
                    serving_cell: None,
                    wanted_by: None,
                },
                place: Place {
                    point: Some(point),
                    precision_metres: Some(50.0),
                    setting: Setting::Indoor,
                    address: self.address.clone(),
                },
                customer: Customer { phone: self.phone.as_deref().map(sealed), name: None },
                upstream: self.upstream.clone().map(|number| UpstreamNumber { client: "eoms".into(), number }),
                first_owner: PersonRef { id: Some(self.owner.id), name: self.owner.name.clone() },
                suggestion: suggest(
                    Facts {
                        channel: Channel::Phone,
                        upstream: false,
                        text: &self.text,
                        level: "",
                        repeats: 0,
                        nearby: 0,
                    },
                    Policy::standard(),
                ),
                flow: Some(self.flow),
                grade: None,
                check: Some(CheckRef {
                    ordinal: 1,
                    digest: evidence.digest.clone(),
                    made: self.at,
                    cause: check.verdict.cause,
                    confidence: check.verdict.confidence,
                }),
                document: None,
                split_from: None,
            },
            &Context {
                now: self.at,
                viewer: &viewer,
                calendar: &calendar,
                half_day: HalfDay::Hours,
                policy: Policy::standard(),
                roster: domain::roster::Roster::none(),
            },
        );
        let search = SearchTexts {
            texts: vec![self.text.clone(), self.address.clone()],
            tokens: vec![decision.complaint.number.to_string()],
        };
        Commit {
            complaint: decision.complaint,
            entry: decision.entry,
            evidence: Some(evidence),
            submission: self.submission.clone(),
            search: Some(search),
            outbox: Vec::new(),
            spots: Vec::new(),
            also: Vec::new(),
            follows: None,
        }
    }
}

/// Acts on a complaint as the rules decide.
pub fn act(complaint: &Complaint, viewer: &Viewer, actions: &[Action], at: Timestamp) -> Commit {
    let calendar = WorkingCalendar::china();
    let context = Context {
        now: at,
        viewer,
        calendar: &calendar,
        half_day: HalfDay::Hours,
        policy: Policy::standard(),
        roster: domain::roster::Roster::none(),
    };
    let Decision { complaint, entry } = flow::decide(complaint, actions, &context).unwrap();
    Commit::new(complaint, entry)
}

/// What happens to it by itself until then.
pub fn tick(complaint: &Complaint, at: Timestamp) -> Commit {
    let calendar = WorkingCalendar::china();
    let house = Viewer { branch: complaint.branch, who: Who::House };
    let context = Context {
        now: at,
        viewer: &house,
        calendar: &calendar,
        half_day: HalfDay::Hours,
        policy: Policy::standard(),
        roster: domain::roster::Roster::none(),
    };
    let Decision { complaint, entry } = flow::tick(complaint, &context).unwrap();
    Commit::new(complaint, entry)
}

pub fn note(complaint: &Complaint, text: &str) -> Commit {
    let actions = [Action::Note { text: text.into() }];
    act(complaint, &handler(complaint.branch), &actions, complaint.changed.plus_seconds(60))
}

pub fn id(number: u32) -> ComplaintId {
    ComplaintId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(number)))
}

pub fn sealed(digest: &str) -> Sealed {
    Sealed { cipher: "c2VhbGVk".into(), digest: digest.into(), masked: "138****1234".into() }
}

pub fn check(lon: f64, lat: f64, at: Timestamp) -> NetworkCheck {
    let said = |zh: &str, en: &str| Bilingual { zh: zh.into(), en: en.into() };
    NetworkCheck {
        place: LonLat::new(lon, lat).unwrap(),
        precision_m: Some(50.0),
        setting: Setting::Indoor,
        at,
        service: Service::Voice,
        inventory: 3,
        omitted: 0,
        candidates: Vec::new(),
        verdict: Verdict {
            cause: Cause::Fault,
            confidence: Confidence::High,
            element: Some("12-3".into()),
            evidence: vec![said("停服告警", "out of service")],
            unknown: Vec::new(),
        },
        reply: said("已知悉", "noted"),
    }
}

pub fn spot_id(number: u32) -> SpotId {
    SpotId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0001_0000 + u128::from(number)))
}

/// A decision on a problem location as it is written.
pub fn write(decision: spot::Decision) -> SpotWrite {
    SpotWrite { spot: decision.spot, entry: decision.entry }
}

/// Answers a complaint and closes it with a plan: at the problem location, or at a new one of that number.
pub fn planned(complaint: &Complaint, spot: Result<&ProblemLocation, u32>) -> Commit {
    let viewer = handler(complaint.branch);
    let at = complaint.changed.plus_seconds(60);
    let expected = jiff::civil::date(2026, 9, 1);
    let spot_of = spot.map_or_else(spot_id, |spot| spot.id);
    let plan =
        Plan {
            measure: "新建室分".into(), site: Some("示例站".into()), expected, spot: SpotChoice::This(spot_of)
        };
    let actions = [
        Action::Accept,
        Action::Contact { means: Means::Call, reached: true, took_place: at, summary: "已联系".into() },
        Action::Reply { text: "此处已规划新站".into() },
        Action::Close {
            cause: None,
            attribution: Some(Attribution::Coverage),
            resolution: Some(Resolution::Planned),
            plan: Some(plan.clone()),
            remark: String::new(),
        },
    ];
    let mut commit = act(complaint, &viewer, &actions, at);
    let joining = Joining { complaint: &commit.complaint, plan: &plan };
    let decision = match spot {
        Ok(spot) => spot::join(spot, joining, &viewer, at),
        Err(number) => {
            let opening = spot::Opening {
                id: spot_of,
                branch: complaint.branch,
                number: SpotNumber::new(jiff::civil::date(2026, 3, 4), number),
                name: complaint.place.address.clone(),
                place: complaint.place.clone(),
                cause: Some(Attribution::Coverage),
            };
            spot::open(opening, joining, &viewer, at)
        }
    };
    commit.spots = vec![write(decision)];
    commit
}
