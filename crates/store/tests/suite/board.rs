//! What stands beside the complaint's row for the board and everybody's home: written with the command, on both engines.

use domain::clock::ClockKind;
use domain::flow::{Action, PaperKind, Party};
use domain::person::{Role, Viewer, Who};
use domain::post::PostScope;
use rstest::rstest;
use sqlx::Connection;
use store::testing::Engine;
use store::{Filter, Location, QueueQuery, Store, View};

use crate::common::{Story, act, at, handler, person, scope, start, tick, viewer};

fn query(view: View) -> QueueQuery {
    QueueQuery { view, filter: Filter::default(), after: None, limit: 50 }
}

fn write(paper: PaperKind) -> Action {
    Action::Write { paper, text: "写明".into() }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m13_what_is_asked_is_listed_until_it_is_answered(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let received = Story::new(1).received(store.branch());
    let complaint = received.complaint.clone();
    store.commit(received).await.unwrap();
    let leader = viewer(store.branch(), person(9, Role::TeamLeader, None));
    let asked = act(&complaint, &leader, &[Action::Accept, write(PaperKind::Supervision)], start().plus_seconds(90));
    let complaint = asked.complaint.clone();
    let due = complaint.running(ClockKind::Supervision).unwrap().due;
    store.commit(asked).await.unwrap();

    let scope = scope(store.branch());
    let listed = store.queue(&scope, &query(View::Asked(ClockKind::Supervision))).await.unwrap().rows;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].due.map(|due| (due.kind, due.due)), Some((ClockKind::Supervision, due)));
    assert!(store.queue(&scope, &query(View::Asked(ClockKind::Dispute))).await.unwrap().rows.is_empty());
    let board = store.board(&scope, due.plus_seconds(1)).await.unwrap();
    assert_eq!((board.asked[&ClockKind::Supervision].open, board.asked[&ClockKind::Supervision].overdue), (1, 1));

    assert_eq!(store.verify().await.unwrap().problems, []);
    let answered =
        act(&complaint, &handler(store.branch()), &[write(PaperKind::SupervisionAnswer)], start().plus_seconds(900));
    store.commit(answered).await.unwrap();
    assert!(store.queue(&scope, &query(View::Asked(ClockKind::Supervision))).await.unwrap().rows.is_empty());
    assert!(store.board(&scope, due).await.unwrap().asked.is_empty());
    assert_eq!(store.verify().await.unwrap().problems, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_what_is_suspended_comes_up_when_it_wakes_and_not_before(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let me = handler(store.branch());
    let commits: Vec<_> = (0..3).map(|number| Story::new(number).received(store.branch())).collect();
    let mut complaints: Vec<_> = commits.iter().map(|commit| commit.complaint.clone()).collect();
    assert!(store.commit_all(commits).await.iter().all(Result::is_ok));
    let until = start().plus_seconds(20 * 86_400);
    for (number, complaint) in complaints.iter_mut().enumerate() {
        let talked = Action::Contact {
            means: domain::complaint::Means::Call,
            reached: true,
            took_place: start().plus_seconds(300),
            summary: "已联系".into(),
        };
        let mut moves = vec![Action::Accept, talked];
        if number == 0 {
            moves.push(Action::Suspend { waits_on: Party::Customer, until: Some(until), reason: "出差".into() });
        }
        let commit = act(complaint, &me, &moves, start().plus_seconds(600));
        *complaint = commit.complaint.clone();
        store.commit(commit).await.unwrap();
    }
    let rows = store.queue(&scope(store.branch()), &query(View::Open)).await.unwrap().rows;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids, [complaints[1].id, complaints[2].id, complaints[0].id]);
    let sleeping = rows[2].due.unwrap();
    assert_eq!((sleeping.paused, sleeping.due), (true, until));
    let board = store.board(&scope(store.branch()), until.plus_seconds(-1)).await.unwrap();
    assert_eq!((board.whole.open, board.whole.paused), (3, 1));
    assert_eq!(board.by_party[&Party::Customer].overdue, 0, "what is suspended is not late");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_what_a_tick_tells_by_mail_goes_out_however_many_complaints_share_it(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let commits: Vec<_> = (0..3).map(|number| Story::new(number).received(store.branch())).collect();
    let complaints: Vec<_> = commits.iter().map(|commit| commit.complaint.clone()).collect();
    assert!(store.commit_all(commits).await.iter().all(Result::is_ok));
    let later = start().plus_seconds(7 * 86_400);
    let ticks = complaints.iter().enumerate().map(|(number, complaint)| {
        let mut commit = tick(complaint, later);
        commit.outbox.push(crate::outbox::outgoing(number as u128 + 1, &format!("rung-{number}")));
        commit
    });
    assert!(store.commit_all(ticks.collect()).await.iter().all(Result::is_ok));
    let house = PostScope::of(&Viewer { branch: store.branch(), who: Who::House });
    assert_eq!(store.outgoing_list(&house, None, None, 10).await.unwrap().len(), 3);
}

/// Takes the step of the board and those after it back, so that the store is one of the version before.
async fn forget(store: &store::testing::TestStore) {
    const UNDO: &str = "DROP TABLE asked; DROP TABLE departure; DROP INDEX queue_waits; DROP INDEX queue_longest; \
        ALTER TABLE complaint DROP COLUMN severe_at; ALTER TABLE complaint DROP COLUMN waits_since; \
        UPDATE complaint SET due_at = 0; DROP TABLE roster_entry; DELETE FROM schema_step WHERE step >= 7;";
    match store.location() {
        Location::Directory(folder) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("shouwen.db"));
            let mut store = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            sqlx::raw_sql(UNDO).execute(&mut store).await.unwrap();
        }
        Location::Postgres(url) => {
            let mut store = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::raw_sql(UNDO).execute(&mut store).await.unwrap();
        }
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m13_a_store_of_the_version_before_has_its_board_after_the_step(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let mut commits: Vec<_> = (0..3).map(|number| Story::new(number).received(store.branch())).collect();
    let leader = viewer(store.branch(), person(9, Role::TeamLeader, None));
    let more =
        act(&commits[0].complaint, &leader, &[Action::Accept, write(PaperKind::Dispute)], at("2026-03-04T02:15:00Z"));
    commits.push(more);
    for commit in commits {
        store.commit(commit).await.unwrap();
    }
    let scope = scope(store.branch());
    let later = start().plus_seconds(30 * 86_400);
    let (before, queue) =
        (store.board(&scope, later).await.unwrap(), store.queue(&scope, &query(View::Longest)).await.unwrap());
    assert!(before.whole.severe == 3 && before.asked[&ClockKind::Dispute].open == 1);

    forget(&store).await;
    let store = Store::open(store.location()).await.unwrap();
    assert_eq!(store.board(&scope, later).await.unwrap(), before);
    assert_eq!(store.queue(&scope, &query(View::Longest)).await.unwrap(), queue);
    assert_eq!(store.verify().await.unwrap().problems, []);
}
