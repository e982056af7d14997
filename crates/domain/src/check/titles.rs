//! What people call causes, confidence and facts, in Chinese and English.

use super::{Cause, Confidence, FactKind};

impl Cause {
    /// The cause in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Fault => ("故障", "fault"),
            Self::Outage => ("停闭或退服", "outage"),
            Self::Relocation => ("搬迁或拆站", "relocation"),
            Self::Interference => ("上行干扰", "interference"),
            Self::WeakCoverage => ("弱覆盖", "weak coverage"),
            Self::PlannedWork => ("割接或工程", "planned work"),
            Self::NothingFound => ("未发现异常", "nothing found"),
            Self::Unknown => ("情况不明", "unknown"),
        }
    }
}

impl Confidence {
    /// How sure, in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Low => ("把握小", "low confidence"),
            Self::Medium => ("有把握", "medium confidence"),
            Self::High => ("把握大", "high confidence"),
        }
    }
}

impl FactKind {
    /// The kind in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Alarm => ("告警", "alarm"),
            Self::Outage => ("停闭或退服", "outage"),
            Self::EnergySaving => ("节能关断", "energy saving"),
            Self::PlannedWork => ("割接或工程", "planned work"),
            Self::Relocation => ("搬迁", "relocation"),
            Self::Removal => ("拆站或下网", "removal"),
            Self::NotYetInService => ("尚未开通", "not yet in service"),
            Self::Interference => ("上行干扰", "interference"),
        }
    }
}
