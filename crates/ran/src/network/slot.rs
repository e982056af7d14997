//! One version of one element as the index holds it: small, without strings of its own.

use domain::check::{ElementKind, Technology};
use domain::place::LonLat;
use domain::time::Timestamp;

use super::names::Column;
use super::text::{Name, Text, TextTable, Texts};
use crate::element::{Element, ElementVersion};
use crate::propagation::{Emitter, Known, Model};

/// One version of one element.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub position: LonLat,
    pub from: Timestamp,
    pub until: Timestamp,
    pub emitter: Emitter,
    /// Which element: all versions of one share it.
    pub identity: u32,
    pub id: Text,
    pub name: Name,
    pub site: Text,
    pub site_name: Text,
    pub donor: Text,
    pub beam_width_deg: Known,
    pub frequency_mhz: Known,
    pub kind: ElementKind,
    pub technology: Option<Technology>,
    pub indoor: bool,
    pub on_air: bool,
    pub stated: Stated,
}

/// What the file gave and did not leave to what is usual.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stated {
    pub environment: bool,
    pub height: bool,
}

impl Slot {
    /// Takes what the index needs. Where the file names no environment it stays open until all elements are known.
    pub fn new(version: &ElementVersion, id: Text, identity: u32, texts: &mut TextTable, model: &Model) -> Self {
        let element: &Element = &version.element;
        let site_name = texts.take_some(element.site_name.as_deref());
        let name = texts.take_name(&element.name, site_name);
        Self {
            position: element.point.wgs84,
            from: version.valid_from,
            until: version.valid_until,
            emitter: Emitter::new(element, model),
            identity,
            id,
            name: if name.is_none() { Name::from(id) } else { name },
            site: texts.take_some(element.site.as_deref()),
            site_name,
            donor: texts.take_some(element.donor.as_deref()),
            beam_width_deg: Emitter::beam_width_deg(element).into(),
            frequency_mhz: element.frequency_mhz.into(),
            kind: element.kind,
            technology: element.technology,
            indoor: element.indoor,
            on_air: element.on_air,
            stated: Stated {
                environment: element.environment.is_some(),
                height: Emitter::stated_height_m(element).is_some(),
            },
        }
    }

    /// Whether this is its name in that column.
    pub fn named(&self, column: Column, name: &str, texts: &Texts) -> bool {
        match column {
            Column::Id => texts.get(self.id) == name,
            Column::Name => self.name.is(name, texts),
            Column::Site => texts.get(self.site) == name,
            Column::SiteName => texts.get(self.site_name) == name,
        }
    }

    pub fn valid_at(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether it counts near by whatever level it gives outdoors: it serves one building, or one valley.
    pub fn always_near(&self) -> bool {
        self.indoor || self.kind == ElementKind::Repeater
    }
}
