//! The lines of a backup file.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::Result;
use crate::db::{Arg, Kind};

/// Every line that is not a row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Line {
    /// The first one.
    Header { shouwen_backup: u32, schema: i64, branch: Uuid },
    /// A table's rows follow.
    Table { table: String },
    /// They were all.
    End { end: String, rows: u64, digest: String },
    /// Something that travels along.
    Extra { extra: String, hex: String },
}

/// A row as text: numbers exact, blobs in hex.
pub(super) fn row(cells: &[Arg]) -> String {
    let cell = |arg: &Arg| match arg {
        Arg::Int(Some(value)) => Value::from(*value),
        // As text, shortest form that reads back to the same number.
        Arg::Real(Some(value)) => Value::from(format!("{value:?}")),
        Arg::Bool(Some(value)) => Value::from(*value),
        Arg::Text(Some(value)) => Value::from(value.as_str()),
        Arg::Uuid(Some(value)) => Value::from(value.to_string()),
        Arg::Blob(Some(value)) => Value::from(hex::encode(value)),
        Arg::Int(None) | Arg::Real(None) | Arg::Bool(None) | Arg::Text(None) | Arg::Uuid(None) | Arg::Blob(None) => {
            Value::Null
        }
    };
    Value::Array(cells.iter().map(cell).collect()).to_string()
}

/// The cells of a row, each of its column's type.
pub(super) fn cells(text: &str, kinds: &[Kind]) -> Result<Vec<Arg>> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|_| unreadable())?;
    if values.len() != kinds.len() {
        return Err(unreadable());
    }
    values.iter().zip(kinds).map(|(value, kind)| arg(value, *kind).ok_or_else(unreadable)).collect()
}

fn arg(value: &Value, kind: Kind) -> Option<Arg> {
    if value.is_null() {
        return Some(match kind {
            Kind::Int => Arg::Int(None),
            Kind::Real => Arg::Real(None),
            Kind::Bool => Arg::Bool(None),
            Kind::Text => Arg::Text(None),
            Kind::Uuid => Arg::Uuid(None),
            Kind::Blob => Arg::Blob(None),
        });
    }
    Some(match kind {
        Kind::Int => Arg::Int(Some(value.as_i64()?)),
        Kind::Real => Arg::Real(Some(value.as_str()?.parse().ok()?)),
        Kind::Bool => Arg::Bool(Some(value.as_bool()?)),
        Kind::Text => Arg::Text(Some(value.as_str()?.to_owned())),
        Kind::Uuid => Arg::Uuid(Some(value.as_str()?.parse().ok()?)),
        Kind::Blob => Arg::Blob(Some(hex::decode(value.as_str()?).ok()?)),
    })
}

pub(super) fn unreadable() -> crate::Error {
    crate::Error::refused(
        "备份中有本程序读不懂的内容。没有改动任何数据。",
        "this backup holds a line this program does not understand. Nothing was changed.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::args;

    #[test]
    fn a_row_reads_back_exactly() {
        let full = args![-7_i64, 104.061_230_000_000_01_f64, true, "引\"号\n", Uuid::from_u128(3), vec![0_u8, 255]];
        let kinds = [Kind::Int, Kind::Real, Kind::Bool, Kind::Text, Kind::Uuid, Kind::Blob];
        assert_eq!(cells(&row(&full), &kinds).unwrap(), full);
        let empty = cells("[null,null,null,null,null,null]", &kinds).unwrap();
        assert_eq!(cells(&row(&empty), &kinds).unwrap(), empty);
        assert!(cells("[1]", &kinds).is_err());
    }
}
