//! The lines to a PostgreSQL server that are open at a time, the one used last lent first: what the server keeps ready for it, plans
//! and pages, is then still at hand, and those of a busy moment are let go again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult};
use rand::RngExt;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::silence::Silence;

/// A line nobody needed for so long is closed.
const IDLE: Duration = Duration::from_mins(10);
/// So is one that has served for so long: what the server keeps for it only grows.
const AGE: Duration = Duration::from_mins(30);
/// How often lines that lie idle are looked for.
const LOOK: Duration = Duration::from_mins(1);
/// The shortest and the longest pause before a server that is not up yet is asked again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// Lines of one use to a server.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    pool: Pool<Server>,
    /// How long one is waited for.
    patience: Duration,
    /// When those that lie idle were last looked for.
    looked: Arc<Mutex<Instant>>,
}

/// One line, lent.
pub(super) type Lent = Object<Server>;

/// One line.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) connection: PgConnection,
    pub(super) heard: Heard,
}

/// When the last thing asked on a line was answered to the end; nothing while an answer is due.
#[derive(Debug, Clone)]
pub(super) struct Heard(Arc<Mutex<Option<Instant>>>);

impl Heard {
    fn now() -> Self {
        Self(Arc::new(Mutex::new(Some(Instant::now()))))
    }

    /// An answer is due.
    pub(super) fn asked(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// It came.
    pub(super) fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(super) fn at(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_recent(&self) -> bool {
        self.at().is_some_and(|at| at.elapsed() < IDLE)
    }
}

/// Where lines lead.
#[derive(Debug)]
pub(super) struct Server {
    options: PgConnectOptions,
    pub(super) silence: Silence,
}

impl Manager for Server {
    type Type = Wire;
    type Error = sqlx::Error;

    /// Connects, for as long as the caller has patience where the server is not up yet.
    async fn create(&self) -> sqlx::Result<Wire> {
        let (mut pause, longest) = PAUSES;
        loop {
            // On the heap: whoever waits for a line stays small.
            match Box::pin(self.options.connect()).await {
                Err(error) if is_coming_up(&error) => {}
                Err(error) => return Err(error),
                Ok(connection) => {
                    return Ok(Wire { connection, heard: Heard::now() });
                }
            }
            let share = rand::rng().random_range(0.5..1.5);
            tokio::time::sleep(pause.mul_f64(share)).await;
            pause = (pause * 2).min(longest);
        }
    }

    /// Whether a line that was given back is lent again. One that has said nothing since the server was found silent would be waited
    /// for in vain like the first.
    async fn recycle(&self, wire: &mut Wire, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        let is_well = wire.heard.at().is_some_and(|at| self.silence.spares(at));
        if is_well && wire.heard.is_recent() && metrics.age() < AGE {
            Ok(())
        } else {
            Err(RecycleError::message("not lent again"))
        }
    }
}

/// Whether a server refuses because it is not up yet, or has as many lines as it may have.
fn is_coming_up(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(report) => report.code().is_some_and(|code| ["57P03", "53300"].contains(&code.as_ref())),
        _ => false,
    }
}

impl Lines {
    /// At most so many, each waited for that long; one is opened at once. Those of all uses learn of the same silence.
    pub(crate) async fn to(
        options: PgConnectOptions,
        most: u32,
        patience: Duration,
        silence: Silence,
    ) -> sqlx::Result<Self> {
        let pool =
            Pool::builder(Server { options, silence }).max_size(most as usize).queue_mode(QueueMode::Lifo).build();
        let pool = pool.map_err(|error| sqlx::Error::Configuration(error.into()))?;
        let lines = Self { pool, patience, looked: Arc::new(Mutex::new(Instant::now())) };
        drop(lines.lent().await?);
        Ok(lines)
    }

    /// One of them.
    pub(super) async fn lent(&self) -> sqlx::Result<Lent> {
        let lent = tokio::time::timeout(self.patience, self.pool.get()).await;
        self.let_go_of_idle();
        match lent {
            Ok(Ok(lent)) => Ok(lent),
            Ok(Err(PoolError::Backend(error))) => Err(error),
            Ok(Err(PoolError::Closed)) => Err(sqlx::Error::PoolClosed),
            Ok(Err(_)) | Err(_) => Err(sqlx::Error::PoolTimedOut),
        }
    }

