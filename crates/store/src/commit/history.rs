//! Whole histories at once: complaints that come with everything that was done about them, as a few statements for many.

use domain::complaint::Complaint;
use domain::journal::Entry;
use rayon::prelude::*;

use crate::commit::beside::{self, AskedRow};
use crate::commit::prepared::{Prepared, ZERO_HASH};
use crate::commit::statements;
use crate::commit::{Commit, Evidence, SearchTexts};
use crate::db::retry;
use crate::search::{self, Words};
use crate::{Result, Store};

/// A complaint with its journal from the first entry on.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// As it stands after the last entry.
    pub complaint: Complaint,
    /// What was done, from entry 1 on; never empty.
    pub entries: Vec<Entry>,
    /// The check frozen at intake.
    pub evidence: Option<Evidence>,
    /// The words it is found by.
    pub search: SearchTexts,
}

/// A history as rows, its chain hashed: preparing takes no database.
#[derive(Debug)]
pub struct PreparedHistory {
    /// The last entry and the complaint as it stands.
    last: Prepared,
    /// The entries before it.
    before: Vec<Prepared>,
    /// The hash of each entry, the last one's too.
    hashes: Vec<[u8; 32]>,
    asked: Vec<AskedRow>,
}

impl PreparedHistory {
    /// Makes it ready; nothing where there is no entry.
    fn of(History { complaint, mut entries, evidence, search }: History) -> Option<Self> {
        let last = entries.pop()?;
        let asked = AskedRow::of(&complaint);
        let before: Vec<_> = entries.iter().map(|entry| Prepared::told(&complaint, entry)).collect();
        let commit = Commit { evidence, search: Some(search), ..Commit::new(complaint, last) };
        let last = Prepared { asked: None, ..Prepared::whole(commit) };
        let mut hashes: Vec<[u8; 32]> = Vec::with_capacity(before.len() + 1);
        for entry in before.iter().chain([&last]) {
            hashes.push(entry.hash(hashes.last().unwrap_or(&ZERO_HASH)));
        }
        Some(Self { last, before, hashes, asked })
    }

    fn entries(&self) -> impl Iterator<Item = (&Prepared, &[u8; 32], &[u8; 32])> {
        let previous = std::iter::once(&ZERO_HASH).chain(&self.hashes);
        self.before
            .iter()
            .chain([&self.last])
            .zip(previous)
            .zip(&self.hashes)
            .map(|((entry, before), own)| (entry, before, own))
    }
}

/// Makes many ready, on every core.
pub fn prepare_histories(histories: Vec<History>) -> Vec<PreparedHistory> {
    histories.into_par_iter().filter_map(PreparedHistory::of).collect()
}

impl Store {
    /// Writes complaints nobody has written yet, all of them or none, in one durable transaction. For stores that are being
    /// filled: what people do goes through [`Store::commit`].
    pub async fn add_histories(&self, histories: &[PreparedHistory]) -> Result<()> {
        if histories.is_empty() {
            return Ok(());
        }
        retry(|| async {
            let mut tx = self.db().write().await?;
            let words: Vec<Words<'_>> = histories.iter().map(|one| Words::of(&one.last)).collect();
            let all: Vec<&Prepared> = histories.iter().flat_map(|one| one.entries().map(|(entry, ..)| entry)).collect();
            let heads = histories.iter().map(|one| (&one.last, *one.hashes.last().unwrap_or(&ZERO_HASH)));
            let entries = histories.iter().flat_map(PreparedHistory::entries).collect();
            let asked = histories.iter().flat_map(|one| one.asked.iter().map(|row| row.keyed(&one.last)));
            let mut inserts = Vec::from(statements::complaints(&heads.collect::<Vec<_>>()));
            inserts.extend([statements::journal(entries), beside::asked_rows(asked.collect())]);
            inserts.extend(statements::followed_by(&all));
            inserts.extend(search::rows(&mut tx, &words).await?);
            tx.insert_all(inserts).await?;
            tx.commit().await
        })
        .await
    }
}
