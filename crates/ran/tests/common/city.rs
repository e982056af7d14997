//! The measured city of `../shared/data/chengdu_lte_cells`, read as it is.

use std::io::Read as _;
use std::path::PathBuf;

use domain::check::{ElementKind, Technology};
use domain::place::{Datum, GivenPoint, LonLat};
use ran::calibrate::Measurement;
use ran::element::{Antenna, Element, Environment};

/// The folder, where the checkout has its shared data beside it.
fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/chengdu_lte_cells");
    folder.is_dir().then_some(folder)
}

/// Cells and measurements, or nothing (with a word on why) where the data is absent.
pub fn city() -> Option<(Vec<Element>, Vec<Measurement>)> {
    let Some(folder) = folder() else {
        eprintln!("skipped: ../shared/data/chengdu_lte_cells is absent");
        return None;
    };
    let mut cells = csv::Reader::from_path(folder.join("cells.csv")).expect("cells.csv opens");
    let cells = cells.records().map(|row| cell(&row.expect("a row of cells.csv"))).collect();
    let packed = std::fs::read(folder.join("rsrp_grid.csv.gz")).expect("rsrp_grid.csv.gz opens");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("it unpacks");
    let mut grid = csv::Reader::from_reader(text.as_bytes());
    let grid = grid.records().map(|row| measurement(&row.expect("a row of the grid"))).collect();
    Some((cells, grid))
}

fn cell(row: &csv::StringRecord) -> Element {
    let number = |column: usize| row[column].parse::<f32>().expect("a number");
    Element {
        id: row[0].to_owned(),
        kind: ElementKind::Cell,
        name: row[0].to_owned(),
        site: None,
        site_name: None,
        point: GivenPoint::new(row[12].parse().expect("lon"), row[13].parse().expect("lat"), Datum::Wgs84)
            .expect("a place"),
        technology: Some(Technology::Lte),
        frequency_mhz: Some(number(7)),
        bandwidth_mhz: None,
        rs_power_dbm: Some(number(8)),
        pci: None,
        tac: None,
        antenna: Antenna {
            azimuth_deg: Some(number(4).rem_euclid(360.0)),
            downtilt_deg: Some(number(5) + number(6)),
            height_m: Some(number(3)).filter(|height| *height > 0.0),
            ..Antenna::default()
        },
        indoor: false,
        environment: Environment::from_clutter(row[11].parse().expect("a clutter index")),
        clutter: row[11].parse().ok(),
        ground_altitude_m: Some(number(9)),
        building_height_m: Some(number(10)),
        donor: None,
        on_air: true,
        extra: std::collections::BTreeMap::new(),
    }
}

fn measurement(row: &csv::StringRecord) -> Measurement {
    let number = |column: usize| row[column].parse::<f64>().expect("a number");
    let place = LonLat::new(number(1), number(2)).expect("a place");
    Measurement { element: row[0].to_owned(), place, rsrp_dbm: number(5) }
}
