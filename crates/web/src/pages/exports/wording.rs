//! How the file of an export is worded: its columns by the pages' own names, its mark.

use app::desk::{Shown, Wording};
use app::export::Cell;
use domain::contact::mask_digits;
use domain::export::{Language, Request};

use crate::i18n::Lang;
use crate::reader::Reader;

/// The columns, by the keys of their names. The first two say in every row where it comes from.
const COLUMNS: [&str; 26] = [
    "export-column-request",
    "export-column-by",
    "column-number",
    "column-received",
    "field-flow",
    "field-grade",
    "column-state",
    "field-channel",
    "first-owner",
    "handler",
    "field-department",
    "field-organisation",
    "waits-on",
    "column-cause",
    "field-attribution",
    "field-resolution",
    "export-column-closed",
    "field-phone",
    "export-column-customer",
    "field-address",
    "field-phenomenon",
    "column-matter",
    "export-column-lon",
    "export-column-lat",
    "export-column-upstream",
    "export-column-cell",
];

/// The words of a file, in the language it was asked for in.
#[derive(Debug)]
pub struct Words(Reader);

impl Words {
    /// At the present of whoever approves.
    pub fn of(reader: &Reader, language: Language) -> Self {
        let lang = match language {
            Language::Zh => Lang::Zh,
            Language::En => Lang::En,
        };
        Self(Reader { lang, ..reader.clone() })
    }
}

impl Wording for Words {
    fn headings(&self) -> Vec<String> {
        COLUMNS.iter().map(|key| self.0.t(key).into_owned()).collect()
    }

    fn row(&self, request: &Request, shown: &Shown<'_>) -> Vec<Cell> {
        let (r, c) = (&self.0, shown.complaint);
        let said = if c.matter.title.is_empty() {
            c.matter.description.clone()
        } else {
            format!("{} {}", c.matter.title, c.matter.description)
        };
        let closure = c.closure.as_ref();
        let point = c.place.point.map(|point| point.wgs84);
        let name = |value: Option<std::borrow::Cow<'_, str>>| Cell::from(value.unwrap_or_default().as_ref());
        let words = |text: Option<&str>| Cell::from(text.unwrap_or_default());
        vec![
            Cell::from(request.asked.number.as_str()),
            Cell::from(format!("{} {}", request.asked.asker.name, r.full(&r.now))),
            Cell::from(c.number.as_str()),
            Cell::from(r.full(&c.received)),
            name(Some(r.name(&c.flow))),
            name(Some(r.name(&c.grade))),
            name(Some(r.name(&c.state))),
            name(Some(r.name(&c.matter.channel))),
            Cell::from(c.first_owner.name.as_str()),
            words(c.handler.as_ref().map(|handler| handler.name.as_str())),
            words(c.department.as_deref()),
            words(c.organisation.as_deref()),
            name(c.state.is_open().then(|| r.name(&c.waits_on))),
            name(c.checks.last().map(|check| r.name(&check.cause))),
            name(closure.and_then(|closure| closure.attribution).map(|value| r.name(&value))),
            name(closure.and_then(|closure| closure.resolution).map(|value| r.name(&value))),
            Cell::from(closure.map(|closure| r.full(&closure.at)).unwrap_or_default()),
            Cell::from(shown.phone.as_str()),
            Cell::from(shown.name.as_str()),
            Cell::from(mask_digits(&c.place.address)),
            Cell::from(c.matter.phenomenon.as_str()),
            // A number somebody wrote into the words stays masked whatever was approved.
            Cell::from(mask_digits(&said)),
            point.map_or(Cell::Empty, |point| Cell::Number(point.lon())),
            point.map_or(Cell::Empty, |point| Cell::Number(point.lat())),
            words(c.upstream.as_ref().map(|upstream| upstream.number.as_str())),
            words(c.matter.serving_cell.as_deref()),
        ]
    }

    fn mark(&self, request: &Request, approver: &str) -> String {
        let (r, asked) = (&self.0, &request.asked);
        let who = r.both("export-mark-who", &asked.asker.name, approver);
        let what = r.both("export-mark-what", r.full(&r.now), &asked.reason);
        format!("{} · {who} · {what}", asked.number)
    }
}
