//! What else was complained about: by the same phone, around the same place.

use domain::access::Scope;
use domain::id::{BranchId, ComplaintId};
use domain::place::LonLat;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{Arg, Sql, args, in_known_sizes};
use crate::place::{cells_around, distance_m};
use crate::queue::{COLUMNS, QueueRow, Record, in_reach, newest_first, point};
use crate::{Result, Store};

/// Rows looked at around a place before the exact distance decides.
const LOOKED_AT: i64 = 2_000;

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
        let sql = in_cells(scope, place, radius_m, since);
        let records = self.db().all::<Record>(sql).await?;
        let near = |row: &Result<QueueRow>| match row {
            Ok(row) => row.point.is_some_and(|point| distance_m(point, place) <= radius_m),
            Err(_) => true,
        };
        records.into_iter().map(QueueRow::try_from).filter(near).take(limit as usize).collect()
    }

    /// Phone, place and time of everything received since: what the desk counts repeats and crowds by.
    pub async fn recent_signals(&self, branch: BranchId, since: Timestamp) -> Result<Vec<Signal>> {
        let rows: Vec<SignalRow> = self
            .db()
            .all(Sql::with(
                "SELECT id, phone_digest, lon, lat, complained FROM complaint WHERE branch_id = $1 AND received >= $2 \
                 ORDER BY received",
                args![branch.0, since],
            ))
            .await?;
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

pub(crate) fn in_cells(scope: &Scope, place: LonLat, radius_m: f64, since: Timestamp) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("c.received AS sort_key FROM complaint c WHERE c.branch_id = ").bind(scope.branch().0);
    sql.push(" AND c.grid_cell IS NOT NULL AND c.grid_cell IN (").bind_list(cells_around(place, radius_m));
    sql.push(") AND c.received >= ").bind(since);
    in_reach(&mut sql, scope);
    // The plus keeps an engine without statistics from reading everything recent in order of time: the cells are fewer.
    sql.push(" ORDER BY +c.received DESC, c.id DESC LIMIT ").bind(LOOKED_AT);
    sql
}
