//! What the check concludes, rule by rule (M2).

#[path = "common/town.rs"]
mod town;

use domain::check::{Candidate, Cause, Confidence, ElementKind, FactKind, NetworkCheck, Service, Technology};
use domain::place::Setting;
use domain::time::Timestamp;
use ran::element::ElementVersion;
use ran::fact::{OutageKind, Severity, Target};
use ran::network::{ElementState, Window};
use rstest::rstest;
use town::{Town, alarm, always, cell, hours, monday, noise, offset, on, outage, question, square};

/// A north of the square and B farther east, both looking at it.
fn two_sites() -> [ran::element::Element; 2] {
    [cell("A-1", offset(0.0, 150.0), 180.0), cell("B-1", offset(400.0, 0.0), 270.0)]
}

fn named<'a>(check: &'a NetworkCheck, id: &str) -> &'a Candidate {
    check.candidates.iter().find(|one| one.id == id).expect("among the candidates")
}

fn told(check: &NetworkCheck) -> (Cause, Confidence, Option<&str>) {
    (check.verdict.cause, check.verdict.confidence, check.verdict.element.as_deref())
}

#[test]
fn m2_a_broken_best_server_is_the_cause_and_a_good_neighbour_only_lowers_the_confidence() {
    let mut alone = Town::watched([cell("A-1", offset(0.0, 150.0), 180.0), cell("C-1", offset(1_400.0, 0.0), 90.0)]);
    alone.alarms.push(alarm(on("A-1"), "LTE小区退出服务", Severity::Critical));
    assert_eq!(told(&alone.check()), (Cause::Fault, Confidence::High, Some("A-1")));

    let mut beside = Town::watched(two_sites());
    beside.alarms.push(alarm(on("A-1"), "LTE小区退出服务", Severity::Critical));
    let check = beside.check();
    assert_eq!(told(&check), (Cause::Fault, Confidence::Medium, Some("A-1")));
    let sentence = &check.verdict.evidence[0];
    for word in ["小区A-1", "150 m", "LTE小区退出服务", "2026-11-23 08:00"] {
        assert!(sentence.zh.contains(word) && sentence.en.contains(word), "{sentence:?} lacks {word}");
    }
}

#[test]
fn m2_a_fault_far_down_the_list_is_told_but_not_the_cause() {
    let ring = (0..6).map(|n| cell(&format!("N{n}-1"), offset(60.0 * f64::from(n), 120.0), 180.0));
    let mut town = Town::watched(ring.chain([cell("Z-1", offset(700.0, 0.0), 200.0)]));
    town.alarms.push(alarm(on("Z-1"), "小区不可用", Severity::Critical));
    let check = town.check();
    assert_eq!(check.verdict.cause, Cause::NothingFound);
    assert_eq!(named(&check, "Z-1").facts.len(), 1);
}

#[rstest]
#[case("天馈驻波比异常", Severity::Minor, Cause::Fault, Confidence::Low)]
#[case("软件运行异常", Severity::Critical, Cause::Fault, Confidence::Medium)]
#[case("X2断链告警", Severity::Major, Cause::Fault, Confidence::Low)]
fn m2_an_alarm_that_takes_no_service_weighs_less(
    #[case] title: &str,
    #[case] severity: Severity,
    #[case] cause: Cause,
    #[case] confidence: Confidence,
) {
    let mut town = Town::watched(two_sites());
    town.alarms.push(alarm(on("A-1"), title, severity));
    let check = town.check();
    assert_eq!(told(&check), (cause, confidence, Some("A-1")));
    assert!(!named(&check, "A-1").facts[0].takes_service);
}

#[test]
fn m2_alarms_count_from_a_day_before_to_the_time_asked_about() {
    let mut town = Town::watched(two_sites());
    let mut timed = |title: &str, raised: i64, cleared: Option<i64>| {
        let mut one = alarm(on("A-1"), title, Severity::Major);
        one.raised = monday().plus_seconds(hours(raised));
        one.cleared = cleared.map(|h| monday().plus_seconds(hours(h)));
        town.alarms.push(one);
    };
    timed("小区不可用 早已恢复", -40, Some(-30));
    timed("小区不可用 刚恢复", -5, Some(-1));
    timed("小区不可用 久未恢复", -400, None);
    timed("小区不可用 之后发生", 1, None);
    let check = town.check();
    let titles: Vec<(&str, bool)> =
        named(&check, "A-1").facts.iter().map(|fact| (fact.title.as_str(), fact.active)).collect();
    assert_eq!(titles, [("小区不可用 久未恢复", true), ("小区不可用 刚恢复", false)]);
}

