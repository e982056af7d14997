//! The thin layer over the two engines: one SQL text, one function body, native column types.
//!
//! SQLite: a pool of read-only connections and exactly one writer, WAL, `synchronous=FULL`. PostgreSQL: many connections that
//! read and a few that write, so that those few have every statement prepared. What differs between them ends here; above, a statement is a [`Sql`] and a row any struct that derives `sqlx::FromRow`.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, FromRow, SqlStr, Sqlite, SqliteConnection, Transaction,
};

mod arg;
mod columns;
mod error;
mod insert;
mod line;
mod lines;
mod retry;
mod silence;
mod sql;
mod surely;
#[cfg(test)]
mod tests;

pub(crate) use arg::{Arg, Kind, args};
use columns::Given;
pub(crate) use insert::Insert;
pub(crate) use retry::{read_again, retry};
pub(crate) use sql::{Sql, in_known_sizes};

use line::{Line, within};
use lines::Lines;
use silence::Silence;

use crate::{Error, Result};

/// Connections that read the SQLite file at the same time.
const SQLITE_READERS: u32 = 6;
/// What each of them keeps of the file, and what the writer does, kibibytes: it comes by every index of the tables it writes.
const READER_CACHE: &str = "-16000";
const WRITER_CACHE: &str = "-64000";
/// Rows read ahead of whoever takes them: each time one side waits for the other costs more than a row.
const ROWS_AHEAD: usize = 512;
/// Connections of one process that read from PostgreSQL.
const POSTGRES_READERS: u32 = 24;
/// Connections of one process that write to PostgreSQL: the tasks that take commands, and whatever else writes beside them.
const POSTGRES_WRITERS: u32 = 4;
/// All of them, and the one that listens to other nodes.
pub(crate) const POSTGRES_CONNECTIONS: u32 = POSTGRES_READERS + POSTGRES_WRITERS + 1;

/// How long somebody waits for a server that is away before being told: longer than it takes to start again, shorter than people
/// believe in a page.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long a server keeps the locks of a node it does not hear from any more.
const SILENCE: &str = "10s";

/// Lets SQLite take back what whoever filled the file had half written when it was stopped: that takes a connection that may write.
async fn taken_back(file: &Path) -> Result<()> {
    if !file.with_extension("db-journal").metadata().is_ok_and(|journal| journal.len() > 0) {
        return Ok(());
    }
    let mut connection = SqliteConnectOptions::new().filename(file).disable_statement_logging().connect().await?;
    connection.execute("SELECT count(*) FROM sqlite_schema").await?;
    connection.close().await?;
    Ok(())
}

/// How every SQLite file is opened that may be written.
fn sqlite_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .statement_cache_capacity(256)
        .disable_statement_logging()
}

/// Connections to a file: none grows old, and none is asked whether it is still there.
fn sqlite_pool(most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(most).idle_timeout(None).max_lifetime(None).test_before_acquire(false)
}

/// Whether a connection is fit to be lent again. On a full disk SQLite itself takes a transaction back, and whoever counts them
/// above it does not hear of it: such a connection would begin none any more.
fn is_clean(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// A struct both engines' rows can be read into.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Which engine, where that must be known: the schema, full text, and how many rows one statement takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Whether what is written is to outlive a power cut, or only the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    Yes,
    No,
}

/// An open database.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres { read: Lines, write: Lines },
}

/// A transaction; dropping it rolls back.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Line),
}

/// Binds an argument by its own type: the only place where the two engines' types meet.
macro_rules! bound {
    ($query:expr, $arg:expr) => {
        match $arg {
            Arg::Int(value) => $query.bind(value),
            Arg::Real(value) => $query.bind(value),
            Arg::Bool(value) => $query.bind(value),
            Arg::Text(value) => $query.bind(value),
            Arg::Uuid(value) => $query.bind(value),
            Arg::Blob(value) => $query.bind(value),
        }
    };
}

/// The same where a whole column may be given.
macro_rules! given {
    ($query:expr, $given:expr) => {
        match $given {
            Given::One(arg) => bound!($query, arg),
            Given::Ints(column) => $query.bind(column),
            Given::Reals(column) => $query.bind(column),
            Given::Bools(column) => $query.bind(column),
            Given::Texts(column) => $query.bind(column),
            Given::Uuids(column) => $query.bind(column),
            Given::Blobs(column) => $query.bind(column),
        }
    };
}

