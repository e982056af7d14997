//! WGS-84, GCJ-02 and BD-09 and the ways between them (`domain.md` §8).

use std::f64::consts::PI;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::LonLat;

/// The datum 坐标系 a pair of coordinates is given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// GPS and 工参.
    Wgs84,
    /// 国测局坐标: Amap, Tencent.
    Gcj02,
    /// 百度坐标.
    Bd09,
}

/// A name that is none of the three datums.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown datum {0}: use wgs84, gcj02 or bd09")]
pub struct UnknownDatum(pub String);

impl FromStr for Datum {
    type Err = UnknownDatum;

    fn from_str(text: &str) -> Result<Self, UnknownDatum> {
        match text.trim().to_ascii_lowercase().replace(['-', '_'], "").as_str() {
            "wgs84" => Ok(Self::Wgs84),
            "gcj02" => Ok(Self::Gcj02),
            "bd09" => Ok(Self::Bd09),
            _ => Err(UnknownDatum(text.to_owned())),
        }
    }
}

impl Datum {
    /// The name used in files, options and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// A point of this datum in WGS-84, to better than 1e-9 degree.
    pub fn to_wgs84(self, given: LonLat) -> LonLat {
        match self {
            Self::Wgs84 => given,
            Self::Gcj02 => from_gcj02(given),
            Self::Bd09 => from_gcj02(from_bd09(given)),
        }
    }

    /// A WGS-84 point in this datum.
    pub fn from_wgs84(self, point: LonLat) -> LonLat {
        match self {
            Self::Wgs84 => point,
            Self::Gcj02 => to_gcj02(point),
            Self::Bd09 => to_bd09(to_gcj02(point)),
        }
    }
}

/// Semi-major axis of the ellipsoid GCJ-02 is computed on, metres.
const A: f64 = 6_378_245.0;
/// Its squared eccentricity.
const EE: f64 = 0.006_693_421_622_965_943;
const BD_PI: f64 = PI * 3000.0 / 180.0;

/// The shift applies on Chinese territory only; elsewhere GCJ-02 is WGS-84.
fn outside_china(point: LonLat) -> bool {
    !(72.004..=137.8347).contains(&point.lon) || !(0.8293..=55.8271).contains(&point.lat)
}

fn wobble(t: f64) -> f64 {
    (20.0 * (6.0 * t * PI).sin() + 20.0 * (2.0 * t * PI).sin()) * 2.0 / 3.0
}

fn to_gcj02(point: LonLat) -> LonLat {
    if outside_china(point) {
        return point;
    }
    let (x, y) = (point.lon - 105.0, point.lat - 35.0);
    let dlat = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + wobble(x)
        + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let dlon = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + wobble(x)
        + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let rad = point.lat / 180.0 * PI;
    let magic = 1.0 - EE * rad.sin().powi(2);
    LonLat {
        lon: point.lon + dlon * 180.0 / (A / magic.sqrt() * rad.cos() * PI),
        lat: point.lat + dlat * 180.0 / (A * (1.0 - EE) / (magic * magic.sqrt()) * PI),
    }
}

/// No closed inverse exists; the shift varies so slowly that subtracting its error converges in a few steps.
fn from_gcj02(given: LonLat) -> LonLat {
    let mut guess = given;
    for _ in 0..10 {
        let there = to_gcj02(guess);
        let (dlon, dlat) = (given.lon - there.lon, given.lat - there.lat);
        guess = LonLat { lon: guess.lon + dlon, lat: guess.lat + dlat };
        if dlon.abs() < 1e-10 && dlat.abs() < 1e-10 {
            break;
        }
    }
    guess
}

fn to_bd09(point: LonLat) -> LonLat {
    let z = point.lon.hypot(point.lat) + 0.000_02 * (point.lat * BD_PI).sin();
    let theta = point.lat.atan2(point.lon) + 0.000_003 * (point.lon * BD_PI).cos();
    LonLat { lon: z * theta.cos() + 0.0065, lat: z * theta.sin() + 0.006 }
}

fn from_bd09(given: LonLat) -> LonLat {
    let mut guess = LonLat { lon: given.lon - 0.0065, lat: given.lat - 0.006 };
    for _ in 0..10 {
        let there = to_bd09(guess);
        let (dlon, dlat) = (given.lon - there.lon, given.lat - there.lat);
        guess = LonLat { lon: guess.lon + dlon, lat: guess.lat + dlat };
        if dlon.abs() < 1e-10 && dlat.abs() < 1e-10 {
            break;
        }
    }
    guess
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::place::GivenPoint;

    /// `domain.md` §8: WGS-84, GCJ-02, BD-09, each to six decimals.
    const VECTORS: [[(f64, f64); 3]; 3] = [
        [(113.264385, 23.129112), (113.269715, 23.126435), (113.276136, 23.132723)],
        [(113.751884, 23.020673), (113.757077, 23.017950), (113.763491, 23.024284)],
        [(116.404000, 39.915000), (116.410244, 39.916404), (116.416627, 39.922700)],
    ];

    fn close(left: LonLat, right: (f64, f64), tolerance: f64) {
        assert!(
            (left.lon - right.0).abs() <= tolerance && (left.lat - right.1).abs() <= tolerance,
            "{left:?} {right:?}"
        );
    }

    #[test]
    fn m2_vectors_of_the_trade_hold_both_ways() {
        for [wgs, gcj, bd] in VECTORS {
            let point = LonLat::new(wgs.0, wgs.1).expect("a place");
            close(Datum::Gcj02.from_wgs84(point), gcj, 1.0e-6);
            close(Datum::Bd09.from_wgs84(point), bd, 1.0e-6);
            close(Datum::Gcj02.to_wgs84(LonLat { lon: gcj.0, lat: gcj.1 }), wgs, 1.5e-6);
            close(Datum::Bd09.to_wgs84(LonLat { lon: bd.0, lat: bd.1 }), wgs, 1.5e-6);
        }
    }

    proptest! {
        #[test]
        fn m2_what_is_taken_in_any_datum_reads_back(lon in -180.0..=180.0f64, lat in -90.0..=90.0f64) {
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                // At the very edge of the map another datum's point may lie beyond it.
                for (lon, lat) in [(lon, lat), (lon.signum() * 179.9999, lat), (lon, lat.signum() * 89.9999)] {
                    let Ok(given) = GivenPoint::new(lon, lat, datum) else { continue };
                    let written = serde_json::to_string(&given).expect("JSON");
                    let read: GivenPoint = serde_json::from_str(&written).expect("reads back");
                    prop_assert!((read.wgs84.lon - given.wgs84.lon).abs() < 1e-12);
                }
            }
        }

        #[test]
        fn m2_every_point_in_china_comes_back(lon in 73.0..137.0f64, lat in 1.0..55.0f64) {
            let point = LonLat { lon, lat };
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                close(datum.to_wgs84(datum.from_wgs84(point)), (lon, lat), 1e-9);
            }
        }
    }
}
