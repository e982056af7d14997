//! Keeping 保存期: complaints closed for as long as the policy says are anonymised, batch by batch. Any number of processes may do
//! it at once, and it may be broken off at any point: each complaint is one transaction, guarded by its version.

use domain::complaint::Complaint;
use domain::id::ComplaintId;
use domain::retention;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Desk, DeskError};
use crate::bus::Topic;

/// Complaints looked at together.
const TOGETHER: u32 = 200;
/// How many numbers a plan names.
const SHOWN: usize = 20;
/// Under which name the store keeps from where on the next look begins.
const FROM: &str = "retention_done";

/// What is due to be anonymised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetentionPlan {
    /// For how many days after closing the policy in force keeps what is personal.
    pub closed_days: u32,
    /// Complaints closed until then are due.
    pub closed_until: Timestamp,
    /// How many complaints are due.
    pub due: u64,
    /// The first of them by their numbers.
    pub first: Vec<String>,
    /// How many were anonymised before.
    pub anonymised: u64,
}

/// Everything received up to there is anonymised, and what went out about it blanked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Done {
    received: Timestamp,
}

impl Desk {
    /// What would be anonymised now; changes nothing.
    pub async fn retention_due(&self) -> Result<RetentionPlan, DeskError> {
        self.follow_policy().await?;
        let retention = self.rules().policy.retention;
        let closed_until = retention.closed_until(self.now());
        let anonymised = self.store.count_anonymised().await?;
        let closed_days = retention.closed_days;
        let mut found = RetentionPlan { closed_days, closed_until, due: 0, first: Vec::new(), anonymised };
        let mut after = self.retention_from().await?;
        while let Some(page) = self.old(closed_until, &mut after).await? {
            for complaint in page.iter().filter_map(|(_, complaint)| complaint.as_ref()) {
                found.due += 1;
                if found.first.len() < SHOWN {
                    found.first.push(complaint.number.to_string());
                }
            }
        }
        Ok(found)
    }

    /// Anonymises everything that is due; how many complaints that were.
    pub async fn retain(&self) -> Result<u64, DeskError> {
        self.follow_policy().await?;
        let now = self.now();
        let until = self.rules().policy.retention.closed_until(now);
        let from = self.retention_from().await?;
        let (mut after, mut left, mut done) = (from, None, 0);
        while let Some(page) = self.old(until, &mut after).await? {
            for (received, complaint) in page {
                let gone = match complaint {
                    Some(complaint) => self.anonymise(*complaint, now).await?,
                    None => false,
                };
                done += u64::from(gone);
                if !gone {
                    left.get_or_insert(received);
                }
            }
        }
        self.store.blank_outbox(from.0, until).await?;
        // The oldest one that is left is looked at again, and all behind it; what lies before it is done with.
        let received = left.map_or(until, |left| left.plus_seconds(-1)).max(from.0);
        if received > from.0 {
            self.store.put_setting(FROM, &serde_json::json!(Done { received })).await?;
        }
        if done > 0 {
            tracing::info!(done, "complaints were anonymised");
            self.bus.tell(Topic::Queue, done);
        }
        Ok(done)
    }

    /// Whether this one is anonymised now. One that somebody wrote to meanwhile, or that is damaged, is left for the next time.
    async fn anonymise(&self, complaint: Complaint, now: Timestamp) -> Result<bool, DeskError> {
        let id = complaint.id;
        let kept = match self.store.kept(complaint).await {
            Ok(kept) => kept,
            Err(store::Error::Damaged { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let retention = self.rules().policy.retention;
        let done = retention::anonymise(kept.complaint(), &kept.entries, retention, now, |entry| kept.reads(entry));
        let Some(done) = done else { return Ok(false) };
        let (version, found_by) = (done.complaint.version, self.found_by(&done.complaint));
        match self.store.anonymise(done, found_by).await {
            Ok(()) => {
                self.bus.tell(Topic::Complaint(id), version);
                Ok(true)
            }
            // Somebody wrote to it, or another process was quicker.
            Err(store::Error::Conflict | store::Error::Duplicate(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The next complaints received by then, each with the whole of it where it is due; nothing where there are no more.
    async fn old(
        &self,
        until: Timestamp,
        after: &mut (Timestamp, ComplaintId),
    ) -> Result<Option<Vec<(Timestamp, Option<Box<Complaint>>)>>, DeskError> {
        let page = self.store.old_complaints(until, *after, TOGETHER).await?;
        let Some(last) = page.last() else { return Ok(None) };
        *after = (last.received, last.id);
        let due = |complaint: &Complaint| retention::closed_since(complaint).is_some_and(|since| since <= until);
        let read = page.into_iter().map(|old| (old.received, old.closed.filter(|complaint| due(complaint))));
        Ok(Some(read.collect()))
    }

    async fn retention_from(&self) -> Result<(Timestamp, ComplaintId), DeskError> {
        let kept = self.store.setting(FROM).await?;
        let from = kept.and_then(|value| serde_json::from_value::<Done>(value).ok());
        let received = from.map_or(Timestamp::from_micros(0), |from| from.received);
        Ok((received, ComplaintId(uuid::Uuid::max())))
    }
}
