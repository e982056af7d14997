//! Tables of places: what `check --points` asks about, and the levels `calibrate` fits the model to.
//!
//! Pure over bytes. What is wrong with a row names its row, as a spreadsheet counts, and its column.

use csv::StringRecord;
use domain::calendar::{NotATime, parse_instant};
use domain::check::Bilingual;
use domain::place::{Datum, GivenPoint, NotAPlace};
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use ran::calibrate::Measurement;

use crate::import::{ImportError, Row, Table, degrees, number_and_unit};

/// A column, by the names measuring tools give it; the first is the one we write.
type Column = &'static [&'static str];

const LON: Column = &["lon", "lng", "longitude", "lonwgs84", "经度"];
const LAT: Column = &["lat", "latitude", "latwgs84", "纬度"];
const AT: Column = &["at"];
const CELL: Column = &["cell", "cellid", "cellindex", "小区", "小区标识"];
const RSRP: Column = &["rsrp", "rsrp(dbm)", "rsrpdbm", "电平"];

/// A place to ask about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Where.
    pub place: GivenPoint,
    /// When, where the row says.
    pub at: Option<Timestamp>,
}

/// Why a file holds no places at all.
#[derive(Debug, thiserror::Error)]
pub enum NoPoints {
    /// It is no table.
    #[error(transparent)]
    Unreadable(#[from] ImportError),
    /// Columns it needs are not there.
    #[error("the file needs the columns {}", .0.join(", "))]
    Columns(Vec<&'static str>),
    /// A row the rest is worth nothing without.
    #[error(transparent)]
    Row(#[from] RowRefused),
}

impl NoPoints {
    /// What is wrong and what to do, in both languages.
    pub fn told(&self) -> Bilingual {
        match self {
            Self::Unreadable(error) => error.told(),
            Self::Columns(columns) => {
                Bilingual::new(format!("文件需要这些列：{}", columns.join("、")), self.to_string())
            }
            Self::Row(refused) => refused.told(),
        }
    }
}

/// Why a row is no place.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("row {row}, column {column}: {why}")]
pub struct RowRefused {
    /// As a spreadsheet counts, from 1.
    pub row: u32,
    /// The name of the column.
    pub column: &'static str,
    /// What is wrong with its cell.
    pub why: CellRefused,
}

impl RowRefused {
    /// Where it is and what is wrong, in both languages.
    pub fn told(&self) -> Bilingual {
        Bilingual::new(format!("第{}行 {} 列：{}", self.row, self.column, self.why.told().zh), self.to_string())
    }
}

/// Why a cell is not what its column holds.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CellRefused {
    /// Nothing stands there.
    #[error("nothing stands there")]
    Empty,
    /// No number.
    #[error("not a number: `{0}`")]
    NotANumber(String),
    /// No place on the map.
    #[error(transparent)]
    NotAPlace(#[from] NotAPlace),
    /// No instant.
    #[error(transparent)]
    NotATime(#[from] NotATime),
}

impl CellRefused {
    /// What is wrong, in both languages.
    pub fn told(&self) -> Bilingual {
        match self {
            Self::Empty => Bilingual::new("没有填写", self.to_string()),
            Self::NotANumber(text) => Bilingual::new(format!("不是数字：“{text}”"), self.to_string()),
            Self::NotAPlace(why) => why.told(),
            Self::NotATime(why) => why.told(),
        }
    }
}

/// The places of a table with the columns `lon`, `lat` and perhaps `at`, in its order. A row that is no place stops no other.
pub fn points(bytes: &[u8], datum: Datum, zone: &TimeZone) -> Result<Vec<Result<Point, RowRefused>>, NoPoints> {
    let (columns, rows) = table(bytes, &[LON, LAT], &[AT])?;
    let point = |row: &Row| {
        let at = columns[2].map(|at| Cell { row, column: AT, at });
        let at = at.filter(|cell| !cell.text().is_empty()).map(|cell| cell.read(|text| Ok(parse_instant(text, zone)?)));
        Ok(Point { place: place(row, &columns, datum)?, at: at.transpose()? })
    };
    Ok(rows.iter().map(point).collect())
}

/// The measurements of a table with the columns `lon`, `lat`, `cell` and `rsrp`: all of its rows or none.
pub fn measurements(bytes: &[u8], datum: Datum) -> Result<Vec<Measurement>, NoPoints> {
    let (columns, rows) = table(bytes, &[LON, LAT, CELL, RSRP], &[])?;
    let measurement = |row: &Row| {
        let cell = |column: Column, at: usize| Cell { row, column, at: columns[at].unwrap_or(usize::MAX) };
        // A sample without a serving cell is left out when it is fitted, and told there.
        let element = cell(CELL, 2).text().to_owned();
        let rsrp_dbm = cell(RSRP, 3).read(level)?;
        Ok(Measurement { element, place: place(row, &columns, datum)?.wgs84, rsrp_dbm })
    };
    Ok(rows.iter().map(measurement).collect::<Result<_, RowRefused>>()?)
}

/// Where each column stands, those that must be there first, and the rows below the headings.
fn table(bytes: &[u8], needed: &[Column], optional: &[Column]) -> Result<(Vec<Option<usize>>, Vec<Row>), NoPoints> {
    let mut sheets = Table::read(bytes)?.sheets.into_iter();
    let mut rows = sheets.next().map(|sheet| sheet.rows).unwrap_or_default();
    let headings = if rows.is_empty() { StringRecord::new() } else { rows.remove(0).cells };
    let plain = |text: &str| text.trim().trim_start_matches('\u{feff}').to_lowercase().replace([' ', '_'], "");
    let columns = needed.iter().chain(optional);
    // Of two that would do, the name that stands first in the list.
    let found = columns
        .map(|column| column.iter().find_map(|name| headings.iter().position(|heading| plain(heading) == *name)));
    let found: Vec<Option<usize>> = found.collect();
    if found.iter().take(needed.len()).any(Option::is_none) {
        return Err(NoPoints::Columns(needed.iter().map(|column| column[0]).collect()));
    }
    Ok((found, rows))
}

/// The place of a row; the first two columns are its longitude and latitude.
fn place(row: &Row, columns: &[Option<usize>], datum: Datum) -> Result<GivenPoint, RowRefused> {
    let cell = |column: Column, at: usize| Cell { row, column, at: columns[at].unwrap_or(usize::MAX) };
    let angle =
        |cell: Cell<'_>| cell.read(|text| degrees(text).ok_or_else(|| CellRefused::NotANumber(text.to_owned())));
    let (lon, lat) = (cell(LON, 0), cell(LAT, 1));
    GivenPoint::new(angle(lon)?, angle(lat)?, datum).map_err(|why| match why {
        NotAPlace::Longitude(_) => lon.refused(why.into()),
        NotAPlace::Latitude(_) => lat.refused(why.into()),
    })
}

fn level(text: &str) -> Result<f64, CellRefused> {
    let known = number_and_unit(text).filter(|(_, unit)| matches!(unit.as_str(), "" | "dbm"));
    known.map(|(number, _)| number).ok_or_else(|| CellRefused::NotANumber(text.to_owned()))
}

/// A cell of a row.
#[derive(Debug, Clone, Copy)]
struct Cell<'a> {
    row: &'a Row,
    column: Column,
    at: usize,
}

impl<'a> Cell<'a> {
    fn text(self) -> &'a str {
        self.row.cells.get(self.at).unwrap_or_default().trim()
    }

    fn read<T>(self, read: impl FnOnce(&str) -> Result<T, CellRefused>) -> Result<T, RowRefused> {
        let text = self.text();
        let found = if text.is_empty() { Err(CellRefused::Empty) } else { read(text) };
        found.map_err(|why| self.refused(why))
    }

    fn refused(self, why: CellRefused) -> RowRefused {
        RowRefused { row: self.row.number, column: self.column[0], why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        jiff::tz::TimeZoneDatabase::bundled().get("Asia/Shanghai").expect("bundled")
    }

    fn read(text: &str) -> Vec<Result<Point, RowRefused>> {
        points(text.as_bytes(), Datum::Wgs84, &zone()).expect("a table")
    }

    #[test]
    fn m2_a_place_is_read_with_its_time_where_one_is_given() {
        let rows = read("\u{feff}LON, Lat ,at\r\n104.06,30.65,2026-03-04 09:15\r\n\r\n104°3′36″,30.65,\r\n");
        let [Ok(first), Ok(second)] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!(first.at, Some("2026-03-04T01:15:00Z".parse().expect("an instant")));
        assert_eq!((second.at, second.place.given_lat), (None, 30.65));
        assert!((second.place.given_lon - 104.06).abs() < 1e-9);
    }

    #[test]
    fn m2_what_is_no_place_names_its_row_and_column_and_stops_no_other() {
        let rows = read("lon,lat,at\n913.2,23.1\n\n113.2,\n113.2,here\n113.2,23.1,2026-02-30 09:15\n113.2,23.1\n");
        let refused: Vec<_> =
            rows.iter().filter_map(|row| row.as_ref().err()).map(|one| (one.row, one.column)).collect();
        assert_eq!(refused, [(2, "lon"), (4, "lat"), (5, "lat"), (6, "at")]);
        assert!(rows[4].is_ok());
        let told = rows[2].as_ref().expect_err("no number").told();
        assert_eq!(told.zh, "第5行 lat 列：不是数字：“here”");
        assert_eq!(told.en, "row 5, column lat: not a number: `here`");
    }

    #[test]
    fn m2_measurements_are_all_read_or_none() {
        let read = |text: &str| measurements(text.as_bytes(), Datum::Wgs84).map_err(|refused| refused.told().en);
        let found = read("Cell ID;Longitude;Latitude;RSRP (dBm)\nCD-1;104.06;30.65;-95 dBm\n").expect("measurements");
        assert_eq!((found.len(), found[0].element.as_str(), found[0].rsrp_dbm), (1, "CD-1", -95.0));
        let wrong = read("cell,lon,lat,rsrp\nCD-1,104.06,30.65,-95\nCD-1,104.06,30.65,weak\n");
        assert_eq!(wrong, Err("row 3, column rsrp: not a number: `weak`".into()));
        let nameless = read("cell,lon,lat,rsrp\n,104.06,30.65,-95\n").expect("measurements");
        assert_eq!((nameless.len(), nameless[0].element.as_str()), (1, ""), "no service is a measurement, too");
        let both = points(b"longitude,lat,lon\n1,2,3\n", Datum::Wgs84, &zone()).expect("a table");
        assert_eq!(
            both[0].as_ref().map(|point| point.place.given_lon),
            Ok(3.0),
            "the column we write, where it is there"
        );
        assert_eq!(read("cell,lon,lat\n"), Err("the file needs the columns lon, lat, cell, rsrp".into()));
        assert_eq!(read(""), Err("the file needs the columns lon, lat, cell, rsrp".into()));
        assert!(read("<html>").is_err_and(|why| why.contains("web page")));
    }
}
