//! One row seen through its columns, and what may be wrong with it.

use csv::StringRecord;
use domain::check::Bilingual;
use domain::time::Timestamp;
use jiff::tz::TimeZone;

use super::heading::{Columns, FieldDef};
use super::mapping::Mapping;
use super::moment::{NotATime, moment};
use super::report::{At, Notes, say};
use super::value::{clean, half_width, is_missing, number_and_unit};

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowError {
    /// The column at fault; none where it is the row as a whole.
    pub(super) column: Option<usize>,
    /// The field at fault, for rows that lack it.
    pub(super) field: Option<&'static str>,
    /// The value at fault.
    pub(super) value: String,
    /// Why.
    pub(super) reason: Bilingual,
}

/// One row of a recognised sheet.
pub(super) struct Cells<'a> {
    pub(super) at: At,
    pub(super) record: &'a StringRecord,
    pub(super) columns: &'a Columns,
    pub(super) fields: &'static [FieldDef],
    pub(super) mapping: &'a Mapping,
    pub(super) zone: &'a TimeZone,
}

impl<'a> Cells<'a> {
    /// What stands in a field, cleaned; `None` where it is missing.
    pub(super) fn text(&self, field: impl Into<usize>) -> Option<&'a str> {
        let field = field.into();
        self.place(field).map(|(_, text)| text).or_else(|| self.mapping.default_of(self.fields.get(field)?.name))
    }

    /// The column a field was read from, and what stands there.
    fn place(&self, field: usize) -> Option<(usize, &'a str)> {
        self.columns.of(field).iter().find_map(|&at| {
            let text = clean(self.record.get(at)?);
            if let Some(meant) = self.fields.get(field).and_then(|f| self.mapping.value_of(f.name, text)) {
                return (!is_missing(meant)).then_some((at, meant));
            }
            (!is_missing(text)).then_some((at, text))
        })
    }

    /// The heading a field was read from.
    pub(super) fn heading_of(&self, field: impl Into<usize>) -> &str {
        self.place(field.into()).and_then(|(at, _)| self.columns.headings().get(at)).map_or("", clean)
    }

    /// A fault of one field's value.
    pub(super) fn wrong(&self, field: impl Into<usize>, zh: impl Into<String>, en: impl Into<String>) -> RowError {
        let field = field.into();
        let place = self.place(field);
        RowError {
            column: place.map(|(at, _)| at).or_else(|| self.columns.of(field).first().copied()),
            field: self.fields.get(field).map(|f| f.name),
            value: self.text(field).unwrap_or_default().to_owned(),
            reason: say(zh, en),
        }
    }

    /// A fault of the row as a whole.
    pub(super) fn refused(zh: impl Into<String>, en: impl Into<String>) -> RowError {
        RowError { column: None, field: None, value: String::new(), reason: say(zh, en) }
    }

    /// A number within bounds, in one of the units named (lower case) or without; others are refused with the reason.
    pub(super) fn number(
        &self,
        field: impl Into<usize> + Copy,
        bounds: std::ops::RangeInclusive<f64>,
        units: &[&str],
    ) -> Result<Option<f64>, RowError> {
        let Some(text) = self.text(field) else { return Ok(None) };
        let Some((number, unit)) = number_and_unit(text) else {
            return Err(self.wrong(field, "不是数字", "not a number"));
        };
        if !unit.is_empty() && !units.contains(&unit.as_str()) {
            return Err(self.wrong(field, format!("不认识的单位“{unit}”"), format!("unknown unit \"{unit}\"")));
        }
        if !bounds.contains(&number) {
            let (low, high) = (bounds.start(), bounds.end());
            return Err(self.wrong(field, format!("超出范围 {low}～{high}"), format!("outside {low} to {high}")));
        }
        Ok(Some(number))
    }

    /// A whole number such as PCI or TAC, also in hexadecimal `0x2141`.
    pub(super) fn whole(&self, field: impl Into<usize> + Copy) -> Option<u32> {
        let text = self.text(field)?;
        if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            return u32::from_str_radix(hex, 16).ok();
        }
        text.parse().ok().or_else(|| {
            let number: f64 = text.parse().ok()?;
            (number.fract() == 0.0 && (0.0..=4e9).contains(&number)).then_some(number as u32)
        })
    }

    /// An instant.
    pub(super) fn time(&self, field: impl Into<usize> + Copy) -> Result<Option<Timestamp>, RowError> {
        let Some(text) = self.text(field) else { return Ok(None) };
        match moment(text, self.zone) {
            Ok(at) => Ok(Some(at)),
            Err(NotATime::Unreadable) => Err(self.wrong(field, "不是可识别的日期时间", "not a date and time")),
            Err(NotATime::Ambiguous) => Err(self.wrong(
                field,
                "分不清日和月，请写成 年-月-日 时:分",
                "day and month cannot be told apart: write year-month-day hour:minute",
            )),
        }
    }

    /// An identifier: full-width letters folded, the `.0` of numbers kept as decimals dropped.
    pub(super) fn id(&self, field: impl Into<usize> + Copy) -> Option<String> {
        let text = self.text(field)?;
        if text.is_ascii() {
            if let Some(whole) = text.strip_suffix(".0")
                && whole.bytes().all(|b| b.is_ascii_digit())
            {
                return Some(whole.to_owned());
            }
            return Some(text.to_owned());
        }
        Some(text.chars().map(|c| if ('０'..='ｚ').contains(&c) { half_width(c) } else { c }).collect())
    }
}

/// What a row came to.
pub(super) enum Outcome<T> {
    /// An item.
    Item(T),
    /// Nothing of its own: it told other rows what they lacked.
    Told,
}

/// An importer: which fields it knows and what a row of them means.
pub(super) trait Importer {
    /// What a row becomes.
    type Item;
    /// Its fields and their headings.
    const FIELDS: &'static [FieldDef];
    /// What a sheet must have, in both languages, for the error that says it has not.
    const WANTED: (&'static str, &'static str);

    /// Whether a sheet with these columns is of this kind.
    fn recognises(columns: &Columns) -> bool;

    /// Learns from a row before any is turned into an item.
    fn look_ahead(&mut self, _row: &Cells<'_>) {}

    /// Turns one row into an item.
    fn row(&mut self, row: &Cells<'_>, notes: &mut Notes) -> Result<Outcome<Self::Item>, RowError>;
}