    /// Whoever is busy lends the same few again and again; the others lie below them and would never be looked at.
    fn let_go_of_idle(&self) {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.elapsed() > LOOK {
            *looked = Instant::now();
            self.pool.retain(|wire, _| wire.heard.is_recent());
        }
    }

    /// What they know of the server's silence.
    pub(super) fn silence(&self) -> &Silence {
        &self.pool.manager().silence
    }

    /// How they reach the server.
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.pool.manager().options
    }

    /// Says goodbye on all of them; one that is in use then goes when it is given back.
    pub(crate) async fn close(&self) {
        let idle = self.pool.retain(|_, _| false).removed;
        self.pool.close();
        for wire in idle {
            // There may be nobody to say it to.
            let _ = wire.connection.close().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::super::line::Line;
    use super::*;
    use crate::testing::{Engine, Place, fresh_location};
    use crate::{Location, Result};

    /// Lines to a database of its own.
    async fn lines() -> Option<(Lines, Place)> {
        let (Location::Postgres(url), place) = fresh_location(Engine::Postgres).await? else { unreachable!() };
        let options = PgConnectOptions::from_str(&url).expect("an address");
        Some((Lines::to(options, 4, Duration::from_secs(8), Silence::default()).await.expect("a server"), place))
    }

    /// Which process of the server is at the other end.
    async fn process(line: &mut Line) -> Result<i32> {
        let asked = sqlx::query_scalar("SELECT pg_backend_pid()");
        line.patience().for_answer(asked.fetch_one(&mut **line)).await
    }

    /// Several at once, given back in turn.
    async fn processes<const MANY: usize>(lines: &Lines) -> [i32; MANY] {
        let mut taken = Vec::new();
        for _ in 0..MANY {
            taken.push(Line::take(lines).await.expect("a line"));
        }
        let mut processes = [0; MANY];
        for (process_of, mut line) in processes.iter_mut().zip(taken) {
            *process_of = process(&mut line).await.expect("an answer");
        }
        processes
    }

    #[tokio::test]
    async fn m6_the_line_used_last_is_lent_first() {
        let Some((lines, _place)) = lines().await else { return };
        let [.., last] = processes::<3>(&lines).await;
        for _ in 0..5 {
            assert_eq!(processes(&lines).await, [last]);
        }
    }

    #[tokio::test]
    async fn m6_a_line_left_in_the_middle_of_a_statement_is_not_lent_before_it_is_settled() {
        let Some((lines, _place)) = lines().await else { return };
        let mut line = Line::take(&lines).await.expect("a line");
        let patience = line.patience();
        let asked = sqlx::query("SELECT pg_sleep(3)").execute(&mut *line);
        assert!(tokio::time::timeout(Duration::from_millis(100), patience.for_answer(asked)).await.is_err());
        drop(line);
        let began = Instant::now();
        processes::<1>(&lines).await;
        assert!(began.elapsed() < Duration::from_secs(2), "whoever comes next does not wait for it");
    }

    #[tokio::test]
    async fn m6_when_the_server_ends_the_lines_one_is_tried_in_vain_for_all() {
        let Some((lines, _place)) = lines().await else { return };
        processes::<4>(&lines).await;
        let ends = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let mut line = Line::take(&lines).await.expect("a line");
        let asked = sqlx::query_scalar::<_, i64>(ends).fetch_one(&mut *line);
        assert_eq!(asked.await.expect("an answer"), 3);
        let mut in_vain = 0;
        for _ in 0..4 {
            let mut another = Line::take(&lines).await.expect("a line");
            in_vain += usize::from(process(&mut another).await.is_err());
        }
        assert_eq!(in_vain, 1);
        drop(line);
    }

    /// A firewall forgets at a moment that is nobody's: a line may have been answered just before, after the one that waits had asked.
    #[tokio::test]
    async fn m6_a_line_heard_of_a_moment_after_the_question_that_got_no_answer_is_given_up_as_well() {
        let Some((lines, _place)) = lines().await else { return };
        let (mut asking, mut other) =
            (Line::take(&lines).await.expect("a line"), Line::take(&lines).await.expect("a line"));
        asking.is_waited_for(Duration::from_millis(300));
        let patience = asking.patience();
        let question = patience.for_answer(sqlx::query("SELECT pg_sleep(3)").execute(&mut *asking));
        let (unanswered, answered) = tokio::join!(question, async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            process(&mut other).await
        });
        assert!(unanswered.is_err());
        drop(other);
        assert_ne!(processes::<1>(&lines).await, [answered.expect("an answer")]);
    }
}
