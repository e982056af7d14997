//! What processes on the same store tell each other: that something changed, never what it says.
//!
//! Nothing here is kept: a word that is lost costs an open page a moment, not the record. PostgreSQL carries words
//! (`LISTEN`, `NOTIFY`), outside the transactions they tell of, because a notifying commit waits for every other one. An
//! SQLite file carries none; a process sees there that another one has written.

use std::time::Duration;

use sqlx::Executor;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::time::{sleep, timeout};

use crate::db::{Db, Sql, args};
use crate::{Error, Result, Store};

/// The name the words go by.
const CHANNEL: &str = "shouwen";
/// A server carries fewer than 8,000 bytes at once.
const MOST_BYTES: usize = 7_000;
/// How often a process looks whether another one has written to its file.
const LOOK: Duration = Duration::from_millis(500);
/// And once it has: an import writes for minutes, and each time every open page fetches itself anew.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a server may say nothing before it is asked whether it is still there.
const QUIET: Duration = Duration::from_secs(10);

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// What a process announced, this one too.
    Words(Vec<String>),
    /// Something was written, or words were lost: nobody knows what.
    Something,
}

/// Listens to other processes.
#[derive(Debug)]
pub struct Hearing(Ear);

#[derive(Debug)]
enum Ear {
    Server(PgListener),
    File { db: Db, version: Option<i64>, wait: Duration },
}

impl Store {
    /// Tells whoever works on the same store; lost where nobody listens. A word holds no line break.
    pub async fn announce(&self, words: &[String]) -> Result<()> {
        if matches!(self.db(), Db::Sqlite { .. }) {
            return Ok(());
        }
        let mut line = String::new();
        for word in words {
            if !line.is_empty() && line.len() + word.len() > MOST_BYTES {
                self.notify(std::mem::take(&mut line)).await?;
            }
            if !line.is_empty() {
                line.push('\n');
            }
            line.push_str(word);
        }
        if line.is_empty() { Ok(()) } else { self.notify(line).await }
    }

    async fn notify(&self, words: String) -> Result<()> {
        let sql = Sql::with("SELECT CAST(1 AS BIGINT) FROM pg_notify($1, $2)", args![CHANNEL, words]);
        self.db().one::<(i64,)>(sql).await.map(drop)
    }

    /// Listens from now on.
    pub async fn hear(&self) -> Result<Hearing> {
        Ok(Hearing(match self.db() {
            Db::Postgres { read, .. } => {
                // A line of its own: one that falls silent is missed by nobody else.
                let options = read.options().clone();
                let own = PgPoolOptions::new().max_connections(1).acquire_timeout(QUIET).connect_lazy_with(options);
                let mut listener = PgListener::connect_with(&own).await?;
                listener.listen(CHANNEL).await?;
                Ear::Server(listener)
            }
            db @ Db::Sqlite { .. } => Ear::File { version: db.written_by_others().await?, db: db.clone(), wait: LOOK },
        }))
    }
}

impl Hearing {
    /// Waits for the next thing to be heard. After an error somebody should listen anew.
    pub async fn next(&mut self) -> Result<Heard> {
        match &mut self.0 {
            Ear::Server(listener) => loop {
                match timeout(QUIET, listener.try_recv()).await {
                    Ok(Ok(Some(words))) => {
                        return Ok(Heard::Words(words.payload().lines().map(str::to_owned).collect()));
                    }
                    // The line broke and is there again.
                    Ok(Ok(None)) => return Ok(Heard::Something),
                    Ok(Err(error)) => return Err(error.into()),
                    // Nobody speaks, or the line has fallen silent: listening does not tell the two apart, asking does.
                    Err(_) => match timeout(QUIET, listener.execute("SELECT 1")).await {
                        Ok(asked) => _ = asked?,
                        Err(_) => return Err(Error::Transient("nothing is heard any more".into())),
                    },
                }
            },
            Ear::File { db, version, wait } => loop {
                sleep(std::mem::replace(wait, LOOK)).await;
                let found = db.written_by_others().await?;
                if std::mem::replace(version, found) != found {
                    *wait = PAUSE;
                    return Ok(Heard::Something);
                }
            },
        }
    }
}
