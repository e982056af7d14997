//! The ground the city stands on: metres east and north of its centre, and their place on the globe.

use domain::place::{Datum, GivenPoint};

/// Where the invented city is put down: hill country without a city, WGS-84.
const CENTRE: (f64, f64) = (105.32, 31.83);
/// Metres of a degree of latitude on the mean sphere.
const METRES_PER_DEGREE: f64 = 111_195.08;

/// A place on the ground, metres east and north of the centre.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Spot {
    pub x: f64,
    pub y: f64,
}

impl Spot {
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// At a distance from the centre, in a direction counted anticlockwise from east, radians.
    pub fn polar(radius: f64, angle: f64) -> Self {
        Self { x: radius * angle.cos(), y: radius * angle.sin() }
    }

    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    pub fn radius(self) -> f64 {
        self.x.hypot(self.y)
    }

    /// Direction from the centre, radians, 0 to 2π anticlockwise from east.
    pub fn angle(self) -> f64 {
        self.y.atan2(self.x).rem_euclid(std::f64::consts::TAU)
    }

    /// So many metres on, in a direction clockwise from north, degrees.
    pub fn onward(self, metres: f64, azimuth_deg: f64) -> Self {
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        Self { x: self.x + metres * sin, y: self.y + metres * cos }
    }

    /// Between this and another, 0 to 1.
    pub fn toward(self, other: Self, share: f64) -> Self {
        Self { x: self.x + (other.x - self.x) * share, y: self.y + (other.y - self.y) * share }
    }

    pub fn shifted(self, x: f64, y: f64) -> Self {
        Self { x: self.x + x, y: self.y + y }
    }

    /// Longitude and latitude, degrees in WGS-84 to the usual six places.
    pub fn degrees(self) -> (f64, f64) {
        let lat = CENTRE.1 + self.y / METRES_PER_DEGREE;
        let lon = CENTRE.0 + self.x / (METRES_PER_DEGREE * CENTRE.1.to_radians().cos());
        let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
        (rounded(lon), rounded(lat))
    }

    /// The place as somebody would give it.
    pub fn given(self) -> GivenPoint {
        let (lon, lat) = self.degrees();
        GivenPoint::new(lon, lat, Datum::Wgs84).expect("some kilometres around the centre are on the globe")
    }
}

/// Whether a closed shape holds a spot (even-odd rule).
pub(super) fn holds(shape: &[Spot], spot: Spot) -> bool {
    let mut inside = false;
    for (index, a) in shape.iter().enumerate() {
        let b = shape[(index + 1) % shape.len()];
        let between = (a.y > spot.y) != (b.y > spot.y);
        if between && spot.x < (b.x - a.x) * (spot.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
    }
    inside
}

/// How far a spot is from a line of pieces, and the nearest point on it.
pub(super) fn nearest_on(line: &[Spot], spot: Spot) -> (f64, Spot) {
    let pieces = line.windows(2).map(|piece| {
        let (a, b) = (piece[0], piece[1]);
        let length = a.distance(b).max(1e-9);
        let along = ((spot.x - a.x) * (b.x - a.x) + (spot.y - a.y) * (b.y - a.y)) / (length * length);
        let foot = a.toward(b, along.clamp(0.0, 1.0));
        (foot.distance(spot), foot)
    });
    pieces.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, spot))
}

/// The length of a line of pieces.
pub(super) fn length(line: &[Spot]) -> f64 {
    line.windows(2).map(|piece| piece[0].distance(piece[1])).sum()
}

/// The spot so many metres along a line, and the line's direction there (unit vector).
pub(super) fn along(line: &[Spot], metres: f64) -> (Spot, (f64, f64)) {
    let mut left = metres;
    let last = line.len().saturating_sub(2);
    for (index, piece) in line.windows(2).enumerate() {
        let whole = piece[0].distance(piece[1]).max(1e-9);
        if left <= whole || index == last {
            let direction = ((piece[1].x - piece[0].x) / whole, (piece[1].y - piece[0].y) / whole);
            return (piece[0].toward(piece[1], (left / whole).clamp(0.0, 1.0)), direction);
        }
        left -= whole;
    }
    (line.first().copied().unwrap_or_default(), (1.0, 0.0))
}
