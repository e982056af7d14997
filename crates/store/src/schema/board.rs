//! Fills what the step of the board added for complaints that were there before: their documents say it all.

use domain::complaint::Complaint;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::Result;
use crate::commit::{AskedRow, asked_rows};
use crate::db::{Sql, Tx, args};
use crate::values::document;

/// Complaints read at once.
const TOGETHER: i64 = 500;

/// Fills it for every open complaint; of a closed one nothing is due and nobody is waited on.
pub(super) async fn fill(tx: &mut Tx) -> Result<()> {
    let (mut branch, mut after) = (Uuid::nil(), Uuid::nil());
    loop {
        let rows: Vec<(Uuid, Uuid, String)> = tx
            .all(Sql::with(
                "SELECT branch_id, id, document FROM complaint WHERE is_open AND (branch_id, id) > ($1, $2) \
                 ORDER BY branch_id, id LIMIT $3",
                args![branch, after, TOGETHER],
            ))
            .await?;
        let Some((last_branch, last, _)) = rows.last() else { return Ok(()) };
        (branch, after) = (*last_branch, *last);
        for (branch, id, text) in rows {
            // What is damaged is named by `verify`; it keeps nobody from the rest.
            let Ok(complaint) = document::<Complaint>(&text, "complaint", "document", &id) else { continue };
            one(tx, branch, id, &complaint).await?;
        }
    }
}

async fn one(tx: &mut Tx, branch: Uuid, id: Uuid, complaint: &Complaint) -> Result<()> {
    let due = complaint.next_due();
    tx.exec(Sql::with(
        "UPDATE complaint SET due_kind = $3, due_at = $4, due_warn = $5, due_paused = $6, severe_at = $7, \
         waits_since = $8 WHERE branch_id = $1 AND id = $2",
        args![
            branch,
            id,
            due.map(|clock| clock.kind.as_str()),
            due.map_or(Timestamp::END, domain::clock::Clock::due_or_wakes),
            due.map_or(Timestamp::END, |clock| clock.warn),
            due.is_some_and(|clock| clock.paused().is_some()),
            complaint.severe_from().unwrap_or(Timestamp::END),
            complaint.waits_since().unwrap_or(Timestamp::END),
        ],
    ))
    .await?;
    tx.insert(asked_rows(AskedRow::of(complaint).iter().map(|asked| asked.row(complaint)).collect())).await
}
