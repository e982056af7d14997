//! Reading complaints, each within a scope.

use domain::access::Scope;
use domain::check::NetworkCheck;
use domain::complaint::{Complaint, UpstreamNumber};
use domain::id::{BranchId, ComplaintId};
use domain::journal::Entry;
use domain::time::Timestamp;
use uuid::Uuid;

pub(crate) mod around;
pub(crate) mod list;
mod numbers;
pub(crate) mod several;
pub(crate) mod whole;

pub use around::Signal;
pub use list::ListQuery;

use crate::db::{Sql, args};
use crate::packed::unpacked;
use crate::queue::in_reach;
use crate::values::document;
use crate::{Result, Store};
use whole::{WHOLE, WITH_RECORD, Whole, whole};

#[derive(sqlx::FromRow)]
struct EntryRow {
    seq: i64,
    at: i64,
    actor: String,
    payload: String,
}

impl Store {
    /// The complaint as it stands.
    pub async fn complaint(&self, scope: &Scope, id: ComplaintId) -> Result<Option<Complaint>> {
        self.find(scope, |sql| _ = sql.push(" AND c.id = ").bind(id.0)).await
    }

    /// The complaint people quote by that number.
    pub async fn complaint_by_number(&self, scope: &Scope, number: &str) -> Result<Option<Complaint>> {
        self.find(scope, |sql| _ = sql.push(" AND c.number = ").bind(number)).await
    }

    /// The complaint an upstream system knows by that number.
    pub async fn by_upstream(&self, scope: &Scope, upstream: &UpstreamNumber) -> Result<Option<Complaint>> {
        self.find(scope, |sql| {
            sql.push(" AND c.upstream_client = ").bind(upstream.client.as_str());
            sql.push(" AND c.upstream_number IS NOT NULL AND c.upstream_number = ").bind(upstream.number.as_str());
        })
        .await
    }

    /// What is on record under these upstream numbers, whoever numbered.
    pub async fn numbered(&self, branch: BranchId, numbers: &[&str]) -> Result<Vec<(UpstreamNumber, ComplaintId)>> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String, Uuid)> = self.db().all(of_numbers(branch, numbers)).await?;
        let read = |(client, number, id)| (UpstreamNumber { client, number }, ComplaintId(id));
        Ok(rows.into_iter().map(read).collect())
    }

    /// Whether any number on record came without its system's name ([`UpstreamNumber::BRANCH`]).
    pub async fn has_unnamed_numbers(&self, branch: BranchId) -> Result<bool> {
        let found: Option<(Uuid,)> = self.db().one(unnamed(branch)).await?;
        Ok(found.is_some())
    }

    async fn find(&self, scope: &Scope, narrow: impl FnOnce(&mut Sql)) -> Result<Option<Complaint>> {
        let mut sql = Sql::new(WHOLE);
        sql.push(WITH_RECORD).push(" WHERE c.branch_id = ").bind(scope.branch().0);
        narrow(&mut sql);
        in_reach(&mut sql, scope);
        let row: Option<Whole> = self.db().one(sql).await?;
        whole(self.db(), scope.branch().0, row.into_iter().collect()).await?.pop().transpose()
    }

    /// The complaint an earlier submission with this idempotency key led to.
    pub async fn by_submission(&self, branch: BranchId, key: &str) -> Result<Option<ComplaintId>> {
        let row: Option<(Uuid,)> = self
            .db()
            .one(Sql::with(
                "SELECT complaint_id FROM submission WHERE branch_id = $1 AND submission_key = $2",
                args![branch.0, key],
            ))
            .await?;
        Ok(row.map(|(id,)| ComplaintId(id)))
    }

    /// The journal of a complaint, oldest first; nothing out of scope.
    pub async fn entries(&self, scope: &Scope, id: ComplaintId) -> Result<Vec<Entry>> {
        let mut sql = Sql::new(
            "SELECT j.seq, j.at, j.actor, j.payload FROM journal j \
             JOIN complaint c ON c.branch_id = j.branch_id AND c.id = j.complaint_id WHERE j.branch_id = ",
        );
        sql.bind(scope.branch().0).push(" AND j.complaint_id = ").bind(id.0);
        in_reach(&mut sql, scope);
        sql.push(" ORDER BY j.seq");
        let rows: Vec<EntryRow> = self.db().all(sql).await?;
        rows.into_iter().map(|row| entry(id, row.seq, row.at, &row.actor, &row.payload)).collect()
    }

    /// A frozen check of a complaint.
    pub async fn evidence(&self, scope: &Scope, id: ComplaintId, ordinal: u32) -> Result<Option<NetworkCheck>> {
        let mut sql = Sql::new(
            "SELECT e.body FROM evidence e \
             JOIN complaint c ON c.branch_id = e.branch_id AND c.id = e.complaint_id WHERE e.branch_id = ",
        );
        sql.bind(scope.branch().0).push(" AND e.complaint_id = ").bind(id.0).push(" AND e.ordinal = ").bind(ordinal);
        in_reach(&mut sql, scope);
        let row: Option<(Vec<u8>,)> = self.db().one(sql).await?;
        // What cannot be unpacked is no check either.
        row.map(|(body,)| document(&unpacked(&body).unwrap_or_default(), "evidence", "body", &id)).transpose()
    }
}

/// The client is written out, for the partial index is of that one alone; the order makes it the index to read.
pub(crate) fn unnamed(branch: BranchId) -> Sql {
    let mut sql = Sql::new("SELECT id FROM complaint WHERE branch_id = ");
    sql.bind(branch.0).push(" AND upstream_client = 'branch' ORDER BY upstream_number LIMIT 1");
    sql
}

/// What is on record under these numbers.
pub(crate) fn of_numbers(branch: BranchId, numbers: &[&str]) -> Sql {
    let mut sql = Sql::new("SELECT upstream_client, upstream_number, id FROM complaint WHERE branch_id = ");
    sql.bind(branch.0).push(" AND upstream_number IS NOT NULL AND upstream_number IN (");
    sql.bind_list(numbers.iter().copied()).push(")");
    if numbers.len() == 1 { sql } else { sql.one_off() }
}

/// A journal row as the entry it was.
pub(crate) fn entry(id: ComplaintId, seq: i64, at: i64, actor: &str, payload: &str) -> Result<Entry> {
    let row = format!("{id}/{seq}");
    Ok(Entry {
        complaint: id,
        sequence: seq as u64,
        at: Timestamp::from_micros(at),
        actor: document(actor, "journal", "actor", &row)?,
        events: document(payload, "journal", "payload", &row)?,
    })
}
