//! The way every import takes: read, find the headings, turn rows into items, count each row once.

use csv::StringRecord;

use super::ImportOptions;
use super::heading::{Columns, Dictionary, merge};
use super::mapping::Mapping;
use super::report::{At, ImportError, Located, Notes, Parsed, Reject, SheetReport};
use super::row::{Cells, Importer, Outcome, RowError};
use super::table::{Sheet, Table};
use super::value::clean;

/// Among so many first rows the headings are looked for: titles and remarks may stand above.
const HEADER_WITHIN: usize = 30;
/// Progress is told every so many rows.
const STEP: u64 = 1_000;

/// Parses a file with one importer.
pub(super) fn run<I: Importer>(
    mut importer: I,
    table: Table,
    options: &ImportOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<Parsed<I::Item>, ImportError> {
    let none = Mapping::default();
    let mapping = options.mapping.as_ref().unwrap_or(&none);
    let dictionary = Dictionary::new(I::FIELDS, mapping);
    let found: Vec<Option<Header>> = table
        .sheets
        .iter()
        .map(|sheet| {
            // A reject file has one nameless sheet and its headings on top, wherever its source had them.
            let returned = sheet.is_reject_file();
            let row = mapping.header_row.filter(|_| !returned);
            (returned || mapping.wants_sheet(&sheet.name)).then(|| find_header::<I>(sheet, &dictionary, row)).flatten()
        })
        .collect();
    if found.iter().all(Option::is_none) {
        return Err(not_recognised::<I>(&table));
    }
    let look = |at: At, record, columns| Cells { at, record, columns, fields: I::FIELDS, mapping, zone: &options.zone };
    for (at, record, columns) in rows(&table, &found) {
        importer.look_ahead(&look(at, record, columns));
    }
    let mut items = Vec::with_capacity(table.sheets.iter().map(|sheet| sheet.rows.len()).sum());
    let (mut rejects, mut notes, mut accepted) = (Vec::new(), Notes::default(), 0_u64);
    let mut per_sheet = vec![0_u64; table.sheets.len()];
    for (at, record, columns) in rows(&table, &found) {
        match importer.row(&look(at, record, columns), &mut notes) {
            Ok(Outcome::Item(item)) => items.push(Located { at, item }),
            Ok(Outcome::Told) => {}
            Err(_) if columns.is_repeated_by(record, &dictionary) => continue,
            Err(error) => {
                rejects.push(reject(at, error, columns));
                per_sheet[at.sheet as usize] += 1;
                continue;
            }
        }
        accepted += 1;
        per_sheet[at.sheet as usize] += 1;
        if accepted.is_multiple_of(STEP) {
            progress(accepted + rejects.len() as u64);
        }
    }
    progress(accepted + rejects.len() as u64);
    let sheets = table
        .sheets
        .iter()
        .zip(&found)
        .zip(per_sheet)
        .map(|((sheet, header), rows)| report(sheet, header.as_ref(), rows));
    Ok(Parsed { items, accepted, rejects, notes: notes.finish(), sheets: sheets.collect(), source: table })
}

/// The headings of a sheet and the row below them.
struct Header {
    columns: Columns,
    body: usize,
}

fn rows<'a>(
    table: &'a Table,
    found: &'a [Option<Header>],
) -> impl Iterator<Item = (At, &'a StringRecord, &'a Columns)> {
    table
        .sheets
        .iter()
        .zip(found)
        .enumerate()
        .filter_map(|(at, (sheet, header))| Some((at, sheet, header.as_ref()?)))
        .flat_map(|(sheet_at, sheet, header)| {
            sheet.rows.iter().enumerate().skip(header.body).map(move |(index, row)| {
                let at = At { sheet: sheet_at as u32, index: index as u32, row: row.number };
                (at, &row.cells, &header.columns)
            })
        })
}

/// The row somebody named; else the best of the first rows, alone or together with the row below it.
fn find_header<I: Importer>(sheet: &Sheet, dictionary: &Dictionary<'_>, row: Option<u32>) -> Option<Header> {
    if let Some(wanted) = row {
        let at = sheet.rows.iter().position(|row| row.number == wanted)?;
        let columns = dictionary.columns(&sheet.rows[at].cells);
        return I::recognises(&columns).then_some(Header { columns, body: at + 1 });
    }
    let mut best: Option<(usize, Header)> = None;
    let first = &sheet.rows[..sheet.rows.len().min(HEADER_WITHIN)];
    for (at, row) in first.iter().enumerate() {
        let single = dictionary.columns(&row.cells);
        let alone = single.recognised();
        let mut consider = |columns: Columns, body: usize| {
            let score = columns.recognised();
            if I::recognises(&columns) && best.as_ref().is_none_or(|(known, _)| score > *known) {
                best = Some((score, Header { columns, body }));
            }
        };
        consider(single, at + 1);
        if let Some(below) = first.get(at + 1) {
            let lower = dictionary.columns(&below.cells).recognised();
            let both = dictionary.columns(&merge(&row.cells, &below.cells));
            if lower >= 2 && both.recognised() > alone.max(lower) {
                consider(both, at + 2);
            }
        }
    }
    best.map(|(_, header)| header)
}

fn reject(at: At, error: RowError, columns: &Columns) -> Reject {
    let heading =
        error.column.and_then(|column| columns.headings().get(column)).map(clean).filter(|text| !text.is_empty());
    Reject {
        at,
        column: heading.or(error.field).unwrap_or_default().to_owned(),
        value: error.value.chars().take(200).collect(),
        reason: error.reason,
    }
}

fn report(sheet: &Sheet, header: Option<&Header>, rows: u64) -> SheetReport {
    let first = || sheet.rows.first().map(|row| row.cells.clone()).unwrap_or_default();
    SheetReport {
        name: sheet.name.clone(),
        rows,
        recognised: header.is_some(),
        headings: header.map_or_else(first, |header| header.columns.headings().clone()),
        unknown: header.map(|header| header.columns.unknown()).unwrap_or_default(),
    }
}

fn not_recognised<I: Importer>(table: &Table) -> ImportError {
    let found: Vec<String> = table
        .sheets
        .iter()
        .filter_map(|sheet| {
            let first = sheet.rows.first()?;
            let headings: Vec<&str> = first.cells.iter().map(clean).filter(|text| !text.is_empty()).take(40).collect();
            let named = if sheet.name.is_empty() { String::new() } else { format!("{}: ", sheet.name) };
            Some(format!("{named}{}", headings.join(", ")))
        })
        .collect();
    let found = if found.is_empty() { "-".to_owned() } else { found.join("; ") };
    ImportError::NotRecognised {
        wanted_zh: I::WANTED.0,
        wanted_en: I::WANTED.1,
        found: found.chars().take(2_000).collect(),
    }
}
