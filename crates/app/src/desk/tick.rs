//! What happens by itself: rungs fire, suspensions end (M5). Any number of processes may tick the same store: each tick
//! is a command guarded by the version, so that a rung fires once whoever is quicker.

use domain::complaint::Complaint;
use domain::flow;
use domain::time::Timestamp;
use rayon::prelude::*;
use store::Commit;

use super::{Desk, DeskError};
use crate::bus::Topic;

/// Complaints read at once. They are written a few hundred to a durable commit, so that a clerk's command waits a moment.
const TOGETHER: u32 = 1_000;

impl Desk {
    /// Lets everything happen that is due by now; how many complaints that changed.
    pub async fn tick(&self) -> Result<u64, DeskError> {
        self.follow_policy().await?;
        let now = self.now();
        let (mut changed, mut after) = (0, None);
        loop {
            // Behind the last one looked at: what cannot be written now is the next tick's and keeps nobody waiting.
            let due = self.store.due_ticks(now, after, TOGETHER).await?;
            changed += self.tick_some(due.complaints, now).await?;
            after = due.next;
            if after.is_none() {
                break;
            }
        }
        self.figures.ticked(changed);
        if changed > 0 {
            self.bus.tell(Topic::Queue, changed);
        }
        Ok(changed)
    }

    async fn tick_some(&self, due: Vec<Complaint>, now: Timestamp) -> Result<u64, DeskError> {
        let (house, rules, roster) = (self.house(), self.rules(), self.roster());
        let context = rules.context(&house, &roster, now);
        let decisions = due.into_par_iter().filter_map(|complaint| flow::tick(&complaint, &context));
        let commits: Vec<Commit> = decisions.map(|decision| self.commit_of(decision, now)).collect();
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
        Ok(done)
    }
}
