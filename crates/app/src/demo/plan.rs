//! Everything the demo city is to hold, made from a seed and the present.

use domain::check::Cause;
use domain::time::Timestamp;
use ran::element::ElementVersion;
use ran::fact::{Alarm, Interference, Outage};
use serde_json::Value;
use store::GazetteerPlace;

use super::City;
use super::alarms::{Feed, Trouble};
use super::almanac::Almanac;
use super::complaints::{self, DemoComplaint};
use super::dice::Dice;
use super::ground::Spot;
use super::occasions;
use super::outages::{self, OutageList};
use super::people::{self, DemoPerson};
use super::planted::{self, Case};
use super::roster::{self, DemoRoster};
use super::sites::{self, Site};
use super::years::{Past, Years};
use super::{base, cells, repeaters, versions, words};

/// A planted case: a place where the main job must find this cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    /// What the check finds there.
    pub cause: Cause,
    /// The place, as the gazetteer names it.
    pub place: String,
    /// Its address.
    pub address: String,
    /// WGS-84, degrees east.
    pub lon: f64,
    /// WGS-84, degrees north.
    pub lat: f64,
    /// The station it rests on; none for weak coverage.
    pub site: Option<String>,
    /// The elements of that station.
    pub elements: Vec<String>,
}

/// The whole invented city.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its name in Chinese and in Latin letters.
    pub city: (String, String),
    /// The base map as GeoJSON.
    pub base: Value,
    /// Places people name.
    pub gazetteer: Vec<GazetteerPlace>,
    /// Every version of every cell and repeater.
    pub inventory: Vec<ElementVersion>,
    /// Thirty days of alarms.
    pub alarms: Vec<Alarm>,
    /// Outages, energy saving, works, moves.
    pub outages: Vec<Outage>,
    /// Uplink noise.
    pub interference: Vec<Interference>,
    /// Who may sign in; the first of each role stands before its colleagues.
    pub people: Vec<DemoPerson>,
    /// Who is on duty and who is away.
    pub roster: DemoRoster,
    /// Thirty days of complaints, in the order of arrival.
    pub complaints: Vec<DemoComplaint>,
    /// Where each cause is to be found.
    pub planted: Vec<Planted>,
}

/// The network and what happens to it, while it is made.
struct Ground {
    city: City,
    sites: Vec<Site>,
    cases: Vec<Case>,
    quiet: Vec<(Spot, f64)>,
}

impl Ground {
    fn of(seed: u64) -> Self {
        let (mut city, mut names) = City::of(seed);
        let (weak, hole) = planted::hole(&city);
        let sites = sites::sites(&mut Dice::of(seed, "sites"), &city, hole);
        let cases = planted::plant(&mut Dice::of(seed, "planted"), &mut city, &sites, &mut names, weak);
        let quiet = planted::quiet(&city, &cases);
        Self { city, sites, cases, quiet }
    }

    /// The station planted for a cause.
    fn station(&self, cause: Cause) -> usize {
        self.cases.iter().find(|case| case.cause == cause).and_then(|case| case.site).expect("planted with a station")
    }
}

impl Plan {
    /// Invents the city of a seed as it stands now.
    pub fn invent(seed: u64, now: Timestamp) -> Self {
        Self::with_years(seed, now, Past::default()).0
    }

    /// The same, and what is missing of so many complaints in all.
    pub fn with_years(seed: u64, now: Timestamp, past: Past) -> (Self, Option<Years>) {
        let almanac = Almanac { now };
        let ground = Ground::of(seed);
        let Ground { city, sites, cases, quiet } = &ground;
        let cells = cells::cells(&mut Dice::of(seed, "cells"), city, sites);
        let repeaters = repeaters::repeaters(&mut Dice::of(seed, "repeaters"), city, sites, &cells, quiet);
        let undisturbed = |site: &Site| !planted::is_quiet(quiet, site.at);
        let moved = ground.station(Cause::Relocation);
        let changes = versions::changes(&mut Dice::of(seed, "changes"), almanac, sites, moved, &undisturbed);
        let away = versions::moved_away(&sites[moved], &city.districts);
        // What changed lately has trouble enough.
        let free: Vec<usize> = (0..sites.len())
            .filter(|index| undisturbed(&sites[*index]) && !sites[*index].stored && changes[*index].is_none())
            .collect();

        let mut feed = Feed::new(almanac, sites, &cells);
        feed.plant(ground.station(Cause::Fault));
        feed.fill(&mut Dice::of(seed, "alarms"), &free, &repeaters);
        let mut list = OutageList::new(almanac, sites);
        list.plant(ground.station(Cause::Outage), ground.station(Cause::PlannedWork));
        list.fill(&mut Dice::of(seed, "outages"), &free, &cells, &changes);
        let disturbed = ground.station(Cause::Interference);
        let (interference, noisy) = outages::noise(&mut Dice::of(seed, "noise"), almanac, disturbed, &free, &cells);

        let troubles: Vec<Trouble> = feed.troubles.iter().chain(&list.troubles).chain(&noisy).copied().collect();
        let occasions = occasions::occasions(
            &mut Dice::of(seed, "occasions"),
            almanac,
            city,
            sites,
            &troubles,
            cases,
            &planted::private(quiet),
        );
        let complaints = complaints::complaints(seed, almanac, city, &cells, &occasions);
        let (alarms, outages) = (feed.alarms, list.outages);
        let plan = Self {
            city: (words::CITY.0.to_owned(), words::CITY.1.to_owned()),
            base: base::map(city),
            gazetteer: gazetteer(city),
            inventory: versions::inventory(&cells, &repeaters, &changes, (moved, away)),
            alarms,
            outages,
            interference,
            people: people::people(&mut Dice::of(seed, "people")),
            roster: roster::roster(almanac, &complaints),
            complaints,
            planted: cases.iter().map(|case| told(&ground, case, &cells)).collect(),
        };
        let missing = past.complaints.saturating_sub(plan.complaints.len() as u32);
        let past = Past { complaints: missing, ..past };
        let years = (missing > 0).then(|| Years::of(seed, almanac, ground.city, cells, past));
        (plan, years)
    }

    /// Where a cause is to be found.
    pub fn planted(&self, cause: Cause) -> Option<&Planted> {
        self.planted.iter().find(|planted| planted.cause == cause)
    }
}

fn told(ground: &Ground, case: &Case, cells: &[Vec<ran::element::Element>]) -> Planted {
    let place = &ground.city.places[case.place];
    let (lon, lat) = place.at.degrees();
    Planted {
        cause: case.cause,
        place: place.name.zh.clone(),
        address: place.address.clone(),
        lon,
        lat,
        site: case.site.map(|site| ground.sites[site].name.clone()),
        elements: case.site.map(|site| cells[site].iter().map(|cell| cell.id.clone()).collect()).unwrap_or_default(),
    }
}

fn gazetteer(city: &City) -> Vec<GazetteerPlace> {
    let entry = |place: &super::places::Landmark| {
        let (lon, lat) = place.at.degrees();
        GazetteerPlace {
            name: place.name.zh.clone(),
            address: place.address.clone(),
            district: city.districts[place.district].name.zh.clone(),
            lon,
            lat,
        }
    };
    city.places.iter().map(entry).collect()
}
