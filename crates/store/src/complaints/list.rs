//! Whole complaints, page by page: what the open API lists.

use domain::access::Scope;
use domain::complaint::Complaint;
use domain::time::Timestamp;

use crate::complaints::whole::{WITH_HEAD, WITH_RECORD, Whole, whole};
use crate::db::Sql;
use crate::queue::{Cursor, Filter, Page, filtered, in_reach, newest_first};
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
    /// Those changed at or after.
    pub changed_since: Option<Timestamp>,
    /// Skip so many: for interfaces that page by offset. Keys are quicker.
    pub offset: u32,
    /// Behind the last row of the page before.
    pub after: Option<Cursor>,
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
    /// A page of whole complaints.
    pub async fn all_complaints(&self, scope: &Scope, query: &ListQuery) -> Result<Page<Complaint>> {
        let mut rows: Vec<Row> = self.db().all(statement(scope, query)).await?;
        let more = rows.len() > query.limit as usize;
        rows.truncate(query.limit as usize);
        let next = rows.last().filter(|_| more).map(|last| Cursor { key: last.received, id: last.whole.id });
        let rows = rows.into_iter().map(|row| row.whole).collect();
        let rows = whole(self.db(), scope.branch().0, rows).await?.into_iter().collect::<Result<_>>()?;
        Ok(Page { rows, next })
    }

    /// How many there are in all, whatever the page.
    pub async fn count_complaints(&self, scope: &Scope, query: &ListQuery) -> Result<u64> {
        let mut sql = Sql::new("SELECT count(*) FROM complaint c ");
        if query.changed_since.is_some() {
            sql.push(WITH_HEAD);
        }
        sql.push(" WHERE c.branch_id = ").bind(scope.branch().0);
        narrowed(&mut sql, scope, query);
        let row: Option<(i64,)> = self.db().one(sql).await?;
        Ok(row.map_or(0, |(count,)| count as u64))
    }
}

pub(crate) fn statement(scope: &Scope, query: &ListQuery) -> Sql {
    let mut sql = Sql::new("SELECT c.received, c.id, h.version, r.document FROM complaint c ");
    sql.push(WITH_RECORD).push(" WHERE c.branch_id = ").bind(scope.branch().0);
    narrowed(&mut sql, scope, query);
    newest_first(&mut sql, query.after.as_ref());
    sql.push(" LIMIT ").bind(i64::from(query.limit) + 1).push(" OFFSET ").bind(i64::from(query.offset));
    sql
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
    if let Some(since) = query.changed_since {
        sql.push(" AND h.changed >= ").bind(since);
    }
}
