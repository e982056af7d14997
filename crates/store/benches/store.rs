//! Figures of the store, each beside its reference in the same run: `cargo bench -p store`.
#![expect(clippy::unwrap_used, reason = "a measurement that fails says so by panicking")]

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, Executor};
use store::testing::{Engine, TestStore, fresh_location};
use store::{Location, QueueQuery, SearchQuery, Store, View};

#[path = "../tests/suite/common.rs"]
#[expect(dead_code, reason = "the measurements need part of what the tests tell")]
mod common;

use common::{Story, network, person, scope};

/// Commands at the same time.
const CLIENTS: u32 = 32;
/// Commands measured.
const COMMANDS: u32 = 4_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let Some(store) = TestStore::on(engine).await else { continue };
            println!("\n{engine:?}");
            intake(&store).await;
            imports(&store).await;
            inventory(&store).await;
            lists(&store, 100_000).await;
            safekeeping(&store).await;
        }
    });
}

async fn intake(store: &TestStore) {
    let branch = store.branch();
    let stories: Vec<_> = (0..COMMANDS).map(|number| Story::new(number).received(branch)).collect();
    let one_by_one = Instant::now();
    for story in &stories[..400] {
        store.commit(story.clone()).await.unwrap();
    }
    print_rate("one client, one by one", 400, one_by_one.elapsed());
    let began = Instant::now();
    let mut waits = Vec::new();
    let clients = (0..CLIENTS).map(|client| {
        let store = store.store();
        let mine: Vec<_> = stories[400..].iter().skip(client as usize).step_by(CLIENTS as usize).cloned().collect();
        tokio::spawn(async move {
            let mut waits = Vec::new();
            for story in mine {
                let asked = Instant::now();
                store.commit(story).await.unwrap();
                waits.push(asked.elapsed());
            }
            waits
        })
    });
    for client in futures::future::join_all(clients).await {
        waits.extend(client.unwrap());
    }
    print_rate("32 clients", COMMANDS - 400, began.elapsed());
    print_wait("  its wait", waits);
    if let Location::Directory(folder) = store.location() {
        let bare = bare(&folder.join("shouwen.db")).await;
        print_rate("reference: bare transactions of the same rows, one connection", COMMANDS, bare);
    }
}

/// The same rows written by SQLite itself, a durable transaction each.
async fn bare(source: &std::path::Path) -> Duration {
    let (Location::Directory(folder), _kept) = fresh_location(Engine::Sqlite).await.unwrap() else { unreachable!() };
    Store::open(&Location::Directory(folder.clone())).await.unwrap().close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.join("shouwen.db"))
        .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
        .foreign_keys(false);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let attach = format!("ATTACH '{}' AS source", source.display());
    connection.execute(AssertSqlSafe(attach)).await.unwrap();
    let ids: Vec<(i64,)> =
        sqlx::query_as("SELECT rowid FROM source.complaint").fetch_all(&mut connection).await.unwrap();
    let began = Instant::now();
    for (id,) in ids {
        connection.execute("BEGIN IMMEDIATE").await.unwrap();
        for statement in [
            "INSERT INTO complaint SELECT * FROM source.complaint WHERE rowid = $1",
            "INSERT INTO complaint_record SELECT * FROM source.complaint_record WHERE rowid = $1",
            "INSERT INTO journal SELECT * FROM source.journal WHERE rowid = $1",
            "INSERT INTO evidence SELECT * FROM source.evidence WHERE rowid = $1",
            "INSERT INTO complaint_search SELECT * FROM source.complaint_search WHERE rowid = $1",
            "INSERT INTO search_index (rowid, tokens) SELECT docid, tokens FROM source.complaint_search WHERE rowid = $1",
        ] {
            sqlx::query(statement).bind(id).execute(&mut connection).await.unwrap();
        }
        connection.execute("COMMIT").await.unwrap();
    }
    began.elapsed()
}

async fn imports(store: &Store) {
    let commits: Vec<_> = (10_000..20_000).map(|number| Story::new(number).received(store.branch())).collect();
    let began = Instant::now();
    for chunk in commits.chunks(200) {
        assert!(store.commit_all(chunk.to_vec()).await.iter().all(Result::is_ok));
    }
    print_rate("import of 10,000 complaints", 10_000, began.elapsed());
}

