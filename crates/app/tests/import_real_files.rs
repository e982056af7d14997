//! M1, M2: every row of the real exports is imported or refused with a reason (counts as in docs/importing.md).

use std::collections::HashSet;
use std::path::PathBuf;

use app::import::{ImportError, ImportOptions, InventoryItem, Kind, Parsed, ParsedFile, parse};
use domain::check::Technology;
use domain::place::Datum;
use jiff::tz::TimeZone;

fn options() -> ImportOptions {
    ImportOptions { datum: Datum::Wgs84, zone: TimeZone::get("Asia/Shanghai").expect("bundled"), mapping: None }
}

/// The file's bytes; none, with a message, where the data is not at hand.
fn real(path: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    let bytes = std::fs::read(&file).ok();
    if bytes.is_none() {
        eprintln!("skipped: {} is not there", file.display());
    }
    bytes
}

fn cells(path: &str) -> Option<Parsed<InventoryItem>> {
    match parse(Kind::Cells, &real(path)?, &options(), &mut |_| {}).expect(path) {
        ParsedFile::Inventory(parsed) => Some(parsed),
        other => panic!("{other:?}"),
    }
}

fn ids(parsed: &Parsed<InventoryItem>) -> HashSet<&str> {
    parsed.items.iter().map(|located| located.item.element.id.as_str()).collect()
}

#[test]
fn m2_the_chengdu_inventory_is_known_by_its_cell_index() {
    let Some(parsed) = cells("chengdu_lte_cells/cells.csv") else { return };
    assert_eq!((parsed.rows(), parsed.accepted, parsed.rejects.len()), (1998, 1998, 0));
    assert_eq!(ids(&parsed).len(), 1998);
    let first = &parsed.items[0].item.element;
    assert_eq!((first.id.as_str(), first.frequency_mhz, first.rs_power_dbm), ("108401", Some(2585.0), Some(12.2)));
    assert_eq!((first.antenna.downtilt_deg, first.antenna.height_m, first.clutter), (Some(11.0), Some(39.0), Some(5)));
    let height = parsed.notes.iter().find(|note| note.text.zh.contains("挂高为 0")).expect("height 0 is noted");
    assert_eq!(height.rows, 64);
    assert!(parsed.items.iter().all(|cell| cell.item.element.antenna.azimuth_deg.is_some_and(|deg| deg < 360.0)));
}

#[test]
fn m2_opencellid_repeats_a_key_for_the_same_cell() {
    let Some(parsed) = cells("opencellid_vnm/cells.csv.gz") else { return };
    assert_eq!((parsed.rows(), parsed.rejects.len()), (17_552, 0));
    assert_eq!(ids(&parsed).len(), 17_504);
    assert!(parsed.items.iter().all(|cell| cell.item.element.antenna.azimuth_deg.is_none()));
}

#[test]
fn m2_every_engineering_parameter_sheet_is_imported() {
    let folder = "foshan_telecom_2015/engineering_parameters/";
    for (file, rows, elements) in [
        ("foshan_Cell.xlsx", 5, 5),
        ("foshan_CellText2.xlsx", 7, 7),
        ("foshan_CellWithTextENodebId.xlsx", 10, 10),
        ("foshan_ENodeb.xlsx", 5, 5),
        ("foshan_cdma_bts.xls", 5, 5),
        ("foshan_cdma_cell.xls", 5, 5),
        ("foshan_cdma_cell_dirty_values.xls", 21, 21),
        ("foshan_site_and_cell_two_sheets.xlsx", 26, 25),
    ] {
        let Some(parsed) = cells(&format!("{folder}{file}")) else { return };
        assert_eq!((parsed.rows(), parsed.rejects.len()), (rows, 0), "{file}");
        assert_eq!(ids(&parsed).len(), elements, "{file}");
    }
}

#[test]
fn m2_an_engineering_parameter_row_keeps_what_the_check_needs() {
    let Some(parsed) = cells("foshan_telecom_2015/engineering_parameters/foshan_CellText2.xlsx") else { return };
    let outdoor = &parsed.items[0].item.element;
    assert_eq!((outdoor.id.as_str(), outdoor.name.as_str()), ("552818_48", "龙江圣陶湾_0"));
    assert_eq!((outdoor.site.as_deref(), outdoor.technology), (Some("552818"), Some(Technology::Lte)));
    assert_eq!((outdoor.frequency_mhz, outdoor.bandwidth_mhz), (Some(1867.5), Some(15.0)));
    assert_eq!((outdoor.antenna.azimuth_deg, outdoor.antenna.downtilt_deg), (Some(10.0), Some(7.0)));
    let indoor = &parsed.items[6].item.element;
    assert!(indoor.indoor && indoor.antenna.azimuth_deg.is_none(), "{indoor:?}");
}

#[test]
fn m2_the_alarm_history_names_its_sites() {
    let Some(bytes) = real("foshan_telecom_2015/alarms_zte_history_20150914-17.gb18030.csv") else { return };
    let Ok(ParsedFile::Alarms(parsed)) = parse(Kind::Alarms, &bytes, &options(), &mut |_| {}) else { panic!("alarms") };
    assert_eq!((parsed.rows(), parsed.rejects.len()), (1753, 0));
    let distinct: HashSet<&str> = parsed.items.iter().map(|located| located.item.id.as_str()).collect();
    assert_eq!(distinct.len(), 1753);
    let first = &parsed.items[0].item;
    assert_eq!(first.title, "S1断链告警(198094420)");
    assert_eq!(first.target.site.as_deref(), Some("551707"));
    assert_eq!(first.raised.to_string(), "2015-09-17T15:54:59Z");
    let of_a_cell =
        parsed.items.iter().find(|located| located.item.target.element_name.is_some()).expect("a cell alarm");
    assert_eq!(of_a_cell.item.title, "LTE小区退出服务(198094419)");
}

#[test]
fn m1_work_orders_are_the_same_complaints_from_xls_and_csv() {
    let mut seen = Vec::new();
    for file in ["work_orders_export_A.xls", "work_orders_A.utf8.csv"] {
        let Some(bytes) = real(&format!("foshan_telecom_2015/{file}")) else { return };
        let Ok(ParsedFile::Complaints(parsed)) = parse(Kind::Complaints, &bytes, &options(), &mut |_| {}) else {
            panic!("complaints")
        };
        assert_eq!((parsed.rows(), parsed.rejects.len()), (574, 0), "{file}");
        let told: Vec<_> = parsed
            .items
            .iter()
            .map(|located| {
                let intake = &located.item;
                let number = intake.upstream.as_ref().map(|upstream| upstream.number.clone());
                (located.at.row, number, intake.matter.title.clone(), intake.matter.complained, intake.matter.wanted_by)
            })
            .map(|(row, number, title, complained, wanted)| {
                assert!(row >= 2);
                (number, title, complained, wanted)
            })
            .collect();
        seen.push(told);
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn m2_a_file_of_no_known_kind_is_told_by_its_headings() {
    let Some(bytes) = real("weak_coverage_grid_2022/existing_stations.csv") else { return };
    let error = parse(Kind::Cells, &bytes, &options(), &mut |_| {}).expect_err("a plain grid has no position");
    assert!(matches!(&error, ImportError::NotRecognised { found, .. } if found == "id, x, y"), "{error:?}");
}
