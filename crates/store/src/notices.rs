//! What the house tells people: rungs of clocks, written with the journal entry that explains them (M5).

use domain::access::Scope;
use domain::clock::{ClockKind, Rung, Tell};
use domain::complaint::Complaint;
use domain::id::{ComplaintId, PersonId};
use domain::journal::Event;
use domain::person::Person;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::commit::EntryHash;
use crate::commit::Prepared;
use crate::complaints::whole::{Whole, whole};
use crate::db::{Arg, Sql, args};
use crate::queue::{COLUMNS, QueueRow, Record, in_reach};
use crate::values::named;
use crate::{Result, Store};

/// A notice: which clock of which complaint has reached which rung.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The complaint as lists show it.
    pub complaint: QueueRow,
    /// Whose clock.
    pub clock: ClockKind,
    /// Which rung.
    pub rung: Rung,
    /// When the rung was reached.
    pub reached: Timestamp,
    /// When it was told.
    pub told: Timestamp,
    /// Whether this person has read so far.
    pub seen: bool,
}

/// A notice as a commit writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoticeRow {
    clock: ClockKind,
    rung: Rung,
    audience: String,
    reached: Timestamp,
}

impl NoticeRow {
    /// Everybody the events tell. The desk itself, where no person stands behind it, has nobody to read.
    pub(crate) fn of(events: &[Event]) -> Vec<Self> {
        let fired = events.iter().filter_map(|event| match event {
            Event::RungFired { kind, rung, reached, tells, .. } => Some((*kind, *rung, *reached, tells)),
            _ => None,
        });
        fired
            .flat_map(|(clock, rung, reached, tells)| {
                tells.iter().filter_map(audience).map(move |audience| Self { clock, rung, audience, reached })
            })
            .collect()
    }

    pub(crate) fn row(&self, one: &Prepared) -> Vec<Arg> {
        args![
            one.branch.0,
            one.complaint.0,
            one.sequence as i64,
            self.clock.as_str(),
            self.rung.as_str(),
            self.audience.as_str(),
            self.reached,
            one.at
        ]
    }
}

fn audience(tell: &Tell) -> Option<String> {
    match tell {
        Tell::Person(person) => person.id.map(|id| id.0.to_string()),
        Tell::Role(role) => Some(role.as_str().to_owned()),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    complaint: Record,
    clock: String,
    rung: String,
    reached: i64,
    told: i64,
    seen: bool,
}

/// Where a look at what is due goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueKey {
    at: Timestamp,
    id: ComplaintId,
}

/// One of which something is due.
#[derive(Debug, Clone, PartialEq)]
pub struct DueComplaint {
    /// As it stands.
    pub complaint: Complaint,
    /// What its next entry follows.
    pub last: EntryHash,
}

/// Complaints of which something is due by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// As they stand.
    pub complaints: Vec<DueComplaint>,
    /// Behind which the next ones come; absent where these were the last.
    pub next: Option<DueKey>,
}

