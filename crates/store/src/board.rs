//! What the supervision board counts 督办看板 (M13): open complaints by whom they wait on and with whom they lie, what is
//! asked beside the flow, and departures from the procedure.
//!
//! Counted over one covering index of the open ones and no further than [`ENOUGH`]: whatever the size of the record.

use std::collections::BTreeMap;

use domain::access::Scope;
use domain::clock::ClockKind;
use domain::flow::{Flow, Party, State};
use domain::id::PersonId;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::db::Sql;
use crate::queue::in_reach;
use crate::values::named;
use crate::{Result, Store};

/// More open complaints than this are not counted.
const ENOUGH: i64 = 50_000;

/// How many lie somewhere, and how late they are. Each later one is among the former.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Open.
    pub open: u32,
    /// 即将超时.
    pub soon: u32,
    /// 超时.
    pub overdue: u32,
    /// 严重超时, of those overdue.
    pub severe: u32,
    /// 挂起.
    pub paused: u32,
    /// 等待: seconds they have waited on their present party, together (M12).
    pub waited: i64,
    /// The longest of these.
    pub longest: i64,
}

impl Load {
    /// How long one has waited on its present party on the average, seconds.
    pub fn waited_on_average(&self) -> i64 {
        self.waited / i64::from(self.open.max(1))
    }

    fn add(&mut self, other: Self) {
        self.open += other.open;
        self.soon += other.soon;
        self.overdue += other.overdue;
        self.severe += other.severe;
        self.paused += other.paused;
        self.waited += other.waited;
        self.longest = self.longest.max(other.longest);
    }
}

/// What is asked beside the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heap {
    /// Not answered.
    pub open: u32,
    /// Not answered in time.
    pub overdue: u32,
}

/// The board's figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Board {
    /// All of them.
    pub whole: Load,
    /// Whether there are more than were counted.
    pub more: bool,
    /// By whom they wait on.
    pub by_party: BTreeMap<Party, Load>,
    /// By who handles them; nobody, too.
    pub by_handler: BTreeMap<Option<PersonId>, Load>,
    /// By first owner.
    pub by_owner: BTreeMap<Option<PersonId>, Load>,
    /// By the department they were transferred to.
    pub by_department: BTreeMap<String, Load>,
    /// By the outside organisation they were sent to.
    pub by_organisation: BTreeMap<String, Load>,
    /// 督办、争议、例外复核、延期、核减.
    pub asked: BTreeMap<ClockKind, Heap>,
}

/// How often somebody left a state of a flow for another against the procedure (M10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departed {
    /// Who; absent where it was no person.
    pub person: Option<PersonId>,
    /// As called at the time.
    pub name: String,
    /// In which flow.
    pub flow: Flow,
    /// From which state.
    pub from: State,
    /// To which.
    pub to: State,
    /// How often.
    pub times: u32,
    /// The last time.
    pub last: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Group {
    waits_on: String,
    handler_id: Option<Uuid>,
    owner_id: Option<Uuid>,
    department: Option<String>,
    organisation: Option<String>,
    n: i64,
    soon: i64,
    overdue: i64,
    severe: i64,
    paused: i64,
    waited: i64,
    longest: i64,
}

impl Group {
    const fn load(&self) -> Load {
        Load {
            open: self.n as u32,
            soon: self.soon as u32,
            overdue: self.overdue as u32,
            severe: self.severe as u32,
            paused: self.paused as u32,
            waited: self.waited / 1_000_000,
            longest: self.longest / 1_000_000,
        }
    }
}

#[derive(sqlx::FromRow)]
struct DepartedRow {
    person_id: Option<Uuid>,
    person_name: String,
    flow: String,
    from_state: String,
    to_state: String,
    times: i64,
    last: i64,
}

impl Store {
    /// The figures of the board as they stand at that time.
    pub async fn board(&self, scope: &Scope, now: Timestamp) -> Result<Board> {
        let groups = self.db().all::<Group>(counting(scope, now));
        let asked = self.db().all::<(String, i64, i64)>(asking(scope, now));
        let (groups, asked) = tokio::try_join!(groups, asked)?;
        let mut board = Board::default();
        for group in groups {
            let load = group.load();
            let party = named(&group.waits_on, "complaint", "waits_on", &"board")?;
            board.whole.add(load);
            board.by_party.entry(party).or_default().add(load);
            board.by_handler.entry(group.handler_id.map(PersonId)).or_default().add(load);
            board.by_owner.entry(group.owner_id.map(PersonId)).or_default().add(load);
            if let Some(department) = group.department {
                board.by_department.entry(department).or_default().add(load);
            }
            if let Some(organisation) = group.organisation {
                board.by_organisation.entry(organisation).or_default().add(load);
            }
        }
        board.more = i64::from(board.whole.open) > ENOUGH;
        for (kind, open, overdue) in asked {
            let kind = named(&kind, "asked", "kind", &"board")?;
            board.asked.insert(kind, Heap { open: open as u32, overdue: overdue as u32 });
        }
        Ok(board)
    }

