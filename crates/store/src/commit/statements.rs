//! The statements of a commit. What can be refused comes before what follows from it.

use std::collections::{HashMap, HashSet};

use domain::id::ComplaintId;
use uuid::Uuid;

use crate::commit::beside;
use crate::commit::prepared::{Prepared, ZERO_HASH};
use crate::db::{Arg, Sql, Tx, args, in_known_sizes};
use crate::{Error, Result, outbox, search, spots};

const INSERT_COMPLAINT: &str = "INSERT INTO complaint (branch_id, id, journal_hash, number, version, received, changed, \
    flow, grade, state, is_open, waits_on, owner_id, owner_name, handler_id, handler_name, department, organisation, \
    due_kind, due_at, due_warn, due_paused, cause, headline, address, lon, lat, grid_cell, phone_digest, upstream_client, \
    upstream_number, complained, tick_at, tested, severe_at, waits_since, document) VALUES ";

const UPDATE_COMPLAINT: &str = "UPDATE complaint SET journal_hash = $3, number = $4, version = $5, received = $6, \
    changed = $7, flow = $8, grade = $9, state = $10, is_open = $11, waits_on = $12, owner_id = $13, owner_name = $14, \
    handler_id = $15, handler_name = $16, department = $17, organisation = $18, due_kind = $19, due_at = $20, \
    due_warn = $21, due_paused = $22, cause = $23, headline = $24, address = $25, lon = $26, lat = $27, grid_cell = $28, \
    phone_digest = $29, upstream_client = $30, upstream_number = $31, complained = $32, \
    tick_at = $33, tested = $34, severe_at = $35, waits_since = $36, document = $37 \
    WHERE branch_id = $1 AND id = $2 AND version = $38";

/// The same of many complaints whose number, words, place and customer stay: their indexes are left alone. Both engines call
/// what `VALUES` lists `column1` and so on.
const UPDATE_COMPLAINTS: &str = "UPDATE complaint SET journal_hash = v.column3, version = v.column5, changed = v.column7, flow = \
    v.column8, grade = v.column9, state = v.column10, is_open = v.column11, waits_on = v.column12, \
    owner_id = v.column13, owner_name = v.column14, handler_id = v.column15, handler_name = v.column16, \
    department = v.column17, organisation = v.column18, due_kind = v.column19, due_at = v.column20, \
    due_warn = v.column21, due_paused = v.column22, cause = v.column23, tick_at = v.column33, tested = v.column34, \
    severe_at = v.column35, waits_since = v.column36, document = v.column37 FROM (VALUES ";

/// The same where people were told of rungs and nothing else happened: most of what a tick writes.
const UPDATE_TOLD: &str = "UPDATE complaint SET journal_hash = v.column3, version = v.column4, changed = v.column5, \
    tick_at = v.column6, document = v.column7 FROM (VALUES ";

const INSERT_JOURNAL: &str =
    "INSERT INTO journal (branch_id, complaint_id, seq, at, actor, payload, prev_hash, hash) VALUES ";

/// Writes commands on new complaints, one statement per table for all of them.
pub(super) async fn insert(tx: &mut Tx, new: &[&Prepared]) -> Result<()> {
    let submissions: Vec<_> = new.iter().filter_map(|one| submission_row(one)).collect();
    many(tx, "INSERT INTO submission (branch_id, submission_key, complaint_id, seq) VALUES ", submissions).await?;
    let hashes: Vec<_> = new.iter().map(|one| one.hash(&ZERO_HASH)).collect();
    let rows = new.iter().zip(&hashes).map(|(one, hash)| complaint_row(one, *hash)).collect();
    many(tx, INSERT_COMPLAINT, rows).await?;
    let rows = new.iter().zip(&hashes).map(|(one, hash)| journal_row(one, &ZERO_HASH, *hash)).collect();
    many(tx, INSERT_JOURNAL, rows).await?;
    evidence(tx, new).await?;
    notices(tx, new).await?;
    outgoing(tx, new).await?;
    spots_of(tx, new).await?;
    beside::put(tx, new).await?;
    search::put(tx, new).await
}

/// Writes a command on a complaint that exists, guarded by its version.
pub(super) async fn update(tx: &mut Tx, one: &Prepared) -> Result<()> {
    let before = one.sequence as i64 - 1;
    // The hash of a version never changes, so reading it needs no lock: the guard below decides.
    let previous: Option<(Vec<u8>,)> = tx
        .one(Sql::with(
            "SELECT journal_hash FROM complaint WHERE branch_id = $1 AND id = $2 AND version = $3",
            args![one.branch.0, one.complaint.0, before],
        ))
        .await?;
    let Some((previous,)) = previous else { return Err(overtaken(tx, one).await?) };
    if let Some(row) = submission_row(one) {
        many(tx, "INSERT INTO submission (branch_id, submission_key, complaint_id, seq) VALUES ", vec![row]).await?;
    }
    let hash = one.hash(&previous);
    let mut row = complaint_row(one, hash);
    row.push(Arg::from(before));
    tx.exec_one(Sql::with(UPDATE_COMPLAINT, row)).await?;
    many(tx, INSERT_JOURNAL, vec![journal_row(one, &previous, hash)]).await?;
    evidence(tx, &[one]).await?;
    notices(tx, &[one]).await?;
    outgoing(tx, &[one]).await?;
    spots_of(tx, &[one]).await?;
    beside::put(tx, &[one]).await?;
    if one.tokens.is_some() { search::put(tx, &[one]).await } else { Ok(()) }
}