async fn inventory(store: &Store) {
    let elements = network::elements(200_000);
    let began = Instant::now();
    store.inventory_apply(&elements, |_| ()).await.unwrap();
    println!("{:>12.2?}  200,000 cells written", began.elapsed());
    let began = Instant::now();
    store.inventory_apply(&elements, |_| ()).await.unwrap();
    println!("{:>12.2?}  200,000 cells written again", began.elapsed());
    let began = Instant::now();
    assert_eq!(store.inventory().await.unwrap().len(), 200_000);
    println!("{:>12.2?}  200,000 cells read", began.elapsed());
    let alarms = network::alarms(50_000);
    let began = Instant::now();
    store.alarms_put(&alarms).await.unwrap();
    println!("{:>12.2?}  50,000 alarms written", began.elapsed());
}

async fn lists(store: &Store, complaints: u32) {
    let began = Instant::now();
    for first in (20_000..complaints + 6_000).step_by(1_000) {
        let commits = (first..first + 1_000).map(|number| Story::new(number).received(store.branch())).collect();
        assert!(store.commit_all(commits).await.iter().all(Result::is_ok));
    }
    print_rate("filling up to 100,000", complaints - 14_000, began.elapsed());
    let scope = scope(store.branch());
    let me = person(1, domain::person::Role::Handler, None).id;
    for view in [View::Mine(me), View::Owned(me), View::Unassigned, View::Open, View::All] {
        let query = QueueQuery { view: view.clone(), filter: store::Filter::default(), after: None, limit: 50 };
        let mut waits = Vec::new();
        for _ in 0..200 {
            let asked = Instant::now();
            store.queue(&scope, &query).await.unwrap();
            waits.push(asked.elapsed());
        }
        print_wait(&format!("queue {view:?}"), waits);
    }
    let mut waits = Vec::new();
    for _ in 0..200 {
        let asked = Instant::now();
        store.counts(&scope, me).await.unwrap();
        waits.push(asked.elapsed());
    }
    print_wait("counts", waits);
    for text in ["掉线", "文三路 掉线", "TS-20260304-77", "没信号"] {
        let query = SearchQuery { text: text.into(), limit: 20, ..SearchQuery::default() };
        let mut waits = Vec::new();
        for _ in 0..50 {
            let asked = Instant::now();
            store.search(&scope, &query).await.unwrap();
            waits.push(asked.elapsed());
        }
        print_wait(&format!("search {text}"), waits);
    }
    let mut waits = Vec::new();
    for number in 0..300 {
        let id = common::id(30_000 + number * 7);
        let asked = Instant::now();
        let complaint = store.complaint(&scope, id).await.unwrap().unwrap();
        store.entries(&scope, id).await.unwrap();
        store.evidence(&scope, id, 1).await.unwrap();
        let point = complaint.place.point.unwrap().wgs84;
        store.nearby(&scope, point, 300.0, complaint.received.plus_seconds(-86_400), 10).await.unwrap();
        waits.push(asked.elapsed());
    }
    print_wait("a complaint with journal, evidence and neighbours", waits);
}

async fn safekeeping(store: &Store) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let began = Instant::now();
    store.backup(&file, Vec::new(), &mut |_, _| {}).await.unwrap();
    let size = std::fs::metadata(&file).unwrap().len() / 1_000_000;
    println!("{:>12.2?}  backup with proof, {size} MB", began.elapsed());
    let began = Instant::now();
    let report = store.verify().await.unwrap();
    println!("{:>12.2?}  verification of {} complaints", began.elapsed(), report.complaints);
    assert_eq!(report.problems, []);
}

fn print_rate(what: &str, count: u32, took: Duration) {
    println!("{:>10.0}/s  {what}", f64::from(count) / took.as_secs_f64());
}

fn print_wait(what: &str, mut waits: Vec<Duration>) {
    waits.sort();
    let (half, most) = (waits[waits.len() / 2], waits[waits.len() * 99 / 100]);
    println!("{half:>12.2?}  {what} (p99 {most:.2?})");
}
