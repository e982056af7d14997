//! Exports on both engines: asked with a reason, decided by somebody else, fetched for a limited time, all of it on record (P-3).

use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, DeskError, NewExport, Shown, Wording};
use app::export::Cell;
use domain::complaint::Intake;
use domain::export::{Event, Format, Language, Refusal, Request, Selection, State};
use domain::journal::{Event as Happened, MaskedField};
use domain::person::{Role, Viewer};
use jiff::civil::date;
use rstest::rstest;
use sha2::{Digest, Sha256};
use store::testing::{Engine, fresh_location};

use crate::common::{call, enter, intake, now, somebody};

const HOUR: i64 = 3_600;

/// The least a file says.
struct Plain;

impl Wording for Plain {
    fn headings(&self) -> Vec<String> {
        ["导出编号", "编号", "电话", "姓名", "内容"].map(str::to_owned).to_vec()
    }

    fn row(&self, request: &Request, shown: &Shown<'_>) -> Vec<Cell> {
        let complaint = shown.complaint;
        let cells = [&request.asked.number, complaint.number.as_str(), &shown.phone, &shown.name];
        let said = [complaint.matter.description.as_str()];
        cells.into_iter().chain(said).map(Cell::from).collect()
    }

    fn mark(&self, request: &Request, approver: &str) -> String {
        format!("{} {} {approver}", request.asked.number, request.asked.asker.name)
    }
}

fn wished(reason: &str, unmasked: bool) -> NewExport {
    let (selection, format, language) = (Selection::default(), Format::Csv, Language::Zh);
    NewExport { reason: reason.into(), selection, format, language, unmasked }
}

struct House {
    desk: Arc<Desk>,
    clock: Arc<HandClock>,
    handler: Viewer,
    leader: Viewer,
    director: Viewer,
    _place: store::testing::Place,
}

impl House {
    async fn on(engine: Engine) -> Option<Self> {
        let (location, place) = fresh_location(engine).await?;
        let clock = Arc::new(HandClock::at(now()));
        let desk = Desk::open(&location, clock.clone()).await.expect("the desk opens");
        let handler = enter(&desk, somebody("handler", Role::Handler)).await;
        let leader = enter(&desk, somebody("leader", Role::TeamLeader)).await;
        let director = enter(&desk, somebody("director", Role::Director)).await;
        for _ in 0..2 {
            desk.receive(&handler, call("=1+1 上网慢")).await.expect("received");
        }
        desk.receive(&handler, Intake { ..intake(None, None) }).await.expect("received");
        Some(Self { desk, clock, handler, leader, director, _place: place })
    }

    async fn asked(&self, by: &Viewer, unmasked: bool) -> Request {
        self.desk.ask_export(by, wished("十一月月报", unmasked)).await.expect("on record").expect("asked")
    }

    async fn approved(&self, request: &Request, by: &Viewer, unmasked: bool) -> Result<Request, Refusal> {
        self.desk.approve_export(by, request.id, "同意", unmasked, &Plain).await.expect("on record")
    }

    async fn text(&self, request: &Request, by: &Viewer) -> String {
        let (_, bytes) = self.desk.fetch_export(by, request.id).await.expect("read").expect("it can be fetched");
        String::from_utf8(bytes).expect("UTF-8")
    }

