//! Verification: the journal is replayed and must explain every stored row, chain by chain (design §3).

use std::collections::BTreeMap;

use domain::check::Bilingual;
use domain::complaint::Complaint;
use domain::id::{BranchId, ComplaintId};
use domain::journal::{Entry, Event};
use domain::retention::redacted;
use domain::time::Timestamp;
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::commit::{AskedRow, ZERO_HASH, columns_of, entry_hash, head_of, stays_behind};
use crate::complaints::entry;
use crate::db::Sql;
use crate::db::{Arg, Tx, args};
use crate::packed::unpacked;
use crate::tables::{COMPLAINT, HEAD, RECORD};
use crate::{Error, Result, Store};

/// Complaints looked at together.
const TOGETHER: i64 = 400;
/// Columns of a row before those a state writes: branch and id, and in the whole complaint's the hash.
const KEYS: usize = 2;

/// What a verification looked at and found wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Complaints replayed.
    pub complaints: u64,
    /// Problem locations replayed.
    pub locations: u64,
    /// Requests for exports replayed.
    pub exports: u64,
    /// Journal entries hashed.
    pub entries: u64,
    /// Frozen checks compared with their digests.
    pub evidence: u64,
    /// Complaints anonymised: entries of theirs read otherwise than they were hashed, as their last entry says.
    pub anonymised: u64,
    /// What is wrong where; empty when all is well.
    pub problems: Vec<Problem>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The complaint's number, or its id where no number can be read.
    pub subject: String,
    /// At which journal entry, where it is one.
    pub sequence: Option<u64>,
    /// What is wrong, in English.
    pub what: String,
    /// The same in both languages.
    pub text: Bilingual,
}

impl Problem {
    pub(crate) fn new(subject: String, sequence: Option<u64>, text: Bilingual) -> Self {
        Self { subject, sequence, what: text.en.clone(), text }
    }

    /// Where, as people read it: the complaint and the journal entry.
    pub fn place(&self) -> String {
        self.sequence.map_or_else(|| self.subject.clone(), |sequence| format!("{} #{sequence}", self.subject))
    }
}

