//! The environment around an element whose file does not name one, from how densely sites stand.

use std::collections::{HashMap, HashSet};

use domain::place::LonLat;

use crate::element::Environment;
use crate::geo::EARTH_RADIUS_M;

/// Tile side, degrees: about a kilometre.
const TILE_DEG: f64 = 0.01;
/// Elements closer than this, degrees, stand on one site: about 30 m.
const SITE_DEG: f64 = 0.0003;

/// Sites per square kilometre, tile by tile.
#[derive(Debug)]
pub struct Surroundings {
    tiles: HashMap<(i32, i32), u32>,
    /// What was found before: a million elements stand in few tiles.
    known: HashMap<(i32, i32), Environment>,
}

impl Surroundings {
    /// Counts sites; any number of elements at one place are one site.
    pub fn of(positions: impl Iterator<Item = LonLat>) -> Self {
        let sites: HashSet<_> = positions.map(|place| cell(place, SITE_DEG)).collect();
        let mut tiles = HashMap::new();
        for (x, y) in sites {
            let ratio = SITE_DEG / TILE_DEG;
            let tile = ((f64::from(x) * ratio).floor() as i32, (f64::from(y) * ratio).floor() as i32);
            *tiles.entry(tile).or_insert(0) += 1;
        }
        Self { tiles, known: HashMap::new() }
    }

    /// The environment at a place: sites within the nine tiles around, per square kilometre.
    pub fn at(&mut self, place: LonLat) -> Environment {
        let tile = cell(place, TILE_DEG);
        if let Some(known) = self.known.get(&tile) {
            return *known;
        }
        let environment = self.around(tile);
        self.known.insert(tile, environment);
        environment
    }

    fn around(&self, (x, y): (i32, i32)) -> Environment {
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        let sites: u32 = around.filter_map(|tile| self.tiles.get(&tile)).sum();
        let side_km = (3.0 * TILE_DEG).to_radians() * EARTH_RADIUS_M / 1000.0;
        let area = side_km * side_km * (f64::from(y) * TILE_DEG).to_radians().cos().max(0.01);
        match f64::from(sites) / area {
            density if density >= 8.0 => Environment::DenseUrban,
            density if density >= 2.0 => Environment::Urban,
            density if density >= 0.3 => Environment::Suburban,
            _ => Environment::Rural,
        }
    }
}

fn cell(place: LonLat, side_deg: f64) -> (i32, i32) {
    ((place.lon() / side_deg).floor() as i32, (place.lat() / side_deg).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lonely_mast_stands_in_the_country_and_a_crowd_in_the_city() {
        let at = |lon, lat| LonLat::new(lon, lat).expect("a place");
        let city = (0..20).flat_map(|x| (0..20).map(move |y| (f64::from(x) / 800.0, f64::from(y) / 800.0)));
        let crowd = city.map(|(x, y)| at(104.0 + x, 30.6 + y)).chain([at(103.0, 30.0), at(103.0, 30.0)]);
        let mut surroundings = Surroundings::of(crowd);
        assert_eq!(surroundings.at(at(104.012, 30.612)), Environment::DenseUrban);
        assert_eq!(surroundings.at(at(103.0, 30.0)), Environment::Rural);
    }
}
