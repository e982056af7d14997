//! Importer of repeaters 直放站 with their donor cells.

use domain::check::ElementKind;
use domain::place::Datum;

use super::heading::{Columns, FieldDef};
use super::inventory::{Field, Inventory, InventoryItem};
use super::report::Notes;
use super::row::{Cells, Importer, Outcome, RowError};

/// Reads rows of repeaters.
pub(super) struct Repeaters(Inventory);

impl Repeaters {
    pub(super) fn new(datum: Datum) -> Self {
        Self(Inventory::new(ElementKind::Repeater, datum))
    }
}

impl Importer for Repeaters {
    type Item = InventoryItem;
    const FIELDS: &'static [FieldDef] = Field::ALL;
    const WANTED: (&'static str, &'static str) =
        ("经度、纬度和直放站编号/名称", "longitude, latitude and a repeater id or name");

    fn recognises(columns: &Columns) -> bool {
        let named = [Field::Id, Field::RepeaterId, Field::RepeaterName, Field::Name, Field::Local];
        let placed = columns.has(Field::Lon) && columns.has(Field::Lat) || columns.has(Field::Position);
        placed && named.iter().any(|&field| columns.has(field))
    }

    fn row(&mut self, row: &Cells<'_>, notes: &mut Notes) -> Result<Outcome<InventoryItem>, RowError> {
        self.0.row(row, notes)
    }
}
