//! Where an element stands, and the ways coordinates go wrong.

use domain::place::{Datum, GivenPoint};

use super::Field;
use crate::import::row::{Cells, RowError};
use crate::import::value::degrees;

/// The row's own position; `None` where it has none.
pub(super) fn point(row: &Cells<'_>, datum: Datum) -> Result<Option<GivenPoint>, RowError> {
    from_fields(row, Field::Lon, Field::Lat, Field::Position, datum)
}

/// The fault of a row without a position.
pub(super) fn missing(row: &Cells<'_>) -> RowError {
    row.wrong(
        Field::Lon,
        "没有经纬度，同一文件的站点表中也没有该站的位置",
        "no position, and no site sheet of the file has one for its site",
    )
}

/// A position from two columns or one, checked for what usually goes wrong.
pub(in crate::import) fn from_fields<F: Into<usize> + Copy>(
    row: &Cells<'_>,
    lon: F,
    lat: F,
    both: F,
    datum: Datum,
) -> Result<Option<GivenPoint>, RowError> {
    let (x, y) = match (row.text(lon), row.text(lat)) {
        (Some(x), Some(y)) => (read(row, lon, x)?, read(row, lat, y)?),
        (Some(_), None) => return Err(row.wrong(lat, "有经度而没有纬度", "there is a longitude but no latitude")),
        (None, Some(_)) => return Err(row.wrong(lon, "有纬度而没有经度", "there is a latitude but no longitude")),
        (None, None) => match row.text(both) {
            None => return Ok(None),
            Some(text) => pair(text).ok_or_else(|| row.wrong(both, "不是“经度,纬度”", "not \"longitude,latitude\""))?,
        },
    };
    if x == 0.0 || y == 0.0 {
        let at = if x == 0.0 { lon } else { lat };
        return Err(row.wrong(at, "经度或纬度为 0，不是真实位置", "a longitude or latitude of 0 is no real position"));
    }
    if in_china(y, x) && !in_china(x, y) {
        return Err(row.wrong(lon, "经度和纬度似乎写反了", "longitude and latitude seem to be swapped"));
    }
    if !(-180.0..=180.0).contains(&x) {
        return Err(row.wrong(lon, "经度超出 -180～180", "the longitude is outside -180 to 180"));
    }
    GivenPoint::new(x, y, datum)
        .map(Some)
        .map_err(|_| row.wrong(lat, "纬度超出 -90～90", "the latitude is outside -90 to 90"))
}

fn read<F: Into<usize> + Copy>(row: &Cells<'_>, field: F, text: &str) -> Result<f64, RowError> {
    degrees(text).ok_or_else(|| row.wrong(field, "不是经纬度", "not a coordinate"))
}

fn pair(text: &str) -> Option<(f64, f64)> {
    let (x, y) = text.split_once([',', '，', ' ', ';', '/'])?;
    Some((degrees(x.trim())?, degrees(y.trim())?))
}

/// The rectangle around China and its neighbours, wide enough for a swap check.
fn in_china(lon: f64, lat: f64) -> bool {
    (73.0..=136.0).contains(&lon) && (3.0..=54.0).contains(&lat)
}