/// Writes commands on complaints of one branch, each another one's, that change nothing a complaint is found by and have
/// nothing only they could be refused for: a few statements for all of them. Answers which were written; of the others somebody else was quicker.
pub(super) async fn update_all(tx: &mut Tx, all: &[&Prepared]) -> Result<HashSet<ComplaintId>> {
    let Some(branch) = all.first().map(|one| one.branch) else { return Ok(HashSet::new()) };
    let mut before: HashMap<(Uuid, i64), Vec<u8>> = HashMap::new();
    for ids in in_known_sizes(all.iter().map(|one| one.complaint.0).collect()) {
        let mut sql = Sql::new("SELECT id, version, journal_hash FROM complaint WHERE branch_id = ");
        sql.bind(branch.0).push(" AND id IN (").bind_list(ids).push(")");
        let rows: Vec<(Uuid, i64, Vec<u8>)> = tx.all(sql).await?;
        before.extend(rows.into_iter().map(|(id, version, hash)| ((id, version), hash)));
    }
    let follows = |one: &&Prepared| {
        let version = one.sequence as i64 - 1;
        let previous = before.get(&(one.complaint.0, version))?;
        let hash = one.hash(previous);
        Some((one.only_told, changing_row(one, hash), (one.complaint, journal_row(one, previous, hash))))
    };
    let (mut told, mut moved, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for (only_told, row, entry) in all.iter().filter_map(follows) {
        if only_told {
            told.push(row);
        } else {
            moved.push(row);
        }
        entries.push(entry);
    }
    let mut written = HashSet::new();
    for (only_told, rows) in [(true, told), (false, moved)] {
        for rows in in_known_sizes(rows) {
            let rows: Vec<(Uuid,)> = tx.all(changing(only_told, rows)).await?;
            written.extend(rows.into_iter().map(|(id,)| ComplaintId(id)));
        }
    }
    let entries = entries.into_iter().filter(|(id, _)| written.contains(id)).map(|(_, entry)| entry).collect();
    many(tx, INSERT_JOURNAL, entries).await?;
    let done: Vec<&Prepared> = all.iter().filter(|one| written.contains(&one.complaint)).copied().collect();
    evidence(tx, &done).await?;
    notices(tx, &done).await?;
    outgoing(tx, &done).await?;
    beside::put(tx, &done).await?;
    Ok(written)
}

/// What [`changing`] needs of one command: what becomes of the row, and which version it follows.
pub(crate) fn changing_row(one: &Prepared, hash: [u8; 32]) -> Vec<Arg> {
    let mut row = complaint_row(one, hash);
    if one.only_told {
        // Key, hash, version, changed, tick_at and document of the whole row.
        row = [0, 1, 2, 4, 6, 32, 36].map(|at| row[at].clone()).into();
    }
    row.push(Arg::from(one.sequence as i64 - 1));
    row
}

/// Changes many complaints, each guarded by the version that ends its row.
pub(crate) fn changing(only_told: bool, rows: Vec<Vec<Arg>>) -> Sql {
    let (update, version) = if only_told { (UPDATE_TOLD, "v.column8") } else { (UPDATE_COMPLAINTS, "v.column38") };
    let mut sql = Sql::new(update);
    sql.bind_rows(rows)
        // The branch, too, comes from the list: given by itself, it makes a planner read all of the branch for each list.
        .push(") AS v WHERE complaint.branch_id = v.column1 AND complaint.id = v.column2 AND complaint.version = ")
        .push(version)
        .push(" RETURNING id");
    sql
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
            "SELECT version FROM complaint WHERE branch_id = $1 AND id = $2",
            args![one.branch.0, one.complaint.0],
        ))
        .await?;
    Ok(if there.is_some() { Error::Conflict } else { Error::NotFound })
}

async fn evidence(tx: &mut Tx, prepared: &[&Prepared]) -> Result<()> {
    let row = |one: &&Prepared| {
        let evidence = one.evidence.as_ref()?;
        Some(args![one.branch.0, one.complaint.0, evidence.ordinal, evidence.digest.as_str(), evidence.body.as_str()])
    };
    let rows = prepared.iter().filter_map(row).collect();
    many(tx, "INSERT INTO evidence (branch_id, complaint_id, ordinal, digest, body) VALUES ", rows).await
}

async fn notices(tx: &mut Tx, prepared: &[&Prepared]) -> Result<()> {
    let rows = prepared.iter().flat_map(|one| one.notices.iter().map(|notice| notice.row(one))).collect();
    many(tx, "INSERT INTO notice (branch_id, complaint_id, seq, clock, rung, audience, reached, told) VALUES ", rows)
        .await
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

async fn many(tx: &mut Tx, insert: &'static str, rows: Vec<Vec<Arg>>) -> Result<()> {
    for rows in in_known_sizes(rows) {
        let mut sql = Sql::new(insert);
        sql.bind_rows(rows);
        tx.exec(sql).await?;
    }
    Ok(())
}

fn submission_row(one: &Prepared) -> Option<Vec<Arg>> {
    let key = one.submission.as_deref()?;
    Some(args![one.branch.0, key, one.complaint.0, one.sequence as i64])
}

fn complaint_row(one: &Prepared, hash: [u8; 32]) -> Vec<Arg> {
    let mut row = args![one.branch.0, one.complaint.0, hash];
    row.extend(one.columns.iter().cloned());
    row
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
