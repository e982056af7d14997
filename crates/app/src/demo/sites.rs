//! Where stations stand: macro sites on a jittered hexagonal grid, denser towards the centre, micro sites, and indoor
//! systems 室分 in malls, hospitals, stations and offices.

use std::collections::HashSet;

use super::City;
use super::dice::Dice;
use super::districts::{district_at, outer_edge};
use super::ground::{Spot, holds};
use super::places::Kind;
use super::streets;

/// How densely the ground around is built up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Core,
    Urban,
    Suburban,
    Rural,
}

/// What sort of station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mount {
    Macro,
    Micro,
    Indoor,
}

/// A station site.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// 站址编码.
    pub code: String,
    /// 站名: 《街道》-《楼》基站.
    pub name: String,
    pub at: Spot,
    pub zone: Zone,
    pub mount: Mount,
    pub district: usize,
    /// The direction of the first sector, degrees.
    pub heading: f64,
    /// In the catalogue only 储备, not on air.
    pub stored: bool,
}

const ZONES: [(Zone, f64); 4] =
    [(Zone::Core, 520.0), (Zone::Urban, 820.0), (Zone::Suburban, 1_580.0), (Zone::Rural, 2_850.0)];
const MICRO: usize = 74;
const STORED: usize = 12;

/// How densely built-up a spot is.
pub(super) fn zone_at(spot: Spot) -> Zone {
    let town = (0..6).any(|index| streets::town(index).distance(spot) < 1_000.0);
    match spot.radius() {
        near if near < 2_000.0 => Zone::Core,
        near if near < 5_000.0 || town => Zone::Urban,
        near if near < 9_000.0 => Zone::Suburban,
        _ => Zone::Rural,
    }
}

/// Every site. Around `hole` nothing stands: its village is to be badly covered.
pub(super) fn sites(dice: &mut Dice, city: &City, hole: (Spot, f64)) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::with_capacity(480);
    let mut taken = HashSet::new();
    for (zone, apart) in ZONES {
        for spot in hexagons(apart) {
            let at = spot.shifted(dice.between(-0.17, 0.17) * apart, dice.between(-0.17, 0.17) * apart);
            let crowded = sites.iter().any(|site| site.at.distance(at) < 0.52 * apart);
            let inside = at.radius() < outer_edge(at.angle()) - 200.0;
            if zone_at(at) != zone || crowded || !inside || !city.is_dry(at) || hole.0.distance(at) < hole.1 {
                continue;
            }
            add(dice, city, &mut sites, &mut taken, at, Mount::Macro, "基站");
        }
    }
    indoor(dice, city, &mut sites, &mut taken);
    let fronts = streets::fronts(&city.roads);
    for _ in 0..MICRO {
        let door = loop {
            let door = streets::door(dice, &city.roads, &fronts, (9.0, 16.0));
            let inside = city.districts.iter().any(|district| holds(&district.shape, door.at));
            if city.is_dry(door.at) && inside && hole.0.distance(door.at) > hole.1 {
                break door;
            }
        };
        add(dice, city, &mut sites, &mut taken, door.at, Mount::Micro, "微站");
    }
    stored(dice, city, &mut sites, &mut taken, hole.0);
    sites
}

/// Planned and catalogued, not built: one of them where it is needed most.
fn stored(dice: &mut Dice, city: &City, sites: &mut Vec<Site>, taken: &mut HashSet<String>, hole: Spot) {
    for index in 0..STORED {
        let at = if index == 0 {
            hole.shifted(310.0, -180.0)
        } else {
            let angle = dice.between(0.0, std::f64::consts::TAU);
            Spot::polar(dice.between(3_000.0, 10_500.0), angle)
        };
        add(dice, city, sites, taken, at, Mount::Macro, "储备站");
        if let Some(site) = sites.last_mut() {
            site.stored = true;
        }
    }
}

fn indoor(dice: &mut Dice, city: &City, sites: &mut Vec<Site>, taken: &mut HashSet<String>) {
    for place in &city.places {
        let share = match place.kind {
            Kind::Mall | Kind::Station => 1.0,
            Kind::Metro => 0.65,
            Kind::Hospital => 0.6,
            Kind::Office => 0.3,
            Kind::Government | Kind::Hotel => 0.1,
            Kind::Estate | Kind::School | Kind::Village | Kind::Park | Kind::Plant | Kind::House => 0.0,
        };
        if share > 0.0 && dice.chance(share) && taken.insert(place.name.zh.clone()) {
            let code = code(sites.len());
            sites.push(Site {
                name: format!("{}室分", place.name.zh),
                code,
                at: place.at,
                zone: zone_at(place.at),
                mount: Mount::Indoor,
                district: place.district,
                heading: 0.0,
                stored: false,
            });
        }
    }
}

fn add(
    dice: &mut Dice,
    city: &City,
    sites: &mut Vec<Site>,
    taken: &mut HashSet<String>,
    at: Spot,
    mount: Mount,
    ending: &str,
) {
    let (street, distance) = streets::nearest(&city.roads, at);
    let mut near: Vec<_> = city.places.iter().map(|place| (place.at.distance(at), &place.name.zh)).collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    let road = &city.roads[street].name.zh;
    let names = near.iter().take(40).map(|(_, place)| {
        // Out in the country a station bears its village's name alone; a house number needs its street only once.
        if distance > 600.0 || place.starts_with(road.as_str()) {
            format!("{place}{ending}")
        } else {
            format!("{road}-{place}{ending}")
        }
    });
    let mut names = names.filter(|name| !taken.contains(name));
    let code = code(sites.len());
    let name = names.next().unwrap_or_else(|| format!("{code}{ending}"));
    taken.insert(name.clone());
    sites.push(Site {
        code,
        name,
        at,
        zone: zone_at(at),
        mount,
        district: district_at(&city.districts, at),
        heading: dice.between(0.0, 119.0).round(),
        stored: false,
    });
}

fn code(index: usize) -> String {
    format!("CZ{:04}", index + 1)
}

/// A hexagonal grid over the city's country.
fn hexagons(apart: f64) -> impl Iterator<Item = Spot> {
    let rows = (14_500.0 / (apart * 0.866)) as i32;
    let columns = (14_500.0 / apart) as i32;
    (-rows..=rows).flat_map(move |row| {
        let shift = if row % 2 == 0 { 0.0 } else { apart / 2.0 };
        (-columns..=columns)
            .map(move |column| Spot::new(f64::from(column) * apart + shift, f64::from(row) * apart * 0.866))
    })
}
