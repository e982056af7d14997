//! Since when nothing but alarms has changed: whoever holds the network of then need not read the inventory again.
//!
//! Only those who write alarms say so. Whatever else is written, by an older version of this program too, counts the generation
//! up without a word, and what was said before no longer reaches up to it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{Sql, Tx, args};
use crate::values::document;
use crate::{Result, Store};

/// The setting that keeps it.
const NAME: &str = "network_alarms_alone";

/// Generations of the network between which only alarms were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Alone {
    since: i64,
    until: i64,
}

impl Store {
    /// The network's generation, if nothing but alarms has changed since that earlier one.
    pub async fn generation_by_alarms(&self, since: u64) -> Result<Option<u64>> {
        let generation = self.generation().await?;
        let alone = self.setting(NAME).await?.and_then(|value| serde_json::from_value::<Alone>(value).ok());
        let reaches = |alone: Alone| alone.since <= since as i64 && generation as i64 <= alone.until;
        Ok(alone.is_some_and(reaches).then_some(generation))
    }
}

/// Notes that the generation just counted up to came about by alarms. The row of the generation is locked by having been
/// counted up: nobody else writes between.
pub(super) async fn note(tx: &mut Tx, branch: Uuid) -> Result<()> {
    let generation: Option<(i64,)> =
        tx.one(Sql::with("SELECT generation FROM network_generation WHERE branch_id = $1", args![branch])).await?;
    let said: Option<(String,)> =
        tx.one(Sql::with("SELECT body FROM setting WHERE branch_id = $1 AND name = $2", args![branch, NAME])).await?;
    let until = generation.map_or(0, |(generation,)| generation);
    let said: Option<Alone> = said.map(|(body,)| document(&body, "setting", "body", &NAME)).transpose()?;
    let since = said.filter(|said| said.until == until - 1).map_or(until - 1, |said| said.since);
    let body = serde_json::json!(Alone { since, until }).to_string();
    tx.exec(Sql::with(
        "INSERT INTO setting (branch_id, name, body) VALUES ($1, $2, $3) \
         ON CONFLICT (branch_id, name) DO UPDATE SET body = excluded.body",
        args![branch, NAME, body],
    ))
    .await
    .map(drop)
}
