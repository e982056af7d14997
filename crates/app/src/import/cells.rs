//! Importer of cells 小区工参, and of sites where a file knows no cells.

use domain::check::ElementKind;
use domain::place::Datum;

use super::heading::{Columns, FieldDef};
use super::inventory::{Field, Inventory, InventoryItem};
use super::report::Notes;
use super::row::{Cells as Row, Importer, Outcome, RowError};

/// Reads rows of cells.
pub(super) struct Cells(Inventory);

impl Cells {
    pub(super) fn new(datum: Datum) -> Self {
        Self(Inventory::new(ElementKind::Cell, datum))
    }
}

impl Importer for Cells {
    type Item = InventoryItem;
    const FIELDS: &'static [FieldDef] = Field::ALL;
    const WANTED: (&'static str, &'static str) =
        ("经度、纬度和小区标识/小区名/站号", "longitude, latitude and a cell id, cell name or site id");

    fn recognises(columns: &Columns) -> bool {
        let named = [Field::Id, Field::Local, Field::Eci, Field::Name, Field::Enb, Field::Site, Field::SiteName];
        let placed = columns.has(Field::Lon) && columns.has(Field::Lat) || columns.has(Field::Position);
        // Cells of a workbook may have their position in its site sheet only.
        let described = columns.has(Field::Azimuth) && columns.has(Field::Height);
        (placed || described) && named.iter().any(|&field| columns.has(field))
    }

    fn look_ahead(&mut self, row: &Row<'_>) {
        self.0.look_ahead(row);
    }

    fn row(&mut self, row: &Row<'_>, notes: &mut Notes) -> Result<Outcome<InventoryItem>, RowError> {
        self.0.row(row, notes)
    }
}
