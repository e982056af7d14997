//! Distances and directions on the sphere, mean earth radius.

use domain::place::LonLat;

/// Mean earth radius (IUGG R₁), metres.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Great-circle distance by the haversine formula, metres.
pub fn distance_m(a: LonLat, b: LonLat) -> f64 {
    let half_lat = ((b.lat() - a.lat()) / 2.0).to_radians().sin();
    let half_lon = ((b.lon() - a.lon()) / 2.0).to_radians().sin();
    arc_m(half_lat * half_lat + a.lat().to_radians().cos() * b.lat().to_radians().cos() * half_lon * half_lon)
}

/// Initial bearing from `a` to `b`, degrees clockwise from north, 0 ≤ bearing < 360; 0 for one and the same point.
pub fn bearing_deg(a: LonLat, b: LonLat) -> f64 {
    let (from, to) = (a.lat().to_radians(), b.lat().to_radians());
    let turn = (b.lon() - a.lon()).to_radians();
    let east = turn.sin() * to.cos();
    let north = from.cos() * to.sin() - from.sin() * to.cos() * turn.cos();
    bearing((east, north))
}

/// The direction of so much east and north.
fn bearing((east, north): (f64, f64)) -> f64 {
    let angle = east.atan2(north).to_degrees();
    let bearing = if angle < 0.0 { angle + 360.0 } else { angle };
    if bearing >= 360.0 { 0.0 } else { bearing }
}

/// The angle between two directions, 0–180 degrees.
pub fn angle_between_deg(a: f64, b: f64) -> f64 {
    let apart = (a - b).abs();
    let apart = if apart > 360.0 { apart % 360.0 } else { apart };
    apart.min(360.0 - apart)
}

/// The arc for the haversine `a` of its angle, metres.
fn arc_m(haversine: f64) -> f64 {
    2.0 * EARTH_RADIUS_M * arc_sine(haversine.clamp(0.0, 1.0).sqrt())
}

/// Below this the series of [`sine`] and [`arc_sine`] are exact to the last bits; on the earth it is 64 km, half an arc.
const SMALL: f64 = 0.01;

fn sine(angle: f64) -> f64 {
    let square = angle * angle;
    if angle.abs() > SMALL {
        angle.sin()
    } else {
        angle * (1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0)))
    }
}

fn arc_sine(sine: f64) -> f64 {
    let square = sine * sine;
    if sine > SMALL {
        sine.asin()
    } else {
        sine * (1.0 + square * (1.0 / 6.0 + square * (3.0 / 40.0 + square * (15.0 / 336.0))))
    }
}

/// A place from which many others are looked at: what only depends on it is worked out once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eye {
    place: LonLat,
    sin_lat: f64,
    cos_lat: f64,
}

/// Another place as an [`Eye`] sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    pub distance_m: f64,
    /// East and north from the eye to the place, in units of one and the same length.
    there: (f64, f64),
    /// The same from the place to the eye.
    back: (f64, f64),
}

impl Eye {
    pub fn at(place: LonLat) -> Self {
        let (sin_lat, cos_lat) = place.lat().to_radians().sin_cos();
        Self { place, sin_lat, cos_lat }
    }

    /// The haversine formula once more: sine and cosine of the other latitude follow from those of half the difference.
    pub fn look(&self, other: LonLat) -> Sight {
        let turn = match other.lon() - self.place.lon() {
            far if far > 180.0 => far - 360.0,
            far if far < -180.0 => far + 360.0,
            near => near,
        };
        let half_lat = sine(((other.lat() - self.place.lat()) / 2.0).to_radians());
        let half_lon = sine((turn / 2.0).to_radians());
        let (sin, cos) =
            (2.0 * half_lat * (1.0 - half_lat * half_lat).max(0.0).sqrt(), 1.0 - 2.0 * half_lat * half_lat);
        let (sin_lat, cos_lat) = (self.sin_lat * cos + self.cos_lat * sin, self.cos_lat * cos - self.sin_lat * sin);
        let sin_lon = 2.0 * half_lon * (1.0 - half_lon * half_lon).max(0.0).sqrt();
        Sight {
            distance_m: arc_m(half_lat * half_lat + self.cos_lat * cos_lat * half_lon * half_lon),
            there: (sin_lon * cos_lat, 2.0 * half_lon * half_lon * self.sin_lat * cos_lat + sin),
            back: (-sin_lon * self.cos_lat, 2.0 * half_lon * half_lon * sin_lat * self.cos_lat - sin),
        }
    }
}

impl Sight {
    /// Initial bearing from the eye to the place, degrees clockwise from north, 0 ≤ bearing < 360.
    pub fn bearing_deg(&self) -> f64 {
        bearing(self.there)
    }

    /// Initial bearing from the place to the eye, degrees clockwise from north, 0 ≤ bearing < 360.
    pub fn back_deg(&self) -> f64 {
        bearing(self.back)
    }
}

/// All that lies within so many metres of a place. Most of what is far away is told by its degrees, without a distance.
#[derive(Debug, Clone, Copy)]
pub struct Circle {
    eye: Eye,
    radius_m: f64,
    /// Degrees of latitude and of longitude within which it lies, a little more than there are.
    high: f64,
    wide: f64,
}

impl Circle {
    /// Around a place, the radius in metres.
    pub fn around(place: LonLat, radius_m: f64) -> Self {
        const A_LITTLE_MORE: f64 = 1.01;
        let angle = radius_m / EARTH_RADIUS_M;
        let angle_wide = angle / place.lat().to_radians().cos();
        // Near a pole a circle is wider than its radius says, or goes all around.
        let wide = if angle_wide < 0.2 { (angle_wide * A_LITTLE_MORE).to_degrees() } else { 360.0 };
        Self { eye: Eye::at(place), radius_m, high: (angle * A_LITTLE_MORE).to_degrees(), wide }
    }

