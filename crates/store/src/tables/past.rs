//! Tables as released versions had them, where they differ from today's: their backups are still read.

use super::Table;
use crate::db::Kind::{Blob, Bool, Int, Real, Text, Uuid};

/// The schemas released versions had.
pub(crate) const RELEASED: [i64; 7] = [7, 9, 12, 13, 14, 15, 16];

/// The table as it was in that schema; none where there was none.
pub(crate) fn at(schema: i64, table: &'static Table) -> Option<&'static Table> {
    let since = match table.name {
        "complaint_record" => 8,
        "roster_entry" => 9,
        "complaint_head" => 10,
        "anonymised" => 11,
        "export_request" | "export_step" => 12,
        _ => 1,
    };
    match (table.name, schema) {
        _ if schema < since => None,
        ("complaint", ..8) => Some(&COMPLAINT_7),
        ("complaint_record", ..10) => Some(&RECORD_9),
        ("complaint_record", ..15) => Some(&RECORD_14),
        ("evidence", ..13) => Some(&EVIDENCE_12),
        _ => Some(table),
    }
}

/// Evidence as text, before it was packed.
const EVIDENCE_12: Table = Table {
    name: "evidence",
    columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("ordinal", Int), ("digest", Text), ("body", Text)],
};

/// A complaint with its document, before the document lay beside it.
const COMPLAINT_7: Table = Table {
    name: "complaint",
    columns: &[
        ("branch_id", Uuid),
        ("id", Uuid),
        ("journal_hash", Blob),
        ("number", Text),
        ("version", Int),
        ("received", Int),
        ("changed", Int),
        ("flow", Text),
        ("grade", Text),
        ("state", Text),
        ("is_open", Bool),
        ("waits_on", Text),
        ("owner_id", Uuid),
        ("owner_name", Text),
        ("handler_id", Uuid),
        ("handler_name", Text),
        ("department", Text),
        ("organisation", Text),
        ("due_kind", Text),
        ("due_at", Int),
        ("due_warn", Int),
        ("due_paused", Bool),
        ("cause", Text),
        ("headline", Text),
        ("address", Text),
        ("lon", Real),
        ("lat", Real),
        ("grid_cell", Int),
        ("phone_digest", Text),
        ("upstream_client", Text),
        ("upstream_number", Text),
        ("complained", Int),
        ("tick_at", Int),
        ("tested", Bool),
        ("severe_at", Int),
        ("waits_since", Int),
        ("document", Text),
    ],
};

/// The whole complaint, before how far it is lay beside it.
const RECORD_9: Table = Table {
    name: "complaint_record",
    columns: &[
        ("branch_id", Uuid),
        ("complaint_id", Uuid),
        ("journal_hash", Blob),
        ("version", Int),
        ("changed", Int),
        ("tick_at", Int),
        ("document", Text),
    ],
};

/// The whole complaint as text, before it was packed.
const RECORD_14: Table =
    Table { name: "complaint_record", columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("document", Text)] };
