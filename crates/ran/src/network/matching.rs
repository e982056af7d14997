//! From the names a source uses to the elements of the inventory.

use super::inventory::Inventory;
use super::names::Column;
use super::text::Text;
use crate::fact::Target;

/// The elements one target touches.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Touched {
    pub identities: Box<[u32]>,
    /// The site's name, when the record was reported on the site and not on the element itself.
    pub via: Text,
}

impl Inventory {
    /// The elements a target touches; none where the inventory knows no such name.
    pub fn touched(&self, target: &Target) -> Touched {
        for (name, columns) in ways(target) {
            for name in spellings(name) {
                let hit = columns.into_iter().find_map(|column| self.touched_as(column, name));
                if let Some(touched) = hit {
                    return touched;
                }
            }
        }
        Touched { identities: Box::default(), via: Text::NONE }
    }

    fn touched_as(&self, column: Column, name: &str) -> Option<Touched> {
        let mut found = self.names.find(column, name, &self.slots, &self.texts).map(|index| &self.slots[index]);
        let first = found.next()?;
        let via = match column {
            Column::Id | Column::Name => Text::NONE,
            Column::Site => first.site,
            Column::SiteName => first.site_name,
        };
        let mut identities = vec![first.identity];
        identities.extend(found.map(|slot| slot.identity));
        identities.sort_unstable();
        identities.dedup();
        Some(Touched { identities: identities.into(), via })
    }
}

/// The ways to find a target, the most particular first: sources put site names into element columns and the other way
/// round, so each name is tried in every column, beginning with its own.
fn ways(target: &Target) -> impl Iterator<Item = (&str, [Column; 4])> {
    use Column::{Id, Name, Site, SiteName};
    let tries = [
        (&target.element, [Id, Name, Site, SiteName]),
        (&target.element_name, [Name, Id, SiteName, Site]),
        (&target.site, [Site, SiteName, Id, Name]),
        (&target.site_name, [SiteName, Site, Name, Id]),
    ];
    tries.into_iter().filter_map(|(name, columns)| Some((name.as_deref()?, columns)))
}

/// A name, and where it is written 名称(123456) also its two parts, the code in brackets before the words.
fn spellings(name: &str) -> impl Iterator<Item = &str> {
    let open = name.trim().trim_end_matches([')', '）']);
    let parts = open.rsplit_once(['(', '（']).map(|(words, code)| [code, words]);
    std::iter::once(name).chain(parts.into_iter().flatten())
}
