//! Requests for exports: their row, their steps with a hash chain of their own, and the file, sealed, while it can be fetched.
//!
//! Invariants: a step is appended and never changed; a request changes by compare-and-set; the file goes, its digest stays.

use domain::export::{Entry, Reach, Request};
use domain::id::{BranchId, ExportId};
use domain::time::Timestamp;
use uuid::Uuid;

pub(crate) mod verify;

use crate::commit::{ZERO_HASH, chained, json};
use crate::db::{Arg, Sql, args, retry};
use crate::values::document;
use crate::{Error, Result, Store};

/// What becomes of the file of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportFile {
    /// It stays as it is.
    Stays,
    /// It is put there, sealed.
    Put(Vec<u8>),
    /// It is taken away.
    Gone,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    seq: i64,
    at: i64,
    actor: String,
    payload: String,
}

impl Store {
    /// Writes a step of a request in one transaction; one that follows another version is an [`Error::Conflict`].
    pub async fn put_export(&self, request: &Request, entry: &Entry, file: ExportFile) -> Result<()> {
        let (branch, id) = (request.asked.branch, request.id);
        let (actor, payload) = (json(&entry.actor), json(&entry.event));
        retry(|| async {
            let mut tx = self.db().write().await?;
            let before: Option<(i64, Vec<u8>)> = tx
                .one(Sql::with(
                    "SELECT seq, hash FROM export_step WHERE branch_id = $1 AND request_id = $2 ORDER BY seq DESC LIMIT 1",
                    args![branch.0, id.0],
                ))
                .await?;
            let (last, previous) = before.unwrap_or((0, ZERO_HASH.to_vec()));
            if last + 1 != entry.sequence as i64 {
                return Err(Error::Conflict);
            }
            if last == 0 {
                let mut row = args![branch.0, id.0];
                row.extend(columns_of(request));
                tx.exec(Sql::with(
                    "INSERT INTO export_request (branch_id, id, number, version, state, asker_id, asked, expires, document) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    row,
                ))
                .await?;
            } else {
                let row = args![
                    branch.0,
                    id.0,
                    request.version as i64,
                    request.state.as_str(),
                    request.expires,
                    json(request),
                    last
                ];
                tx.exec_one(Sql::with(
                    "UPDATE export_request SET version = $3, state = $4, expires = $5, document = $6 \
                     WHERE branch_id = $1 AND id = $2 AND version = $7",
                    row,
                ))
                .await?;
            }
            let file = match &file {
                ExportFile::Stays => None,
                ExportFile::Put(bytes) => Some(Arg::Blob(Some(bytes.clone()))),
                ExportFile::Gone => Some(Arg::Blob(None)),
            };
            if let Some(file) = file {
                let mut row = args![branch.0, id.0];
                row.push(file);
                tx.exec_one(Sql::with("UPDATE export_request SET file = $3 WHERE branch_id = $1 AND id = $2", row))
                    .await?;
            }
            let hash = hash_of(&previous, branch, id, entry.sequence, entry.at, &actor, &payload);
            tx.exec(Sql::with(
                "INSERT INTO export_step (branch_id, request_id, seq, at, actor, payload, prev_hash, hash) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                args![
                    branch.0,
                    id.0,
                    entry.sequence as i64,
                    entry.at,
                    actor.as_str(),
                    payload.as_str(),
                    previous,
                    hash
                ],
            ))
            .await?;
            let proof = "SELECT CAST(1 AS BIGINT) FROM export_step \
                         WHERE branch_id = $1 AND request_id = $2 AND seq = $3 AND hash = $4";
            let this = args![branch.0, id.0, entry.sequence as i64, hash];
            tx.commit_surely(self.db(), Sql::with(proof, this)).await
        })
        .await
    }

    /// A request within reach.
    pub async fn export(&self, reach: Reach, id: ExportId) -> Result<Option<Request>> {
        let mut sql = Sql::new("SELECT id, document FROM export_request WHERE branch_id = ");
        sql.bind(self.branch().0).push(" AND id = ").bind(id.0);
        within(&mut sql, reach);
        let row: Option<(Uuid, String)> = self.db().one(sql).await?;
        row.map(|(id, text)| read(&text, id)).transpose()
    }

    /// The newest requests within reach.
    pub async fn exports(&self, reach: Reach, limit: u32) -> Result<Vec<Request>> {
        let rows: Vec<(Uuid, String)> = self.db().all(listed(self.branch(), reach, limit)).await?;
        rows.into_iter().map(|(id, text)| read(&text, id)).collect()
    }

    /// Requests nobody has decided on, the oldest first.
    pub async fn exports_waiting(&self, limit: u32) -> Result<Vec<Request>> {
        let rows: Vec<(Uuid, String)> = self.db().all(waiting(self.branch(), limit)).await?;
        rows.into_iter().map(|(id, text)| read(&text, id)).collect()
    }

    /// Requests whose file is there and whose time is over.
    pub async fn exports_over(&self, now: Timestamp, limit: u32) -> Result<Vec<Request>> {
        let rows: Vec<(Uuid, String)> = self.db().all(over(self.branch(), now, limit)).await?;
        rows.into_iter().map(|(id, text)| read(&text, id)).collect()
    }

    /// The steps of a request, oldest first.
    pub async fn export_steps(&self, id: ExportId) -> Result<Vec<Entry>> {
        let rows: Vec<StepRow> = self
            .db()
            .all(Sql::with(
                "SELECT seq, at, actor, payload FROM export_step WHERE branch_id = $1 AND request_id = $2 ORDER BY seq",
                args![self.branch().0, id.0],
            ))
            .await?;
        rows.into_iter().map(|row| step(id, row.seq, row.at, &row.actor, &row.payload)).collect()
    }

    /// The file of a request, sealed, while it is there.
    pub async fn export_file(&self, id: ExportId) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = self
            .db()
            .one(Sql::with(
                "SELECT file FROM export_request WHERE branch_id = $1 AND id = $2 AND file IS NOT NULL",
                args![self.branch().0, id.0],
            ))
            .await?;
        Ok(row.map(|(file,)| file))
    }
}