/// Runs the same body with whatever executes on either engine.
macro_rules! on {
    ($executor:expr, $sql:ident.$for:ident(), $bind:ident, |$query:ident, $exec:ident| $body:expr) => {{
        let (text, args, persistent) = $sql.$for();
        let $query = args.into_iter().fold(sqlx::query(text), |query, arg| $bind!(query, arg)).persistent(persistent);
        let $exec = $executor;
        $body
    }};
}

macro_rules! read_on {
    ($patience:expr, $executor:expr, $sql:ident.$for:ident(), $bind:ident, $fetch:ident) => {{
        let patience = $patience;
        // On the heap, and with nothing of it left here: what waits for it stays small.
        let asked = {
            let (text, args, persistent) = $sql.$for();
            let query = args.into_iter().fold(sqlx::query_as(text), |query, arg| $bind!(query, arg));
            Box::pin(query.persistent(persistent).$fetch($executor))
        };
        within(patience, asked).await
    }};
}

/// Tells a server what to do; how many rows it touched.
async fn told(line: &mut Line, (text, args, persistent): (SqlStr, Vec<Given>, bool)) -> Result<u64> {
    let query = args.into_iter().fold(sqlx::query(text), |query, arg| given!(query, arg)).persistent(persistent);
    let patience = line.patience();
    // On the heap: what waits for it stays small.
    let asked = Box::pin(query.execute(&mut **line));
    Ok(patience.for_answer(asked).await?.rows_affected())
}

/// The same where it answers rows.
async fn read<R: Row>(line: &mut Line, (text, args, persistent): (SqlStr, Vec<Given>, bool)) -> Result<Vec<R>> {
    let query = args.into_iter().fold(sqlx::query_as(text), |query, arg| given!(query, arg)).persistent(persistent);
    let patience = line.patience();
    let asked = Box::pin(query.fetch_all(&mut **line));
    patience.for_answer(asked).await
}

/// Reads outside a transaction.
macro_rules! read_outside {
    ($pool:expr, $sql:ident, $fetch:ident) => {
        read_again(|| {
            let sql = $sql.clone();
            // On the heap: what waits for either try stays small.
            Box::pin(async move {
                let mut line = Line::take($pool).await?;
                read_on!(Some(line.patience()), &mut *line, sql.for_postgres(), given, $fetch)
            })
        })
        .await
    };
}

impl Db {
    /// Opens the SQLite file, creating it when absent.
    pub(crate) async fn sqlite(file: &Path) -> Result<Self> {
        let options = sqlite_options(file).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let write = sqlite_pool(1)
            .min_connections(1)
            .acquire_timeout(Duration::from_mins(2))
            .before_acquire(|connection, _| Box::pin(async { Ok(is_clean(connection)) }))
            .connect_with(options.clone().pragma("cache_size", WRITER_CACHE))
            .await?;
        let read = sqlite_pool(SQLITE_READERS)
            .connect_with(
                options.row_buffer_size(ROWS_AHEAD).pragma("cache_size", READER_CACHE).pragma("query_only", "ON"),
            )
            .await?;
        Ok(Self::Sqlite { read, write })
    }

    /// Opens a SQLite file to be filled in one transaction. What is new to a file need not be kept twice, as a log ahead of it would:
    /// only pages that were there before are laid aside until all is written.
    pub(crate) async fn sqlite_to_fill(file: &Path, lasting: Lasting) -> Result<Self> {
        let synchronous = match lasting {
            Lasting::Yes => SqliteSynchronous::Full,
            Lasting::No => SqliteSynchronous::Off,
        };
        let options = sqlite_options(file)
            .journal_mode(SqliteJournalMode::Truncate)
            .synchronous(synchronous)
            .row_buffer_size(ROWS_AHEAD)
            .pragma("cache_size", "-262144");
        let pool = sqlite_pool(1).connect_with(options).await?;
        Ok(Self::Sqlite { read: pool.clone(), write: pool })
    }

