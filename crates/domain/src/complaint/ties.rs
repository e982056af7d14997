//! What ties complaints to each other: duplicates merged 合并, one split in two 拆分, many from one network event 群诉.
//!
//! Each side keeps its own end of a tie, both written in one transaction; the inverse bond stands on the other side.

use serde::{Deserialize, Serialize};

use super::{Complaint, PersonRef, Reply};
use crate::clock::Clock;
use crate::flow::{Party, State};
use crate::id::{ComplaintId, ComplaintNumber};
use crate::time::Timestamp;

/// Another complaint as a record names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ComplaintRef {
    /// Which.
    pub id: ComplaintId,
    /// The number people quote.
    pub number: ComplaintNumber,
}

/// What a complaint is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bond {
    /// 并入: a duplicate, goes on in the other one.
    MergedInto,
    /// 含并入: the other one is a duplicate of it.
    Holds,
    /// 拆自: began as a part of the other one.
    SplitFrom,
    /// 拆出: a part of it goes on in the other one.
    SplitInto,
    /// 群诉: has the cause of the other one and is answered with it.
    LedBy,
    /// 群诉主单: leads the other one.
    Leads,
}

impl Bond {
    /// Every bond.
    pub const ALL: [Self; 6] =
        [Self::MergedInto, Self::Holds, Self::SplitFrom, Self::SplitInto, Self::LedBy, Self::Leads];

    /// What the other complaint is to this one.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::MergedInto => Self::Holds,
            Self::Holds => Self::MergedInto,
            Self::SplitFrom => Self::SplitInto,
            Self::SplitInto => Self::SplitFrom,
            Self::LedBy => Self::Leads,
            Self::Leads => Self::LedBy,
        }
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MergedInto => "merged_into",
            Self::Holds => "holds",
            Self::SplitFrom => "split_from",
            Self::SplitInto => "split_into",
            Self::LedBy => "led_by",
            Self::Leads => "leads",
        }
    }
}

/// One end of a tie.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tie {
    /// What this complaint is to the other.
    pub bond: Bond,
    /// The other.
    pub with: ComplaintRef,
}

/// Where a complaint stood before something that can be undone: put back, it has run on as though nothing had happened,
/// so that no undo buys time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// When it was set aside.
    pub at: Timestamp,
    /// In which state it was.
    pub state: State,
    /// On whom it waited.
    pub waits_on: Party,
    /// Who worked on it.
    pub handler: Option<PersonRef>,
    /// How long it was suspended.
    pub suspended_until: Option<Timestamp>,
    /// Which clocks ran.
    pub clocks: Vec<Clock>,
    /// Which answer stood.
    pub reply: Option<Reply>,
}

impl Standing {
    /// Where that complaint stands now.
    pub fn of(complaint: &Complaint, now: Timestamp) -> Self {
        Self {
            at: now,
            state: complaint.state,
            waits_on: complaint.waits_on,
            handler: complaint.handler.clone(),
            suspended_until: complaint.suspended_until,
            clocks: complaint.clocks.iter().filter(|clock| clock.is_running()).cloned().collect(),
            reply: complaint.reply.clone(),
        }
    }
}

impl Complaint {
    /// As another record names it.
    pub fn named(&self) -> ComplaintRef {
        ComplaintRef { id: self.id, number: self.number.clone() }
    }

    /// Those it has that bond with.
    pub fn tied(&self, bond: Bond) -> impl Iterator<Item = &ComplaintRef> {
        self.ties.iter().filter(move |tie| tie.bond == bond).map(|tie| &tie.with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_reads_the_same_from_both_ends() {
        for bond in Bond::ALL {
            assert_ne!(bond.inverse(), bond);
            assert_eq!(bond.inverse().inverse(), bond);
        }
    }
}
