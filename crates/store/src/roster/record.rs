//! Who changed the roster and when: written with the change, never changed.

use domain::id::RosterEntryId;
use domain::roster::{Change, RosterEntry};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{Sql, Tx, args};
use crate::values::document;
use crate::{Error, Result, Store};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: i64,
    actor: String,
    change: String,
    payload: String,
}

impl Row {
    fn read(self) -> Result<RosterEntry> {
        let change = Change::ALL.into_iter().find(|change| change.as_str() == self.change);
        let damaged = || Error::Damaged { table: "roster_entry", column: "change", row: self.id.to_string() };
        Ok(RosterEntry {
            id: RosterEntryId(self.id),
            at: Timestamp::from_micros(self.at),
            by: document(&self.actor, "roster_entry", "actor", &self.id)?,
            change: change.ok_or_else(damaged)?,
            planned: document(&self.payload, "roster_entry", "payload", &self.id)?,
        })
    }
}

impl Store {
    /// What was changed on the roster, newest first.
    pub async fn roster_entries(&self, limit: u32) -> Result<Vec<RosterEntry>> {
        let rows: Vec<Row> = self.db().all(newest(self.branch().0, limit)).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Who entered these shifts and absences, and when; those of before this was kept are left out.
    pub async fn roster_entered(&self, planned: &[Uuid]) -> Result<Vec<RosterEntry>> {
        if planned.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = self.db().all(entered(self.branch().0, planned)).await?;
        rows.into_iter().map(Row::read).collect()
    }
}

pub(crate) fn newest(branch: Uuid, limit: u32) -> Sql {
    let mut sql = Sql::new("SELECT id, at, actor, change, payload FROM roster_entry WHERE branch_id = ");
    sql.bind(branch).push(" ORDER BY at DESC, id DESC LIMIT ").bind(limit);
    sql
}

pub(crate) fn entered(branch: Uuid, planned: &[Uuid]) -> Sql {
    let mut sql = Sql::new("SELECT id, at, actor, change, payload FROM roster_entry WHERE branch_id = ");
    sql.bind(branch).push(" AND planned_id IN (").bind_list(planned.iter().copied()).push(") AND change = 'entered'");
    sql.one_off()
}

/// Puts a change on record, in the transaction that makes it.
pub(super) async fn append(tx: &mut Tx, branch: Uuid, entry: &RosterEntry) -> Result<()> {
    let plain = |value: serde_json::Result<String>| value.expect("it has string keys and no failing serialiser");
    let actor = plain(serde_json::to_string(&entry.by));
    let payload = plain(serde_json::to_string(&entry.planned));
    tx.exec(Sql::with(
        "INSERT INTO roster_entry (branch_id, id, at, actor, change, planned_id, payload) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![branch, entry.id.0, entry.at, actor, entry.change.as_str(), entry.planned.id(), payload],
    ))
    .await
    .map(drop)
}
