//! The file of an export: a workbook or a CSV, marked so that it and each of its rows tell where they come from.
//!
//! Invariants: the mark stands above and below the rows and in the print's head, the request's number in every row; no text of
//! somebody's begins a formula, wherever the file is opened.

use domain::export::Format;
use domain::time::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Look, Workbook, XlsxError};

/// What begins a formula in a spreadsheet program, wide forms too.
const BEGINS_FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What a cell of a workbook holds at most is 32,767.
const LONGEST: usize = 32_000;
/// What a printed head holds at most is 255.
const HEAD: usize = 200;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number that is one: a coordinate.
    Number(f64),
    /// Nothing.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// Everything a file shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// 水印: whose file it is, of which request, who approved it, when.
    pub mark: String,
    /// The names of the columns; the first is the request's number.
    pub headings: Vec<String>,
    /// The rows, as wide as the headings.
    pub rows: Vec<Vec<Cell>>,
    /// When it was made.
    pub made: Timestamp,
}

/// The file; nothing where a workbook does not take what was given.
pub fn file(sheet: &Sheet, format: Format) -> Option<Vec<u8>> {
    match format {
        Format::Csv => csv(sheet),
        Format::Xlsx => xlsx(sheet).ok(),
    }
}

/// UTF-8 with the mark by which spreadsheet programs know it.
fn csv(sheet: &Sheet) -> Option<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer("\u{feff}".as_bytes().to_vec());
    let mark = [harmless(&sheet.mark)];
    writer.write_record(&mark).ok()?;
    writer.write_record(sheet.headings.iter().map(|heading| harmless(heading))).ok()?;
    for row in &sheet.rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) => harmless(text),
            Cell::Number(number) => number.to_string(),
            Cell::Empty => String::new(),
        });
        writer.write_record(cells).ok()?;
    }
    writer.write_record(&mark).ok()?;
    writer.into_inner().ok()
}

fn xlsx(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let (mut book, bold) = (Workbook::new(), Look::new().set_bold());
    let made = ExcelDateTime::from_timestamp(sheet.made.as_micros().div_euclid(1_000_000))?;
    book.set_properties(&DocProperties::new().set_title(&sheet.mark).set_creation_datetime(&made));
    let page = book.add_worksheet();
    let mark = harmless(&sheet.mark);
    page.write_string_with_format(0, 0, &mark, &bold)?;
    for (column, heading) in (0..).zip(&sheet.headings) {
        page.write_string_with_format(1, column, harmless(heading), &bold)?;
        page.set_column_width(column, 16)?;
    }
    let mut at = 2;
    for row in &sheet.rows {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => _ = page.write_string(at, column, harmless(text))?,
                Cell::Number(number) => _ = page.write_number(at, column, *number)?,
                Cell::Empty => {}
            }
        }
        at += 1;
    }
    page.write_string_with_format(at, 0, &mark, &bold)?;
    page.set_freeze_panes(2, 1)?;
    let head: String = sheet.mark.chars().take(HEAD).collect();
    page.set_header(format!("&C{}", head.replace('&', "&&")));
    page.set_repeat_rows(0, 1)?;
    book.save_to_buffer()
}

/// The text as it may stand in a cell: an apostrophe before what a spreadsheet program would take for a formula, also once the
/// workbook is saved as something else.
fn harmless(text: &str) -> String {
    let kept: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).take(LONGEST).collect();
    if kept.trim_start().starts_with(BEGINS_FORMULA) { format!("'{kept}") } else { kept }
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn sheet() -> Sheet {
        let row = |text: &str| vec![Cell::from("EX-1"), Cell::from(text), Cell::Number(-104.5), Cell::Empty];
        let nasty = [
            "=HYPERLINK(\"http://x\")",
            "+1",
            "-1+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "＝1",
            "家里,信号\"弱\"\n第二行",
            "平常",
        ];
        Sheet {
            mark: "导出编号 EX-1 & 李敏".into(),
            headings: vec!["导出编号".into(), "内容".into(), "经度".into(), "空".into()],
            rows: nasty.into_iter().map(row).collect(),
            made: Timestamp::from_micros(1_800_000_000_000_000),
        }
    }

    fn begins_formula(text: &str) -> bool {
        text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with(BEGINS_FORMULA)
    }

    #[test]
    fn m6_every_row_of_a_csv_carries_its_request_and_none_a_formula() {
        let bytes = file(&sheet(), Format::Csv).expect("a file");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let text = text.strip_prefix('\u{feff}').expect("what Excel knows UTF-8 by");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), 13);
        assert!(rows[0][0].contains("EX-1") && rows[12] == rows[0], "marked above and below");
        for row in &rows[2..12] {
            assert_eq!((&row[0], &row[2]), ("EX-1", "-104.5"), "a number stays one");
            assert!(!begins_formula(&row[1]), "{row:?}");
        }
        assert_eq!((&rows[10][1], &rows[11][1]), ("家里,信号\"弱\"\n第二行", "平常"));
    }

    #[test]
    fn m6_every_row_of_a_workbook_carries_its_request_and_none_a_formula() {
        let bytes = file(&sheet(), Format::Xlsx).expect("a file");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a workbook");
        let name = book.sheet_names()[0].clone();
        let formulas = book.worksheet_formula(&name).expect("readable");
        assert!(formulas.used_cells().next().is_none(), "no formula at all");
        let range = book.worksheet_range(&name).expect("readable");
        let rows: Vec<&[Data]> = range.rows().collect();
        assert_eq!(rows.len(), 13);
        assert!(rows[0][0].to_string().contains("EX-1") && rows[12][0] == rows[0][0]);
        for row in &rows[2..12] {
            assert_eq!((row[0].to_string().as_str(), &row[2]), ("EX-1", &Data::Float(-104.5)));
            assert!(!begins_formula(&row[1].to_string()), "{row:?}");
        }
    }
}
