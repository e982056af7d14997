//! Verification of exports: their steps are replayed and must explain the stored row, chain by chain.

use domain::check::Bilingual;
use domain::export::Request;
use domain::id::ExportId;
use uuid::Uuid;

use super::{columns_of, hash_of, step};
use crate::db::{Arg, Sql, Tx, args};
use crate::links::{Break, Link, breaks};
use crate::tables::EXPORT_REQUEST;
use crate::verify::{Problem, Report};
use crate::{Error, Result, Store};

/// Looked at together.
const TOGETHER: i64 = 100;
/// Columns before those a state writes: branch, id.
const KEYS: usize = 2;

impl Store {
    /// Replays every request on one consistent state and compares it with what is stored.
    pub(crate) async fn verify_exports(&self, report: &mut Report) -> Result<()> {
        let mut tx = self.db().snapshot().await?;
        match self.look_at_exports(&mut tx, report).await {
            Err(Error::Database(error)) => {
                let text = Bilingual::new(
                    format!("导出记录中有读不出的内容：{error}"),
                    format!("the exports hold something that cannot be read: {error}"),
                );
                report.problems.push(Problem::new("export_request".into(), None, text));
                Ok(())
            }
            looked => looked,
        }
    }

    async fn look_at_exports(&self, tx: &mut Tx, report: &mut Report) -> Result<()> {
        let (branch, mut after) = (self.branch(), Uuid::nil());
        loop {
            let mut sql = EXPORT_REQUEST.select(branch.0);
            sql.push(" AND id > ").bind(after).push(" ORDER BY id LIMIT ").bind(TOGETHER);
            let mut rows: Vec<Vec<Arg>> = Vec::new();
            tx.cells(sql, &EXPORT_REQUEST.kinds(), |row| {
                rows.push(row);
                Ok(())
            })
            .await?;
            let Some(Arg::Uuid(Some(last))) = rows.last().map(|row| row[1].clone()) else { return Ok(()) };
            let steps: Vec<Link> = tx
                .all(Sql::with(
                    "SELECT request_id AS subject, seq, at, actor, payload, prev_hash, hash FROM export_step \
                     WHERE branch_id = $1 AND request_id > $2 AND request_id <= $3 ORDER BY request_id, seq",
                    args![branch.0, after, last],
                ))
                .await?;
            for row in &rows {
                let Arg::Uuid(Some(id)) = row[1] else { continue };
                let own: Vec<&Link> = steps.iter().filter(|step| step.subject == id).collect();
                report.exports += 1;
                report.entries += own.len() as u64;
                self.one_export(ExportId(id), row, &own, &mut report.problems);
            }
            after = last;
        }
    }

    fn one_export(&self, id: ExportId, row: &[Arg], steps: &[&Link], problems: &mut Vec<Problem>) {
        let name = match &row[KEYS] {
            Arg::Text(Some(number)) => number.clone(),
            _ => id.to_string(),
        };
        let mut wrong = |sequence, zh, en| problems.push(Problem::new(name.clone(), sequence, Bilingual::new(zh, en)));
        let hashed =
            |one: &Link, at| hash_of(&one.prev_hash, self.branch(), id, one.seq as u64, at, &one.actor, &one.payload);
        for (sequence, broken) in breaks(steps, hashed) {
            let (zh, en) = match broken {
                Break::Loose => ("与前一步导出记录接不上", "does not follow the step before it"),
                Break::Changed => ("导出记录写入后被改动", "the step was changed after it was written"),
            };
            wrong(Some(sequence), zh, en);
        }
        let steps = steps.iter().map(|row| step(id, row.seq, row.at, &row.actor, &row.payload));
        let Some(request) = steps.collect::<Result<Vec<_>>>().ok().and_then(|steps| Request::replay(&steps)) else {
            return wrong(None, "导出记录无法重放", "the steps do not replay");
        };
        // Behind what a state writes lie the document, whose text may order keys otherwise, and the file.
        let columns = columns_of(&request);
        let told = columns.len() - 1;
        let stored = match &row[KEYS + told] {
            Arg::Text(Some(text)) => serde_json::from_str::<Request>(text).ok(),
            _ => None,
        };
        if stored.as_ref() != Some(&request) || row[KEYS..KEYS + told] != columns[..told] {
            wrong(None, "导出申请与其记录不符", "the request is not what its steps explain");
        }
    }
}
