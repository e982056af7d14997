//! Sites, cells and repeaters as the inventory 工参 describes them, versioned by validity.

use domain::check::ElementKind;
use domain::place::{Datum, GivenPoint};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

pub use domain::check::Technology;

/// Environment of the element, which selects the constants of the path-loss model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// 密集城区.
    DenseUrban,
    /// 一般城区.
    Urban,
    /// 郊区.
    Suburban,
    /// 农村.
    Rural,
}

impl Environment {
    /// The environment a clutter index 地物类型 stands for, as planning files number it: 5 open urban, 6 road, 10–12 blocks
    /// above 20 m, 13/14 lower ones, 15/16 industrial, 17/18 suburban. Water and vegetation (2, 7–9) say nothing of the city
    /// around them: there the density of sites decides.
    pub const fn from_clutter(index: u8) -> Option<Self> {
        match index {
            10..=12 => Some(Self::DenseUrban),
            5 | 6 | 13..=16 => Some(Self::Urban),
            17 | 18 => Some(Self::Suburban),
            _ => None,
        }
    }
}

/// Antenna of an element. Angles in degrees, heights in metres.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Antenna {
    /// 方向角 clockwise from north, 0 ≤ a < 360; `None` = omnidirectional.
    pub azimuth_deg: Option<f32>,
    /// 水平波束宽度; `None` where the file does not say (65° is assumed for sectors).
    pub beam_width_deg: Option<f32>,
    /// 垂直波束宽度.
    pub vertical_beam_deg: Option<f32>,
    /// 总下倾: electrical plus mechanical, positive downwards.
    pub downtilt_deg: Option<f32>,
    /// 挂高 above ground; `None` where unknown (0 in a file is unknown and noted).
    pub height_m: Option<f32>,
    /// Antenna gain, dBi.
    pub gain_dbi: Option<f32>,
}

impl Antenna {
    /// What antennas of the trade reach, dBi; anything else is another quantity in the wrong column.
    pub const GAINS_DBI: std::ops::RangeInclusive<f32> = 0.0..=30.0;
}

/// One version of a cell or repeater. Serialises into the store's document column and the frozen evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// The element as the imported file names it: the key of the inventory within its kind.
    pub id: String,
    /// Cell or repeater.
    pub kind: ElementKind,
    /// 小区名 or 直放站名; the id where the file has none.
    pub name: String,
    /// 站址 code or eNodeB id that cells of one site share.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub site: Option<String>,
    /// 站名.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub site_name: Option<String>,
    /// Where it stands; original coordinates kept.
    pub point: GivenPoint,
    /// Technology, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub technology: Option<Technology>,
    /// 频段/频点 as a carrier frequency, MHz.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub frequency_mhz: Option<f32>,
    /// 带宽, MHz.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bandwidth_mhz: Option<f32>,
    /// Reference-signal power per resource element RS EPRE, dBm.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rs_power_dbm: Option<f32>,
    /// PCI.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pci: Option<u32>,
    /// TAC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tac: Option<u32>,
    /// The antenna.
    #[serde(default)]
    pub antenna: Antenna,
    /// 室分: serves the inside of a building.
    #[serde(default)]
    pub indoor: bool,
    /// Environment where the file says or implies one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment: Option<Environment>,
    /// 地物类型: the clutter index of the planning file at the element.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clutter: Option<u8>,
    /// 海拔: ground above sea level.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ground_altitude_m: Option<f32>,
    /// 建筑物高度: of the building the element stands on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub building_height_m: Option<f32>,
    /// 信源小区: the donor cell a repeater amplifies.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub donor: Option<String>,
    /// 是否在网: false while it is engineered, shut or retired.
    #[serde(default = "yes")]
    pub on_air: bool,
    /// Further columns of the file worth keeping (vendor, district, scene …), by heading.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty", default)]
    pub extra: std::collections::BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

impl Element {
    /// The datum the file was imported with.
    pub const fn datum(&self) -> Datum {
        self.point.datum
    }
}

/// An element during one stretch of time: from inclusive, until exclusive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ElementVersion {
    /// What it was.
    pub element: Element,
    /// First instant it held; [`Timestamp::BEGINNING`] for the first inventory.
    pub valid_from: Timestamp,
    /// First instant it no longer held; [`Timestamp::END`] while it holds.
    pub valid_until: Timestamp,
}
