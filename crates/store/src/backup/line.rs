//! The lines of a backup file.

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
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
pub(super) fn row(cells: &[Arg]) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    for cell in cells {
        out.push(if out.is_empty() { b'[' } else { b',' });
        match cell {
            Arg::Int(Some(value)) => json(&mut out, value),
            // As text, shortest form that reads back to the same number.
            Arg::Real(Some(value)) => json(&mut out, &format!("{value:?}")),
            Arg::Bool(Some(value)) => json(&mut out, value),
            Arg::Text(Some(value)) => json(&mut out, value),
            Arg::Uuid(Some(value)) => json(&mut out, value),
            Arg::Blob(Some(value)) => {
                out.push(b'"');
                let at = out.len();
                out.resize(at + 2 * value.len(), 0);
                hex::encode_to_slice(value, &mut out[at..]).expect("there is room for two digits a byte");
                out.push(b'"');
            }
            Arg::Int(None)
            | Arg::Real(None)
            | Arg::Bool(None)
            | Arg::Text(None)
            | Arg::Uuid(None)
            | Arg::Blob(None) => out.extend(b"null"),
        }
    }
    out.push(b']');
    out
}

fn json(out: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(out, value).expect("a cell has no failing serialiser");
}

/// The cells of a row, each of its column's type.
pub(super) fn cells(text: &str, kinds: &[Kind]) -> Result<Vec<Arg>> {
    let mut read = serde_json::Deserializer::from_str(text);
    let cells = Cells(kinds).deserialize(&mut read).map_err(|_| unreadable())?;
    read.end().map_err(|_| unreadable())?;
    Ok(cells)
}

/// Reads a row straight into its columns' types.
struct Cells<'k>(&'k [Kind]);

impl<'de> DeserializeSeed<'de> for Cells<'_> {
    type Value = Vec<Arg>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<Vec<Arg>, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Cells<'_> {
    type Value = Vec<Arg>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a row of {} cells", self.0.len())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut row: S) -> std::result::Result<Vec<Arg>, S::Error> {
        let mut cells = Vec::with_capacity(self.0.len());
        for kind in self.0 {
            let missing = || S::Error::invalid_length(cells.len(), &self);
            let no = |_| S::Error::custom("a cell of another kind");
            let cell = match kind {
                Kind::Int => Arg::Int(row.next_element()?.ok_or_else(missing)?),
                Kind::Bool => Arg::Bool(row.next_element()?.ok_or_else(missing)?),
                Kind::Text => Arg::Text(row.next_element()?.ok_or_else(missing)?),
                Kind::Uuid => Arg::Uuid(row.next_element()?.ok_or_else(missing)?),
                Kind::Real => {
                    let text: Option<&str> = row.next_element()?.ok_or_else(missing)?;
                    Arg::Real(
                        text.map(str::parse)
                            .transpose()
                            .map_err(|_: std::num::ParseFloatError| S::Error::custom("no number"))?,
                    )
                }
                Kind::Blob => {
                    // As it stands in the line: digits need no escapes.
                    let text: Option<&str> = row.next_element()?.ok_or_else(missing)?;
                    Arg::Blob(text.map(hex::decode).transpose().map_err(no)?)
                }
            };
            cells.push(cell);
        }
        match row.next_element::<IgnoredAny>()? {
            None => Ok(cells),
            Some(_) => Err(S::Error::invalid_length(cells.len() + 1, &self)),
        }
    }
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
        assert_eq!(cells(std::str::from_utf8(&row(&full)).unwrap(), &kinds).unwrap(), full);
        let empty = cells("[null,null,null,null,null,null]", &kinds).unwrap();
        assert_eq!(cells(std::str::from_utf8(&row(&empty)).unwrap(), &kinds).unwrap(), empty);
        assert!(cells("[1]", &kinds).is_err());
    }
}
