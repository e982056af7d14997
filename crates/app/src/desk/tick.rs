//! What happens by itself: rungs fire, suspensions end (M5). Any number of processes may tick the same store: each tick
//! is a command guarded by the version, so that a rung fires once whoever is quicker.

use domain::flow;
use domain::time::Timestamp;
use rayon::prelude::*;
use store::{Commit, Due, DueKey};

use super::decided::Decided;
use super::{Desk, DeskError};
use crate::bus::Topic;

/// Complaints read and decided at once, while those before them are written: a durable commit of so few keeps a clerk's
/// command waiting for a moment only.
const TOGETHER: u32 = 500;

impl Desk {
    /// Lets everything happen that is due by now; how many complaints that changed.
    pub async fn tick(&self) -> Result<u64, DeskError> {
        self.follow_policy().await?;
        let now = self.now();
        let (mut changed, mut more, mut after, mut decided) = (0, true, None, Decided::default());
        while more || !decided.is_empty() {
            let (due, written) = tokio::join!(self.due(now, after, more), self.write_ticks(decided));
            changed += written?;
            let (next, ticks) = due?;
            // Behind the last one looked at: what cannot be written now is the next tick's and keeps nobody waiting.
            (more, after, decided) = (next.is_some(), next, ticks);
        }
        self.figures.ticked(changed);
        if changed > 0 {
            self.bus.tell(Topic::Queue, changed);
        }
        Ok(changed)
    }

    /// What is due behind a place, decided; nothing where no more is due.
    async fn due(
        &self,
        now: Timestamp,
        after: Option<DueKey>,
        more: bool,
    ) -> Result<(Option<DueKey>, Decided), DeskError> {
        if !more {
            return Ok((None, Decided::default()));
        }
        let Due { complaints, next } = self.store.due_ticks(now, after, TOGETHER).await?;
        let (house, rules, roster) = (self.house(), self.rules(), self.roster());
        let context = rules.context(&house, &roster, now);
        let decided = complaints.into_par_iter().filter_map(|due| {
            let decision = flow::tick(&due.complaint, &context)?;
            Some(Commit { follows: Some(due.last), ..self.commit_of(decision, now) })
        });
        Ok((next, Decided::of(decided.collect())))
    }

    async fn write_ticks(&self, ticks: Decided) -> Result<u64, DeskError> {
        // Where somebody acted meanwhile, that fired what was due; or another process ticked.
        Ok(self.write_decided(ticks).await?.changed)
    }
}
