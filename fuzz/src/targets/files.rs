//! Files somebody hands over: tables, workbooks, imports, mapping files, backups, mails that come back.

use std::io::Write;

use app::import::{ALL, ImportError, ImportOptions, Mapping, Parsed, ParsedFile, Table, parse};
use app::points::{self, NoPoints, Point, RowRefused};
use app::post::read_report;
use domain::place::Datum;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{Store, reread};

use super::{choice, text, zone};

const DATUMS: [Datum; 3] = [Datum::Wgs84, Datum::Gcj02, Datum::Bd09];

/// Any bytes as a table. Its rows are numbered upwards, and written as CSV it reads the same.
pub fn table(data: &[u8]) {
    let Ok(table) = Table::read(data) else { return };
    upwards(&table);
    let own = |cell: &str| cell.starts_with("拒收:") || cell.contains('\0');
    for sheet in &table.sheets {
        if sheet.rows.iter().any(|row| row.cells.iter().any(own)) {
            continue;
        }
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let lines = sheet.rows.iter().map(|row| row.cells.iter().map(quoted).collect::<Vec<_>>().join(","));
        let written = lines.collect::<Vec<_>>().join("\r\n");
        let again = Table::read(written.as_bytes()).expect("what was read can be read");
        let cells = |rows: &[app::import::Row]| rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>();
        assert_eq!(cells(&again.sheets[0].rows), cells(&sheet.rows), "{written:?}");
    }
}

fn upwards(table: &Table) {
    for sheet in &table.sheets {
        let numbers: Vec<u32> = sheet.rows.iter().map(|row| row.number).collect();
        assert!(numbers.first().is_none_or(|first| *first >= 1), "{numbers:?}");
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    }
}

/// A workbook: whole, or the parts of one from which a whole is made, so that what is tried are cells and not checksums.
pub fn workbook(data: &[u8]) {
    let whole = data.starts_with(b"PK") || data.starts_with(&[0xd0, 0xcf]);
    let bytes = if whole { data.to_vec() } else { packed(data) };
    if let Ok(table) = Table::read(&bytes) {
        upwards(&table);
    }
}

/// `sheet NUL shared strings NUL styles` as an `.xlsx`.
fn packed(data: &[u8]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut parts = data.splitn(3, |byte| *byte == 0);
    let mut part = |root: &str| {
        let inner = parts.next().unwrap_or_default();
        [format!("<{root} xmlns=\"{MAIN}\">").as_bytes(), inner, format!("</{root}>").as_bytes()].concat()
    };
    let (sheet, strings, styles) = (part("worksheet"), part("sst"), part("styleSheet"));
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let related = ["worksheet:worksheets/sheet1", "sharedStrings:sharedStrings", "styles:styles"];
    let links = related.iter().enumerate().map(|(at, related)| {
        let (kind, target) = related.split_once(':').expect("two parts");
        format!("<Relationship Id=\"r{}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}.xml\"/>", at + 1)
    });
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let links = format!("<Relationships xmlns=\"{package}\">{}</Relationships>", links.collect::<String>());
    zipped(&[
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/sharedStrings.xml", &strings),
        ("xl/styles.xml", &styles),
    ])
}

/// An archive of files that are only stored.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, body) in files {
        let mut sum = flate2::Crc::new();
        sum.update(body);
        let size = u32::try_from(body.len()).expect("small").to_le_bytes();
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend(sum.sum().to_le_bytes());
        head.extend([size, size].concat());
        head.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        head.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(u32::try_from(archive.len()).expect("small").to_le_bytes());
        directory.extend(name.as_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(&head);
        archive.extend(name.as_bytes());
        archive.extend(*body);
    }
    let (count, at) = (u16::try_from(files.len()).expect("few").to_le_bytes(), archive.len());
    let length = u32::try_from(directory.len()).expect("small").to_le_bytes();
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].concat());
    archive.extend(length);
    archive.extend(u32::try_from(at).expect("small").to_le_bytes());
    archive.extend([0, 0]);
    archive
}

/// A file of each kind: each row is accepted or refused, once, and the file of the refused holds each of them.
pub fn import(data: &[u8]) {
    let Some((kind, rest)) = choice(data, &ALL) else { return };
    let Some((datum, bytes)) = choice(rest, &DATUMS) else { return };
    let options = ImportOptions { datum, zone: zone(), mapping: None };
    match parse(kind, bytes, &options, &mut |_| {}) {
        Ok(ParsedFile::Inventory(parsed)) => whole(&parsed),
        Ok(ParsedFile::Alarms(parsed)) => whole(&parsed),
        Ok(ParsedFile::Outages(parsed)) => whole(&parsed),
        Ok(ParsedFile::Interference(parsed)) => whole(&parsed),
        Ok(ParsedFile::Complaints(parsed)) => whole(&parsed),
        Err(error) => explained(&error, bytes),
    }
}

fn whole<T>(parsed: &Parsed<T>) {
    let counted: u64 = parsed.sheets.iter().map(|sheet| sheet.rows).sum();
    assert_eq!(parsed.accepted + parsed.rejects.len() as u64, counted, "each row once");
    assert!(parsed.items.len() as u64 <= parsed.accepted);
    let mut places: Vec<_> = parsed.items.iter().map(|item| item.at).collect();
    places.extend(parsed.rejects.iter().map(|reject| reject.at));
    let told = places.len();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), told, "no row is there twice");
    for reject in &parsed.rejects {
        assert!(!reject.reason.zh.is_empty() && !reject.reason.en.is_empty());
    }
    let mut file = Vec::new();
    parsed.write_rejects(&mut file, "file").expect("memory takes everything");
    let refused = Table::read(&file).expect("the file of the refused can be read");
    let rows = refused.sheets.first().map_or(0, |sheet| sheet.rows.len());
    assert_eq!(rows, parsed.rejects.len() + 1, "{}", String::from_utf8_lossy(&file));
}

