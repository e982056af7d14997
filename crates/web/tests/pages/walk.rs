//! Every door with everybody, made from the table of doors and the table of permissions: what is allowed is answered, what is
//! not is refused, and what is somebody else's answers as what is not there at all.

use std::cell::Cell;

use app::desk::{NewAbsence, NewExport, NewPerson, NewShift};
use domain::access::{self, Permission, Scope};
use domain::check::Service;
use domain::complaint::{Attribution, Channel, Complaint, Intake, Matter, Means, Plan, Resolution, SpotChoice};
use domain::export::{Format, Language, Reach as Exports, Selection};
use domain::flow::{Action, Flow, PaperKind};
use domain::id::{OutboxId, PersonId, SpotId};
use domain::person::{Person, Role, Viewer, Who};
use domain::place::{Datum, GivenPoint, Place, Setting};
use domain::post::{Onward, PostKind, PostReach, PostScope, PostState};
use store::{Attachment, Outgoing};
use web::doors::{Need, doors};

use crate::house::{Answer, Browser, House, PASSWORD};

const MISSING: &str = "00000000-0000-7000-8000-000000000000";
/// The journal entry of the first complaint that decided a dispute.
const DECIDED: &str = "3";
const OWN: &str = "维护甲";
const OTHER: &str = "维护乙";

/// What an `{id}` of an address is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Complaint,
    Person,
    Mail,
    Shift,
    Absence,
    Location,
    Export,
}

/// A door with another thing behind its id does not get past this: it says here what it is of.
fn thing(path: &str) -> Option<Thing> {
    let prefixes = [
        ("/complaints/", Thing::Complaint),
        ("/people/", Thing::Person),
        ("/mails/", Thing::Mail),
        ("/roster/shifts/", Thing::Shift),
        ("/roster/absences/", Thing::Absence),
        ("/locations/", Thing::Location),
        ("/exports/", Thing::Export),
    ];
    let known = prefixes.into_iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, thing)| thing);
    assert!(known.is_some() || !path.contains("{id}"), "what is the id of {path}?");
    known.filter(|_| path.contains("{id}"))
}

fn address(path: &str, id: &str) -> String {
    path.replace("{id}", id)
        .replace("{ordinal}", "1")
        .replace("{entry}", DECIDED)
        .replace("{action}", if path.starts_with("/locations/") { "progress" } else { "note" })
        .replace("{flow}", "ordinary")
        .replace("{*path}", "css/shouwen.css")
        .replace("{*rest}", "nothing")
}

/// Somebody at a browser.
struct Guest {
    person: Person,
    viewer: Viewer,
    browser: Browser,
    called: String,
}

/// A house with everybody, and something behind every door for each of them.
struct World {
    house: House,
    /// Sent for a test, and to [`OWN`]; sent to [`OTHER`]; sent nowhere.
    complaints: [Complaint; 3],
    /// 黑点 of a complaint that closed with a plan.
    location: SpotId,
    /// Whom nobody minds being switched off.
    spare: Person,
    /// Somebody of another department.
    stranger: Person,
    made: Cell<u32>,
}

async fn entered(house: &House, sign_in: &str, role: Role, department: &str, organisation: Option<&str>) -> Person {
    let new = NewPerson {
        sign_in: sign_in.into(),
        name: format!("某{sign_in}"),
        role,
        department: department.into(),
        organisation: organisation.map(str::to_owned),
        password: PASSWORD.into(),
    };
    house.desk.add_person(&house.desk.house(), new).await.expect("stored").expect("accepted")
}

async fn guest(house: &House, called: &str, role: Role, organisation: Option<&str>) -> Guest {
    let person = entered(house, called, role, "网优中心", organisation).await;
    let token = house.desk.begin_session(person.id).await.expect("a session");
    let viewer = Viewer { branch: house.desk.store().branch(), who: Who::Person(person.clone()) };
    let browser = Browser { cookie: format!("session={token}"), ..Browser::default() };
    Guest { person, viewer, browser, called: called.to_owned() }
}

