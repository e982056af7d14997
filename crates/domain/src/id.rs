//! Identifiers, each of its own kind.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares one kind of identifier: the kinds cannot be mixed up, which is the rule this macro removes from every call.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }
    )+};
}

ids! {
    /// A branch 分公司: the tenant that leads every key.
    BranchId,
    /// A complaint 投诉.
    ComplaintId,
    /// A person who may sign in.
    PersonId,
    /// A department or group 部门 of the branch.
    DepartmentId,
    /// An outside organisation 外部单位.
    OrganisationId,
    /// A machine's access token.
    TokenId,
    /// Something that goes out by mail or webhook 外发.
    OutboxId,
    /// A problem location 黑点.
    SpotId,
    /// A shift 值班 of the duty roster.
    ShiftId,
    /// An absence 请假.
    AbsenceId,
    /// A change of the duty roster on record.
    RosterEntryId,
    /// A request for an export 导出.
    ExportId,
}

/// The number people quote, `TS-20261123-0042`: branch-wide unique, by the branch's day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ComplaintNumber(String);

impl ComplaintNumber {
    /// The `sequence`th complaint of a day.
    pub fn new(day: jiff::civil::Date, sequence: u32) -> Self {
        Self(format!("TS-{:04}{:02}{:02}-{sequence:04}", day.year(), day.month(), day.day()))
    }

    /// The number as people write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ComplaintNumber {
    fn from(stored: String) -> Self {
        Self(stored)
    }
}

impl fmt::Display for ComplaintNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The number people quote a problem location 黑点 by, `HD-20261123-0001`: branch-wide unique, by the branch's day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpotNumber(String);

impl SpotNumber {
    /// The `sequence`th problem location of a day.
    pub fn new(day: jiff::civil::Date, sequence: u32) -> Self {
        Self(format!("HD-{:04}{:02}{:02}-{sequence:04}", day.year(), day.month(), day.day()))
    }

    /// The number as people write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SpotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