fn explained(error: &ImportError, bytes: &[u8]) {
    let told = error.told();
    assert!(!told.zh.is_empty() && !told.en.is_empty());
    if let ImportError::Mapping { line: Some(line), .. } = error {
        let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
        assert!((1..=lines + 1).contains(line), "line {line} of {lines}");
    }
}

/// A mapping file: what is wrong has its line, and what is right can be imported by.
pub fn mapping(data: &[u8]) {
    let Some((kind, rest)) = choice(data, &ALL) else { return };
    let Some(text) = text(rest) else { return };
    match Mapping::parse(text, kind) {
        Ok(mapping) => {
            let options = ImportOptions { datum: Datum::Wgs84, zone: zone(), mapping: Some(mapping) };
            let file = "甲,乙,丙,丁\n小区,经度,纬度,时间\n1,104.06,30.65,2026-03-04 09:15\n,,,\n";
            if let Err(error) = parse(kind, file.as_bytes(), &options, &mut |_| {}) {
                explained(&error, file.as_bytes());
            }
        }
        Err(error) => explained(&error, rest),
    }
}

/// A table of places: each row is a place or names what is wrong with it, and written again it reads the same.
pub fn points(data: &[u8]) {
    let Some((datum, bytes)) = choice(data, &DATUMS) else { return };
    let below = || Table::read(bytes).map(|table| table.sheets.first().map_or(0, |sheet| sheet.rows.len()));
    match points::points(bytes, datum, &zone()) {
        Err(refused) => unusable(&refused),
        Ok(rows) => {
            assert_eq!(rows.len() + 1, below().expect("read before"), "each row once");
            let refused = rows.iter().filter_map(|row| row.as_ref().err()).inspect(|refused| wrong_row(refused));
            assert!(refused.map(|refused| refused.row).is_sorted_by(|one, next| one < next));
            let places: Vec<_> = rows.iter().flatten().collect();
            let line = |point: &&Point| {
                let at = point.at.map(|at| at.to_string()).unwrap_or_default();
                format!("{},{},{at}\n", point.place.given_lon, point.place.given_lat)
            };
            let written = places.iter().map(line).collect::<String>();
            let again = points::points(format!("lon,lat,at\n{written}").as_bytes(), datum, &zone()).expect("a table");
            assert!(again.iter().flatten().eq(places), "{written:?}");
        }
    }
    match points::measurements(bytes, datum) {
        Err(refused) => unusable(&refused),
        Ok(levels) => {
            assert_eq!(levels.len() + 1, below().expect("read before"), "each row once");
            assert!(levels.iter().all(|level| level.rsrp_dbm.is_finite() && !level.element.is_empty()));
        }
    }
}

fn unusable(refused: &NoPoints) {
    let told = refused.told();
    assert!(!told.zh.is_empty() && !told.en.is_empty());
    if let NoPoints::Row(refused) = refused {
        wrong_row(refused);
    }
}

fn wrong_row(refused: &RowRefused) {
    assert!(refused.row > 1 && !refused.column.is_empty(), "{refused:?}");
    let told = refused.told();
    assert!(told.zh.contains(refused.column) && told.en.contains(refused.column), "{told:?}");
}

/// A backup: whole without its seal, or the lines of one. No row reads back as another.
pub fn backup(data: &[u8]) {
    let body = if data.starts_with(&[0x1f, 0x8b]) || data.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        data.to_vec()
    } else {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(data).and_then(|()| packed.finish()).expect("memory takes everything")
    };
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let seal = hex::encode(Sha256::digest(&body));
    file.write_all(&body).and_then(|()| writeln!(file, "{seal}")).expect("written");
    let extras = Store::carried_by(file.path());
    let whole = body == data;
    assert!(whole || text(before_tables(data)).is_some() || extras.is_err(), "what is no text is refused");
    for row in text(data).unwrap_or_default().lines().filter(|line| line.starts_with('[')) {
        for table in ["branch", "complaint", "journal", "asked", "person", "token", "outbox_attachment"] {
            let Ok(once) = reread(table, row) else { continue };
            assert_eq!(reread(table, &once).expect("what was written can be read"), once, "{table}");
        }
    }
}

/// What is read of a backup for what travels along: in the present layout that comes before the tables.
fn before_tables(data: &[u8]) -> &[u8] {
    let opens = |line: &&[u8]| serde_json::from_slice::<Value>(line).is_ok_and(|line| line.get("table").is_some());
    let read = data.split_inclusive(|byte| *byte == b'\n').take_while(|line| !opens(line));
    &data[..read.map(<[u8]>::len).sum()]
}

/// A mail that came back: what is reported names its mail.
pub fn bounce(data: &[u8]) {
    if let Some(report) = read_report(data) {
        assert!(!report.message_id.is_empty(), "{report:?}");
        assert!(report.words.chars().count() <= 1_000, "{report:?}");
    }
}
