//! M1, M2: what an import writes: nothing twice, versions by date, refused rows apart.

use std::path::Path;
use std::sync::Arc;

use app::clock::SystemClock;
use app::desk::Desk;
use app::import::{self, ApplyOptions, ImportOptions, Kind, Summary};
use domain::check::ElementKind;
use domain::place::{Datum, LonLat, Setting};
use domain::time::Timestamp;
use ran::network::Question;
use store::Location;

async fn desk(directory: &Path) -> Arc<Desk> {
    Desk::open(&Location::Directory(directory.to_owned()), Arc::new(SystemClock)).await.expect("a fresh desk")
}

async fn run(desk: &Desk, kind: Kind, csv: &str, options: ApplyOptions) -> Summary {
    run_bytes(desk, kind, csv.as_bytes(), options).await
}

async fn run_bytes(desk: &Desk, kind: Kind, bytes: &[u8], options: ApplyOptions) -> Summary {
    let reading = ImportOptions { datum: Datum::Wgs84, zone: desk.calendar().zone().clone(), mapping: None };
    let mut parsed = import::parse(kind, bytes, &reading, &mut |_| {}).expect("a file");
    import::apply(desk, kind, &mut parsed, &options, &mut |_| {}).await.expect("applied")
}

fn ids_around(desk: &Desk, lon: f64, at: Timestamp) -> Vec<String> {
    let question = Question {
        place: LonLat::new(lon, 23.1).expect("a place"),
        precision_m: None,
        setting: Setting::Unstated,
        at,
        service: domain::check::Service::Data,
        technology: None,
    };
    let mut ids: Vec<String> =
        desk.network().within(&question, 300.0).into_iter().map(|candidate| candidate.id).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn m2_an_inventory_is_versioned_and_never_imported_twice() {
    let directory = tempfile::tempdir().expect("a directory");
    let desk = desk(directory.path()).await;
    let plain = ApplyOptions::default();
    let first = "cell_id,lon,lat,azimuth,height\nA,113.1,23.1,0,30\nB,113.1001,23.1,120,30\nC,bad,23.1,1,1\nA,113.1,23.1,0,30\n";

    let dry = run(&desk, Kind::Cells, first, ApplyOptions { dry_run: true, ..plain }).await;
    assert_eq!((dry.added, desk.store().inventory().await.expect("read").len()), (2, 0));

    let summary = run(&desk, Kind::Cells, first, plain).await;
    let expected = Summary { rows: 4, accepted: 3, rejected: 1, added: 2, unchanged: 1, ..Summary::default() };
    assert_eq!(summary, expected);
    let again = run(&desk, Kind::Cells, first, plain).await;
    assert_eq!(again, Summary { rows: 4, accepted: 3, rejected: 1, unchanged: 3, ..Summary::default() });

    let long_ago: Timestamp = "2015-01-01T00:00:00Z".parse().expect("an instant");
    assert_eq!(ids_around(&desk, 113.1, long_ago), ["A", "B"]);

    let moved = "cell_id,lon,lat,azimuth,height\nA,113.11,23.1,0,30\nB,113.1001,23.1,130,30\n";
    let summary = run(&desk, Kind::Cells, moved, plain).await;
    assert_eq!((summary.moved, summary.changed, summary.removed), (1, 1, 0));
    assert_eq!(ids_around(&desk, 113.11, desk.now()), ["A"]);
    assert!(ids_around(&desk, 113.1, long_ago).contains(&"A".to_owned()));

    let snapshot = ApplyOptions { full_snapshot: true, ..plain };
    let summary = run(&desk, Kind::Cells, "cell_id,lon,lat,azimuth,height\nA,113.11,23.1,0,30\n", snapshot).await;
    assert_eq!((summary.unchanged, summary.removed), (1, 1));
    let versions = desk.store().inventory().await.expect("read");
    assert_eq!(versions.iter().filter(|version| version.valid_until == Timestamp::END).count(), 1);
    assert!(versions.iter().all(|version| version.element.kind == ElementKind::Cell));
}

#[tokio::test]
async fn m2_facts_are_written_once_and_a_cleared_alarm_changes() {
    let directory = tempfile::tempdir().expect("a directory");
    let desk = desk(directory.path()).await;
    let plain = ApplyOptions::default();
    let active = "object,severity,title,raised,cleared\nA,critical,down,2026-03-04 09:00,\n";
    assert_eq!(run(&desk, Kind::Alarms, active, plain).await.added, 1);
    assert_eq!(run(&desk, Kind::Alarms, active, plain).await.unchanged, 1);
    let cleared = "object,severity,title,raised,cleared\nA,critical,down,2026-03-04 09:00,2026-03-04 10:00\n";
    assert_eq!(run(&desk, Kind::Alarms, cleared, ApplyOptions { dry_run: true, ..plain }).await.changed, 1);
    assert_eq!(run(&desk, Kind::Alarms, cleared, plain).await.changed, 1);
    assert_eq!(desk.store().alarms().await.expect("read").len(), 1);
    // The source's own word for the end: the same id, severity 清除, and the time it ended.
    let raise = "告警流水号,网元,级别,告警标题,发生时间\n7,B,紧急,小区退服,2026-03-04 10:00\n";
    let clear = "告警流水号,网元,级别,告警标题,发生时间\n7,B,清除,小区退服,2026-03-04 12:00\n";
    assert_eq!(run(&desk, Kind::Alarms, raise, plain).await.added, 1);
    assert_eq!(run(&desk, Kind::Alarms, clear, ApplyOptions { dry_run: true, ..plain }).await.changed, 1);
    assert_eq!(run(&desk, Kind::Alarms, clear, plain).await.changed, 1);
    assert_eq!(run(&desk, Kind::Alarms, clear, plain).await.unchanged, 1);
    assert_eq!(run(&desk, Kind::Alarms, raise, plain).await.unchanged, 1);
    let alarms = desk.store().alarms().await.expect("read");
    let ended = alarms.iter().find(|alarm| alarm.id == "7").expect("the alarm");
    assert_eq!(ended.severity, ran::fact::Severity::Critical);
    assert_eq!(ended.cleared, Some("2026-03-04T12:00:00+08:00".parse().expect("an instant")));
    let outage = "小区,类型,开始时间,结束时间\nA,停闭,2026-03-04 09:00,\n";
    assert_eq!(run(&desk, Kind::Outages, outage, plain).await.added, 1);
    assert_eq!(run(&desk, Kind::Outages, outage, plain).await.unchanged, 1);
    let noise = "小区,时间,上行底噪\nA,2026-03-04 09:00,-98\n";
    assert_eq!(run(&desk, Kind::Interference, noise, plain).await.added, 1);
    assert_eq!(run(&desk, Kind::Interference, noise, plain).await.unchanged, 1);
}

#[tokio::test]
async fn m1_a_complaint_is_imported_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let desk = desk(directory.path()).await;
    let plain = ApplyOptions::default();
    let csv = "工单编号,客户电话,投诉时间,投诉内容,经度,纬度\nTS1,13800001234,2026-03-04 09:00,无信号,113.1,23.1\n\
               TS1,13800001234,2026-03-04 09:00,无信号,113.1,23.1\n,13900001234,2026-03-04 10:00,上网慢,,\n,,2026-03-04 10:00,上网慢,,\n";
    let dry = run(&desk, Kind::Complaints, csv, ApplyOptions { dry_run: true, ..plain }).await;
    assert_eq!((dry.rows, dry.added, dry.unchanged, dry.rejected), (4, 2, 1, 1));
    let summary = run(&desk, Kind::Complaints, csv, plain).await;
    assert_eq!((summary.rows, summary.added, summary.unchanged, summary.rejected), (4, 2, 1, 1));
    let again = run(&desk, Kind::Complaints, csv, plain).await;
    assert_eq!((again.added, again.unchanged), (0, 3));
}