impl Store {
    /// Complaints of which something is due by itself, the longest due first, whole. The next ones come behind the last.
    pub async fn due_ticks(&self, now: Timestamp, after: Option<DueKey>, limit: u32) -> Result<Due> {
        let rows: Vec<DueRow> = self.db().all(due(self.branch().0, now, after, limit)).await?;
        let more = rows.len() >= limit as usize;
        let next = rows
            .last()
            .filter(|_| more)
            .map(|row| DueKey { at: Timestamp::from_micros(row.tick_at), id: ComplaintId(row.whole.id) });
        let (hashes, rows): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.journal_hash, row.whole)).unzip();
        let read = whole(self.db(), self.branch().0, rows).await?.into_iter().zip(hashes);
        // What is damaged is named by `verify`; it keeps nobody from being told of the others.
        let due = read
            .filter_map(|(complaint, last)| Some(DueComplaint { complaint: complaint.ok()?, last: EntryHash(last) }));
        Ok(Due { complaints: due.collect(), next })
    }

    /// What a person was told, also as one of a role, newest first; only of complaints within the scope.
    pub async fn notices(&self, scope: &Scope, person: &Person, limit: u32) -> Result<Vec<Notice>> {
        let rows: Vec<Row> = self.db().all(listed(scope, person, limit)).await?;
        rows.into_iter()
            .map(|row| {
                let complaint = QueueRow::try_from(row.complaint)?;
                Ok(Notice {
                    clock: named(&row.clock, "notice", "clock", &complaint.id)?,
                    rung: named(&row.rung, "notice", "rung", &complaint.id)?,
                    reached: Timestamp::from_micros(row.reached),
                    told: Timestamp::from_micros(row.told),
                    seen: row.seen,
                    complaint,
                })
            })
            .collect()
    }

    /// How many notices a person has not read, counted up to `most`.
    pub async fn unseen_notices(&self, scope: &Scope, person: &Person, most: u32) -> Result<u32> {
        let row: Option<(i64,)> = self.db().one(unseen(scope, person, most)).await?;
        Ok(row.map_or(0, |(count,)| count as u32))
    }

    /// A person has read what was told until then.
    pub async fn see_notices(&self, person: PersonId, until: Timestamp) -> Result<()> {
        self.db()
            .exec(Sql::with(
                "INSERT INTO notice_seen (branch_id, person_id, until) VALUES ($1, $2, $3) \
                 ON CONFLICT (branch_id, person_id) DO UPDATE SET until = excluded.until \
                 WHERE notice_seen.until < excluded.until",
                args![self.branch().0, person.0, until],
            ))
            .await
            .map(drop)
    }
}

#[derive(sqlx::FromRow)]
struct DueRow {
    tick_at: i64,
    journal_hash: Vec<u8>,
    #[sqlx(flatten)]
    whole: Whole,
}

pub(crate) fn due(branch: Uuid, now: Timestamp, after: Option<DueKey>, limit: u32) -> Sql {
    let mut sql = Sql::new(
        "SELECT h.tick_at, h.journal_hash, h.version, h.complaint_id AS id, r.document FROM complaint_head h \
         JOIN complaint_record r ON r.branch_id = h.branch_id AND r.complaint_id = h.complaint_id WHERE h.branch_id = ",
    );
    sql.bind(branch).push(" AND h.tick_at IS NOT NULL AND h.tick_at <= ").bind(now);
    if let Some(after) = after {
        sql.push(" AND (h.tick_at, h.complaint_id) > (").bind(after.at).push(", ").bind(after.id.0).push(")");
    }
    sql.push(" ORDER BY h.tick_at, h.complaint_id LIMIT ").bind(limit);
    sql
}

pub(crate) fn listed(scope: &Scope, person: &Person, limit: u32) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("n.told AS sort_key, n.clock, n.rung, n.reached, n.told, n.told <= ");
    read_until(&mut sql, scope, person);
    sql.push(" AS seen FROM notice n ");
    told_to(&mut sql, scope, person);
    sql.push(" ORDER BY n.told DESC, n.reached DESC, n.complaint_id, n.clock LIMIT ").bind(limit);
    sql
}

pub(crate) fn unseen(scope: &Scope, person: &Person, most: u32) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 AS one FROM notice n ");
    told_to(&mut sql, scope, person);
    sql.push(" AND n.told > ");
    read_until(&mut sql, scope, person);
    sql.push(" LIMIT ").bind(i64::from(most)).push(") AS unseen");
    sql
}

/// Until when a person has read. Asked for by itself and once, it is where the index of what was told is entered.
pub(crate) fn read_until(sql: &mut Sql, scope: &Scope, person: &Person) {
    sql.push("COALESCE((SELECT s.until FROM notice_seen s WHERE s.branch_id = ").bind(scope.branch().0);
    sql.push(" AND s.person_id = ").bind(person.id.0).push("), 0)");
}

/// The notices of a person with their complaints.
fn told_to(sql: &mut Sql, scope: &Scope, person: &Person) {
    sql.push("JOIN complaint c ON c.branch_id = n.branch_id AND c.id = n.complaint_id ");
    sql.push("WHERE n.branch_id = ").bind(scope.branch().0).push(" AND n.audience IN (");
    sql.bind_list([person.id.0.to_string(), person.role.as_str().to_owned()]).push(")");
    in_reach(sql, scope);
}