#[rstest]
#[case(-2, Cause::Fault, Confidence::Low)]
#[case(-10, Cause::Fault, Confidence::Low)]
#[case(-30, Cause::NothingFound, Confidence::Low)]
fn m2_a_fault_that_was_over_is_a_hint_only(#[case] cleared: i64, #[case] cause: Cause, #[case] confidence: Confidence) {
    let mut town = Town::watched(two_sites());
    let mut over = alarm(on("A-1"), "小区不可用", Severity::Critical);
    over.raised = monday().plus_seconds(hours(-40));
    over.cleared = Some(monday().plus_seconds(hours(cleared)));
    town.alarms.push(over);
    let check = town.check();
    assert_eq!((check.verdict.cause, check.verdict.confidence), (cause, confidence));
}

#[test]
fn m2_an_alarm_of_one_part_of_a_site_is_less_sure_than_one_of_the_whole() {
    let site = |title: &str| {
        let mut town = Town::watched([cell("A-1", offset(0.0, 150.0), 180.0), cell("A-2", offset(0.0, 150.0), 300.0)]);
        let target = Target { site: Some("A".into()), ..Target::default() };
        town.alarms.push(alarm(target, title, Severity::Critical));
        town.check().verdict.confidence
    };
    assert_eq!((site("基站退出服务"), site("RRU链路断")), (Confidence::High, Confidence::Medium));
}

#[rstest]
#[case(OutageKind::ShutDown, Cause::Outage, ElementState::Outage)]
#[case(OutageKind::OutOfService, Cause::Outage, ElementState::Outage)]
#[case(OutageKind::EnergySaving, Cause::Outage, ElementState::EnergySaving)]
#[case(OutageKind::PlannedWork, Cause::PlannedWork, ElementState::PlannedWork)]
#[case(OutageKind::Relocation, Cause::Relocation, ElementState::Outage)]
fn m2_each_kind_of_outage_names_its_cause(#[case] kind: OutageKind, #[case] cause: Cause, #[case] state: ElementState) {
    let mut town = Town::watched(two_sites());
    town.outages.push(outage(on("A-1"), kind));
    let network = town.network();
    assert_eq!(told(&network.check(&question(square()))), (cause, Confidence::Medium, Some("A-1")));
    let detail = network.element(ElementKind::Cell, "A-1", monday()).expect("A-1 is known");
    assert_eq!((detail.view.state, detail.facts.len()), (state, 1));
    let window = Window { west: 103.99, south: 30.59, east: 104.01, north: 30.61 };
    assert_eq!(network.visible(window, monday(), 10).len(), 2);
}

#[test]
fn m2_an_announced_outage_is_believed_less_than_an_observed_one() {
    let mut town = Town::watched(two_sites());
    town.outages.push(ran::fact::Outage { planned: true, ..outage(on("A-1"), OutageKind::PlannedWork) });
    assert_eq!(told(&town.check()), (Cause::PlannedWork, Confidence::Low, Some("A-1")));
}

#[rstest]
#[case(-98.0, Cause::Interference, Confidence::Medium)]
#[case(-105.0, Cause::Interference, Confidence::Medium)]
#[case(-108.0, Cause::Interference, Confidence::Low)]
#[case(-112.0, Cause::NothingFound, Confidence::Low)]
fn m2_uplink_noise_is_an_alarm_from_105_and_watched_from_110(
    #[case] noise_dbm: f32,
    #[case] cause: Cause,
    #[case] confidence: Confidence,
) {
    let mut town = Town::watched(two_sites());
    town.interference.push(noise(on("A-1"), noise_dbm));
    let check = town.check();
    assert_eq!((check.verdict.cause, check.verdict.confidence), (cause, confidence));
}

#[test]
fn m2_a_cell_moved_away_is_a_fact_where_it_stood() {
    let moved = monday().plus_seconds(-hours(50));
    let mut town = Town::watched([cell("B-1", offset(700.0, 0.0), 270.0)]);
    let until = ElementVersion { valid_until: moved, ..always(cell("A-1", offset(0.0, 150.0), 180.0)) };
    let since = ElementVersion { valid_from: moved, ..always(cell("A-1", offset(0.0, 900.0), 180.0)) };
    town.inventory.extend([until, since]);
    let network = town.network();
    let check = network.check(&question(square()));
    assert_eq!((check.verdict.cause, check.verdict.element.as_deref()), (Cause::Relocation, Some("A-1")));
    let told = &named(&check, "A-1").facts[0];
    assert_eq!(
        (told.kind, told.value.as_deref(), told.since),
        (FactKind::Relocation, Some("moved 750 m"), Some(moved))
    );
    assert_eq!(check.candidates.iter().filter(|one| one.id == "A-1").count(), 1, "one candidate per element");
    assert!((named(&check, "A-1").distance_m - 900.0).abs() < 1.0, "told at its present place");

    let before = ran::network::Question { at: moved.plus_seconds(-1), ..question(square()) };
    let check = network.check(&before);
    assert!(
        (named(&check, "A-1").distance_m - 150.0).abs() < 1.0,
        "an old complaint is judged on the network of its day"
    );
    assert!(named(&check, "A-1").facts.is_empty());
}

