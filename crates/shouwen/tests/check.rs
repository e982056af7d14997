//! `shouwen check` on an inventory written here, its geometry computed here again: M2.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::fmt::Write as _;

use common::House;
use serde_json::Value;

const LON: f64 = 113.264385;
const LAT: f64 = 23.129112;

/// id, metres east, metres north, azimuth (none = omnidirectional).
const CELLS: [(&str, f64, f64, Option<f64>); 6] = [
    ("N-1", 0.0, 400.0, Some(180.0)),
    ("E-1", 700.0, 0.0, Some(90.0)),
    ("S-1", -30.0, -300.0, Some(0.0)),
    ("W-1", -900.0, 200.0, Some(95.0)),
    ("O-1", 350.0, 350.0, None),
    ("F-1", 2_900.0, -1_200.0, Some(300.0)),
];

fn place_of(east: f64, north: f64) -> (f64, f64) {
    let metre = 1.0 / 111_195.0;
    (LON + east * metre / LAT.to_radians().cos(), LAT + north * metre)
}

fn inventory() -> String {
    let mut csv = "cell_id,cell_name,site_id,lon,lat,azimuth,height,beam_width,technology\n".to_owned();
    for (id, east, north, azimuth) in CELLS {
        let (lon, lat) = place_of(east, north);
        let azimuth = azimuth.map(|azimuth| azimuth.to_string()).unwrap_or_default();
        let _ = writeln!(csv, "{id},小区 {id},{},{lon:.8},{lat:.8},{azimuth},30,65,LTE", &id[..1]);
    }
    csv
}

fn house() -> House {
    let house = House::sqlite();
    let file = house.file("cells.csv", inventory());
    let summary = house.json("import", ["import", "cells", file.to_str().unwrap(), "--datum", "wgs84"]);
    assert_eq!((&summary["added"], &summary["rejected"]), (&6.into(), &0.into()), "{summary:#}");
    house
}

/// Great-circle distance and initial bearing from one place to another, on the documented sphere.
fn course(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let ((lon1, lat1), (lon2, lat2)) = (from, to);
    let (a, b, d) = (lat1.to_radians(), lat2.to_radians(), (lon2 - lon1).to_radians());
    let central = (a.sin() * b.sin() + a.cos() * b.cos() * d.cos()).clamp(-1.0, 1.0).acos();
    let bearing = (d.sin() * b.cos()).atan2(a.cos() * b.sin() - a.sin() * b.cos() * d.cos()).to_degrees();
    (6_371_008.8 * central, bearing.rem_euclid(360.0))
}

fn check(house: &House, more: &[&str]) -> Value {
    let (lon, lat) = (LON.to_string(), LAT.to_string());
    let mut args = vec!["check", "--lon", &lon, "--lat", &lat];
    args.extend(more);
    house.json("check", args)
}

#[test]
fn m2_distance_bearing_and_angle_are_those_of_the_map() {
    let house = house();
    let answer = check(&house, &["--radius", "5000"]);
    let elements = answer["elements"].as_array().unwrap();
    assert_eq!(elements.len(), CELLS.len());
    for (id, east, north, azimuth) in CELLS {
        let element = elements.iter().find(|element| element["id"] == id).unwrap_or_else(|| panic!("{id}: {answer:#}"));
        let there = place_of(east, north);
        let (distance, bearing) = course((LON, LAT), there);
        let back = course(there, (LON, LAT)).1;
        let off = azimuth.map_or(0.0, |azimuth| {
            let turn: f64 = (back - azimuth).rem_euclid(360.0);
            turn.min(360.0 - turn)
        });
        let number = |field: &str| element[field].as_f64().unwrap();
        assert!((number("distance_m") - distance).abs() < distance * 0.005 + 1.0, "{id}: {distance} {element:#}");
        assert!((number("bearing_deg") - bearing).abs() < 0.5, "{id}: {bearing} {element:#}");
        assert!((number("off_axis_deg") - off).abs() < 0.5, "{id}: {off} {element:#}");
        assert_eq!(element["kind"], "cell");
    }
    let distances: Vec<f64> = elements.iter().map(|element| element["distance_m"].as_f64().unwrap()).collect();
    assert!(distances.is_sorted(), "nearest first: {distances:?}");
}

#[test]
fn m2_candidates_are_ranked_by_level_and_a_back_lobe_stays_one() {
    let house = house();
    let answer = check(&house, &[]);
    assert!(answer.get("elements").is_none(), "only with --radius");
    let candidates = answer["candidates"].as_array().unwrap();
    let ranks: Vec<u64> = candidates.iter().map(|one| one["rank"].as_u64().unwrap()).collect();
    assert_eq!(ranks, (1..=candidates.len() as u64).collect::<Vec<_>>());
    let levels: Vec<f64> = candidates.iter().map(|one| one["predicted_dbm"].as_f64().unwrap()).collect();
    assert!(levels.is_sorted_by(|a, b| a >= b), "{levels:?}");
    let behind = candidates.iter().find(|one| one["id"] == "E-1").expect("an angle removes no candidate");
    assert!((behind["off_axis_deg"].as_f64().unwrap() - 180.0).abs() < 1.0);
    assert!(candidates.iter().all(|one| (-140.0..=-40.0).contains(&one["predicted_dbm"].as_f64().unwrap())));
}

