//! A line to a PostgreSQL server that may fall silent: nobody waits on it for ever, and one that has fallen silent is given up
//! instead of being lent to the next.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use futures::TryFutureExt;
use sqlx::pool::PoolConnection;
use sqlx::{Executor, PgConnection, PgPool, Postgres};

use crate::{Error, Result};

/// How long a server may think about one statement while somebody waits: a thousand times what one takes.
pub(crate) const ANSWER: Duration = Duration::from_secs(10);
/// How long it may take to confirm that a line that is given back is well.
const SETTLE: Duration = Duration::from_secs(5);

/// A connection out of a pool.
#[derive(Debug)]
pub(crate) struct Line {
    connection: Option<PoolConnection<Postgres>>,
    /// Whether a transaction is open.
    open: bool,
    /// How long each statement may take; nothing where work is done that nobody waits for.
    patience: Option<Duration>,
}

impl Line {
    /// One that answers each statement in time.
    pub(crate) async fn take(pool: &PgPool) -> Result<Self> {
        // On the heap: whoever waits for it stays small.
        let asked = Box::pin(pool.acquire());
        Ok(Self { connection: Some(asked.await?), open: false, patience: Some(ANSWER) })
    }

    /// One for a statement that may take long and that nobody waits for.
    pub(crate) async fn take_unhurried(pool: &PgPool) -> Result<Self> {
        let mut line = Self::take(pool).await?;
        line.patience = None;
        Ok(line)
    }

    /// The same as the first with a transaction begun.
    pub(crate) async fn begun(pool: &PgPool, begin: &'static str) -> Result<Self> {
        let mut line = Self::take(pool).await?;
        line.open = true;
        within(line.patience, line.execute(begin).map_ok(drop)).await?;
        Ok(line)
    }

    /// From here on nobody waits: what is done now may take long, and stand still in between.
    pub(crate) async fn unhurried(&mut self) -> Result<()> {
        within(self.patience, self.execute("SET LOCAL idle_in_transaction_session_timeout = 0").map_ok(drop)).await?;
        self.patience = None;
        Ok(())
    }

    /// Makes the transaction durable.
    pub(crate) async fn commit(mut self) -> Result<()> {
        within(self.patience, self.execute("COMMIT").map_ok(drop)).await?;
        self.open = false;
        Ok(())
    }

    /// How long each statement may take.
    pub(crate) const fn patience(&self) -> Option<Duration> {
        self.patience
    }
}

/// What somebody waits for, as long as it may take.
pub(crate) async fn within<T>(patience: Option<Duration>, asked: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    match patience {
        None => Ok(asked.await?),
        Some(patience) => match tokio::time::timeout(patience, asked).await {
            Ok(answered) => Ok(answered?),
            Err(_) => Err(Error::Transient(format!("no answer within {} s", patience.as_secs()))),
        },
    }
}

impl Deref for Line {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("given back by drop only")
    }
}

impl DerefMut for Line {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("given back by drop only")
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let (mut given_back, open) = (GivenBack(Some(connection)), self.open);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { given_back.settle(open).await });
        }
    }
}

/// A connection on its way back to the pool; one that does not get there is closed without a word, for there is nobody at the
/// other end, or nobody here any more.
struct GivenBack(Option<PoolConnection<Postgres>>);

impl GivenBack {
    async fn settle(&mut self, open: bool) {
        let Some(connection) = &mut self.0 else { return };
        if open && !matches!(tokio::time::timeout(SETTLE, connection.execute("ROLLBACK")).await, Ok(Ok(_))) {
            return;
        }
        // The pool asks the server once more before it lends the line again, and would wait for ever.
        let back = connection.return_to_pool();
        self.0 = None;
        let _ = tokio::time::timeout(SETTLE, back).await;
    }
}

impl Drop for GivenBack {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}
