//! Waiting, booked to exactly one party at any time; the parts add up to the time the record was open (M12).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Complaint;
use crate::flow::Party;
use crate::time::Timestamp;

/// Since when a complaint has waited on whom 等待方.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// On whom.
    pub party: Party,
    /// Since when.
    pub since: Timestamp,
}

/// Waiting by party 等待台账, whole seconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Seconds booked to each party that was waited on, in the order of [`Party`].
    pub seconds: BTreeMap<Party, i64>,
}

impl Ledger {
    /// How long the record was open: what was booked to everybody together.
    pub fn open_seconds(&self) -> i64 {
        self.seconds.values().sum()
    }
}

impl Complaint {
    /// Books every second from receipt until `now` to the party it waited on. Nothing is booked while the record is closed.
    pub fn ledger(&self, now: Timestamp) -> Ledger {
        // Counted from the receipt, so that the parts add up whatever fraction of a second each began at.
        let second = |instant: Timestamp| instant.min(now).seconds_since(self.received).max(0);
        let ends = self.waits.iter().skip(1).map(|wait| wait.since).chain([now]);
        let mut ledger = Ledger::default();
        for (wait, end) in self.waits.iter().zip(ends).filter(|(wait, _)| wait.party != Party::Nobody) {
            *ledger.seconds.entry(wait.party).or_default() += second(end) - second(wait.since);
        }
        ledger
    }

    /// From now on it waits on that party.
    pub(super) fn wait_on(&mut self, party: Party, since: Timestamp) {
        if self.waits_on != party {
            self.waits_on = party;
            self.waits.push(Wait { party, since });
        }
    }
}
