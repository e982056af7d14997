//! `shouwen declaration` through the program: M8.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use common::{House, houses};
use domain::access::Scope;
use domain::person::{Viewer, Who};
use serde_json::Value;
use store::{ListQuery, Store};

const COMPLAINTS: &str = "投诉时间,客户电话,客户姓名,投诉内容,故障地点,客户级别\n\
    2026-11-25 09:15,13800001234,王小明,全楼无信号，请回拨 139 0000 5678；客户要求：两天内恢复,滨江路 8 号,五星\n";

/// The number of the one complaint that was imported.
fn received(house: &House) -> String {
    let file = house.file("complaints.csv", COMPLAINTS);
    house.done(["import", "complaints", file.to_str().unwrap()]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&house.location).await.unwrap();
        let viewer = Viewer { branch: store.branch(), who: Who::House };
        let page =
            store.all_complaints(&Scope::of(&viewer), &ListQuery { limit: 2, ..ListQuery::default() }).await.unwrap();
        store.close().await;
        let [complaint] = page.rows.as_slice() else { panic!("one complaint") };
        complaint.number.to_string()
    })
}

fn missing(answer: &Value) -> Vec<&str> {
    answer["missing"].as_array().unwrap().iter().map(|one| one["part"].as_str().unwrap()).collect()
}

#[test]
fn m8_the_form_is_filled_from_the_record_and_says_what_it_lacks() {
    for house in houses() {
        let number = received(&house);
        let answer = house.json("declaration", ["declaration", &number]);
        let form = &answer["declaration"];
        assert_eq!((&answer["number"], &form["report"]), (&number.as_str().into(), &"first".into()), "{answer:#}");
        assert_eq!(form["claim"], "两天内恢复");
        assert!(form["customer"].as_str().unwrap().contains("王**，138****1234"), "{answer:#}");
        assert!(form["problem"].as_str().unwrap().contains("请回拨 139****5678"), "{answer:#}");
        // Without coordinates there was no check, so there is no source tracing either.
        assert_eq!(missing(&answer), ["source_tracing", "resources", "communication"], "{answer:#}");
        assert!(!answer.to_string().contains("13800001234") && !answer.to_string().contains("0000"), "{answer:#}");
    }
}

#[test]
fn m8_the_sheet_is_written_as_pdf_and_what_is_missing_is_said_beside_it() {
    let house = House::sqlite();
    let number = received(&house);
    let file = house.files.path().join("form.pdf");
    let answer = house.json("declaration", ["declaration", &number, "--out", file.to_str().unwrap()]);
    assert_eq!(answer["pdf"]["pages"], 1, "{answer:#}");
    assert!(std::fs::read(&file).unwrap().starts_with(b"%PDF-"));

    let plain = house.done(["declaration", &number, "--out", file.to_str().unwrap()]);
    assert_eq!(plain.out, "", "the answer is the file");
    assert_eq!(plain.err, "still missing: Source-tracing result, Resources mobilised, Communication\n");
    let shown = house.done(["declaration", &number]);
    assert!(shown.out.contains("Problem\n  全楼无信号"), "{}", shown.out);
}

#[test]
fn m8_a_number_that_is_not_on_record_and_a_file_that_cannot_be_written_are_refused() {
    let house = House::sqlite();
    let unknown = house.run(["declaration", "TS-20260304-0042"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(1), ""));
    assert!(unknown.err.contains("there is no complaint TS-20260304-0042"), "{}", unknown.err);
    let number = received(&house);
    let nowhere = house.files.path().join("no such folder").join("form.pdf");
    let refused = house.run(["declaration", &number, "--out", nowhere.to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("form.pdf"), "{}", refused.err);
}
