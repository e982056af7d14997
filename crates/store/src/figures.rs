//! What the store tells of itself while it runs: how it commits, what lies in it, whether it answers.

use std::time::Duration;

use domain::time::Timestamp;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::db::Sql;
use crate::{Result, Store, schema};

/// More than this of a kind are not counted: whoever watches must not make the store work.
const ENOUGH: i64 = 100_000;

/// How commands become durable. Cloning shares it.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    commands: Counter,
    together: Histogram,
    took: Histogram,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            commands: Counter::default(),
            together: Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]),
            took: Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0]),
        }
    }
}

impl Tally {
    /// A transaction ended: so many commands were in it, so many of them are durable.
    pub(crate) fn wrote(&self, together: usize, durable: usize, took: Duration) {
        self.commands.inc_by(durable as u64);
        self.together.observe(together as f64);
        self.took.observe(took.as_secs_f64());
    }
}

/// What lies in the store at a moment, each counted up to a hundred thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sample {
    /// Open complaints.
    pub open: u64,
    /// Open ones that missed a limit 超时; those that stand still are not among them.
    pub overdue: u64,
    /// What waits to go out.
    pub waiting: u64,
    /// What could not go out and nobody has put aside.
    pub failed: u64,
    /// When what has waited longest was to be tried, if anything waits.
    pub oldest_try: Option<Timestamp>,
    /// When the earliest thing is due that happens by itself.
    pub next_tick: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    open: i64,
    overdue: i64,
    waiting: i64,
    failed: i64,
    oldest_try: Option<i64>,
    next_tick: Option<i64>,
}

impl Store {
    /// Enters what is counted here among the figures.
    pub fn register(&self, figures: &mut Registry) {
        let tally = self.writer().tally();
        figures.register("shouwen_commands", "Commands that became durable", tally.commands.clone());
        figures.register("shouwen_commit_commands", "Commands in one transaction", tally.together.clone());
        let help = "How long a transaction took until it was durable";
        figures.register_with_unit("shouwen_commit", help, Unit::Seconds, tally.took.clone());
    }

    /// Counts what lies in the store, over an index each.
    pub async fn sample(&self, now: Timestamp) -> Result<Sample> {
        let row = self.db().one::<Row>(statement(self, now)).await?.expect("a select without FROM has one row");
        let instant = |micros: Option<i64>| micros.map(Timestamp::from_micros);
        Ok(Sample {
            open: row.open as u64,
            overdue: row.overdue as u64,
            waiting: row.waiting as u64,
            failed: row.failed as u64,
            oldest_try: instant(row.oldest_try),
            next_tick: instant(row.next_tick),
        })
    }

    /// Asks the database whether it answers, and whether its schema is the one this program writes.
    pub async fn stands(&self) -> Result<bool> {
        Ok(schema::taken(self.db()).await? == schema::LATEST)
    }
}

pub(crate) fn statement(store: &Store, now: Timestamp) -> Sql {
    let (branch, mut sql) = (store.branch().0, Sql::new("SELECT "));
    // Each order is that of the index to be counted over: it costs nothing there, and keeps SQLite from any other.
    let open = "(SELECT count(*) FROM (SELECT 1 FROM complaint c WHERE c.branch_id = ";
    let waits = " AND o.state IN ('waiting', 'sending')";
    let outbox = "(SELECT count(*) FROM (SELECT 1 FROM outbox o WHERE o.branch_id = ";
    sql.push(open).bind(branch).push(" AND c.is_open ORDER BY c.due_at LIMIT ").bind(ENOUGH).push(") n) AS open, ");
    sql.push(open).bind(branch).push(" AND c.is_open AND NOT c.due_paused AND c.due_at < ").bind(now);
    sql.push(" ORDER BY c.due_at LIMIT ").bind(ENOUGH).push(") n) AS overdue, ");
    sql.push(outbox).bind(branch).push(waits).push(" ORDER BY o.next_try LIMIT ").bind(ENOUGH);
    sql.push(") n) AS waiting, ").push(outbox).bind(branch).push(" AND o.state IN ('bounced', 'failed')");
    sql.push(" AND o.settled IS NULL ORDER BY o.owner_id, o.created LIMIT ").bind(ENOUGH).push(") n) AS failed, ");
    sql.push("(SELECT min(o.next_try) FROM outbox o WHERE o.branch_id = ").bind(branch).push(waits);
    sql.push(") AS oldest_try, (SELECT min(r.tick_at) FROM complaint_head r WHERE r.branch_id = ").bind(branch);
    sql.push(" AND r.tick_at IS NOT NULL) AS next_tick");
    sql
}
