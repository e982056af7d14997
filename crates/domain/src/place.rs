//! Where: coordinates, their datum, and how precisely a place is known.

use serde::{Deserialize, Serialize};

use crate::check::Bilingual;

mod datum;

pub use datum::{Datum, UnknownDatum};

/// A point in WGS-84 degrees, checked to lie on the globe.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawLonLat", into = "RawLonLat")]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

#[derive(Serialize, Deserialize)]
struct RawLonLat {
    lon: f64,
    lat: f64,
}

/// Why two numbers are not a place.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NotAPlace {
    /// Longitude outside −180…180 or not a number.
    #[error("longitude {0} is outside -180…180")]
    Longitude(f64),
    /// Latitude outside −90…90 or not a number.
    #[error("latitude {0} is outside -90…90")]
    Latitude(f64),
}

impl NotAPlace {
    /// What is wrong, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh = match self {
            Self::Longitude(lon) => format!("经度 {lon} 超出 -180～180"),
            Self::Latitude(lat) => format!("纬度 {lat} 超出 -90～90"),
        };
        Bilingual::new(zh, self.to_string())
    }
}

impl LonLat {
    /// A WGS-84 point, degrees.
    pub fn new(lon: f64, lat: f64) -> Result<Self, NotAPlace> {
        if !(-180.0..=180.0).contains(&lon) {
            return Err(NotAPlace::Longitude(lon));
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(NotAPlace::Latitude(lat));
        }
        Ok(Self { lon, lat })
    }

    /// Degrees east.
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north.
    pub const fn lat(self) -> f64 {
        self.lat
    }
}

impl TryFrom<RawLonLat> for LonLat {
    type Error = NotAPlace;

    fn try_from(raw: RawLonLat) -> Result<Self, NotAPlace> {
        Self::new(raw.lon, raw.lat)
    }
}

impl From<LonLat> for RawLonLat {
    fn from(point: LonLat) -> Self {
        Self { lon: point.lon, lat: point.lat }
    }
}

/// A point as somebody gave it: WGS-84 for the computer, the original kept for the record (design §5).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GivenPoint {
    /// The point in WGS-84.
    pub wgs84: LonLat,
    /// The datum it was given in.
    pub datum: Datum,
    /// Longitude as given, degrees in `datum`.
    pub given_lon: f64,
    /// Latitude as given, degrees in `datum`.
    pub given_lat: f64,
}

impl GivenPoint {
    /// Takes a point in any datum.
    pub fn new(lon: f64, lat: f64, datum: Datum) -> Result<Self, NotAPlace> {
        let moved = datum.to_wgs84(LonLat::new(lon, lat)?);
        // Beside the edge of the map another datum's point may lie beyond it, and could not be read back.
        let wgs84 = LonLat::new(moved.lon, moved.lat)?;
        Ok(Self { wgs84, datum, given_lon: lon, given_lat: lat })
    }
}

/// Indoors or outdoors 室内外: decides the penetration loss the check must allow for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// 室内.
    Indoor,
    /// 室外.
    Outdoor,
    /// Nobody said.
    #[default]
    Unstated,
}

/// The place a complaint is about 投诉地点.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The point, where one is known.
    pub point: Option<GivenPoint>,
    /// Radius within which the true place lies, metres; `None` where nobody said.
    pub precision_metres: Option<f64>,
    /// Indoors or outdoors.
    pub setting: Setting,
    /// The address in words.
    pub address: String,
}
