//! Stores and backups of earlier versions come along: a kept sample of each is brought forward on both engines (M6).
//!
//! A sample is a backup that the version of that schema wrote, of complaints in every flow and nearly every state.

use std::path::{Path, PathBuf};

use domain::time::Timestamp;
use rstest::rstest;
use sqlx::Connection;
use store::testing::{Engine, fresh_location, location_of, released_schemas};
use store::{Examined, Location, Store};

use crate::common::scope;

/// Every kept sample: the schema step it is of, and the file.
fn samples() -> Vec<(i64, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let step = |path: &Path| path.file_stem()?.to_str()?.strip_prefix("schema-")?.parse().ok();
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (step(&path).expect("schema-NNN.backup"), path)).collect()
}

/// Statements of somebody who goes past the program.
pub async fn by_hand(location: &Location, statements: &'static str) {
    match location {
        Location::Directory(folder) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("shouwen.db"));
            let mut store = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            sqlx::raw_sql(statements).execute(&mut store).await.unwrap();
        }
        Location::Postgres(url) => {
            let mut store = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::raw_sql(statements).execute(&mut store).await.unwrap();
        }
    }
}

/// What the sample of schema 7 holds.
const COMPLAINTS: u64 = 27;

async fn is_whole(store: &Store) {
    let report = store.verify().await.unwrap();
    assert_eq!(report.problems, []);
    assert_eq!((report.complaints, report.locations), (COMPLAINTS, 1));
    let late = Timestamp::END;
    let mut due = 0;
    let mut after = None;
    loop {
        let page = store.due_ticks(late, after, 20).await.unwrap();
        due += page.complaints.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(due > 10, "open complaints are ticked on: {due}");
    let board = store.board(&scope(store.branch()), "2026-11-26T08:00:00Z".parse().unwrap()).await.unwrap();
    assert!(board.whole.open >= 19 && !board.asked.is_empty(), "{board:?}");
}

#[test]
fn m6_a_sample_of_every_released_schema_is_kept() {
    let mut kept: Vec<i64> = samples().into_iter().map(|(step, _)| step).collect();
    kept.sort_unstable();
    assert_eq!(kept, released_schemas());
    assert_eq!(kept.last(), Some(&Examined::LATEST), "a step lands with a sample of the schema it makes");
}

/// A step that cannot be taken takes back those before it: the store is as the version before left it.
#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_step_that_fails_leaves_the_store_as_it_was(#[case] engine: Engine) {
    let (_, sample) = samples().into_iter().find(|(step, _)| *step == 7).unwrap();
    let Some((location, _place)) = location_of(engine, &sample).await else { return };
    // In the way of step 12, so that five were taken before it.
    by_hand(&location, "CREATE TABLE export_request (in_the_way INTEGER)").await;
    let refused = Store::open(&location).await;
    assert!(refused.is_err(), "{refused:?}");
    let taken = Store::schema_of(&location).await.unwrap().into_iter().filter(|step| step.taken).count();
    assert_eq!(taken, 7);
    by_hand(&location, "DROP TABLE export_request").await;
    is_whole(&Store::open(&location).await.unwrap()).await;
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_store_of_an_earlier_version_is_brought_forward_whole(#[case] engine: Engine) {
    for (_, sample) in samples() {
        let Some((location, _place)) = location_of(engine, &sample).await else { return };
        is_whole(&Store::open(&location).await.unwrap()).await;
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_backup_of_an_earlier_version_is_restored_whole(#[case] engine: Engine) {
    for (_, sample) in samples() {
        let Some((location, _place)) = fresh_location(engine).await else { return };
        let summary = Store::restore(&sample, &location, &[], &mut |_, _| {}).await.unwrap();
        assert_eq!((summary.tables["complaint"], summary.tables["complaint_record"]), (COMPLAINTS, COMPLAINTS));
        is_whole(&Store::open(&location).await.unwrap()).await;
    }
}

/// The step of the board fills what was there before it: taken back, and gone again.
#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m13_a_store_without_a_board_has_it_after_the_step(#[case] engine: Engine) {
    const UNDO: &str = "DROP TABLE asked; DROP TABLE departure; DROP INDEX queue_waits; DROP INDEX queue_longest; \
        ALTER TABLE complaint DROP COLUMN severe_at; ALTER TABLE complaint DROP COLUMN waits_since; \
        UPDATE complaint SET due_at = 0 WHERE is_open; DELETE FROM schema_step WHERE name = 'board';";
    let (_, sample) = samples().into_iter().find(|(step, _)| *step == 7).unwrap();
    let Some((location, _place)) = location_of(engine, &sample).await else { return };
    by_hand(&location, UNDO).await;
    is_whole(&Store::open(&location).await.unwrap()).await;
}

/// Words that know no span, as they were before that step, know theirs after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m18_a_server_searches_what_came_before_spans_by_their_spans_too() {
    const UNDO: &str = "UPDATE complaint_search SET words = array_to_tsvector(string_to_array(tokens, ' '))";
    const WITHOUT: &str = "SELECT count(*) FROM complaint_search s JOIN complaint c ON c.branch_id = s.branch_id \
        AND c.id = s.complaint_id WHERE NOT s.words @@ CAST('@1.' || c.received / 86400000000 || ' & @8.' || \
        c.received / 691200000000 || ' & @64.' || c.received / 5529600000000 AS tsquery)";
    let (_, sample) = samples().into_iter().find(|(step, _)| *step == 13).unwrap();
    let Some((location, _place)) = location_of(Engine::Postgres, &sample).await else { return };
    let Location::Postgres(url) = &location else { unreachable!("of that engine") };
    let mut server = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(UNDO).execute(&mut server).await.unwrap();
    let without = async |server: &mut sqlx::PgConnection| -> i64 {
        let (count,) = sqlx::query_as::<_, (i64,)>(WITHOUT).fetch_one(server).await.unwrap();
        count
    };
    assert_eq!(without(&mut server).await, COMPLAINTS as i64);
    is_whole(&Store::open(&location).await.unwrap()).await;
    assert_eq!(without(&mut server).await, 0);
}
