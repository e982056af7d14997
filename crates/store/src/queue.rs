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
    /// Open ones nobody owns: taken in before anybody had signed up.
    Unowned,
    /// Every open one.
    Open,
    /// Open ones that stand still 挂起, by when they wake.
    Paused,
    /// All, closed ones too, newest first.
    All,
    /// Open ones that lie with a department.
    Department(String),
    /// Open ones that lie with an outside organisation.
    Organisation(String),
    /// Open ones that wait on this party.
    WaitingOn(Party),
    /// Open ones, whatever has waited longest on its present party first.
    Longest,
    /// Those of which this is asked and not answered: 督办, 争议, 例外复核, 延期, 核减; by its own due time.
    Asked(ClockKind),
    /// What this person departed from the procedure with, the newest departure first (M10).
    Departed(PersonId),
}

/// How late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lateness {
    /// 即将超时: past the warning of what is due first.
    Soon,
    /// 超时: some limit was missed.
    Overdue,
    /// 严重超时: some limit was missed by its whole length over again.
    Severe,
}

impl Lateness {
    /// Every one, from mild to grave.
    pub const ALL: [Self; 3] = [Self::Soon, Self::Overdue, Self::Severe];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Soon => "soon",
            Self::Overdue => "overdue",
            Self::Severe => "severe",
        }
    }
}

/// What a list is narrowed to; absent and empty parts narrow nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Where in the flow: in one of these states.
    pub states: Vec<State>,
    /// Which procedure: one of these.
    pub flows: Vec<Flow>,
    /// How grave: one of these.
    pub grades: Vec<Grade>,
    /// Received at or after.
    pub from: Option<Timestamp>,
    /// Received before.
    pub to: Option<Timestamp>,
    /// So late at that time; a suspended one is not late.
    pub late: Option<(Lateness, Timestamp)>,
    /// Waiting on one of these parties; empty narrows nothing.
    pub waits_on: Vec<Party>,
    /// Handled by none of these people.
    pub handled_by_none_of: Vec<PersonId>,
    /// Handled by this person, owned where nobody handles it, or waiting on one of these parties.
    pub concerns: Option<(PersonId, Vec<Party>)>,
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
    /// Where.
    pub point: Option<LonLat>,
    /// Since when it has waited on that party; absent once it is closed.
    pub waits_since: Option<Timestamp>,
}

/// A list's select as every list begins it; the sort key of the list follows.
pub(crate) const COLUMNS: &str = "SELECT c.id, c.number, c.headline, c.address, c.state, c.flow, c.grade, \
    c.owner_name, c.handler_name, c.department, c.organisation, c.waits_on, c.due_kind, c.due_at, c.due_warn, \
    c.due_paused, c.cause, c.received, c.lon, c.lat, c.waits_since, ";

/// The same where the list is of what is asked: that is what is due.
const ASKED_COLUMNS: &str = "SELECT c.id, c.number, c.headline, c.address, c.state, c.flow, c.grade, \
    c.owner_name, c.handler_name, c.department, c.organisation, c.waits_on, a.kind AS due_kind, a.due_at, a.due_warn, \
    a.due_paused, c.cause, c.received, c.lon, c.lat, c.waits_since, ";

impl Store {
    /// One page of a queue in the order its view names, by what is due first where it names none.
    pub async fn queue(&self, scope: &Scope, query: &QueueQuery) -> Result<Page<QueueRow>> {
        paged(self.db().all::<Record>(statement(scope, query)).await?, query.limit)
    }
}

/// What a list is read from: begins the statement on `complaint c`, up to where conditions follow.
struct Source {
    columns: &'static str,
    from: &'static str,
    branch: &'static str,
    /// What orders it.
    key: &'static str,
    /// Key and id, compared with where a page goes on.
    place: &'static str,
    order: &'static str,
    newest_first: bool,
}

impl Source {
    const fn of(view: &View) -> Self {
        let by_due = Self {
            columns: COLUMNS,
            from: "complaint c",
            branch: "c.branch_id",
            key: "c.due_at",
            place: "(c.due_at, c.id)",
            order: "c.due_at, c.id",
            newest_first: false,
        };
        match view {
            View::Mine(_)
            | View::Owned(_)
            | View::Unassigned
            | View::Unowned
            | View::Open
            | View::Paused
            | View::Department(_)
            | View::Organisation(_)
            | View::WaitingOn(_) => by_due,
            View::All => Self {
                key: "c.received",
                place: "(c.received, c.id)",
                order: "c.received DESC, c.id DESC",
                newest_first: true,
                ..by_due
            },
            View::Longest => {
                Self { key: "c.waits_since", place: "(c.waits_since, c.id)", order: "c.waits_since, c.id", ..by_due }
            }
            View::Asked(_) => Self {
                columns: ASKED_COLUMNS,
                from: "asked a JOIN complaint c ON c.branch_id = a.branch_id AND c.id = a.complaint_id",
                branch: "a.branch_id",
                key: "a.due_at",
                place: "(a.due_at, a.complaint_id)",
                order: "a.due_at, a.complaint_id",
                ..by_due
            },
            View::Departed(_) => Self {
                from: "departure d JOIN complaint c ON c.branch_id = d.branch_id AND c.id = d.complaint_id",
                branch: "d.branch_id",
                key: "d.at",
                place: "(d.at, d.complaint_id)",
                order: "d.at DESC, d.complaint_id DESC",
                newest_first: true,
                ..by_due
            },
        }
    }
}

