//! The reject file: what was refused, why, and in the source's own columns, so that it can be corrected and imported again.
//!
//! Its first columns are ours and are skipped when it comes back. Cells a spreadsheet would take for a formula are
//! written with a leading `'`, which reading a reject file takes off again.

use std::io::{self, Write};

use csv::StringRecord;

use super::report::{At, Reject};
use super::table::Table;
use super::value;

/// What begins the headings that are ours.
const MARK: &str = "拒收:";
/// Our columns.
const OWN: [&str; 7] = [
    "拒收:原因",
    "拒收:reason",
    "拒收:文件 file",
    "拒收:工作表 sheet",
    "拒收:行 row",
    "拒收:列 column",
    "拒收:值 value",
];

/// Whether a heading is one of ours.
pub(super) fn is_own_heading(heading: &str) -> bool {
    heading.starts_with(MARK)
}

/// A cell as a reject file holds it: never a formula.
fn escape(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
    let harmless = cell.parse::<f64>().is_ok() || value::is_missing(cell);
    if risky && !harmless { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell of a reject file as the source held it.
pub(super) fn unescape(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// Writes the rejected rows as CSV in UTF-8 with byte-order mark. Sheets of different columns share one header: each row
/// fills those of its own sheet.
pub(super) fn write(
    out: impl Write,
    file: &str,
    table: &Table,
    headings: &dyn Fn(At) -> StringRecord,
    rejects: &[Reject],
) -> io::Result<()> {
    let mut out = out;
    out.write_all(b"\xef\xbb\xbf")?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
    let mut union: Vec<(String, usize)> = Vec::new();
    let mut places: Vec<(u32, Vec<Option<usize>>)> = Vec::new();
    for reject in rejects {
        if places.iter().any(|(sheet, _)| *sheet == reject.at.sheet) {
            continue;
        }
        let own = headings(reject.at);
        let mut columns = Vec::with_capacity(own.len());
        for (at, heading) in own.iter().enumerate() {
            if is_own_heading(heading) {
                columns.push(None);
                continue;
            }
            let again = own.iter().take(at).filter(|earlier| *earlier == heading).count();
            let key = (heading.to_owned(), again);
            let place = union.iter().position(|known| *known == key).unwrap_or_else(|| {
                union.push(key);
                union.len() - 1
            });
            columns.push(Some(place));
        }
        places.push((reject.at.sheet, columns));
    }
    csv.write_record(OWN.iter().map(|own| (*own).to_owned()).chain(union.iter().map(|(heading, _)| escape(heading))))?;
    for reject in rejects {
        let Some(sheet) = table.sheets.get(reject.at.sheet as usize) else { continue };
        let columns =
            places.iter().find(|(sheet, _)| *sheet == reject.at.sheet).map_or(&[][..], |(_, columns)| columns);
        let mut line = vec![String::new(); OWN.len() + union.len()];
        let row = reject.at.row.to_string();
        let own = [&reject.reason.zh, &reject.reason.en, file, &sheet.name, &row, &reject.column, &reject.value];
        for (place, text) in own.into_iter().enumerate() {
            line[place] = escape(text);
        }
        if let Some(source) = sheet.rows.get(reject.at.index as usize) {
            for (cell, place) in source.cells.iter().zip(columns) {
                if let Some(place) = place {
                    line[OWN.len() + place] = escape(cell);
                }
            }
        }
        csv.write_record(&line)?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn escaping_comes_back_exactly(cell in "[='+@\\t-]?[='+@0-9a-z-]{0,6}") {
            let written = escape(&cell);
            prop_assert_eq!(unescape(&written), &cell);
        }

        #[test]
        fn no_cell_is_a_formula(cell in "[=+@\\t\\r-][a-z0-9()]{1,8}") {
            let written = escape(&cell);
            prop_assert!(written.starts_with('\'') || written.parse::<f64>().is_ok() || value::is_missing(&written));
        }
    }
}
