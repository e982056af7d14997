//! From the names a source uses to the elements of the inventory.

use std::collections::{HashMap, HashSet};

use crate::fact::Target;
use crate::network::slot::Slot;
use crate::network::text::{Text, TextTable};

/// By which of its names an element is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Column {
    Id,
    Name,
    Site,
    SiteName,
}

/// Elements by the names that records use.
pub(super) struct Matcher {
    by_name: HashMap<(Column, Text), Vec<u32>>,
}

/// The elements one target touches.
pub(super) struct Touched<'a> {
    pub identities: &'a [u32],
    /// The site's name, when the record was reported on the site and not on the element itself.
    pub via: Text,
}

impl Matcher {
    /// Looks the inventory through once for the names the targets use.
    pub fn over<'a>(slots: &[Slot], texts: &TextTable, targets: impl Iterator<Item = &'a Target>) -> Self {
        let wanted: HashSet<Text> =
            targets.flat_map(|target| ways(target, texts)).flat_map(|(names, _)| names).collect();
        let mut by_name: HashMap<(Column, Text), Vec<u32>> = HashMap::new();
        for slot in slots.iter().filter(|_| !wanted.is_empty()) {
            let names = [
                (Column::Id, slot.id),
                (Column::Name, slot.name),
                (Column::Site, slot.site),
                (Column::SiteName, slot.site_name),
            ];
            for (column, name) in names.into_iter().filter(|(_, name)| wanted.contains(name)) {
                by_name.entry((column, name)).or_default().push(slot.identity);
            }
        }
        for identities in by_name.values_mut() {
            identities.sort_unstable();
            identities.dedup();
        }
        Self { by_name }
    }

    /// The elements a target touches; none where the inventory knows no such name.
    pub fn touched(&self, target: &Target, texts: &TextTable) -> Touched<'_> {
        for (names, columns) in ways(target, texts) {
            for name in names {
                let hit = columns.into_iter().find_map(|column| Some((column, self.by_name.get(&(column, name))?)));
                if let Some((column, identities)) = hit {
                    let via = match column {
                        Column::Id | Column::Name => Text::NONE,
                        Column::Site | Column::SiteName => name,
                    };
                    return Touched { identities, via };
                }
            }
        }
        Touched { identities: &[], via: Text::NONE }
    }
}

/// The ways to find a target, the most particular first: sources put site names into element columns and the other way
/// round, so each name is tried in every column, beginning with its own.
fn ways(target: &Target, texts: &TextTable) -> Vec<(Vec<Text>, [Column; 4])> {
    use Column::{Id, Name, Site, SiteName};
    let tries = [
        (&target.element, [Id, Name, Site, SiteName]),
        (&target.element_name, [Name, Id, SiteName, Site]),
        (&target.site, [Site, SiteName, Id, Name]),
        (&target.site_name, [SiteName, Site, Name, Id]),
    ];
    let given = tries.into_iter().filter_map(|(name, columns)| Some((name.as_deref()?, columns)));
    given.map(|(name, columns)| (spellings(name, texts), columns)).collect()
}

/// A name, and where it is written 名称(123456) also its two parts, the code in brackets before the words.
fn spellings(name: &str, texts: &TextTable) -> Vec<Text> {
    let mut all: Vec<Text> = texts.find(name).into_iter().collect();
    let open = name.trim().trim_end_matches([')', '）']);
    if let Some((words, code)) = open.rsplit_once(['(', '（']) {
        all.extend(texts.find(code));
        all.extend(texts.find(words));
    }
    all
}
