//! What is personal goes when the policy's time has passed; what counts stays (domain.md §11, P-6), on both engines.

use std::path::Path;
use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, DeskError};
use domain::access::Scope;
use domain::complaint::{Attribution, Complaint, Customer, Intake, Matter, Means, Resolution};
use domain::contact::Msisdn;
use domain::flow::{Action, Refusal};
use domain::journal::MaskedField;
use domain::person::{Role, Viewer};
use domain::retention::GONE;
use domain::time::Timestamp;
use rstest::rstest;
use store::testing::{Engine, backup_text, fresh_location};
use store::{Filter, QueueRow, SearchQuery};

use crate::common::{at_home, call, enter, intake, now, somebody};

const DAY: i64 = 86_400;
/// What must not be found anywhere afterwards.
const PERSONAL: [&str; 8] = ["19900001234", "王小明", "示例路12号", "断线", "丈夫", "改约", "已恢复", "谢谢"];

fn closing() -> Action {
    Action::Close {
        cause: None,
        attribution: Some(Attribution::Coverage),
        resolution: Some(Resolution::Solved),
        plan: None,
        remark: "客户说谢谢".into(),
    }
}

/// Takes it up and answers the customer, in so many words.
async fn answered(desk: &Desk, viewer: &Viewer, intake: Intake) -> Complaint {
    let complaint = Box::pin(desk.receive(viewer, intake)).await.expect("received").complaint;
    let took_place = desk.now();
    let contact =
        Action::Contact { means: Means::Call, reached: true, took_place, summary: "丈夫接的电话".into() };
    let moves = vec![
        Action::Accept,
        contact,
        Action::Note { text: "客户改约周三".into() },
        Action::Reply { text: "王小明您好，已恢复".into() },
    ];
    Box::pin(desk.act_all(viewer, complaint.id, None, moves, None)).await.expect("answered")
}

async fn closed(desk: &Desk, viewer: &Viewer, intake: Intake) -> Complaint {
    let complaint = answered(desk, viewer, intake).await;
    Box::pin(desk.act_all(viewer, complaint.id, None, vec![closing()], None)).await.expect("closed")
}

/// Everything a backup holds of the store, as text.
async fn everything(desk: &Desk, folder: &Path) -> String {
    let file = folder.join("all.backup");
    desk.store().backup(&file, Vec::new(), &mut |_, _| {}).await.expect("a backup");
    let text = backup_text(&file);
    assert!(text.contains("\"candidates\""), "frozen checks are looked through, too");
    text
}

async fn found(desk: &Desk, viewer: &Viewer, text: &str, filter: Filter) -> Vec<QueueRow> {
    let query = SearchQuery { text: text.into(), filter, limit: 50, ..SearchQuery::default() };
    desk.search(viewer, query).await.expect("searched").rows
}

/// What lists, boards and counters say, and how long each list is.
async fn counted(desk: &Desk, viewer: &Viewer) -> String {
    let scope = Scope::of(&desk.house());
    let list = store::ListQuery { limit: 50, ..store::ListQuery::default() };
    let all = desk.complaints(&desk.house(), &list).await.expect("listed").rows;
    let told: Vec<_> = all
        .iter()
        .map(|one| {
            let clocks: Vec<_> = one.clocks.iter().map(|clock| (clock.kind, clock.due, clock.stopped)).collect();
            let papers: Vec<_> = one.papers.iter().map(|paper| (paper.kind, paper.at)).collect();
            let place = one.place.point.map(|point| point.wgs84);
            let closure = one.closure.as_ref().map(|closure| (closure.attribution, closure.resolution, closure.at));
            let moves: Vec<_> = one.history.iter().map(|change| (change.to, change.at)).collect();
            format!(
                "{} {:?} {:?} {:?} {clocks:?} {papers:?} {place:?} {closure:?} {moves:?} {:?} {} {} {:?} {:?}",
                one.number,
                one.flow,
                one.grade,
                one.state,
                one.ledger(desk.now()),
                one.reached,
                one.attempts,
                one.checks,
                one.matter.phenomenon,
            )
        })
        .collect();
    format!(
        "{:?} {:?} {told:?} {}",
        desk.counts(viewer).await.expect("counted"),
        desk.store().board(&scope, desk.now()).await.expect("a board"),
        found(desk, viewer, "", Filter::default()).await.len(),
    )
}

async fn open(engine: Engine) -> Option<(store::Location, Arc<Desk>, Arc<HandClock>, Viewer, impl Sized)> {
    let (location, place) = fresh_location(engine).await?;
    let clock = Arc::new(HandClock::at(now()));
    let desk = Desk::open(&location, clock.clone()).await.expect("the desk opens");
    let viewer = enter(&desk, somebody("handler", Role::Handler)).await;
    Some((location, desk, clock, viewer, place))
}