pub(crate) fn listed(branch: BranchId, reach: Reach, limit: u32) -> Sql {
    let mut sql = Sql::new("SELECT id, document FROM export_request WHERE branch_id = ");
    sql.bind(branch.0);
    within(&mut sql, reach);
    sql.push(" ORDER BY asked DESC, id DESC LIMIT ").bind(i64::from(limit));
    sql
}

pub(crate) fn waiting(branch: BranchId, limit: u32) -> Sql {
    let mut sql = Sql::new("SELECT id, document FROM export_request WHERE branch_id = ");
    sql.bind(branch.0).push(" AND state = 'asked' ORDER BY asked, id LIMIT ").bind(i64::from(limit));
    sql
}

pub(crate) fn over(branch: BranchId, now: Timestamp, limit: u32) -> Sql {
    let mut sql = Sql::new("SELECT id, document FROM export_request WHERE branch_id = ");
    sql.bind(branch.0).push(" AND file IS NOT NULL AND expires <= ").bind(now);
    sql.push(" ORDER BY expires LIMIT ").bind(i64::from(limit));
    sql
}

fn within(sql: &mut Sql, reach: Reach) {
    match reach {
        Reach::Branch => {}
        Reach::Own(person) => _ = sql.push(" AND asker_id = ").bind(person.0),
        Reach::Nothing => _ = sql.push(" AND 1 = 0"),
    }
}

fn read(text: &str, id: Uuid) -> Result<Request> {
    document(text, "export_request", "document", &id)
}

/// A step's row as the entry it was.
fn step(id: ExportId, seq: i64, at: i64, actor: &str, payload: &str) -> Result<Entry> {
    let row = format!("{id}/{seq}");
    Ok(Entry {
        request: id,
        sequence: seq as u64,
        at: Timestamp::from_micros(at),
        actor: document(actor, "export_step", "actor", &row)?,
        event: document(payload, "export_step", "payload", &row)?,
    })
}

/// The row without key and file.
fn columns_of(request: &Request) -> Vec<Arg> {
    args![
        request.asked.number.as_str(),
        request.version as i64,
        request.state.as_str(),
        // The house asks for nothing; a row of a damaged one is nobody's.
        request.asked.asker.id.map_or(Uuid::nil(), |id| id.0),
        request.at,
        request.expires,
        json(request),
    ]
}

fn hash_of(
    previous: &[u8],
    branch: BranchId,
    id: ExportId,
    sequence: u64,
    at: Timestamp,
    actor: &str,
    payload: &str,
) -> [u8; 32] {
    chained(b"shouwen export 1\n", previous, branch, id.0, sequence, at, actor, payload)
}
