//! The network check (M2): which elements could serve a place, what was known of each at a time, and what that explains.
//!
//! A [`Network`] never changes: after an import a new one is assembled, after an alarm one that shares all else, and swapped
//! in; readers keep the one they hold.

use std::sync::Arc;

use domain::check::{ElementKind, Fact, NetworkCheck, Service};
use domain::place::{LonLat, Setting};
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::element::Technology;
use crate::propagation::Model;

mod assemble;
mod assess;
mod gather;
mod inventory;
mod matching;
mod names;
mod record;
mod shelves;
mod slot;
mod text;
mod tree;
mod verdict;
mod view;

use gather::Found;
use inventory::Inventory;
use record::Records;

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

/// Where an element stands among the candidates of a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ranking {
    /// By predicted level, 1 for the strongest.
    pub rank: usize,
    /// How likely it is among the three nearest, when those at one distance are drawn by lot.
    pub nearest_three_share: f64,
}

/// Every element around, with its states over time, ready to be asked. A copy shares everything and costs nothing.
#[derive(Debug, Clone)]
pub struct Network {
    inventory: Arc<Inventory>,
    records: Records,
    generation: u64,
    model: Model,
    zone: TimeZone,
}

impl Network {
    /// The zone in which sentences tell times; Asia/Shanghai unless told otherwise.
    #[must_use]
    pub fn in_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// How many element versions it knows.
    pub fn len(&self) -> usize {
        self.inventory.slots.len()
    }

    /// Whether it has the inventory in common with another: one came from the other by alarms only.
    pub fn shares_inventory_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inventory, &other.inventory)
    }

    /// Whether no inventory was ever loaded.
    pub fn is_empty(&self) -> bool {
        self.inventory.slots.is_empty()
    }

    /// Alarms, outages and noise records whose element is not in the inventory.
    pub fn unmatched(&self) -> usize {
        self.records.unmatched()
    }

    /// The inventory generation it was assembled from.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The propagation model in use.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Memory held, bytes.
    pub fn memory_bytes(&self) -> usize {
        self.inventory.bytes() + self.records.bytes()
    }

    /// The network check of one place and time.
    pub fn check(&self, question: &Question) -> NetworkCheck {
        self.conclude(question, self.gather(question))
    }

    /// The same by looking at every element instead of the index: the reference of tests and benchmarks.
    pub fn check_by_brute_force(&self, question: &Question) -> NetworkCheck {
        self.conclude(question, self.gather_by_brute_force(question))
    }

    fn conclude(&self, question: &Question, mut found: Vec<Found>) -> NetworkCheck {
        let ranked = self.ranked(&mut found);
        let candidates = self.candidates(question, &ranked);
        let assessed = self.assessed(question, &candidates, &ranked);
        let (verdict, reply) = verdict::conclude(self, question, &assessed);
        NetworkCheck {
            place: question.place,
            precision_m: question.precision_m,
            setting: question.setting,
            at: question.at,
            service: question.service,
            inventory: self.generation,
            candidates,
            omitted: 0,
            verdict,
            reply,
        }
    }
}
