//! Problem locations 黑点: their row, their entries with a hash chain of their own, the complaints that belong to them (M3).
//!
//! Invariants: an entry is appended and never changed; a complaint belongs to one of them at most; what a closing does to its
//! place is written in the closing's own transaction, guarded by the version of both.

use domain::access::{Reach, Scope};
use domain::id::{ComplaintId, PersonId, SpotId, SpotNumber};
use domain::person::Person;
use domain::place::LonLat;
use domain::spot::{Entry, ProblemLocation, Status};
use domain::time::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

pub(crate) mod verify;
mod write;

pub(crate) use write::{PreparedSpot, columns_of, hash_of, put};

use crate::db::{Sql, args, retry};
use crate::notices::read_until;
use crate::place::{cells_around, distance_m};
use crate::queue::{COLUMNS, Cursor, Page, QueueRow, Record, in_reach, newest_first, point};
use crate::values::document;
use crate::{Outgoing, Result, Store, outbox};

/// Rows looked at around a place before the exact distance decides.
const LOOKED_AT: i64 = 1_000;

/// One command's effect on one problem location.
#[derive(Debug, Clone, PartialEq)]
pub struct SpotWrite {
    /// As it stands afterwards.
    pub spot: ProblemLocation,
    /// The entry that explains it; its `sequence` is the version afterwards, 1 for a new one.
    pub entry: Entry,
}

/// Which problem locations: open ones first, by the day expected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpotQuery {
    /// Those that stand so.
    pub status: Option<Status>,
    /// Behind the last row of the page before.
    pub after: Option<Cursor>,
    /// How many rows.
    pub limit: u32,
}

/// What a first owner was told of a problem location, for the customers who wait for it.
#[derive(Debug, Clone, PartialEq)]
pub struct SpotNotice {
    /// As it stands now.
    pub spot: ProblemLocation,
    /// What happened.
    pub entry: Entry,
    /// When it was told.
    pub told: Timestamp,
    /// Whether this person has read so far.
    pub seen: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    list_key: i64,
    document: String,
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    id: Uuid,
    lon: Option<f64>,
    lat: Option<f64>,
    document: String,
}

#[derive(sqlx::FromRow)]
struct NoticeRow {
    location_id: Uuid,
    seq: i64,
    told: i64,
    seen: bool,
    document: String,
    at: i64,
    actor: String,
    payload: String,
}

impl Store {
    /// The problem location as it stands.
    pub async fn problem_location(&self, scope: &Scope, id: SpotId) -> Result<Option<ProblemLocation>> {
        let mut sql = Sql::new("SELECT l.id, l.document FROM problem_location l WHERE l.branch_id = ");
        sql.bind(scope.branch().0).push(" AND l.id = ").bind(id.0);
        within(&mut sql, scope);
        let row: Option<(Uuid, String)> = self.db().one(sql).await?;
        row.map(|(id, text)| read(&text, id)).transpose()
    }

    /// The one a complaint belongs to.
    pub async fn problem_location_of(&self, scope: &Scope, complaint: ComplaintId) -> Result<Option<ProblemLocation>> {
        let mut sql = Sql::new(
            "SELECT l.id, l.document FROM problem_location_complaint m JOIN problem_location l \
             ON l.branch_id = m.branch_id AND l.id = m.location_id WHERE m.branch_id = ",
        );
        sql.bind(scope.branch().0).push(" AND m.complaint_id = ").bind(complaint.0);
        within(&mut sql, scope);
        let row: Option<(Uuid, String)> = self.db().one(sql).await?;
        row.map(|(id, text)| read(&text, id)).transpose()
    }

    /// A page of them.
    pub async fn problem_locations(&self, scope: &Scope, query: &SpotQuery) -> Result<Page<ProblemLocation>> {
        let mut rows: Vec<Row> = self.db().all(listed(scope, query)).await?;
        let more = rows.len() > query.limit as usize;
        rows.truncate(query.limit as usize);
        let next = rows.last().filter(|_| more).map(|last| Cursor { key: last.list_key, id: last.id });
        let rows = rows.into_iter().map(|row| read(&row.document, row.id)).collect::<Result<_>>()?;
        Ok(Page { rows, next })
    }

