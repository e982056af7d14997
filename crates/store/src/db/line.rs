//! A line to a PostgreSQL server that may fall silent: nobody waits on it for ever, and one that has fallen silent is given up
//! instead of being lent to the next.

use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use deadpool::managed::Object;
use sqlx::{Connection, Executor, PgConnection};

use super::lines::{Heard, Lent, Lines};
use super::silence::Silence;
use crate::{Error, Result};

/// How long a server may think about one statement while somebody waits: a thousand times what one takes.
pub(crate) const ANSWER: Duration = Duration::from_secs(10);
/// How long what is answered at all takes to be answered: a line heard of within it after a question that was not may be lost as well.
const USUAL: Duration = Duration::from_secs(1);
/// How long it may take to confirm that a line that is given back is well.
const SETTLE: Duration = Duration::from_secs(5);

/// A line, lent; given back by being dropped.
#[derive(Debug)]
pub(crate) struct Line {
    lent: Option<Lent>,
    /// Whether a transaction is open.
    open: bool,
    patience: Patience,
}

impl Line {
    /// One that answers each statement in time.
    pub(crate) async fn take(lines: &Lines) -> Result<Self> {
        // On the heap: whoever waits for it stays small.
        let lent = Box::pin(lines.lent()).await?;
        let patience = Patience { most: Some(ANSWER), heard: lent.heard.clone(), silence: lines.silence().clone() };
        Ok(Self { lent: Some(lent), open: false, patience })
    }

    /// One for a statement that may take long and that nobody waits for.
    pub(crate) async fn take_unhurried(lines: &Lines) -> Result<Self> {
        let mut line = Self::take(lines).await?;
        line.patience.most = None;
        Ok(line)
    }

    /// The same as the first with a transaction begun.
    pub(crate) async fn begun(lines: &Lines, begin: &'static str) -> Result<Self> {
        let mut line = Self::take(lines).await?;
        line.open = true;
        line.patience().for_answer(line.execute(begin)).await?;
        Ok(line)
    }

    /// From here on nobody waits: what is done now may take long, and stand still in between.
    pub(crate) async fn unhurried(&mut self) -> Result<()> {
        self.patience().for_answer(self.execute("SET LOCAL idle_in_transaction_session_timeout = 0")).await?;
        self.patience.most = None;
        Ok(())
    }

    /// Makes the transaction durable.
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.patience().for_answer(self.execute("COMMIT")).await?;
        self.open = false;
        Ok(())
    }

    /// Waited for so long from here on.
    #[cfg(test)]
    pub(super) const fn is_waited_for(&mut self, most: Duration) {
        self.patience.most = Some(most);
    }

    /// How long each statement may take.
    pub(crate) fn patience(&self) -> Patience {
        self.patience.clone()
    }
}

/// How long a statement on a line is waited for, and who is to know when it was not answered.
#[derive(Debug, Clone)]
pub(crate) struct Patience {
    /// Nothing where work is done that nobody waits for.
    most: Option<Duration>,
    heard: Heard,
    silence: Silence,
}

impl Patience {
    /// What was asked on the line; an error when it takes longer.
    pub(crate) async fn for_answer<T>(&self, asked: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
        let begun = Instant::now();
        self.heard.asked();
        let answered = match self.most {
            None => asked.await,
            Some(most) => tokio::time::timeout(most, asked).await.map_err(|_| {
                self.silence.since(begun + USUAL);
                Error::Transient(format!("no answer within {} s", most.as_secs()))
            })?,
        };
        match &answered {
            // Whatever broke this line broke those that lay beside it, whenever they were heard of.
            Err(error) if is_broken(error) => self.silence.since(Instant::now()),
            // That it cannot be done is an answer, too.
            Ok(_) | Err(sqlx::Error::Database(_)) => self.heard.answered(),
            Err(_) => {}
        }
        Ok(answered?)
    }
}

/// Whether nobody is at the other end any more: the line broke, or the server ends (SQLSTATE 57P).
fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(report) => report.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

/// What somebody waits for, as long as it may take.
pub(crate) async fn within<T>(patience: Option<Patience>, asked: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    match patience {
        None => Ok(asked.await?),
        Some(patience) => patience.for_answer(asked).await,
    }
}

impl Deref for Line {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.lent.as_ref().expect("given back by drop only").connection
    }
}

impl DerefMut for Line {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.lent.as_mut().expect("given back by drop only").connection
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(lent) = self.lent.take() else { return };
        if !self.open && lent.heard.at().is_some() {
            return;
        }
        let (mut given_back, open, silence) = (GivenBack(Some(lent)), self.open, self.patience.silence.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { given_back.settle(open, &silence).await });
        }
    }
}

/// A line in the middle of something on its way back; one that does not get there is closed without a word, for there is nobody at
/// the other end, or nobody here any more.
struct GivenBack(Option<Lent>);

impl GivenBack {
    async fn settle(&mut self, open: bool, silence: &Silence) {
        let Some(lent) = &mut self.0 else { return };
        let begun = Instant::now();
        let settled = async {
            if open { lent.connection.execute("ROLLBACK").await.map(drop) } else { lent.connection.ping().await }
        };
        match tokio::time::timeout(SETTLE, settled).await {
            Ok(Ok(())) => {
                lent.heard.answered();
                self.0 = None;
            }
            // Whoever asked has gone away and does not tell: those who come next are told all the same.
            Err(_) => silence.since(begun),
            Ok(Err(_)) => {}
        }
    }
}

impl Drop for GivenBack {
    fn drop(&mut self) {
        if let Some(lent) = self.0.take() {
            drop(Object::take(lent));
        }
    }
}
