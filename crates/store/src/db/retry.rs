//! Repeating a unit of work that an engine gave up for the sake of others.

use std::time::{Duration, Instant};

use rand::RngExt;

use crate::Result;

/// How often a unit of work is tried.
const TRIES: u32 = 8;
/// How long it is tried: a database that is away is told of, not waited for eight times over.
pub(super) const ALTOGETHER: Duration = Duration::from_secs(12);
/// The longest pause between two tries.
pub(super) const LONGEST: Duration = Duration::from_millis(200);

/// Repeats whatever may go better the next time, a serialisation failure, a busy file or a lost line: eight times, doubling from 2 ms
/// with jitter, none of them begun after twelve seconds.
///
/// The unit may run several times, so it has no effect outside the database. It may even have been done: a line can be lost between
/// the engine's commit and its answer, and the next try then meets its own rows.
pub(crate) async fn retry<T, F>(mut unit: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let (begun, mut pause) = (Instant::now(), Duration::from_millis(2));
    for _ in 1..TRIES {
        match unit().await {
            Err(error) if error.is_transient() && begun.elapsed() < ALTOGETHER => {
                let share = rand::rng().random_range(0.5..1.5);
                tokio::time::sleep(pause.mul_f64(share)).await;
                pause = (pause * 2).min(LONGEST);
            }
            done => return done,
        }
    }
    unit().await
}

/// What failed within this was not waited for.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Reads once more where the first try failed at once: its line had been lost before. Whoever waited is told instead, for somebody
/// who reads is waiting, too.
pub(crate) async fn read_again<T, F>(unit: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let begun = Instant::now();
    match unit().await {
        Err(error) if error.is_transient() && begun.elapsed() < AT_ONCE => unit().await,
        done => done,
    }
}
