//! Workbooks: `.xlsx` cell by cell, `.xls` sheet by sheet.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xls, Xlsx};
use csv::StringRecord;

use super::{Row, Sheet, Table, holds_something};
use crate::import::ImportError;

/// Columns beyond this are not part of any table people keep.
const MAX_COLUMNS: usize = 2_000;
/// A zip of more than this many sheets is no table.
const MAX_SHEETS: usize = 500;

/// Reads an `.xlsx` without ever holding the rectangle its sheets claim to span.
pub(super) fn xlsx(bytes: &[u8]) -> Result<Table, ImportError> {
    guarded("xlsx", || {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        let mut sheets = Vec::new();
        for name in book.sheet_names().into_iter().take(MAX_SHEETS) {
            // Chart and macro sheets have no cells.
            let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
            let mut rows = Rows::default();
            while let Some(cell) = cells.next_cell().map_err(|error| damaged(&error))? {
                let (row, column) = cell.get_position();
                rows.put(row, column as usize, || from_ref(cell.get_value()))?;
            }
            sheets.push(Sheet { name, rows: rows.finish() });
        }
        Ok(sheets)
    })
}

/// Reads an `.xls`; its sheets span at most 65,536 × 256 cells.
pub(super) fn xls(bytes: &[u8]) -> Result<Table, ImportError> {
    guarded("xls", || {
        let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        let mut sheets = Vec::new();
        for (name, range) in book.worksheets().into_iter().take(MAX_SHEETS) {
            let first = range.start().map_or(0, |(row, _)| row);
            let left = range.start().map_or(0, |(_, column)| column as usize);
            let mut rows = Rows::default();
            for (row, column, value) in range.used_cells() {
                rows.put(first + row as u32, left + column, || from_data(value))?;
            }
            sheets.push(Sheet { name, rows: rows.finish() });
        }
        Ok(sheets)
    })
}

/// The reader's library indexes into what a damaged file claims; whatever it stumbles over is the file's fault.
fn guarded(form: &'static str, read: impl FnOnce() -> Result<Vec<Sheet>, ImportError>) -> Result<Table, ImportError> {
    let sheets = catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged(&"unexpected content")))?;
    Ok(Table { sheets, form })
}

fn damaged(error: &dyn std::fmt::Display) -> ImportError {
    ImportError::unreadable(
        format!("工作簿已损坏或已加密：{error}"),
        format!("the workbook is damaged or encrypted: {error}"),
    )
}

/// Collects cells that arrive row by row.
#[derive(Default)]
struct Rows {
    done: Vec<Row>,
    number: u32,
    cells: StringRecord,
}

impl Rows {
    /// Takes the next cell. One that stands before the last would be read in another's place: no program writes that.
    fn put(&mut self, row: u32, column: usize, text: impl FnOnce() -> String) -> Result<(), ImportError> {
        if column >= MAX_COLUMNS {
            return Ok(());
        }
        if row < self.number || (row == self.number && column < self.cells.len()) {
            return Err(damaged(&"cells out of order"));
        }
        if row != self.number {
            self.flush();
            self.number = row;
        }
        while self.cells.len() < column {
            self.cells.push_field("");
        }
        self.cells.push_field(&text());
        Ok(())
    }

    fn flush(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        if holds_something(&cells) {
            self.done.push(Row { number: self.number.saturating_add(1), cells });
        }
    }

    fn finish(mut self) -> Vec<Row> {
        self.flush();
        self.done
    }
}

fn from_ref(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => date_time(at),
    }
}

fn from_data(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Int(n) => n.to_string(),
        Data::Float(n) => n.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(at) => date_time(at),
    }
}

/// A date cell as text: the day alone, the time of day alone, or both.
fn date_time(at: &ExcelDateTime) -> String {
    let serial = at.as_f64();
    if at.is_duration() || serial < 1.0 {
        let seconds = (serial * 86_400.0).round() as i64;
        return format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, millis) = at.to_ymd_hms_milli();
    let civil = jiff::civil::DateTime::new(
        year as i16,
        month as i8,
        day as i8,
        hour as i8,
        minute as i8,
        second as i8,
        i32::from(millis) * 1_000_000,
    );
    // Serial numbers are fractions of days: 08:00:00 may be stored as 07:59:59.9996.
    let rounded = civil.and_then(|at| at.round(jiff::Unit::Second));
    rounded.map_or_else(|_| serial.to_string(), |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_before_the_last_one_is_not_read_in_anothers_place() {
        let mut rows = Rows::default();
        for (row, column) in [(0, 0), (0, 2), (4, 1)] {
            rows.put(row, column, || "x".into()).expect("in order");
        }
        for (row, column) in [(4, 1), (4, 0), (0, 5)] {
            assert!(rows.put(row, column, || "y".into()).is_err(), "{row} {column}");
        }
        let read: Vec<_> = rows.finish().into_iter().map(|row| (row.number, row.cells.len())).collect();
        assert_eq!(read, [(1, 3), (5, 2)]);
    }
}
