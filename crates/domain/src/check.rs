//! The network check 网络核查 as evidence: what `ran` found around a place at a time (M2).
//!
//! `ran` makes it, the complaint freezes it: later changes of the network never rewrite it, a re-run stands beside it.

use serde::{Deserialize, Serialize};

use crate::place::{LonLat, Setting};
use crate::time::Timestamp;

mod titles;

/// Which service the customer complains about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// 语音.
    Voice,
    /// 数据. Also what is assumed where nobody said.
    #[default]
    Data,
}

/// Radio technology 制式.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Technology {
    /// GSM 2G.
    Gsm,
    /// CDMA 2000.
    Cdma,
    /// UMTS and TD-SCDMA 3G.
    Umts,
    /// LTE 4G.
    Lte,
    /// NR 5G.
    Nr,
}

/// What sort of element stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementKind {
    /// 小区.
    Cell,
    /// 直放站.
    Repeater,
}

/// The cause a verdict names; every set it does not know is `Unknown`, never normal (M2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// 故障: an alarm that takes service away.
    Fault,
    /// 停闭/退服/节能: shut down, out of service or sleeping.
    Outage,
    /// 搬迁/拆站: moved away or removed from the inventory.
    Relocation,
    /// 干扰: uplink noise above the limit.
    Interference,
    /// 弱覆盖: predicted level below the limit with nothing broken.
    WeakCoverage,
    /// 割接/工程: planned work in progress.
    PlannedWork,
    /// Everything loaded was looked at and nothing explains the complaint.
    NothingFound,
    /// Too little is known to say anything.
    Unknown,
}

/// How sure the verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A hint.
    Low,
    /// Likely.
    Medium,
    /// The best server itself is affected and nothing else serves the place.
    High,
}

/// What kind of fact touches an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// 告警.
    Alarm,
    /// 停闭/退服.
    Outage,
    /// 节能关断.
    EnergySaving,
    /// 割接/工程.
    PlannedWork,
    /// 搬迁.
    Relocation,
    /// 拆站/下网: gone from the inventory.
    Removal,
    /// 新开: not yet on air at the time asked about.
    NotYetInService,
    /// 上行干扰.
    Interference,
}

/// One thing known of one element around the time of the complaint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What kind.
    pub kind: FactKind,
    /// Whether it held at the very time asked about (it may also have ended shortly before).
    pub active: bool,
    /// Whether it takes the element's service away, or only degrades or announces.
    pub takes_service: bool,
    /// X.733 severity for alarms: critical, major, minor, warning, indeterminate, cleared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub severity: Option<String>,
    /// Only announced for that time (计划), not observed (实际).
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub announced: bool,
    /// The title or reason as the source gave it; empty where it gave none and the kind says it all.
    pub title: String,
    /// When it began.
    pub since: Option<Timestamp>,
    /// When it ended; absent while it lasts.
    pub until: Option<Timestamp>,
    /// A measured value with its unit where the fact is one: `-98.5 dBm`, `moved 420 m`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// The repeater's donor cell or the site the fact was reported on, when it is not this element itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub via: Option<String>,
}

/// One element that could serve the place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
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
    /// Great-circle distance from the place, metres.
    pub distance_m: f64,
    /// From the place to the element, degrees clockwise from north.
    pub bearing_deg: f64,
    /// Between the sector's axis and the line from element to place, 0–180; 0 for omnidirectional elements.
    pub off_axis_deg: f64,
    /// Predicted outdoor RSRP at 1.5 m, dBm.
    pub predicted_dbm: f64,
    /// 1 for the strongest.
    pub rank: u32,
    /// A repeater's donor cell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub donor: Option<String>,
    /// What is known of it around that time.
    pub facts: Vec<Fact>,
}

/// A sentence of evidence, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// A sentence in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What the check concludes: a ranked suggestion with its reasons, never an automatic decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The most likely cause.
    pub cause: Cause,
    /// How sure.
    pub confidence: Confidence,
    /// The element the verdict rests on, where it names one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub element: Option<String>,
    /// Why, one sentence per fact that counted.
    pub evidence: Vec<Bilingual>,
    /// What was **not** known and might change the verdict.
    pub unknown: Vec<Bilingual>,
}

/// The whole check, frozen with the complaint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkCheck {
    /// The place asked about.
    pub place: LonLat,
    /// How precisely it is known, metres.
    pub precision_m: Option<f64>,
    /// Indoors or outdoors.
    pub setting: Setting,
    /// The time asked about.
    pub at: Timestamp,
    /// The service asked about.
    pub service: Service,
    /// Which inventory was looked at: its generation counter, so that a re-run can be told apart.
    pub inventory: u64,
    /// Everything that could serve the place, strongest first.
    pub candidates: Vec<Candidate>,
    /// How many weaker candidates, of which nothing is known, were left out of a [condensed](Self::condensed) check.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub omitted: u32,
    /// The conclusion.
    pub verdict: Verdict,
    /// A reply to start from, in plain words.
    pub reply: Bilingual,
}

impl NetworkCheck {
    /// The check as it is kept with a complaint: the strongest `keep` candidates and every other one of which something is
    /// known; the rest, which served nobody and explains nothing, is counted.
    #[must_use]
    pub fn condensed(mut self, keep: u32) -> Self {
        let all = self.candidates.len();
        self.candidates.retain(|one| one.rank <= keep || !one.facts.is_empty());
        self.omitted += (all - self.candidates.len()) as u32;
        self
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field by reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}
