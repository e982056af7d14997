//! The versions of a form and what the area supervisor said of them (M8).

use serde::{Deserialize, Serialize};

use super::Declaration;
use crate::complaint::PersonRef;
use crate::time::Timestamp;

/// A form as somebody handed it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Which of this report's versions: 1 for the first handed in, one more after every return.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// By whom 填报人.
    pub by: PersonRef,
    /// As it read.
    pub declaration: Declaration,
}

/// What a reviewer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOutcome {
    /// 通过.
    Passed,
    /// 退回.
    Returned,
}

impl ReviewOutcome {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Returned => "returned",
        }
    }

    /// The decision in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Passed => ("通过", "passed"),
            Self::Returned => ("退回", "returned"),
        }
    }
}

/// The review 审核 of a version by the area supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// By whom.
    pub by: PersonRef,
    /// When.
    pub at: Timestamp,
    /// Passed or returned.
    pub outcome: ReviewOutcome,
    /// 审核意见; a return needs some.
    pub remarks: String,
}
