//! Elements by any of their names, for whatever speaks of them: alarms, outages, donors, people.

use super::slot::Slot;
use super::text::{Texts, hash_of};

/// By which of its names an element is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// As the imported file names it.
    Id,
    /// In words.
    Name,
    /// The site's code.
    Site,
    /// The site in words.
    SiteName,
}

const COLUMNS: [Column; 4] = [Column::Id, Column::Name, Column::Site, Column::SiteName];
/// Names to a drawer, about.
const TOGETHER: usize = 4;

/// Slots in drawers by the hash of each of their names; which name it was is seen in the slot.
#[derive(Debug)]
pub(super) struct Names {
    /// Where drawer `n` begins; it ends where the next begins.
    starts: Vec<u32>,
    slots: Vec<u32>,
}

impl Names {
    pub fn of(slots: &[Slot], texts: &Texts) -> Self {
        let drawers = (slots.len() * COLUMNS.len() / TOGETHER).max(1);
        let mut starts = vec![0_u32; drawers + 1];
        each(slots, texts, |_, name| starts[drawer(name, drawers) + 1] += 1);
        for index in 0..drawers {
            starts[index + 1] += starts[index];
        }
        let mut next = starts.clone();
        let mut placed = vec![0; starts[drawers] as usize];
        each(slots, texts, |slot, name| {
            let place = &mut next[drawer(name, drawers)];
            placed[*place as usize] = slot;
            *place += 1;
        });
        Self { starts, slots: placed }
    }

    /// The slots of that name in that column, in their order.
    pub fn find<'a>(
        &'a self,
        column: Column,
        name: &'a str,
        slots: &'a [Slot],
        texts: &'a Texts,
    ) -> impl Iterator<Item = usize> + 'a {
        let name = name.trim();
        let drawer = drawer(name, self.starts.len() - 1);
        let held = &self.slots[self.starts[drawer] as usize..self.starts[drawer + 1] as usize];
        // An element with one name in two columns lies in the drawer twice.
        let mut last = None;
        held.iter().map(|index| *index as usize).filter(move |index| {
            let fits = !name.is_empty() && last != Some(*index) && slots[*index].named(column, name, texts);
            last = if fits { Some(*index) } else { last };
            fits
        })
    }

    /// Memory held, bytes.
    pub fn bytes(&self) -> usize {
        (self.starts.capacity() + self.slots.capacity()) * size_of::<u32>()
    }
}

/// Calls `take` with every name of every slot.
fn each(slots: &[Slot], texts: &Texts, mut take: impl FnMut(u32, &str)) {
    for (index, slot) in slots.iter().enumerate() {
        for name in [slot.id, slot.site, slot.site_name] {
            if !name.is_none() {
                take(index as u32, texts.get(name));
            }
        }
        take(index as u32, &slot.name.get(texts));
    }
}

fn drawer(name: &str, drawers: usize) -> usize {
    // The upper half of the product: the hash's share of its range, as a share of the drawers.
    ((u128::from(hash_of(name)) * drawers as u128) >> 64) as usize
}
