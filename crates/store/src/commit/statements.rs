//! The statements of a commit. What can be refused comes before what follows from it.

use std::collections::{HashMap, HashSet};

use domain::id::ComplaintId;
use uuid::Uuid;

use crate::commit::beside;
use crate::commit::prepared::{Prepared, ZERO_HASH};
use crate::db::{Arg, Insert, Sql, Tx, args, in_known_sizes};
use crate::search::{self, Words};
use crate::{Error, Result, outbox, spots};

const INSERT_COMPLAINT: &str = "INSERT INTO complaint (branch_id, id, number, received, flow, grade, state, is_open, \
    waits_on, owner_id, owner_name, handler_id, handler_name, department, organisation, due_kind, due_at, due_warn, \
    due_paused, cause, headline, address, lon, lat, grid_cell, phone_digest, upstream_client, upstream_number, \
    complained, tested, severe_at, waits_since) VALUES ";

const INSERT_HEAD: &str =
    "INSERT INTO complaint_head (branch_id, complaint_id, journal_hash, version, changed, tick_at) VALUES ";

const INSERT_RECORD: &str = "INSERT INTO complaint_record (branch_id, complaint_id, document) VALUES ";

const UPDATE_COMPLAINT: &str = "UPDATE complaint SET number = $3, received = $4, flow = $5, grade = $6, state = $7, \
    is_open = $8, waits_on = $9, owner_id = $10, owner_name = $11, handler_id = $12, handler_name = $13, \
    department = $14, organisation = $15, due_kind = $16, due_at = $17, due_warn = $18, due_paused = $19, cause = $20, \
    headline = $21, address = $22, lon = $23, lat = $24, grid_cell = $25, phone_digest = $26, upstream_client = $27, \
    upstream_number = $28, complained = $29, tested = $30, severe_at = $31, waits_since = $32 \
    WHERE branch_id = $1 AND id = $2";

/// The same of many complaints whose number, words, place and customer stay: their indexes are left alone. Both engines call
/// what `VALUES` lists `column1` and so on.
const UPDATE_COMPLAINTS: &str = "UPDATE complaint SET flow = v.column3, grade = v.column4, state = v.column5, \
    is_open = v.column6, waits_on = v.column7, owner_id = v.column8, owner_name = v.column9, \
    handler_id = v.column10, handler_name = v.column11, department = v.column12, organisation = v.column13, \
    due_kind = v.column14, due_at = v.column15, due_warn = v.column16, due_paused = v.column17, cause = v.column18, \
    tested = v.column19, severe_at = v.column20, waits_since = v.column21 FROM (VALUES ";

/// Where those stand among the columns of a complaint's row: number and receipt before them, words, place and customer between.
const MOVING: [std::ops::Range<usize>; 2] = [2..18, 27..30];

/// The branch, too, comes from the list: given by itself, it makes a planner read all of the branch for each list. A row that
/// says what it said is left alone, and its indexes with it: most clocks counted anew are not the one that is due next.
const THE_LISTED: &str = ") AS v WHERE complaint.branch_id = v.column1 AND complaint.id = v.column2 \
    AND (complaint.flow, complaint.grade, complaint.state, complaint.is_open, complaint.waits_on, complaint.owner_id, \
    complaint.owner_name, complaint.handler_id, complaint.handler_name, complaint.department, complaint.organisation, \
    complaint.due_kind, complaint.due_at, complaint.due_warn, complaint.due_paused, complaint.cause, complaint.tested, \
    complaint.severe_at, complaint.waits_since) IS DISTINCT FROM (v.column3, v.column4, v.column5, v.column6, v.column7, \
    v.column8, v.column9, v.column10, v.column11, v.column12, v.column13, v.column14, v.column15, v.column16, v.column17, \
    v.column18, v.column19, v.column20, v.column21)";

const UPDATE_HEADS: &str = "UPDATE complaint_head SET journal_hash = v.column3, version = v.column4, \
    changed = v.column5, tick_at = v.column6 FROM (VALUES ";

/// Each follows the version before its own.
const THE_VERSIONS: &str = ") AS v WHERE complaint_head.branch_id = v.column1 \
    AND complaint_head.complaint_id = v.column2 AND complaint_head.version = v.column4 - 1";

const UPDATE_RECORDS: &str = "UPDATE complaint_record SET document = v.column3 FROM (VALUES ";

const THE_RECORDS: &str = ") AS v WHERE complaint_record.branch_id = v.column1 \
    AND complaint_record.complaint_id = v.column2";

const INSERT_SUBMISSION: &str = "INSERT INTO submission (branch_id, submission_key, complaint_id, seq) VALUES ";

