//! A list's row as both engines give it.

use domain::id::{ComplaintId, ComplaintNumber};
use domain::place::LonLat;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::queue::{Cursor, Page, QueueDue, QueueRow};
use crate::values::named;
use crate::{Error, Result};

/// The columns of [`super::COLUMNS`] with the list's sort key.
#[derive(sqlx::FromRow)]
pub(crate) struct Record {
    id: Uuid,
    number: String,
    headline: String,
    address: String,
    state: String,
    flow: String,
    grade: String,
    owner_name: String,
    handler_name: Option<String>,
    department: Option<String>,
    organisation: Option<String>,
    waits_on: String,
    due_kind: Option<String>,
    due_at: i64,
    due_warn: i64,
    due_paused: bool,
    cause: Option<String>,
    received: i64,
    lon: Option<f64>,
    lat: Option<f64>,
    waits_since: i64,
    sort_key: i64,
}

impl TryFrom<Record> for QueueRow {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self> {
        const TABLE: &str = "complaint";
        let row = record.id;
        let due = record.due_kind.as_deref().map(|kind| -> Result<QueueDue> {
            Ok(QueueDue {
                kind: named(kind, TABLE, "due_kind", &row)?,
                due: Timestamp::from_micros(record.due_at),
                warn: Timestamp::from_micros(record.due_warn),
                paused: record.due_paused,
            })
        });
        Ok(Self {
            id: ComplaintId(row),
            state: named(&record.state, TABLE, "state", &row)?,
            flow: named(&record.flow, TABLE, "flow", &row)?,
            grade: named(&record.grade, TABLE, "grade", &row)?,
            waits_on: named(&record.waits_on, TABLE, "waits_on", &row)?,
            due: due.transpose()?,
            cause: record.cause.as_deref().map(|cause| named(cause, TABLE, "cause", &row)).transpose()?,
            received: Timestamp::from_micros(record.received),
            point: point(record.lon, record.lat),
            waits_since: Some(Timestamp::from_micros(record.waits_since)).filter(|since| *since < Timestamp::END),
            number: ComplaintNumber::from(record.number),
            headline: record.headline,
            address: record.address,
            owner: record.owner_name,
            handler: record.handler_name,
            department: record.department,
            organisation: record.organisation,
        })
    }
}

/// Turns one row more than asked for into a page and the place where the next one begins.
pub(crate) fn paged(mut records: Vec<Record>, limit: u32) -> Result<Page<QueueRow>> {
    let limit = limit as usize;
    let more = records.len() > limit;
    records.truncate(limit);
    let next = records.last().filter(|_| more).map(|last| Cursor { key: last.sort_key, id: last.id });
    let rows = records.into_iter().map(QueueRow::try_from).collect::<Result<_>>()?;
    Ok(Page { rows, next })
}

/// The point of two nullable columns.
pub(crate) fn point(lon: Option<f64>, lat: Option<f64>) -> Option<LonLat> {
    LonLat::new(lon?, lat?).ok()
}
