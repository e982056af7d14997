//! Whole complaints: the document, and what clocks did since it was written.

use std::collections::HashMap;

use domain::complaint::Complaint;
use domain::id::ComplaintId;
use rayon::prelude::*;
use uuid::Uuid;

use crate::complaints::entry;
use crate::db::{Arg, Db, Sql, args, in_known_sizes};
use crate::packed::unpacked;
use crate::values::document;
use crate::{Error, Result};

/// What whole complaints are read from, beside `complaint c`.
pub(crate) const WITH_RECORD: &str = "JOIN complaint_head h ON h.branch_id = c.branch_id AND h.complaint_id = c.id \
    JOIN complaint_record r ON r.branch_id = c.branch_id AND r.complaint_id = c.id ";

/// The columns of [`Whole`].
pub(crate) const WHOLE: &str = "SELECT c.id, h.version, r.document FROM complaint c ";

/// A complaint as it lies in the store.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Whole {
    pub id: Uuid,
    /// How far it is; the document may be behind by what clocks did.
    pub version: i64,
    pub document: Vec<u8>,
}

/// A journal row of some complaint.
#[derive(sqlx::FromRow)]
struct Told {
    complaint_id: Uuid,
    seq: i64,
    at: i64,
    actor: String,
    payload: String,
}

/// Each as it stands, in the order of the rows. What is damaged is logged and stands as its error.
pub(crate) async fn whole(db: &Db, branch: Uuid, rows: Vec<Whole>) -> Result<Vec<Result<Complaint>>> {
    let versions: Vec<(Uuid, i64)> = rows.iter().map(|row| (row.id, row.version)).collect();
    let mut read: Vec<Result<Complaint>> = match rows.len() {
        0..8 => rows.iter().map(written).collect(),
        _ => rows.par_iter().map(written).collect(),
    };
    let behind = read.iter().zip(&versions).filter_map(|(complaint, (id, version))| {
        let written = complaint.as_ref().ok()?.version as i64;
        (written < *version).then(|| args![branch, *id, written, *version])
    });
    let mut since = since(db, behind.collect()).await?;
    if !since.is_empty() {
        for (complaint, (id, _)) in read.iter_mut().zip(&versions) {
            let Some(told) = since.remove(id) else { continue };
            let Ok(whole) = complaint else { continue };
            if let Err(error) = told.into_iter().try_for_each(|row| caught_up(whole, &row)) {
                *complaint = Err(error);
            }
        }
    }
    Ok(read)
}

fn written(row: &Whole) -> Result<Complaint> {
    // What cannot be unpacked is no complaint either.
    document(&unpacked(&row.document).unwrap_or_default(), "complaint_record", "document", &row.id)
}

/// What the journal says behind each document and up to the version read with it: entries never change, so that it does not
/// matter when they are read.
async fn since(db: &Db, behind: Vec<Vec<Arg>>) -> Result<HashMap<Uuid, Vec<Told>>> {
    let mut found: HashMap<Uuid, Vec<Told>> = HashMap::new();
    for rows in in_known_sizes(db.dialect(), behind) {
        for row in db.all::<Told>(following(rows)).await? {
            found.entry(row.complaint_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// The entries behind documents: of branch and complaint, behind which, up to which.
pub(crate) fn following(behind: Vec<Vec<Arg>>) -> Sql {
    let mut sql = Sql::new("SELECT j.complaint_id, j.seq, j.at, j.actor, j.payload FROM (VALUES ");
    sql.bind_rows(behind).push(
        ") AS v JOIN journal j ON j.branch_id = v.column1 AND j.complaint_id = v.column2 AND j.seq > v.column3 \
         AND j.seq <= v.column4 ORDER BY j.complaint_id, j.seq",
    );
    sql
}

fn caught_up(complaint: &mut Complaint, row: &Told) -> Result<()> {
    let told = entry(ComplaintId(row.complaint_id), row.seq, row.at, &row.actor, &row.payload)?;
    complaint.apply(&told).map_err(|error| {
        let row = format!("{}/{}", row.complaint_id, row.seq);
        tracing::error!(table = "journal", column = "payload", row, %error, "damaged record");
        Error::Damaged { table: "journal", column: "payload", row }
    })
}