const INSERT_JOURNAL: &str =
    "INSERT INTO journal (branch_id, complaint_id, seq, at, actor, payload, prev_hash, hash) VALUES ";

const INSERT_EVIDENCE: &str = "INSERT INTO evidence (branch_id, complaint_id, ordinal, digest, body) VALUES ";

const INSERT_NOTICE: &str =
    "INSERT INTO notice (branch_id, complaint_id, seq, clock, rung, audience, reached, told) VALUES ";

/// Writes commands on new complaints. Of one alone the first reason to refuse it is told, of many any.
pub(super) async fn insert(tx: &mut Tx, new: &[&Prepared]) -> Result<()> {
    let mut inserts = rows_of_new(new);
    inserts.extend(search::rows(tx, &words_of(new)).await?);
    if new.len() > 1 {
        tx.insert_all(inserts).await?;
    } else {
        for insert in inserts {
            tx.insert(insert).await?;
        }
    }
    outgoing(tx, new).await?;
    spots_of(tx, new).await
}

/// All that a server writes of new complaints, where that is nothing but rows.
pub(super) fn nothing_but_rows(new: &[&Prepared]) -> Option<Vec<Insert>> {
    if new.iter().any(|one| !one.outbox.is_empty() || !one.spots.is_empty()) {
        return None;
    }
    let mut inserts = rows_of_new(new);
    inserts.push(search::rows_on_a_server(&words_of(new)));
    Some(inserts)
}

fn words_of<'p>(new: &[&'p Prepared]) -> Vec<Words<'p>> {
    new.iter().map(|one| Words::of(one)).collect()
}

/// But for the words they are found by.
fn rows_of_new(new: &[&Prepared]) -> Vec<Insert> {
    let submissions = new.iter().filter_map(|one| submission_row(one)).collect();
    let hashes: Vec<_> = new.iter().map(|one| one.hash(&ZERO_HASH)).collect();
    let mut inserts = vec![Insert::new(INSERT_SUBMISSION, submissions)];
    inserts.extend(complaints(&new.iter().copied().zip(hashes.iter().copied()).collect::<Vec<_>>()));
    inserts.push(journal(new.iter().zip(&hashes).map(|(one, hash)| (*one, &ZERO_HASH, hash)).collect()));
    inserts.extend(followed_by(new));
    inserts
}

/// The rows of complaints nobody has written yet, each with its newest entry's hash.
pub(super) fn complaints(new: &[(&Prepared, [u8; 32])]) -> [Insert; 3] {
    [
        Insert::new(INSERT_COMPLAINT, new.iter().map(|(one, _)| complaint_row(one)).collect()),
        Insert::new(INSERT_HEAD, new.iter().map(|(one, hash)| head_row(one, *hash)).collect()),
        Insert::new(INSERT_RECORD, new.iter().filter_map(|(one, _)| record_row(one)).collect()),
    ]
}

/// Journal entries, each with the hash before it and its own.
pub(super) fn journal(entries: Vec<(&Prepared, &[u8; 32], &[u8; 32])>) -> Insert {
    let rows = entries.into_iter().map(|(one, previous, hash)| journal_row(one, previous, *hash));
    Insert::new(INSERT_JOURNAL, rows.collect())
}

/// Writes a command on a complaint that exists, guarded by its version.
pub(crate) async fn update(tx: &mut Tx, one: &Prepared) -> Result<()> {
    let before = one.sequence as i64 - 1;
    // The hash of a version never changes, so reading it needs no lock: the guard below decides.
    let previous: Option<(Vec<u8>,)> = tx
        .one(Sql::with(
            "SELECT journal_hash FROM complaint_head WHERE branch_id = $1 AND complaint_id = $2 AND version = $3",
            args![one.branch.0, one.complaint.0, before],
        ))
        .await?;
    let Some((previous,)) = previous else { return Err(overtaken(tx, one).await?) };
    if let Some(row) = submission_row(one) {
        tx.insert(Insert::new(INSERT_SUBMISSION, vec![row])).await?;
    }
    let hash = one.hash(&previous);
    tx.exec_one(changing_heads(vec![head_row(one, hash)])).await?;
    if let Some(row) = record_row(one) {
        tx.exec_one(changing_records(vec![row])).await?;
    }
    if !one.only_told {
        tx.exec_one(Sql::with(UPDATE_COMPLAINT, complaint_row(one))).await?;
    }
    written_down(tx, vec![Insert::new(INSERT_JOURNAL, vec![journal_row(one, &previous, hash)])], &[one]).await?;
    spots_of(tx, &[one]).await?;
    if one.tokens.is_some() { search::put(tx, one).await } else { Ok(()) }
}

