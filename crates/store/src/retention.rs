//! Anonymising what was kept long enough: what is due, and one transaction for each complaint.
//!
//! Invariant: afterwards no row of the branch holds what the rules took out of the journal: not the complaint, its words to be
//! found by, nor what went out because of it. Every hash of the chain stands as it was written.

use domain::complaint::Complaint;
use domain::id::ComplaintId;
use domain::journal::Entry;
use domain::retention::{Anonymisation, GONE};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::commit::{Commit, EntryHash, Prepared, SearchTexts, ZERO_HASH, entry_hash, json, update};
use crate::complaints::entry;
use crate::complaints::whole::{WITH_RECORD, Whole, whole};
use crate::db::{Sql, args, retry};
use crate::{Result, Store};

/// A complaint that was received before a time and is not anonymised.
#[derive(Debug, Clone, PartialEq)]
pub struct Old {
    /// Which.
    pub id: ComplaintId,
    /// When it was received: pages follow that order.
    pub received: Timestamp,
    /// The whole of it, once it is closed.
    pub closed: Option<Box<Complaint>>,
}

/// A closed complaint with its journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its journal, oldest first.
    pub entries: Vec<Entry>,
    /// The hash of its last entry.
    pub last: EntryHash,
    complaint: Complaint,
    /// What each entry follows.
    follows: Vec<Vec<u8>>,
}

impl Kept {
    /// The complaint as it stands.
    pub const fn complaint(&self) -> &Complaint {
        &self.complaint
    }

    /// What an entry of it would be hashed to in its place, hex.
    pub fn reads(&self, entry: &Entry) -> String {
        let zero = ZERO_HASH.to_vec();
        let before =
            usize::try_from(entry.sequence).ok().and_then(|sequence| self.follows.get(sequence.checked_sub(1)?));
        let (actor, payload) = (json(&entry.actor), json(&entry.events));
        let (branch, previous) = (self.complaint.branch, before.unwrap_or(&zero));
        hex::encode(entry_hash(previous, branch, entry.complaint, entry.sequence, entry.at, &actor, &payload))
    }
}

#[derive(sqlx::FromRow)]
struct OldRow {
    received: i64,
    is_open: bool,
    #[sqlx(flatten)]
    whole: Whole,
}

#[derive(sqlx::FromRow)]
struct LinkedRow {
    seq: i64,
    at: i64,
    actor: String,
    payload: String,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

impl Store {
    /// The next complaints received by then that are not anonymised, oldest first, behind one of them.
    pub async fn old_complaints(
        &self,
        received_by: Timestamp,
        after: (Timestamp, ComplaintId),
        limit: u32,
    ) -> Result<Vec<Old>> {
        let rows: Vec<OldRow> = self.db().all(old(self.branch().0, received_by, after, limit)).await?;
        let (mut found, mut closed) = (Vec::with_capacity(rows.len()), Vec::new());
        for OldRow { received, is_open, whole } in rows {
            found.push(Old { id: ComplaintId(whole.id), received: Timestamp::from_micros(received), closed: None });
            closed.extend((!is_open).then_some(whole));
        }
        // What is damaged is named by `verify`; it keeps nobody from the rest.
        for complaint in whole(self.db(), self.branch().0, closed).await?.into_iter().flatten() {
            if let Some(old) = found.iter_mut().find(|old| old.id == complaint.id) {
                old.closed = Some(Box::new(complaint));
            }
        }
        Ok(found)
    }

    /// The journal of a complaint, to be anonymised.
    pub async fn kept(&self, complaint: Complaint) -> Result<Kept> {
        let rows: Vec<LinkedRow> = self
            .db()
            .all(Sql::with(
                "SELECT seq, at, actor, payload, prev_hash, hash FROM journal WHERE branch_id = $1 AND complaint_id = $2 \
                 ORDER BY seq",
                args![complaint.branch.0, complaint.id.0],
            ))
            .await?;
        let last = EntryHash(rows.last().map(|row| row.hash.clone()).unwrap_or_default());
        let entries = rows.iter().map(|row| entry(complaint.id, row.seq, row.at, &row.actor, &row.payload));
        let entries = entries.collect::<Result<_>>()?;
        Ok(Kept { complaint, entries, last, follows: rows.into_iter().map(|row| row.prev_hash).collect() })
    }

