//! The escalation ladder 升级阶梯: who is told when a limit nears, is missed, and is missed by its whole length again (M5).

use serde::{Deserialize, Serialize};

use super::Clock;
use crate::complaint::PersonRef;
use crate::person::Role;
use crate::time::Timestamp;

/// A rung of the ladder; each fires exactly once for a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// 预警: the limit nears.
    Warning,
    /// 超时: the limit is missed.
    Breach,
    /// 升级: missed by its whole length over again.
    Escalation,
}

impl Rung {
    /// Every rung, lowest first.
    pub const ALL: [Self; 3] = [Self::Warning, Self::Breach, Self::Escalation];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Breach => "breach",
            Self::Escalation => "escalation",
        }
    }

    /// What people read: Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Warning => ("预警", "warning"),
            Self::Breach => ("超时", "overdue"),
            Self::Escalation => ("升级", "escalated"),
        }
    }
}

/// Whom a rung reaches, before it is known who that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Whoever works on it; the first owner where nobody does.
    Handler,
    /// 首问责任人.
    Owner,
    /// Everybody of that role.
    Role(Role),
}

/// Whom a rung reached.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tell {
    /// This person.
    Person(PersonRef),
    /// Everybody of that role.
    Role(Role),
}

impl Clock {
    /// The instant from which on a rung stands.
    pub const fn rung_at(&self, rung: Rung) -> Timestamp {
        // An answer at the due instant itself is in time: the breach begins after it.
        match rung {
            Rung::Warning => self.warn,
            Rung::Breach => self.due.next(),
            Rung::Escalation => self.severe.next(),
        }
    }

    /// The next rung of a clock that runs, with its instant; none while it is paused.
    pub fn next_rung(&self) -> Option<(Timestamp, Rung)> {
        if !self.is_running() || self.paused().is_some() {
            return None;
        }
        Rung::ALL.into_iter().find(|rung| !self.fired.contains(rung)).map(|rung| (self.rung_at(rung), rung))
    }

    /// Every rung that stands at `now` and has not fired, lowest first.
    pub fn rungs_due(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, Rung)> + '_ {
        let runs = self.is_running() && self.paused().is_none();
        let open = Rung::ALL.into_iter().filter(move |rung| runs && !self.fired.contains(rung));
        open.map(|rung| (self.rung_at(rung), rung)).filter(move |(at, _)| *at <= now)
    }
}
