//! M1, M2: what an import accepts, what it refuses and how it says so.

use app::import::{ImportOptions, InventoryItem, Kind, Mapping, Parsed, ParsedFile, parse};
use domain::place::Datum;
use jiff::tz::TimeZone;
use ran::element::Element;
use ran::fact::{OutageKind, Severity};

fn options(mapping: Option<&str>, kind: Kind) -> ImportOptions {
    ImportOptions {
        datum: Datum::Wgs84,
        zone: TimeZone::get("Asia/Shanghai").expect("bundled"),
        mapping: mapping.map(|text| Mapping::parse(text, kind).expect("a mapping")),
    }
}

fn inventory(kind: Kind, csv: &[u8], mapping: Option<&str>) -> Parsed<InventoryItem> {
    match parse(kind, csv, &options(mapping, kind), &mut |_| {}).expect("a file") {
        ParsedFile::Inventory(parsed) => parsed,
        other => panic!("{other:?}"),
    }
}

fn cells(csv: &str) -> Parsed<InventoryItem> {
    inventory(Kind::Cells, csv.as_bytes(), None)
}

fn only(parsed: &Parsed<InventoryItem>) -> &Element {
    assert_eq!(parsed.items.len(), 1, "{:?}", parsed.rejects);
    &parsed.items[0].item.element
}

#[test]
fn m2_blank_azimuth_sector_type_or_full_beam_mean_omnidirectional() {
    for (heading, value) in
        [("azimuth", ""), ("azimuth", "-"), ("扇区类型", "全向"), ("sector_type", "omni"), ("beam_width", "360")]
    {
        let parsed = cells(&format!("cell_id,lon,lat,{heading}\nA,113.1,23.1,{value}\n"));
        assert_eq!(only(&parsed).antenna.azimuth_deg, None, "{heading}={value}");
    }
    let north = cells("cell_id,lon,lat,azimuth\nA,113.1,23.1,360\n");
    assert_eq!(only(&north).antenna.azimuth_deg, Some(0.0));
}

#[test]
fn m2_height_0_is_noted_not_refused() {
    let parsed = cells("cell_id,lon,lat,height\nA,113.1,23.1,0\n");
    assert_eq!(only(&parsed).antenna.height_m, None);
    assert!(parsed.notes.iter().any(|note| note.text.en.contains("height 0")));
}

#[test]
fn m2_units_stand_inside_values() {
    let parsed = cells("小区名,经度,纬度,方位角,挂高,带宽,频段\n甲,113.1°,23.1°,65°,30米,20Mhz,2.6GHz\n");
    let cell = only(&parsed);
    assert_eq!((cell.antenna.azimuth_deg, cell.antenna.height_m), (Some(65.0), Some(30.0)));
    assert_eq!((cell.bandwidth_mhz, cell.frequency_mhz), (Some(20.0), Some(2600.0)));
}

#[test]
fn m2_a_wrong_row_is_told_with_row_column_value_and_reason() {
    let csv = "cell_id,lon,lat,azimuth\nA,113.1,23.1,10\nB,23.1,113.1,10\nC,0,0,10\nD,abc,23.1,10\nE,113.1,,10\nF,113.1,23.1,400\n";
    let parsed = cells(csv);
    assert_eq!((parsed.rows(), parsed.accepted), (6, 1));
    let told: Vec<_> = parsed.rejects.iter().map(|r| (r.at.row, r.column.as_str(), r.value.as_str())).collect();
    assert_eq!(told, [(3, "lon", "23.1"), (4, "lon", "0"), (5, "lon", "abc"), (6, "lat", ""), (7, "azimuth", "400")]);
    assert!(parsed.rejects[0].reason.zh.contains("写反") && parsed.rejects[0].reason.en.contains("swapped"));
}

#[test]
fn m2_a_reject_file_corrected_is_imported_again() {
    let csv = "cell_id,name,lon,lat,机械下倾角\nA,=1+1,113.1,bad,-3\nB,'x,113.1,bad,2\n";
    let first = cells(csv);
    let mut file = Vec::new();
    first.write_rejects(&mut file, "cells.csv").expect("written");
    let text = String::from_utf8(file).expect("UTF-8");
    assert!(text.starts_with('\u{feff}') && text.contains(",'=1+1,") && text.contains(",-3"), "{text}");
    let corrected = text.replace(",113.1,bad", ",113.1,23.1");
    let again = inventory(Kind::Cells, corrected.as_bytes(), None);
    assert_eq!((again.rows(), again.rejects.len()), (2, 0), "{corrected}");
    let names: Vec<_> = again.items.iter().map(|located| located.item.element.name.as_str()).collect();
    assert_eq!(names, ["=1+1", "'x"]);
    assert_eq!(again.items[0].item.element.antenna.downtilt_deg, Some(-3.0));
}