    /// Open ones whose middle lies within so many metres of a place, with the distance, the nearest first.
    pub async fn open_locations_around(
        &self,
        scope: &Scope,
        place: LonLat,
        radius_m: f64,
    ) -> Result<Vec<(ProblemLocation, f64)>> {
        let rows: Vec<PlaceRow> = self.db().all(in_cells(scope, place, radius_m)).await?;
        let mut near = Vec::new();
        for row in rows {
            let Some(point) = point(row.lon, row.lat) else { continue };
            let metres = distance_m(point, place);
            if metres <= radius_m {
                near.push((read(&row.document, row.id)?, metres));
            }
        }
        near.sort_by(|(a, near), (b, far)| near.total_cmp(far).then(a.id.cmp(&b.id)));
        Ok(near)
    }

    /// Its entries, oldest first.
    pub async fn problem_location_entries(&self, scope: &Scope, id: SpotId) -> Result<Vec<Entry>> {
        let mut sql = Sql::new(
            "SELECT e.seq, e.at, e.actor, e.payload FROM problem_location_entry e JOIN problem_location l \
             ON l.branch_id = e.branch_id AND l.id = e.location_id WHERE e.branch_id = ",
        );
        sql.bind(scope.branch().0).push(" AND e.location_id = ").bind(id.0);
        within(&mut sql, scope);
        sql.push(" ORDER BY e.seq");
        let rows: Vec<(i64, i64, String, String)> = self.db().all(sql).await?;
        rows.into_iter().map(|(seq, at, actor, payload)| entry(id, seq, at, &actor, &payload)).collect()
    }

    /// The complaints that belong to it, newest first.
    pub async fn problem_location_complaints(&self, scope: &Scope, id: SpotId, limit: u32) -> Result<Vec<QueueRow>> {
        self.db().all::<Record>(members(scope, id, limit)).await?.into_iter().map(QueueRow::try_from).collect()
    }

    /// The first owners of its complaints.
    pub async fn problem_location_owners(&self, id: SpotId) -> Result<Vec<PersonId>> {
        let rows: Vec<(Uuid,)> = self
            .db()
            .all(Sql::with(
                "SELECT DISTINCT c.owner_id FROM problem_location_complaint m JOIN complaint c \
                 ON c.branch_id = m.branch_id AND c.id = m.complaint_id \
                 WHERE m.branch_id = $1 AND m.location_id = $2 AND c.owner_id IS NOT NULL",
                args![self.branch().0, id.0],
            ))
            .await?;
        Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
    }

    /// What this person was told of them, newest first.
    pub async fn location_notices(&self, scope: &Scope, person: &Person, limit: u32) -> Result<Vec<SpotNotice>> {
        let rows: Vec<NoticeRow> = self.db().all(told(scope, person, limit)).await?;
        let notice = |row: NoticeRow| {
            Ok(SpotNotice {
                spot: read(&row.document, row.location_id)?,
                entry: entry(SpotId(row.location_id), row.seq, row.at, &row.actor, &row.payload)?,
                told: Timestamp::from_micros(row.told),
                seen: row.seen,
            })
        };
        rows.into_iter().map(notice).collect()
    }

    /// How many of them this person has not read, counted up to `most`.
    pub async fn unseen_location_notices(&self, scope: &Scope, person: &Person, most: u32) -> Result<u32> {
        let row: Option<(i64,)> = self.db().one(unseen(scope, person, most)).await?;
        Ok(row.map_or(0, |(count,)| count as u32))
    }

    /// Writes a command on a problem location by itself, with what it sends out, in one transaction. One changed in the
    /// meantime answers [`crate::Error::Conflict`], and nothing was written.
    pub async fn write_location(&self, write: SpotWrite, outgoing: &[Outgoing]) -> Result<()> {
        let prepared = PreparedSpot::new(write);
        retry(|| async {
            let mut tx = self.db().write().await?;
            put(&mut tx, &prepared).await?;
            if !outgoing.is_empty() {
                outbox::put(&mut tx, prepared.branch, &outgoing.iter().collect::<Vec<_>>()).await?;
            }
            tx.commit_surely(self.db(), prepared.proof()).await
        })
        .await
    }

    /// Reserves the next number of a day.
    pub async fn reserve_location_number(&self, day: Date) -> Result<SpotNumber> {
        Ok(SpotNumber::new(day, self.reserve(format!("HD {day}"), 1).await?))
    }
}