pub(crate) fn statement(scope: &Scope, query: &QueueQuery) -> Sql {
    let source = Source::of(&query.view);
    let mut sql = Sql::new(source.columns);
    sql.push(source.key).push(" AS sort_key FROM ").push(source.from).push(" WHERE ").push(source.branch);
    sql.push(" = ").bind(scope.branch().0);
    of_view(&mut sql, &query.view);
    in_reach(&mut sql, scope);
    filtered(&mut sql, &query.filter);
    if let Some((how, now)) = query.filter.late {
        late(&mut sql, how, now, matches!(query.view, View::Asked(_)));
    }
    if let Some(after) = &query.after {
        sql.push(" AND ").push(source.place).push(if source.newest_first { " < (" } else { " > (" });
        sql.bind(after.key).push(", ").bind(after.id).push(")");
    }
    sql.push(" ORDER BY ").push(source.order).push(" LIMIT ").bind(i64::from(query.limit) + 1);
    sql
}

fn of_view(sql: &mut Sql, view: &View) {
    match view {
        View::Mine(person) => sql.push(" AND c.is_open AND c.handler_id = ").bind(person.0),
        View::Owned(person) => sql.push(" AND c.is_open AND c.owner_id = ").bind(person.0),
        View::Unassigned => sql.push(" AND c.is_open AND c.handler_id IS NULL"),
        View::Unowned => sql.push(" AND c.is_open AND c.owner_id IS NULL"),
        View::Open | View::Longest => sql.push(" AND c.is_open"),
        View::Paused => sql.push(" AND c.is_open AND c.due_paused"),
        View::All => sql,
        View::Department(name) => {
            sql.push(" AND c.is_open AND c.department IS NOT NULL AND c.department = ").bind(name.as_str())
        }
        View::Organisation(name) => {
            sql.push(" AND c.is_open AND c.organisation IS NOT NULL AND c.organisation = ").bind(name.as_str())
        }
        View::WaitingOn(party) => sql.push(" AND c.is_open AND c.waits_on = ").bind(party.as_str()),
        View::Asked(kind) => sql.push(" AND a.kind = ").bind(kind.as_str()),
        View::Departed(person) => sql.push(" AND d.person_id IS NOT NULL AND d.person_id = ").bind(person.0),
    };
}

/// A suspended clock is not late; what is asked is late by its own.
fn late(sql: &mut Sql, how: Lateness, now: Timestamp, asked: bool) {
    match (how, asked) {
        (Lateness::Soon, false) => {
            sql.push(" AND NOT c.due_paused AND c.due_at >= ").bind(now).push(" AND c.due_warn <= ").bind(now)
        }
        (Lateness::Overdue, false) => sql.push(" AND NOT c.due_paused AND c.due_at < ").bind(now),
        (Lateness::Soon, true) => {
            sql.push(" AND NOT a.due_paused AND a.due_at >= ").bind(now).push(" AND a.due_warn <= ").bind(now)
        }
        (Lateness::Overdue, true) => sql.push(" AND NOT a.due_paused AND a.due_at < ").bind(now),
        (Lateness::Severe, _) => sql.push(" AND c.severe_at < ").bind(now),
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
    one_of(sql, " AND c.state", filter.states.iter().map(|state| state.as_str()));
    one_of(sql, " AND c.flow", filter.flows.iter().map(|flow| flow.as_str()));
    one_of(sql, " AND c.grade", filter.grades.iter().map(|grade| grade.as_str()));
    if let Some(from) = filter.from {
        sql.push(" AND c.received >= ").bind(from);
    }
    if let Some(to) = filter.to {
        sql.push(" AND c.received < ").bind(to);
    }
    if !filter.waits_on.is_empty() {
        sql.push(" AND ");
        waits_on(sql, &filter.waits_on);
    }
    if !filter.handled_by_none_of.is_empty() {
        sql.push(" AND (c.handler_id IS NULL OR c.handler_id NOT IN (");
        sql.bind_list(filter.handled_by_none_of.iter().map(|person| person.0)).push("))");
    }
    if let Some((person, parties)) = &filter.concerns {
        sql.push(" AND (c.handler_id = ").bind(person.0);
        sql.push(" OR (c.handler_id IS NULL AND c.owner_id = ").bind(person.0).push(")");
        if !parties.is_empty() {
            sql.push(" OR ");
            waits_on(sql, parties);
        }
        sql.push(")");
    }
}

/// One name is compared, so that an index keeps its order; of none there is nothing to say.
fn one_of(sql: &mut Sql, column: &'static str, mut names: impl ExactSizeIterator<Item = &'static str>) {
    match (names.len(), names.next()) {
        (1, Some(name)) => {
            sql.push(column).push(" = ").bind(name);
        }
        (_, Some(name)) => {
            sql.push(column).push(" IN (").bind_list([name].into_iter().chain(names)).push(")");
        }
        (_, None) => {}
    }
}

fn waits_on(sql: &mut Sql, parties: &[Party]) {
    sql.push("c.waits_on IN (").bind_list(parties.iter().map(|party| party.as_str())).push(")");
}

/// Orders `complaint c` newest first, behind the cursor.
pub(crate) fn newest_first(sql: &mut Sql, after: Option<&Cursor>) {
    if let Some(after) = after {
        sql.push(" AND (c.received, c.id) < (").bind(after.key).push(", ").bind(after.id).push(")");
    }
    sql.push(" ORDER BY c.received DESC, c.id DESC");
}