    /// Whether another place lies in it.
    pub fn holds(&self, other: LonLat) -> bool {
        let place = self.eye.place;
        let east = (other.lon() - place.lon()).abs();
        let may = (other.lat() - place.lat()).abs() <= self.high && east.min(360.0 - east) <= self.wide;
        may && self.eye.look(other).distance_m <= self.radius_m
    }
}

/// A rectangle of longitudes and latitudes that does not cross the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extent {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl Extent {
    pub fn of(point: LonLat) -> Self {
        Self { west: point.lon(), south: point.lat(), east: point.lon(), north: point.lat() }
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        self.west <= other.east && other.west <= self.east && self.south <= other.north && other.south <= self.north
    }

    /// No point of the rectangle is nearer than this: each term of the haversine is taken at its least, which also holds
    /// across the antimeridian and near the poles; sines and cosines by series that end below them.
    pub fn least_distance_m(&self, eye: &Eye) -> f64 {
        let place = eye.place;
        let lat_gap = (self.south - place.lat()).max(place.lat() - self.north).max(0.0);
        let lon_gap = if place.lon() >= self.west && place.lon() <= self.east {
            0.0
        } else {
            let apart = |edge: f64| (place.lon() - edge).abs().min(360.0 - (place.lon() - edge).abs());
            apart(self.west).min(apart(self.east))
        };
        let (half_lat, half_lon) = (least_sin(lat_gap.to_radians() / 2.0), least_sin(lon_gap.to_radians() / 2.0));
        let least_cos = least_cos(self.south.abs().max(self.north.abs()).to_radians());
        let bound = half_lat * half_lat + eye.cos_lat * least_cos * half_lon * half_lon;
        // The chord is no longer than the arc. Rounding may not lift the bound over the distance it bounds.
        (2.0 * EARTH_RADIUS_M * bound.sqrt() - 1e-3).max(0.0)
    }
}

/// At most the sine of an angle from 0 to a right one.
fn least_sin(angle: f64) -> f64 {
    (angle * (1.0 - angle * angle / 6.0)).max(0.0)
}

/// At most the cosine of an angle up to a right one.
fn least_cos(angle: f64) -> f64 {
    let square = angle * angle;
    (1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0))).max(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).expect("a place")
    }

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        assert!((distance_m(at(104.0, 30.0), at(104.0, 31.0)) - 111_195.08).abs() < 0.1);
        assert!((bearing_deg(at(104.0, 30.0), at(104.0, 31.0)) - 0.0).abs() < 1e-9);
        assert!((bearing_deg(at(104.0, 0.0), at(105.0, 0.0)) - 90.0).abs() < 1e-9);
        assert!((bearing_deg(at(104.0, 0.0), at(103.0, 0.0)) - 270.0).abs() < 1e-9);
    }

    #[test]
    fn angles_wrap() {
        assert!((angle_between_deg(350.0, 10.0) - 20.0).abs() < 1e-9);
        assert!((angle_between_deg(10.0, 190.0) - 180.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn an_eye_sees_distance_and_bearing_as_they_are(
            lon in -180.0..180.0f64, lat in -89.0..89.0f64, other_lon in -180.0..180.0f64, other_lat in -89.0..89.0f64, near in any::<bool>(),
        ) {
            let place = at(lon, lat);
            let scale = if near { 1e-3 } else { 1.0 };
            let other = at((lon + (other_lon - lon) * scale).clamp(-180.0, 180.0), lat + (other_lat - lat) * scale);
            let sight = Eye::at(place).look(other);
            prop_assert!((sight.distance_m - distance_m(place, other)).abs() < 1e-3);
            // Near the antipode the direction hangs on the last bits.
            if (1.0..19_900_000.0).contains(&sight.distance_m) {
                prop_assert!(angle_between_deg(sight.bearing_deg(), bearing_deg(place, other)) < 1e-4);
                prop_assert!(angle_between_deg(sight.back_deg(), bearing_deg(other, place)) < 1e-4);
            }
        }

        #[test]
        fn a_circle_holds_what_is_no_farther_than_its_radius(
            lon in -180.0..180.0f64, lat in -90.0..=90.0f64, radius in 1.0..2_000_000.0f64,
            east in -2.0..2.0f64, north in -2.0..2.0f64,
        ) {
            let place = at(lon, lat);
            let turned = (lon + east * radius / 111_195.0 / lat.to_radians().cos().max(1e-3) + 540.0).rem_euclid(360.0) - 180.0;
            let other = at(turned, (lat + north * radius / 111_195.0).clamp(-90.0, 90.0));
            prop_assert_eq!(Circle::around(place, radius).holds(other), distance_m(other, place) <= radius);
        }

        #[test]
        fn the_least_distance_bounds_every_point_of_the_rectangle(
            lon in -180.0..180.0f64, lat in -89.0..89.0f64,
            west in -180.0..170.0f64, width in 0.0..10.0f64, south in -89.0..80.0f64, height in 0.0..9.0f64,
            u in 0.0..=1.0f64, v in 0.0..=1.0f64,
        ) {
            let extent = Extent { west, south, east: west + width, north: south + height };
            let inside = at(west + u * width, south + v * height);
            prop_assert!(extent.least_distance_m(&Eye::at(at(lon, lat))) <= distance_m(at(lon, lat), inside));
        }
    }
}
