//! What an inventory file changes: pure comparison of its elements with the stored versions.

use std::collections::{HashMap, HashSet};

use domain::check::ElementKind;
use domain::place::LonLat;
use domain::time::Timestamp;
use ran::element::{Element, ElementVersion};
use ran::geo::distance_m;
use store::{ElementChange, Ended};

use crate::import::{InventoryItem, Located};

use super::{ApplyOptions, Outcome};

/// An element found farther away than this was moved 搬迁.
const MOVED_METRES: f64 = 50.0;
/// An area the inventory knew nothing of within this distance is new to it, not newly built.
const UNKNOWN_AREA_METRES: f64 = 3_000.0;

/// What to write, and what became of each row that named an element.
pub(super) struct Plan {
    pub(super) changes: Vec<ElementChange>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) removed: u64,
}

/// Under which terms a file is compared.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    /// What the caller wants.
    pub(super) options: &'a ApplyOptions,
    /// It is the first inventory of its kind.
    pub(super) first: bool,
    /// Of which date the first inventory is by its own word: it holds for earlier dates only until an older file says more.
    pub(super) first_of: Option<Timestamp>,
    /// When it holds from, where neither the file nor the caller says.
    pub(super) now: Timestamp,
}

/// Compares. What is named in `spared` is never removed.
pub(super) fn plan(
    kind: ElementKind,
    stored: Vec<ElementVersion>,
    items: &[Located<InventoryItem>],
    spared: &HashSet<&str>,
    terms: &Terms<'_>,
) -> Plan {
    let Terms { options, now, .. } = *terms;
    let mut history = History::of(kind, stored);
    let winners = winners(items);
    let mut plan = Plan { changes: Vec::new(), outcomes: vec![Outcome::Unchanged; items.len()], removed: 0 };
    for (at, located) in items.iter().enumerate() {
        let element = &located.item.element;
        if winners.get(element.id.as_str()) != Some(&at) || history.has_cells_of(element) {
            continue;
        }
        let from = options.valid_from.or(located.item.version).unwrap_or(now);
        let from = if history.is_first_to_know(element, terms) { Timestamp::BEGINNING } else { from };
        plan.outcomes[at] = history.compare(element, from, terms.first_of, &mut plan.changes);
    }
    if options.full_snapshot {
        let from = options.valid_from.unwrap_or(now);
        history.retire(&winners, spared, from, terms.first_of, &mut plan);
    }
    plan
}

/// Of several rows of one element the one its source touched last counts, else the last.
fn winners(items: &[Located<InventoryItem>]) -> HashMap<&str, usize> {
    let mut winners: HashMap<&str, usize> = HashMap::with_capacity(items.len());
    for (at, located) in items.iter().enumerate() {
        let entry = winners.entry(located.item.element.id.as_str()).or_insert(at);
        if located.item.updated >= items[*entry].item.updated {
            *entry = at;
        }
    }
    winners
}

/// The stored versions of one kind.
struct History {
    kind: ElementKind,
    versions: HashMap<String, Vec<ElementVersion>>,
    /// Where the inventory knows anything, by cells of about three kilometres.
    known: HashMap<(i32, i32), Vec<LonLat>>,
    sites_with_cells: HashSet<String>,
}

impl History {
    fn of(kind: ElementKind, stored: Vec<ElementVersion>) -> Self {
        let mut history =
            Self { kind, versions: HashMap::new(), known: HashMap::new(), sites_with_cells: HashSet::new() };
        for version in stored.into_iter().filter(|version| version.element.kind == kind) {
            let point = version.element.point.wgs84;
            history.known.entry(tile(point)).or_default().push(point);
            if let Some(site) = version.element.site.as_ref().filter(|site| **site != version.element.id) {
                history.sites_with_cells.insert(site.clone());
            }
            history.versions.entry(version.element.id.clone()).or_default().push(version);
        }
        for versions in history.versions.values_mut() {
            versions.sort_by_key(|version| version.valid_from);
        }
        history
    }

    /// A site row says nothing new of a site whose cells are known already.
    fn has_cells_of(&self, element: &Element) -> bool {
        element.site.as_ref() == Some(&element.id) && self.sites_with_cells.contains(&element.id)
    }

    /// Whether nothing was known of an element and its surroundings: what is then learnt holds for all earlier dates. A
    /// snapshot after others is complete by its own word, so what it adds is new.
    fn is_first_to_know(&self, element: &Element, terms: &Terms<'_>) -> bool {
        let options = terms.options;
        if terms.first {
            return true;
        }
        if options.full_snapshot || options.valid_from.is_some() || self.versions.contains_key(&element.id) {
            return false;
        }
        let point = element.point.wgs84;
        let (x, y) = tile(point);
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        let mut near = around.filter_map(|tile| self.known.get(&tile)).flatten();
        !near.any(|known| distance_m(*known, point) <= UNKNOWN_AREA_METRES)
    }

