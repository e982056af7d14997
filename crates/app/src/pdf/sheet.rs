//! What stands on a printed 《重大投诉申告表》, as the template reads it.

use domain::complaint::Complaint;
use domain::declaration::{Declaration, Need, Part, Review, Value, Version, minute, missing};
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Characters of one word that fit a line; a longer one is allowed to break anywhere.
const LONGEST_WORD: usize = 24;
/// Lets a line break where it stands, and prints nothing.
const BREAK: char = '\u{200b}';

/// A sheet to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    number: String,
    grade: &'static str,
    report: String,
    /// Short values, two to a line.
    fields: Vec<Field>,
    /// Long values, a box each.
    parts: Vec<Boxed>,
    /// Who handed it in.
    filed: Option<Signed>,
    /// What the area supervisor said.
    review: Option<Reviewed>,
    version: u32,
    /// SHA-256 of what is declared, hex.
    pub(super) digest: String,
    printed: String,
    #[serde(skip)]
    pub(super) printed_at: Timestamp,
    /// Not handed in yet, or parts are missing.
    draft: bool,
    demo: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Field {
    title: &'static str,
    value: String,
    missing: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Boxed {
    title: &'static str,
    lines: Vec<String>,
    missing: bool,
    /// One of the four parts M8 names.
    named: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Signed {
    by: String,
    at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Reviewed {
    by: String,
    at: String,
    outcome: &'static str,
    remarks: Vec<String>,
}

/// How far the form has come.
#[derive(Debug, Clone, Copy)]
pub enum Filed<'a> {
    /// Nobody has handed it in.
    Draft(&'a Declaration),
    /// Handed in, perhaps reviewed.
    Version(&'a Version, Option<&'a Review>),
}

impl Filed<'_> {
    const fn declaration(&self) -> &Declaration {
        match self {
            Self::Draft(declaration) => declaration,
            Self::Version(version, _) => &version.declaration,
        }
    }
}

impl Sheet {
    /// The sheet of a complaint's form, phones masked. `demo` marks it 演示数据.
    pub fn new(complaint: &Complaint, filed: Filed<'_>, demo: bool, now: Timestamp, zone: &TimeZone) -> Self {
        let declaration = filed.declaration().clone().masked();
        let lacking = missing(&declaration);
        let asked: Vec<_> =
            Part::ALL.into_iter().filter(|part| part.need(declaration.report) != Need::Absent).collect();
        let is_long = |part: &&Part| matches!(declaration.value(**part), Value::Words(_));
        let field = |part: &Part| Field {
            title: part.title().0,
            value: printable(&declaration.value(*part).said(zone)),
            missing: lacking.contains(part),
        };
        let boxed = |part: &Part| Boxed {
            title: part.title().0,
            lines: lines(&declaration.value(*part).said(zone)),
            missing: lacking.contains(part),
            named: matches!(part, Part::Problem | Part::SourceTracing | Part::Resources | Part::Communication),
        };
        let (version, review) = match filed {
            Filed::Draft(_) => (None, None),
            Filed::Version(version, review) => (Some(version), review),
        };
        Self {
            number: printable(complaint.number.as_str()),
            grade: complaint.grade.title().0,
            report: declaration.report_title(),
            fields: asked.iter().filter(|part| !is_long(part)).map(field).collect(),
            parts: asked.iter().filter(is_long).map(boxed).collect(),
            filed: version.map(|version| Signed { by: printable(&version.by.name), at: minute(version.at, zone) }),
            review: review.map(|review| Reviewed {
                by: printable(&review.by.name),
                at: minute(review.at, zone),
                outcome: review.outcome.title().0,
                remarks: lines(&domain::contact::mask_digits(&review.remarks)),
            }),
            version: version.map_or(0, |version| version.number),
            digest: digest(&declaration),
            printed: minute(now, zone),
            printed_at: now,
            draft: version.is_none() || !lacking.is_empty(),
            demo,
        }
    }
}

/// What names the content of a form: SHA-256 over its JSON, hex. Two forms that read alike have the same.
pub fn digest(declaration: &Declaration) -> String {
    let json = serde_json::to_vec(declaration).unwrap_or_default();
    hex::encode(Sha256::digest(&json))
}

/// The lines of a text that say something.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(printable).filter(|line| !line.trim().is_empty()).collect()
}

/// The text without what cannot be seen, and with places to break words no line holds: an address of a page, a code.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = 0;
    for c in text.chars().filter(|c| !c.is_control()) {
        run = if c.is_ascii_graphic() { run + 1 } else { 0 };
        if run > LONGEST_WORD {
            out.push(BREAK);
            run = 1;
        }
        out.push(c);
    }
    out
}
