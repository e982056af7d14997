//! The numbers on the tabs of a workbench.
//!
//! Counted over the partial index of each queue and no further than [`ENOUGH`]: bounded whatever the size of the store,
//! always right, and without a counter row that every commit would wait for.

use domain::access::Scope;
use domain::id::PersonId;

use crate::db::Sql;
use crate::queue::{View, in_reach, of_view};
use crate::{Result, Store};

/// Beyond this a badge says "and more".
const ENOUGH: i64 = 2_000;

/// A number counted up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// How many.
    pub n: u32,
    /// Whether there are more than that.
    pub more: bool,
}

/// How much lies where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Open ones this person handles.
    pub mine: Count,
    /// Open ones this person owns.
    pub owned: Count,
    /// Open ones nobody handles yet.
    pub unassigned: Count,
    /// Every open one.
    pub open: Count,
}

#[derive(sqlx::FromRow)]
struct Row {
    mine: i64,
    owned: i64,
    unassigned: i64,
    open: i64,
}

impl Store {
    /// The counters of this person's workbench.
    pub async fn counts(&self, scope: &Scope, person: PersonId) -> Result<Counters> {
        let row = self.db().one::<Row>(statement(scope, person)).await?.expect("a select without FROM has one row");
        Ok(Counters {
            mine: count(row.mine),
            owned: count(row.owned),
            unassigned: count(row.unassigned),
            open: count(row.open),
        })
    }
}

pub(crate) fn statement(scope: &Scope, person: PersonId) -> Sql {
    let mut sql = Sql::new("SELECT ");
    let views = [
        (View::Mine(person), " AS mine, "),
        (View::Owned(person), " AS owned, "),
        (View::Unassigned, " AS unassigned, "),
        (View::Open, " AS open"),
    ];
    for (view, name) in &views {
        sql.push("(SELECT count(*) FROM (SELECT 1 FROM complaint c WHERE c.branch_id = ").bind(scope.branch().0);
        of_view(&mut sql, view);
        in_reach(&mut sql, scope);
        // The order costs nothing on the queue's own index, and keeps SQLite from counting over another.
        sql.push(" ORDER BY c.due_at LIMIT ").bind(ENOUGH + 1).push(") counted)").push(name);
    }
    sql
}

const fn count(found: i64) -> Count {
    if found > ENOUGH { Count { n: ENOUGH as u32, more: true } } else { Count { n: found as u32, more: false } }
}
