//! Several complaints at once, by their ids.

use std::collections::HashMap;

use domain::access::Scope;
use domain::complaint::Complaint;
use domain::id::ComplaintId;
use uuid::Uuid;

use crate::complaints::whole::{WHOLE, WITH_RECORD, Whole, whole};
use crate::db::Sql;
use crate::queue::in_reach;
use crate::{Result, Store};

/// As many ids as one statement takes.
const TOGETHER: usize = 500;

impl Store {
    /// Those of these complaints that are there and within the scope, in the order of the ids: one query for up to five
    /// hundred of them.
    pub async fn several(&self, scope: &Scope, ids: &[ComplaintId]) -> Result<Vec<Complaint>> {
        let mut found: HashMap<Uuid, Complaint> = HashMap::with_capacity(ids.len());
        for some in ids.chunks(TOGETHER) {
            let rows: Vec<Whole> = self.db().all(of_ids(scope, some)).await?;
            for complaint in whole(self.db(), scope.branch().0, rows).await? {
                let complaint = complaint?;
                found.insert(complaint.id.0, complaint);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(&id.0)).collect())
    }
}

pub(crate) fn of_ids(scope: &Scope, ids: &[ComplaintId]) -> Sql {
    let mut sql = Sql::new(WHOLE);
    sql.push(WITH_RECORD)
        .push(" WHERE c.branch_id = ")
        .bind(scope.branch().0)
        .push(" AND c.id IN (")
        .bind_list(ids.iter().map(|id| id.0))
        .push(")");
    in_reach(&mut sql, scope);
    sql.one_off()
}