    async fn todo(&self, viewer: &Viewer) -> Vec<String> {
        let todo = self.desk.exports_to_do(viewer).await.expect("read");
        todo.into_iter().map(|request| request.asked.number).collect()
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_an_export_is_asked_for_approved_by_somebody_else_fetched_and_gone(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let (desk, handler, leader) = (&house.desk, &house.handler, &house.leader);
    let request = house.asked(handler, false).await;
    let number = request.asked.number.clone();
    assert_eq!((request.asked.found, request.state), (3, State::Asked));
    // It waits on those who decide, and on nobody else.
    assert_eq!((house.todo(leader).await, house.todo(handler).await), (vec![number.clone()], vec![]));
    let stranger = enter(desk, somebody("stranger", Role::Handler)).await;
    assert!(matches!(desk.export(&stranger, request.id).await, Err(DeskError::NotFound)));
    let refused = desk.approve_export(handler, request.id, "", false, &Plain).await;
    assert!(matches!(refused, Err(DeskError::Forbidden)), "{refused:?}");
    let contractor = enter(desk, somebody("contractor", Role::Contractor)).await;
    let refused = desk.ask_export(&contractor, wished("想要", false)).await;
    assert!(matches!(refused, Err(DeskError::Forbidden)), "an outside party takes nothing along (P-5)");

    let approved = house.approved(&request, leader, false).await.expect("approved");
    let file = approved.file.clone().expect("a file");
    assert_eq!((file.rows, approved.unmasked), (3, false));
    assert_eq!((house.todo(leader).await, house.todo(handler).await), (vec![], vec![number.clone()]));
    assert!(matches!(desk.fetch_export(leader, request.id).await, Ok(Err(Refusal::NotOwn))));
    let (_, bytes) = desk.fetch_export(handler, request.id).await.expect("read").expect("fetched");
    assert_eq!(hex::encode(Sha256::digest(&bytes)), file.digest, "the very file on record");
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(text.matches(&number).count(), 3 + 2, "in every row, above and below");
    assert!(text.contains("199****1234") && !text.contains("19900001234") && !text.contains("王小明"), "{text}");
    assert!(text.contains("'=1+1"), "no formula: {text}");
    assert!(house.todo(handler).await.is_empty(), "fetched is done");

    let (after, steps) = desk.export(handler, request.id).await.expect("read");
    let told: Vec<_> = steps.iter().map(|step| (step.actor.name().to_owned(), &step.event)).collect();
    assert!(
        matches!(&told[..], [(asker, Event::Asked(_)), (by, Event::Approved { .. }), (one, Event::Fetched)]
        if asker == "handler" && by == "leader" && one == "handler"),
        "{told:?}"
    );
    assert_eq!(Request::replay(&steps), Some(after));

    // Its time is over: the file goes, the record stays.
    house.clock.set(now().plus_seconds(72 * HOUR - 1));
    assert_eq!(desk.expire_exports().await.expect("looked"), 0);
    assert_eq!(house.text(&request, handler).await, text);
    house.clock.set(now().plus_seconds(72 * HOUR));
    assert!(matches!(desk.fetch_export(handler, request.id).await, Ok(Err(Refusal::Expired))));
    let (one, two) = tokio::join!(desk.expire_exports(), desk.expire_exports());
    assert_eq!(one.expect("looked") + two.expect("looked"), 1, "two nodes, once");
    assert_eq!(desk.store().export_file(request.id).await.expect("read"), None);
    assert_eq!(desk.export(handler, request.id).await.expect("read").0.state, State::Expired);
    let report = desk.store().verify().await.expect("verified");
    assert_eq!((report.problems.as_slice(), report.exports), (&[][..], 1));
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_phones_in_clear_are_on_each_complaints_record_before_they_are_in_a_file(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let (desk, handler, leader) = (&house.desk, &house.handler, &house.leader);
    let plain = house.asked(handler, false).await;
    assert_eq!(house.approved(&plain, leader, true).await.err(), Some(Refusal::NotUnmasked), "nobody asked for that");
    let request = house.asked(handler, true).await;
    // Asked for in clear, it may still be approved masked.
    let masked = house.asked(handler, true).await;
    house.approved(&masked, leader, false).await.expect("approved");
    assert!(!house.text(&masked, handler).await.contains("19900001234"));

    house.approved(&request, leader, true).await.expect("approved");
    let text = house.text(&request, handler).await;
    assert!(text.contains("19900001234") && text.contains("王小明"), "{text}");
    let list = store::ListQuery { limit: 10, ..store::ListQuery::default() };
    let mut unmasked = 0;
    for complaint in desk.complaints(handler, &list).await.expect("listed").rows {
        let entries = desk.entries(handler, complaint.id).await.expect("a journal");
        for entry in &entries {
            for event in &entry.events {
                let Happened::Unmasked { field, reason } = event else { continue };
                assert!(reason.contains(&request.asked.number) && reason.contains("十一月月报"));
                assert_eq!(entry.actor.name(), "handler", "who sees it");
                unmasked += 1 + u32::from(*field == MaskedField::Name);
            }
        }
    }
    assert_eq!(unmasked, 3, "phone and name of the one that has them");
    let stored = desk.store().export_file(request.id).await.expect("read").expect("there");
    assert!(!stored.windows(11).any(|window| window == b"19900001234"), "sealed where it lies");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_two_who_decide_at_once_decide_once_and_a_withdrawn_request_is_nobodys(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let (desk, leader, director) = (&house.desk, &house.leader, &house.director);
    // A leader asks: somebody else decides, whatever one's role.
    let own = house.asked(leader, false).await;
    assert_eq!(house.approved(&own, leader, false).await.err(), Some(Refusal::Own));
    assert!(house.todo(leader).await.is_empty(), "one's own does not wait on oneself");
    let withdrawn = desk.withdraw_export(leader, own.id).await.expect("on record").expect("withdrawn");
    assert_eq!(withdrawn.state, State::Withdrawn);
    let settled = Refusal::Settled { state: State::Withdrawn };
    assert_eq!(house.approved(&own, director, false).await.err(), Some(settled));

    let request = house.asked(&house.handler, false).await;
    let refuse = desk.refuse_export(director, request.id, "用途不明");
    let approve = desk.approve_export(leader, request.id, "", false, &Plain);
    let (refused, approved) = tokio::join!(refuse, approve);
    let done = u32::from(matches!(refused, Ok(Ok(_)))) + u32::from(matches!(approved, Ok(Ok(_))));
    assert_eq!(done, 1, "{refused:?} {approved:?}");
    let (request, steps) = desk.export(&house.handler, request.id).await.expect("read");
    assert_eq!((request.version, steps.len()), (2, 2));

    // By date and words; nothing found is nothing to export, and a phone chooses no rows.
    let by = |selection: Selection| NewExport { selection, ..wished("核对", false) };
    let found = async |selection| desk.ask_export(&house.handler, by(selection)).await.expect("on record");
    let words = Selection { text: "断线".into(), ..Selection::default() };
    assert_eq!(found(words).await.expect("asked").asked.found, 1);
    let today = Selection { from: Some(date(2026, 3, 4)), to: Some(date(2026, 3, 4)), ..Selection::default() };
    assert_eq!(found(today).await.expect("asked").asked.found, 3);
    let later = Selection { from: Some(date(2026, 3, 5)), ..Selection::default() };
    assert_eq!(found(later).await.err(), Some(Refusal::Empty));
    let phone = Selection { text: "19900001234".into(), ..Selection::default() };
    assert_eq!(found(phone).await.err(), Some(Refusal::ByPhone));
    assert_eq!(desk.store().verify().await.expect("verified").problems, []);
}
