//! A database looked at from outside: nothing is made, brought forward or changed.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

use domain::time::Timestamp;

use crate::db::{Db, POSTGRES_CONNECTIONS};
use crate::opening::FILE;
use crate::{Location, Result, Store, schema};

/// How long a server may take to be reached: whoever looks is waiting.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which engine a store lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// A server.
    Postgres,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Which engine.
    pub engine: Engine,
    /// Its version, as it tells it.
    pub version: String,
    /// Steps of the schema that were taken; 0 where no store is there yet.
    pub steps: i64,
    /// What of its settings matters here, by name.
    pub settings: BTreeMap<String, String>,
    /// The database's own clock, where it has one.
    pub clock: Option<Timestamp>,
}

impl Examined {
    /// Steps of the schema this program knows.
    pub const LATEST: i64 = schema::LATEST;
    /// Connections one process may open to a server.
    pub const CONNECTIONS: u32 = POSTGRES_CONNECTIONS;
}

/// Looks at what lies at a location; nothing where no file is there. A store of a newer program is refused.
pub async fn examine(location: &Location) -> Result<Option<Examined>> {
    let db = match location {
        Location::Directory(directory) if !directory.join(FILE).exists() => return Ok(None),
        Location::Directory(directory) => Db::sqlite_untouched(&directory.join(FILE)).await?,
        Location::Postgres(url) => Db::postgres_within(url, PATIENCE).await?,
    };
    let found = match location {
        Location::Directory(directory) => sqlite(&db, journal_mode(&directory.join(FILE))).await,
        Location::Postgres(_) => postgres(&db).await,
    };
    db.close().await;
    found.map(Some)
}

/// From the head of the file: a connection that leaves the file alone would tell its own.
fn journal_mode(file: &std::path::Path) -> &'static str {
    let mut head = [0; 20];
    let read = std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut head));
    if read.is_ok() && head[18] == 2 { "wal" } else { "delete" }
}

async fn sqlite(db: &Db, journal_mode: &str) -> Result<Examined> {
    let version: Option<(String,)> = db.one("SELECT sqlite_version()").await?;
    Ok(Examined {
        engine: Engine::Sqlite,
        version: version.map(|(version,)| version).unwrap_or_default(),
        steps: schema::taken_or_none(db).await?,
        settings: BTreeMap::from([("journal_mode".to_owned(), journal_mode.to_owned())]),
        clock: None,
    })
}

async fn postgres(db: &Db) -> Result<Examined> {
    const SETTINGS: &str = "SELECT name::text, setting::text FROM pg_settings WHERE name IN ('server_version', \
        'server_version_num', 'fsync', 'synchronous_commit', 'full_page_writes', 'max_connections', \
        'superuser_reserved_connections') \
        UNION ALL SELECT 'encoding', pg_encoding_to_char(encoding)::text FROM pg_database \
        WHERE datname = current_database()";
    let settings: Vec<(String, String)> = db.all(SETTINGS).await?;
    let settings: BTreeMap<String, String> = settings.into_iter().collect();
    let clock: Option<(i64,)> =
        db.one("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)").await?;
    Ok(Examined {
        engine: Engine::Postgres,
        version: settings.get("server_version").cloned().unwrap_or_default(),
        steps: schema::taken_or_none(db).await?,
        clock: clock.map(|(micros,)| Timestamp::from_micros(micros)),
        settings,
    })
}

impl Store {
    /// Whether what is acknowledged is on disk, as the connection that writes is set: `synchronous=FULL` on SQLite; on a
    /// server [`examine`] tells.
    pub async fn writes_through(&self) -> Result<bool> {
        let Db::Sqlite { .. } = self.db() else { return Ok(true) };
        let mut tx = self.db().write().await?;
        let full: Option<(i64,)> = tx.one("PRAGMA synchronous").await?;
        Ok(full.is_some_and(|(level,)| level >= 2))
    }
}
