//! CSV and its kin: encoding and separator are told from the content.

use std::borrow::Cow;

use csv::StringRecord;
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::{Row, Sheet, Table, holds_something};
use crate::import::ImportError;

/// Separators, the likeliest first.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Reads a text as one nameless sheet.
pub(super) fn read(bytes: &[u8]) -> Result<Table, ImportError> {
    let (text, form) = decode(bytes)?;
    if text.trim_start().get(..1) == Some("<") {
        return Err(ImportError::unreadable(
            "这是网页（HTML/XML）而不是表格，请在电子表格软件中另存为 xlsx 或 CSV",
            "this is a web page (HTML or XML), not a table: save it as xlsx or CSV from a spreadsheet",
        ));
    }
    Ok(Table { sheets: vec![Sheet { name: String::new(), rows: rows(&text) }], form })
}

fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), ImportError> {
    if bytes.starts_with(&[0xff, 0xfe]) {
        return Ok((UTF_16LE.decode(bytes).0, "utf-16"));
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return Ok((UTF_16BE.decode(bytes).0, "utf-16"));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if bytes.iter().take(4096).any(|&b| b == 0) {
        return Err(ImportError::unreadable("不是 CSV、xlsx 或 xls 文件", "this is neither CSV nor xlsx nor xls"));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), "utf-8"));
    }
    let lossy = String::from_utf8_lossy(bytes);
    let (chinese, _) = GB18030.decode_without_bom_handling(bytes);
    let damage = |text: &str| text.chars().filter(|&c| c == '\u{fffd}').count();
    Ok(if damage(&chinese) <= damage(&lossy) { (chinese, "gb18030") } else { (lossy, "utf-8") })
}

/// The separator that cuts the most lines into the same number of cells.
fn separator(text: &str) -> u8 {
    let mut best = (0, b',');
    for candidate in SEPARATORS {
        let mut counts = Vec::new();
        let (mut quoted, mut count) = (false, 0_usize);
        for byte in text.bytes().take(64 << 10) {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' if !quoted => {
                    counts.push(count);
                    count = 0;
                }
                _ if byte == candidate && !quoted => count += 1,
                _ => {}
            }
            if counts.len() == 40 {
                break;
            }
        }
        counts.push(count);
        let widest = counts.iter().copied().max().unwrap_or(0);
        let same = counts.iter().filter(|&&count| count == widest && count > 0).count();
        let score = widest.min(200) + 20 * same;
        if widest > 0 && score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}

/// Every record with the row number a spreadsheet would show: line breaks inside quotes do not count.
fn rows(text: &str) -> Vec<Row> {
    let bytes = text.as_bytes();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator(text)).has_headers(false).flexible(true).from_reader(bytes);
    let mut rows = Vec::new();
    let (mut counted_to, mut lines, mut inside) = (0_usize, 1_usize, 0_usize);
    let mut record = StringRecord::new();
    while let Ok(true) = reader.read_record(&mut record) {
        let mut start = record.position().map_or(counted_to, |at| at.byte() as usize).clamp(counted_to, bytes.len());
        while start < bytes.len() && matches!(bytes[start], b'\r' | b'\n') {
            start += 1;
        }
        lines += breaks(&bytes[counted_to..start]);
        counted_to = start;
        let number = (lines - inside.min(lines)) as u32;
        inside += record.iter().map(|cell| breaks(cell.as_bytes())).sum::<usize>();
        if !holds_something(&record) {
            continue;
        }
        rows.push(Row { number, cells: record.clone() });
    }
    rows
}

/// Line breaks as rows end with them: `\r\n`, `\n` or `\r`, also mixed in one file.
fn breaks(part: &[u8]) -> usize {
    let ends = |at: &usize| part[*at] == b'\r' || (part[*at] == b'\n' && (*at == 0 || part[*at - 1] != b'\r'));
    (0..part.len()).filter(ends).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(table: &Table) -> Vec<(u32, Vec<&str>)> {
        table.sheets[0].rows.iter().map(|row| (row.number, row.cells.iter().collect())).collect()
    }

    #[test]
    fn every_encoding_and_separator_gives_the_same_table() {
        let expected = vec![(1, vec!["小区", "经度"]), (2, vec!["甲,乙", "113.5"])];
        for separator in [",", ";", "\t", "|"] {
            let text = format!("小区{separator}经度\r\n\"甲,乙\"{separator}113.5\r\n");
            let gb = GB18030.encode(&text).0.into_owned();
            let bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
            let utf16: Vec<u8> =
                [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            for bytes in [text.as_bytes(), &gb, &bom, &utf16] {
                assert_eq!(cells(&read(bytes).expect("a table")), expected, "{separator:?}");
            }
        }
    }

    #[test]
    fn every_row_has_its_own_number_whatever_ends_the_lines() {
        let table = read("a,b\r\nc,d\re,f\ng,\"h\ri\"\n\nj,k\r\n".as_bytes()).expect("a table");
        let numbers: Vec<u32> = cells(&table).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 6]);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let table = read("a,b\n\n\"1\n1\",2\n,\n3,4\n".as_bytes()).expect("a table");
        assert_eq!(cells(&table), vec![(1, vec!["a", "b"]), (3, vec!["1\n1", "2"]), (5, vec!["3", "4"])]);
        let crlf = read("a,b\r\n\r\n\"1\r\n1\",2\r\n3,4".as_bytes()).expect("a table");
        assert_eq!(cells(&crlf).iter().map(|row| row.0).collect::<Vec<_>>(), [1, 3, 4]);
    }

    #[test]
    fn a_web_page_or_a_picture_is_told_apart() {
        assert!(read(b"<html><table>").is_err());
        assert!(read(b"\x89PNG\r\n\x1a\n\0\0").is_err());
    }
}
