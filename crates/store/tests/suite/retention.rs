//! The chain of an anonymised complaint stands, and cannot be used to change anything else (M6, ADR 010).

use domain::flow::Action;
use domain::retention::{self, GONE, Retention};
use domain::time::Timestamp;
use rstest::rstest;
use sqlx::{Connection, Executor};
use store::testing::{Engine, TestStore};
use store::{Location, SearchTexts};

use crate::common::{Story, act, handler, id, note, scope};

const RETENTION: Retention = Retention { closed_days: 730 };

/// One complaint rejected at once, which closes it, with a note before; and when it is due.
async fn closed(store: &TestStore) -> Timestamp {
    let story = Story::new(1).received(store.branch());
    store.commit(story).await.unwrap();
    let complaint = store.complaint(&scope(store.branch()), id(1)).await.unwrap().unwrap();
    store.commit(note(&complaint, "客户的丈夫会接电话")).await.unwrap();
    let complaint = store.complaint(&scope(store.branch()), id(1)).await.unwrap().unwrap();
    let withdrawn = Action::Withdraw { reason: "客户撤诉".into() };
    store
        .commit(act(&complaint, &handler(store.branch()), &[Action::Accept, withdrawn], complaint.changed))
        .await
        .unwrap();
    complaint.changed.plus_seconds(730 * 86_400)
}

async fn anonymised(store: &TestStore, now: Timestamp) {
    let complaint = store.complaint(&scope(store.branch()), id(1)).await.unwrap().unwrap();
    let kept = store.kept(complaint).await.unwrap();
    let done =
        retention::anonymise(kept.complaint(), &kept.entries, RETENTION, now, |entry| kept.reads(entry)).unwrap();
    assert!(done.rewritten.len() >= 3, "received, noted and withdrawn with words");
    store.anonymise(done.clone(), SearchTexts::default()).await.unwrap();
    let again = store.anonymise(done, SearchTexts::default()).await;
    assert!(matches!(again, Err(store::Error::Conflict)), "who comes second changes nothing: {again:?}");
}

/// Changes a row behind the program's back.
async fn changed(store: &TestStore, sql: String) {
    match store.location() {
        Location::Directory(folder) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("shouwen.db"));
            let mut line = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            line.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        Location::Postgres(url) => {
            let mut line = sqlx::PgConnection::connect(url).await.unwrap();
            line.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_an_anonymised_complaint_verifies_and_nothing_else_passes_for_one(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let due = closed(&store).await;
    // Words taken out by hand are a changed entry: no later one vouches for it.
    let by_hand = "UPDATE journal SET payload = REPLACE(payload, '客户的丈夫会接电话', '***') WHERE seq = 2";
    changed(&store, by_hand.into()).await;
    let report = store.verify().await.unwrap();
    assert!(report.problems.iter().any(|problem| problem.sequence == Some(2)), "{report:?}");
    changed(&store, by_hand.replace("'客户的丈夫会接电话', '***'", "'***', '客户的丈夫会接电话'")).await;
    assert_eq!(store.verify().await.unwrap().problems, []);

    anonymised(&store, due).await;
    let report = store.verify().await.unwrap();
    assert_eq!((report.problems.as_slice(), report.anonymised), (&[][..], 1));
    let entries = store.entries(&scope(store.branch()), id(1)).await.unwrap();
    assert!(format!("{:?}", entries[1].events).contains(GONE));
    let last = entries.len();

    // What stands there now is held as well: another word, another time, another actor, another voucher.
    for (change, undo, at) in [
        ("payload = REPLACE(payload, '***', '改写')", "payload = REPLACE(payload, '改写', '***')", 2),
        ("at = at + 1", "at = at - 1", 2),
        ("actor = REPLACE(actor, '人员1', '人员2')", "actor = REPLACE(actor, '人员2', '人员1')", 3),
        (
            "payload = REPLACE(payload, '\"sequence\":2', '\"sequence\":9')",
            "payload = REPLACE(payload, '\"sequence\":9', '\"sequence\":2')",
            last,
        ),
    ] {
        changed(&store, format!("UPDATE journal SET {change} WHERE seq = {at}")).await;
        let report = store.verify().await.unwrap();
        let named = report.problems.iter().any(|problem| problem.sequence == Some(at as u64));
        assert!(named, "{change}: {report:?}");
        changed(&store, format!("UPDATE journal SET {undo} WHERE seq = {at}")).await;
        assert_eq!(store.verify().await.unwrap().problems, [], "{undo}");
    }
}