#[tokio::test]
async fn m1_m2_the_real_files_are_written_once() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !data.is_dir() {
        eprintln!("skipped: {} is not there", data.display());
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let desk = desk(directory.path()).await;
    let foshan = "foshan_telecom_2015";
    let sheets = "foshan_telecom_2015/engineering_parameters";
    let files = [
        (Kind::Cells, "chengdu_lte_cells/cells.csv".to_owned(), 1998),
        (Kind::Cells, "opencellid_vnm/cells.csv.gz".to_owned(), 17_504),
        (Kind::Cells, format!("{sheets}/foshan_Cell.xlsx"), 5),
        (Kind::Cells, format!("{sheets}/foshan_ENodeb.xlsx"), 5),
        (Kind::Cells, format!("{sheets}/foshan_cdma_cell.xls"), 5),
        (Kind::Alarms, format!("{foshan}/alarms_zte_history_20150914-17.gb18030.csv"), 1753),
        (Kind::Complaints, format!("{foshan}/work_orders_export_A.xls"), 574),
        (Kind::Complaints, format!("{foshan}/work_orders_A.utf8.csv"), 0),
    ];
    for (kind, file, added) in &files {
        let bytes = std::fs::read(data.join(file)).expect(file);
        let summary = run_bytes(&desk, *kind, &bytes, ApplyOptions::default()).await;
        assert_eq!((summary.added, summary.rejected), (*added, 0), "{file}");
        assert_eq!(summary.accepted, summary.added + summary.unchanged, "{file}");
        let again = run_bytes(&desk, *kind, &bytes, ApplyOptions::default()).await;
        assert_eq!((again.unchanged, again.rows), (summary.rows, summary.rows), "{file} again");
    }
    let chengdu = desk.store().inventory().await.expect("read");
    assert!(chengdu.iter().all(|version| version.valid_until == Timestamp::END));
}
