//! Taking things out of the outbox and carrying them.

use std::sync::Arc;

use domain::post::{PostKind, Tried, onward};
use rand::RngExt;
use store::Claimed;
use tokio::task::JoinSet;

use super::Post;
use crate::bus::Topic;
use crate::desk::{Desk, DeskError};

/// How many are carried at the same time.
const TOGETHER: u32 = 8;
/// How long a sender holds what it took. Longer than all steps of one mail may take together: nobody else sends it
/// meanwhile.
const LEASE_SECONDS: i64 = 10 * 60;

impl Desk {
    /// Carries everything that is due by now; how many were tried.
    pub async fn deliver(&self) -> Result<u64, DeskError> {
        let mut tried = 0;
        loop {
            let now = self.now();
            let claimed = self.store().claim_outgoing(now, now.plus_seconds(LEASE_SECONDS), TOGETHER).await?;
            if claimed.is_empty() {
                return Ok(tried);
            }
            tried += claimed.len() as u64;
            self.carry(claimed).await?;
            self.bus().tell(Topic::Post, tried);
        }
    }

    async fn carry(&self, claimed: Vec<Claimed>) -> Result<(), DeskError> {
        let (post, now) = (self.post(), self.now());
        let mut under_way = JoinSet::new();
        for one in claimed {
            let post = Arc::clone(&post);
            under_way.spawn(async move {
                let tried = match (one.posted.kind, &post.smtp, &post.webhook) {
                    (PostKind::Mail, Some(smtp), _) => smtp.send(&post.from, &one).await,
                    (PostKind::Webhook, _, Some(webhook)) => webhook.send(&one, now).await,
                    (PostKind::Mail, None, _) | (PostKind::Webhook, _, None) => Tried::NobodyToSend,
                };
                (one.posted, tried)
            });
        }
        while let Some(done) = under_way.join_next().await {
            let (posted, tried) = done.map_err(|_| DeskError::Transient)?;
            if let Tried::Refused(_) | Tried::Trouble(_) = &tried {
                // The other side's words may hold an address: they stand on the page, not in the log.
                tracing::warn!(id = %posted.id, tries = posted.attempts, "not delivered; the page of what goes out says why");
            }
            let now = self.now();
            let onward = onward(tried, posted.attempts, now, rand::rng().random());
            match self.store().settle_outgoing(&posted, &onward, now).await {
                // The lease ran out, or the receiver's report was quicker: whoever came first has written it down.
                Ok(()) | Err(store::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Post {
    /// Whether anything goes out by that way.
    pub const fn carries(&self, kind: PostKind) -> bool {
        match kind {
            PostKind::Mail => self.smtp.is_some(),
            PostKind::Webhook => self.webhook.is_some(),
        }
    }
}
