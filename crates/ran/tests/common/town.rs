//! A small town to ask about, in as few words as a test wants.

use domain::check::{ElementKind, NetworkCheck, Service, Technology};
use domain::place::{Datum, GivenPoint, LonLat, Setting};
use domain::time::Timestamp;
use ran::element::{Antenna, Element, ElementVersion, Environment};
use ran::fact::{Alarm, Interference, Outage, OutageKind, Severity, Target};
use ran::network::{Network, Question};
use ran::propagation::Model;

/// Monday 10:00 in Shanghai.
pub fn monday() -> Timestamp {
    "2026-11-23T10:00:00+08:00".parse().expect("an instant")
}

pub fn hours(hours: i64) -> i64 {
    hours * 3_600
}

/// The middle of town.
pub fn square() -> LonLat {
    offset(0.0, 0.0)
}

/// A place so many metres east and north of the square.
pub fn offset(east_m: f64, north_m: f64) -> LonLat {
    let metre = 1.0 / 111_195.0;
    LonLat::new(104.0 + east_m * metre / 30.6_f64.to_radians().cos(), 30.6 + north_m * metre).expect("a place")
}

/// A cell of an LTE site at a place, looking that way.
pub fn cell(id: &str, at: LonLat, azimuth_deg: f32) -> Element {
    Element {
        id: id.to_owned(),
        kind: ElementKind::Cell,
        name: format!("小区{id}"),
        site: Some(id.split('-').next().unwrap_or(id).to_owned()),
        site_name: None,
        point: GivenPoint::new(at.lon(), at.lat(), Datum::Wgs84).expect("a place"),
        technology: Some(Technology::Lte),
        frequency_mhz: Some(1_850.0),
        bandwidth_mhz: None,
        rs_power_dbm: Some(12.0),
        pci: None,
        tac: None,
        antenna: Antenna {
            azimuth_deg: Some(azimuth_deg),
            height_m: Some(25.0),
            downtilt_deg: Some(6.0),
            ..Antenna::default()
        },
        indoor: false,
        environment: Some(Environment::Urban),
        clutter: None,
        ground_altitude_m: None,
        building_height_m: None,
        donor: None,
        on_air: true,
        extra: std::collections::BTreeMap::new(),
    }
}

/// For ever.
pub fn always(element: Element) -> ElementVersion {
    ElementVersion { element, valid_from: Timestamp::BEGINNING, valid_until: Timestamp::END }
}

pub fn on(element: &str) -> Target {
    Target { element: Some(element.to_owned()), ..Target::default() }
}

/// An active alarm, raised two hours before Monday ten o'clock.
pub fn alarm(target: Target, title: &str, severity: Severity) -> Alarm {
    Alarm {
        id: format!("{title}{target:?}"),
        target,
        severity,
        title: title.to_owned(),
        raised: monday().plus_seconds(-hours(2)),
        cleared: None,
        detail: None,
        planned: false,
    }
}

/// An outage that began six hours before and lasts.
pub fn outage(target: Target, kind: OutageKind) -> Outage {
    let from = monday().plus_seconds(-hours(6));
    Outage { id: "o".to_owned(), target, kind, planned: false, from, until: None, reason: String::new() }
}

pub fn noise(target: Target, noise_dbm: f32) -> Interference {
    Interference { target, from: monday().plus_seconds(-900), until: monday().plus_seconds(900), noise_dbm }
}

/// What a test loads.
#[derive(Default)]
pub struct Town {
    pub inventory: Vec<ElementVersion>,
    pub alarms: Vec<Alarm>,
    pub outages: Vec<Outage>,
    pub interference: Vec<Interference>,
}

impl Town {
    /// One site A on the square's edge, looking at it, and a feed that reports a far-away quiet event, so that it covers.
    pub fn watched(cells: impl IntoIterator<Item = Element>) -> Self {
        let alarms = vec![alarm(on("elsewhere"), "小区不可用", Severity::Major)];
        let cells = cells.into_iter().chain([cell("elsewhere", offset(45_000.0, 0.0), 90.0)]);
        Self { inventory: cells.map(always).collect(), alarms, ..Self::default() }
    }

    pub fn network(self) -> Network {
        Network::assemble(self.inventory, self.alarms, self.outages, self.interference, Model::default(), 7)
    }

    /// The check of the square, outdoors, Monday at ten.
    pub fn check(self) -> NetworkCheck {
        self.network().check(&question(square()))
    }
}

pub fn question(place: LonLat) -> Question {
    Question {
        place,
        precision_m: Some(20.0),
        setting: Setting::Outdoor,
        at: monday(),
        service: Service::Data,
        technology: None,
    }
}