/// One of every role, and a contractor of another organisation.
async fn everybody(house: &House) -> Vec<Guest> {
    let mut guests = Vec::new();
    for role in Role::ALL {
        let organisation = (role == Role::Contractor).then_some(OWN);
        guests.push(guest(house, &role.as_str().replace('_', "-"), role, organisation).await);
    }
    guests.push(guest(house, "outsider", Role::Contractor, Some(OTHER)).await);
    guests
}

async fn taken_in(house: &House, by: &Viewer, actions: Vec<Action>) -> Complaint {
    let intake = Intake {
        matter: Matter {
            title: String::new(),
            description: "家里信号弱".into(),
            phenomenon: String::new(),
            channel: Channel::Phone,
            level: String::new(),
            service: Service::Voice,
            technology: None,
            occurred: None,
            complained: house.desk.now(),
            serving_cell: None,
            wanted_by: None,
        },
        place: Place {
            point: GivenPoint::new(104.06, 30.65, Datum::Wgs84).ok(),
            precision_metres: None,
            setting: Setting::Indoor,
            address: "文三路 188 号".into(),
        },
        phone: "13800001234".parse().ok(),
        customer: None,
        upstream: None,
        submission: None,
        flow: Some(Flow::WorkOrder),
        grade: None,
        document: None,
    };
    let received = Box::pin(house.desk.receive(by, intake)).await.expect("received").complaint;
    if actions.is_empty() {
        return received;
    }
    Box::pin(house.desk.act_all(by, received.id, None, actions, None)).await.expect("done")
}

/// From taking it up to its end, which promises something.
fn closed_with_a_plan(house: &House) -> Vec<Action> {
    let (now, today) = (house.desk.now(), house.desk.today());
    let plan = Plan {
        measure: "新建室分".into(),
        site: None,
        expected: today.saturating_add(jiff::ToSpan::days(90)),
        spot: SpotChoice::New,
    };
    vec![
        Action::Accept,
        Action::Contact { means: Means::Call, reached: true, took_place: now, summary: "已联系".into() },
        Action::Reply { text: "此处规划新站".into() },
        Action::Close {
            cause: None,
            attribution: Some(Attribution::Coverage),
            resolution: Some(Resolution::Planned),
            plan: Some(plan),
            remark: String::new(),
        },
    ]
}

impl World {
    async fn new() -> Self {
        let house = House::new().await;
        let spare = entered(&house, "spare", Role::Handler, "网优中心", None).await;
        let stranger = entered(&house, "stranger", Role::Handler, "别的部门", None).await;
        for (name, organisation) in [("first-own", OWN), ("first-other", OTHER)] {
            entered(&house, name, Role::Contractor, "", Some(organisation)).await;
        }
        let by = Viewer { branch: house.desk.store().branch(), who: Who::Person(stranger.clone()) };
        let outsource =
            |organisation: &str| Action::Outsource { organisation: organisation.into(), task: "上站".into() };
        let test = Action::Write { paper: PaperKind::TestOrder, text: "到现场测试".into() };
        let tested = vec![Action::Accept, test, Action::Feedback { result: "已测".into() }, outsource(OWN)];
        let disputed = taken_in(&house, &by, tested).await;
        let paper = |paper, text: &str| Action::Write { paper, text: text.into() };
        let dispute = vec![paper(PaperKind::Dispute, "不是我方"), paper(PaperKind::DisputeDecision, "归维护")];
        let disputed =
            Box::pin(house.desk.act_all(&house.desk.house(), disputed.id, None, dispute, None)).await.expect("decided");
        assert_eq!(disputed.version.to_string(), DECIDED);
        let complaints = [
            disputed,
            taken_in(&house, &by, vec![Action::Accept, outsource(OTHER)]).await,
            taken_in(&house, &by, Vec::new()).await,
        ];
        let planned = taken_in(&house, &by, closed_with_a_plan(&house)).await;
        let location = house.desk.location_of_complaint(&by, planned.id).await.expect("read").expect("a place").id;
        Self { house, complaints, location, spare, stranger, made: Cell::new(0) }
    }