#[test]
fn m2_a_reject_file_comes_back_with_the_mapping_it_came_from_and_as_a_workbook() {
    let mapping = "sheets = [\"小区级\"]\nheader_row = 3\n[columns]\n\"东\" = \"lon\"\n\"北\" = \"lat\"\n";
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("小区级").expect("a name");
    let rows = [["工参", "", ""], ["2026年", "", ""], ["小区名", "东", "北"], ["+甲", "bad", "23.1"]];
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, *cell).expect("a cell");
        }
    }
    let first = inventory(Kind::Cells, &book.save_to_buffer().expect("a workbook"), Some(mapping));
    assert_eq!((first.rows(), first.rejects.len()), (1, 1));
    let mut file = Vec::new();
    first.write_rejects(&mut file, "工参.xlsx").expect("written");
    let corrected = String::from_utf8(file).expect("UTF-8").replace("bad", "113.1");

    let mut saved = rust_xlsxwriter::Workbook::new();
    let sheet = saved.add_worksheet();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(corrected.trim_start_matches('\u{feff}').as_bytes());
    for (row, record) in reader.records().enumerate() {
        for (column, cell) in record.expect("a row").iter().enumerate() {
            sheet.write(row as u32, column as u16, cell).expect("a cell");
        }
    }
    for bytes in [corrected.as_bytes(), &saved.save_to_buffer().expect("a workbook")] {
        let again = inventory(Kind::Cells, bytes, Some(mapping));
        assert_eq!((again.rows(), again.rejects.len()), (1, 0));
        assert_eq!(only(&again).name, "+甲");
    }
}

#[test]
fn m2_titles_two_row_headings_repeats_and_trailing_blanks_are_tolerated() {
    let csv = "某市工参表,,,,\n小区,位置,,天线,\n名称,经度,纬度,方位角,\n甲,113.1,23.1,10, \n小区,经度,纬度,方位角,\n,,,,\n乙,113.2,23.2,20,\n,,,,\n";
    let parsed = cells(csv);
    assert_eq!((parsed.rows(), parsed.accepted), (2, 2), "{:?}", parsed.rejects);
    assert_eq!(parsed.items[1].at.row, 7);
    assert_eq!(parsed.items[1].item.element.antenna.azimuth_deg, Some(20.0));
    let doubled = cells("小区名,经度,经度,纬度\n甲,,113.1,23.1\n乙,113.2,,23.2\n");
    assert_eq!(doubled.accepted, 2);
}

#[test]
fn m2_a_mapping_file_names_foreign_columns_and_values() {
    let mapping = "[columns]\n\"Knoten\" = \"cell_id\"\n\"X\" = \"lon\"\n\"Y\" = \"lat\"\n\"Zustand\" = \"on_air\"\n\
                   [defaults]\ntechnology = \"LTE\"\n[values.on_air]\n\"aus\" = \"no\"\n";
    let parsed = inventory(Kind::Cells, b"Knoten;X;Y;Zustand\nK1;113,1;23,1;aus\n", Some(mapping));
    let cell = only(&parsed);
    assert_eq!((cell.id.as_str(), cell.on_air, cell.technology), ("K1", false, Some(domain::check::Technology::Lte)));
    assert!((cell.point.given_lon - 113.1).abs() < 1e-9);
}

#[test]
fn m2_a_repeater_has_its_donor() {
    let csv = "直放站编号,直放站名称,经度,纬度,信源小区,增益\nR1,某村直放站,113.1,23.1,499773_0,90dB\n";
    let parsed = inventory(Kind::Repeaters, csv.as_bytes(), None);
    let repeater = only(&parsed);
    assert_eq!((repeater.id.as_str(), repeater.name.as_str()), ("R1", "某村直放站"));
    assert_eq!(repeater.donor.as_deref(), Some("499773_0"));
    assert_eq!(repeater.antenna.gain_dbi, None, "what the amplifier adds is no antenna's gain");
    let english = inventory(Kind::Repeaters, b"id,lon,lat,donor_cell\nR9,113.1,23.1,C7\n", None);
    assert_eq!(only(&english).donor.as_deref(), Some("C7"));
}

#[test]
fn m2_a_gain_no_antenna_has_is_unknown() {
    let parsed = inventory(Kind::Cells, "小区名,经度,纬度,天线增益\n甲,113.1,23.1,155\n".as_bytes(), None);
    assert_eq!(only(&parsed).antenna.gain_dbi, None);
    let parsed = inventory(Kind::Repeaters, "直放站编号,经度,纬度,天线增益\n甲,113.1,23.1,9\n".as_bytes(), None);
    assert_eq!(only(&parsed).antenna.gain_dbi, Some(9.0));
}

#[test]
fn m2_a_declared_datum_is_converted_and_kept() {
    let options = ImportOptions { datum: Datum::Gcj02, ..options(None, Kind::Cells) };
    let csv = b"cell_id,lon,lat\nA,113.269715,23.126435\n";
    let Ok(ParsedFile::Inventory(parsed)) = parse(Kind::Cells, csv, &options, &mut |_| {}) else { panic!("cells") };
    let point = only(&parsed).point;
    assert!((point.wgs84.lon() - 113.264_385).abs() < 2e-6 && (point.wgs84.lat() - 23.129_112).abs() < 2e-6);
    assert_eq!((point.datum, point.given_lon), (Datum::Gcj02, 113.269_715));
}

