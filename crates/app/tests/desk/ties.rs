//! Complaints tied to each other, on both engines: merged, split, answered together, and all of it undone (M1, M9).

use std::sync::Arc;

use app::desk::{Desk, DeskError, SplitPart};
use domain::clock::ClockKind;
use domain::complaint::{Bond, Complaint, Intake};
use domain::flow::{Action, Refusal, State};
use domain::person::Viewer;
use rstest::rstest;
use store::testing::Engine;

use crate::common::{desk, intake};

async fn received(desk: &Arc<Desk>, viewer: &Viewer, intake: Intake) -> Complaint {
    desk.receive(viewer, intake).await.expect("received").complaint
}

async fn read(desk: &Desk, complaint: &Complaint) -> Complaint {
    desk.complaint(&desk.house(), complaint.id).await.expect("read").expect("on record")
}

async fn act(desk: &Desk, viewer: &Viewer, on: &Complaint, action: Action) -> Result<Complaint, DeskError> {
    desk.act_all(viewer, on.id, None, vec![action], None).await
}

fn merge(into: &Complaint) -> Action {
    Action::Merge { into: Box::new(into.clone()), reason: "同一件事".into() }
}

/// What an undone complaint must be again, but for its journal.
fn standing(complaint: &Complaint) -> (State, Vec<domain::clock::Clock>, Option<domain::complaint::PersonRef>) {
    let running = complaint.clocks.iter().filter(|clock| clock.is_running()).cloned().collect();
    (complaint.state, running, complaint.handler.clone())
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m9_a_duplicate_goes_on_in_the_other_and_comes_back_when_undone(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let first = received(&desk, &viewer, intake(Some("A-1"), None)).await;
    let second = received(&desk, &viewer, intake(Some("A-2"), None)).await;
    let before = standing(&second);

    let merged = act(&desk, &viewer, &second, merge(&first)).await.expect("merged");
    assert_eq!(merged.state, State::Merged);
    assert_eq!(merged.tied(Bond::MergedInto).map(|tie| tie.id).collect::<Vec<_>>(), [first.id]);
    let holder = read(&desk, &first).await;
    assert_eq!(holder.tied(Bond::Holds).map(|tie| tie.id).collect::<Vec<_>>(), [second.id], "both ends say so");
    assert_eq!(holder.grade, second.grade.max(first.grade), "M14: a merge only ever raises the grade");
    assert_eq!(desk.entries(&viewer, first.id).await.expect("read").len() as u64, holder.version);

    // Whoever holds others does not go away and leave them behind.
    let gone = act(&desk, &viewer, &holder, Action::Withdraw { reason: "撤诉".into() }).await;
    assert!(matches!(gone, Err(DeskError::Refused(Refusal::Senseless { .. }))), "{gone:?}");

    let back = act(&desk, &viewer, &merged, Action::Unmerge { reason: "不是同一件事".into() }).await.expect("undone");
    assert_eq!(standing(&back), before, "state and clocks as though nothing had happened");
    assert!(back.ties.is_empty() && read(&desk, &first).await.ties.is_empty());
    assert!(desk.store().verify().await.expect("verified").problems.is_empty());
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m9_two_customers_complaints_are_not_merged(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let first = received(&desk, &viewer, intake(Some("B-1"), None)).await;
    let mut other = intake(Some("B-2"), None);
    other.phone = Some("19900005678".parse().expect("a phone"));
    let other = received(&desk, &viewer, other).await;
    let refused = act(&desk, &viewer, &other, merge(&first)).await;
    assert!(matches!(refused, Err(DeskError::Refused(Refusal::Senseless { .. }))), "{refused:?}");
    let itself = act(&desk, &viewer, &first, merge(&first)).await;
    assert!(matches!(itself, Err(DeskError::Refused(Refusal::Senseless { .. }))), "{itself:?}");
    assert_eq!(read(&desk, &first).await.version, 1, "nothing is half done");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m9_two_merged_into_one_at_the_same_time_are_both_held(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let first = received(&desk, &viewer, intake(Some("C-1"), None)).await;
    let others = [
        received(&desk, &viewer, intake(Some("C-2"), None)).await,
        received(&desk, &viewer, intake(Some("C-3"), None)).await,
        received(&desk, &viewer, intake(Some("C-4"), None)).await,
    ];
    let [a, b, c] = others.each_ref().map(|other| {
        // With the version somebody looked at: it is the other end that moves on meanwhile.
        desk.act_all(&viewer, other.id, Some(other.version), vec![merge(&first)], None)
    });
    let (a, b, c) = tokio::join!(a, b, c);
    assert!(a.is_ok() && b.is_ok() && c.is_ok(), "{a:?} {b:?} {c:?}");
    assert_eq!(read(&desk, &first).await.tied(Bond::Holds).count(), 3);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m9_a_part_split_off_is_a_complaint_of_the_same_customer_and_owner(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let whole = received(&desk, &viewer, intake(Some("D-1"), None)).await;
    let part = || SplitPart { title: "宽带".into(), description: "宽带也断".into() };
    let key = Some("one-click".to_owned());
    let (after, new) =
        desk.split(&viewer, whole.id, Some(1), part(), "两件事".into(), key.clone()).await.expect("split");
    assert_eq!(after.tied(Bond::SplitInto).map(|tie| tie.id).collect::<Vec<_>>(), [new.id]);
    let new = read(&desk, &new).await;
    assert_eq!(new.tied(Bond::SplitFrom).map(|tie| tie.id).collect::<Vec<_>>(), [whole.id]);
    assert_eq!((new.state, &new.first_owner, &new.customer), (State::Received, &whole.first_owner, &whole.customer));
    assert!(new.running(ClockKind::Handling).is_some(), "with clocks of its own");
    assert_eq!(new.checks.len(), 1, "and a check of its own");

    // Split again with the same click is the same split.
    let again = desk.split(&viewer, whole.id, Some(1), part(), "两件事".into(), key).await.expect("known");
    assert_eq!((again.0.tied(Bond::SplitInto).count(), again.1.id), (1, new.id));
    // Undone by merging the part back.
    act(&desk, &viewer, &new, merge(&after)).await.expect("merged back");
    assert!(desk.store().verify().await.expect("verified").problems.is_empty());
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m9_one_answer_serves_all_that_were_looked_at_and_can_be_taken_back(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let lead = received(&desk, &viewer, intake(Some("E-0"), None)).await;
    let mut members = Vec::new();
    for number in 1..=4 {
        let mut one = intake(Some(&format!("E-{number}")), None);
        one.phone = Some(format!("1990000567{number}").parse().expect("a phone"));
        let one = received(&desk, &viewer, one).await;
        let tie = Action::Tie { lead: Box::new(read(&desk, &lead).await), reason: "同一基站".into() };
        members.push(act(&desk, &viewer, &one, tie).await.expect("tied"));
    }
    let lead = read(&desk, &lead).await;
    assert_eq!(lead.tied(Bond::Leads).count(), 4);
    // Who leads is not led.
    let tie = Action::Tie { lead: Box::new(members[0].clone()), reason: "反过来".into() };
    assert!(matches!(act(&desk, &viewer, &lead, tie).await, Err(DeskError::Refused(_))));

    let chosen: Vec<_> = members[..3].iter().map(|member| member.id).collect();
    let gone =
        act(&desk, &viewer, &members[2], Action::Withdraw { reason: "客户撤诉".into() }).await.expect("withdrawn");
    let answered = desk.answer_led(&viewer, &lead, &chosen, "基站已恢复").await.expect("answered");
    let failed: Vec<_> = answered.iter().filter(|one| one.failed.is_some()).map(|one| one.complaint.id).collect();
    assert_eq!((answered.len(), failed), (3, vec![gone.id]), "what cannot be answered is named, the others stand");
    for member in &members[..2] {
        let after = read(&desk, member).await;
        assert_eq!((after.state, after.reached), (State::Answered, 1), "M3: the customer was told");
        assert!(after.reply.is_some_and(|reply| reply.text == "基站已恢复"));
    }
    assert_eq!(read(&desk, &members[3]).await.state, State::Received, "who was not chosen waits on");

    let undone = desk.take_back_led(&viewer, &lead, &chosen[..2], "原因判断有误").await.expect("taken back");
    assert!(undone.iter().all(|one| one.failed.is_none()), "{undone:?}");
    for member in &members[..2] {
        let after = read(&desk, member).await;
        assert_eq!(standing(&after), standing(member), "state and clocks as before the answer");
        assert!(after.reply.is_none() && after.reached == 1, "what was said to the customer stays on record");
    }
    assert!(desk.store().verify().await.expect("verified").problems.is_empty());
}
