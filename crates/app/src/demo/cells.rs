//! Cells with their full engineering parameters 工参, and repeaters.

use std::collections::BTreeMap;

use domain::check::{ElementKind, Technology};
use ran::element::{Antenna, Element, Environment};

use super::City;
use super::dice::Dice;
use super::sites::{Mount, Site, Zone};

/// A carrier as the trade names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Gsm900,
    Lte900,
    Lte1800,
    Lte2100,
    Lte2600,
    Nr700,
    Nr2600,
    Nr3500,
}

/// What a layer is like.
struct Carrier {
    tag: &'static str,
    technology: Technology,
    mhz: f32,
    bandwidth: f32,
    /// Reference-signal power of a macro sector, dBm per resource element.
    power: f32,
    /// First local cell id.
    local: u32,
    ports: &'static str,
}

const fn carrier(
    tag: &'static str,
    technology: Technology,
    mhz: f32,
    bandwidth: f32,
    power: f32,
    local: u32,
    ports: &'static str,
) -> Carrier {
    Carrier { tag, technology, mhz, bandwidth, power, local, ports }
}

impl Layer {
    const fn carrier(self) -> Carrier {
        match self {
            Self::Gsm900 => carrier("G900", Technology::Gsm, 940.0, 0.2, 15.0, 1, "2T2R"),
            Self::Lte900 => carrier("L900", Technology::Lte, 947.5, 10.0, 15.2, 31, "2T2R"),
            Self::Lte1800 => carrier("L1800", Technology::Lte, 1_840.0, 20.0, 15.2, 1, "4T4R"),
            Self::Lte2100 => carrier("L2100", Technology::Lte, 2_130.0, 20.0, 15.2, 11, "4T4R"),
            Self::Lte2600 => carrier("D2600", Technology::Lte, 2_605.0, 20.0, 9.2, 21, "8T8R"),
            Self::Nr700 => carrier("N700", Technology::Nr, 763.0, 30.0, 17.8, 131, "4T4R"),
            Self::Nr2600 => carrier("N2600", Technology::Nr, 2_565.0, 100.0, 17.8, 101, "64T64R"),
            Self::Nr3500 => carrier("N3500", Technology::Nr, 3_450.0, 100.0, 17.8, 111, "64T64R"),
        }
    }
}

/// The cells of every site, in the order of the sites.
pub(super) fn cells(dice: &mut Dice, city: &City, sites: &[Site]) -> Vec<Vec<Element>> {
    sites
        .iter()
        .enumerate()
        .map(|(index, site)| {
            let layers = layers(dice, site);
            let sectors = if site.mount == Mount::Macro { 3 } else { 1 };
            let bend: Vec<f64> = (0..sectors).map(|_| dice.between(-14.0, 14.0).round()).collect();
            let height = height(dice, site);
            let (vendor, since) = (vendor(dice, site), since(dice));
            let mut all = Vec::with_capacity(layers.len() * sectors);
            for layer in layers {
                for (sector, bend) in bend.iter().enumerate() {
                    let azimuth = azimuth(dice, site, sector, if sector == 0 { 0.0 } else { *bend });
                    let mut cell = cell(dice, city, site, layer, (index, sector), azimuth, height);
                    cell.extra.insert("厂家".into(), vendor.into());
                    cell.extra.insert("入网日期".into(), since.clone());
                    all.push(cell);
                }
            }
            all
        })
        .collect()
}

