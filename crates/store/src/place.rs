//! Places in the store: a grid whose cell numbers an ordinary index finds, exact distances on top.

use domain::place::LonLat;

/// Cells per degree: a cell is about 1.1 km from south to north.
const PER_DEGREE: f64 = 100.0;
/// Cells around the globe.
const AROUND: i64 = 36_000;
/// Metres per degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;
/// Cells a search may span in one direction; wider circles are cut.
const WIDEST: i64 = 40;

/// The grid cell a point lies in.
pub(crate) fn grid_cell(point: LonLat) -> i64 {
    let (column, row) = column_row(point.lon(), point.lat());
    row * AROUND + column
}

/// Every grid cell a circle touches.
pub(crate) fn cells_around(centre: LonLat, radius_m: f64) -> Vec<i64> {
    let north = radius_m / METRES_PER_DEGREE;
    let east = north / centre.lat().to_radians().cos().max(0.01);
    let (left, bottom) = column_row(centre.lon() - east, centre.lat() - north);
    let (right, top) = column_row(centre.lon() + east, centre.lat() + north);
    let (right, top) = (right.min(left + WIDEST), top.min(bottom + WIDEST));
    (bottom..=top).flat_map(|row| (left..=right).map(move |column| row * AROUND + column.rem_euclid(AROUND))).collect()
}

/// Great-circle distance in metres.
pub(crate) fn distance_m(a: LonLat, b: LonLat) -> f64 {
    let (lat_a, lat_b) = (a.lat().to_radians(), b.lat().to_radians());
    let (north, east) = (lat_b - lat_a, (b.lon() - a.lon()).to_radians());
    let h = (north / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (east / 2.0).sin().powi(2);
    2.0 * h.sqrt().min(1.0).asin() * METRES_PER_DEGREE * 180.0 / std::f64::consts::PI
}

fn column_row(lon: f64, lat: f64) -> (i64, i64) {
    (((lon + 180.0) * PER_DEGREE).floor() as i64, ((lat + 90.0) * PER_DEGREE).floor() as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_point_within_the_circle_lies_in_one_of_its_cells(
            lon in 73.0..135.0_f64, lat in 18.0..54.0_f64, east in -0.01..0.01_f64, north in -0.01..0.01_f64,
        ) {
            let centre = LonLat::new(lon, lat).unwrap();
            let point = LonLat::new(lon + east, lat + north).unwrap();
            let radius = distance_m(centre, point) + 0.1;
            prop_assert!(cells_around(centre, radius).contains(&grid_cell(point)));
        }
    }

    #[test]
    fn a_hundredth_of_a_degree_north_is_about_eleven_hundred_metres() {
        let (a, b) = (LonLat::new(104.0, 30.0).unwrap(), LonLat::new(104.0, 30.01).unwrap());
        assert!((distance_m(a, b) - 1_112.0).abs() < 1.0);
    }
}
