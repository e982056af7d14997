//! `shouwen import` through the program: what stands, what is rejected, what a second import does. M1, M2.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::path::Path;

use common::{House, houses};
use serde_json::Value;

const CELLS: &str = "cell_id,name,lon,lat,azimuth\nA,甲,113.10,23.10,10\nB,乙,113.11,23.10,20\nC,丙,913.12,23.10,30\nD,丁,113.13,23.10,40\n";

fn import(house: &House, kind: &str, file: &Path, more: &[&str]) -> Value {
    let mut args = vec!["import", kind, file.to_str().unwrap(), "--datum", "wgs84"];
    args.extend(more);
    let summary = house.json("import", args);
    let count = |field: &str| summary[field].as_u64().unwrap();
    assert_eq!(count("accepted") + count("rejected"), count("rows"), "{summary:#}");
    assert_eq!(
        count("added") + count("changed") + count("moved") + count("unchanged"),
        count("accepted"),
        "{summary:#}"
    );
    summary
}

fn counts(summary: &Value) -> [u64; 7] {
    ["rows", "rejected", "added", "changed", "moved", "unchanged", "removed"]
        .map(|field| summary[field].as_u64().unwrap())
}

fn elements(house: &House) -> Vec<String> {
    let answer = house.json("check", ["check", "--lon", "113.11", "--lat", "23.10", "--radius", "20000"]);
    let mut ids: Vec<String> =
        answer["elements"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn m2_good_rows_stand_wrong_ones_come_back_corrected_nothing_twice() {
    for house in houses() {
        let file = house.file("cells.csv", CELLS);
        let first = import(&house, "cells", &file, &[]);
        assert_eq!(counts(&first), [4, 1, 3, 0, 0, 0, 0], "{first:#}");
        assert_eq!(elements(&house), ["A", "B", "D"]);
        let rejects = first["reject_file"].as_str().expect("a reject file").to_owned();
        let text = std::fs::read_to_string(&rejects).unwrap();
        assert!(text.contains("cells.csv") && text.contains("913.12"), "{text}");
        let corrected = house.file("corrected.csv", text.replace(",913.12", ",113.12"));
        let second = import(&house, "cells", &corrected, &[]);
        assert_eq!(counts(&second), [1, 0, 1, 0, 0, 0, 0], "{second:#}");
        assert_eq!(second["reject_file"], Value::Null);
        let third = import(&house, "cells", &file, &[]);
        assert_eq!(counts(&third), [4, 1, 0, 0, 0, 3, 0], "{third:#}");
        assert_eq!(elements(&house), ["A", "B", "C", "D"]);
    }
}

#[test]
fn m2_changed_moved_and_removed_are_told_apart() {
    let house = House::sqlite();
    import(&house, "cells", &house.file("one.csv", CELLS.replace("913.12", "113.12")), &[]);
    // A keeps, B turns, C is 60 m east, D is not listed.
    let next = "cell_id,name,lon,lat,azimuth\nA,甲,113.10,23.10,10\nB,乙,113.11,23.10,25\nC,丙,113.12060,23.10,30\n";
    let file = house.file("two.csv", next);
    let dry = import(&house, "cells", &file, &["--dry-run", "--full-snapshot"]);
    assert_eq!(counts(&dry), [3, 0, 0, 1, 1, 1, 1], "{dry:#}");
    assert_eq!(elements(&house), ["A", "B", "C", "D"], "a dry run writes nothing");
    let partial = import(&house, "cells", &file, &[]);
    assert_eq!(counts(&partial), [3, 0, 0, 1, 1, 1, 0], "an ordinary file says nothing of what it does not list");
    let whole = import(&house, "cells", &file, &["--full-snapshot"]);
    assert_eq!(counts(&whole), [3, 0, 0, 0, 0, 3, 1], "{whole:#}");
}

#[test]
fn m2_a_complaint_of_before_is_judged_on_the_network_of_before() {
    let house = House::sqlite();
    import(&house, "cells", &house.file("one.csv", "cell_id,lon,lat\nA,113.10,23.10\n"), &[]);
    let moved = house.file("two.csv", "cell_id,lon,lat\nA,113.12,23.10\n");
    import(&house, "cells", &moved, &["--valid-from", "2026-06-01 00:00"]);
    let distance = |at: &str| {
        let args = ["check", "--lon", "113.10", "--lat", "23.10", "--at", at, "--radius", "5000"];
        house.json("check", args)["elements"][0]["distance_m"].as_f64().unwrap()
    };
    assert!(distance("2020-01-01 09:00") < 1.0, "the first inventory holds for all earlier dates");
    assert!(distance("2026-05-31 23:59") < 1.0);
    assert!(distance("2026-06-01 00:00") > 2_000.0);
}

#[test]
fn strict_fails_and_keeps_what_is_good() {
    let house = House::sqlite();
    let file = house.file("cells.csv", CELLS);
    let args = ["import", "cells", file.to_str().unwrap(), "--datum", "wgs84", "--strict", "--json"];
    let answer = house.run(args);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert_eq!(counts(&answer.json("import")), [4, 1, 3, 0, 0, 0, 0]);
    assert_eq!(elements(&house), ["A", "B", "D"]);
    let good = house.file("good.csv", "cell_id,lon,lat\nE,113.14,23.10\n");
    house.done(["import", "cells", good.to_str().unwrap(), "--datum", "wgs84", "--strict"]);
}

#[test]
fn m2_coordinates_without_a_datum_are_refused() {
    let house = House::sqlite();
    let file = house.file("cells.csv", CELLS);
    let answer = house.run(["import", "cells", file.to_str().unwrap(), "--json"]);
    assert_eq!(answer.code, Some(1));
    assert!(answer.out.is_empty() && answer.err.contains("--datum"), "{answer:?}");
    assert!(elements(&house).is_empty());
}

#[test]
fn m1_complaints_are_received_once() {
    const SHEET: &str = "工单编号,投诉时间,客户电话,投诉内容,经度,纬度,详细地址\nTS1,2026-11-20 09:00,19900000001,室内没有信号,113.10,23.10,示例路1号\nTS2,2026-11-20 09:10,19900000002,上网慢,,,示例路2号\nTS3,,19900000003,没有时间,,,\nTS1,2026-11-20 09:00,19900000001,室内没有信号,113.10,23.10,示例路1号\n";
    for house in houses() {
        // What Windows programs export.
        let (bytes, _, _) = encoding_rs::GB18030.encode(SHEET);
        let file = house.file("complaints.csv", bytes);
        let dry = import(&house, "complaints", &file, &["--dry-run"]);
        assert_eq!(counts(&dry), [4, 1, 2, 0, 0, 1, 0], "{dry:#}");
        let first = import(&house, "complaints", &file, &[]);
        assert_eq!(counts(&first), [4, 1, 2, 0, 0, 1, 0], "a dry run stores nothing, a number counts once: {first:#}");
        let again = import(&house, "complaints", &file, &[]);
        assert_eq!(counts(&again), [4, 1, 0, 0, 0, 3, 0], "{again:#}");
        let verified = house.json("verify", ["verify"]);
        assert_eq!((&verified["complaints"], &verified["problems"]), (&2.into(), &serde_json::json!([])));
        assert_eq!(verified["evidence"], 1, "only a place can be checked");
    }
}

#[test]
fn what_is_no_table_is_refused_in_words() {
    let house = House::sqlite();
    for (name, content) in [
        ("empty.csv", &b""[..]),
        ("noise.csv", &[0xff, 0xfe, 0x00, 0x12, 0x99, 0x80][..]),
        ("zip.xlsx", b"PK\x03\x04broken"),
        ("other.csv", b"a,b,c\n1,2,3\n"),
    ] {
        let file = house.file(name, content);
        let answer = house.run(["import", "cells", file.to_str().unwrap(), "--datum", "wgs84", "--json"]);
        assert_eq!(answer.code, Some(1), "{name}: {answer:?}");
        assert!(answer.out.is_empty() && !answer.err.is_empty(), "{name}: {answer:?}");
    }
    assert_eq!(house.run(["import", "cells", "/nowhere.csv", "--datum", "wgs84"]).code, Some(1));
    assert_eq!(house.run(["import", "cells", "x.csv", "--datum", "mercator"]).code, Some(2));
    for when in ["yesterday", "2026-02-30 09:00", "2026-03-04", ""] {
        let file = house.file("good.csv", CELLS);
        let (file, from) = (file.to_str().expect("a path"), format!("--valid-from={when}"));
        let answer = house.run(["import", "cells", file, "--datum", "wgs84", &from]);
        assert_eq!(answer.code, Some(2), "{when:?}: {answer:?}");
        assert!(answer.out.is_empty() && answer.err.contains("--valid-from"), "{when:?}: {answer:?}");
    }
    assert!(elements(&house).is_empty(), "nothing was stored");
}

#[test]
fn m2_a_running_service_takes_up_what_is_imported_beside_it() {
    for house in houses() {
        let token = house.done(["token", "create", "eoms"]).out.trim().to_owned();
        let cells = CELLS.replace("913.12", "113.12");
        import(&house, "cells", &house.file("cells.csv", cells), &[]);
        let service = common::service::Service::start(&house);
        let alarms = ["甲", "乙", "丙", "丁"].map(|name| format!("{name},小区退服,严重,{name},2026-01-05 08:00\n"));
        let alarms = format!("告警流水号,告警标题,级别,小区名称,发生时间\n{}", alarms.concat());
        let alarms = house.file("alarms.csv", alarms);
        import(&house, "alarms", &alarms, &[]);
        let mut connection = common::http::Connection::open(service.address).unwrap();
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let known = (0..100).any(|turn| {
            let body = format!(
                r#"{{"externalId":"E{turn}","description":"慢","severity":"一般","ticketType":"网络质量",
                "troubleTime":"2026-01-06T01:00:00Z",
                "place":{{"longitude":113.1,"latitude":23.101,"crs":"wgs84"}}}}"#
            );
            let answer = connection.send("POST", "/tmf-api/troubleTicket/v4/troubleTicket", &headers, &body).unwrap();
            let ticket: Value = serde_json::from_str(&answer.body).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(200));
            ticket["verdict"]["cause"].as_str().is_some_and(|cause| cause == "fault")
        });
        assert!(known, "the check of a new complaint knows the imported alarm");
        service.stop();
    }
}