/// Which carriers a site has.
fn layers(dice: &mut Dice, site: &Site) -> Vec<Layer> {
    use Layer::{Gsm900, Lte900, Lte1800, Lte2100, Lte2600, Nr700, Nr2600, Nr3500};
    let menu: &[(Layer, f64)] = match (site.mount, site.zone) {
        (Mount::Macro, Zone::Core) => {
            &[(Lte1800, 1.0), (Lte2600, 0.42), (Nr2600, 0.5), (Nr3500, 0.3), (Lte2100, 0.12), (Gsm900, 0.06)]
        }
        (Mount::Macro, Zone::Urban) => &[
            (Lte1800, 1.0),
            (Lte900, 0.2),
            (Lte2100, 0.15),
            (Lte2600, 0.22),
            (Nr2600, 0.42),
            (Nr3500, 0.2),
            (Gsm900, 0.05),
        ],
        (Mount::Macro, Zone::Suburban) => {
            &[(Lte1800, 1.0), (Lte900, 0.35), (Nr700, 0.3), (Nr2600, 0.18), (Gsm900, 0.06)]
        }
        (Mount::Macro, Zone::Rural) => &[(Lte900, 1.0), (Nr700, 0.32), (Gsm900, 0.16)],
        (Mount::Micro, _) => {
            return vec![*dice.pick(&[Lte1800, Lte2600, Nr2600])];
        }
        (Mount::Indoor, _) => &[(Lte1800, 1.0), (Nr2600, 0.3), (Nr3500, 0.2)],
    };
    let chosen: Vec<Layer> =
        menu.iter().filter(|(_, share)| *share >= 1.0 || dice.chance(*share)).map(|(layer, _)| *layer).collect();
    chosen
}

fn azimuth(dice: &mut Dice, site: &Site, sector: usize, bend: f64) -> Option<f64> {
    match site.mount {
        Mount::Macro => Some((site.heading + 120.0 * sector as f64 + bend).rem_euclid(360.0)),
        Mount::Micro => dice.chance(0.5).then_some(site.heading * 3.0),
        Mount::Indoor => None,
    }
}

fn height(dice: &mut Dice, site: &Site) -> f64 {
    let (low, high) = match (site.mount, site.zone) {
        (Mount::Macro, Zone::Core) => (24.0, 38.0),
        (Mount::Macro, Zone::Urban) => (24.0, 42.0),
        (Mount::Macro, Zone::Suburban) => (28.0, 45.0),
        (Mount::Macro, Zone::Rural) => (32.0, 55.0),
        (Mount::Micro, _) => (6.0, 11.0),
        (Mount::Indoor, _) => (3.0, 4.0),
    };
    dice.between(low, high).round()
}

fn tilts(dice: &mut Dice, site: &Site) -> (i64, i64) {
    match (site.mount, site.zone) {
        (Mount::Macro, Zone::Core) => (dice.whole(2, 4), dice.whole(3, 8)),
        (Mount::Macro, Zone::Urban) => (dice.whole(1, 4), dice.whole(2, 6)),
        (Mount::Macro, Zone::Suburban) => (dice.whole(0, 3), dice.whole(2, 5)),
        (Mount::Macro, Zone::Rural) => (dice.whole(0, 2), dice.whole(1, 4)),
        (Mount::Micro | Mount::Indoor, _) => (0, 0),
    }
}

fn vendor(dice: &mut Dice, site: &Site) -> &'static str {
    // Each bank of the river was built by one of them, with exceptions.
    let usual = if site.district.is_multiple_of(2) { "厂家甲" } else { "厂家乙" };
    if dice.chance(0.08) { "厂家丙" } else { usual }
}

fn since(dice: &mut Dice) -> String {
    format!("20{:02}-{:02}-{:02}", dice.whole(14, 25), dice.whole(1, 12), dice.whole(1, 28))
}

const fn environment(zone: Zone) -> Environment {
    match zone {
        Zone::Core => Environment::DenseUrban,
        Zone::Urban => Environment::Urban,
        Zone::Suburban => Environment::Suburban,
        Zone::Rural => Environment::Rural,
    }
}