    /// Departures from the procedure since then, by person and by what was left for what, the most frequent first.
    pub async fn departures(&self, scope: &Scope, since: Timestamp, limit: u32) -> Result<Vec<Departed>> {
        let rows: Vec<DepartedRow> = self.db().all(departing(scope, since, limit)).await?;
        rows.into_iter()
            .map(|row| {
                let of = &row.person_name;
                Ok(Departed {
                    person: row.person_id.map(PersonId),
                    flow: named(&row.flow, "departure", "flow", of)?,
                    from: named(&row.from_state, "departure", "from_state", of)?,
                    to: named(&row.to_state, "departure", "to_state", of)?,
                    name: row.person_name,
                    times: row.times as u32,
                    last: Timestamp::from_micros(row.last),
                })
            })
            .collect()
    }
}

/// One walk over the index of open complaints; few groups come back, whose sums are the board's columns.
pub(crate) fn counting(scope: &Scope, now: Timestamp) -> Sql {
    let mut sql = Sql::new(
        "SELECT waits_on, handler_id, owner_id, department, organisation, count(*) AS n, \
         CAST(sum(CASE WHEN NOT due_paused AND due_at >= ",
    );
    sql.bind(now).push(" AND due_warn <= ").bind(now).push(" THEN 1 ELSE 0 END) AS BIGINT) AS soon, ");
    sql.push("CAST(sum(CASE WHEN NOT due_paused AND due_at < ").bind(now).push(" THEN 1 ELSE 0 END) AS BIGINT) ");
    sql.push("AS overdue, CAST(sum(CASE WHEN severe_at < ").bind(now).push(" THEN 1 ELSE 0 END) AS BIGINT) ");
    sql.push("AS severe, CAST(sum(CASE WHEN due_paused THEN 1 ELSE 0 END) AS BIGINT) AS paused, CAST(sum(");
    sql.bind(now)
        .push(" - waits_since) AS BIGINT) AS waited, ")
        .bind(now)
        .push(" - min(waits_since) AS longest FROM (SELECT ");
    sql.push(
        "c.waits_on, c.handler_id, c.owner_id, c.department, c.organisation, c.due_at, c.due_warn, c.due_paused, ",
    );
    sql.push("c.severe_at, c.waits_since FROM complaint c WHERE c.is_open AND c.branch_id = ").bind(scope.branch().0);
    in_reach(&mut sql, scope);
    sql.push(" ORDER BY c.waits_on, c.due_at, c.id LIMIT ").bind(ENOUGH + 1).push(") AS counted ");
    sql.push("GROUP BY waits_on, handler_id, owner_id, department, organisation");
    sql
}

/// What nobody has answered is little: each has its own row.
pub(crate) fn asking(scope: &Scope, now: Timestamp) -> Sql {
    let mut sql = Sql::new("SELECT a.kind, count(*), CAST(sum(CASE WHEN NOT a.due_paused AND a.due_at < ");
    sql.bind(now).push(" THEN 1 ELSE 0 END) AS BIGINT) FROM asked a JOIN complaint c ON c.branch_id = a.branch_id ");
    sql.push("AND c.id = a.complaint_id WHERE a.branch_id = ").bind(scope.branch().0);
    in_reach(&mut sql, scope);
    sql.push(" GROUP BY a.kind ORDER BY a.kind");
    sql
}

pub(crate) fn departing(scope: &Scope, since: Timestamp, limit: u32) -> Sql {
    let mut sql = Sql::new(
        "SELECT d.person_id, max(d.person_name) AS person_name, d.flow, d.from_state, d.to_state, count(*) AS times, \
         max(d.at) AS last FROM departure d JOIN complaint c ON c.branch_id = d.branch_id \
         AND c.id = d.complaint_id WHERE d.branch_id = ",
    );
    sql.bind(scope.branch().0).push(" AND d.at >= ").bind(since);
    in_reach(&mut sql, scope);
    sql.push(" GROUP BY d.person_id, d.flow, d.from_state, d.to_state ORDER BY times DESC, last DESC LIMIT ");
    sql.bind(limit);
    sql
}
