//! Whole complaints, page by page: what the open API lists.

use std::cmp::Reverse;

use domain::access::Scope;
use domain::complaint::Complaint;

use crate::complaints::whole::{WITH_RECORD, Whole, whole};
use crate::db::Sql;
use crate::queue::{Cursor, Filter, Page, filtered, in_reach};
use crate::{Result, Store};

/// Which complaints, newest received first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// Narrowed to.
    pub filter: Filter,
    /// The one with this number.
    pub number: Option<String>,
    /// Those with this upstream number, whoever numbered them.
    pub upstream: Option<String>,
    /// Skip so many: for interfaces that page by offset. Keys are quicker.
    pub offset: u32,
    /// Behind the last row of the page before.
    pub after: Option<Cursor>,
    /// Before this row, the nearest ones: a page read backwards, in the same order.
    pub before: Option<Cursor>,
    /// How many rows.
    pub limit: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    received: i64,
    #[sqlx(flatten)]
    whole: Whole,
}

impl Store {
    /// A page of whole complaints. Read backwards, its `next` is the row the page before it ends in front of.
    pub async fn all_complaints(&self, scope: &Scope, query: &ListQuery) -> Result<Page<Complaint>> {
        let mut rows: Vec<Row> = self.db().all(statement(scope, query)).await?;
        // Documents are looked up in whatever order; the row beyond the page lies at its farther end.
        rows.sort_unstable_by_key(|row| Reverse((row.received, row.whole.id)));
        let most = query.limit as usize;
        let more = rows.len() > most;
        let next = if query.before.is_some() {
            rows.drain(..rows.len().saturating_sub(most));
            rows.first()
        } else {
            rows.truncate(most);
            rows.last()
        };
        let next = next.filter(|_| more).map(|row| Cursor { key: row.received, id: row.whole.id });
        let rows = rows.into_iter().map(|row| row.whole).collect();
        let rows = whole(self.db(), scope.branch().0, rows).await?.into_iter().collect::<Result<_>>()?;
        Ok(Page { rows, next })
    }

    /// How many there are in all, whatever the page.
    pub async fn count_complaints(&self, scope: &Scope, query: &ListQuery) -> Result<u64> {
        let mut sql = Sql::new("SELECT count(*) FROM complaint c WHERE c.branch_id = ");
        sql.bind(scope.branch().0);
        narrowed(&mut sql, scope, query);
        self.counted(sql).await
    }

    /// The same, counted no farther than one past `most`.
    pub async fn count_complaints_past(&self, scope: &Scope, query: &ListQuery, most: u32) -> Result<u64> {
        let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 FROM complaint c WHERE c.branch_id = ");
        sql.bind(scope.branch().0);
        narrowed(&mut sql, scope, query);
        sql.push(" LIMIT ").bind(i64::from(most) + 1).push(") AS counted");
        self.counted(sql).await
    }

    async fn counted(&self, sql: Sql) -> Result<u64> {
        let row: Option<(i64,)> = self.db().one(sql).await?;
        Ok(row.map_or(0, |(count,)| count as u64))
    }
}

/// Which rows are on the page is found among the narrow ones alone: what is skipped or put in order drags no document along.
pub(crate) fn statement(scope: &Scope, query: &ListQuery) -> Sql {
    let mut sql = Sql::new(
        "SELECT c.received, c.id, h.version, r.document \
         FROM (SELECT c.branch_id, c.received, c.id FROM complaint c WHERE c.branch_id = ",
    );
    sql.bind(scope.branch().0);
    narrowed(&mut sql, scope, query);
    in_order(&mut sql, query);
    sql.push(" LIMIT ").bind(i64::from(query.limit) + 1).push(" OFFSET ").bind(i64::from(query.offset));
    sql.push(") AS c ").push(WITH_RECORD);
    sql
}

fn in_order(sql: &mut Sql, query: &ListQuery) {
    for (edge, side) in [(&query.after, " AND (c.received, c.id) < ("), (&query.before, " AND (c.received, c.id) > (")]
    {
        if let Some(edge) = edge {
            sql.push(side).bind(edge.key).push(", ").bind(edge.id).push(")");
        }
    }
    // The few of a number are put in order: no planner shall walk the order of all in search of them.
    let few = query.number.is_some() || query.upstream.is_some();
    sql.push(match (few, query.before.is_some()) {
        (false, false) => " ORDER BY c.received DESC, c.id DESC",
        (false, true) => " ORDER BY c.received, c.id",
        (true, false) => " ORDER BY c.received + 0 DESC, c.id DESC",
        (true, true) => " ORDER BY c.received + 0, c.id",
    });
}

fn narrowed(sql: &mut Sql, scope: &Scope, query: &ListQuery) {
    in_reach(sql, scope);
    filtered(sql, &query.filter);
    if let Some(number) = &query.number {
        sql.push(" AND c.number = ").bind(number.as_str());
    }
    if let Some(upstream) = &query.upstream {
        sql.push(" AND c.upstream_number IS NOT NULL AND c.upstream_number = ").bind(upstream.as_str());
    }
}
