//! Who entered what on the roster and who took it away, and when: every change is on record.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Absence, Shift};
use crate::id::{PersonId, RosterEntryId};
use crate::person::{Actor, Role};
use crate::time::Timestamp;

/// A change of the roster 值班变更.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEntry {
    /// Which entry.
    pub id: RosterEntryId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Entered or taken away.
    pub change: Change,
    /// Of what.
    pub planned: Planned,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// 登记.
    Entered,
    /// 删去.
    Removed,
}

impl Change {
    /// Every change.
    pub const ALL: [Self; 2] = [Self::Entered, Self::Removed];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Removed => "removed",
        }
    }
}

/// What somebody planned, as it was then. Why somebody is away is not repeated here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "planned", rename_all = "snake_case")]
pub enum Planned {
    /// 值班.
    Shift {
        /// Which shift.
        id: Uuid,
        /// Who is on duty.
        person: PersonId,
        /// As what.
        role: Role,
        /// From then.
        from: Timestamp,
        /// Until then.
        until: Timestamp,
    },
    /// 请假.
    Absence {
        /// Which absence.
        id: Uuid,
        /// Who is away.
        person: PersonId,
        /// From then.
        from: Timestamp,
        /// Until then.
        until: Timestamp,
        /// 代理人.
        deputy: Option<PersonId>,
    },
}

impl Planned {
    /// The id of the shift or the absence.
    pub const fn id(&self) -> Uuid {
        match self {
            Self::Shift { id, .. } | Self::Absence { id, .. } => *id,
        }
    }

    /// Whose.
    pub const fn person(&self) -> PersonId {
        match self {
            Self::Shift { person, .. } | Self::Absence { person, .. } => *person,
        }
    }
}

impl From<&Shift> for Planned {
    fn from(shift: &Shift) -> Self {
        let Shift { id, person, role, from, until } = shift.clone();
        Self::Shift { id: id.0, person, role, from, until }
    }
}

impl From<&Absence> for Planned {
    fn from(absence: &Absence) -> Self {
        let Absence { id, person, from, until, deputy, .. } = absence.clone();
        Self::Absence { id: id.0, person, from, until, deputy }
    }
}

/// Who changes it, when, and under which id that is put on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// A fresh id.
    pub id: RosterEntryId,
    /// The present.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
}

impl Signature {
    /// The entry for what was done.
    pub fn under(&self, change: Change, planned: Planned) -> RosterEntry {
        RosterEntry { id: self.id, at: self.at, by: self.by.clone(), change, planned }
    }
}
