//! Ring roads, avenues outwards, and named streets with house numbers.

use super::dice::Dice;
use super::districts::{River, outer_edge};
use super::ground::{Spot, along, length, nearest_on};
use super::words::{Name, Names};

/// How large a road is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Trunk,
    Main,
    Street,
}

/// A named road.
#[derive(Debug, Clone)]
pub(super) struct Road {
    pub name: Name,
    pub class: Class,
    pub line: Vec<Spot>,
}

/// A front door: a house number on a street.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door {
    /// Which street.
    pub street: usize,
    pub number: u32,
    pub at: Spot,
}

/// The middle of each outer district's town.
pub(super) const TOWN_RADIUS: f64 = 7_900.0;
const TOWNS: usize = 6;
/// How far the streets of the city proper reach.
const CITY_RADIUS: f64 = 4_900.0;
/// Metres of frontage per pair of house numbers.
const PER_PAIR: f64 = 13.0;
const ENDINGS: [(&str, &str); 3] = [("路", "Road"), ("街", "Street"), ("巷", "Lane")];

/// The middle of a town.
pub(super) fn town(index: usize) -> Spot {
    let turn = std::f64::consts::TAU / TOWNS as f64;
    Spot::polar(TOWN_RADIUS, 0.35 + (index as f64 + 0.5) * turn)
}

/// Every road of the city; the order never changes for a seed.
pub(super) fn roads(dice: &mut Dice, river: &River, names: &mut Names) -> Vec<Road> {
    let mut roads = rings();
    avenues(dice, names, &mut roads);
    grid(dice, names, &mut roads, Spot::default(), CITY_RADIUS, (330.0, 470.0));
    for index in 0..TOWNS {
        grid(dice, names, &mut roads, town(index), 950.0, (390.0, 520.0));
    }
    // Streets end before the water; only rings and avenues have bridges.
    for road in roads.iter_mut().filter(|road| road.class == Class::Street) {
        let dry = road.line.split(|spot| river.wets(*spot)).max_by(|a, b| length(a).total_cmp(&length(b)));
        road.line = dry.unwrap_or_default().to_vec();
    }
    roads.retain(|road| length(&road.line) > 260.0);
    roads
}

fn rings() -> Vec<Road> {
    let ring = |zh: &str, en: &str, radius: f64, class| {
        let line = (0..=72).map(|step| {
            let angle = f64::from(step) * std::f64::consts::TAU / 72.0;
            Spot::polar(radius * (1.0 + 0.05 * (2.0 * angle + 0.5).sin() + 0.03 * (3.0 * angle).cos()), angle)
        });
        Road { name: Name::new(zh, en), class, line: line.collect() }
    };
    vec![
        ring("内环路", "Inner Ring Road", 2_050.0, Class::Main),
        ring("中环路", "Middle Ring Road", 4_650.0, Class::Main),
        ring("绕城快速路", "Orbital Expressway", 9_900.0, Class::Trunk),
    ]
}

fn avenues(dice: &mut Dice, names: &mut Names, roads: &mut Vec<Road>) {
    for index in 0..8 {
        let angle = 0.12 + f64::from(index) * std::f64::consts::TAU / 8.0 + dice.between(-0.08, 0.08);
        let bend = dice.between(-0.16, 0.16);
        let reach = outer_edge(angle) - 350.0;
        let line = (0..=40).map(|step| {
            let share = f64::from(step) / 40.0;
            Spot::polar(520.0 + share * (reach - 520.0), angle + bend * (share * 2.6).sin())
        });
        let name = names.fresh_with(dice, &[("大道", "Avenue")]);
        let class = if index % 4 == 1 { Class::Trunk } else { Class::Main };
        roads.push(Road { name, class, line: line.collect() });
    }
}

/// Streets in two directions around a middle, a little askew, as far as the built-up ground reaches.
fn grid(dice: &mut Dice, names: &mut Names, roads: &mut Vec<Road>, middle: Spot, radius: f64, apart: (f64, f64)) {
    let askew = dice.between(-0.16, 0.16);
    for crosswise in [false, true] {
        let mut offset = -radius + dice.between(120.0, 260.0);
        while offset < radius {
            let half = (radius * radius - offset * offset).max(0.0).sqrt();
            let (west, east) = (-half * dice.between(0.62, 1.0), half * dice.between(0.62, 1.0));
            // A long line bears two names, one on each side of the middle.
            let parts = if east - west > 4_400.0 { vec![(west, -60.0), (60.0, east)] } else { vec![(west, east)] };
            for (from, to) in parts.into_iter().filter(|(from, to)| to - from > 300.0) {
                let sway = dice.between(-70.0, 70.0);
                let steps = ((to - from) / 160.0).ceil().max(2.0) as i32;
                let line = (0..=steps).map(|step| {
                    let along = from + (to - from) * f64::from(step) / f64::from(steps);
                    let across = offset + sway * (along / 1_300.0).sin();
                    let (x, y) = if crosswise { (across, along) } else { (along, across) };
                    let (sin, cos) = askew.sin_cos();
                    middle.shifted(x * cos - y * sin, x * sin + y * cos)
                });
                let line = line.collect();
                roads.push(Road { name: names.fresh_with(dice, &ENDINGS), class: Class::Street, line });
            }
            offset += dice.between(apart.0, apart.1);
        }
    }
}

/// The streets with their lengths: what a door is drawn from.
pub(super) fn fronts(roads: &[Road]) -> Vec<(usize, u32)> {
    let streets = roads.iter().enumerate().filter(|(_, road)| road.class == Class::Street);
    streets.map(|(index, road)| (index, length(&road.line) as u32)).collect()
}

/// A door somewhere on a street of the city: odd numbers on one side, even ones on the other.
pub(super) fn door(dice: &mut Dice, roads: &[Road], fronts: &[(usize, u32)], setback: (f64, f64)) -> Door {
    let street = *dice.weighted(fronts);
    let line = &roads[street].line;
    let metres = dice.between(0.0, length(line));
    let (on, (east, north)) = along(line, metres);
    let odd = dice.chance(0.5);
    let back = dice.between(setback.0, setback.1) * if odd { 1.0 } else { -1.0 };
    let number = 2 * (metres / PER_PAIR) as u32 + if odd { 1 } else { 2 };
    Door { street, number, at: on.shifted(-north * back, east * back) }
}

/// The street nearest to a spot.
pub(super) fn nearest(roads: &[Road], spot: Spot) -> (usize, f64) {
    let streets = roads.iter().enumerate().filter(|(_, road)| road.class != Class::Trunk);
    let by_distance = streets.map(|(index, road)| (index, nearest_on(&road.line, spot).0));
    by_distance.min_by(|a, b| a.1.total_cmp(&b.1)).expect("there are streets")
}

/// The house number a spot beside a street would have.
pub(super) fn number_beside(road: &Road, spot: Spot) -> u32 {
    let mut passed = 0.0;
    let mut best = (f64::INFINITY, 0.0);
    for piece in road.line.windows(2) {
        let (distance, foot) = nearest_on(piece, spot);
        if distance < best.0 {
            best = (distance, passed + piece[0].distance(foot));
        }
        passed += piece[0].distance(piece[1]);
    }
    2 * (best.1 / PER_PAIR) as u32 + 1
}