    /// What the element is compared with its version at that time, and how to write it.
    fn compare(
        &self,
        element: &Element,
        from: Timestamp,
        first_of: Option<Timestamp>,
        changes: &mut Vec<ElementChange>,
    ) -> Outcome {
        let versions = self.versions.get(&element.id).map_or(&[][..], Vec::as_slice);
        let holding = versions.iter().find(|version| version.valid_from <= from && from < version.valid_until);
        let next = versions.iter().map(|version| version.valid_from).find(|begins| *begins > from);
        let until = holding.map(|version| version.valid_until).or(next).unwrap_or(Timestamp::END);
        let put = || Some(ElementVersion { element: element.clone(), valid_from: from, valid_until: until });
        let Some(old) = holding else {
            changes.push(ElementChange { end: None, put: put() });
            return Outcome::Added;
        };
        if same(&old.element, element) {
            return Outcome::Unchanged;
        }
        if let Some(stated) = first_of.filter(|stated| only_assumed(old, from, *stated)) {
            // The older file tells of the time before the first inventory, whose own version begins when it says.
            let older = ElementVersion { valid_from: old.valid_from, valid_until: stated, element: element.clone() };
            let newer = ElementVersion { valid_from: stated, ..old.clone() };
            changes.extend([newer, older].map(|version| ElementChange { end: None, put: Some(version) }));
        } else {
            let end = (old.valid_from != from).then(|| self.ended(old, from));
            changes.push(ElementChange { end, put: put() });
        }
        if distance_m(old.element.point.wgs84, element.point.wgs84) > MOVED_METRES {
            Outcome::Moved
        } else {
            Outcome::Changed
        }
    }

    /// Ends what a whole inventory no longer lists.
    fn retire(
        &mut self,
        listed: &HashMap<&str, usize>,
        spared: &HashSet<&str>,
        from: Timestamp,
        first_of: Option<Timestamp>,
        plan: &mut Plan,
    ) {
        let mut gone: Vec<&ElementVersion> = self
            .versions
            .iter()
            .filter(|(id, _)| !listed.contains_key(id.as_str()) && !spared.contains(id.as_str()))
            .filter_map(|(_, versions)| {
                versions.iter().find(|version| version.valid_from < from && from < version.valid_until)
            })
            .filter(|version| !spared.contains(version.element.name.as_str()))
            // A later file lists it: the older one cannot take it out of that file's time.
            .filter(|version| !first_of.is_some_and(|stated| only_assumed(version, from, stated)))
            .collect();
        gone.sort_by(|a, b| a.element.id.cmp(&b.element.id));
        plan.removed = gone.len() as u64;
        plan.changes.extend(gone.into_iter().map(|old| ElementChange { end: Some(self.ended(old, from)), put: None }));
    }

    fn ended(&self, old: &ElementVersion, until: Timestamp) -> Ended {
        Ended { kind: self.kind, id: old.element.id.clone(), valid_from: old.valid_from, until }
    }
}

/// Whether a version of the first inventory holds at that time only because nothing older was known.
fn only_assumed(version: &ElementVersion, from: Timestamp, stated: Timestamp) -> bool {
    version.valid_from == Timestamp::BEGINNING && from < stated && stated < version.valid_until
}

/// At least three kilometres wide up to 60° of latitude.
fn tile(point: LonLat) -> (i32, i32) {
    ((point.lon() / 0.06).floor() as i32, (point.lat() / 0.03).floor() as i32)
}

/// Equal but for the last bits that reading a number back may turn.
fn same(old: &Element, new: &Element) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let (a, b) = (&old.point, &new.point);
    close(a.wgs84.lon(), b.wgs84.lon())
        && close(a.wgs84.lat(), b.wgs84.lat())
        && *old == Element { point: old.point, ..new.clone() }
}

#[cfg(test)]
mod tests {
    use domain::place::{Datum, GivenPoint};
    use ran::element::Antenna;

    use super::*;
    use crate::import::At;

    fn element(id: &str, lon: f64) -> Element {
        Element {
            id: id.to_owned(),
            kind: ElementKind::Cell,
            name: id.to_owned(),
            site: None,
            site_name: None,
            point: GivenPoint::new(lon, 23.0, Datum::Wgs84).expect("a place"),
            technology: None,
            frequency_mhz: None,
            bandwidth_mhz: None,
            rs_power_dbm: None,
            pci: None,
            tac: None,
            antenna: Antenna::default(),
            indoor: false,
            environment: None,
            clutter: None,
            ground_altitude_m: None,
            building_height_m: None,
            donor: None,
            on_air: true,
            extra: std::collections::BTreeMap::new(),
        }
    }

    fn rows(elements: Vec<Element>) -> Vec<Located<InventoryItem>> {
        let at = At { sheet: 0, index: 0, row: 2 };
        elements
            .into_iter()
            .map(|element| Located { at, item: InventoryItem { element, version: None, updated: None } })
            .collect()
    }

