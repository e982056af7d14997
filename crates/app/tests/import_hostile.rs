//! No bytes make an import panic, and every row of what is read is accepted or refused.

use app::import::{ALL, ImportOptions, ParsedFile, parse};
use domain::place::Datum;
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn options() -> ImportOptions {
    ImportOptions { datum: Datum::Bd09, zone: TimeZone::UTC, mapping: None }
}

fn run(bytes: &[u8]) {
    for kind in ALL {
        let rejects = match parse(kind, bytes, &options(), &mut |_| {}) {
            Ok(ParsedFile::Inventory(parsed)) => parsed.write_rejects(std::io::sink(), "x"),
            Ok(ParsedFile::Alarms(parsed)) => parsed.write_rejects(std::io::sink(), "x"),
            Ok(ParsedFile::Outages(parsed)) => parsed.write_rejects(std::io::sink(), "x"),
            Ok(ParsedFile::Interference(parsed)) => parsed.write_rejects(std::io::sink(), "x"),
            Ok(ParsedFile::Complaints(parsed)) => parsed.write_rejects(std::io::sink(), "x"),
            Err(error) => {
                assert!(!error.told().zh.is_empty());
                Ok(())
            }
        };
        rejects.expect("a sink takes everything");
    }
}

/// A workbook's bytes with some of them changed.
fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, (heading, value)) in [("小区名", "甲"), ("经度", "113.1"), ("纬度", "23.1")].into_iter().enumerate()
    {
        sheet.write(0, column as u16, heading).expect("a cell");
        sheet.write(1, column as u16, value).expect("a cell");
    }
    book.save_to_buffer().expect("a workbook")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        run(&bytes);
    }

    #[test]
    fn random_cells_under_real_headings(cells in proptest::collection::vec("[^\\n\"]{0,12}", 0..120)) {
        let heads = [
            "cell_id,lon,lat,azimuth,height,带宽,频点,频段,制式,beam_width,机械下倾角,rs_power",
            "小区,告警级别,告警标题,发生时间,恢复时间,类型,开始时间,结束时间,上行底噪,周期,时间,网元",
            "sheetId,customPhone,complaintTime,complaintDesc,经度,纬度,处理时限,受理渠道,室内外,基站编号,小区编号,备注",
        ];
        for head in heads {
            let body: Vec<String> = cells.chunks(12).map(|row| row.join(",")).collect();
            run(format!("{head}\n{}\n", body.join("\n")).as_bytes());
        }
    }

    #[test]
    fn damaged_workbooks(at in 0_usize..6_000, byte in any::<u8>(), cut in 0_usize..6_000) {
        let mut bytes = workbook();
        let length = bytes.len();
        bytes[at % length] = byte;
        run(&bytes);
        bytes.truncate(cut % length);
        run(&bytes);
    }
}
