//! Committing: whole or not at all, each thing once, nobody overwritten.

use domain::complaint::{Complaint, UpstreamNumber};
use domain::flow::Action;
use domain::person::Role;
use rstest::rstest;
use store::testing::Engine;
use store::{Commit, Duplicate, Error};

use crate::common::{Story, act, check, handler, id, note, person, scope, start, tick, viewer};

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_what_was_acknowledged_reads_back_the_same(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let mut story = Story::new(1);
    story.upstream = Some("GD-20260304-77".into());
    story.submission = Some("form-1".into());
    let commit = story.received(store.branch());
    store.commit(commit.clone()).await.unwrap();
    let scope = scope(store.branch());
    assert_eq!(store.complaint(&scope, id(1)).await.unwrap(), Some(commit.complaint.clone()));
    assert_eq!(store.entries(&scope, id(1)).await.unwrap(), vec![commit.entry.clone()]);
    let frozen = check(story.lon, story.lat, story.at);
    assert_eq!(store.evidence(&scope, id(1), 1).await.unwrap(), Some(frozen));
    assert_eq!(store.evidence(&scope, id(1), 2).await.unwrap(), None);
    let number = commit.complaint.number.as_str();
    assert_eq!(store.complaint_by_number(&scope, number).await.unwrap().map(|found| found.id), Some(id(1)));
    let upstream = UpstreamNumber { client: "eoms".into(), number: "GD-20260304-77".into() };
    assert_eq!(store.by_upstream(&scope, &upstream).await.unwrap().map(|found| found.id), Some(id(1)));
    assert_eq!(store.by_submission(store.branch(), "form-1").await.unwrap(), Some(id(1)));
    assert_eq!(store.by_submission(store.branch(), "form-2").await.unwrap(), None);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_the_same_upstream_number_twice_is_one_complaint(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let mut story = Story::new(1);
    story.upstream = Some("77".into());
    store.commit(story.received(store.branch())).await.unwrap();
    story.number = 2;
    let again = store.commit(story.received(store.branch())).await;
    assert!(matches!(again, Err(Error::Duplicate(Duplicate::Upstream))), "{again:?}");
    let scope = scope(store.branch());
    assert_eq!(store.complaint(&scope, id(2)).await.unwrap(), None, "nothing of the second one is written");
    assert_eq!(store.entries(&scope, id(2)).await.unwrap(), vec![]);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_a_repeated_submission_is_told_from_a_taken_number(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let mut story = Story::new(1);
    story.submission = Some("form".into());
    let first = story.received(store.branch());
    store.commit(first.clone()).await.unwrap();
    let again = store.commit(first.clone()).await;
    assert!(matches!(again, Err(Error::Duplicate(Duplicate::Submission))), "{again:?}");
    let mut numbered = Story::new(2).received(store.branch());
    numbered.complaint.number = first.complaint.number.clone();
    let taken = store.commit(numbered).await;
    assert!(matches!(taken, Err(Error::Duplicate(Duplicate::Number))), "{taken:?}");
    let mut same = Story::new(1);
    same.number = 1;
    let mut same = same.received(store.branch());
    same.complaint.number = domain::id::ComplaintNumber::from("TS-20260304-9999".to_owned());
    let taken = store.commit(same).await;
    assert!(matches!(taken, Err(Error::Duplicate(Duplicate::Complaint))), "{taken:?}");

    // The same holds for a later move: its key finds the first one, also when the version has moved on.
    let mut moved = note(&first.complaint, "甲");
    moved.submission = Some("move".into());
    store.commit(moved.clone()).await.unwrap();
    let again = store.commit(moved).await;
    assert!(matches!(again, Err(Error::Duplicate(Duplicate::Submission))), "{again:?}");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_stale_edit_is_a_conflict_and_leaves_no_journal_row(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let first = Story::new(1).received(store.branch());
    store.commit(first.clone()).await.unwrap();
    let (mine, theirs) = (note(&first.complaint, "甲"), note(&first.complaint, "乙"));
    store.commit(theirs.clone()).await.unwrap();
    let stale = store.commit(mine).await;
    assert!(matches!(stale, Err(Error::Conflict)), "{stale:?}");
    let entries = store.entries(&scope(store.branch()), id(1)).await.unwrap();
    assert_eq!(entries, vec![first.entry, theirs.entry]);
    let nowhere = note(&Story::new(9).received(store.branch()).complaint, "丙");
    assert!(matches!(store.commit(nowhere).await, Err(Error::NotFound)));
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn m6_of_racing_writers_exactly_one_wins_each_version(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let first = Story::new(1).received(store.branch());
    store.commit(first.clone()).await.unwrap();
    let mut complaint = first.complaint;
    for round in 0..5 {
        let racers = (0..16).map(|racer| {
            let (store, commit) = (store.store(), note(&complaint, &format!("{round}-{racer}")));
            tokio::spawn(async move { store.commit(commit).await })
        });
        let mut won = 0;
        for racer in futures::future::join_all(racers).await {
            match racer.unwrap() {
                Ok(()) => won += 1,
                Err(Error::Conflict) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(won, 1);
        complaint = store.complaint(&scope(store.branch()), id(1)).await.unwrap().unwrap();
        assert_eq!(complaint.version, round + 2);
    }
    let entries = store.entries(&scope(store.branch()), id(1)).await.unwrap();
    assert_eq!(Complaint::replay(&entries).unwrap(), complaint);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn m1_commands_that_share_a_commit_stand_and_fall_alone(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let commands = (0..200_u32).map(|number| {
        let mut story = Story::new(number);
        // Every tenth repeats the upstream number of the one before.
        story.upstream = Some((number - u32::from(number % 10 == 9)).to_string());
        let (store, commit) = (store.store(), story.received(store.branch()));
        tokio::spawn(async move { (number, store.commit(commit).await) })
    });
    let mut written = 0;
    for command in futures::future::join_all(commands).await {
        let (number, answer) = command.unwrap();
        match answer {
            Ok(()) => written += 1,
            Err(Error::Duplicate(Duplicate::Upstream)) => assert!(number % 10 >= 8, "{number}"),
            Err(other) => panic!("{number}: {other}"),
        }
    }
    assert_eq!(written, 180);
    let count = store.count_complaints(&scope(store.branch()), &store::ListQuery::default()).await.unwrap();
    assert_eq!(count, 180);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_an_import_answers_every_row_and_keeps_the_good_ones(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let mut commits = Vec::new();
    for number in 0..450 {
        let mut story = Story::new(number);
        story.upstream = Some((number / 2 * 2 + u32::from(number != 301 && number % 2 == 1)).to_string());
        commits.push(story.received(store.branch()));
    }
    let answers = store.commit_all(commits.clone()).await;
    assert_eq!(answers.len(), 450);
    for (number, answer) in answers.iter().enumerate() {
        if number == 301 {
            assert!(matches!(answer, Err(Error::Duplicate(Duplicate::Upstream))), "{answer:?}");
        } else {
            assert!(answer.is_ok(), "{number} {answer:?}");
        }
    }
    let again = store.commit_all(commits).await;
    assert!(again.iter().all(Result::is_err), "nothing is imported twice");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contractor_reads_only_what_was_sent_to_the_own_organisation(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let branch = store.branch();
    let mut sent = Story::new(1);
    sent.flow = domain::flow::Flow::WorkOrder;
    let first = sent.received(branch);
    store.commit(first.clone()).await.unwrap();
    store.commit(Story::new(2).received(branch)).await.unwrap();
    let who = handler(branch);
    let accepted = act(&first.complaint, &who, &[Action::Accept], start().plus_seconds(300));
    let outsource = Action::Outsource { organisation: "维护甲".into(), task: "上站".into() };
    let outsourced = act(&accepted.complaint, &who, &[outsource], start().plus_seconds(400));
    store.commit(accepted).await.unwrap();
    store.commit(outsourced).await.unwrap();
    let of = |organisation| domain::access::Scope::of(&viewer(branch, person(7, Role::Contractor, organisation)));
    let (own, other, none) = (of(Some("维护甲")), of(Some("维护乙")), of(None));
    assert!(store.complaint(&own, id(1)).await.unwrap().is_some());
    assert!(store.evidence(&own, id(1), 1).await.unwrap().is_some());
    assert_eq!(store.entries(&own, id(1)).await.unwrap().len(), 3);
    for out in [&other, &none] {
        assert!(store.complaint(out, id(1)).await.unwrap().is_none());
        assert!(store.evidence(out, id(1), 1).await.unwrap().is_none());
        assert!(store.entries(out, id(1)).await.unwrap().is_empty());
    }
    assert!(store.complaint(&own, id(2)).await.unwrap().is_none());
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m9_a_tester_reads_what_was_sent_for_a_test_and_goes_on_reading_it(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let branch = store.branch();
    let (who, tester) = (handler(branch), viewer(branch, person(8, Role::FieldTester, None)));
    let scope = domain::access::Scope::of(&tester);
    let mut complaints = Vec::new();
    for number in 0..6 {
        let mut story = Story::new(number);
        story.flow = domain::flow::Flow::WorkOrder;
        let received = story.received(branch);
        let mut stands = received.complaint.clone();
        store.commit(received).await.unwrap();
        let order = Action::Write { paper: domain::flow::PaperKind::TestOrder, text: "到现场测试".into() };
        let moves = [(&who, Action::Accept), (&who, order), (&tester, Action::Feedback { result: "已测".into() })];
        for (at, (by, action)) in moves.into_iter().take(number as usize % 4).enumerate() {
            let commit = act(&stands, by, &[action], start().plus_seconds(1_000 + 60 * at as i64));
            stands = commit.complaint.clone();
            store.commit(commit).await.unwrap();
        }
        complaints.push(stands);
    }
    for complaint in &complaints {
        let read = store.complaint(&scope, complaint.id).await.unwrap();
        assert_eq!(read.is_some(), scope.covers(complaint), "{:?}", complaint.state);
        // By this the schema's step finds those that were on record before it.
        let document = serde_json::to_string(complaint).unwrap();
        assert_eq!(document.contains(r#""kind":"test_order""#), scope.covers(complaint));
    }
    let query = |view| store::QueueQuery { view, filter: store::Filter::default(), after: None, limit: 10 };
    for view in [store::View::Open, store::View::All] {
        let listed = store.queue(&scope, &query(view)).await.unwrap().rows;
        assert_eq!(listed.len(), complaints.iter().filter(|complaint| scope.covers(complaint)).count());
    }
    let states: Vec<_> = complaints.iter().filter(|one| scope.covers(one)).map(|one| one.state).collect();
    assert_eq!(states, [domain::flow::State::Testing, domain::flow::State::InProgress], "and it does not vanish");
    assert_eq!(store.verify().await.unwrap().problems, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_are_given_out_once_whoever_asks(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let day = jiff::civil::date(2026, 3, 4);
    assert_eq!(store.reserve_numbers(day, 1).await.unwrap(), 1);
    let asking = (0..20).map(|_| {
        let store = store.store();
        tokio::spawn(async move { store.reserve_numbers(day, 10).await.unwrap() })
    });
    let mut firsts: Vec<u32> =
        futures::future::join_all(asking).await.into_iter().map(|first| first.unwrap()).collect();
    firsts.sort_unstable();
    assert_eq!(firsts, (0..20).map(|block| 2 + block * 10).collect::<Vec<_>>());
    assert_eq!(store.reserve_numbers(jiff::civil::date(2026, 3, 5), 5).await.unwrap(), 1);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_many_commands_of_one_tick_are_written_together_and_each_stands_for_itself(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let branch = store.branch();
    let received: Vec<_> = (0..230).map(|number| Story::new(number).received(branch)).collect();
    assert!(store.commit_all(received.clone()).await.iter().all(Result::is_ok));
    let late = start().plus_seconds(30 * 86_400);
    let mut ticks: Vec<_> = received.iter().map(|one| tick(&one.complaint, late)).collect();
    // Among the told of, somebody takes one up and a word is left at another.
    ticks[20] = act(&received[20].complaint, &handler(branch), &[Action::Accept], late);
    ticks[21] = note(&tick(&received[21].complaint, late).complaint, "太早");
    // Somebody was quicker with one, another is told of twice, a third was never written.
    let overtaken = act(&received[7].complaint, &handler(branch), &[Action::Accept], late);
    store.commit(overtaken.clone()).await.unwrap();
    ticks.insert(9, note(&received[8].complaint, "同时"));
    ticks.push(tick(&Story::new(900).received(branch).complaint, late));
    let answers = store.commit_all(ticks.clone()).await;
    assert_eq!(answers.len(), 232);
    for (at, (command, answer)) in ticks.iter().zip(&answers).enumerate() {
        let id = command.complaint.id;
        let stands = store.complaint(&scope(branch), id).await.unwrap();
        match at {
            // Which comes second of two in one go does not matter, only that it is told.
            7 | 9 | 22 => assert!(matches!(answer, Err(Error::Conflict)), "{at}: {answer:?}"),
            231 => assert!(matches!(answer, Err(Error::NotFound)), "{at}: {answer:?}"),
            _ => assert!(answer.is_ok() && stands.as_ref() == Some(&command.complaint), "{at}: {answer:?}"),
        }
        if answer.is_ok() {
            assert_eq!(store.entries(&scope(branch), id).await.unwrap().last(), Some(&command.entry), "{at}");
        }
    }
    let stands = store.complaint(&scope(branch), id(7)).await.unwrap();
    assert_eq!(stands, Some(overtaken.complaint), "nobody is overwritten");
    let leader = person(2, Role::TeamLeader, None);
    let told = store.notices(&scope(branch), &leader, 10_000).await.unwrap();
    let complaints: std::collections::BTreeSet<_> = told.iter().map(|notice| notice.complaint.id).collect();
    assert_eq!(complaints.len(), 229, "every limit missed was told of, once");
    assert_eq!(store.verify().await.unwrap().problems, []);
}

/// What a node's tick hands over: commands that only tell, each with the hash it follows.
#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_of_two_nodes_that_tick_the_same_each_rung_is_one_of_theirs(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let branch = store.branch();
    let received = (0..60).map(|number| Story::new(number).received(branch)).collect();
    assert!(store.commit_all(received).await.iter().all(Result::is_ok));
    let late = start().plus_seconds(2 * 3_600);
    let due = store.due_ticks(late, None, 100).await.unwrap().complaints;
    let ticks = |due: &[store::DueComplaint]| {
        let told = |due: &store::DueComplaint| Commit { follows: Some(due.last.clone()), ..tick(&due.complaint, late) };
        due.iter().map(told).collect::<Vec<_>>()
    };
    // The one node was quicker with some of them, a person with two others.
    assert!(store.commit_all(ticks(&due[..20])).await.iter().all(Result::is_ok));
    for one in &due[20..22] {
        store.commit(note(&one.complaint, "先到一步")).await.unwrap();
    }
    let answers = store.commit_all(ticks(&due)).await;
    assert_eq!(answers.len(), 60);
    for (at, (one, answer)) in due.iter().zip(&answers).enumerate() {
        let refused = matches!(answer, Err(Error::Conflict));
        assert!(if at < 22 { refused } else { answer.is_ok() }, "{at}: {answer:?}");
        let entries = store.entries(&scope(branch), one.complaint.id).await.unwrap();
        assert_eq!(entries.len(), 2, "{at}: received, and told or noted");
    }
    let told = store.notices(&scope(branch), &person(1, Role::Handler, None), 10_000).await.unwrap();
    let rungs: std::collections::HashSet<_> =
        told.iter().map(|notice| format!("{} {:?} {:?}", notice.complaint.id, notice.clock, notice.rung)).collect();
    assert_eq!(rungs.len(), told.len(), "no rung is told of twice");
    let complaints: std::collections::BTreeSet<_> = told.iter().map(|notice| notice.complaint.id).collect();
    assert_eq!(complaints.len(), 58, "nobody is told of what was overtaken");
    assert_eq!(store.verify().await.unwrap().problems, []);
}
