//! Cases planted so that the main job finds every cause somewhere, the faulty station first of all.

use domain::check::Cause;

use super::City;
use super::dice::Dice;
use super::ground::{Spot, holds};
use super::places::{self, Kind};
use super::sites::{Mount, Site, Zone};
use super::words::{Endings, Names};

/// Nothing else happens this near to a planted case, metres.
const QUIET: f64 = 2_700.0;
/// Planted stations stand at least so far from each other.
const APART: f64 = 3_600.0;
/// No other station stands nearer to a planted one.
const ALONE: f64 = 1_000.0;
/// How far in front of its first sector the place lies.
const IN_FRONT: f64 = 150.0;
/// No station stands within this of the badly covered village.
const HOLE: f64 = 3_400.0;
/// Nothing happens this near to it: so far out, stations twice as distant count as well.
const HOLE_QUIET: f64 = 8_200.0;

/// A planted case while the plan is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub cause: Cause,
    /// Which place of the gazetteer.
    pub place: usize,
    /// The station it rests on; none for weak coverage.
    pub site: Option<usize>,
}

/// Which cause gets which sort of place, in the order of planting.
const CASES: [(Cause, Kind, Endings); 5] = [
    (Cause::Fault, Kind::Estate, &[("花园", "Garden")]),
    (Cause::Outage, Kind::School, &[("中学", "Middle School")]),
    (Cause::Relocation, Kind::Estate, &[("佳苑", "Court")]),
    (Cause::Interference, Kind::Plant, &[("产业园", "Industrial Park")]),
    (Cause::PlannedWork, Kind::Hospital, &[("医院", "Hospital")]),
];

/// The village that is to be badly covered, and how far around it nothing stands.
pub(super) fn hole(city: &City) -> (usize, (Spot, f64)) {
    let villages = city.places.iter().enumerate().filter(|(_, place)| place.kind == Kind::Village);
    let fit = villages.filter(|(_, place)| (10_000.0..12_000.0).contains(&place.at.radius()));
    let (index, place) = fit.min_by(|a, b| a.1.at.y.total_cmp(&b.1.at.y)).expect("villages stand that far out");
    (index, (place.at, HOLE))
}

/// Chooses lonely stations at the edge of the city and puts a place in front of each.
pub(super) fn plant(dice: &mut Dice, city: &mut City, sites: &[Site], names: &mut Names, weak: usize) -> Vec<Case> {
    let hole = city.places[weak].at;
    let mut chosen: Vec<usize> = Vec::new();
    for (index, site) in sites.iter().enumerate() {
        let place = in_front(site);
        let lonely = sites.iter().enumerate().all(|(other, one)| other == index || one.at.distance(site.at) > ALONE);
        let apart = chosen.iter().all(|other| sites[*other].at.distance(site.at) > APART);
        let fit = site.mount == Mount::Macro && site.zone == Zone::Suburban && !site.stored;
        let buildable = city.is_dry(place) && city.districts.iter().any(|district| holds(&district.shape, place));
        if fit
            && lonely
            && apart
            && buildable
            && hole.distance(site.at) > HOLE_QUIET + QUIET / 2.0
            && chosen.len() < CASES.len()
        {
            chosen.push(index);
        }
    }
    assert_eq!(chosen.len(), CASES.len(), "the edge of the city has room for every planted case");
    let mut cases = Vec::with_capacity(CASES.len() + 1);
    for (site, (cause, kind, endings)) in chosen.into_iter().zip(CASES) {
        let name = names.fresh_with(dice, endings);
        places::push(city, name, kind, in_front(&sites[site]));
        cases.push(Case { cause, place: city.places.len() - 1, site: Some(site) });
    }
    cases.push(Case { cause: Cause::WeakCoverage, place: weak, site: None });
    cases
}

fn in_front(site: &Site) -> Spot {
    site.at.onward(IN_FRONT, site.heading)
}

/// Ground on which nobody else complains: around the stations, so that the planted cases stay as they are.
pub(super) fn private(quiet: &[(Spot, f64)]) -> Vec<(Spot, f64)> {
    quiet.iter().map(|(spot, radius)| (*spot, radius * 0.35)).collect()
}

/// Ground on which nothing else may happen.
pub(super) fn quiet(city: &City, cases: &[Case]) -> Vec<(Spot, f64)> {
    cases
        .iter()
        .map(|case| (city.places[case.place].at, if case.site.is_some() { QUIET } else { HOLE_QUIET }))
        .collect()
}

/// Whether a spot lies on quiet ground.
pub(super) fn is_quiet(quiet: &[(Spot, f64)], spot: Spot) -> bool {
    quiet.iter().any(|(centre, radius)| centre.distance(spot) < *radius)
}