    /// Something new at every call: what a door takes away is there again for the next.
    fn next(&self) -> u32 {
        self.made.set(self.made.get() + 1);
        self.made.get()
    }

    /// One this guest may see, if the guest may see such things at all.
    async fn own(&self, thing: Thing, guest: &Guest) -> String {
        match thing {
            Thing::Complaint => {
                let mut all = self.complaints.iter();
                let own = all.find(|one| Scope::of(&guest.viewer).covers(one));
                own.unwrap_or(&self.complaints[0]).id.to_string()
            }
            Thing::Person => self.spare.id.to_string(),
            Thing::Mail => self.mail(guest.person.id).await,
            Thing::Shift => self.shift(guest.person.id).await,
            Thing::Absence => self.absence(guest.person.id).await,
            Thing::Location => self.location.to_string(),
            // Who decides sees what others ask for.
            Thing::Export if access::may(&guest.viewer, Permission::ApproveExport) => self.export(&self.stranger).await,
            Thing::Export => self.export(&guest.person).await,
        }
    }

    /// One that is there and not for this guest; nothing where the guest's reach leaves none out.
    async fn foreign(&self, thing: Thing, guest: &Guest) -> Option<String> {
        let kept = |permission| !access::may_to(&guest.viewer, permission, &self.stranger);
        match thing {
            Thing::Complaint => {
                let mut all = self.complaints.iter();
                all.find(|one| !Scope::of(&guest.viewer).covers(one)).map(|one| one.id.to_string())
            }
            Thing::Mail if PostScope::of(&guest.viewer).reach() == PostReach::Branch => None,
            Thing::Mail => Some(self.mail(self.stranger.id).await),
            Thing::Shift if kept(Permission::PlanShifts) => Some(self.shift(self.stranger.id).await),
            Thing::Absence if kept(Permission::EnterAbsence) => Some(self.absence(self.stranger.id).await),
            Thing::Export if Exports::of(&guest.viewer) == Exports::Branch => None,
            Thing::Export => Some(self.export(&self.stranger).await),
            // Whoever manages people manages everybody; whoever sees places sees all of the branch.
            Thing::Person | Thing::Shift | Thing::Absence | Thing::Location => None,
        }
    }

    async fn mail(&self, owner: PersonId) -> String {
        let (number, now) = (self.next(), self.house.desk.now());
        let id = OutboxId(uuid::Uuid::from_u128(u128::from(number)));
        let file = Attachment { name: "a.pdf".into(), media_type: "application/pdf".into(), bytes: b"%PDF-1".to_vec() };
        let outgoing = Outgoing {
            id,
            kind: PostKind::Mail,
            complaint: None,
            owner: Some(owner),
            recipient: "zhangsan@example.org".into(),
            subject: "申告表".into(),
            body: "请见附件".into(),
            message_id: format!("{id}@example.org"),
            attachments: vec![file],
            created: now,
            not_before: now,
            unique_key: number.to_string(),
        };
        let store = self.house.desk.store();
        store.enqueue(&[outgoing]).await.expect("on record");
        for one in store.claim_outgoing(now, now.plus_seconds(60), 9).await.expect("claimed") {
            let failed = Onward::Stands(PostState::Failed, Some("550 no such mailbox".into()));
            store.settle_outgoing(&one.posted, &failed, now).await.expect("settled");
        }
        id.to_string()
    }

    /// One that this person asked for; by somebody who may, where this one may not.
    async fn export(&self, asker: &Person) -> String {
        let viewer =
            |person: &Person| Viewer { branch: self.house.desk.store().branch(), who: Who::Person(person.clone()) };
        let new = NewExport {
            reason: "月报".into(),
            selection: Selection::default(),
            format: Format::Csv,
            language: Language::Zh,
            unmasked: false,
        };
        let may = access::may(&viewer(asker), Permission::AskExport);
        let asker = viewer(if may { asker } else { &self.stranger });
        self.house.desk.ask_export(&asker, new).await.expect("on record").expect("asked").id.to_string()
    }

