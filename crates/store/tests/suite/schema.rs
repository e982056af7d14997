//! The portable-schema rules, read from the catalogues of both engines: what a distributed PostgreSQL needs is held from
//! the first migration on.

use std::collections::BTreeMap;

use sqlx::{Connection, Row};
use store::testing::{Engine, TestStore, fresh_location};
use store::{Error, Location, Store};

use crate::versions::by_hand;

/// Tables of the machinery, in no foreign key with a branch's tables.
const LOCAL: [&str; 2] = ["schema_step", "schema_lock"];

async fn sqlite(store: &TestStore) -> sqlx::SqliteConnection {
    let Location::Directory(folder) = store.location() else { unreachable!("an SQLite store lies in a folder") };
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("shouwen.db"));
    sqlx::SqliteConnection::connect_with(&options).await.unwrap()
}

async fn postgres(store: &TestStore) -> sqlx::PgConnection {
    let Location::Postgres(url) = store.location() else { unreachable!("a PostgreSQL store has an address") };
    sqlx::PgConnection::connect(url).await.unwrap()
}

async fn texts<'c, E>(executor: E, sql: &'static str) -> Vec<Vec<String>>
where
    E: sqlx::Executor<'c, Database = sqlx::Postgres>,
{
    let rows = sqlx::query(sql).fetch_all(executor).await.unwrap();
    rows.iter().map(|row| (0..row.len()).map(|at| row.get::<String, _>(at)).collect()).collect()
}

#[tokio::test]
async fn every_key_begins_with_the_branch_on_postgres() {
    let store = store_or_skip!(Engine::Postgres);
    let mut catalogue = postgres(&store).await;
    let keys = texts(
        &mut catalogue,
        "SELECT t.relname::text, i.relname::text, x.indisprimary::text, \
                string_agg(a.attname::text, ',' ORDER BY array_position(x.indkey::int2[], a.attnum)) \
         FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
         JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey) \
         WHERE x.indisunique GROUP BY 1, 2, 3",
    )
    .await;
    assert!(keys.len() > 15);
    for key in keys.iter().filter(|key| !LOCAL.contains(&key[0].as_str())) {
        assert!(key[3].split(',').next() == Some("branch_id"), "{key:?}");
    }
    let foreign = texts(
        &mut catalogue,
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'",
    )
    .await;
    assert!(!foreign.is_empty());
    for key in foreign {
        let (refers, to) = key[1].split_once(" REFERENCES ").unwrap();
        assert!(refers.starts_with("FOREIGN KEY (branch_id"), "{key:?}");
        assert!(to.split_once('(').unwrap().1.starts_with("branch_id"), "{key:?}");
    }
    let without_key = texts(
        &mut catalogue,
        "SELECT t.relname::text FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' \
         WHERE t.relkind = 'r' AND NOT EXISTS (SELECT 1 FROM pg_index x WHERE x.indrelid = t.oid AND x.indisprimary)",
    )
    .await;
    assert!(without_key.is_empty(), "every table has a primary key, which begins as above: {without_key:?}");
    let forbidden = texts(
        &mut catalogue,
        "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal \
         UNION ALL SELECT relname::text FROM pg_class WHERE relkind = 'S' \
         UNION ALL SELECT attname::text FROM pg_attribute WHERE attgenerated <> '' \
         UNION ALL SELECT proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
                   WHERE n.nspname = 'public'",
    )
    .await;
    assert!(forbidden.is_empty(), "no triggers, sequences, generated columns or procedures: {forbidden:?}");
}

#[tokio::test]
async fn columns_have_the_few_portable_types_on_both_engines() {
    let (store, server) = (store_or_skip!(Engine::Sqlite), store_or_skip!(Engine::Postgres));
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("bigint", &["INTEGER"][..]),
        ("boolean", &["INTEGER"]),
        ("double precision", &["REAL"]),
        ("text", &["TEXT"]),
        ("bytea", &["BLOB"]),
        ("uuid", &["BLOB"]),
    ]);
    let there = texts(
        &mut postgres(&server).await,
        "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
         WHERE table_schema = 'public'",
    )
    .await;
    let mut file = sqlite(&store).await;
    let here: BTreeMap<(String, String), String> = sqlx::query_as::<_, (String, String, String)>(
        "SELECT t.name, c.name, c.type FROM pragma_table_list t JOIN pragma_table_info(t.name) c \
         WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    )
    .fetch_all(&mut file)
    .await
    .unwrap()
    .into_iter()
    .map(|(table, column, kind)| ((table, column), kind))
    .collect();
    let search = |table: &str, column: &str| table == "complaint_search" && ["words", "docid"].contains(&column);
    let mut both = 0;
    for column in &there {
        let [table, name, kind] = column.as_slice() else { unreachable!("three columns were asked for") };
        if search(table, name) {
            continue;
        }
        let kinds = allowed.get(kind.as_str()).unwrap_or_else(|| panic!("{table}.{name} is {kind}"));
        let found = here.get(&(table.clone(), name.clone())).unwrap_or_else(|| panic!("{table}.{name} only there"));
        assert!(kinds.contains(&found.as_str()), "{table}.{name}: {kind} and {found}");
        both += 1;
    }
    assert_eq!(both + 1, here.len(), "SQLite has its docid more, else the same columns");
    let loose: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 \
         AND name NOT LIKE 'sqlite_%'",
    )
    .fetch_all(&mut file)
    .await
    .unwrap();
    assert!(loose.is_empty(), "every table is STRICT: {loose:?}");
    let triggers: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetch_all(&mut file).await.unwrap();
    assert!(triggers.is_empty());
}

#[rstest::rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_open_a_fresh_store_together_agree_on_one_branch(#[case] engine: Engine) {
    let Some((location, _kept)) = fresh_location(engine).await else { return };
    let opening = (0..6).map(|_| {
        let location = location.clone();
        tokio::spawn(async move { Store::open(&location).await.unwrap().branch() })
    });
    let branches: Vec<_> = futures::future::join_all(opening).await.into_iter().map(|branch| branch.unwrap()).collect();
    assert!(branches.iter().all(|branch| *branch == branches[0]), "{branches:?}");
}

#[rstest::rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_of_another_or_a_newer_version_is_refused_with_a_reason(#[case] engine: Engine) {
    for (written, reason) in [
        (
            "UPDATE schema_step SET digest = (SELECT digest FROM schema_step WHERE step = 1) WHERE step = 2",
            "not the one this program knows",
        ),
        (
            "INSERT INTO schema_step (step, name, digest) SELECT 99, 'later', digest FROM schema_step WHERE step = 1",
            "newer version",
        ),
    ] {
        let store = store_or_skip!(engine);
        by_hand(store.location(), written).await;
        let refused = Store::open(store.location()).await;
        assert!(matches!(&refused, Err(Error::Refused(told)) if told.en.contains(reason)), "{reason}: {refused:?}");
    }
}
