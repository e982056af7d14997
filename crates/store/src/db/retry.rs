//! Repeating a unit of work that an engine gave up for the sake of others.

use std::time::{Duration, Instant};

use rand::RngExt;

use crate::Result;

/// How often a unit of work is tried.
const TRIES: u32 = 8;
/// How long it is tried: a database that is away is told of, not waited for eight times over.
const ALTOGETHER: Duration = Duration::from_secs(12);
/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_millis(200);

/// Repeats on serialisation failures, deadlocks and a busy file: eight times, doubling from 2 ms with jitter, none of them begun
/// after twelve seconds.
///
/// The unit may run several times, so it has no effect outside the database.
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
