//! What a decision hands over to be made durable, all of it or nothing (design §2).

use domain::check::NetworkCheck;
use domain::complaint::Complaint;
use domain::journal::Entry;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

mod beside;
mod bulk;
mod care;
mod history;
mod prepared;
mod statements;
mod writer;

pub use history::{History, PreparedHistory, prepare_histories};

pub(crate) use beside::{AskedRow, asked_rows};
pub(crate) use prepared::{Prepared, ZERO_HASH, chained, columns_of, entry_hash, head_of, json, stays_behind};
pub(crate) use statements::update;
#[cfg(test)]
pub(crate) use statements::{changing_heads, changing_lists, changing_records, head_row, heads, moved_row, record_row};
pub(crate) use writer::Writer;

use crate::{Outgoing, Result, SpotWrite, Store};

/// A frozen network check as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Which one: 1 for the check at intake.
    pub ordinal: u32,
    /// The check as JSON, kept byte for byte.
    pub body: String,
    /// SHA-256 of `body`, hex.
    pub digest: String,
}

impl Evidence {
    /// Freezes a check: what is stored is what the digest covers.
    pub fn freeze(ordinal: u32, check: &NetworkCheck) -> Self {
        let body = serde_json::to_string(check).expect("a check has string keys and no failing serialiser");
        let digest = hex::encode(Sha256::digest(&body));
        Self { ordinal, body, digest }
    }
}

/// What a complaint is found by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchTexts {
    /// Words to be segmented. Runs of seven or more digits are left out: they may be phones.
    pub texts: Vec<String>,
    /// Taken as they are: numbers, cell ids, keyed hashes of phones.
    pub tokens: Vec<String>,
}

/// The hash of a complaint's newest entry, as it was read with the complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryHash(pub(crate) Vec<u8>);

/// Commands ready to be written: serialised and segmented, which takes no database.
#[derive(Debug, Clone, Default)]
pub struct Batch(Vec<Prepared>);

impl Batch {
    /// Makes them ready, each for itself.
    pub fn of(commits: Vec<Commit>) -> Self {
        Self(commits.into_par_iter().map(Prepared::new).collect())
    }
}

/// One command's effect on one complaint, and on those it is tied to.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// The complaint afterwards.
    pub complaint: Complaint,
    /// The journal entry that explains it; its `sequence` is the version afterwards, 1 for a new complaint.
    pub entry: Entry,
    /// A check frozen by this command.
    pub evidence: Option<Evidence>,
    /// The idempotency key of the submission that led here.
    pub submission: Option<String>,
    /// The words it is found by; absent where this command does not change them.
    pub search: Option<SearchTexts>,
    /// What is to go out because of it, written in the same transaction.
    pub outbox: Vec<Outgoing>,
    /// What the same command does to other complaints: all of it stands, or none.
    pub also: Vec<Self>,
    /// What the entry follows, where whoever decided has just read it: nobody needs to look again.
    pub follows: Option<EntryHash>,
    /// 黑点 it belongs to or leaves, written in the same transaction, in this order.
    pub spots: Vec<SpotWrite>,
}

impl Commit {
    /// A command that carries nothing but what it decided.
    pub const fn new(complaint: Complaint, entry: Entry) -> Self {
        Self {
            complaint,
            entry,
            evidence: None,
            submission: None,
            search: None,
            outbox: Vec::new(),
            also: Vec::new(),
            follows: None,
            spots: Vec::new(),
        }
    }
}

impl Store {
    /// Writes one command in one transaction; answers only after it is durable.
    ///
    /// A complaint changed in the meantime answers [`crate::Error::Conflict`], a number or submission already on record
    /// [`crate::Error::Duplicate`]; then nothing was written. Commands that wait at the same time share a commit on SQLite.
    pub async fn commit(&self, commit: Commit) -> Result<()> {
        let mut answers = self.write_all(vec![Prepared::new(commit)]).await;
        answers.pop().expect("one answer per command")
    }

    /// Writes many commands, a few hundred to a transaction, each on its own: one that fails leaves the others.
    pub async fn commit_all(&self, commits: Vec<Commit>) -> Vec<Result<()>> {
        let mut answers = Vec::with_capacity(commits.len());
        let mut commits = commits.into_iter().peekable();
        while commits.peek().is_some() {
            let chunk: Vec<Commit> = commits.by_ref().take(bulk::CHUNK).collect();
            answers.extend(self.commit_batch(Batch::of(chunk)).await);
        }
        answers
    }

    /// Writes what is ready in one transaction, or one for each that writes, each command on its own.
    pub async fn commit_batch(&self, batch: Batch) -> Vec<Result<()>> {
        if batch.0.is_empty() { Vec::new() } else { self.write_chunk(batch.0).await }
    }
}
