//! Repeaters 直放站: in car parks and valleys, each amplifying a cell that it can hear.

use std::collections::BTreeMap;

use domain::check::{ElementKind, Technology};
use ran::element::{Antenna, Element};

use super::City;
use super::dice::Dice;
use super::ground::Spot;
use super::places::Kind;
use super::sites::{Mount, Site};

/// Repeaters of the city.
pub(super) const COUNT: usize = 60;

/// Every repeater; none where the ground is kept quiet.
pub(super) fn repeaters(
    dice: &mut Dice,
    city: &City,
    sites: &[Site],
    cells: &[Vec<Element>],
    quiet: &[(Spot, f64)],
) -> Vec<Element> {
    let fit: Vec<_> = city
        .places
        .iter()
        .filter(|place| matches!(place.kind, Kind::Estate | Kind::Village | Kind::Plant | Kind::Office))
        .filter(|place| quiet.iter().all(|(spot, radius)| spot.distance(place.at) > *radius))
        .collect();
    let mut all: Vec<Element> = Vec::with_capacity(COUNT);
    while all.len() < COUNT {
        let place = *dice.pick(&fit);
        let village = place.kind == Kind::Village;
        let name = format!("{}{}直放站", place.name.zh, if village { "" } else { "地下车库" });
        if all.iter().any(|other| other.name == name) {
            continue;
        }
        let donors = sites.iter().zip(cells).filter(|(site, _)| site.mount == Mount::Macro && !site.stored);
        let donor = donors.min_by(|a, b| a.0.at.distance(place.at).total_cmp(&b.0.at.distance(place.at)));
        let Some((site, donor)) = donor.and_then(|(site, cells)| Some((site, facing(cells, site, place.at)?))) else {
            continue;
        };
        let number = all.len() + 1;
        let mut extra = BTreeMap::new();
        extra.insert("信源站名".to_owned(), site.name.clone());
        extra.insert("类型".to_owned(), if village { "无线直放站" } else { "光纤直放站" }.to_owned());
        extra.insert("区县".to_owned(), city.districts[place.district].name.zh.clone());
        extra.insert("代维单位".to_owned(), super::cells::contractor(place.district).to_owned());
        all.push(Element {
            id: format!("ZFZ{number:04}"),
            kind: ElementKind::Repeater,
            name,
            site: None,
            site_name: None,
            point: place.at.given(),
            technology: Some(Technology::Lte),
            frequency_mhz: donor.frequency_mhz,
            bandwidth_mhz: donor.bandwidth_mhz,
            rs_power_dbm: Some(if village { 6.0 } else { -2.0 }),
            pci: donor.pci,
            tac: donor.tac,
            antenna: Antenna {
                azimuth_deg: None,
                height_m: Some(if village { 12.0 } else { 3.0 }),
                gain_dbi: Some(if village { 8.0 } else { 2.0 }),
                ..Antenna::default()
            },
            indoor: !village,
            environment: donor.environment,
            clutter: None,
            ground_altitude_m: None,
            building_height_m: None,
            donor: Some(donor.id.clone()),
            on_air: true,
            extra,
        });
    }
    all
}

/// The cell of the site's first carrier that looks towards a spot.
fn facing<'a>(cells: &'a [Element], site: &Site, spot: Spot) -> Option<&'a Element> {
    let bearing = (spot.x - site.at.x).atan2(spot.y - site.at.y).to_degrees();
    let off = |cell: &Element| {
        let azimuth = f64::from(cell.antenna.azimuth_deg.unwrap_or_default());
        ((azimuth - bearing + 540.0).rem_euclid(360.0) - 180.0).abs()
    };
    let lte = cells.iter().filter(|cell| cell.technology == Some(Technology::Lte));
    lte.min_by(|a, b| off(a).total_cmp(&off(b)))
}
