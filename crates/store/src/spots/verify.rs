//! Verification of problem locations: their entries are replayed and must explain the stored row, chain by chain.

use std::collections::BTreeSet;

use domain::check::Bilingual;
use domain::id::{BranchId, SpotId};
use domain::spot::ProblemLocation;
use uuid::Uuid;

use super::{columns_of, entry, hash_of};
use crate::commit::ZERO_HASH;
use crate::db::{Arg, Sql, Tx, args};
use crate::links::{Break, Link, breaks};
use crate::tables::SPOT;
use crate::verify::{Problem, Report};
use crate::{Error, Result, Store};

/// Looked at together.
const TOGETHER: i64 = 200;
/// Columns before those a state writes: branch, id, hash.
const KEYS: usize = 3;

impl Store {
    /// Replays every problem location on one consistent state and compares it with what is stored.
    pub(crate) async fn verify_locations(&self, report: &mut Report) -> Result<()> {
        let mut tx = self.db().snapshot().await?;
        match look(&mut tx, self.branch(), report).await {
            // Bytes that are no text stop the engine's reading; the complaints are looked at all the same.
            Err(Error::Database(error)) => {
                let text = Bilingual::new(
                    format!("黑点记录中有读不出的内容：{error}"),
                    format!("the problem locations hold something that cannot be read: {error}"),
                );
                report.problems.push(Problem::new("problem_location".into(), None, text));
                Ok(())
            }
            looked => looked,
        }
    }
}

async fn look(tx: &mut Tx, branch: BranchId, report: &mut Report) -> Result<()> {
    orphans(tx, branch, report).await?;
    let mut after = Uuid::nil();
    loop {
        let mut sql = SPOT.select(branch.0);
        sql.push(" AND id > ").bind(after).push(" ORDER BY id LIMIT ").bind(TOGETHER);
        let mut rows: Vec<Vec<Arg>> = Vec::new();
        tx.cells(sql, &SPOT.kinds(), |row| {
            rows.push(row);
            Ok(())
        })
        .await?;
        let Some(Arg::Uuid(Some(last))) = rows.last().map(|row| row[1].clone()) else { return Ok(()) };
        let range = || args![branch.0, after, last];
        let entries: Vec<Link> = tx
            .all(Sql::with(
                "SELECT location_id AS subject, seq, at, actor, payload, prev_hash, hash FROM problem_location_entry \
                 WHERE branch_id = $1 AND location_id > $2 AND location_id <= $3 ORDER BY location_id, seq",
                range(),
            ))
            .await?;
        let ties: Vec<(Uuid, Uuid)> = tx
            .all(Sql::with(
                "SELECT location_id, complaint_id FROM problem_location_complaint \
                 WHERE branch_id = $1 AND location_id > $2 AND location_id <= $3",
                range(),
            ))
            .await?;
        for row in &rows {
            let Arg::Uuid(Some(id)) = row[1] else { continue };
            let own: Vec<&Link> = entries.iter().filter(|entry| entry.subject == id).collect();
            let tied = ties.iter().filter(|(location, _)| *location == id).map(|(_, complaint)| *complaint).collect();
            report.locations += 1;
            report.entries += own.len() as u64;
            one(branch, SpotId(id), row, &own, &tied, &mut report.problems);
        }
        after = last;
    }
}

async fn orphans(tx: &mut Tx, branch: BranchId, report: &mut Report) -> Result<()> {
    let rows: Vec<(Uuid,)> = tx
        .all(Sql::with(
            "SELECT DISTINCT e.location_id FROM problem_location_entry e WHERE e.branch_id = $1 AND NOT EXISTS (SELECT 1 \
             FROM problem_location l WHERE l.branch_id = e.branch_id AND l.id = e.location_id)",
            args![branch.0],
        ))
        .await?;
    let gone = Bilingual::new("有黑点流水，黑点记录却没有了", "the entries are there, the problem location is gone");
    report.problems.extend(rows.into_iter().map(|(id,)| Problem::new(id.to_string(), None, gone.clone())));
    Ok(())
}

fn one(
    branch: BranchId,
    id: SpotId,
    row: &[Arg],
    entries: &[&Link],
    tied: &BTreeSet<Uuid>,
    problems: &mut Vec<Problem>,
) {
    let name = match &row[KEYS] {
        Arg::Text(Some(number)) => number.clone(),
        _ => id.to_string(),
    };
    let mut wrong = |sequence, zh: &str, en: &str| {
        problems.push(Problem::new(name.clone(), sequence, Bilingual::new(zh, en)));
    };
    let hashed = |one: &Link, at| hash_of(&one.prev_hash, branch, id, one.seq as u64, at, &one.actor, &one.payload);
    for (sequence, broken) in breaks(entries, hashed) {
        let (zh, en) = match broken {
            Break::Loose => ("与前一条黑点流水接不上", "does not follow the entry before it"),
            Break::Changed => ("黑点流水写入后被改动", "the entry was changed after it was written"),
        };
        wrong(Some(sequence), zh, en);
    }
    let last = entries.last().map_or(&ZERO_HASH[..], |entry| &entry.hash);
    if row[2] != Arg::from(last) {
        wrong(None, "最后一条黑点流水的哈希不符", "the last entry's hash is not the one it was written with");
    }
    let entries = entries.iter().map(|row| entry(id, row.seq, row.at, &row.actor, &row.payload));
    let Some(spot) =
        entries.collect::<Result<Vec<_>>>().ok().and_then(|entries| ProblemLocation::replay(&entries).ok())
    else {
        return wrong(None, "黑点流水无法重放", "the entries do not replay");
    };
    let columns = columns_of(&spot);
    // The last column is the document: its text may order keys otherwise.
    let stored = match row.last() {
        Some(Arg::Text(Some(text))) => serde_json::from_str::<ProblemLocation>(text).ok(),
        _ => None,
    };
    if stored.as_ref() != Some(&spot) || row[KEYS..row.len() - 1] != columns[..columns.len() - 1] {
        wrong(None, "黑点记录与其流水不符", "the problem location is not what its entries explain");
    }
    if spot.members.iter().map(|member| member.complaint.0).collect::<BTreeSet<_>>() != *tied {
        wrong(None, "黑点关联的投诉与其流水不符", "its complaints are not those its entries explain");
    }
}
