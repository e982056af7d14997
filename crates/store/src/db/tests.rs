//! What the engines do at their limits, and what is made of it.

use super::*;
use crate::testing::{Engine, TestStore};

/// SQLite writes what a statement may have to undo to a file once there is much of it, in pieces whose size is a setting of its
/// building; from 128 KiB on such a piece is not written at all, and that it calls a full disk.
#[tokio::test]
async fn m6_a_statement_that_may_have_to_undo_much_is_carried_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::sqlite(&folder.path().join("shouwen.db")).await.expect("a database");
    db.exec("CREATE TABLE page (name TEXT NOT NULL UNIQUE) STRICT").await.expect("a table");
    let rows = |factor: &'static str| {
        let mut sql = Sql::new("WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40000) ");
        sql.push("INSERT INTO page (name) SELECT printf('%0200d', i * 7919 % 40009 * ").push(factor).push(") FROM n");
        sql
    };
    assert_eq!(db.exec(rows("2")).await.expect("rows"), 40_000);
    let mut tx = db.write().await.expect("a transaction");
    // Among those that are there, in no order: every page of the index is written to.
    assert_eq!(tx.exec(rows("2 + 1")).await.expect("there is room"), 40_000);
    tx.commit().await.expect("durable");
}

#[tokio::test]
async fn m1_a_connection_whose_transaction_the_engine_took_back_by_itself_is_not_lent_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::sqlite(&folder.path().join("shouwen.db")).await.expect("a database");
    db.exec("CREATE TABLE word (text TEXT NOT NULL) STRICT").await.expect("a table");
    let mut tx = db.write().await.expect("a transaction");
    // What SQLite does on a full disk.
    tx.exec("ROLLBACK").await.expect("taken back");
    drop(tx);
    assert_eq!(db.exec("INSERT INTO word (text) VALUES ('a')").await.expect("the next one writes"), 1);
    let rows: Vec<(String,)> = db.all("SELECT text FROM word").await.expect("rows");
    assert_eq!(rows, [("a".to_owned(),)]);
}

/// Whoever reads does not pay for a line that was lost before: a fresh one answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_read_whose_line_was_lost_goes_to_a_fresh_one() {
    const ENDS: &str = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
                        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    const ASKED: &str = "SELECT CAST(1 AS BIGINT)";
    let Some(store) = TestStore::on(Engine::Postgres).await else { return };
    let db = store.db();
    for _ in 0..2 {
        assert!(db.all::<(i64,)>(ASKED).await.is_ok());
        assert!(db.exec(ENDS).await.expect("an answer") > 0, "somebody's line was ended");
        assert_eq!(db.one::<(i64,)>(ASKED).await.expect("an answer"), Some((1,)));
        assert!(db.exec(ENDS).await.expect("an answer") > 0, "the fresh one, too");
        assert!(db.snapshot().await.is_ok());
    }
}

/// A line that stood idle too long, within a transaction or outside, is ended by the server: the next try has another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_what_the_server_ended_for_being_idle_is_tried_again() {
    const MOMENT: Duration = Duration::from_millis(300);
    let Some(store) = TestStore::on(Engine::Postgres).await else { return };
    let db = store.db();
    let mut tx = db.write().await.expect("a transaction");
    tx.exec("SET LOCAL idle_in_transaction_session_timeout = '20ms'").await.expect("a setting");
    tokio::time::sleep(MOMENT).await;
    let ended = tx.exec("SELECT 1").await.expect_err("the line is gone");
    assert!(ended.is_transient(), "{ended:?}");
    drop(tx);
    db.exec("SET idle_session_timeout = '20ms'").await.expect("a setting");
    tokio::time::sleep(MOMENT).await;
    assert_eq!(db.exec("SELECT 1").await.expect("on another line"), 1);
}

/// A server that died before it had written a transaction's number down does not know it, until it gives it to somebody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_transaction_the_server_knows_nothing_of_has_ended_and_one_that_goes_on_is_waited_for() {
    let Some(store) = TestStore::on(Engine::Postgres).await else { return };
    let db = store.db();
    surely::ended(db, "999999999999").await.expect("nothing goes on under it");
    let mut tx = db.write().await.expect("a transaction");
    let number: Option<(String,)> = tx.one("SELECT CAST(pg_current_xact_id() AS TEXT)").await.expect("a number");
    let (number,) = number.expect("a row");
    let soon = Duration::from_millis(500);
    assert!(tokio::time::timeout(soon, surely::ended(db, &number)).await.is_err(), "it has not ended");
    tx.commit().await.expect("durable");
    surely::ended(db, &number).await.expect("it has");
}