pub(crate) fn listed(scope: &Scope, query: &SpotQuery) -> Sql {
    let mut sql = Sql::new("SELECT l.id, l.list_key, l.document FROM problem_location l WHERE l.branch_id = ");
    sql.bind(scope.branch().0);
    if let Some(status) = query.status {
        sql.push(" AND l.status = ").bind(status.as_str());
    }
    within(&mut sql, scope);
    if let Some(after) = &query.after {
        sql.push(" AND (l.list_key, l.id) > (").bind(after.key).push(", ").bind(after.id).push(")");
    }
    sql.push(" ORDER BY l.list_key, l.id LIMIT ").bind(i64::from(query.limit) + 1);
    sql
}

pub(crate) fn in_cells(scope: &Scope, place: LonLat, radius_m: f64) -> Sql {
    let mut sql = Sql::new("SELECT l.id, l.lon, l.lat, l.document FROM problem_location l WHERE l.branch_id = ");
    sql.bind(scope.branch().0).push(" AND l.is_open AND l.grid_cell IS NOT NULL AND l.grid_cell IN (");
    sql.bind_list(cells_around(place, radius_m)).push(")");
    within(&mut sql, scope);
    sql.push(" LIMIT ").bind(LOOKED_AT);
    sql
}

pub(crate) fn members(scope: &Scope, id: SpotId, limit: u32) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("c.received AS sort_key FROM problem_location_complaint m JOIN complaint c ");
    sql.push("ON c.branch_id = m.branch_id AND c.id = m.complaint_id WHERE m.branch_id = ").bind(scope.branch().0);
    sql.push(" AND m.location_id = ").bind(id.0);
    in_reach(&mut sql, scope);
    newest_first(&mut sql, None);
    sql.push(" LIMIT ").bind(limit);
    sql
}

pub(crate) fn told(scope: &Scope, person: &Person, limit: u32) -> Sql {
    let mut sql = Sql::new("SELECT n.location_id, n.seq, n.told, n.told <= ");
    read_until(&mut sql, scope, person);
    sql.push(" AS seen, l.document, e.at, e.actor, e.payload FROM problem_location_notice n ");
    sql.push("JOIN problem_location_entry e ON e.branch_id = n.branch_id AND e.location_id = n.location_id ");
    sql.push("AND e.seq = n.seq ");
    told_to(&mut sql, scope, person);
    sql.push(" ORDER BY n.told DESC, n.location_id, n.seq LIMIT ").bind(limit);
    sql
}

pub(crate) fn unseen(scope: &Scope, person: &Person, most: u32) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 AS one FROM problem_location_notice n ");
    told_to(&mut sql, scope, person);
    sql.push(" AND n.told > ");
    read_until(&mut sql, scope, person);
    sql.push(" LIMIT ").bind(i64::from(most)).push(") AS unseen");
    sql
}

/// The notices of a person with what they are about.
fn told_to(sql: &mut Sql, scope: &Scope, person: &Person) {
    sql.push("JOIN problem_location l ON l.branch_id = n.branch_id AND l.id = n.location_id ");
    sql.push("WHERE n.branch_id = ").bind(scope.branch().0).push(" AND n.person_id = ").bind(person.id.0);
    within(sql, scope);
}

/// They are for those of the house, testers too: a place names no customer. An outside organisation sees its own orders only.
fn within(sql: &mut Sql, scope: &Scope) {
    match scope.reach() {
        Reach::Branch | Reach::Tested => sql,
        Reach::Organisation(_) | Reach::Nothing => sql.push(" AND 1 = 0"),
    };
}

fn read(text: &str, id: Uuid) -> Result<ProblemLocation> {
    document(text, "problem_location", "document", &id)
}

/// A row of an entry as the entry it was.
pub(crate) fn entry(id: SpotId, seq: i64, at: i64, actor: &str, payload: &str) -> Result<Entry> {
    let row = format!("{id}/{seq}");
    Ok(Entry {
        spot: id,
        sequence: seq as u64,
        at: Timestamp::from_micros(at),
        actor: document(actor, "problem_location_entry", "actor", &row)?,
        events: document(payload, "problem_location_entry", "payload", &row)?,
    })
}
