//! The way of a complaint through the desk, on both engines: M1, M2, M4, M6.

use app::desk::{Desk, DeskError};
use domain::complaint::{Attribution, Means, Resolution, UpstreamNumber};
use domain::flow::{Action, State};
use domain::grade::Grade;
use domain::journal::MaskedField;
use domain::person::Role;
use rstest::rstest;
use store::testing::Engine;
use store::{QueueQuery, SearchQuery, View};

use crate::common::{desk, enter, intake, now, somebody};

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m1_one_number_is_one_complaint_by_whichever_doors_it_comes(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let from = |client: &str, number: &str| {
        let mut one = intake(Some(number), None);
        one.upstream = Some(UpstreamNumber { client: client.into(), number: number.into() });
        one
    };
    let first = desk.receive(&viewer, from("eoms", "Z9")).await.expect("received").complaint.id;
    let typed = desk.receive(&viewer, from("branch", "Z9")).await.expect("the first one");
    assert!(typed.repeated && typed.complaint.id == first);
    desk.receive(&viewer, from("branch", "Z8")).await.expect("received");
    let delivered = desk.receive(&viewer, from("eoms", "Z8")).await.expect("the imported one");
    assert!(delivered.repeated, "and the other way round");
    // Two systems may number alike.
    let other = desk.receive(&viewer, from("crm", "Z9")).await.expect("received");
    assert!(!other.repeated && other.complaint.id != first);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m14_a_batch_is_graded_as_one_call_after_the_other(#[case] engine: Engine) {
    let day = 86_400;
    let orders = || {
        let at = [now().plus_seconds(-40 * day), now().plus_seconds(-3 * day), now().plus_seconds(-60), now(), now()];
        at.into_iter().enumerate().map(|(number, complained)| {
            let mut order = intake(Some(&format!("EOMS-{number}")), None);
            order.matter.complained = complained;
            order
        })
    };
    let grades = async |desk: &Desk| {
        let mut list = Vec::new();
        for number in 0..5 {
            let upstream = UpstreamNumber { client: "branch".into(), number: format!("EOMS-{number}") };
            let known = desk.by_upstream(&desk.house(), &upstream).await.expect("read").expect("received");
            list.push(known.suggestion);
        }
        list
    };
    let Some((one_by_one, viewer, _place)) = desk(engine).await else { return };
    for order in orders() {
        one_by_one.receive(&viewer, order).await.expect("received");
    }
    let Some((batch, viewer, _place)) = desk(engine).await else { return };
    let received = batch.receive_many(&viewer, orders().collect(), now()).await.expect("received");
    assert!(received.iter().all(Result::is_ok));
    let expected = grades(&one_by_one).await;
    assert_eq!(grades(&batch).await, expected);
    // Forty days before nothing is a repeat; three days before one is too old to be one.
    let told = expected.iter().map(|one| one.grade).collect::<Vec<_>>();
    assert_eq!(told, [Grade::Ordinary, Grade::Ordinary, Grade::Significant, Grade::Significant, Grade::Major]);
    // The same file once more changes no count.
    batch.receive_many(&viewer, orders().collect(), now()).await.expect("repeated");
    let phone = intake(None, None);
    assert_eq!(batch.suggest(&phone).reasons, one_by_one.suggest(&phone).reasons);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m1_the_same_number_or_submission_twice_is_one_complaint(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let first = desk.receive(&viewer, intake(Some("EOMS-1"), None)).await.expect("received");
    let again = desk.receive(&viewer, intake(Some("EOMS-1"), None)).await.expect("the first one");
    assert!(!first.repeated && again.repeated);
    assert_eq!(first.complaint.id, again.complaint.id);
    let form = desk.receive(&viewer, intake(None, Some("key-1"))).await.expect("received");
    let resent = desk.receive(&viewer, intake(None, Some("key-1"))).await.expect("the first one");
    assert!(resent.repeated);
    assert_eq!(form.complaint.id, resent.complaint.id);
    assert_ne!(form.complaint.id, first.complaint.id);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m1_many_are_received_each_for_itself(#[case] engine: Engine) {
    let Some((desk, _, _place)) = desk(engine).await else { return };
    let batch = vec![intake(Some("A"), None), intake(Some("B"), None), intake(Some("A"), None)];
    let outcomes = desk.receive_many(&desk.house(), batch, now()).await.expect("received");
    let added = outcomes.iter().filter(|outcome| matches!(outcome, Ok(app::desk::Outcome::Added(_)))).count();
    assert_eq!((outcomes.len(), added), (3, 2));
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn m4_m6_from_intake_to_the_closed_record(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let complaint = desk.receive(&viewer, intake(None, None)).await.expect("received").complaint;
    assert_eq!(complaint.first_owner.name, "李敏", "M4: who is asked first owns it");
    assert_eq!(complaint.checks.len(), 1, "M2: checked at intake");
    let frozen = desk.evidence(&viewer, complaint.id, 1).await.expect("read").expect("the evidence is kept");
    assert_eq!(frozen.verdict.cause, domain::check::Cause::Unknown, "nothing loaded is never normal");

    let act = async |version, actions| desk.act_all(&viewer, complaint.id, version, actions, None).await;
    let accepted = act(Some(1), vec![Action::Accept]).await.expect("accepted");
    let stale = act(Some(1), vec![Action::Note { text: "迟到".into() }]).await;
    assert!(matches!(stale, Err(DeskError::Conflict)), "a stale edit is never a lost update");
    let refused = act(None, vec![Action::Reply { text: "已恢复".into() }]).await;
    assert!(matches!(refused, Err(DeskError::Refused(_))), "nobody has spoken to the customer yet");
    let contact = Action::Contact { means: Means::Call, reached: true, took_place: now(), summary: "已说明".into() };
    let close = Action::Close {
        cause: None,
        attribution: Some(Attribution::Fault),
        resolution: Some(Resolution::Solved),
        plan: None,
        remark: String::new(),
    };
    act(Some(accepted.version), vec![contact, Action::Reply { text: "已恢复".into() }]).await.expect("answered");
    let closed = act(None, vec![close]).await.expect("closed");
    assert_eq!((closed.state, closed.version), (State::Closed, 4));

    let entries = desk.entries(&viewer, complaint.id).await.expect("the journal");
    let replayed = domain::complaint::Complaint::replay(&entries).expect("replays");
    assert_eq!(replayed, closed, "M6: the journal explains the state");
    assert_eq!(desk.complaint(&viewer, complaint.id).await.expect("read"), Some(closed));
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn a_phone_is_found_by_its_tail_and_shown_only_with_a_reason(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let complaint = desk.receive(&viewer, intake(None, None)).await.expect("received").complaint;
    for text in ["1234", "19900001234", "断线", "示例路", complaint.number.as_str()] {
        let query = SearchQuery { text: text.into(), limit: 10, ..SearchQuery::default() };
        let page = desk.search(&viewer, query).await.expect("searched");
        assert_eq!(page.rows.len(), 1, "{text}");
    }
    let page = desk.search(&viewer, SearchQuery { text: "4321".into(), limit: 10, ..SearchQuery::default() }).await;
    assert!(page.expect("searched").rows.is_empty());
    // Nor by one somebody wrote into the text, however they wrote it.
    let mut written = intake(None, None);
    written.matter.description = "回拨 138-0000-7788 或 tel13900006655".into();
    desk.receive(&viewer, written).await.expect("received");
    for text in ["00007788", "0000", "13900006655", "39000066", "tel139000"] {
        let query = SearchQuery { text: text.into(), limit: 10, ..SearchQuery::default() };
        assert_eq!(desk.search(&viewer, query).await.expect("searched").rows.len(), 0, "{text}");
    }
    let stored = serde_json::to_string(&desk.entries(&viewer, complaint.id).await.expect("journal")).expect("JSON");
    assert!(!stored.contains("19900001234") && !stored.contains("王小明"), "sealed in the journal too");

    let silent = desk.unmask(&viewer, complaint.id, MaskedField::Phone, " ".into()).await;
    assert!(matches!(silent, Err(DeskError::Refused(_))));
    let phone = desk.unmask(&viewer, complaint.id, MaskedField::Phone, "回拨".into()).await.expect("shown");
    assert_eq!(phone, "19900001234");
    assert_eq!(desk.entries(&viewer, complaint.id).await.expect("journal").len(), 2, "the look is on record");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn foreign_and_missing_complaints_answer_alike(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    let complaint = desk.receive(&viewer, intake(None, None)).await.expect("received").complaint;
    let outside = enter(&desk, somebody("contractor", Role::Contractor)).await;
    assert!(desk.complaint(&outside, complaint.id).await.expect("read").is_none());
    assert!(desk.entries(&outside, complaint.id).await.expect("read").is_empty());
    assert!(desk.evidence(&outside, complaint.id, 1).await.expect("read").is_none());
    let note = vec![Action::Note { text: "x".into() }];
    let acted = desk.act_all(&outside, complaint.id, None, note, None).await;
    assert!(matches!(acted, Err(DeskError::NotFound)));
    let query = QueueQuery { view: View::All, filter: store::Filter::default(), after: None, limit: 10 };
    assert!(desk.queue(&outside, &query).await.expect("read").rows.is_empty());
    assert_eq!(desk.queue(&viewer, &query).await.expect("read").rows.len(), 1);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn sessions_and_tokens_open_doors_until_they_end(#[case] engine: Engine) {
    let Some((desk, viewer, _place)) = desk(engine).await else { return };
    assert!(desk.sign_in("handler", "wrong password".into()).await.expect("asked").is_none());
    assert!(desk.sign_in("nobody", "a good password".into()).await.expect("asked").is_none());
    let person = desk.sign_in("handler", "a good password".into()).await.expect("asked").expect("signed in");
    let session = desk.begin_session(person.id).await.expect("begun");
    assert_eq!(desk.session(&session).await.expect("read"), Some(viewer));
    desk.set_active(&desk.house(), person.id, false).await.expect("switched off");
    assert!(desk.session(&session).await.expect("read").is_none(), "switched off, the session ends at once");

    let token = desk.create_token("eoms").await.expect("made");
    assert!(desk.machine(&token).await.expect("read").is_some());
    assert!(desk.machine("sw_wrong").await.expect("read").is_none());
    assert_eq!(desk.revoke_token("eoms").await.expect("revoked"), 1);
    assert!(desk.machine(&token).await.expect("read").is_none());
}