    fn at(day: i64) -> Timestamp {
        Timestamp::from_micros(day * 86_400_000_000)
    }

    fn held(element: Element, from: Timestamp) -> ElementVersion {
        ElementVersion { element, valid_from: from, valid_until: Timestamp::END }
    }

    fn compared(
        stored: Vec<ElementVersion>,
        items: &[Located<InventoryItem>],
        spared: &HashSet<&str>,
        options: &ApplyOptions,
        now: Timestamp,
    ) -> Plan {
        let first = stored.is_empty();
        plan(ElementKind::Cell, stored, items, spared, &Terms { options, first, first_of: None, now })
    }

    fn snapshot(full_snapshot: bool) -> ApplyOptions {
        ApplyOptions { full_snapshot, ..ApplyOptions::default() }
    }

    #[test]
    fn m2_the_first_inventory_holds_for_all_earlier_dates() {
        let items = rows(vec![element("a", 113.0), element("a", 113.0)]);
        let first = compared(Vec::new(), &items, &HashSet::new(), &snapshot(false), at(9));
        assert_eq!(first.outcomes, [Outcome::Unchanged, Outcome::Added]);
        assert_eq!(first.changes[0].put.as_ref().map(|put| put.valid_from), Some(Timestamp::BEGINNING));
    }

    #[test]
    fn m2_a_later_file_tells_added_changed_moved_and_unchanged() {
        let stored: Vec<_> =
            ["a", "b", "c"].map(|id| held(element(id, 113.0), Timestamp::BEGINNING)).into_iter().collect();
        let renamed = Element { name: "new".into(), ..element("b", 113.0) };
        let items =
            rows(vec![element("a", 113.0), renamed, element("c", 113.001), element("d", 113.0), element("e", 114.0)]);
        let done = compared(stored, &items, &HashSet::new(), &snapshot(false), at(9));
        let expected = [Outcome::Unchanged, Outcome::Changed, Outcome::Moved, Outcome::Added, Outcome::Added];
        assert_eq!(done.outcomes, expected);
        let begins: Vec<_> =
            done.changes.iter().filter_map(|change| change.put.as_ref()).map(|put| put.valid_from).collect();
        // "e" stands where the inventory knew nothing: nobody can say that it was not there before.
        assert_eq!(begins, [at(9), at(9), at(9), Timestamp::BEGINNING]);
        assert_eq!(done.changes[0].end.as_ref().map(|end| end.until), Some(at(9)));
        assert_eq!(done.removed, 0);
    }

    #[test]
    fn m2_only_a_full_snapshot_removes_and_spares_refused_rows() {
        let stored: Vec<_> =
            ["a", "b", "c"].map(|id| held(element(id, 113.0), Timestamp::BEGINNING)).into_iter().collect();
        let items = rows(vec![element("a", 113.0)]);
        let spared = HashSet::from(["c"]);
        let done = compared(stored, &items, &spared, &snapshot(true), at(9));
        assert_eq!(done.removed, 1);
        assert_eq!(done.changes[0].end.as_ref().map(|end| (end.id.as_str(), end.until)), Some(("b", at(9))));
    }

    #[test]
    fn m2_a_file_of_an_earlier_date_goes_before_what_is_known() {
        let stored = vec![held(element("a", 113.0), at(20))];
        let items = rows(vec![element("a", 113.1)]);
        let options = ApplyOptions { valid_from: Some(at(10)), ..ApplyOptions::default() };
        let done = compared(stored, &items, &HashSet::new(), &options, at(30));
        let put = done.changes[0].put.as_ref().expect("a version");
        assert_eq!((put.valid_from, put.valid_until), (at(10), at(20)));
    }

    #[test]
    fn m2_a_file_older_than_the_first_inventory_leaves_that_inventorys_time_alone() {
        let stored: Vec<_> = ["a", "b"].map(|id| held(element(id, 113.0), Timestamp::BEGINNING)).into_iter().collect();
        let items = rows(vec![element("a", 113.1)]);
        let options = ApplyOptions { valid_from: Some(at(10)), ..snapshot(true) };
        let terms = Terms { options: &options, first: false, first_of: Some(at(20)), now: at(30) };
        let done = plan(ElementKind::Cell, stored, &items, &HashSet::new(), &terms);
        let put: Vec<_> = done.changes.iter().filter_map(|change| change.put.as_ref()).collect();
        let told =
            |version: &ElementVersion| (version.element.point.given_lon, version.valid_from, version.valid_until);
        assert_eq!(
            put.iter().map(|version| told(version)).collect::<Vec<_>>(),
            [(113.0, at(20), Timestamp::END), (113.1, Timestamp::BEGINNING, at(20)),]
        );
        assert_eq!(done.removed, 0, "what the later file lists was there then");
    }
}