#[test]
fn m2_a_site_sheet_lends_its_position_to_cells_of_the_same_file() {
    let csv = "eNodeB ID,eNodeBName,CELL_ID,CELL_NAME,经度,纬度,方位角,挂高\n9,甲站,,,113.1,23.1,,\n9,甲站,0,甲_0,,,30,20\n8,乙站,0,乙_0,,,30,20\n";
    let parsed = cells(csv);
    assert_eq!((parsed.rows(), parsed.accepted, parsed.items.len()), (3, 2, 1));
    assert_eq!(only(&parsed).id, "9_0");
    assert!(parsed.rejects[0].reason.zh.contains("没有经纬度"));
}

#[test]
fn m2_alarms_are_read_in_english_and_get_a_stable_id() {
    let csv = b"object,severity,title,raised,cleared\nC1,critical,Cell down,2026-03-04T09:00:00+08:00,\nC1,bogus,x,2026-03-04 09:00,\nC2,2,y,2026-03-04 09:00,2026-03-04 08:00\n";
    let run = || match parse(Kind::Alarms, csv, &options(None, Kind::Alarms), &mut |_| {}) {
        Ok(ParsedFile::Alarms(parsed)) => parsed,
        other => panic!("{other:?}"),
    };
    let parsed = run();
    assert_eq!((parsed.rows(), parsed.accepted), (3, 1));
    let alarm = &parsed.items[0].item;
    assert_eq!((alarm.severity, alarm.target.element.as_deref()), (Severity::Critical, Some("C1")));
    assert_eq!(alarm.raised.to_string(), "2026-03-04T01:00:00Z");
    assert_eq!(alarm.id, run().items[0].item.id);
}

#[test]
fn m2_outages_say_which_kind_and_whether_planned() {
    let csv = "小区,类型,计划/实际,开始时间,结束时间,原因\nA,停闭,实际,2026-03-04 09:00,,物业\nA,割接,计划,2026-03-05 00:00,2026-03-05 06:00,升级\nA,什么,计划,2026-03-05 00:00,,\n";
    let Ok(ParsedFile::Outages(parsed)) =
        parse(Kind::Outages, csv.as_bytes(), &options(None, Kind::Outages), &mut |_| {})
    else {
        panic!("outages")
    };
    let told: Vec<_> = parsed.items.iter().map(|located| (located.item.kind, located.item.planned)).collect();
    assert_eq!(told, [(OutageKind::ShutDown, false), (OutageKind::PlannedWork, true)]);
    assert_eq!(parsed.rejects[0].column, "类型");
}

#[test]
fn m2_interference_without_end_holds_an_hour() {
    let csv = "小区,时间,上行底噪\nA,2026-03-04 09:00,-98.5dBm\nA,2026-03-04 10:00,98\n";
    let Ok(ParsedFile::Interference(parsed)) =
        parse(Kind::Interference, csv.as_bytes(), &options(None, Kind::Interference), &mut |_| {})
    else {
        panic!("interference")
    };
    let noise = &parsed.items[0].item;
    assert_eq!((noise.noise_dbm, noise.until.seconds_since(noise.from)), (-98.5, 3600));
    assert_eq!(parsed.rejects.len(), 1);
}

#[test]
fn m1_an_eoms_order_becomes_an_intake() {
    let csv = "sheetId,title,complaintDesc,customPhone,complaintTime,faultSite,经度,纬度,customLevel,sheetCompleteLimit\n\
               GD-052-260304-00001,移动业务→网络质量→手机上网（4G）→网速慢或掉线→功能使用→区域信号弱→室内,\"网速慢,经常\",13800001234,2026-03-04 09:15,某小区3栋,113.1,23.1,五星,2026-03-06 09:15\n\
               ,只有电话,无信号,13900001234,2026/3/4 10:00,,,,,2天\n,都没有,无信号,,2026/3/4 10:00,,,,,\n,坏电话,无信号,老王,2026/3/4 10:00,,,,,\n";
    let Ok(ParsedFile::Complaints(parsed)) =
        parse(Kind::Complaints, csv.as_bytes(), &options(None, Kind::Complaints), &mut |_| {})
    else {
        panic!("complaints")
    };
    assert_eq!((parsed.rows(), parsed.accepted), (4, 2), "{:?}", parsed.rejects);
    let order = &parsed.items[0].item;
    assert_eq!(order.upstream.as_ref().map(|up| up.number.as_str()), Some("GD-052-260304-00001"));
    assert_eq!(order.phone.as_ref().map(domain::contact::Msisdn::masked).as_deref(), Some("138****1234"));
    assert_eq!((order.place.setting, order.place.address.as_str()), (domain::place::Setting::Indoor, "某小区3栋"));
    assert!(order.place.point.is_some() && order.submission.is_none());
    let unnumbered = &parsed.items[1].item;
    assert!(unnumbered.upstream.is_none() && unnumbered.submission.is_some());
    assert_eq!(unnumbered.matter.wanted_by.map(|t| t.to_string()).as_deref(), Some("2026-03-06T02:00:00Z"));
}
