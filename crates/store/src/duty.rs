//! Duties that one process does for all: claimed in the database for a while, so that the others need not do it as well.
//!
//! A claim saves work and proves nothing: whoever lost it without noticing does what the guards of every write make harmless.

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{Sql, args};
use crate::{Result, Store};

/// Who does it, and until when nobody else begins.
#[derive(Debug, Serialize, Deserialize)]
struct Claim {
    holder: Uuid,
    until_micros: i64,
}

impl Store {
    /// Claims a duty, or keeps it: whether it is `holder`'s until then.
    pub async fn claim_duty(&self, duty: &str, holder: Uuid, now: Timestamp, until: Timestamp) -> Result<bool> {
        let name = format!("duty_{duty}");
        let claim = serde_json::json!(Claim { holder, until_micros: until.as_micros() }).to_string();
        let row: Option<(String,)> = self
            .db()
            .one(Sql::with(
                "SELECT body FROM setting WHERE branch_id = $1 AND name = $2",
                args![self.branch().0, name.as_str()],
            ))
            .await?;
        let Some((before,)) = row else {
            let added = Sql::with(
                "INSERT INTO setting (branch_id, name, body) VALUES ($1, $2, $3) ON CONFLICT (branch_id, name) DO NOTHING",
                args![self.branch().0, name, claim],
            );
            return Ok(self.db().exec(added).await? == 1);
        };
        // What cannot be read binds nobody.
        let held = serde_json::from_str::<Claim>(&before).ok();
        if held.is_some_and(|held| held.holder != holder && held.until_micros > now.as_micros()) {
            return Ok(false);
        }
        let taken = Sql::with(
            "UPDATE setting SET body = $3 WHERE branch_id = $1 AND name = $2 AND body = $4",
            args![self.branch().0, name, claim, before],
        );
        Ok(self.db().exec(taken).await? == 1)
    }

    /// Lets go of a duty that is done.
    pub async fn release_duty(&self, duty: &str, holder: Uuid, now: Timestamp) -> Result<()> {
        self.claim_duty(duty, holder, now, now).await.map(drop)
    }
}
