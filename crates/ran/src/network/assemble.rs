//! From what the store holds to a network that answers.

use std::collections::{HashMap, HashSet};

use domain::check::ElementKind;
use jiff::tz::TimeZone;

use super::Network;
use super::record::Records;
use super::slot::Slot;
use super::text::{Text, TextTable, hash_of};
use super::tree::Tree;
use crate::element::ElementVersion;
use crate::fact::{Alarm, Interference, Outage};
use crate::propagation::{Model, Surroundings};

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
        let mut texts = TextTable::new();
        let mut slots = take(inventory, &mut texts, &model);
        settle(&mut slots, &model);
        let tree = Tree::pack(&mut slots);
        let (history, history_starts) = histories(&slots);
        let records = Records::gather(
            &slots,
            &mut texts,
            alarms.into_iter().collect(),
            outages.into_iter().collect(),
            interference.into_iter().collect(),
        );
        let donors = donors(&slots);
        let texts = texts.into_texts();
        let mut by_id: Vec<(u64, u32)> =
            slots.iter().enumerate().map(|(index, slot)| (hash_of(texts.get(slot.id)), index as u32)).collect();
        by_id.sort_unstable();
        let zone = TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC);
        Self { slots, tree, history, history_starts, donors, by_id, texts, records, generation, model, zone }
    }
}

fn take(inventory: impl IntoIterator<Item = ElementVersion>, texts: &mut TextTable, model: &Model) -> Vec<Slot> {
    let inventory = inventory.into_iter();
    let mut slots = Vec::with_capacity(inventory.size_hint().0);
    // Names are numbered densely, so that a list by number finds the identity of each.
    let (mut cells, mut repeaters, mut next) = (Vec::new(), Vec::new(), 0);
    for version in inventory {
        let id = texts.take(&version.element.id);
        let identities: &mut Vec<Option<u32>> = match version.element.kind {
            ElementKind::Cell => &mut cells,
            ElementKind::Repeater => &mut repeaters,
        };
        if identities.len() <= id.number() {
            identities.resize(id.number() + 1, None);
        }
        let identity = *identities[id.number()].get_or_insert(next);
        next = next.max(identity + 1);
        slots.push(Slot::new(&version, id, identity, texts, model));
    }
    slots.shrink_to_fit();
    slots
}

/// Gives every element whose file names no environment the one around it.
fn settle(slots: &mut [Slot], model: &Model) {
    if slots.iter().all(|slot| slot.stated.environment) {
        return;
    }
    let mut surroundings = Surroundings::of(slots.iter().map(|slot| slot.position));
    for slot in slots.iter_mut().filter(|slot| !slot.stated.environment) {
        slot.emitter.settle(surroundings.at(slot.position), slot.stated.height, model);
    }
}

/// Slot indexes by identity and date, and where each identity begins.
fn histories(slots: &[Slot]) -> (Vec<u32>, Vec<u32>) {
    let mut history: Vec<u32> = (0..slots.len() as u32).collect();
    history.sort_unstable_by_key(|index| {
        let slot = &slots[*index as usize];
        (slot.identity, slot.from, slot.until)
    });
    let count = slots.iter().map(|slot| slot.identity as usize + 1).max().unwrap_or(0);
    let mut starts = vec![0_u32; count + 1];
    for slot in slots {
        starts[slot.identity as usize + 1] += 1;
    }
    for index in 0..count {
        starts[index + 1] += starts[index];
    }
    (history, starts)
}

/// The donor cell of each repeater that names one of the inventory, by id or else by name: identity to identity.
fn donors(slots: &[Slot]) -> HashMap<u32, u32> {
    let fed: Vec<&Slot> = slots.iter().filter(|slot| !slot.donor.is_none()).collect();
    if fed.is_empty() {
        return HashMap::new();
    }
    let wanted: HashSet<Text> = fed.iter().map(|slot| slot.donor).collect();
    let mut by_id = HashMap::new();
    let mut by_name = HashMap::new();
    for slot in slots.iter().filter(|slot| slot.kind == ElementKind::Cell) {
        if wanted.contains(&slot.id) {
            by_id.insert(slot.id, slot.identity);
        }
        if wanted.contains(&slot.name) {
            by_name.insert(slot.name, slot.identity);
        }
    }
    let donor = |slot: &Slot| by_id.get(&slot.donor).or_else(|| by_name.get(&slot.donor)).copied();
    fed.into_iter().filter_map(|slot| Some((slot.identity, donor(slot)?))).collect()
}
