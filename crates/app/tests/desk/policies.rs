//! Policies in force, on both engines: imported, taken up by others, and open clocks counted anew (design §4).

use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, DeskError, PolicyRefused};
use domain::clock::ClockKind;
use domain::complaint::Complaint;
use domain::grade::Grade;
use domain::journal::Event;
use domain::person::Role;
use domain::policy::{DEFAULT_TEXT, Policy};
use jiff::civil::date;
use rstest::rstest;
use store::Location;
use store::testing::{Engine, fresh_location};

use crate::common::{call, enter, now, somebody};

const DAY: i64 = 86_400;

async fn open(location: &Location) -> (Arc<Desk>, Arc<HandClock>) {
    let clock = Arc::new(HandClock::at(now()));
    (Desk::open(location, clock.clone()).await.expect("the desk opens"), clock)
}

async fn import(desk: &Desk, text: &str, from: jiff::civil::Date) -> u32 {
    let imported = desk.import_policy(&desk.house(), text.to_owned(), Some(from), "试".into()).await.expect("stored");
    imported.expect("a sensible policy").version
}

async fn received(desk: &Desk, text: &str) -> Complaint {
    desk.receive(&desk.house(), call(text)).await.expect("received").complaint
}

async fn read(desk: &Desk, complaint: &Complaint) -> Complaint {
    desk.complaint(&desk.house(), complaint.id).await.expect("read").expect("there")
}

/// Seconds from its start to the due time of the clock.
fn lasts(complaint: &Complaint, kind: ClockKind) -> i64 {
    let clock = complaint.running(kind).expect("it runs");
    clock.due.seconds_since(clock.started)
}

fn handling(limit: &str) -> String {
    DEFAULT_TEXT.replacen("limit = \"PT42H\"", &format!("limit = \"{limit}\""), 1)
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_a_policy_in_force_gives_new_complaints_its_limits_and_open_ones_too(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let (desk, _) = open(&location).await;
    let before = received(&desk, "打不通").await;
    assert_eq!(lasts(&before, ClockKind::Handling), 42 * 3_600);
    assert_eq!(desk.recompute().await.expect("counted"), 0, "by the same rules nothing changes");

    let preview = desk.preview_policy(&Policy::read(&handling("PT30H")).expect("a policy")).await.expect("tried");
    assert_eq!((preview.open, preview.changed, preview.first.len()), (1, 1, 1));
    assert_eq!(preview.first[0].due.seconds_since(preview.first[0].then), 12 * 3_600);
    assert_eq!(read(&desk, &before).await, before, "a preview changes nothing");

    assert_eq!(import(&desk, &handling("PT30H"), date(2026, 3, 4)).await, 1);
    assert_eq!(lasts(&received(&desk, "上网慢").await, ClockKind::Handling), 30 * 3_600);
    assert_eq!(desk.recompute().await.expect("counted"), 1);
    let after = read(&desk, &before).await;
    assert_eq!((lasts(&after, ClockKind::Handling), after.version), (30 * 3_600, before.version + 1));
    assert_eq!(after.clocks.len(), before.clocks.len());
    let entries = desk.entries(&desk.house(), before.id).await.expect("a journal");
    assert!(matches!(entries[1].events[..], [Event::ClockRecomputed { .. }]), "{entries:?}");
    assert_eq!(Complaint::replay(&entries).expect("it replays"), after);
    assert_eq!(desk.recompute().await.expect("counted"), 0);
    let report = desk.store().verify().await.expect("verified");
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_takes_it_up_at_its_next_tick_and_on_its_day(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let ((desk, _), (other, clock)) = (open(&location).await, open(&location).await);
    import(&desk, &handling("PT30H"), date(2026, 3, 4)).await;
    import(&desk, &handling("PT20H"), date(2026, 3, 6)).await;
    other.tick().await.expect("ticked");
    assert_eq!(other.rules().version, 1);
    let complaint = received(&other, "打不通").await;
    assert_eq!(lasts(&complaint, ClockKind::Handling), 30 * 3_600);
    clock.set(now().plus_seconds(2 * DAY));
    other.tick().await.expect("ticked");
    assert_eq!(other.rules().version, 2);
    other.recompute().await.expect("counted");
    assert_eq!(lasts(&read(&other, &complaint).await, ClockKind::Handling), 20 * 3_600);
    let (later, _) = open(&location).await;
    assert_eq!(later.rules().version, 1, "who lives two days earlier has the earlier one");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_count_anew_at_once_change_each_complaint_once(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let ((desk, _), (other, _)) = (open(&location).await, open(&location).await);
    let mut all = Vec::new();
    for number in 0..60 {
        all.push(received(&desk, &format!("第{number}次打不通")).await);
    }
    desk.recompute().await.expect("counted");
    import(&desk, &handling("PT30H"), date(2026, 3, 4)).await;
    other.follow_policy().await.expect("taken up");
    let (one, two) = tokio::join!(desk.recompute(), other.recompute());
    assert_eq!(one.expect("counted") + two.expect("counted"), 60);
    for complaint in &all {
        assert_eq!(read(&desk, complaint).await.version, complaint.version + 1);
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m14_a_rule_of_the_branchs_own_grades_what_comes_in(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let (desk, _) = open(&location).await;
    assert_eq!(received(&desk, "抢险现场无信号").await.grade, Grade::Ordinary);
    let rule = "[[grading]]\ngrade = \"critical\"\nwords = [\"抢险\"]\nreason = { zh = \"{hit}\", en = \"{hit}\" }\n\n[[grading]]";
    import(&desk, &DEFAULT_TEXT.replacen("[[grading]]", rule, 1), date(2026, 3, 4)).await;
    assert_eq!(received(&desk, "抢险现场无信号").await.grade, Grade::Critical);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_too_early_or_not_for_this_person_is_refused() {
    let Some((location, _place)) = fresh_location(Engine::Sqlite).await else { return };
    let (desk, _) = open(&location).await;
    let house = desk.house();
    let wrong = desk.import_policy(&house, handling("-PT1H"), None, String::new()).await.expect("answered");
    assert!(matches!(wrong, Err(PolicyRefused::Wrong(problems)) if problems.len() == 1));
    let dated = DEFAULT_TEXT.replacen("# valid_from = 2026-12-01", "valid_from = 2026-04-01", 1);
    let kept = desk.import_policy(&house, dated, None, String::new()).await.expect("stored").expect("sensible");
    assert_eq!(kept.valid_from, date(2026, 4, 1), "the file's own day");
    let early = desk.import_policy(&house, DEFAULT_TEXT.into(), None, String::new()).await.expect("answered");
    assert_eq!(early, Err(PolicyRefused::Earlier { last: date(2026, 4, 1) }));
    assert_eq!(desk.policies().await.expect("listed").len(), 1);
    for (role, may) in [(Role::TeamLeader, false), (Role::Handler, false), (Role::Manager, true)] {
        let viewer = enter(&desk, somebody(role.as_str(), role)).await;
        let tried = desk.import_policy(&viewer, DEFAULT_TEXT.into(), Some(date(2026, 4, 2)), String::new()).await;
        assert_eq!(!matches!(tried, Err(DeskError::Forbidden)), may, "{role:?}");
    }
}
