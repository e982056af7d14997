//! Writing a problem location: its row guarded by the version, its entry chained, the ties of its complaints, who is told.

use domain::id::{BranchId, ComplaintId, SpotId};
use domain::place::LonLat;
use domain::spot::{Event, ProblemLocation};
use domain::time::Timestamp;

use super::SpotWrite;
use crate::commit::{ZERO_HASH, chained, json};
use crate::db::{Arg, Sql, Tx, args};
use crate::place::grid_cell;
use crate::{Error, Result};

const INSERT: &str = "INSERT INTO problem_location (branch_id, id, entry_hash, number, version, status, is_open, list_key, \
    lon, lat, grid_cell, document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

const UPDATE: &str = "UPDATE problem_location SET entry_hash = $3, number = $4, version = $5, status = $6, is_open = $7, \
    list_key = $8, lon = $9, lat = $10, grid_cell = $11, document = $12 WHERE branch_id = $1 AND id = $2 AND version = $13";

/// Those whose customers wait: the first owners of the complaints that belong to it now.
const TELL: &str = "INSERT INTO problem_location_notice (branch_id, person_id, location_id, seq, told) \
    SELECT DISTINCT m.branch_id, c.owner_id, m.location_id, CAST($3 AS BIGINT), CAST($4 AS BIGINT) \
    FROM problem_location_complaint m JOIN complaint c ON c.branch_id = m.branch_id AND c.id = m.complaint_id \
    WHERE m.branch_id = $1 AND m.location_id = $2 AND c.owner_id IS NOT NULL";

/// A write turned into rows before any transaction begins.
#[derive(Debug, Clone)]
pub(crate) struct PreparedSpot {
    pub branch: BranchId,
    id: SpotId,
    sequence: u64,
    at: Timestamp,
    actor: String,
    payload: String,
    /// The row without key and hash, in the order of the statements.
    columns: Vec<Arg>,
    joining: Vec<ComplaintId>,
    leaving: Vec<ComplaintId>,
    tells: bool,
}

impl PreparedSpot {
    /// Finds its entry, where it is written, and nobody else's.
    pub(crate) fn proof(&self) -> Sql {
        Sql::with(
            "SELECT CAST(1 AS BIGINT) FROM problem_location_entry WHERE branch_id = $1 AND location_id = $2 AND seq = $3 \
             AND at = $4 AND actor = $5 AND payload = $6",
            args![self.branch.0, self.id.0, self.sequence as i64, self.at, self.actor.as_str(), self.payload.as_str()],
        )
    }

    pub(crate) fn new(SpotWrite { spot, entry }: SpotWrite) -> Self {
        let joins = |event: &Event| match event {
            Event::ComplaintJoined { member, .. } => Some(member.complaint),
            _ => None,
        };
        let leaves = |event: &Event| match event {
            Event::ComplaintLeft { complaint, .. } => Some(*complaint),
            _ => None,
        };
        Self {
            branch: spot.branch,
            id: spot.id,
            sequence: entry.sequence,
            at: entry.at,
            actor: json(&entry.actor),
            payload: json(&entry.events),
            columns: columns_of(&spot),
            joining: entry.events.iter().filter_map(joins).collect(),
            leaving: entry.events.iter().filter_map(leaves).collect(),
            tells: entry.events.iter().any(Event::concerns_customers),
        }
    }

    fn row(&self, hash: [u8; 32]) -> Vec<Arg> {
        let mut row = args![self.branch.0, self.id.0, hash];
        row.extend(self.columns.iter().cloned());
        row
    }
}

/// Writes it into the open transaction.
pub(crate) async fn put(tx: &mut Tx, one: &PreparedSpot) -> Result<()> {
    let (branch, id) = (one.branch.0, one.id.0);
    let before = one.sequence as i64 - 1;
    let previous = if before == 0 { ZERO_HASH.to_vec() } else { hash_before(tx, one, before).await? };
    let hash = hash_of(&previous, one.branch, one.id, one.sequence, one.at, &one.actor, &one.payload);
    let mut row = one.row(hash);
    if before == 0 {
        tx.exec(Sql::with(INSERT, row)).await?;
    } else {
        row.push(Arg::from(before));
        tx.exec_one(Sql::with(UPDATE, row)).await?;
    }
    tx.exec(Sql::with(
        "INSERT INTO problem_location_entry (branch_id, location_id, seq, at, actor, payload, prev_hash, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![branch, id, one.sequence as i64, one.at, one.actor.as_str(), one.payload.as_str(), previous, hash],
    ))
    .await?;
    for complaint in &one.leaving {
        tx.exec(Sql::with(
            "DELETE FROM problem_location_complaint WHERE branch_id = $1 AND complaint_id = $2 AND location_id = $3",
            args![branch, complaint.0, id],
        ))
        .await?;
    }
    for complaint in &one.joining {
        tx.exec(Sql::with(
            "INSERT INTO problem_location_complaint (branch_id, complaint_id, location_id) VALUES ($1, $2, $3) \
             ON CONFLICT (branch_id, complaint_id) DO UPDATE SET location_id = excluded.location_id",
            args![branch, complaint.0, id],
        ))
        .await?;
    }
    if one.tells {
        tx.exec(Sql::with(TELL, args![branch, id, one.sequence as i64, one.at])).await?;
    }
    Ok(())
}

async fn hash_before(tx: &mut Tx, one: &PreparedSpot, before: i64) -> Result<Vec<u8>> {
    let found: Option<(Vec<u8>,)> = tx
        .one(Sql::with(
            "SELECT entry_hash FROM problem_location WHERE branch_id = $1 AND id = $2 AND version = $3",
            args![one.branch.0, one.id.0, before],
        ))
        .await?;
    found.map(|(hash,)| hash).ok_or(Error::Conflict)
}

/// The hash of an entry after the one before.
pub(crate) fn hash_of(
    previous: &[u8],
    branch: BranchId,
    id: SpotId,
    sequence: u64,
    at: Timestamp,
    actor: &str,
    payload: &str,
) -> [u8; 32] {
    chained(b"shouwen problem location 1\n", previous, branch, id.0, sequence, at, actor, payload)
}

/// The row without key and hash: what lists are ordered and narrowed by, then the whole document.
pub(crate) fn columns_of(spot: &ProblemLocation) -> Vec<Arg> {
    let point = spot.place.point.map(|point| point.wgs84);
    args![
        spot.number.as_str(),
        spot.version as i64,
        spot.status.as_str(),
        spot.status.is_open(),
        list_key(spot),
        point.map(LonLat::lon),
        point.map(LonLat::lat),
        point.map(grid_cell),
        json(spot),
    ]
}

/// Open ones first, each by the day expected, as a number that reads `20261123`.
fn list_key(spot: &ProblemLocation) -> i64 {
    const SETTLED: i64 = 100_000_000;
    let day = spot.expected;
    let day = (i64::from(day.year()) * 100 + i64::from(day.month())) * 100 + i64::from(day.day());
    if spot.status.is_open() { day } else { SETTLED + day }
}
