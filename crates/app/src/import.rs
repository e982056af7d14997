//! Importers: any file in, items out; each row counted once, accepted or refused with a reason a person understands (M1, M2).
//!
//! An importer is one file here: its fields with their headings, and `row`, which turns a row into an item. Reading files,
//! finding headings, mapping files, notes and the reject file are common.

use std::io;

use domain::complaint::Intake;
use domain::place::Datum;
use jiff::tz::TimeZone;
use ran::fact::{Alarm, Interference, Outage};

mod alarms;
mod apply;
mod cells;
mod complaints;
mod driver;
mod heading;
mod interference;
mod inventory;
mod mapping;
mod moment;
mod outages;
mod radio;
mod reject;
mod repeaters;
mod report;
mod row;
mod table;
mod target;
mod value;

pub use apply::{ApplyError, ApplyOptions, OUTLASTS, Outcome, Summary, apply};
pub use heading::FieldDef;
pub use inventory::InventoryItem;
pub use mapping::{Mapping, Scalar};
pub use moment::{NotATime, moment, span_seconds};
pub use report::{At, ImportError, Located, Note, Parsed, Reject, SheetReport};
pub use table::{Row, Sheet, Table};
pub use value::{degrees, number_and_unit};

use row::Importer;

/// What can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 小区工参.
    Cells,
    /// 直放站.
    Repeaters,
    /// 告警.
    Alarms,
    /// 停闭、退服、节能、割接、搬迁.
    Outages,
    /// 上行干扰.
    Interference,
    /// 投诉工单.
    Complaints,
}

/// Every kind, in the order a page offers them.
pub const ALL: [Kind; 6] =
    [Kind::Cells, Kind::Repeaters, Kind::Alarms, Kind::Outages, Kind::Interference, Kind::Complaints];

impl Kind {
    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cells => "cells",
            Self::Repeaters => "repeaters",
            Self::Alarms => "alarms",
            Self::Outages => "outages",
            Self::Interference => "interference",
            Self::Complaints => "complaints",
        }
    }

    /// The kind of a name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Its fields and the headings they are known by.
    pub const fn fields(self) -> &'static [FieldDef] {
        match self {
            Self::Cells => cells::Cells::FIELDS,
            Self::Repeaters => repeaters::Repeaters::FIELDS,
            Self::Alarms => alarms::Alarms::FIELDS,
            Self::Outages => outages::Outages::FIELDS,
            Self::Interference => interference::Interferences::FIELDS,
            Self::Complaints => complaints::Complaints::FIELDS,
        }
    }
}

/// What the reader cannot tell from the file.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The datum of its coordinates; must be declared (domain.md §8).
    pub datum: Datum,
    /// The zone of its local times.
    pub zone: TimeZone,
    /// A mapping file.
    pub mapping: Option<Mapping>,
}

/// A parsed file.
#[derive(Debug)]
pub enum ParsedFile {
    /// Cells or repeaters.
    Inventory(Parsed<InventoryItem>),
    /// Alarms.
    Alarms(Parsed<Alarm>),
    /// Outages.
    Outages(Parsed<Outage>),
    /// Interference.
    Interference(Parsed<Interference>),
    /// Complaints.
    Complaints(Parsed<Intake>),
}

/// Reads and parses a file; nothing is stored. `progress` is told how many rows are done.
pub fn parse(
    kind: Kind,
    bytes: &[u8],
    options: &ImportOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<ParsedFile, ImportError> {
    let table = Table::read(bytes)?;
    Ok(match kind {
        Kind::Cells => ParsedFile::Inventory(driver::run(cells::Cells::new(options.datum), table, options, progress)?),
        Kind::Repeaters => {
            ParsedFile::Inventory(driver::run(repeaters::Repeaters::new(options.datum), table, options, progress)?)
        }
        Kind::Alarms => ParsedFile::Alarms(driver::run(alarms::Alarms, table, options, progress)?),
        Kind::Outages => ParsedFile::Outages(driver::run(outages::Outages, table, options, progress)?),
        Kind::Interference => {
            ParsedFile::Interference(driver::run(interference::Interferences, table, options, progress)?)
        }
        Kind::Complaints => {
            ParsedFile::Complaints(driver::run(complaints::Complaints::new(options.datum), table, options, progress)?)
        }
    })
}

impl ParsedFile {
    /// Refused rows in the order of the file.
    pub fn rejects(&self) -> &[Reject] {
        match self {
            Self::Inventory(parsed) => &parsed.rejects,
            Self::Alarms(parsed) => &parsed.rejects,
            Self::Outages(parsed) => &parsed.rejects,
            Self::Interference(parsed) => &parsed.rejects,
            Self::Complaints(parsed) => &parsed.rejects,
        }
    }

    /// Remarks.
    pub fn notes(&self) -> &[Note] {
        match self {
            Self::Inventory(parsed) => &parsed.notes,
            Self::Alarms(parsed) => &parsed.notes,
            Self::Outages(parsed) => &parsed.notes,
            Self::Interference(parsed) => &parsed.notes,
            Self::Complaints(parsed) => &parsed.notes,
        }
    }

    /// Every sheet and what became of it.
    pub fn sheets(&self) -> &[SheetReport] {
        match self {
            Self::Inventory(parsed) => &parsed.sheets,
            Self::Alarms(parsed) => &parsed.sheets,
            Self::Outages(parsed) => &parsed.sheets,
            Self::Interference(parsed) => &parsed.sheets,
            Self::Complaints(parsed) => &parsed.sheets,
        }
    }

    /// Writes the reject file: CSV, UTF-8 with byte-order mark.
    pub fn write_rejects(&self, out: impl io::Write, file_name: &str) -> io::Result<()> {
        match self {
            Self::Inventory(parsed) => parsed.write_rejects(out, file_name),
            Self::Alarms(parsed) => parsed.write_rejects(out, file_name),
            Self::Outages(parsed) => parsed.write_rejects(out, file_name),
            Self::Interference(parsed) => parsed.write_rejects(out, file_name),
            Self::Complaints(parsed) => parsed.write_rejects(out, file_name),
        }
    }
}
