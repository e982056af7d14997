//! The network for lists and maps.

use std::cell::Cell;
use std::collections::HashMap;

use domain::check::{Candidate, ElementKind, FactKind};
use domain::place::LonLat;
use domain::time::Timestamp;

use super::gather::{Found, Looker, Standing};
use super::slot::Slot;
use super::{ElementDetail, ElementState, ElementView, Network, Question, Ranking, Window};
use crate::geo::{Extent, Eye};

impl Network {
    /// Every element within the radius, nearest first; `rank` is the one [`Network::check`] gives, elements that are no
    /// candidates follow after the last candidate.
    pub fn within(&self, question: &Question, radius_m: f64) -> Vec<Candidate> {
        let candidates = self.candidates(question, &self.ranked(&mut self.gather(question)));
        let mut found = Vec::new();
        let (eye, mut looker) = (Eye::at(question.place), Looker::new(question, &self.model));
        self.inventory.tree.each(
            |extent| extent.least_distance_m(&eye) <= radius_m,
            |range| {
                let all = range.start..range.end.min(self.inventory.slots.len());
                let seen = all.filter_map(|index| self.consider(index, &mut looker, 0.0, f64::NEG_INFINITY));
                found.extend(seen.filter(|one| one.distance_m <= radius_m));
            },
        );
        let mut listed = self.candidates(question, &self.ranked(&mut found));
        let mut next_rank = candidates.len() as u32;
        for one in &mut listed {
            let known = candidates.iter().find(|other| other.id == one.id && other.kind == one.kind);
            if let Some(known) = known {
                one.rank = known.rank;
            } else {
                next_rank += 1;
                one.rank = next_rank;
            }
        }
        listed.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.rank.cmp(&b.rank)));
        listed
    }

    /// The elements inside a map window that stand there at the time, or lately did; at most `limit` of them.
    pub fn visible(&self, window: Window, at: Timestamp, limit: usize) -> Vec<ElementView> {
        let wanted = Extent { west: window.west, south: window.south, east: window.east, north: window.north };
        let mut views = Vec::new();
        self.inventory.tree.each(
            |extent| extent.overlaps(&wanted),
            |range| {
                for index in range.start..range.end.min(self.inventory.slots.len()) {
                    if views.len() >= limit || !Extent::of(self.inventory.slots[index].position).overlaps(&wanted) {
                        continue;
                    }
                    if let Some(standing) = self.standing_here(index, at) {
                        views.push(self.view(&self.inventory.slots[index], standing, at));
                    }
                }
            },
        );
        views
    }

    /// How many elements there are in each state, over the whole inventory, and at most `most` of those in the listed
    /// states, those of the first listed state before those of the next.
    pub fn census(
        &self,
        at: Timestamp,
        listed: &[ElementState],
        most: usize,
    ) -> (HashMap<ElementState, usize>, Vec<ElementView>) {
        let mut counts = HashMap::new();
        let mut found = Vec::new();
        for (index, slot) in self.inventory.slots.iter().enumerate() {
            let Some(standing) = self.standing_here(index, at) else { continue };
            let state = self.state(slot, standing, at);
            *counts.entry(state).or_default() += 1;
            if let Some(place) = listed.iter().position(|wanted| *wanted == state) {
                found.push((place, index, standing));
            }
        }
        found.sort_unstable_by_key(|(place, index, _)| (*place, *index));
        let views = found.into_iter().take(most);
        (counts, views.map(|(_, index, standing)| self.view(&self.inventory.slots[index], standing, at)).collect())
    }

    /// One element at a time; the last version known where it was gone by then, the first where it was yet to come.
    pub fn element(&self, kind: ElementKind, id: &str, at: Timestamp) -> Option<ElementDetail> {
        let identity = self.inventory.identity(kind, id)?;
        let versions: Vec<(usize, &Slot)> = self.inventory.history(identity).collect();
        let begun = versions.iter().rev().find(|(_, slot)| slot.from <= at);
        let (index, slot) = *begun.or(versions.first())?;
        let standing = self.standing(index, at).unwrap_or(if slot.from > at {
            Standing::NotYet { from: slot.from }
        } else {
            Standing::Removed { at: slot.until }
        });
        Some(ElementDetail {
            view: self.view(slot, standing, at),
            donor: self.inventory.texts.some(slot.donor),
            facts: self.facts_at(identity, standing, at),
        })
    }

    /// Where an element stands among the candidates of a place, without the facts; `None` when it is no candidate.
    pub(crate) fn ranking(&self, question: &Question, kind: ElementKind, id: &str) -> Option<Ranking> {
        let found = self.gather(question);
        let slot = |one: &Found| &self.inventory.slots[one.slot as usize];
        let own = found.iter().find(|one| slot(one).kind == kind && self.inventory.texts.get(slot(one).id) == id)?;
        let order = |one: &Found| (self.inventory.texts.get(slot(one).id), slot(one).kind as u8);
        let stronger = found.iter().filter(|one| {
            let level = one.level_dbm.total_cmp(&own.level_dbm).reverse();
            level.then(one.distance_m.total_cmp(&own.distance_m)).then(order(one).cmp(&order(own))).is_lt()
        });
        let nearer = found.iter().filter(|one| one.distance_m < own.distance_m).count() as f64;
        let as_near = found.iter().filter(|one| (one.distance_m - own.distance_m).abs() < 1e-6).count() as f64;
        Some(Ranking { rank: stronger.count() + 1, nearest_three_share: ((3.0 - nearer) / as_near).clamp(0.0, 1.0) })
    }

    /// Whether any element, at any time, stands within the radius.
    pub(super) fn anything_within(&self, place: LonLat, radius_m: f64) -> bool {
        let found = Cell::new(false);
        let eye = Eye::at(place);
        self.inventory.tree.each(
            |extent| !found.get() && extent.least_distance_m(&eye) <= radius_m,
            |range| {
                let near = self.inventory.slots[range.start..range.end.min(self.inventory.slots.len())].iter();
                let near = near.map(|slot| eye.look(slot.position).distance_m);
                found.set(found.get() || near.fold(f64::INFINITY, f64::min) <= radius_m);
            },
        );
        found.get()
    }

    /// What a version stands for where the element stands, or lately did: former and coming places are no elements.
    fn standing_here(&self, index: usize, at: Timestamp) -> Option<Standing> {
        self.standing(index, at).filter(|standing| match standing {
            Standing::Serving | Standing::OffAir { .. } | Standing::Removed { .. } => true,
            Standing::Moved { .. } | Standing::NotYet { .. } => false,
        })
    }

    fn view(&self, slot: &Slot, standing: Standing, at: Timestamp) -> ElementView {
        ElementView {
            id: self.inventory.texts.get(slot.id).to_owned(),
            name: slot.name.get(&self.inventory.texts).into_owned(),
            kind: slot.kind,
            site: self.inventory.texts.some(slot.site).or_else(|| self.inventory.texts.some(slot.site_name)),
            position: slot.position,
            azimuth_deg: slot.emitter.azimuth_deg.get(),
            beam_width_deg: slot.beam_width_deg.get(),
            technology: slot.technology,
            frequency_mhz: slot.frequency_mhz.get(),
            indoor: slot.indoor,
            state: self.state(slot, standing, at),
        }
    }

    /// The gravest thing known of an element at a time.
    fn state(&self, slot: &Slot, standing: Standing, at: Timestamp) -> ElementState {
        match standing {
            Standing::Serving => {}
            Standing::OffAir { .. } | Standing::NotYet { .. } => return ElementState::OffAir,
            Standing::Moved { .. } | Standing::Removed { .. } => return ElementState::Removed,
        }
        let facts = self.facts_at(slot.identity, standing, at);
        let states = facts.iter().filter(|fact| fact.active).map(|fact| match fact.kind {
            FactKind::Alarm if fact.takes_service => (0, ElementState::Fault),
            FactKind::Outage | FactKind::Relocation | FactKind::Removal => (1, ElementState::Outage),
            FactKind::EnergySaving => (2, ElementState::EnergySaving),
            FactKind::PlannedWork => (3, ElementState::PlannedWork),
            FactKind::Interference => (4, ElementState::Interference),
            FactKind::Alarm => (5, ElementState::Alarm),
            FactKind::NotYetInService => (6, ElementState::OffAir),
        });
        let known = self.records.alarms.covers(at);
        let otherwise = if known { ElementState::NothingKnown } else { ElementState::Unknown };
        states.min_by_key(|(grave, _)| *grave).map_or(otherwise, |(_, state)| state)
    }
}