/// Writes commands on complaints of one branch, each another one's, that change nothing a complaint is found by: a few
/// statements for all of them. Answers which were written; the others follow a version that is not the newest. An error leaves
/// all of it to be undone: one of them is refused for itself, or somebody was quicker meanwhile.
pub(super) async fn update_all(tx: &mut Tx, all: &[&Prepared]) -> Result<HashSet<ComplaintId>> {
    let mut before: HashMap<(Uuid, i64), Vec<u8>> = HashMap::new();
    let unread = all.iter().filter(|one| one.follows.is_none());
    let keys = unread.map(|one| args![one.branch.0, one.complaint.0]).collect();
    for keys in in_known_sizes(tx.dialect(), keys) {
        let rows: Vec<(Uuid, i64, Vec<u8>)> = tx.all(heads(keys)).await?;
        before.extend(rows.into_iter().map(|(id, version, hash)| ((id, version), hash)));
    }
    let Moves { done, heads, entries } = Moves::of(all, &before);
    for rows in in_known_sizes(tx.dialect(), heads) {
        let listed = rows.len() as u64;
        if tx.exec(changing_heads(rows)).await? != listed {
            return Err(Error::Conflict);
        }
    }
    for rows in in_known_sizes(tx.dialect(), done.iter().filter_map(|one| record_row(one)).collect()) {
        tx.exec(changing_records(rows)).await?;
    }
    let moved = done.iter().filter(|one| !one.only_told).map(|one| moved_row(one)).collect();
    for rows in in_known_sizes(tx.dialect(), moved) {
        tx.exec(changing_lists(rows)).await?;
    }
    let submissions = Insert::new(INSERT_SUBMISSION, done.iter().filter_map(|one| submission_row(one)).collect());
    written_down(tx, vec![submissions, Insert::new(INSERT_JOURNAL, entries)], &done).await?;
    Ok(done.iter().map(|one| one.complaint).collect())
}

/// The heads of commands that only tell what clocks reached, and all that goes with them: what a tick writes. Nothing where one of
/// them leaves more behind, or where what it follows has not been read.
pub(super) fn nothing_but_told(all: &[&Prepared]) -> Option<(Sql, Vec<Insert>)> {
    let tells = |one: &Prepared| {
        let carries = one.document.is_some() || one.submission.is_some() || one.asked.is_some();
        one.only_told && !carries && one.outbox.is_empty()
    };
    if !all.iter().all(|one| tells(one)) {
        return None;
    }
    let Moves { done, heads, entries } = Moves::of(all, &HashMap::new());
    let mut inserts = vec![Insert::new(INSERT_JOURNAL, entries)];
    inserts.extend(followed_by(&done));
    (done.len() == all.len()).then(|| (changing_heads(heads), inserts))
}

/// Commands that move complaints on, those of which is known what they follow.
struct Moves<'p> {
    done: Vec<&'p Prepared>,
    heads: Vec<Vec<Arg>>,
    entries: Vec<Vec<Arg>>,
}

