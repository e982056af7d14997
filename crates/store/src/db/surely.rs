//! A commit whose answer was lost: done or not?

use std::time::{Duration, Instant};

use super::{Db, Sql, Tx, args};
use crate::{Error, Result};

/// How long the server is asked what became of it: as long as a unit of work is tried, so that none is tried again in the dark.
const ALTOGETHER: Duration = Duration::from_secs(12);
/// Between two askings.
const PAUSE: Duration = Duration::from_millis(200);

impl Tx {
    /// Makes everything durable. Where the line to a server is lost before it has answered, the server is asked on another one
    /// whether it is: a unit that is tried again would meet its own rows and be told that somebody was quicker.
    ///
    /// It costs a question before each commit: for what people do now and then, not for what comes in by the hundred.
    pub(crate) async fn commit_surely(mut self, db: &Db) -> Result<()> {
        if let Self::Sqlite(_) = self {
            return self.commit().await;
        }
        let number: Option<(String,)> = self.one("SELECT CAST(pg_current_xact_id() AS TEXT)").await?;
        let (number,) = number.ok_or(Error::NotFound)?;
        match self.commit().await {
            Err(error) if error.is_transient() && !is_done(db, &number).await? => Err(error),
            Err(error) if !error.is_transient() => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// Whether the transaction of that number was carried out.
async fn is_done(db: &Db, number: &str) -> Result<bool> {
    let asked = Sql::with("SELECT pg_xact_status(CAST($1 AS xid8))", args![number]);
    let began = Instant::now();
    loop {
        let unknown = match db.one::<(Option<String>,)>(asked.clone()).await {
            Ok(Some((Some(status),))) if status == "in progress" => Error::Transient(status),
            Ok(status) => return Ok(status.and_then(|(status,)| status).as_deref() == Some("committed")),
            Err(error) => error,
        };
        if !unknown.is_transient() || began.elapsed() > ALTOGETHER {
            return Err(unknown);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
