//! The inventory over time: stations that moved, went, or came.

use domain::time::Timestamp;
use ran::element::{Element, ElementVersion};

use super::almanac::Almanac;
use super::dice::Dice;
use super::ground::{Spot, holds};
use super::sites::{Mount, Site};

/// What became of a site.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// It stood elsewhere until then.
    Moved { from: Spot, at: Timestamp },
    /// It is gone since then.
    Removed { at: Timestamp },
    /// It is on air since then.
    New { at: Timestamp },
}

const MOVED: usize = 14;
const REMOVED: usize = 8;
const NEW: usize = 10;
/// How far the planted station moved, metres.
const PLANTED_MOVE: f64 = 470.0;

/// Which sites changed, in the order of the sites; `planted` moved forty days ago, towards its own back.
pub(super) fn changes(
    dice: &mut Dice,
    almanac: Almanac,
    sites: &[Site],
    planted: usize,
    free: &dyn Fn(&Site) -> bool,
) -> Vec<Option<Change>> {
    let mut changes = vec![None; sites.len()];
    changes[planted] = Some(Change::Moved { from: sites[planted].at, at: almanac.at(40, 10.0) });
    let fit: Vec<usize> = (0..sites.len())
        .filter(|index| sites[*index].mount == Mount::Macro && !sites[*index].stored && free(&sites[*index]))
        .collect();
    for number in 0..MOVED + REMOVED + NEW {
        let index = loop {
            let index = *dice.pick(&fit);
            if changes[index].is_none() {
                break index;
            }
        };
        changes[index] = Some(if number < MOVED {
            let from = sites[index].at.onward(dice.between(85.0, 590.0), dice.between(0.0, 359.0));
            Change::Moved { from, at: almanac.at(dice.whole(3, 160), 10.5) }
        } else if number < MOVED + REMOVED {
            Change::Removed { at: almanac.at(dice.whole(2, 110), 15.0) }
        } else {
            Change::New { at: almanac.at(dice.whole(2, 28), 16.0) }
        });
    }
    changes
}

/// Where the planted station stands now: behind its former place.
pub(super) fn moved_away(site: &Site, districts: &[super::districts::District]) -> Spot {
    let backwards = (0..12).map(|step| site.at.onward(PLANTED_MOVE, site.heading + 180.0 + f64::from(step) * 15.0));
    let inside = |spot: &Spot| districts.iter().any(|district| holds(&district.shape, *spot));
    let mut backwards = backwards.filter(inside);
    backwards.next().unwrap_or(site.at)
}

/// Every version of every element: closed ones before those that hold.
pub(super) fn inventory(
    cells: &[Vec<Element>],
    repeaters: &[Element],
    changes: &[Option<Change>],
    planted: (usize, Spot),
) -> Vec<ElementVersion> {
    let mut all = Vec::with_capacity(2_300);
    let version = |element: &Element, valid_from, valid_until| ElementVersion {
        element: element.clone(),
        valid_from,
        valid_until,
    };
    for (index, cell) in cells.iter().enumerate().flat_map(|(index, cells)| cells.iter().map(move |cell| (index, cell)))
    {
        match changes[index] {
            None => all.push(version(cell, Timestamp::BEGINNING, Timestamp::END)),
            Some(Change::Moved { from, at }) => {
                all.push(version(&put(cell, from), Timestamp::BEGINNING, at));
                let present = if index == planted.0 { put(cell, planted.1) } else { cell.clone() };
                all.push(version(&present, at, Timestamp::END));
            }
            Some(Change::Removed { at }) => all.push(version(cell, Timestamp::BEGINNING, at)),
            Some(Change::New { at }) => all.push(version(cell, at, Timestamp::END)),
        }
    }
    all.extend(repeaters.iter().map(|repeater| version(repeater, Timestamp::BEGINNING, Timestamp::END)));
    all
}

fn put(cell: &Element, at: Spot) -> Element {
    Element { point: at.given(), ..cell.clone() }
}
