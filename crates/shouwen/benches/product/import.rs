//! Imports: 200,000 cells from CSV, 10,000 complaints from a workbook.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use rust_xlsxwriter::Workbook;

use crate::common::{House, houses};
use crate::{bare, figure};

pub fn measure() {
    for house in houses() {
        let engine = bare::name(&house);
        let cells = cells(&house, 200_000);
        let seconds = timed(&house, "cells", &cells);
        figure(&format!("{engine}: import 200,000 cells from CSV"), &format!("{seconds:.1} s"), "-", "≤ 10 s");
        let sheet = workbook(&house, 10_000);
        let seconds = timed(&house, "complaints", &sheet);
        let (rate, slower) = tenths(&house);
        let all = format!("{:.0}/s whole command", 10_000.0 / seconds);
        figure(&format!("{engine}: import 10,000 complaints from xlsx"), &format!("{rate:.0}/s"), &all, "≥ 2,000/s");
        figure("  its last tenth against its first", &format!("{slower:+.0} %"), "-", "≤ +20 %");
    }
}

fn timed(house: &House, kind: &str, file: &std::path::Path) -> f64 {
    let began = Instant::now();
    let summary = house.json("import", ["import", kind, file.to_str().unwrap(), "--datum", "wgs84"]);
    assert_eq!(summary["rejected"], 0, "{summary:#}");
    began.elapsed().as_secs_f64()
}

/// A city of sites with three sectors each.
pub fn cells(house: &House, count: usize) -> PathBuf {
    let mut csv =
        "cell_id,cell_name,site_id,lon,lat,azimuth,height,beam_width,downtilt,technology,frequency\n".to_owned();
    for cell in 0..count {
        let site = cell / 3;
        let (lon, lat) = (113.0 + (site % 300) as f64 * 0.004, 23.0 + (site / 300) as f64 * 0.004);
        let azimuth = cell % 3 * 120;
        let _ = writeln!(csv, "C{cell},示例站{site}-{},S{site},{lon:.6},{lat:.6},{azimuth},30,65,6,LTE,1850", cell % 3);
    }
    house.file("cells.csv", csv)
}

const HEADINGS: [&str; 8] = ["工单编号", "投诉时间", "客户电话", "客户姓名", "投诉内容", "经度", "纬度", "详细地址"];

fn complaint(row: usize) -> [String; 8] {
    let place = row * 7919 % 60_000;
    [
        format!("B{row:06}"),
        format!("2026-11-{:02} {:02}:{:02}", 1 + row % 20, 8 + row % 10, row % 60),
        format!("1990{:07}", row * 31 % 10_000_000),
        "王小明".to_owned(),
        format!("客户反映在家中通话断续、上网缓慢，已持续{}天，要求尽快处理", 1 + row % 9),
        format!("{:.6}", 113.0 + (place % 300) as f64 * 0.004 + 0.0011),
        format!("{:.6}", 23.0 + (place / 300) as f64 * 0.004 + 0.0007),
        format!("示例区示例路{}号", row % 900),
    ]
}

fn workbook(house: &House, rows: usize) -> PathBuf {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in HEADINGS.iter().enumerate() {
        sheet.write(0, column as u16, *heading).unwrap();
    }
    for row in 0..rows {
        for (column, cell) in complaint(row).into_iter().enumerate() {
            sheet.write(row as u32 + 1, column as u16, cell).unwrap();
        }
    }
    let path = house.files.path().join("complaints.xlsx");
    book.save(&path).unwrap();
    path
}

/// The same complaints as CSV, for filling a store.
pub fn csv(house: &House, rows: usize) -> PathBuf {
    let lines = (0..rows).map(|row| complaint(row).join(","));
    house.file("fill.csv", std::iter::once(HEADINGS.join(",")).chain(lines).collect::<Vec<_>>().join("\n"))
}

/// Complaints a second, and by how many percent the last tenth was slower than the first, told from when each batch was received.
fn tenths(house: &House) -> (f64, f64) {
    let times = bare::received(&house.location);
    let tenth = times.len() / 10;
    // A batch is received at one instant; the last one's own writing is not in these times.
    let batches: std::collections::BTreeSet<i64> = times.iter().copied().collect();
    let whole = (times[times.len() - 1] - times[0]) as f64 / 1e6;
    let share = (batches.len() - 1) as f64 / batches.len() as f64;
    let (first, last) = (times[tenth] - times[0], times[times.len() - 1] - times[times.len() - 1 - tenth]);
    (times.len() as f64 * share / whole, (last as f64 / first as f64 - 1.0) * 100.0)
}
