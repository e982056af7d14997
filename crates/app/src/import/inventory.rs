//! What cells and repeaters have in common: columns of the 工参 and how a row of them becomes an element.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::check::ElementKind;
use domain::place::{Datum, GivenPoint};
use domain::time::Timestamp;
use ran::element::{Element, Environment};

use super::report::Notes;
use super::row::{Cells, Outcome, RowError};

mod antenna;
mod fields;
mod identity;
mod place;
mod words;

pub(super) use fields::Field;
pub(super) use place::from_fields as position;

/// An element of an inventory file.
#[derive(Debug, Clone, PartialEq)]
pub struct InventoryItem {
    /// The element.
    pub element: Element,
    /// 版本日期: from when the file says this holds.
    pub version: Option<Timestamp>,
    /// When the source last touched it: of two rows of one element the later touched counts, else the later row.
    pub updated: Option<Timestamp>,
}

/// What a site sheet says of a site.
#[derive(Debug, Clone)]
struct Site {
    point: Option<GivenPoint>,
    name: Option<String>,
    environment: Option<Environment>,
}

/// Reads inventory rows of one kind, remembering sites for the cells that lack a position.
pub(super) struct Inventory {
    kind: ElementKind,
    datum: Datum,
    sites: HashMap<String, Site>,
    with_cells: HashSet<String>,
}

impl Inventory {
    pub(super) fn new(kind: ElementKind, datum: Datum) -> Self {
        Self { kind, datum, sites: HashMap::new(), with_cells: HashSet::new() }
    }

    /// Remembers which sites the file describes and which of them have cells of their own.
    pub(super) fn look_ahead(&mut self, row: &Cells<'_>) {
        let Some(site) = identity::site(row) else { return };
        if !identity::is_site_only(row) {
            if !self.with_cells.contains(&site) {
                self.with_cells.insert(site);
            }
            return;
        }
        let told = Site {
            point: place::point(row, self.datum).ok().flatten(),
            name: row.id(Field::SiteName),
            environment: words::environment(row),
        };
        self.sites.insert(site, told);
    }

    /// Turns a row into an element; a row about a site whose cells are in the same file only tells them what they lack.
    pub(super) fn row(&self, row: &Cells<'_>, notes: &mut Notes) -> Result<Outcome<InventoryItem>, RowError> {
        let site_only = self.kind == ElementKind::Cell && identity::is_site_only(row);
        let site = identity::site(row);
        let known = site.as_ref().and_then(|site| self.sites.get(site)).filter(|_| !site_only);
        let point = match place::point(row, self.datum)? {
            Some(point) => point,
            None => known.and_then(|site| site.point).map_or_else(
                || Err(place::missing(row)),
                |point| {
                    notes.add(
                        row.at,
                        "小区没有经纬度，取自同一文件的站点表",
                        "position taken from the site sheet of the file",
                    );
                    Ok(point)
                },
            )?,
        };
        if site_only && site.as_ref().is_some_and(|site| self.with_cells.contains(site)) {
            notes.add(row.at, "站点行：其小区在同一文件中，仅用作站点信息", "site row: its cells are in the same file");
            return Ok(Outcome::Told);
        }
        if site_only {
            notes.add(
                row.at,
                "站点行：没有小区信息，按一个全向小区登记",
                "site row without cells: registered as one omnidirectional cell",
            );
        }
        let technology = words::technology(row, notes);
        let id = identity::id(row, self.kind, technology)?;
        let element = Element {
            name: identity::name(row, self.kind).unwrap_or_else(|| id.clone()),
            id,
            kind: self.kind,
            site,
            site_name: row.id(Field::SiteName).or_else(|| known.and_then(|site| site.name.clone())),
            point,
            technology,
            frequency_mhz: words::frequency(row, technology, notes),
            bandwidth_mhz: words::bandwidth(row, notes),
            rs_power_dbm: antenna::rs_power(row, notes)?,
            pci: row.whole(Field::Pci).filter(|pci| *pci <= 1023),
            tac: row.whole(Field::Tac).or_else(|| row.whole(Field::Area)),
            antenna: antenna::antenna(row, self.kind, notes)?,
            indoor: words::indoor(row),
            environment: words::environment(row).or_else(|| known.and_then(|site| site.environment)),
            clutter: words::clutter(row),
            ground_altitude_m: antenna::metres(row, Field::Altitude, notes),
            building_height_m: antenna::metres(row, Field::Building, notes),
            donor: identity::donor(row, self.kind),
            on_air: words::on_air(row, notes),
            extra: extra(row),
        };
        let (version, updated) = (row.time(Field::Version)?, row.time(Field::Updated).ok().flatten());
        Ok(Outcome::Item(InventoryItem { element, version, updated }))
    }
}

/// Columns kept as they are, by their heading.
fn extra(row: &Cells<'_>) -> BTreeMap<String, String> {
    const KEPT: [Field; 10] = [
        Field::City,
        Field::District,
        Field::Town,
        Field::Grid,
        Field::Scene,
        Field::Vendor,
        Field::Model,
        Field::Address,
        Field::Remote,
        Field::InService,
    ];
    KEPT.iter()
        .filter_map(|&field| {
            let text = row.text(field)?;
            let heading = row.heading_of(field);
            let key = if heading.is_empty() { Field::ALL[field as usize].name } else { heading };
            Some((key.to_owned(), text.to_owned()))
        })
        .collect()
}
