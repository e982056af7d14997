//! Importer of complaints 投诉工单: EOMS exports, contractor and branch sheets (domain.md §3).

use domain::complaint::{Intake, Matter, UpstreamNumber};
use domain::contact::Msisdn;
use domain::place::{Datum, Place};
use domain::time::Timestamp;
use sha2::{Digest, Sha256};

use super::heading::{Columns, FieldDef};
use super::inventory::position;
use super::moment::span_seconds;
use super::report::Notes;
use super::row::{Cells, Importer, Outcome, RowError};

mod fields;
mod words;

use fields::Field;

/// Reads rows of complaints.
pub(super) struct Complaints {
    datum: Datum,
}

impl Complaints {
    pub(super) const fn new(datum: Datum) -> Self {
        Self { datum }
    }
}

impl Importer for Complaints {
    type Item = Intake;
    const FIELDS: &'static [FieldDef] = Field::ALL;
    const WANTED: (&'static str, &'static str) = (
        "工单编号或客户电话、投诉/派单时间和投诉内容或工单主题",
        "an order number or phone, a time, and a description or title",
    );

    fn recognises(columns: &Columns) -> bool {
        columns.has(Field::Complained)
            && (columns.has(Field::Number) || columns.has(Field::Phone))
            && (columns.has(Field::Description) || columns.has(Field::Title) || columns.has(Field::Phenomenon))
    }

    fn row(&mut self, row: &Cells<'_>, notes: &mut Notes) -> Result<Outcome<Intake>, RowError> {
        let number = row.id(Field::Number);
        let phone = phone(row, notes)?;
        if number.is_none() && row.text(Field::Phone).is_none() {
            return Err(row.wrong(
                Field::Number,
                "既没有工单编号也没有客户电话，无法判断是否重复",
                "neither an order number nor a phone: a repeat could not be told",
            ));
        }
        let complained = row
            .time(Field::Complained)?
            .ok_or_else(|| row.wrong(Field::Complained, "没有投诉时间", "no time of complaint"))?;
        let (title, said) = wording(row)?;
        let path = words::phenomenon(row, &title);
        let subject = format!("{path} {title} {said}");
        let description = with_remark(row, said);
        let serving_cell = serving_cell(row);
        let matter = Matter {
            channel: words::channel(row.text(Field::Channel)),
            level: row.text(Field::Level).unwrap_or_default().to_owned(),
            service: words::service(row.text(Field::Service), &subject),
            technology: words::technology(row.text(Field::Technology), &subject),
            occurred: row.time(Field::Occurred)?,
            complained,
            serving_cell,
            wanted_by: wanted_by(row, complained, notes),
            phenomenon: path,
            title,
            description,
        };
        let submission = number.is_none().then(|| made_key(row, &matter));
        Ok(Outcome::Item(Intake {
            place: self.place(row, &matter, notes)?,
            matter,
            phone,
            customer: row.text(Field::Customer).map(str::to_owned),
            upstream: number.map(|number| UpstreamNumber { client: UpstreamNumber::BRANCH.to_owned(), number }),
            submission,
            flow: None,
            grade: None,
            document: None,
        }))
    }
}

impl Complaints {
    fn place(&self, row: &Cells<'_>, matter: &Matter, notes: &mut Notes) -> Result<Place, RowError> {
        let zero = |field| row.text(field).is_some_and(|text| text.parse() == Ok(0.0));
        let point = if zero(Field::Lon) && zero(Field::Lat) {
            notes.add(row.at, "经纬度为 0，按没有位置处理", "coordinates of 0 are taken as no position");
            None
        } else {
            position(row, Field::Lon, Field::Lat, Field::Position, self.datum)?
        };
        let address = row.text(Field::Address).or_else(|| row.text(Field::StationName)).unwrap_or_default().to_owned();
        if point.is_none() {
            notes.add(
                row.at,
                "没有经纬度，网络核查需先在地图上定位",
                "no coordinates: the network check needs a place first",
            );
        }
        let precision_metres = row.number(Field::Precision, 0.0..=100_000.0, &["m", "米"])?;
        let setting = words::setting(row.text(Field::Setting), &matter.phenomenon, &matter.description);
        Ok(Place { point, precision_metres, setting, address })
    }
}

/// The phone, unless the source masked it; a text that is no phone at all is refused.
fn phone(row: &Cells<'_>, notes: &mut Notes) -> Result<Option<Msisdn>, RowError> {
    let Some(text) = row.text(Field::Phone) else { return Ok(None) };
    if text.contains('*') {
        notes.add(row.at, "电话已被来源系统打码，不予登记", "the phone was masked by its source and is left out");
        return Ok(None);
    }
    let first = text.split(['/', ',', ';', '、', '，', '；', '\n']).map(str::trim).find_map(|part| part.parse().ok());
    first.map(Some).ok_or_else(|| row.wrong(Field::Phone, "不是电话号码", "not a telephone number"))
}

/// Title and description; each stands in for the other.
fn wording(row: &Cells<'_>) -> Result<(String, String), RowError> {
    let title = row.text(Field::Title);
    let said = row.text(Field::Description).or(title).or_else(|| row.text(Field::Phenomenon));
    let said = said.ok_or_else(|| row.wrong(Field::Description, "没有投诉内容", "no description"))?;
    Ok((title.unwrap_or_default().to_owned(), said.to_owned()))
}

/// A remark 备注, the handling history of exports, is kept below the description.
fn with_remark(row: &Cells<'_>, said: String) -> String {
    match row.text(Field::Remark) {
        Some(remark) => format!("{said}\n备注：{remark}"),
        None => said,
    }
}

/// The serving cell, also put together from base station and cell number as the inventory does.
fn serving_cell(row: &Cells<'_>) -> Option<String> {
    let joined = || {
        let (station, local) = (row.id(Field::Station)?, row.id(Field::CellNumber)?);
        let numbers = [&station, &local].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        numbers.then(|| format!("{station}_{local}"))
    };
    row.id(Field::ServingCell).or_else(joined).or_else(|| row.id(Field::CellName))
}

/// A deadline as an instant, or as a span from the complaint.
fn wanted_by(row: &Cells<'_>, complained: Timestamp, notes: &mut Notes) -> Option<Timestamp> {
    let text = row.text(Field::WantedBy)?;
    let found = row.time(Field::WantedBy).ok().flatten();
    let found = found.or_else(|| span_seconds(text).map(|seconds| complained.plus_seconds(seconds)));
    if found.is_none() {
        notes.add(row.at, "处理时限无法识别，不予登记", "a deadline could not be read and is left out");
    }
    found
}

/// The same row again is the same complaint, also where nobody numbered it. A hash, so that no phone is kept in clear.
fn made_key(row: &Cells<'_>, matter: &Matter) -> String {
    let mut hash = Sha256::new();
    for part in [row.text(Field::Phone).unwrap_or_default(), &matter.complained.to_string(), &matter.description] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    format!("import-{}", &hex::encode(hash.finalize())[..32])
}