fn days_on(days: i64) -> Timestamp {
    now().plus_seconds(days * DAY)
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_what_is_personal_goes_when_its_time_is_over_and_every_count_stays(#[case] engine: Engine) {
    let Some((location, desk, clock, viewer, _place)) = open(engine).await else { return };
    let complaint = closed(&desk, &viewer, intake(Some("GD-1"), None)).await;
    // It was looked at since: that does not keep it any longer.
    clock.set(days_on(400));
    let shown = desk.unmask(&viewer, complaint.id, MaskedField::Phone, "丈夫来电核对".into()).await.expect("shown");
    assert_eq!(shown, "19900001234");
    let open = answered(&desk, &viewer, Intake { place: at_home(30.66), ..call("另一件还没有归档") }).await;
    let folder = tempfile::tempdir().expect("a folder");
    let before = everything(&desk, folder.path()).await;
    assert!(before.contains("断线") && before.contains("丈夫"), "the record holds what was said");
    let sealed = complaint.customer.phone.clone().expect("sealed");
    assert!(before.contains(&sealed.cipher) && before.contains(&sealed.digest));

    clock.set(days_on(1_095).plus_seconds(-1));
    assert_eq!((desk.retention_due().await.expect("a plan").due, desk.retain().await.expect("done")), (0, 0));
    clock.set(days_on(1_095));
    let counted_before = counted(&desk, &viewer).await;
    let plan = desk.retention_due().await.expect("a plan");
    assert_eq!((plan.due, &plan.first[..]), (1, &[complaint.number.to_string()][..]));
    assert!(everything(&desk, folder.path()).await.contains("断线"), "a plan changes nothing");
    // Two nodes at once: once.
    let other = Desk::open(&location, clock.clone()).await.expect("another node");
    let (one, two) = tokio::join!(desk.retain(), other.retain());
    assert_eq!(one.expect("done") + two.expect("done"), 1);
    assert_eq!(desk.retain().await.expect("done"), 0, "twice is harmless");

    assert_eq!(counted(&desk, &viewer).await, counted_before);
    let after = everything(&desk, folder.path()).await;
    for words in PERSONAL {
        // The other complaint is open, and its words stand.
        let of_open = ["断线", "示例路12号", "丈夫", "改约", "已恢复", "王小明"].contains(&words);
        let times = after.matches(words).count();
        assert!(times == 0 || of_open, "{words} is still there");
    }
    assert!(!after.contains(&sealed.cipher) && !after.contains(&sealed.digest) && !after.contains(&sealed.masked));
    let gone = desk.complaint(&viewer, complaint.id).await.expect("read").expect("there");
    assert_eq!((gone.anonymised, gone.matter.description.as_str()), (Some(days_on(1_095)), GONE));
    assert_eq!((&gone.customer, gone.place.address.as_str()), (&Customer::default(), GONE));
    assert_eq!(gone.upstream, complaint.upstream, "the same number again is the same complaint (M1)");
    for words in ["19900001234", "1234", "断线", "GD-1"] {
        let rows = found(&desk, &viewer, words, Filter::default()).await;
        let there = rows.iter().any(|row| row.id == complaint.id);
        assert_eq!(there, words == "GD-1", "searched for {words}");
    }
    let of_phone = desk.earlier(&viewer, Some(&"19900001234".parse::<Msisdn>().expect("a phone")), None).await;
    assert!(of_phone.expect("searched").0.is_empty());

    // The chain stands: what was taken out is vouched for, the rest is as it was hashed.
    let report = desk.store().verify().await.expect("verified");
    assert_eq!((report.problems.as_slice(), report.anonymised, report.complaints), (&[][..], 1, 2));
    let entries = desk.entries(&viewer, complaint.id).await.expect("a journal");
    assert_eq!(Complaint::replay(&entries).expect("it replays"), gone);
    // It is read and counted, and nothing else.
    let refused = desk.act_all(&viewer, complaint.id, None, vec![Action::Note { text: "补记".into() }], None).await;
    assert!(matches!(refused, Err(DeskError::Refused(Refusal::Anonymised))), "{refused:?}");
    assert!(desk.unmask(&viewer, complaint.id, MaskedField::Phone, "再看".into()).await.is_err());
    // The other one goes on, and goes in its time.
    desk.act_all(&viewer, open.id, None, vec![closing()], None).await.expect("closed");
    clock.set(days_on(2_190).plus_seconds(-1));
    assert_eq!(desk.retain().await.expect("done"), 0);
    clock.set(days_on(2_190));
    assert_eq!(other.retain().await.expect("done"), 1);
    let after = everything(&desk, folder.path()).await;
    for words in PERSONAL {
        assert!(!after.contains(words), "{words} is still there");
    }
    assert_eq!(desk.store().verify().await.expect("verified").problems, []);
}

/// Many are taken in one go, though one that lies open for years stands before them; and again from a restored backup.
#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_restored_backup_is_anonymised_again_and_so_are_many(#[case] engine: Engine) {
    let Some((_, desk, clock, viewer, _place)) = open(engine).await else { return };
    let first = desk.receive(&viewer, call("一直没有归档")).await.expect("received").complaint;
    for number in 0..30 {
        clock.set(now().plus_seconds(60 + number));
        let words = Intake { matter: Matter { complained: desk.now(), ..call("断线").matter }, ..call("") };
        closed(&desk, &viewer, words).await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("old.backup");
    app::safekeeping::backup(desk.store(), desk.vault(), &file, desk.now(), &mut |_, _| {}).await.expect("a backup");
    clock.set(days_on(1_096));
    assert_eq!(desk.retain().await.expect("done"), 30);
    assert_eq!(desk.retention_due().await.expect("a plan").anonymised, 30);
    assert_eq!(desk.complaint(&viewer, first.id).await.expect("read").expect("there").anonymised, None);

    let (back, _kept) = fresh_location(engine).await.expect("a place");
    app::safekeeping::restore(&file, &back, &mut |_, _| {}).await.expect("restored");
    let restored = Desk::open(&back, clock.clone()).await.expect("it opens");
    assert_eq!(restored.retain().await.expect("done"), 30, "what a backup brought back goes again");
    assert_eq!(restored.store().verify().await.expect("verified").problems, []);
}
