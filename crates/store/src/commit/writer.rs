//! Who writes. A few tasks take every command that waits and make them durable by one commit: its `fsync` and the
//! statements of many new complaints are shared. SQLite has one writer; a server takes one part of the work while it
//! makes another durable.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::timeout_at;
use tracing::Instrument;

use crate::commit::bulk;
use crate::commit::care::Care;
use crate::commit::prepared::Prepared;
use crate::db::{Db, Dialect, Sql, args, retry};
use crate::figures::Tally;
use crate::{Error, Result, Store};

/// Commands in one shared commit at most.
const TOGETHER: usize = 256;
/// Commands that may wait before senders do.
const WAITING: usize = 1024;
/// Transactions of one process on a server at the same time.
const SERVER_WRITERS: usize = 2;
/// Under load a server is given so many commands at once, or what has come after so long: a transaction costs it and us what
/// several commands do, and several nodes have fewer each. A command that comes alone waits for nobody.
const WORTH_A_TRANSACTION: usize = 12;
const GATHERING: Duration = Duration::from_millis(5);

struct Job {
    work: Vec<Prepared>,
    answer: oneshot::Sender<Vec<Result<()>>>,
}

/// The way to the tasks that write.
#[derive(Debug, Clone)]
pub(crate) struct Writer(mpsc::Sender<Job>, Tally);

impl Writer {
    /// Starts the tasks. They end when the last sender is gone.
    pub(crate) fn start(db: &Db) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let (care, tally) = (Care::new(db), Tally::default());
        for _ in 0..writers(db) {
            tokio::spawn(run(db.clone(), Arc::clone(&receiver), care.clone(), tally.clone()));
        }
        Self(sender, tally)
    }

    /// How commands become durable.
    pub(crate) const fn tally(&self) -> &Tally {
        &self.1
    }

    async fn write(&self, work: Vec<Prepared>) -> Vec<Result<()>> {
        let count = work.len();
        let gone = || (0..count).map(|_| Err(Error::Transient("the store is closing".into()))).collect();
        let (answer, answered) = oneshot::channel();
        if self.0.send(Job { work, answer }).await.is_err() {
            return gone();
        }
        answered.await.unwrap_or_else(|_| gone())
    }
}

const fn writers(db: &Db) -> usize {
    match db.dialect() {
        Dialect::Sqlite => 1,
        Dialect::Postgres => SERVER_WRITERS,
    }
}

impl Store {
    /// Hands the work to whoever writes next.
    pub(super) async fn write_all(&self, work: Vec<Prepared>) -> Vec<Result<()>> {
        let span = tracing::info_span!("commit", commands = work.len());
        self.writer().write(work).instrument(span).await
    }

    /// A part of an import or of a tick, spread over all who write.
    pub(super) async fn write_chunk(&self, mut work: Vec<Prepared>) -> Vec<Result<()>> {
        const WORTH_SPREADING: usize = 32;
        const { assert!(WORTH_SPREADING / 2 >= WORTH_A_TRANSACTION, "each half ends what a transaction takes up") }
        if writers(self.db()) == 1 || work.len() < WORTH_SPREADING || !are_apart(&work) {
            return self.write_all(work).await;
        }
        let other = work.split_off(work.len() / 2);
        let (mut answers, others) = tokio::join!(self.write_all(work), self.write_all(other));
        answers.extend(others);
        answers
    }
}

/// Whether none of these commands can wait for another: new complaints, or each one on a complaint of its own.
fn are_apart(work: &[Prepared]) -> bool {
    let mut seen = HashSet::new();
    work.iter().all(Prepared::is_new) || work.iter().all(|one| one.is_alone() && seen.insert(one.complaint))
}

async fn run(db: Db, waiting: Arc<Mutex<mpsc::Receiver<Job>>>, care: Option<Care>, tally: Tally) {
    let mut shared = false;
    while let Some(jobs) = next(&waiting, Way::of(&db, shared)).await {
        shared = jobs.len() > 1;
        let (work, answers): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|job| ((job.work.len(), job.work), job.answer)).unzip();
        let counts: Vec<_> = work.iter().map(|(count, _)| *count).collect();
        let work: Vec<_> = work.into_iter().flat_map(|(_, work)| work).collect();
        let begun = Instant::now();
        let results = transaction(&db, &work).await;
        tally.wrote(results.len(), results.iter().filter(|result| result.is_ok()).count(), begun.elapsed());
        let mut results = results.into_iter();
        for (count, answer) in counts.into_iter().zip(answers) {
            // Whoever asked may have gone away; what is written stays written.
            let _ = answer.send(results.by_ref().take(count).collect());
        }
        if let Some(care) = &care {
            care.remind();
        }
    }
}

/// How what waits is put together.
#[derive(Debug, Clone, Copy, Default)]
struct Way {
    /// Others write, too: a part of many is a transaction, and the other part theirs.
    parts: bool,
    /// What comes a moment later goes along.
    gathers: bool,
}

impl Way {
    /// After a transaction that several shared, or not.
    const fn of(db: &Db, shared: bool) -> Self {
        let parts = writers(db) > 1;
        Self { parts, gathers: parts && shared }
    }
}

/// What the next transaction carries.
async fn next(waiting: &Mutex<mpsc::Receiver<Job>>, way: Way) -> Option<Vec<Job>> {
    together(&mut *waiting.lock().await, way, |job| job.work.len()).await
}

