//! What the house decided about many complaints at once, written together and told of one by one.

use domain::id::ComplaintId;
use store::{Batch, Commit};

use super::{Desk, DeskError};
use crate::bus::Topic;

/// What is decided and not yet written.
#[derive(Default)]
pub(super) struct Decided {
    /// Which complaints, in which version afterwards.
    told: Vec<(ComplaintId, u64)>,
    batch: Batch,
}

/// What became of it.
pub(super) struct Written {
    /// Complaints written.
    pub changed: u64,
    /// Those somebody else had changed meanwhile: they stand as that left them.
    pub overtaken: Vec<ComplaintId>,
}

impl Decided {
    pub fn of(commits: Vec<Commit>) -> Self {
        let told = commits.iter().map(|commit| (commit.complaint.id, commit.complaint.version)).collect();
        Self { told, batch: Batch::of(commits) }
    }

    pub const fn is_empty(&self) -> bool {
        self.told.is_empty()
    }
}

impl Desk {
    /// Writes it, and tells whoever looks at one of them.
    pub(super) async fn write_decided(&self, Decided { told, batch }: Decided) -> Result<Written, DeskError> {
        let mut written = Written { changed: 0, overtaken: Vec::new() };
        for ((id, version), answer) in told.into_iter().zip(self.store.commit_batch(batch).await) {
            match answer {
                Ok(()) => {
                    written.changed += 1;
                    self.bus.tell(Topic::Complaint(id), version);
                }
                Err(store::Error::Conflict) => written.overtaken.push(id),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(written)
    }
}
