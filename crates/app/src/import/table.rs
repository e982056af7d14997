//! Any file as sheets of rows with the row numbers a spreadsheet shows.
//!
//! Invariant: no bytes make it panic, and nothing small unpacks into more than [`MAX_BYTES`].

use std::io::{self, Read};

use csv::StringRecord;

use super::{ImportError, reject};

mod text;
mod workbook;

/// What a packed file may unpack into.
const MAX_BYTES: u64 = 1 << 30;

/// A file, read.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its sheets in order; one for CSV.
    pub sheets: Vec<Sheet>,
    /// How it was read: `xlsx`, `xls`, or the encoding of a text.
    pub form: &'static str,
}

/// One sheet.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Its name; empty for CSV.
    pub name: String,
    /// Its rows that hold anything.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// As a spreadsheet counts, from 1.
    pub number: u32,
    /// Its cells as text.
    pub cells: StringRecord,
}

impl Sheet {
    /// Whether this is what an import refused, on its way back: our columns stand in its headings.
    pub(super) fn is_reject_file(&self) -> bool {
        self.rows.first().is_some_and(|row| row.cells.iter().any(reject::is_own_heading))
    }
}

impl Table {
    /// Reads CSV (UTF-8, UTF-16, GB18030; `,` `;` tab `|`), `.xlsx`, `.xls`, each also packed with gzip. What it is, is told
    /// from the bytes, never from the file's name.
    pub fn read(bytes: &[u8]) -> Result<Self, ImportError> {
        let mut table = if is_gzip(bytes) {
            let plain = unpack(bytes).map_err(|error| {
                ImportError::unreadable(
                    format!("压缩文件无法解开：{error}"),
                    format!("the gzip file cannot be unpacked: {error}"),
                )
            })?;
            Self::plain(&plain)?
        } else {
            Self::plain(bytes)?
        };
        // Whatever a reject file was saved as after it was corrected, its cells are escaped.
        for row in table.sheets.iter_mut().filter(|sheet| sheet.is_reject_file()).flat_map(|sheet| &mut sheet.rows) {
            row.cells = row.cells.iter().map(reject::unescape).collect();
        }
        Ok(table)
    }

    fn plain(bytes: &[u8]) -> Result<Self, ImportError> {
        if bytes.starts_with(b"PK\x03\x04") {
            return workbook::xlsx(bytes);
        }
        if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return workbook::xls(bytes);
        }
        text::read(bytes)
    }
}

/// Whether the bytes are packed with gzip.
fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Unpacks gzip, up to [`MAX_BYTES`].
fn unpack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).take(MAX_BYTES + 1).read_to_end(&mut plain)?;
    if plain.len() as u64 > MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "more than 1 GiB when unpacked"));
    }
    Ok(plain)
}

/// Whether a row holds anything at all.
fn holds_something(cells: &StringRecord) -> bool {
    cells.iter().any(|cell| !super::value::clean(cell).is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512), magic in 0..4_usize) {
            let heads: [&[u8]; 4] = [b"", b"PK\x03\x04", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], &[0x1f, 0x8b, 8]];
            let whole = [heads[magic], &bytes].concat();
            let _ = Table::read(&whole);
        }
    }
}
