//! What is known of elements over time: alarms, outages, planned works, interference.
//!
//! Records name their element as their source does; matching to the inventory happens when the network is assembled, so
//! that alarms may arrive before the inventory that explains them.

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// X.733 perceived severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 已清除.
    Cleared,
    /// 不确定.
    Indeterminate,
    /// 警告/提示.
    Warning,
    /// 次要/一般.
    Minor,
    /// 主要/重要.
    Major,
    /// 严重/紧急.
    Critical,
}

/// What a record is about: any of the names its source knows the element by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// Cell or repeater id as the inventory names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Cell or repeater name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element_name: Option<String>,
    /// Site code or eNodeB id: touches every element of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Site name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_name: Option<String>,
}

/// An alarm 告警.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// The source's own alarm id; with the source it is the key.
    pub id: String,
    /// What it is about.
    pub target: Target,
    /// 级别.
    pub severity: Severity,
    /// 告警标题 or code.
    pub title: String,
    /// 发生时间.
    pub raised: Timestamp,
    /// 恢复时间; absent while active.
    pub cleared: Option<Timestamp>,
    /// Further text of the source.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
    /// Raised by works in progress 工程态, not by a fault.
    #[serde(default)]
    pub planned: bool,
}

impl Alarm {
    /// What is known of an alarm after its source told of it again under the same id. A clear 清除 ends what was raised and
    /// leaves its severity on record; one older than its raise is dropped; an older extract does not undo a clear
    /// (X.733, tmf.md §8.5).
    #[must_use]
    pub fn told_again(self, later: Self) -> Self {
        let ended = |alarm: &Self| alarm.cleared.unwrap_or(alarm.raised);
        match (self.severity == Severity::Cleared, later.severity == Severity::Cleared) {
            (false, true) if ended(&later) < self.raised => self,
            (false, true) => Self { cleared: Some(self.cleared.unwrap_or_else(|| ended(&later))), ..self },
            (true, false) if later.cleared.is_none() && later.raised <= ended(&self) => {
                Self { cleared: Some(ended(&self)), ..later }
            }
            (false, false) if later.raised == self.raised => Self { cleared: later.cleared.or(self.cleared), ..later },
            (true | false, true | false) => later,
        }
    }
}

/// The kinds of the outage list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutageKind {
    /// 停闭.
    ShutDown,
    /// 退服.
    OutOfService,
    /// 节能.
    EnergySaving,
    /// 割接/升级/工程.
    PlannedWork,
    /// 搬迁/拆站.
    Relocation,
}

/// An outage, energy saving, planned work or relocation, planned or actual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outage {
    /// The source's own id, or one made from target, kind and start.
    pub id: String,
    /// What it is about.
    pub target: Target,
    /// Which kind.
    pub kind: OutageKind,
    /// Announced (计划) rather than observed (实际).
    pub planned: bool,
    /// From.
    pub from: Timestamp,
    /// Until; absent while it lasts or where no end was given.
    pub until: Option<Timestamp>,
    /// Reason in words.
    pub reason: String,
}

/// Uplink noise of a cell over an interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interference {
    /// What it is about.
    pub target: Target,
    /// Start of the interval.
    pub from: Timestamp,
    /// End of the interval.
    pub until: Timestamp,
    /// Uplink noise, dBm per PRB.
    pub noise_dbm: f32,
}

impl Severity {
    /// The X.733 word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cleared => "cleared",
            Self::Indeterminate => "indeterminate",
            Self::Warning => "warning",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(severity: Severity, at: i64, cleared: Option<i64>) -> Alarm {
        let hour = |hours: i64| Timestamp::from_micros(0).plus_seconds(hours * 3_600);
        let (title, target) = ("小区退服".to_owned(), Target::default());
        let (raised, cleared) = (hour(at), cleared.map(hour));
        Alarm { id: "1".into(), target, severity, title, raised, cleared, detail: None, planned: false }
    }

    #[test]
    fn m2_a_clear_ends_the_alarm_and_keeps_its_severity() {
        let (raise, clear) = (told(Severity::Critical, 10, None), told(Severity::Cleared, 12, None));
        let ended = told(Severity::Critical, 10, Some(12));
        assert_eq!(raise.clone().told_again(clear.clone()), ended);
        assert_eq!(clear.clone().told_again(raise.clone()), ended, "in whichever order the file lists them");
        assert_eq!(ended.clone().told_again(clear), ended);
        assert_eq!(ended.clone().told_again(raise), ended, "an older extract does not undo it");
    }

    #[test]
    fn m2_a_clear_older_than_the_raise_is_dropped_and_a_new_raise_counts() {
        let (raise, clear) = (told(Severity::Major, 10, None), told(Severity::Cleared, 9, None));
        assert_eq!(raise.clone().told_again(clear.clone()), raise);
        assert_eq!(clear.told_again(raise.clone()), raise);
        let again = told(Severity::Minor, 20, None);
        assert_eq!(told(Severity::Major, 10, Some(11)).told_again(again.clone()), again);
    }
}
