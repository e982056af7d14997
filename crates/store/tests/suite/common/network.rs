//! A few cells, alarms and measurements.

use std::collections::BTreeMap;

use domain::check::ElementKind;
use domain::place::{Datum, GivenPoint};
use domain::time::Timestamp;
use ran::element::{Antenna, Element, ElementVersion};
use ran::fact::{Alarm, Interference, Severity, Target};
use store::ElementChange;

use super::at;

pub fn elements(count: u32) -> Vec<ElementChange> {
    let version = |number: u32| ElementVersion {
        element: Element {
            id: format!("{}-{}", 1000 + number / 3, number % 3 + 1),
            kind: ElementKind::Cell,
            name: format!("示例站{}-{}", number / 3, number % 3 + 1),
            site: Some((1000 + number / 3).to_string()),
            site_name: None,
            point: GivenPoint::new(104.0 + f64::from(number) * 0.000_1, 30.6, Datum::Gcj02).unwrap(),
            technology: None,
            frequency_mhz: Some(1_850.2),
            bandwidth_mhz: Some(20.0),
            rs_power_dbm: Some(15.2),
            pci: Some(number % 504),
            tac: None,
            antenna: Antenna { azimuth_deg: Some(120.0), height_m: Some(28.5), ..Antenna::default() },
            indoor: false,
            environment: None,
            clutter: None,
            ground_altitude_m: None,
            building_height_m: None,
            donor: None,
            on_air: true,
            extra: BTreeMap::new(),
        },
        valid_from: Timestamp::BEGINNING,
        valid_until: Timestamp::END,
    };
    (0..count).map(|number| ElementChange { end: None, put: Some(version(number)) }).collect()
}

pub fn alarms(count: u32) -> Vec<Alarm> {
    let alarm = |number: u32| Alarm {
        id: format!("A{number:05}"),
        target: Target { element: Some(format!("{}-1", 1000 + number)), ..Target::default() },
        severity: Severity::Critical,
        title: "小区退服".into(),
        raised: at("2026-03-04T01:00:00Z").plus_seconds(i64::from(number)),
        cleared: None,
        detail: None,
        planned: false,
    };
    (0..count).map(alarm).collect()
}

pub fn noise() -> Vec<Interference> {
    let one = |hour: i64| Interference {
        target: Target { element: Some("1000-1".into()), ..Target::default() },
        from: at("2026-03-04T01:00:00Z").plus_seconds(hour * 3600),
        until: at("2026-03-04T02:00:00Z").plus_seconds(hour * 3600),
        noise_dbm: -98.7,
    };
    vec![one(0), one(1)]
}