    async fn shift(&self, person: PersonId) -> String {
        let from = self.house.desk.now().plus_seconds(i64::from(self.next()) * 3_600);
        let new = NewShift { person, role: Role::Handler, from, until: from.plus_seconds(3_600) };
        let house = self.house.desk.house();
        self.house.desk.add_shift(&house, new).await.expect("stored").expect("planned").to_string()
    }

    async fn absence(&self, person: PersonId) -> String {
        let from = self.house.desk.now().plus_seconds(i64::from(self.next()) * 3_600);
        let new = NewAbsence { person, from, until: from.plus_seconds(3_600), reason: String::new(), deputy: None };
        let house = self.house.desk.house();
        self.house.desk.add_absence(&house, new).await.expect("stored").expect("entered").to_string()
    }

    async fn ask(&self, browser: &Browser, method: &str, path: &str) -> Answer {
        let form: Option<&[(&str, &str)]> = (method == "POST").then_some(&[]);
        self.house.send(browser, method, path, form).await
    }
}

/// The doors for persons: method, path, permission.
fn for_persons() -> Vec<(String, &'static str, Permission)> {
    let of = |door: web::doors::Door| match door.need {
        Need::Person(permission) => Some((door.method.to_string(), door.path, permission)),
        Need::Public | Need::Machine(_) | Need::Watcher => None,
    };
    doors().into_iter().filter_map(of).collect()
}

/// An answer without the id that was asked for and without its own number.
fn blank(answer: &Answer, id: &str) -> (u16, String, String) {
    let without = |text: &str| text.replace(id, "ID").replace(answer.header("x-request-id"), "NUMBER");
    (answer.status, without(answer.header("location")), without(&answer.text))
}

#[tokio::test]
async fn every_door_answers_everybody_as_the_tables_say() {
    let world = World::new().await;
    let guests = everybody(&world.house).await;
    let all = for_persons();
    assert!(all.len() >= 40 && guests.len() == Role::ALL.len() + 1);
    let (mut opened, mut closed, mut hidden) = (0, 0, 0);
    for guest in &guests {
        for (method, path, permission) in &all {
            let door = format!("{}: {method} {path}", guest.called);
            let allowed = permission.relation(guest.person.role).is_some();
            let thing = thing(path);
            let own = match thing {
                Some(thing) => world.own(thing, guest).await,
                None => MISSING.to_owned(),
            };
            let answer = world.ask(&guest.browser, method, &address(path, &own)).await;
            assert!(answer.status < 500, "{door} answered {}", answer.status);
            let refused = [401, 403, 404].contains(&answer.status) || answer.header("location").starts_with("/sign-in");
            assert_eq!(refused, !allowed, "{door} answered {}: {}", answer.status, answer.text);
            assert!(allowed || answer.status == 403, "{door} answered {}", answer.status);
            (opened, closed) = (opened + u32::from(allowed), closed + u32::from(!allowed));
            let Some(thing) = thing else { continue };
            let missing = world.ask(&guest.browser, method, &address(path, MISSING)).await;
            assert_eq!(missing.status, if allowed { 404 } else { 403 }, "{door}, which is not there");
            if let Some(foreign) = world.foreign(thing, guest).await {
                let answer = world.ask(&guest.browser, method, &address(path, &foreign)).await;
                assert_eq!(blank(&answer, &foreign), blank(&missing, MISSING), "{door}, somebody else's");
                hidden += 1;
            }
        }
    }
    assert!(opened > 300 && closed > 150 && hidden > 60, "{opened} {closed} {hidden}");
}

#[tokio::test]
async fn what_is_no_id_at_all_is_not_there_either() {
    let world = World::new().await;
    let guests = everybody(&world.house).await;
    for (method, path, permission) in for_persons().into_iter().filter(|(_, path, _)| thing(path).is_some()) {
        let mut holders = guests.iter().filter(|guest| permission.relation(guest.person.role).is_some());
        let guest = holders.next().expect("somebody holds every permission of a door for persons");
        let missing = blank(&world.ask(&guest.browser, &method, &address(path, MISSING)).await, MISSING);
        for id in ["1", "x%27%20OR%201=1", "%E5%8F%B7"] {
            let answer = world.ask(&guest.browser, &method, &address(path, id)).await;
            assert_eq!(answer.status, missing.0, "{method} {path} with {id}");
        }
    }
}

