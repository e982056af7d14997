//! The network check (M2): which elements could serve a place, what was known of each at a time, and what that explains.
//!
//! A [`Network`] never changes: after an import a new one is assembled and swapped in, readers keep the one they hold.

use domain::check::{Candidate, ElementKind, Fact, NetworkCheck, Service};
use domain::place::{LonLat, Setting};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::element::{ElementVersion, Technology};
use crate::fact::{Alarm, Interference, Outage};
use crate::propagation::Model;

/// What is asked of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Where.
    pub place: LonLat,
    /// Radius within which the true place lies, metres; `None` where nobody said.
    pub precision_m: Option<f64>,
    /// Indoors or outdoors.
    pub setting: Setting,
    /// When.
    pub at: Timestamp,
    /// Voice or data.
    pub service: Service,
    /// The generation complained about, where the customer said; elements known to be of another one are left out.
    pub technology: Option<Technology>,
}

/// State of an element on the network map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementState {
    /// Nothing is known against it, and the alarm feed covers the time.
    NothingKnown,
    /// No alarm data covers the time: neither good nor bad can be said.
    Unknown,
    /// 故障: an alarm that takes service away.
    Fault,
    /// 停闭/退服.
    Outage,
    /// 节能关断.
    EnergySaving,
    /// 割接/工程.
    PlannedWork,
    /// 上行干扰.
    Interference,
    /// An alarm that takes no service away.
    Alarm,
    /// 未开通/下网: engineered, shut or retired in the inventory.
    OffAir,
    /// 拆站: no longer in the inventory at that time.
    Removed,
}

/// An element as maps and lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ElementView {
    /// The element as the imported file names it.
    pub id: String,
    /// Its name in words, or its id again.
    pub name: String,
    /// Cell or repeater.
    pub kind: ElementKind,
    /// The site it stands on, where known.
    pub site: Option<String>,
    /// Where it stands.
    pub position: LonLat,
    /// Azimuth in degrees clockwise from north; absent for omnidirectional elements.
    pub azimuth_deg: Option<f32>,
    /// Half-power beam width, degrees; absent for omnidirectional elements.
    pub beam_width_deg: Option<f32>,
    /// Technology, where known.
    pub technology: Option<Technology>,
    /// Carrier frequency, MHz, where known.
    pub frequency_mhz: Option<f32>,
    /// 室分: serves the inside of a building.
    pub indoor: bool,
    /// Its state at the time asked about.
    pub state: ElementState,
}

/// An element with everything known of it at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ElementDetail {
    /// As the map shows it.
    pub view: ElementView,
    /// A repeater's donor cell.
    pub donor: Option<String>,
    /// What is known of it around that time.
    pub facts: Vec<Fact>,
}

/// Which part of the network map to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Western edge, degrees.
    pub west: f64,
    /// Southern edge, degrees.
    pub south: f64,
    /// Eastern edge, degrees.
    pub east: f64,
    /// Northern edge, degrees.
    pub north: f64,
}

/// Every element around, with its states over time, ready to be asked.
#[derive(Debug)]
pub struct Network {
    versions: Vec<ElementVersion>,
    generation: u64,
    model: Model,
}

impl Network {
    /// Builds the network from what the store holds. Records of elements not in the inventory are kept and counted.
    pub fn assemble(
        inventory: impl IntoIterator<Item = ElementVersion>,
        alarms: impl IntoIterator<Item = Alarm>,
        outages: impl IntoIterator<Item = Outage>,
        interference: impl IntoIterator<Item = Interference>,
        model: Model,
        generation: u64,
    ) -> Self {
        let _ = (alarms.into_iter().count(), outages.into_iter().count(), interference.into_iter().count());
        Self { versions: inventory.into_iter().collect(), generation, model }
    }

    /// How many element versions it knows.
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Whether no inventory was ever loaded.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// The inventory generation it was assembled from.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The propagation model in use.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The network check of one place and time.
    pub fn check(&self, question: &Question) -> NetworkCheck {
        unimplemented!("{question:?}")
    }

    /// Every element within the radius, nearest first; `rank` is the one [`Network::check`] gives, elements that are no
    /// candidates follow after the last candidate.
    pub fn within(&self, question: &Question, radius_m: f64) -> Vec<Candidate> {
        unimplemented!("{question:?} {radius_m}")
    }

    /// The elements inside a map window that are valid at the time, at most `limit` of them.
    pub fn visible(&self, window: Window, at: Timestamp, limit: usize) -> Vec<ElementView> {
        unimplemented!("{window:?} {at} {limit}")
    }

    /// One element at a time; the last version known where it was gone by then.
    pub fn element(&self, kind: ElementKind, id: &str, at: Timestamp) -> Option<ElementDetail> {
        unimplemented!("{kind:?} {id} {at}")
    }
}
