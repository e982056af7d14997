//! What else was complained about: by the same phone, around the same place.

use std::cmp::Reverse;

use domain::access::Scope;
use domain::id::{BranchId, ComplaintId};
use domain::place::LonLat;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{Arg, Sql, args, in_known_sizes};
use crate::place::{cells_around, distance_m, grid_cell};
use crate::queue::{COLUMNS, QueueRow, Record, in_reach, newest_first, point};
use crate::{Result, Store};

/// Rows looked at in each cell around a place before the exact distance decides: enough of them nearly always.
const FIRST_LOOK: usize = 32;
/// And at most.
const LAST_LOOK: usize = 2_000;

/// What a repeat counter needs of a complaint.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Of which complaint.
    pub complaint: ComplaintId,
    /// The phone's keyed hash.
    pub digest: Option<String>,
    /// Where.
    pub point: Option<LonLat>,
    /// When the customer complained.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct SignalRow {
    id: Uuid,
    phone_digest: Option<String>,
    lon: Option<f64>,
    lat: Option<f64>,
    complained: i64,
}

/// Where a complaint stands, and since when: enough to tell whether it is near. Hundreds are looked at for the ten that are shown.
#[derive(sqlx::FromRow)]
struct Standing {
    id: Uuid,
    received: i64,
    lon: Option<f64>,
    lat: Option<f64>,
}

impl Standing {
    fn is_near(&self, place: LonLat, radius_m: f64) -> bool {
        point(self.lon, self.lat).is_some_and(|point| distance_m(point, place) <= radius_m)
    }
}

impl Store {
    /// Complaints of this phone received since, newest first.
    pub async fn earlier(
        &self,
        scope: &Scope,
        phone_digest: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<QueueRow>> {
        let sql = of_phone(scope, phone_digest, since, limit);
        self.db().all::<Record>(sql).await?.into_iter().map(QueueRow::try_from).collect()
    }

    /// Complaints within so many metres received since, newest first.
    pub async fn nearby(
        &self,
        scope: &Scope,
        place: LonLat,
        radius_m: f64,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<QueueRow>> {
        let cells = cells_around(place, radius_m);
        let mut each = FIRST_LOOK;
        let near = loop {
            let rows: Vec<Standing> = self.db().all(in_cells(scope, &cells, since, each)).await?;
            let sure_since = if each < LAST_LOOK { cut_at(&rows, &cells, each) } else { None };
            let mut near: Vec<Standing> = rows.into_iter().filter(|row| row.is_near(place, radius_m)).collect();
            near.sort_by_key(|row| Reverse((row.received, row.id)));
            let sure = near.iter().take_while(|row| sure_since.is_none_or(|since| row.received > since)).count();
            if sure_since.is_none() || sure >= limit as usize {
                near.truncate(limit as usize);
                break near;
            }
            each = (each * 8).min(LAST_LOOK);
        };
        if near.is_empty() {
            return Ok(Vec::new());
        }
        let shown = listed(scope, near.into_iter().map(|row| row.id));
        let rows = self.db().all::<Record>(shown).await?.into_iter().map(QueueRow::try_from);
        let mut rows: Vec<QueueRow> = rows.collect::<Result<_>>()?;
        rows.sort_by_key(|row| Reverse((row.received, row.id)));
        Ok(rows)
    }

    /// Phone, place and time of everything received since: what the desk counts repeats and crowds by.
    pub async fn recent_signals(&self, branch: BranchId, since: Timestamp) -> Result<Vec<Signal>> {
        let rows: Vec<SignalRow> = self.db().all(recent(branch, since)).await?;
        Ok(rows.into_iter().map(Signal::from).collect())
    }

    /// The same of these complaints; what is none of the branch is left out.
    pub async fn signals_of(&self, branch: BranchId, complaints: &[ComplaintId]) -> Result<Vec<Signal>> {
        let keys = complaints.iter().map(|id| args![branch.0, id.0]).collect();
        let mut signals = Vec::with_capacity(complaints.len());
        for keys in in_known_sizes(self.db().dialect(), keys) {
            signals.extend(self.db().all::<SignalRow>(of_keys(keys)).await?.into_iter().map(Signal::from));
        }
        Ok(signals)
    }
}

impl From<SignalRow> for Signal {
    fn from(row: SignalRow) -> Self {
        Self {
            complaint: ComplaintId(row.id),
            digest: row.phone_digest,
            point: point(row.lon, row.lat),
            at: Timestamp::from_micros(row.complained),
        }
    }
}

pub(crate) fn recent(branch: BranchId, since: Timestamp) -> Sql {
    Sql::with(
        "SELECT id, phone_digest, lon, lat, complained FROM complaint WHERE branch_id = $1 AND received >= $2 \
         ORDER BY received",
        args![branch.0, since],
    )
}

pub(crate) fn of_keys(keys: Vec<Vec<Arg>>) -> Sql {
    let mut sql = Sql::new("SELECT c.id, c.phone_digest, c.lon, c.lat, c.complained FROM (VALUES ");
    sql.bind_rows(keys).push(") AS v JOIN complaint c ON c.branch_id = v.column1 AND c.id = v.column2");
    sql
}

pub(crate) fn of_phone(scope: &Scope, phone_digest: &str, since: Timestamp, limit: u32) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("c.received AS sort_key FROM complaint c WHERE c.branch_id = ").bind(scope.branch().0);
    sql.push(" AND c.phone_digest IS NOT NULL AND c.phone_digest = ").bind(phone_digest);
    sql.push(" AND c.received >= ").bind(since);
    in_reach(&mut sql, scope);
    newest_first(&mut sql, None);
    sql.push(" LIMIT ").bind(limit);
    sql
}

const STANDING: &str = "SELECT c.id, c.received, c.lon, c.lat FROM complaint c";

/// The newest rows of each cell. Each for itself, so that the index gives them in order: of a busy place only the newest are read.
pub(crate) fn in_cells(scope: &Scope, cells: &[i64], since: Timestamp, each: usize) -> Sql {
    let mut sql = Sql::new("");
    for (at, cell) in cells.iter().enumerate() {
        sql.push(if at == 0 { "SELECT * FROM (" } else { ") AS cell UNION ALL SELECT * FROM (" }).push(STANDING);
        sql.push(" WHERE c.branch_id = ").bind(scope.branch().0);
        sql.push(" AND c.grid_cell IS NOT NULL AND c.grid_cell = ").bind(*cell);
        sql.push(" AND c.received >= ").bind(since);
        in_reach(&mut sql, scope);
        sql.push(" ORDER BY c.received DESC LIMIT ").bind(each as i64);
    }
    sql.push(") AS cell");
    sql
}

/// The rows of these as lists show them, in no order: asked for one, SQLite reads all of the branch in that order.
pub(crate) fn listed(scope: &Scope, ids: impl IntoIterator<Item = Uuid>) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("c.received AS sort_key FROM complaint c WHERE c.branch_id = ").bind(scope.branch().0);
    sql.push(" AND c.id IN (").bind_list(ids).push(")");
    in_reach(&mut sql, scope);
    sql
}

/// Behind which time a look at so many rows of each cell may have missed some; nothing where no cell had more.
fn cut_at(rows: &[Standing], cells: &[i64], each: usize) -> Option<i64> {
    let of = |cell: i64| rows.iter().filter(move |row| point(row.lon, row.lat).map(grid_cell) == Some(cell));
    let full = cells.iter().filter(|cell| of(**cell).count() >= each);
    full.filter_map(|cell| of(*cell).map(|row| row.received).min()).max()
}