#[tokio::test]
async fn nobody_and_machines_find_every_door_for_persons_closed_whatever_is_behind_it() {
    let world = World::new().await;
    let somebody = guest(&world.house, "somebody", Role::TeamLeader, None).await;
    let token = world.house.desk.create_token("crm").await.expect("a token");
    let bearer = Browser { headers: vec![("authorization", format!("Bearer {token}"))], ..Browser::default() };
    let expired = Browser { cookie: "session=0000".into(), ..Browser::default() };
    for browser in [Browser::default(), bearer, expired] {
        for (method, path, _) in for_persons() {
            let missing = world.ask(&browser, &method, &address(path, MISSING)).await;
            assert_eq!(missing.status, 303, "{method} {path}");
            assert!(missing.header("location").starts_with("/sign-in"), "{method} {path}");
            if let Some(thing) = thing(path) {
                let there = world.own(thing, &somebody).await;
                let answer = world.ask(&browser, &method, &address(path, &there)).await;
                assert_eq!(blank(&answer, &there), blank(&missing, MISSING), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn the_doors_for_machines_open_for_a_token_and_for_no_session() {
    let world = World::new().await;
    let token = world.house.desk.create_token("crm").await.expect("a token");
    let bearer =
        |token: &str| Browser { headers: vec![("authorization", format!("Bearer {token}"))], ..Browser::default() };
    let mut others: Vec<Browser> = everybody(&world.house).await.into_iter().map(|guest| guest.browser).collect();
    others.extend([Browser::default(), bearer("sw_wrong"), bearer("")]);
    let machines: Vec<_> = doors().into_iter().filter(|door| matches!(door.need, Need::Machine(_))).collect();
    assert!(machines.len() > 5);
    for door in machines {
        let path = address(door.path, MISSING);
        for browser in &others {
            let answer = world.house.send(browser, door.method.as_str(), &path, None).await;
            assert_eq!(answer.status, 401, "{} {path}", door.method);
        }
        let answer = world.house.send(&bearer(&token), door.method.as_str(), &path, None).await;
        assert!(
            ![401, 403].contains(&answer.status) && answer.status < 500,
            "{} {path}: {}",
            door.method,
            answer.status
        );
    }
}

#[tokio::test]
async fn the_doors_for_anybody_ask_nobody_who_they_are() {
    let world = World::new().await;
    let mut browsers: Vec<Browser> = everybody(&world.house).await.into_iter().map(|guest| guest.browser).collect();
    browsers.push(Browser::default());
    let public: Vec<_> = doors().into_iter().filter(|door| door.need == Need::Public).collect();
    // A door that everybody on the network may open is listed once more, knowingly.
    let mut paths: Vec<String> = public.iter().map(|door| format!("{} {}", door.method, door.path)).collect();
    paths.sort();
    let known = [
        "GET /api",
        "GET /api/openapi.json",
        "GET /assets/{*path}",
        "GET /favicon.ico",
        "GET /health",
        "GET /healthz",
        "GET /preferences",
        "GET /readyz",
        "GET /sign-in",
        "GET /tmf-api/troubleTicket/v4/schema/NetworkComplaint.schema.json",
        "POST /sign-in",
        "POST /sign-out",
    ];
    assert_eq!(paths, known);
    // Signing in is refused without a password, and signing out ends what the others need.
    let others = public.iter().filter(|door| door.method == "GET");
    for door in others {
        for browser in &browsers {
            let answer = world.ask(browser, door.method.as_str(), &address(door.path, MISSING)).await;
            assert!(![401, 403].contains(&answer.status), "{} {}: {}", door.method, door.path, answer.status);
            assert!(answer.status < 500 && !answer.header("location").starts_with("/sign-in"), "{}", door.path);
        }
    }
}
