//! By which name an element is known: as the file names it, and the same one every time.

use domain::check::{ElementKind, Technology};

use super::Field;
use crate::import::row::{Cells, RowError};

/// Cells of one base station are numbered below this; what is larger or not a number names a cell by itself.
const LOCAL_IDS: u32 = 16_384;

/// Site 站址 or eNodeB id the row names; its name where there is no id.
pub(super) fn site(row: &Cells<'_>) -> Option<String> {
    row.id(Field::Enb).or_else(|| row.id(Field::Site)).or_else(|| row.id(Field::SiteName))
}

/// Whether the row describes a site as a whole: it names no cell.
pub(super) fn is_site_only(row: &Cells<'_>) -> bool {
    const OF_A_CELL: [Field; 6] =
        [Field::Id, Field::Local, Field::Eci, Field::Name, Field::RepeaterId, Field::RepeaterName];
    OF_A_CELL.iter().all(|&field| row.text(field).is_none())
}

/// The element's key. In this order: the file's own key; OpenCelliD's five columns; `base station-cell-sector-carrier` of
/// cdma2000; `base station_cell`; ECI or NCI; the name; the site.
pub(super) fn id(row: &Cells<'_>, kind: ElementKind, technology: Option<Technology>) -> Result<String, RowError> {
    if kind == ElementKind::Repeater {
        let own = row.id(Field::RepeaterId).or_else(|| row.id(Field::Id)).or_else(|| row.id(Field::RepeaterName));
        let own = own.or_else(|| row.id(Field::Name)).or_else(|| row.id(Field::Local));
        return own.ok_or_else(|| {
            Cells::refused("没有直放站编号或名称", "the row has neither a repeater id nor a repeater name")
        });
    }
    let found = row
        .id(Field::Id)
        .or_else(|| open_cell_id(row))
        .or_else(|| cdma_carrier(row, technology))
        .or_else(|| cell_of_base_station(row))
        .or_else(|| row.id(Field::Local))
        .or_else(|| row.id(Field::Eci))
        .or_else(|| row.id(Field::Name))
        .or_else(|| site(row));
    found.ok_or_else(|| {
        Cells::refused("没有小区标识、小区名或站号", "the row has neither a cell id nor a cell name nor a site id")
    })
}

/// OpenCelliD: `radio-mcc-net-area-cell`.
fn open_cell_id(row: &Cells<'_>) -> Option<String> {
    let key = [Field::Mcc, Field::Net, Field::Area, Field::Local];
    let mut parts = vec![row.id(Field::Radio)?];
    for field in key {
        parts.push(row.id(field)?);
    }
    Some(parts.join("-"))
}

/// cdma2000 sheets list one row for each carrier of a sector.
fn cdma_carrier(row: &Cells<'_>, technology: Option<Technology>) -> Option<String> {
    if technology != Some(Technology::Cdma) {
        return None;
    }
    let parts = [row.id(Field::Enb)?, row.id(Field::Local)?, row.id(Field::Sector)?, row.id(Field::Channel)?];
    Some(parts.join("-"))
}

/// `499773_0`: base station and the number its cell has there.
fn cell_of_base_station(row: &Cells<'_>) -> Option<String> {
    let (station, local) = (row.id(Field::Enb)?, row.id(Field::Local)?);
    let numbers = station.bytes().all(|b| b.is_ascii_digit()) && local.parse::<u32>().is_ok_and(|n| n < LOCAL_IDS);
    numbers.then(|| format!("{station}_{local}"))
}

/// The element's name in words.
pub(super) fn name(row: &Cells<'_>, kind: ElementKind) -> Option<String> {
    match kind {
        ElementKind::Repeater => row.id(Field::RepeaterName).or_else(|| row.id(Field::Name)),
        ElementKind::Cell => {
            row.id(Field::Name).or_else(|| if is_site_only(row) { row.id(Field::SiteName) } else { None })
        }
    }
}

/// 信源小区 of a repeater. In a list of repeaters a plain cell column is the donor.
pub(super) fn donor(row: &Cells<'_>, kind: ElementKind) -> Option<String> {
    if kind == ElementKind::Cell {
        return None;
    }
    let own = [Field::RepeaterId, Field::RepeaterName].iter().any(|&field| row.text(field).is_some());
    row.id(Field::Donor).or_else(|| {
        let plain = own || row.text(Field::Id).is_some();
        let cell = cell_of_base_station(row).or_else(|| row.id(Field::Local)).filter(|_| plain);
        cell.or_else(|| row.id(Field::Name).filter(|_| row.text(Field::RepeaterName).is_some()))
    })
}