#[test]
fn m2_a_cell_that_left_the_inventory_is_ranked_by_what_it_gave() {
    let gone = monday().plus_seconds(-hours(72));
    let mut town = Town::watched([cell("B-1", offset(700.0, 0.0), 270.0)]);
    town.inventory.push(ElementVersion { valid_until: gone, ..always(cell("A-1", offset(0.0, 150.0), 180.0)) });
    let check = town.check();
    assert_eq!((check.verdict.cause, check.verdict.element.as_deref()), (Cause::Relocation, Some("A-1")));
    let removed = named(&check, "A-1");
    assert_eq!((removed.rank, removed.facts[0].kind, removed.facts[0].since), (1, FactKind::Removal, Some(gone)));
}

#[test]
fn m2_a_cell_not_on_air_is_no_server() {
    let mut engineered = cell("A-1", offset(0.0, 150.0), 180.0);
    engineered.on_air = false;
    let check = Town::watched([engineered, cell("B-1", offset(400.0, 0.0), 270.0)]).check();
    assert_eq!(named(&check, "A-1").facts[0].kind, FactKind::NotYetInService);
    assert_eq!(check.verdict.cause, Cause::NothingFound, "what never served cannot be missed");

    let shut = monday().plus_seconds(-hours(30));
    let mut off = cell("A-1", offset(0.0, 150.0), 180.0);
    off.on_air = false;
    let mut town = Town::watched([cell("B-1", offset(400.0, 0.0), 270.0)]);
    let was_on = ElementVersion { valid_until: shut, ..always(cell("A-1", offset(0.0, 150.0), 180.0)) };
    town.inventory.extend([was_on, ElementVersion { valid_from: shut, ..always(off) }]);
    assert_eq!(told(&town.check()), (Cause::Outage, Confidence::Medium, Some("A-1")));
}

#[test]
fn m2_the_donors_fault_reaches_its_repeater() {
    let mut repeater = cell("R-9", offset(40.0, 0.0), 0.0);
    repeater.kind = ElementKind::Repeater;
    repeater.donor = Some("小区D-1".to_owned());
    let donor = cell("D-1", offset(0.0, 3_000.0), 0.0);
    let mut town = Town::watched([repeater, donor]);
    town.alarms.push(alarm(on("D-1"), "小区不可用", Severity::Critical));
    let check = town.check();
    assert_eq!((check.verdict.cause, check.verdict.element.as_deref()), (Cause::Fault, Some("R-9")));
    assert_eq!(named(&check, "R-9").facts[0].via.as_deref(), Some("D-1"));
    assert!(check.verdict.evidence[0].zh.contains("信源 D-1"));
}

#[rstest]
#[case(Target { site: Some("A".into()), ..Target::default() })]
#[case(Target { site_name: Some("春熙路(A)".into()), ..Target::default() })]
#[case(Target { element: Some("春熙路（A）".into()), ..Target::default() })]
#[case(Target { element: Some("unheard of".into()), site: Some("A".into()), ..Target::default() })]
fn m2_an_alarm_of_a_site_touches_each_of_its_cells(#[case] target: Target) {
    let mut town = Town::watched([cell("A-1", offset(0.0, 150.0), 180.0), cell("A-2", offset(0.0, 150.0), 300.0)]);
    town.alarms.push(alarm(target, "基站退出服务", Severity::Critical));
    let check = town.check();
    assert!(check.candidates.iter().all(|one| one.facts[0].via.is_some()), "{:?}", check.candidates);
    assert_eq!(told(&check), (Cause::Fault, Confidence::High, Some("A-1")));
}

#[test]
fn m2_what_is_not_known_is_never_normal() {
    let nothing = Town::default().check();
    assert_eq!(nothing.verdict.cause, Cause::Unknown);
    let unwatched = Town { alarms: Vec::new(), ..Town::watched(two_sites()) };
    let check = unwatched.check();
    assert_eq!(check.verdict.cause, Cause::Unknown);
    assert!(check.verdict.unknown.iter().any(|line| line.en.contains("No alarm data was ever loaded")));

    let network = Town::watched(two_sites()).network();
    let later = ran::network::Question { at: monday().plus_seconds(hours(24 * 60)), ..question(square()) };
    assert_eq!(network.check(&later).verdict.cause, Cause::Unknown, "a feed that stopped two months ago says nothing");
    assert_eq!(network.check(&question(square())).verdict.cause, Cause::NothingFound);
    let abroad = question(offset(400_000.0, 0.0));
    assert_eq!(network.check(&abroad).verdict.cause, Cause::Unknown, "the inventory does not cover the place");
    let country = network.check(&question(offset(20_000.0, 0.0)));
    assert_eq!((country.verdict.cause, country.candidates.len()), (Cause::WeakCoverage, 0));
}

