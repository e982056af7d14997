//! A commit whose answer was lost: done or not?

use std::time::Instant;

use super::retry::{ALTOGETHER, LONGEST, retry};
use super::{Db, Sql, Tx, args};
use crate::{Error, Result};

impl Tx {
    /// Makes everything durable. Where the line to a server is lost before it has answered, another one is asked whether it is:
    /// a unit that is tried again would meet its own rows and be told that somebody was quicker. `proof` finds a row if and only if
    /// this very unit was carried out.
    ///
    /// It costs a question before each commit: for what people do now and then, not for what comes in by the hundred.
    pub(crate) async fn commit_surely(mut self, db: &Db, proof: Sql) -> Result<()> {
        if let Self::Sqlite(_) = self {
            return self.commit().await;
        }
        let number: Option<(Option<String>,)> =
            self.one("SELECT CAST(pg_current_xact_id_if_assigned() AS TEXT)").await?;
        match self.commit().await {
            Err(error) if error.is_transient() => {
                if let Some((Some(number),)) = number {
                    ended(db, &number).await?;
                }
                let found: Option<(i64,)> = patiently(|| db.one(proof.clone())).await?;
                found.map(drop).ok_or(error)
            }
            answered => answered,
        }
    }
}

impl Db {
    /// [`Db::exec`] for a statement that may not be told as refused by what it wrote itself; `proof` as above.
    pub(crate) async fn exec_surely(&self, sql: Sql, proof: Sql) -> Result<u64> {
        retry(|| async {
            let mut tx = self.write().await?;
            let changed = tx.exec(sql.clone()).await?;
            tx.commit_surely(self, proof.clone()).await?;
            Ok(changed)
        })
        .await
    }
}

/// Waits until the transaction of that number has ended, one way or the other: its rows may still appear until then.
///
/// How it ended is not asked: a server that died before it wrote the number down gives it to somebody else, and until then
/// refuses to know it.
pub(super) async fn ended(db: &Db, number: &str) -> Result<()> {
    let asked = Sql::with("SELECT pg_xact_status(CAST($1 AS xid8))", args![number]);
    patiently(|| async {
        match db.one::<(Option<String>,)>(asked.clone()).await {
            Ok(Some((Some(status),))) if status == "in progress" => Err(Error::Transient(status)),
            Err(error) if error.is_transient() => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    })
    .await
}

/// Asks as long as a unit of work is tried, so that none is tried again in the dark.
async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let began = Instant::now();
    loop {
        match ask().await {
            Err(error) if error.is_transient() && began.elapsed() < ALTOGETHER => tokio::time::sleep(LONGEST).await,
            answered => return answered,
        }
    }
}
