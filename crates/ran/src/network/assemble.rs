//! From what the store holds to a network that answers, and from one alarm to the next.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Network;
use super::inventory::Inventory;
use super::record::Records;
use crate::element::ElementVersion;
use crate::fact::{Alarm, Interference, Outage};
use crate::propagation::Model;

impl Network {
    /// Builds the network from what the store holds; each version is let go as soon as the index has taken what it needs.
    ///
    /// Records of elements that are not in the inventory touch nothing and are counted by [`Network::unmatched`].
    pub fn assemble(
        inventory: impl IntoIterator<Item = ElementVersion>,
        alarms: impl IntoIterator<Item = Alarm>,
        outages: impl IntoIterator<Item = Outage>,
        interference: impl IntoIterator<Item = Interference>,
        model: Model,
        generation: u64,
    ) -> Self {
        let inventory = Inventory::pack(inventory, &model);
        let mut records = Records::over(inventory.elements());
        for alarm in alarms {
            records.put_alarm(&alarm, &inventory);
        }
        for outage in outages {
            records.put_outage(&outage, &inventory);
        }
        for noise in interference {
            records.put_noise(&noise, &inventory);
        }
        let zone = TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC);
        Self { inventory: Arc::new(inventory), records, generation, model, zone }
    }

    /// The network after alarms were raised, cleared or told of again: each takes the place of what was known under its id.
    /// What it answers is what a network assembled anew with them would answer; all that they do not touch is shared with
    /// this one, which stays as it is.
    #[must_use]
    pub fn told(&self, alarms: impl IntoIterator<Item = Alarm>, generation: u64) -> Self {
        let mut after = Self { generation, ..self.clone() };
        for alarm in alarms {
            after.records.put_alarm(&alarm, &after.inventory);
        }
        after
    }
}