    /// Empties an SQLite file's log into the file, and from here on whenever it holds so many pages; a server knows itself.
    pub(crate) async fn empty_log_behind(&self, pages: u32) -> Result<()> {
        let Self::Sqlite { write, .. } = self else { return Ok(()) };
        let often = AssertSqlSafe(format!("PRAGMA wal_autocheckpoint = {pages}"));
        let mut writer = write.acquire().await?;
        sqlx::query(often).execute(&mut *writer).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *writer).await?;
        Ok(())
    }

    /// Opens an existing SQLite file to look at, leaving every byte of it as it is.
    pub(crate) async fn sqlite_untouched(file: &Path) -> Result<Self> {
        taken_back(file).await?;
        let log = file.with_extension("db-wal");
        // Where a log lies beside it the file alone does not tell; then the log is read, still without writing.
        let logged = log.metadata().is_ok_and(|log| log.len() > 0);
        let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(!logged);
        let pool =
            SqlitePoolOptions::new().max_connections(1).connect_with(options.disable_statement_logging()).await?;
        Ok(Self::Sqlite { read: pool.clone(), write: pool })
    }

    /// Connects to PostgreSQL.
    pub(crate) async fn postgres(url: &str) -> Result<Self> {
        Self::postgres_within(url, PATIENCE).await
    }

    /// The same, waited for that long.
    pub(crate) async fn postgres_within(url: &str, patience: Duration) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| {
                Error::refused(format!("不是 PostgreSQL 地址：{error}"), format!("not a PostgreSQL address: {error}"))
            })?
            .application_name("shouwen")
            .statement_cache_capacity(256)
            .disable_statement_logging();
        let writing = options.clone().options([("idle_in_transaction_session_timeout", SILENCE)]);
        let silence = Silence::default();
        Ok(Self::Postgres {
            read: Lines::to(options, POSTGRES_READERS, patience, silence.clone()).await?,
            write: Lines::to(writing, POSTGRES_WRITERS, patience, silence).await?,
        })
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// A transaction that sees one consistent state and writes nothing.
    pub(crate) async fn snapshot(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Self::Postgres { read, .. } => {
                let begun = || Box::pin(Line::begun(read, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
                let mut line = read_again(begun).await?;
                line.unhurried().await?;
                Tx::Postgres(line)
            }
        })
    }

    /// A transaction that writes. On SQLite it holds the only writer: await nothing but the database meanwhile.
    pub(crate) async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres { write, .. } => Tx::Postgres(Line::begun(write, "BEGIN").await?),
        })
    }

    /// The same for work that takes long and that nobody waits for.
    pub(crate) async fn write_unhurried(&self) -> Result<Tx> {
        let mut tx = self.write().await?;
        if let Tx::Postgres(line) = &mut tx {
            line.unhurried().await?;
        }
        Ok(tx)
    }

    /// At most one row, outside a transaction.
    pub(crate) async fn one<R: Row>(&self, sql: impl Into<Sql>) -> Result<Option<R>> {
        let sql = sql.into();
        match self {
            Self::Sqlite { read, .. } => read_on!(None, read, sql.for_sqlite(), bound, fetch_optional),
            Self::Postgres { read, .. } => read_outside!(read, sql, fetch_optional),
        }
    }

    /// Every row, outside a transaction.
    pub(crate) async fn all<R: Row>(&self, sql: impl Into<Sql>) -> Result<Vec<R>> {
        let sql = sql.into();
        match self {
            Self::Sqlite { read, .. } => read_on!(None, read, sql.for_sqlite(), bound, fetch_all),
            Self::Postgres { read, .. } => read_outside!(read, sql, fetch_all),
        }
    }

    /// A number that changes when another process has written to the file; nothing on a server.
    pub(crate) async fn written_by_others(&self) -> Result<Option<i64>> {
        match self {
            // The writer's own connection: what it wrote itself is no news to it.
            Self::Sqlite { write, .. } => {
                let row: (i64,) = sqlx::query_as("PRAGMA data_version").fetch_one(write).await?;
                Ok(Some(row.0))
            }
            Self::Postgres { .. } => Ok(None),
        }
    }

    /// One statement in a transaction of its own, repeated when the engine asks for it.
    pub(crate) async fn exec(&self, sql: impl Into<Sql>) -> Result<u64> {
        let sql = sql.into();
        retry(|| async {
            let mut tx = self.write().await?;
            let changed = tx.exec(sql.clone()).await?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }

    /// Has a server tidy up, which it does in no transaction, however long it takes; nothing on SQLite.
    pub(crate) async fn vacuumed(&self, vacuum: &'static str) -> Result<()> {
        let Self::Postgres { write, .. } = self else { return Ok(()) };
        told(&mut Line::take_unhurried(write).await?, Sql::new(vacuum).one_off().for_postgres()).await.map(drop)
    }

    /// Lets go of every connection. SQLite folds its write-ahead log into the file.
    pub(crate) async fn close(&self) {
        match self {
            // Who closes a file last folds its log into it, and of two at the same moment neither is the last.
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres { read, write } => {
                tokio::join!(read.close(), write.close());
            }
        }
    }
}

impl Tx {
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// At most one row.
    pub(crate) async fn one<R: Row>(&mut self, sql: impl Into<Sql>) -> Result<Option<R>> {
        let sql = sql.into();
        match self {
            Self::Sqlite(tx) => read_on!(None, &mut **tx, sql.for_sqlite(), bound, fetch_optional),
            Self::Postgres(tx) => read_on!(Some(tx.patience()), &mut **tx, sql.for_postgres(), given, fetch_optional),
        }
    }

    /// Every row.
    pub(crate) async fn all<R: Row>(&mut self, sql: impl Into<Sql>) -> Result<Vec<R>> {
        let sql = sql.into();
        match self {
            Self::Sqlite(tx) => read_on!(None, &mut **tx, sql.for_sqlite(), bound, fetch_all),
            Self::Postgres(tx) => read_on!(Some(tx.patience()), &mut **tx, sql.for_postgres(), given, fetch_all),
        }
    }

    /// Executes a statement; how many rows it touched.
    pub(crate) async fn exec(&mut self, sql: impl Into<Sql>) -> Result<u64> {
        let sql = sql.into();
        match self {
            Self::Sqlite(tx) => {
                let asked = on!(&mut **tx, sql.for_sqlite(), bound, |query, exec| Box::pin(query.execute(exec)));
                Ok(within(None, asked).await?.rows_affected())
            }
            Self::Postgres(tx) => told(tx, sql.for_postgres()).await,
        }
    }

    /// Executes a statement that must touch exactly one row: a guarded write somebody else overtook is a conflict.
    pub(crate) async fn exec_one(&mut self, sql: impl Into<Sql>) -> Result<()> {
        match self.exec(sql).await? {
            1 => Ok(()),
            _ => Err(Error::Conflict),
        }
    }

    /// Executes statements without arguments: the schema, savepoints.
    pub(crate) async fn script(&mut self, text: sqlx::SqlStr) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.execute(sqlx::raw_sql(text)).await.map(|_| ())?,
            Self::Postgres(tx) => tx.execute(sqlx::raw_sql(text)).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Hands over rows one at a time as plain cells of the given kinds, without holding them all.
    pub(crate) async fn cells(
        &mut self,
        sql: impl Into<Sql>,
        kinds: &[Kind],
        mut take: impl FnMut(Vec<Arg>) -> Result<()> + Send,
    ) -> Result<()> {
        let mut rows = self.rows(sql.into(), kinds);
        while let Some(row) = rows.try_next().await? {
            take(row)?;
        }
        Ok(())
    }

    /// The same, to be waited for one by one.
    pub(crate) fn rows<'t>(&'t mut self, sql: Sql, kinds: &'t [Kind]) -> BoxStream<'t, Result<Vec<Arg>>> {
        match self {
            Self::Sqlite(tx) => on!(&mut **tx, sql.for_sqlite(), bound, |query, exec| {
                query.fetch(exec).map(|row| arg::cells(&row?, kinds)).boxed()
            }),
            Self::Postgres(tx) => on!(&mut **tx, sql.for_postgres(), given, |query, exec| {
                query.fetch(exec).map(|row| arg::cells(&row?, kinds)).boxed()
            }),
        }
    }

    /// Makes everything durable.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