#[test]
fn m2_alarms_of_another_network_are_no_alarm_data() {
    let mut town = Town::watched(two_sites());
    town.alarms = vec![alarm(on("别处的小区"), "小区不可用", Severity::Major)];
    let check = town.check();
    assert_eq!(check.verdict.cause, Cause::Unknown);
    assert!(check.verdict.unknown.iter().any(|line| line.en.contains("None of the 1 records of alarms")));
}

#[test]
fn m2_walls_are_stated_and_counted() {
    let town = || Town::watched([cell("A-1", offset(0.0, 330.0), 180.0)]).network();
    let asked = |setting| ran::network::Question { setting, ..question(square()) };
    assert_eq!(town().check(&asked(Setting::Outdoor)).verdict.cause, Cause::NothingFound);
    let indoors = town().check(&asked(Setting::Indoor));
    assert_eq!(indoors.verdict.cause, Cause::WeakCoverage);
    assert!(
        indoors.verdict.evidence.iter().any(|line| line.zh.contains("穿透损耗") && line.en.contains("penetration"))
    );
    let unstated = town().check(&asked(Setting::Unstated));
    assert!(unstated.verdict.unknown.iter().any(|line| line.zh.contains("未说明室内还是室外")));
}

#[test]
fn m2_a_phone_network_does_not_stand_in_for_data() {
    let mut gsm = cell("G-1", offset(50.0, 100.0), 200.0);
    gsm.technology = Some(Technology::Gsm);
    let mut town = Town::watched([gsm, cell("A-1", offset(0.0, 150.0), 180.0)]);
    town.alarms.push(alarm(on("A-1"), "小区不可用", Severity::Critical));
    let network = town.network();
    let asked = |service| ran::network::Question { service, ..question(square()) };
    assert_eq!(told(&network.check(&asked(Service::Data))), (Cause::Fault, Confidence::High, Some("A-1")));
    assert_eq!(network.check(&asked(Service::Voice)).verdict.confidence, Confidence::Medium);
}

#[test]
fn m2_a_condensed_check_keeps_the_strongest_and_all_that_is_known() {
    let ring = (0..30).map(|n| cell(&format!("N{n}-1"), offset(20.0 * f64::from(n), 120.0), 180.0));
    let mut town = Town::watched(ring);
    town.alarms.push(alarm(on("N29-1"), "天馈驻波比异常", Severity::Minor));
    let check = town.check();
    let brief = check.clone().condensed(5);
    assert_eq!((check.candidates.len(), brief.candidates.len(), brief.omitted), (30, 6, 24));
    assert!(brief.candidates.iter().any(|one| one.id == "N29-1"));
    assert_eq!(brief.verdict, check.verdict);
}

/// Readers share one network and never wait.
#[test]
fn m2_a_network_is_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Town::default().network());
}

#[test]
fn m2_the_reply_speaks_to_a_customer() {
    let mut town = Town::watched(two_sites());
    town.alarms.push(alarm(on("A-1"), "LTE小区退出服务", Severity::Critical));
    let reply = town.check().reply;
    assert!(reply.zh.starts_with("您好") && reply.zh.contains("故障"));
    for inside in ["A-1", "小区", "dBm", "RSRP"] {
        assert!(!reply.zh.contains(inside) && !reply.en.contains(inside), "{reply:?} says {inside}");
    }
}

#[test]
fn m2_a_radius_lists_all_that_stand_there_nearest_first() {
    let network = Town::watched([
        cell("A-1", offset(0.0, 150.0), 180.0),
        cell("B-1", offset(400.0, 0.0), 270.0),
        cell("C-1", offset(0.0, -380.0), 180.0),
    ])
    .network();
    let listed = network.within(&question(square()), 390.0);
    assert_eq!(listed.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["A-1", "C-1"]);
    let check = network.check(&question(square()));
    assert!(listed.iter().all(|one| named(&check, &one.id).rank == one.rank));
    assert_eq!(network.len(), 4);
    assert_eq!(network.element(ElementKind::Cell, "A-1", Timestamp::BEGINNING).map(|d| d.view.id), Some("A-1".into()));
    assert_eq!(network.element(ElementKind::Repeater, "A-1", monday()), None);
}
