//! Versions of the branch's policy, and the open complaints a new one may change.

use domain::complaint::Complaint;
use domain::id::{BranchId, ComplaintId};
use domain::time::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::complaints::whole::{WHOLE, WITH_RECORD, Whole, whole};
use crate::db::{Sql, args};
use crate::{Error, Result, Store};

/// A version of the policy, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// 1 for the first the branch put in force.
    pub version: u32,
    /// 生效日: the first day it holds.
    pub valid_from: Date,
    /// The whole file.
    pub text: String,
    /// Who put it in force.
    pub author: String,
    /// Why, in words.
    pub note: String,
    /// When it was stored.
    pub imported: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    valid_from: String,
    text: String,
    author: String,
    note: String,
    imported: i64,
}

impl Store {
    /// Every version, oldest first. Their days never run backwards.
    pub async fn policies(&self) -> Result<Vec<PolicyVersion>> {
        let rows: Vec<Row> = self
            .db()
            .all(Sql::with(
                "SELECT version, valid_from, text, author, note, imported FROM policy_version \
                 WHERE branch_id = $1 ORDER BY version",
                args![self.branch().0],
            ))
            .await?;
        rows.into_iter().map(version).collect()
    }

    /// The number of the newest version, 0 where the branch has none of its own.
    pub async fn newest_policy(&self) -> Result<u32> {
        let row: Option<(i64,)> = self
            .db()
            .one(Sql::with(
                "SELECT COALESCE(MAX(version), 0) FROM policy_version WHERE branch_id = $1",
                args![self.branch().0],
            ))
            .await?;
        Ok(row.map_or(0, |(version,)| version as u32))
    }

    /// Keeps a version. Where somebody else took its number first, [`Error::Conflict`]: read again.
    pub async fn add_policy(&self, new: &PolicyVersion) -> Result<()> {
        let row = args![
            self.branch().0,
            i64::from(new.version),
            new.valid_from.to_string(),
            new.text.as_str(),
            new.author.as_str(),
            new.note.as_str(),
            new.imported
        ];
        let insert = "INSERT INTO policy_version (branch_id, version, valid_from, text, author, note, imported) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let proof = "SELECT CAST(1 AS BIGINT) FROM policy_version WHERE branch_id = $1 AND version = $2 \
                     AND valid_from = $3 AND text = $4 AND author = $5 AND note = $6 AND imported = $7";
        let added = self.db().exec_surely(Sql::with(insert, row.clone()), Sql::with(proof, row)).await;
        match added {
            Err(Error::Duplicate(_)) => Err(Error::Conflict),
            added => added.map(drop),
        }
    }

    /// Open complaints by id, from the one after `after` on: what a change of policy is counted through. For the house's own
    /// jobs; people read through a scope.
    pub async fn open_complaints(&self, after: Option<ComplaintId>, limit: u32) -> Result<Vec<Complaint>> {
        let rows: Vec<Whole> = self.db().all(open(self.branch(), after, limit)).await?;
        whole(self.db(), self.branch().0, rows).await?.into_iter().collect()
    }
}

pub(crate) fn open(branch: BranchId, after: Option<ComplaintId>, limit: u32) -> Sql {
    let after = after.map_or(Uuid::nil(), |id| id.0);
    let mut sql = Sql::new(WHOLE);
    sql.push(WITH_RECORD).push(" WHERE c.branch_id = ").bind(branch.0);
    // For each of the three: a planner that merges them would read two of them from their beginnings.
    for id in [" AND c.id > ", " AND h.complaint_id > ", " AND r.complaint_id > "] {
        sql.push(id).bind(after);
    }
    sql.push(" AND c.is_open ORDER BY c.id LIMIT ").bind(limit);
    sql
}

fn version(row: Row) -> Result<PolicyVersion> {
    let damaged = |column| Error::Damaged { table: "policy_version", column, row: row.version.to_string() };
    Ok(PolicyVersion {
        version: u32::try_from(row.version).map_err(|_| damaged("version"))?,
        valid_from: row.valid_from.parse().map_err(|_| damaged("valid_from"))?,
        text: row.text,
        author: row.author,
        note: row.note,
        imported: Timestamp::from_micros(row.imported),
    })
}