/// All that waits, as far as one commit carries it.
async fn together<T>(waiting: &mut mpsc::Receiver<T>, way: Way, commands: impl Fn(&T) -> usize) -> Option<Vec<T>> {
    let first = waiting.recv().await?;
    let until = tokio::time::Instant::now() + GATHERING;
    let (mut count, mut last) = (0, commands(&first));
    let mut jobs = vec![first];
    loop {
        count += last;
        if count >= TOGETHER || (way.parts && last >= WORTH_A_TRANSACTION) {
            return Some(jobs);
        }
        let next = match waiting.try_recv() {
            Ok(next) => next,
            Err(_) if way.gathers && count < WORTH_A_TRANSACTION => match timeout_at(until, waiting.recv()).await {
                Ok(Some(next)) => next,
                Ok(None) | Err(_) => return Some(jobs),
            },
            Err(_) => return Some(jobs),
        };
        last = commands(&next);
        jobs.push(next);
    }
}

/// One transaction for all of it; everything is answered for, whatever happens.
async fn transaction(db: &Db, work: &[Prepared]) -> Vec<Result<()>> {
    let tries = AtomicU32::new(0);
    let done = retry(|| async {
        tries.fetch_add(1, Ordering::Relaxed);
        // Where one of them is refused, savepoints tell which.
        match bulk::at_once(db, work).await {
            Some(Ok(answers)) => return Ok(answers),
            Some(Err(error @ (Error::Transient(_) | Error::Full(_)))) => return Err(error),
            Some(Err(_)) | None => {}
        }
        let mut tx = db.write().await?;
        let answers = match work {
            [one] => {
                bulk::single(&mut tx, one).await?;
                vec![Ok(())]
            }
            many => bulk::write(&mut tx, many).await?,
        };
        tx.commit().await?;
        Ok(answers)
    })
    .await;
    let mut answers = match done {
        Ok(answers) => answers,
        Err(error) if work.len() == 1 => vec![Err(error)],
        Err(Error::Full(why)) => work.iter().map(|_| Err(Error::Full(why.clone()))).collect(),
        Err(error) => work.iter().map(|_| Err(Error::Transient(error.to_string()))).collect(),
    };
    if tries.load(Ordering::Relaxed) > 1 {
        // The line may have broken after the engine had committed: then the next try met its own rows.
        for (one, answer) in work.iter().zip(&mut answers) {
            if matches!(answer, Err(Error::Duplicate(_) | Error::Conflict)) {
                match is_written(db, one).await {
                    Ok(true) => *answer = Ok(()),
                    Ok(false) => {}
                    // Neither is known: whoever asks again is told.
                    Err(error) => *answer = Err(error),
                }
            }
        }
    }
    answers
}

/// Whether this very command stands in the journal.
async fn is_written(db: &Db, one: &Prepared) -> Result<bool> {
    let stands = Sql::with(
        "SELECT at, actor, payload FROM journal WHERE branch_id = $1 AND complaint_id = $2 AND seq = $3",
        args![one.branch.0, one.complaint.0, one.sequence as i64],
    );
    let found: Option<(i64, String, String)> = retry(|| db.one(stands.clone())).await?;
    Ok(found
        .is_some_and(|(at, actor, payload)| at == one.at.as_micros() && actor == one.actor && payload == one.payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What goes together of a first command and those that come a moment later.
    async fn goes_together(way: Way, later: usize) -> usize {
        let (sender, mut waiting) = mpsc::channel(WAITING);
        sender.send(()).await.unwrap();
        tokio::spawn(async move {
            for _ in 0..later {
                tokio::task::yield_now().await;
                sender.send(()).await.unwrap();
            }
        });
        together(&mut waiting, way, |()| 1).await.unwrap().len()
    }

    const GATHERS: Way = Way { parts: true, gathers: true };

    #[tokio::test]
    async fn a_command_that_comes_alone_waits_for_nobody() {
        assert_eq!(goes_together(Way::default(), 3).await, 1);
    }

    #[tokio::test]
    async fn under_load_what_comes_a_moment_later_goes_along_until_it_is_worth_a_transaction() {
        assert_eq!(goes_together(GATHERS, 3).await, 4);
        assert_eq!(goes_together(GATHERS, 100).await, WORTH_A_TRANSACTION);
    }

    #[tokio::test]
    async fn whoever_gathers_waits_for_a_moment_only() {
        let (sender, mut waiting) = mpsc::channel(WAITING);
        sender.send(()).await.unwrap();
        assert_eq!(together(&mut waiting, GATHERS, |()| 1).await.map(|jobs| jobs.len()), Some(1));
        drop(sender);
        assert_eq!(together(&mut waiting, GATHERS, |()| 1).await.map(|jobs| jobs.len()), None);
    }

    #[tokio::test]
    async fn m5_half_of_a_tick_leaves_the_other_half_to_whoever_else_writes() {
        let halves = async |way: Way| {
            let (sender, mut waiting) = mpsc::channel(WAITING);
            for commands in [1, 100, 100] {
                sender.send(commands).await.unwrap();
            }
            together(&mut waiting, way, |commands| *commands).await.unwrap()
        };
        assert_eq!(halves(Way { parts: true, gathers: false }).await, [1, 100]);
        assert_eq!(halves(Way::default()).await, [1, 100, 100], "where one writes, all of it");
    }
}