#[derive(sqlx::FromRow)]
struct JournalRow {
    complaint_id: Uuid,
    seq: i64,
    at: i64,
    actor: String,
    payload: String,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct EvidenceRow {
    complaint_id: Uuid,
    ordinal: i64,
    digest: String,
    body: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct AskedFound {
    complaint_id: Uuid,
    kind: String,
    due_at: i64,
    due_warn: i64,
    due_paused: bool,
}

/// A complaint row with everything that hangs on it.
struct Subject {
    id: ComplaintId,
    row: Vec<Arg>,
    /// How far it is; empty where somebody took it away.
    head: Vec<Arg>,
    /// The whole of it; empty where somebody took it away.
    record: Vec<Arg>,
    journal: Vec<JournalRow>,
    evidence: Vec<EvidenceRow>,
    asked: Vec<Vec<Arg>>,
}

impl Store {
    /// Replays every journal on one consistent state and compares it with what is stored: rows, hash chains, evidence.
    pub async fn verify(&self) -> Result<Report> {
        let mut report = Report::default();
        self.verify_locations(&mut report).await?;
        self.verify_exports(&mut report).await?;
        let mut tx = self.db().snapshot().await?;
        orphans(&mut tx, self.branch(), &mut report).await?;
        let (mut after, mut read) = (Uuid::nil(), Vec::new());
        loop {
            // The next ones are read while those that were read are looked at, on every core.
            let (found, looked) = tokio::join!(
                subjects(&mut tx, self.branch(), after, TOGETHER),
                looked_at(self.branch(), std::mem::take(&mut read)),
            );
            report.add(looked?);
            match found {
                // Bytes that are no text stop the engine's reading: the damaged one is named, the others are looked at.
                Err(Error::Database(_)) => {
                    after = self.one_by_one(after, &mut report).await?;
                    tx = self.db().snapshot().await?;
                }
                Err(error) => return Err(error),
                Ok(subjects) => {
                    let Some(last) = subjects.last() else { return Ok(report) };
                    after = last.id.0;
                    read = subjects;
                }
            }
        }
    }

    /// Looks at the next complaints each for itself; where it got to.
    async fn one_by_one(&self, after: Uuid, report: &mut Report) -> Result<Uuid> {
        let ids: Vec<(Uuid,)> = self
            .db()
            .all(Sql::with(
                "SELECT id FROM complaint WHERE branch_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                args![self.branch().0, after, TOGETHER],
            ))
            .await?;
        let mut before = after;
        for (id,) in ids {
            let mut tx = self.db().snapshot().await?;
            match subjects(&mut tx, self.branch(), before, 1).await {
                Ok(found) => report.add(looked_at(self.branch(), found).await?),
                Err(Error::Database(error)) => {
                    report.complaints += 1;
                    let text = Bilingual::new(
                        format!("记录中有读不出的内容：{error}"),
                        format!("the record holds something that cannot be read: {error}"),
                    );
                    report.problems.push(Problem::new(id.to_string(), None, text));
                }
                Err(error) => return Err(error),
            }
            before = id;
        }
        Ok(before)
    }
}

/// Looks at complaints that were read, beside whoever reads on.
async fn looked_at(branch: BranchId, subjects: Vec<Subject>) -> Result<Report> {
    let look = move || {
        let looked = subjects.par_iter().with_min_len(8).map(|subject| subject.look_at(branch));
        looked.reduce(Report::default, |mut report, other| {
            report.add(other);
            report
        })
    };
    tokio::task::spawn_blocking(look).await.map_err(|error| Error::Transient(error.to_string()))
}

/// The next complaints with their journals and evidence.
async fn subjects(tx: &mut Tx, branch: BranchId, after: Uuid, most: i64) -> Result<Vec<Subject>> {
    let mut sql = COMPLAINT.select(branch.0);
    sql.push(" AND id > ").bind(after).push(" ORDER BY id LIMIT ").bind(most);
    let mut subjects = BTreeMap::new();
    tx.cells(sql, &COMPLAINT.kinds(), |row| {
        if let Arg::Uuid(Some(id)) = row[1] {
            let (head, record, journal) = (Vec::new(), Vec::new(), Vec::new());
            let (evidence, asked) = (Vec::new(), Vec::new());
            subjects.insert(id, Subject { id: ComplaintId(id), row, head, record, journal, evidence, asked });
        }
        Ok(())
    })
    .await?;
    let Some((last, _)) = subjects.last_key_value() else { return Ok(Vec::new()) };
    let last = *last;
    let range = || args![branch.0, after, last];
    for table in [&HEAD, &RECORD] {
        let mut sql = table.select(branch.0);
        sql.push(" AND complaint_id > ").bind(after).push(" AND complaint_id <= ").bind(last);
        tx.cells(sql, &table.kinds(), |row| {
            if let Arg::Uuid(Some(id)) = row[1]
                && let Some(subject) = subjects.get_mut(&id)
            {
                *(if table.name == HEAD.name { &mut subject.head } else { &mut subject.record }) = row;
            }
            Ok(())
        })
        .await?;
    }
    let journal: Vec<JournalRow> = tx
        .all(Sql::with(
            "SELECT complaint_id, seq, at, actor, payload, prev_hash, hash FROM journal \
             WHERE branch_id = $1 AND complaint_id > $2 AND complaint_id <= $3 ORDER BY complaint_id, seq",
            range(),
        ))
        .await?;
    let evidence: Vec<EvidenceRow> = tx
        .all(Sql::with(
            "SELECT complaint_id, ordinal, digest, body FROM evidence \
             WHERE branch_id = $1 AND complaint_id > $2 AND complaint_id <= $3 ORDER BY complaint_id, ordinal",
            range(),
        ))
        .await?;
    let asked: Vec<AskedFound> = tx
        .all(Sql::with(
            "SELECT complaint_id, kind, due_at, due_warn, due_paused FROM asked \
             WHERE branch_id = $1 AND complaint_id > $2 AND complaint_id <= $3 ORDER BY complaint_id, kind",
            range(),
        ))
        .await?;
    for row in asked {
        if let Some(subject) = subjects.get_mut(&row.complaint_id) {
            let key = args![branch.0, row.complaint_id, row.kind, row.due_at, row.due_warn, row.due_paused];
            subject.asked.push(key);
        }
    }
    for row in journal {
        if let Some(subject) = subjects.get_mut(&row.complaint_id) {
            subject.journal.push(row);
        }
    }
    for row in evidence {
        if let Some(subject) = subjects.get_mut(&row.complaint_id) {
            subject.evidence.push(row);
        }
    }
    Ok(subjects.into_values().collect())
}

/// What hangs on a complaint that is not there: somebody deleted a row, or wrote one. On a server this alone looks for the complaints
/// of entries and notices.
async fn orphans(tx: &mut Tx, branch: BranchId, report: &mut Report) -> Result<()> {
    for (sql, zh, en) in [
        (
            "SELECT DISTINCT j.complaint_id FROM journal j WHERE j.branch_id = $1 AND NOT EXISTS (SELECT 1 FROM \
             complaint c WHERE c.branch_id = j.branch_id AND c.id = j.complaint_id)",
            "有流水，投诉记录却没有了",
            "the journal is there, the complaint is gone",
        ),
        (
            "SELECT DISTINCT e.complaint_id FROM evidence e WHERE e.branch_id = $1 AND NOT EXISTS (SELECT 1 FROM \
             complaint c WHERE c.branch_id = e.branch_id AND c.id = e.complaint_id)",
            "有证据，投诉记录却没有了",
            "evidence is there, the complaint is gone",
        ),
        (
            "SELECT DISTINCT n.complaint_id FROM notice n WHERE n.branch_id = $1 AND NOT EXISTS (SELECT 1 FROM \
             complaint c WHERE c.branch_id = n.branch_id AND c.id = n.complaint_id)",
            "有提醒，投诉记录却没有了",
            "a notice is there, the complaint is gone",
        ),
    ] {
        let rows: Vec<(Uuid,)> = tx.all(Sql::with(sql, args![branch.0])).await?;
        let gone = |(id,): (Uuid,)| Problem::new(id.to_string(), None, Bilingual::new(zh, en));
        report.problems.extend(rows.into_iter().map(gone));
    }
    Ok(())
}

impl Report {
    fn add(&mut self, other: Self) {
        self.complaints += other.complaints;
        self.locations += other.locations;
        self.exports += other.exports;
        self.entries += other.entries;
        self.evidence += other.evidence;
        self.anonymised += other.anonymised;
        self.problems.extend(other.problems);
    }
}

impl Subject {
    fn look_at(&self, branch: BranchId) -> Report {
        let mut report = Report {
            complaints: 1,
            entries: self.journal.len() as u64,
            evidence: self.evidence.len() as u64,
            anonymised: u64::from(!self.sealed().is_empty()),
            ..Report::default()
        };
        self.check(branch, &mut report.problems);
        report
    }

    fn check(&self, branch: BranchId, problems: &mut Vec<Problem>) {
        let before = problems.len();
        let mut wrong = |sequence, text: Bilingual| problems.push(Problem::new(self.name(), sequence, text));
        let last = self.chain(branch, &mut wrong);
        if self.head.get(KEYS) != Some(&Arg::from(last)) {
            wrong(
                None,
                Bilingual::new(
                    "最后一条流水的哈希与投诉写入时的不符",
                    "the last journal entry's hash is not the one the complaint was written with",
                ),
            );
        }
        match self.replayed() {
            Ok((complaint, entries)) => self.explained(&complaint, &entries, &mut wrong),
            Err(text) => wrong(None, text),
        }
        if problems.len() > before {
            tracing::error!(subject = self.name(), "verification found {} problems", problems.len() - before);
        }
    }

    fn name(&self) -> String {
        match &self.row[KEYS] {
            Arg::Text(Some(number)) => number.clone(),
            _ => self.id.to_string(),
        }
    }

    /// What anonymised entries read, as a later entry of the chain says.
    fn sealed(&self) -> BTreeMap<u64, String> {
        let marked = self.journal.iter().filter(|row| row.payload.contains("\"anonymised\""));
        let entries = marked.filter_map(|row| entry(self.id, row.seq, row.at, &row.actor, &row.payload).ok());
        let mut sealed = BTreeMap::new();
        for Entry { sequence, events, .. } in entries {
            for event in events {
                let Event::Anonymised { sealed: of, .. } = event else { continue };
                let earlier = of.into_iter().filter(|one| one.sequence < sequence);
                sealed.extend(earlier.map(|one| (one.sequence, one.reads)));
            }
        }
        sealed
    }

    /// Follows the hash chain; the hash it ends with.
    fn chain(&self, branch: BranchId, wrong: &mut impl FnMut(Option<u64>, Bilingual)) -> Vec<u8> {
        let (mut previous, sealed) = (ZERO_HASH.to_vec(), self.sealed());
        for (at, row) in self.journal.iter().enumerate() {
            let sequence = row.seq as u64;
            if sequence != at as u64 + 1 {
                let missing = at + 1;
                let text = Bilingual::new(format!("缺第 {missing} 条流水"), format!("entry {missing} is missing"));
                wrong(Some(sequence), text);
            }
            if row.prev_hash != previous {
                wrong(Some(sequence), Bilingual::new("与前一条流水接不上", "does not follow the entry before it"));
            }
            let moment = Timestamp::from_micros(row.at);
            let hash = entry_hash(&row.prev_hash, branch, self.id, sequence, moment, &row.actor, &row.payload);
            // An anonymised entry keeps the hash it was written with; what it reads now a later one, itself of the chain, vouches for.
            let vouched = sealed.get(&sequence);
            let is_as_sealed = vouched.is_some_and(|reads| *reads == hex::encode(hash)) && self.is_redacted(row);
            let sound = if vouched.is_some() { is_as_sealed } else { row.hash == hash };
            if !sound {
                let text = Bilingual::new("流水写入后被改动", "the entry was changed after it was written");
                wrong(Some(sequence), text);
            }
            previous.clone_from(&row.hash);
        }
        previous
    }

    /// Whether an entry holds nothing the rules take out: whoever vouches for one may take out and not put in.
    fn is_redacted(&self, row: &JournalRow) -> bool {
        entry(self.id, row.seq, row.at, &row.actor, &row.payload).is_ok_and(|entry| redacted(&entry) == entry)
    }

    fn replayed(&self) -> std::result::Result<(Complaint, Vec<Entry>), Bilingual> {
        let entries = self
            .journal
            .iter()
            .map(|row| entry(self.id, row.seq, row.at, &row.actor, &row.payload))
            .collect::<Result<Vec<_>>>()
            .map_err(|error| error.told())?;
        let complaint = Complaint::replay(&entries).map_err(|error| {
            Bilingual::new(format!("流水无法重放：{error}"), format!("the journal does not replay: {error}"))
        })?;
        Ok((complaint, entries))
    }

    /// The document with what clocks did since it was written.
    fn stored(&self, entries: &[Entry]) -> Option<Complaint> {
        let Some(Arg::Blob(Some(kept))) = self.record.last() else { return None };
        let mut stored: Complaint = serde_json::from_str(&unpacked(kept)?).ok()?;
        for entry in entries.iter().skip(usize::try_from(stored.version).ok()?) {
            stored.apply(entry).ok().filter(|()| stays_behind(entry))?;
        }
        Some(stored)
    }

    /// Compares the replayed complaint with the stored row, column by column, and its checks with the evidence.
    fn explained(&self, complaint: &Complaint, entries: &[Entry], wrong: &mut impl FnMut(Option<u64>, Bilingual)) {
        if self.stored(entries).as_ref() != Some(complaint) {
            let text = Bilingual::new("投诉记录与其流水不符", "the stored complaint is not what its journal explains");
            wrong(None, text);
        }
        let listed = self.row[KEYS..].iter().zip(columns_of(complaint)).zip(&COMPLAINT.columns[KEYS..]);
        let after_hash = KEYS + 1;
        let head = self.head.iter().skip(after_hash).zip(head_of(complaint)).zip(&HEAD.columns[after_hash..]);
        for ((found, expected), (name, _)) in listed.chain(head) {
            if *found != expected {
                let text = Bilingual::new(
                    format!("列 {name} 与流水不符"),
                    format!("column {name} is not what the journal explains"),
                );
                wrong(None, text);
            }
        }
        let mut asked: Vec<_> = AskedRow::of(complaint).iter().map(|asked| asked.row(complaint)).collect();
        asked.sort_by_key(|row| format!("{:?}", row[2]));
        if self.asked != asked {
            let text = Bilingual::new(
                "尚未答复的督办、争议等与流水不符",
                "what is asked and not answered is not what the journal explains",
            );
            wrong(None, text);
        }
        for check in &complaint.checks {
            match self.evidence.iter().find(|row| row.ordinal == i64::from(check.ordinal)) {
                None => wrong(
                    None,
                    Bilingual::new(
                        format!("缺第 {} 次核查的证据", check.ordinal),
                        format!("evidence {} is missing", check.ordinal),
                    ),
                ),
                Some(row) => {
                    let text = unpacked(&row.body).unwrap_or_default();
                    let digest = hex::encode(Sha256::digest(text.as_bytes()));
                    if digest != check.digest || row.digest != check.digest {
                        let text = Bilingual::new(
                            format!("第 {} 次核查的证据固化后被改动", check.ordinal),
                            format!("evidence {} was changed after it was frozen", check.ordinal),
                        );
                        wrong(None, text);
                    }
                }
            }
        }
        if self.evidence.len() != complaint.checks.len() {
            let text = Bilingual::new("有流水中没有的证据", "there is evidence no journal entry froze");
            wrong(None, text);
        }
    }
}