    /// Anonymises one complaint in one transaction: what was written about it since it was read is a [`crate::Error::Conflict`],
    /// and nothing is changed then. `found_by` replaces the words it is found by.
    pub async fn anonymise(&self, done: Anonymisation, found_by: SearchTexts) -> Result<()> {
        let Anonymisation { complaint, entry, rewritten } = done;
        let (branch, id, at) = (complaint.branch.0, complaint.id.0, entry.at);
        let commit = Commit { search: Some(found_by), ..Commit::new(complaint, entry) };
        let one = Prepared::new(commit);
        let rewritten: Vec<(i64, String)> =
            rewritten.iter().map(|entry| (entry.sequence as i64, json(&entry.events))).collect();
        retry(|| async {
            let mut tx = self.db().write().await?;
            update(&mut tx, &one).await?;
            for (sequence, payload) in &rewritten {
                let row = args![payload.as_str(), branch, id, *sequence];
                tx.exec_one(Sql::with(
                    "UPDATE journal SET payload = $1 WHERE branch_id = $2 AND complaint_id = $3 AND seq = $4",
                    row,
                ))
                .await?;
            }
            tx.exec(Sql::with(
                "DELETE FROM outbox_attachment WHERE branch_id = $1 AND outbox_id IN (SELECT id FROM outbox WHERE \
                 branch_id = $1 AND complaint_id = $2)",
                args![branch, id],
            ))
            .await?;
            tx.exec(Sql::with(
                "UPDATE outbox SET subject = $1, body = $1 WHERE branch_id = $2 AND complaint_id = $3",
                args![GONE, branch, id],
            ))
            .await?;
            tx.exec(Sql::with(
                "INSERT INTO anonymised (branch_id, complaint_id, at) VALUES ($1, $2, $3)",
                args![branch, id, at],
            ))
            .await?;
            let proof =
                "SELECT CAST(1 AS BIGINT) FROM anonymised WHERE branch_id = $1 AND complaint_id = $2 AND at = $3";
            tx.commit_surely(self.db(), Sql::with(proof, args![branch, id, at])).await
        })
        .await
    }

    /// Takes the words out of what went out about several complaints, digests say, between two times; how many.
    pub async fn blank_outbox(&self, from: Timestamp, until: Timestamp) -> Result<u64> {
        let within = args![GONE, self.branch().0, from, until];
        self.db()
            .exec(Sql::with(
                "UPDATE outbox SET subject = $1, body = $1 WHERE branch_id = $2 AND created >= $3 AND created <= $4 AND \
                 complaint_id IS NULL AND settled IS NOT NULL AND body <> $1",
                within,
            ))
            .await
    }

    /// How many complaints are anonymised.
    pub async fn count_anonymised(&self) -> Result<u64> {
        let counted: Option<(i64,)> = self
            .db()
            .one(Sql::with("SELECT count(*) FROM anonymised WHERE branch_id = $1", args![self.branch().0]))
            .await?;
        Ok(counted.map_or(0, |(count,)| count as u64))
    }
}

/// In the order of receipt; what is anonymised already is passed over by its key.
pub(crate) fn old(branch: Uuid, received_by: Timestamp, after: (Timestamp, ComplaintId), limit: u32) -> Sql {
    let mut sql = Sql::new(
        "SELECT c.received, c.is_open, c.id, h.version, CASE WHEN c.is_open THEN '' ELSE r.document END AS document \
         FROM complaint c ",
    );
    sql.push(WITH_RECORD).push(" WHERE c.branch_id = ").bind(branch);
    sql.push(" AND c.received <= ").bind(received_by);
    sql.push(" AND (c.received, c.id) > (").bind(after.0).push(", ").bind(after.1.0);
    sql.push(
        ") AND NOT EXISTS (SELECT 1 FROM anonymised a WHERE a.branch_id = c.branch_id AND a.complaint_id = c.id) \
         ORDER BY c.received, c.id LIMIT ",
    );
    sql.bind(i64::from(limit));
    sql
}
