//! The queue page by page, and the network's numbers.

use std::fmt::Write as _;

use app::import::{self, ApplyOptions, ImportOptions, Kind};
use domain::person::Role;
use domain::place::Datum;

use crate::house::{Answer, House};

/// The complaints a page lists, by their address.
fn listed(answer: &Answer) -> Vec<&str> {
    answer.text.split("id=\"row-").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn a_live_refresh_of_the_second_page_is_the_second_page() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    for n in 0..70 {
        let form = [("description", format!("慢 {n}")), ("address", "文三路 188 号".into())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        house.take_in(&handler, &form).await;
    }
    let first = house.get(&handler, "/workbench?view=open").await;
    let next = first.between("rel=\"next\" href=\"", "\"").replace("&amp;", "&");
    let second = house.get(&handler, &next).await;
    assert_eq!((listed(&first).len(), listed(&second).len()), (60, 10));
    for (page, other) in [(&second, &first), (&first, &second)] {
        let refresh = page.between("data-topic=\"queue\" hx-get=\"", "\"").replace("&amp;", "&");
        let again = house.get(&handler, &refresh).await;
        assert_eq!(listed(&again), listed(page), "{refresh}");
        assert_ne!(listed(&again), listed(other));
        assert_eq!(again.between("data-topic=\"queue\" hx-get=\"", "\"").replace("&amp;", "&"), refresh, "and so on");
    }
}

async fn load(house: &House, kind: Kind, csv: &str) {
    let reading = ImportOptions { datum: Datum::Wgs84, zone: house.desk.calendar().zone().clone(), mapping: None };
    let mut parsed = import::parse(kind, csv.as_bytes(), &reading, &mut |_| {}).expect("a file");
    let options = ApplyOptions::default();
    let summary = import::apply(&house.desk, kind, &mut parsed, &options, &mut |_| {}).await.expect("applied");
    assert_eq!(summary.rejected, 0, "{summary:?}");
}

#[tokio::test]
async fn m2_the_network_page_counts_all_elements_and_says_when_it_lists_some() {
    let house = House::new().await;
    let leader = house.person(Role::TeamLeader).await;
    let mut cells = "cell_id,lon,lat,azimuth\n".to_owned();
    for n in 0..20_100 {
        let _ = writeln!(
            cells,
            "C{n},{:.4},{:.4},0",
            113.0 + f64::from(n % 150) / 1000.0,
            23.0 + f64::from(n / 150) / 1000.0
        );
    }
    load(&house, Kind::Cells, &cells).await;
    let mut outages = "小区标识,类型,开始时间\n".to_owned();
    for n in 19_850..20_100 {
        let _ = writeln!(outages, "C{n},停闭,2026-03-04 08:00");
    }
    load(&house, Kind::Outages, &outages).await;
    let page = house.get(&leader, "/network").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("共 20100 个小区和直放站"), "{}", page.between("<aside", "<tbody>"));
    assert!(page.text.contains("data-cause=\"outage\">停闭/退服 <b>250</b>"), "{}", page.between("<aside", "<tbody>"));
    assert_eq!(page.text.matches("<tr data-element=").count(), 200);
    assert!(page.text.contains("有情况的共 250 个，这里列出最重的 200 个"));
    let drawn = house.get(&leader, "/network/elements.json").await;
    assert!(drawn.text.contains("\"truncated\":true"), "the map says that it draws some");
    let exact = house.get(&leader, "/network/elements.json?bbox=113,23,113.149,23.0001&limit=150").await;
    assert!(exact.text.contains("\"truncated\":false"), "as many as there are is not too many");
}
