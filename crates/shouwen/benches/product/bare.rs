//! References: the engines by themselves, writing the rows that intake wrote.

use std::future::Future;
use std::path::Path;
use std::time::Instant;

use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use store::Location;

use crate::common::House;
use crate::common::server::DurableServer;

pub fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

pub fn name(house: &House) -> &'static str {
    match house.location {
        Location::Directory(_) => "SQLite",
        Location::Postgres(_) => "PostgreSQL",
    }
}

/// One column of text from a store, whichever engine it is on.
fn texts(location: &Location, sqlite: &'static str, postgres: &'static str) -> Vec<String> {
    let rows: Vec<(String,)> = wait(async {
        match location {
            Location::Directory(directory) => {
                let url = format!("sqlite://{}/shouwen.db", directory.display());
                let mut connection = SqliteConnection::connect(&url).await.unwrap();
                sqlx::query_as(sqlite).fetch_all(&mut connection).await.unwrap()
            }
            Location::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sqlx::query_as(postgres).fetch_all(&mut connection).await.unwrap()
            }
        }
    });
    rows.into_iter().map(|(text,)| text).collect()
}

/// Lets a server tidy up and count what it was filled with in a minute, as it has long done where that took years.
pub async fn tidied(location: &Location) {
    if let Location::Postgres(url) = location {
        PgConnection::connect(url).await.unwrap().execute("VACUUM ANALYZE").await.unwrap();
    }
}

/// How many entries all journals have.
pub fn entries(location: &Location) -> u64 {
    let count = texts(location, "SELECT CAST(count(*) AS TEXT) FROM journal", "SELECT count(*)::text FROM journal");
    count[0].parse().unwrap()
}

/// How many complaints there are.
pub fn complaints(location: &Location) -> u64 {
    let count = texts(location, "SELECT CAST(count(*) AS TEXT) FROM complaint", "SELECT count(*)::text FROM complaint");
    count[0].parse().unwrap()
}

/// When each complaint was received, microseconds, in order.
pub fn received(location: &Location) -> Vec<i64> {
    let sqlite = "SELECT CAST(received AS TEXT) FROM complaint ORDER BY received";
    let times = texts(location, sqlite, "SELECT received::text FROM complaint ORDER BY received");
    times.iter().map(|time| time.parse().unwrap()).collect()
}

/// Some complaints' ids as pages name them.
pub fn ids(location: &Location, count: usize) -> Vec<String> {
    let sqlite = "SELECT lower(hex(id)) FROM complaint ORDER BY number LIMIT 5000";
    let ids = texts(location, sqlite, "SELECT id::text FROM complaint ORDER BY number LIMIT 5000");
    let step = (ids.len() / count).max(1);
    ids.iter().step_by(step).cloned().collect()
}

/// Durable transactions a second of one SQLite connection that copies the rows of this store into an empty one beside it.
pub fn sqlite(folder: &Path) -> f64 {
    wait(async {
        let source = folder.join("shouwen.db");
        let copy = folder.join("bare.db");
        // Any sealed byte of an earlier run must not be there twice.
        let _ = std::fs::remove_file(&copy);
        let options = SqliteConnectOptions::new()
            .filename(&copy)
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(false);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        connection.execute(AssertSqlSafe(format!("ATTACH '{}' AS source", source.display()))).await.unwrap();
        // The schema of the tables intake writes, without what the full-text table makes itself.
        let schema: Vec<(String,)> = sqlx::query_as(
            "SELECT sql FROM source.sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN \
             ('branch', 'complaint', 'complaint_head', 'complaint_record', 'journal', 'evidence', 'complaint_search', 'search_index') ORDER BY type = 'index'",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        for (statement,) in schema {
            connection.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        let ids: Vec<(i64,)> =
            sqlx::query_as("SELECT rowid FROM source.complaint").fetch_all(&mut connection).await.unwrap();
        let began = Instant::now();
        let mut done = 0_u32;
        for (id,) in ids {
            connection.execute("BEGIN IMMEDIATE").await.unwrap();
            for statement in [
                "INSERT INTO main.complaint SELECT * FROM source.complaint WHERE rowid = $1",
                "INSERT INTO main.complaint_head SELECT * FROM source.complaint_head WHERE rowid = $1",
                "INSERT INTO main.complaint_record SELECT * FROM source.complaint_record WHERE rowid = $1",
                "INSERT INTO main.journal SELECT * FROM source.journal WHERE rowid = $1",
                "INSERT INTO main.evidence SELECT * FROM source.evidence WHERE rowid = $1",
                "INSERT INTO main.complaint_search SELECT * FROM source.complaint_search WHERE rowid = $1",
                "INSERT INTO main.search_index (rowid, tokens) SELECT docid, tokens FROM source.complaint_search WHERE rowid = $1",
            ] {
                sqlx::query(statement).bind(id).execute(&mut connection).await.unwrap();
            }
            connection.execute("COMMIT").await.unwrap();
            done += 1;
            if began.elapsed().as_secs() >= 10 {
                break;
            }
        }
        f64::from(done) / began.elapsed().as_secs_f64()
    })
}

/// Durable transactions a second of `pgbench`, each inserting the rows of one complaint under fresh keys.
pub fn pgbench(server: &DurableServer, clients: usize) -> f64 {
    let script = wait(async {
        let mut connection = PgConnection::connect(&server.url()).await.unwrap();
        let mut script = "\\set r random(1, 9000000000000000000)\nBEGIN;\n".to_owned();
        for table in ["complaint", "complaint_head", "complaint_record", "journal", "evidence", "complaint_search"] {
            let copy = format!("CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)");
            connection.execute(AssertSqlSafe(copy)).await.unwrap();
            script.push_str(&insert(&mut connection, table).await);
        }
        script + "COMMIT;\n"
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intake.sql");
    std::fs::write(&file, script).unwrap();
    let output = server
        .program("pgbench")
        .args([
            "--no-vacuum",
            "--protocol=prepared",
            "--time=10",
            "--jobs=2",
            "--client",
            &clients.to_string(),
            "--file",
        ])
        .arg(&file)
        .arg("bench")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.unwrap_or_else(|| panic!("{told}{}", String::from_utf8_lossy(&output.stderr)))
}

/// One stored row of the table as an insert whose keys are `pgbench`'s random number.
async fn insert(connection: &mut PgConnection, table: &str) -> String {
    let columns: Vec<(String,)> = sqlx::query_as(
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position",
    )
    .bind(table)
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let texts: Vec<String> = columns.iter().map(|(column,)| format!("{column}::text")).collect();
    let query = format!("SELECT ARRAY[{}] FROM {table} ORDER BY random() LIMIT 1", texts.join(", "));
    let (values,): (Vec<Option<String>>,) =
        sqlx::query_as(AssertSqlSafe(query)).fetch_one(&mut *connection).await.unwrap();
    let values = columns.iter().zip(values).map(|((column,), value)| match (column.as_str(), value) {
        ("id" | "complaint_id", _) => "lpad(to_hex(:r::bigint), 32, '0')::uuid".to_owned(),
        ("number" | "upstream_number", _) => "'B' || :r::bigint".to_owned(),
        (_, None) => "NULL".to_owned(),
        // `pgbench` would take a colon for the beginning of a variable.
        (_, Some(text)) => {
            format!("E'{}'", text.replace('\\', r"\\").replace('\'', r"\'").replace('\n', r"\n").replace(':', r"\x3A"))
        }
    });
    format!("INSERT INTO bare_{table} VALUES ({});\n", values.collect::<Vec<_>>().join(", "))
}
