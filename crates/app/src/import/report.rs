//! What an import found: items, refused rows, remarks, sheets.

use std::collections::BTreeMap;

use csv::StringRecord;
use domain::check::Bilingual;

use super::reject;
use super::table::Table;

/// A sentence in both languages.
pub(super) fn say(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { zh: zh.into(), en: en.into() }
}

/// Why nothing at all could be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is not what can be read.
    #[error("{en}")]
    Unreadable {
        /// Why, 中文.
        zh: String,
        /// Why.
        en: String,
    },
    /// The mapping file is wrong.
    #[error("{en}")]
    Mapping {
        /// The line of the mapping file, where it can be told.
        line: Option<usize>,
        /// What, 中文.
        zh: String,
        /// What.
        en: String,
    },
    /// No sheet has the headings this kind needs.
    #[error("no sheet holds {wanted_en}; headings found: {found}")]
    NotRecognised {
        /// What a sheet must have, 中文.
        wanted_zh: &'static str,
        /// What a sheet must have.
        wanted_en: &'static str,
        /// The headings that were found, by sheet.
        found: String,
    },
}

impl ImportError {
    pub(super) fn unreadable(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Unreadable { zh: zh.into(), en: en.into() }
    }

    /// The error in both languages.
    pub fn told(&self) -> Bilingual {
        match self {
            Self::Mapping { line: Some(line), zh, en } => {
                say(format!("第 {line} 行：{zh}"), format!("line {line}: {en}"))
            }
            Self::Unreadable { zh, en } | Self::Mapping { line: None, zh, en } => say(zh.clone(), en.clone()),
            Self::NotRecognised { wanted_zh, wanted_en, found } => say(
                format!("没有一个工作表包含{wanted_zh}；找到的表头：{found}。可用映射文件指定列。"),
                format!("no sheet holds {wanted_en}; headings found: {found}. A mapping file can name the columns."),
            ),
        }
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Which sheet of [`Table::sheets`].
    pub sheet: u32,
    /// Which of its rows.
    pub index: u32,
    /// The row as a spreadsheet counts, from 1.
    pub row: u32,
}

/// An item and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// Where.
    pub at: At,
    /// What.
    pub item: T,
}

/// A refused row, with what is wrong in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reject {
    /// Where.
    pub at: At,
    /// The heading of the column at fault; empty where it is the row as a whole.
    pub column: String,
    /// The value at fault.
    pub value: String,
    /// Why.
    pub reason: Bilingual,
}

/// Something worth knowing that refused no row.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// What.
    pub text: Bilingual,
    /// Of how many rows it is true.
    pub rows: u64,
    /// The first of them.
    pub first: At,
}

/// Collects notes by what they say.
#[derive(Debug, Default)]
pub(super) struct Notes {
    by_text: BTreeMap<(&'static str, &'static str), (u64, At)>,
}

impl Notes {
    pub(super) fn add(&mut self, at: At, zh: &'static str, en: &'static str) {
        self.by_text.entry((zh, en)).or_insert((0, at)).0 += 1;
    }

    pub(super) fn finish(self) -> Vec<Note> {
        let mut notes: Vec<Note> =
            self.by_text.into_iter().map(|((zh, en), (rows, first))| Note { text: say(zh, en), rows, first }).collect();
        notes.sort_by_key(|note| note.first);
        notes
    }
}

/// A sheet and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetReport {
    /// Its name; empty for CSV.
    pub name: String,
    /// Rows that count: neither blank nor headings. 0 for a sheet of no known kind.
    pub rows: u64,
    /// Whether its headings were understood.
    pub recognised: bool,
    /// Its headings.
    pub headings: StringRecord,
    /// Headings that were not used.
    pub unknown: Vec<String>,
}

/// An import, parsed but not applied. `rows` = `accepted` + rejected, each row counted once.
#[derive(Debug)]
pub struct Parsed<T> {
    /// What the accepted rows say.
    pub items: Vec<Located<T>>,
    /// Rows accepted: one item each, or told others what they lacked.
    pub accepted: u64,
    /// Refused rows in the order of the file.
    pub rejects: Vec<Reject>,
    /// Remarks.
    pub notes: Vec<Note>,
    /// Every sheet.
    pub sheets: Vec<SheetReport>,
    /// The file as read, for the reject file.
    pub source: Table,
}

impl<T> Parsed<T> {
    /// Rows that count: neither blank nor headings.
    pub fn rows(&self) -> u64 {
        self.accepted + self.rejects.len() as u64
    }

    /// Refuses a row afterwards, for what only its use could tell.
    pub fn refuse(&mut self, at: At, reason: Bilingual) {
        self.accepted = self.accepted.saturating_sub(1);
        self.rejects.push(Reject { at, column: String::new(), value: String::new(), reason });
    }

    /// Writes the reject file: CSV, UTF-8 with byte-order mark.
    pub fn write_rejects(&self, out: impl std::io::Write, file_name: &str) -> std::io::Result<()> {
        let headings =
            |at: At| self.sheets.get(at.sheet as usize).map(|sheet| sheet.headings.clone()).unwrap_or_default();
        reject::write(out, file_name, &self.source, &headings, &self.rejects)
    }
}
