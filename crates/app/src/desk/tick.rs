//! What happens by itself: rungs fire, suspensions end (M5). Any number of processes may tick the same store: each tick
//! is a command guarded by the version, so that a rung fires once whoever is quicker.

use domain::flow;

use super::{Desk, DeskError};
use crate::bus::Topic;

/// Complaints ticked in one durable commit.
const TOGETHER: u32 = 200;

impl Desk {
    /// Lets everything happen that is due by now; how many complaints that changed.
    pub async fn tick(&self) -> Result<u64, DeskError> {
        let mut changed = 0;
        loop {
            let (looked_at, done) = self.tick_some().await?;
            changed += done;
            if looked_at < TOGETHER as usize || done == 0 {
                return Ok(changed);
            }
        }
    }

    async fn tick_some(&self) -> Result<(usize, u64), DeskError> {
        let (now, house) = (self.now(), self.house());
        let due = self.store.due_ticks(now, TOGETHER).await?;
        let mut commits = Vec::with_capacity(due.len());
        for id in &due {
            let complaint = match self.complaint(&house, *id).await {
                Ok(Some(complaint)) => complaint,
                // The store has logged a damaged record, `verify` names it; it does not keep the others from being told.
                Ok(None) | Err(DeskError::Store(store::Error::Damaged { .. })) => continue,
                Err(error) => return Err(error),
            };
            let Some(decision) = flow::tick(&complaint, &self.context(&house, now)) else { continue };
            commits.push(self.commit_of(decision, now));
        }
        let told: Vec<_> = commits.iter().map(|commit| (commit.complaint.id, commit.complaint.version)).collect();
        let mut done = 0;
        for ((id, version), answer) in told.into_iter().zip(self.store.commit_all(commits).await) {
            match answer {
                Ok(()) => {
                    done += 1;
                    self.bus.tell(Topic::Complaint(id), version);
                }
                // Somebody acted meanwhile, and with that fired what was due; or another process ticked.
                Err(store::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if done > 0 {
            self.bus.tell(Topic::Queue, done);
        }
        Ok((due.len(), done))
    }
}