#[test]
fn m2_a_radius_lists_exactly_what_lies_within() {
    let house = house();
    let answer = check(&house, &["--radius", "500"]);
    let mut ids: Vec<_> =
        answer["elements"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["N-1", "O-1", "S-1"]);
}

#[test]
fn m2_another_datum_is_the_same_place() {
    let house = house();
    let here = check(&house, &[]);
    // The same place in GCJ-02, a published pair.
    let args = ["check", "--lon", "113.269715", "--lat", "23.126435", "--datum", "gcj02"];
    let there = house.json("check", args);
    let first = |answer: &Value| answer["candidates"][0]["distance_m"].as_f64().unwrap();
    assert_eq!(here["candidates"][0]["id"], there["candidates"][0]["id"]);
    assert!((first(&here) - first(&there)).abs() < 1.5);
}

#[test]
fn m2_an_alarm_at_that_time_is_a_fault_and_another_time_is_not() {
    let house = house();
    let alarms = "告警流水号,告警标题,级别,发生时间,清除时间,小区名称\n1,小区退服,严重,2026-11-20 08:00,2026-11-20 12:00,小区 N-1\n2,小区退服,严重,2026-11-20 08:00,2026-11-20 12:00,小区 S-1\n";
    let file = house.file("alarms.csv", alarms);
    let summary = house.json("import", ["import", "alarms", file.to_str().unwrap()]);
    assert_eq!(summary["accepted"], 2, "{summary:#}");
    let during = check(&house, &["--at", "2026-11-20 09:00"]);
    assert_eq!(during["verdict"]["cause"], "fault", "{during:#}");
    assert_eq!(during["at"], "2026-11-20T01:00:00Z");
    let cell = during["candidates"].as_array().unwrap().iter().find(|one| one["id"] == "N-1").unwrap();
    assert_eq!(cell["facts"][0]["since"], "2026-11-20T00:00:00Z");
    assert_eq!(cell["facts"][0]["active"], true);
    let later = check(&house, &["--at", "2026-11-25 09:00"]);
    assert_ne!(later["verdict"]["cause"], "fault", "{later:#}");
}

#[test]
fn m2_where_nothing_is_known_it_says_unknown() {
    let house = House::sqlite();
    let answer = check(&house, &[]);
    assert_eq!(answer["verdict"]["cause"], "unknown");
    assert!(!answer["verdict"]["unknown"].as_array().unwrap().is_empty());
    assert!(!answer["reply"]["zh"].as_str().unwrap().is_empty());
}

#[test]
fn m2_many_places_are_answered_in_order() {
    let house = house();
    let mut csv = "\u{feff}lon,lat,at\n".to_owned();
    let places: Vec<(f64, f64)> = (0..50).map(|n| place_of(f64::from(n) * 20.0 - 500.0, 10.0)).collect();
    for (lon, lat) in &places {
        let _ = writeln!(csv, "{lon},{lat},2026-11-20 09:00");
    }
    let file = house.file("points.csv", csv);
    let answer = house.done(["check", "--points", file.to_str().unwrap()]);
    let lines: Vec<Value> = answer.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), places.len());
    for (line, (lon, lat)) in lines.iter().zip(&places) {
        common::schema::hold("check", line);
        assert!((line["place"]["lon"].as_f64().unwrap() - lon).abs() < 1e-9);
        assert!((line["place"]["lat"].as_f64().unwrap() - lat).abs() < 1e-9);
    }
    let wrong = house.file("wrong.csv", "lon,lat\n113.2,23.1\n913.2,23.1\nhere,there\n113.3,23.1\n");
    let answer = house.run(["check", "--points", wrong.to_str().unwrap()]);
    assert_eq!(answer.code, Some(1));
    let lines: Vec<Value> = answer.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4, "a wrong row does not stop the others");
    assert_eq!((&lines[1]["row"], &lines[2]["row"]), (&3.into(), &4.into()));
    assert!(lines[3].get("verdict").is_some());
}

#[test]
fn m2_what_is_no_place_is_refused() {
    let house = House::sqlite();
    for (lon, lat) in [("181", "23"), ("113", "91"), ("NaN", "23"), ("inf", "23"), ("abc", "23")] {
        let answer = house.run(["check", "--lon", lon, "--lat", lat]);
        assert_ne!(answer.code, Some(0), "{lon} {lat}");
        assert!(answer.out.is_empty() && !answer.err.is_empty(), "{answer:?}");
    }
    assert_eq!(house.run(["check"]).code, Some(2));
    assert_eq!(house.run(["check", "--points", "/nowhere.csv"]).code, Some(1));
}
