//! One import at a time of what is read, compared and written in chunks: two at once would each compare with half of the other.

use std::time::Duration;

use domain::check::Bilingual;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::clock::fresh_uuid;
use crate::desk::{Desk, DeskError};

/// How long an import that says nothing keeps others out: a killed one never says that it ended.
const LEASE: Duration = Duration::from_secs(30);
/// Whoever waits so long outlasts a killed import.
pub const OUTLASTS: Duration = Duration::from_secs(32);
/// How often whoever waits looks again.
const LOOK: Duration = Duration::from_millis(200);

/// Why a file was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Another import of the same is at work; nothing was written.
    #[error("another import is running")]
    Running,
    /// This one stood still so long that another began: what it has written stands.
    #[error("another import has taken over")]
    Overtaken,
    /// The desk could not.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl ApplyError {
    /// What happened and what to do next, in both languages.
    pub fn told(&self) -> Bilingual {
        match self {
            Self::Running => Bilingual::new(
                "另一个同类导入正在进行，本次没有写入任何内容；请等它结束后再导入（它若已中断，半分钟后即可）。",
                "Another import of this kind is running and nothing was written: import again once it has ended, or half a \
                 minute later where it was broken off.",
            ),
            Self::Overtaken => Bilingual::new(
                "本次导入停顿过久，另一个同类导入已经开始；已写入的行有效，请等它结束后再导入一次。",
                "This import stood still so long that another of this kind has begun; the rows it wrote stand. Import again \
                 once the other has ended.",
            ),
            Self::Desk(error) => error.told(),
        }
    }
}

/// Does the work as the only one with that duty, whoever has it let so long to end.
pub(super) async fn alone<T>(
    desk: &Desk,
    duty: &str,
    patience: Duration,
    work: impl Future<Output = Result<T, DeskError>>,
) -> Result<T, ApplyError> {
    // Its own, not the process's: two people may import at one node.
    let holder = fresh_uuid(desk.now());
    let began = Instant::now();
    while !claims(desk, duty, holder).await? {
        if began.elapsed() >= patience {
            return Err(ApplyError::Running);
        }
        sleep(LOOK).await;
    }
    // Side by side: a claim waits for the writer that the work may hold.
    let done = tokio::select! {
        done = work => done.map_err(ApplyError::Desk),
        () = keeps(desk, duty, holder) => Err(ApplyError::Overtaken),
    };
    if let Err(error) = desk.store().release_duty(duty, holder, desk.now()).await {
        tracing::warn!(%error, duty, "an import that ended keeps others out until its claim runs out");
    }
    done
}

async fn claims(desk: &Desk, duty: &str, holder: Uuid) -> Result<bool, DeskError> {
    let now = desk.now();
    Ok(desk.store().claim_duty(duty, holder, now, now.plus_seconds(LEASE.as_secs() as i64)).await?)
}

/// Ends when somebody else has it.
async fn keeps(desk: &Desk, duty: &str, holder: Uuid) {
    loop {
        sleep(LEASE / 3).await;
        match claims(desk, duty, holder).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, duty, "the claim of an import could not be renewed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use store::testing::{Engine, fresh_location};

    use super::*;
    use crate::clock::SystemClock;

    #[rstest]
    #[case(Engine::Sqlite)]
    #[case(Engine::Postgres)]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn m2_imports_take_turns_and_one_that_fails_keeps_nobody_out(#[case] engine: Engine) {
        let Some((location, _place)) = fresh_location(engine).await else { return };
        let desk = Desk::open(&location, std::sync::Arc::new(SystemClock)).await.expect("a fresh desk");
        let fails = async { Err::<(), _>(DeskError::Conflict) };
        let failed = alone(&desk, "import_x", Duration::ZERO, fails).await;
        assert!(matches!(failed, Err(ApplyError::Desk(DeskError::Conflict))), "{failed:?}");
        // And while one is at work the next is told so, or waits until it has ended.
        let nested = alone(&desk, "import_x", Duration::ZERO, async {
            Ok(alone(&desk, "import_x", Duration::ZERO, async { Ok(()) }).await)
        });
        assert!(matches!(nested.await, Ok(Err(ApplyError::Running))));
        let works = || async {
            let began = Instant::now();
            sleep(LOOK).await;
            Ok((began, Instant::now()))
        };
        let (one, other) =
            tokio::join!(alone(&desk, "import_x", OUTLASTS, works()), alone(&desk, "import_x", OUTLASTS, works()));
        let ((began, ended), (other_began, other_ended)) = (one.expect("done"), other.expect("done"));
        assert!(ended <= other_began || other_ended <= began, "never both at once");
    }
}
