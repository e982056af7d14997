//! The elements as they were imported, packed once: what alarms come and go on, and never changes itself.

use std::collections::HashMap;

use domain::check::ElementKind;

use super::names::{Column, Names};
use super::slot::Slot;
use super::text::{Layout, TextTable, Texts};
use super::tree::Tree;
use crate::element::ElementVersion;
use crate::propagation::{Model, Surroundings};

/// Every version of every element.
#[derive(Debug)]
pub(super) struct Inventory {
    /// Element versions along a Hilbert curve.
    pub slots: Vec<Slot>,
    pub tree: Tree,
    /// Slots by element and date; where element `n` begins is in `history_starts`.
    history: Vec<u32>,
    history_starts: Vec<u32>,
    /// Repeater to donor cell.
    pub donors: HashMap<u32, u32>,
    pub names: Names,
    pub texts: Texts,
}

impl Inventory {
    /// Packs the versions; each is let go as soon as the index has taken what it needs.
    pub fn pack(versions: impl IntoIterator<Item = ElementVersion>, model: &Model) -> Self {
        let mut texts = TextTable::new();
        let mut slots = take(versions, &mut texts, model);
        let texts = texts.into_texts();
        settle(&mut slots, model);
        let tree = Tree::pack(&mut slots);
        let texts = along_the_curve(&mut slots, texts);
        let (history, history_starts) = histories(&slots);
        let names = Names::of(&slots, &texts);
        let donors = donors(&slots, &names, &texts);
        Self { slots, tree, history, history_starts, donors, names, texts }
    }

    /// How many elements there are; their identities count from 0.
    pub fn elements(&self) -> usize {
        self.history_starts.len() - 1
    }

    /// The versions of an element, oldest first.
    pub fn history(&self, identity: u32) -> impl ExactSizeIterator<Item = (usize, &Slot)> {
        let start = self.history_starts[identity as usize] as usize;
        let end = self.history_starts[identity as usize + 1] as usize;
        self.history[start..end].iter().map(|index| (*index as usize, &self.slots[*index as usize]))
    }

    /// Which element has that id.
    pub fn identity(&self, kind: ElementKind, id: &str) -> Option<u32> {
        let mut named = self.names.find(Column::Id, id, &self.slots, &self.texts).map(|index| &self.slots[index]);
        named.find(|slot| slot.kind == kind).map(|slot| slot.identity)
    }

    /// Memory held, bytes.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
            + self.tree.bytes()
            + (self.history.capacity() + self.history_starts.capacity()) * size_of::<u32>()
            + self.names.bytes()
            + self.texts.bytes()
    }
}

fn take(versions: impl IntoIterator<Item = ElementVersion>, texts: &mut TextTable, model: &Model) -> Vec<Slot> {
    let versions = versions.into_iter();
    let mut slots = Vec::with_capacity(versions.size_hint().0);
    // Names are numbered densely, so that a list by number finds the identity of each.
    let (mut cells, mut repeaters, mut next) = (Vec::new(), Vec::new(), 0);
    for version in versions {
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

/// Numbers elements and lays out their names in the order of their slots: what stands together is asked for together.
fn along_the_curve(slots: &mut [Slot], texts: Texts) -> Texts {
    let mut layout = Layout::of(texts);
    let count = slots.iter().map(|slot| slot.identity as usize + 1).max().unwrap_or(0);
    let (mut identities, mut next) = (vec![None; count], 0);
    for slot in slots {
        let identity = *identities[slot.identity as usize].get_or_insert(next);
        next = next.max(identity + 1);
        slot.identity = identity;
        slot.site = layout.place(slot.site);
        slot.site_name = layout.place(slot.site_name);
        slot.id = layout.place(slot.id);
        slot.name = layout.place_name(slot.name);
        slot.donor = layout.place(slot.donor);
    }
    layout.into_texts()
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
fn donors(slots: &[Slot], names: &Names, texts: &Texts) -> HashMap<u32, u32> {
    let cell = |column, name| {
        let named = names.find(column, name, slots, texts).map(|index| &slots[index]);
        named.filter(|slot| slot.kind == ElementKind::Cell).last()
    };
    let donor = |slot: &Slot| {
        let name = texts.get(slot.donor);
        cell(Column::Id, name).or_else(|| cell(Column::Name, name)).map(|slot| slot.identity)
    };
    let fed = slots.iter().filter(|slot| !slot.donor.is_none());
    fed.filter_map(|slot| Some((slot.identity, donor(slot)?))).collect()
}