/// One cell. The id is 基站号-本地小区标识; the long identities stand beside it.
fn cell(
    dice: &mut Dice,
    city: &City,
    site: &Site,
    layer: Layer,
    (index, sector): (usize, usize),
    azimuth: Option<f64>,
    height: f64,
) -> Element {
    let carrier = layer.carrier();
    let local = carrier.local + sector as u32;
    let nr = carrier.technology == Technology::Nr;
    let node = if nr { 6_100_001 } else { 400_001 } + index as u32;
    let (mechanical, electrical) = tilts(dice, site);
    let indoor = site.mount == Mount::Indoor;
    let station = site.name.trim_end_matches("基站");
    let pci = 3 * ((index as u32 * 7 + carrier.local * 5) % if nr { 336 } else { 168 }) + sector as u32;
    let district = &city.districts[site.district];
    let mut extra = BTreeMap::new();
    let mut note = |heading: &str, value: String| extra.insert(heading.to_owned(), value);
    match carrier.technology {
        Technology::Nr => {
            note("gNodeB ID", node.to_string());
            note("NCI", (u64::from(node) * 4_096 + u64::from(local)).to_string());
            note("SSB子载波间隔", "30kHz".to_owned());
        }
        Technology::Lte => {
            note("eNodeB ID", node.to_string());
            note("ECI", (node * 256 + local).to_string());
            note("根序列", ((index * 13 + sector * 4) % 838).to_string());
        }
        Technology::Gsm | Technology::Cdma | Technology::Umts => {
            note("LAC", (district.tac - 8_000).to_string());
            note("CI", (index * 10 + sector + 1).to_string());
        }
    }
    note("本地小区标识", local.to_string());
    note("机械下倾角", mechanical.to_string());
    note("电子下倾角", electrical.to_string());
    note("扇区类型", if azimuth.is_some() { "定向" } else { "全向" }.to_owned());
    note("收发模式", carrier.ports.to_owned());
    note("区县", district.name.zh.clone());
    note("覆盖场景", scene(site).to_owned());
    note("代维单位", contractor(site.district).to_owned());
    let gsm = carrier.technology == Technology::Gsm;
    Element {
        id: if gsm { format!("G{}-{}", index + 1, sector + 1) } else { format!("{node}-{local}") },
        kind: ElementKind::Cell,
        name: format!("{station}-{}-{}", carrier.tag, sector + 1),
        site: Some(site.code.clone()),
        site_name: Some(site.name.clone()),
        point: site.at.given(),
        technology: Some(carrier.technology),
        frequency_mhz: Some(carrier.mhz),
        bandwidth_mhz: Some(carrier.bandwidth),
        rs_power_dbm: Some(match site.mount {
            Mount::Macro => carrier.power,
            Mount::Micro => 6.0,
            Mount::Indoor => -3.0,
        }),
        pci: (!gsm).then_some(pci),
        tac: (!gsm).then_some(district.tac),
        antenna: Antenna {
            azimuth_deg: azimuth.map(|azimuth| azimuth as f32),
            beam_width_deg: azimuth.map(|_| 65.0),
            vertical_beam_deg: (site.mount == Mount::Macro).then_some(8.0),
            downtilt_deg: (site.mount == Mount::Macro).then_some((mechanical + electrical) as f32),
            height_m: Some(height as f32),
            gain_dbi: Some(match site.mount {
                Mount::Macro if carrier.mhz < 1_000.0 => 15.5,
                Mount::Macro => 17.5,
                Mount::Micro => 9.0,
                Mount::Indoor => 2.0,
            }),
        },
        indoor,
        environment: Some(environment(site.zone)),
        clutter: None,
        ground_altitude_m: Some((420.0 + site.at.y / 400.0).round() as f32),
        building_height_m: None,
        donor: None,
        on_air: !site.stored,
        extra,
    }
}

fn scene(site: &Site) -> &'static str {
    match (site.mount, site.zone) {
        (Mount::Indoor, _) => "室内",
        (Mount::Micro, _) => "道路补盲",
        (Mount::Macro, Zone::Core) => "密集城区",
        (Mount::Macro, Zone::Urban) => "一般城区",
        (Mount::Macro, Zone::Suburban) => "郊区",
        (Mount::Macro, Zone::Rural) => "农村",
    }
}

/// The maintenance contractor of a district.
pub(super) fn contractor(district: usize) -> &'static str {
    super::people::CONTRACTORS[district % super::people::CONTRACTORS.len()]
}