impl<'p> Moves<'p> {
    /// Of these, with the hashes of versions that were read for those that do not bring them.
    fn of(all: &[&'p Prepared], read: &HashMap<(Uuid, i64), Vec<u8>>) -> Self {
        let (mut done, mut heads, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for one in all {
            let read = read.get(&(one.complaint.0, one.sequence as i64 - 1));
            let Some(previous) = one.follows.as_ref().map(|last| &last.0).or(read) else { continue };
            let hash = one.hash(previous);
            heads.push(head_row(one, hash));
            entries.push(journal_row(one, previous, hash));
            done.push(*one);
        }
        Self { done, heads, entries }
    }
}

/// How far complaints are, by branch and id.
pub(crate) fn heads(keys: Vec<Vec<Arg>>) -> Sql {
    let mut sql = Sql::new("SELECT h.complaint_id, h.version, h.journal_hash FROM (VALUES ");
    sql.bind_rows(keys).push(") AS v JOIN complaint_head h ON h.branch_id = v.column1 AND h.complaint_id = v.column2");
    sql
}

/// Moves many complaints on, each guarded by the version it follows.
pub(crate) fn changing_heads(rows: Vec<Vec<Arg>>) -> Sql {
    let mut sql = Sql::new(UPDATE_HEADS);
    sql.bind_rows(rows).push(THE_VERSIONS);
    sql
}

/// Changes many whole complaints that were moved on under their guard.
pub(crate) fn changing_records(rows: Vec<Vec<Arg>>) -> Sql {
    let mut sql = Sql::new(UPDATE_RECORDS);
    sql.bind_rows(rows).push(THE_RECORDS);
    sql
}

/// Changes what lists read of the same.
pub(crate) fn changing_lists(rows: Vec<Vec<Arg>>) -> Sql {
    let mut sql = Sql::new(UPDATE_COMPLAINTS);
    sql.bind_rows(rows).push(THE_LISTED);
    sql
}

/// Writes commands' entries, and what follows from them.
async fn written_down(tx: &mut Tx, mut entries: Vec<Insert>, done: &[&Prepared]) -> Result<()> {
    beside::forget(tx, done).await?;
    entries.extend(followed_by(done));
    tx.insert_all(entries).await?;
    outgoing(tx, done).await
}

/// The rows of it.
pub(super) fn followed_by(done: &[&Prepared]) -> [Insert; 4] {
    let [asked, departed] = beside::rows(done);
    [evidence(done), notices(done), asked, departed]
}

/// Why no row of that version is there. A submission that came through before is told apart from a stale edit: the caller
/// answers a repeat with what the first one did.
async fn overtaken(tx: &mut Tx, one: &Prepared) -> Result<Error> {
    if let Some(key) = &one.submission {
        let first: Option<(i64,)> = tx
            .one(Sql::with(
                "SELECT seq FROM submission WHERE branch_id = $1 AND submission_key = $2",
                args![one.branch.0, key.as_str()],
            ))
            .await?;
        if first.is_some() {
            return Ok(Error::Duplicate(crate::Duplicate::Submission));
        }
    }
    let there: Option<(i64,)> = tx
        .one(Sql::with(
            "SELECT version FROM complaint_head WHERE branch_id = $1 AND complaint_id = $2",
            args![one.branch.0, one.complaint.0],
        ))
        .await?;
    Ok(if there.is_some() { Error::Conflict } else { Error::NotFound })
}

fn evidence(prepared: &[&Prepared]) -> Insert {
    let row = |one: &&Prepared| {
        let evidence = one.evidence.as_ref()?;
        Some(args![one.branch.0, one.complaint.0, evidence.ordinal, evidence.digest.as_str(), evidence.body.clone()])
    };
    Insert::new(INSERT_EVIDENCE, prepared.iter().filter_map(row).collect())
}

fn notices(prepared: &[&Prepared]) -> Insert {
    let rows = prepared.iter().flat_map(|one| one.notices.iter().map(|notice| notice.row(one)));
    Insert::new(INSERT_NOTICE, rows.collect())
}

async fn outgoing(tx: &mut Tx, prepared: &[&Prepared]) -> Result<()> {
    for one in prepared.iter().filter(|one| !one.outbox.is_empty()) {
        outbox::put(tx, one.branch, &one.outbox.iter().collect::<Vec<_>>()).await?;
    }
    Ok(())
}

async fn spots_of(tx: &mut Tx, prepared: &[&Prepared]) -> Result<()> {
    for one in prepared {
        for spot in &one.spots {
            spots::put(tx, spot).await?;
        }
    }
    Ok(())
}

fn submission_row(one: &Prepared) -> Option<Vec<Arg>> {
    let key = one.submission.as_deref()?;
    Some(args![one.branch.0, key, one.complaint.0, one.sequence as i64])
}

pub(crate) fn complaint_row(one: &Prepared) -> Vec<Arg> {
    let mut row = args![one.branch.0, one.complaint.0];
    row.extend(one.columns.iter().cloned());
    row
}

/// What moves of a complaint's row.
pub(crate) fn moved_row(one: &Prepared) -> Vec<Arg> {
    let mut row = args![one.branch.0, one.complaint.0];
    row.extend(MOVING.into_iter().flat_map(|columns| one.columns[columns].iter().cloned()));
    row
}

pub(crate) fn head_row(one: &Prepared, hash: [u8; 32]) -> Vec<Arg> {
    let mut row = args![one.branch.0, one.complaint.0, hash];
    row.extend(one.head.iter().cloned());
    row
}

pub(crate) fn record_row(one: &Prepared) -> Option<Vec<Arg>> {
    Some(args![one.branch.0, one.complaint.0, one.document.as_deref()?])
}

fn journal_row(one: &Prepared, previous: &[u8], hash: [u8; 32]) -> Vec<Arg> {
    args![
        one.branch.0,
        one.complaint.0,
        one.sequence as i64,
        one.at,
        one.actor.as_str(),
        one.payload.as_str(),
        previous,
        hash
    ]
}
