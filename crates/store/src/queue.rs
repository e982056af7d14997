//! Lists of complaints: read from columns by a named index each, paged by key.

use domain::access::{Reach, Scope};
use domain::check::Cause;
use domain::clock::ClockKind;
use domain::flow::{Flow, Party, State};
use domain::grade::Grade;
use domain::id::{ComplaintId, ComplaintNumber, PersonId};
use domain::place::LonLat;
use domain::time::Timestamp;

pub(crate) mod counts;
mod cursor;
mod record;

pub use counts::{Count, Counters};
pub use cursor::{Cursor, NotACursor};
pub(crate) use record::{Record, paged, point};

use crate::db::Sql;
use crate::{Result, Store};

/// Which list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// Open ones this person handles.
    Mine(PersonId),
    /// Open ones this person owns for life.
    Owned(PersonId),
    /// Open ones nobody handles yet.
    Unassigned,
    /// Every open one.
    Open,
    /// All, closed ones too, newest first.
    All,
    /// Open ones that lie with a department.
    Department(String),
    /// Open ones that lie with an outside organisation.
    Organisation(String),
}

/// What a list is narrowed to; absent parts narrow nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Where in the flow.
    pub state: Option<State>,
    /// Which procedure.
    pub flow: Option<Flow>,
    /// How grave.
    pub grade: Option<Grade>,
    /// Received at or after.
    pub from: Option<Timestamp>,
    /// Received before.
    pub to: Option<Timestamp>,
}

/// A page of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueQuery {
    /// Which list.
    pub view: View,
    /// Narrowed to.
    pub filter: Filter,
    /// Behind the last row of the page before.
    pub after: Option<Cursor>,
    /// How many rows.
    pub limit: u32,
}

/// Rows and where the next page begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where to go on; absent on the last page.
    pub next: Option<Cursor>,
}

/// The running clock that is due first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDue {
    /// Which obligation.
    pub kind: ClockKind,
    /// When it must be met.
    pub due: Timestamp,
    /// From when on it is nearly late.
    pub warn: Timestamp,
    /// Whether it stands still.
    pub paused: bool,
}

/// A complaint as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// Which.
    pub id: ComplaintId,
    /// The number people quote.
    pub number: ComplaintNumber,
    /// Sequence of its last journal entry.
    pub version: u64,
    /// Title or first words.
    pub headline: String,
    /// The address in words.
    pub address: String,
    /// Where in the flow.
    pub state: State,
    /// Which procedure.
    pub flow: Flow,
    /// How grave.
    pub grade: Grade,
    /// 首问责任人.
    pub owner: String,
    /// 当前处理人.
    pub handler: Option<String>,
    /// 当前部门.
    pub department: Option<String>,
    /// 外派单位.
    pub organisation: Option<String>,
    /// On whom it waits.
    pub waits_on: Party,
    /// What is due first.
    pub due: Option<QueueDue>,
    /// What the last check concluded.
    pub cause: Option<Cause>,
    /// When it was received.
    pub received: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// Where.
    pub point: Option<LonLat>,
}

/// A list's select as every list begins it; the sort key of the list follows.
pub(crate) const COLUMNS: &str = "SELECT c.id, c.number, c.version, c.headline, c.address, c.state, c.flow, c.grade, \
    c.owner_name, c.handler_name, c.department, c.organisation, c.waits_on, c.due_kind, c.due_at, c.due_warn, \
    c.due_paused, c.cause, c.received, c.changed, c.lon, c.lat, ";

impl Store {
    /// One page of a queue: [`View::All`] newest first, the others by what is due first.
    pub async fn queue(&self, scope: &Scope, query: &QueueQuery) -> Result<Page<QueueRow>> {
        paged(self.db().all::<Record>(statement(scope, query)).await?, query.limit)
    }
}

pub(crate) fn statement(scope: &Scope, query: &QueueQuery) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push(if query.view == View::All { "c.received" } else { "c.due_at" });
    sql.push(" AS sort_key FROM complaint c WHERE c.branch_id = ").bind(scope.branch().0);
    of_view(&mut sql, &query.view);
    in_reach(&mut sql, scope);
    filtered(&mut sql, &query.filter);
    if query.view == View::All {
        newest_first(&mut sql, query.after.as_ref());
    } else {
        if let Some(after) = &query.after {
            sql.push(" AND (c.due_at, c.id) > (").bind(after.key).push(", ").bind(after.id).push(")");
        }
        sql.push(" ORDER BY c.due_at, c.id");
    }
    sql.push(" LIMIT ").bind(i64::from(query.limit) + 1);
    sql
}

fn of_view(sql: &mut Sql, view: &View) {
    match view {
        View::Mine(person) => sql.push(" AND c.is_open AND c.handler_id = ").bind(person.0),
        View::Owned(person) => sql.push(" AND c.is_open AND c.owner_id = ").bind(person.0),
        View::Unassigned => sql.push(" AND c.is_open AND c.handler_id IS NULL"),
        View::Open => sql.push(" AND c.is_open"),
        View::All => sql,
        View::Department(name) => {
            sql.push(" AND c.is_open AND c.department IS NOT NULL AND c.department = ").bind(name.as_str())
        }
        View::Organisation(name) => {
            sql.push(" AND c.is_open AND c.organisation IS NOT NULL AND c.organisation = ").bind(name.as_str())
        }
    };
}

/// Limits a statement on `complaint c` to what the scope reaches; its branch is bound by the caller.
pub(crate) fn in_reach(sql: &mut Sql, scope: &Scope) {
    match scope.reach() {
        Reach::Branch => sql,
        Reach::Organisation(name) => {
            sql.push(" AND c.organisation IS NOT NULL AND c.organisation = ").bind(name.as_str())
        }
        Reach::Tested => sql.push(" AND c.tested"),
        Reach::Nothing => sql.push(" AND 1 = 0"),
    };
}

/// Narrows a statement on `complaint c`.
pub(crate) fn filtered(sql: &mut Sql, filter: &Filter) {
    if let Some(state) = filter.state {
        sql.push(" AND c.state = ").bind(state.as_str());
    }
    if let Some(flow) = filter.flow {
        sql.push(" AND c.flow = ").bind(flow.as_str());
    }
    if let Some(grade) = filter.grade {
        sql.push(" AND c.grade = ").bind(grade.as_str());
    }
    if let Some(from) = filter.from {
        sql.push(" AND c.received >= ").bind(from);
    }
    if let Some(to) = filter.to {
        sql.push(" AND c.received < ").bind(to);
    }
}

/// Orders `complaint c` newest first, behind the cursor.
pub(crate) fn newest_first(sql: &mut Sql, after: Option<&Cursor>) {
    if let Some(after) = after {
        sql.push(" AND (c.received, c.id) < (").bind(after.key).push(", ").bind(after.id).push(")");
    }
    sql.push(" ORDER BY c.received DESC, c.id DESC");
}
