//! Which elements could serve: the index against brute force, and what holds for every answer (M2).

#[path = "common/town.rs"]
#[expect(dead_code, reason = "shared with the tests of the verdict")]
mod town;

use domain::check::{Cause, ElementKind, Service, Technology};
use domain::place::Setting;
use domain::time::Timestamp;
use proptest::prelude::*;
use ran::element::{Element, ElementVersion, Environment};
use ran::fact::Severity;
use ran::network::{Network, Question};
use ran::propagation::Model;
use town::{Town, alarm, always, cell, hours, monday, offset, on, question, square};

#[test]
fn m2_the_angle_off_the_axis_lowers_the_level_and_never_removes() {
    let turned = (0..12).map(|n| cell(&format!("T{n}-1"), offset(0.0, 300.0), 30.0 * n as f32));
    let check = Town::watched(turned).check();
    assert_eq!(check.candidates.len(), 12);
    for pair in check.candidates.windows(2) {
        assert!(pair[0].off_axis_deg <= pair[1].off_axis_deg + 1e-6);
        assert!(pair[0].predicted_dbm >= pair[1].predicted_dbm);
    }
}

#[test]
fn m2_angles_and_distances_are_as_the_contract_says() {
    let check = Town::watched([cell("A-1", offset(300.0, 0.0), 180.0)]).check();
    let one = &check.candidates[0];
    assert!((one.distance_m - 300.0).abs() < 0.5, "{one:?}");
    assert!((one.bearing_deg - 90.0).abs() < 0.1, "from the place to the element, clockwise from north: {one:?}");
    assert!(
        (one.off_axis_deg - 90.0).abs() < 0.1,
        "between the axis (south) and the line to the place (west): {one:?}"
    );
    let mut round = cell("O-1", offset(300.0, 0.0), 180.0);
    round.antenna.azimuth_deg = None;
    let check = Town::watched([round]).check();
    assert!(check.candidates[0].off_axis_deg.abs() < f64::EPSILON && check.candidates[0].azimuth_deg.is_none());
}

#[test]
fn m2_a_technology_asked_about_leaves_out_the_others() {
    let mut gsm = cell("G-1", offset(50.0, 100.0), 200.0);
    gsm.technology = Some(Technology::Gsm);
    let mut unsaid = cell("U-1", offset(60.0, 100.0), 200.0);
    unsaid.technology = None;
    let network = Town::watched([gsm, unsaid, cell("A-1", offset(0.0, 150.0), 180.0)]).network();
    let check = network.check(&Question { technology: Some(Technology::Lte), ..question(square()) });
    let mut ids: Vec<&str> = check.candidates.iter().map(|one| one.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["A-1", "U-1"]);
}

prop_compose! {
    fn element()(
        id in 0..60_u32, east in -9_000.0..9_000.0f64, north in -9_000.0..9_000.0f64, azimuth in prop::option::of(0.0..360.0f32),
        height in prop::option::of(0.0..80.0f32), power in prop::option::of(-5.0..20.0f32), gain in prop::option::of(8.0..20.0f32),
        repeater in prop::bool::weighted(0.1), indoor in prop::bool::weighted(0.1), on_air in prop::bool::weighted(0.9),
        environment in prop::option::of(prop::sample::select(vec![Environment::DenseUrban, Environment::Urban, Environment::Suburban, Environment::Rural])),
        technology in prop::option::of(prop::sample::select(vec![Technology::Gsm, Technology::Lte, Technology::Nr])),
        tilt in prop::option::of(-2.0..20.0f32),
    ) -> Element {
        let mut one = cell(&format!("E{id}-1"), offset(east, north), 0.0);
        one.kind = if repeater { ElementKind::Repeater } else { ElementKind::Cell };
        (one.antenna.azimuth_deg, one.antenna.height_m, one.antenna.downtilt_deg) = (azimuth, height, tilt);
        (one.antenna.gain_dbi, one.rs_power_dbm, one.frequency_mhz) = (gain, power, None);
        (one.indoor, one.on_air, one.environment, one.technology) = (indoor, on_air, environment, technology);
        one
    }
}

prop_compose! {
    /// An element during some stretch of two years around Monday, often for ever.
    fn version()(element in element(), from in prop::option::of(-400..200_i64), days in prop::option::of(1..400_i64)) -> ElementVersion {
        let from = from.map_or(Timestamp::BEGINNING, |day| monday().plus_seconds(hours(24 * day)));
        let until = days.map_or(Timestamp::END, |days| if from == Timestamp::BEGINNING { monday() } else { from }.plus_seconds(hours(24 * days)));
        ElementVersion { element, valid_from: from, valid_until: until }
    }
}

prop_compose! {
    fn asked()(
        east in -12_000.0..12_000.0f64, north in -12_000.0..12_000.0f64, precision in prop::option::of(0.0..3_000.0f64),
        technology in prop::option::of(prop::sample::select(vec![Technology::Gsm, Technology::Lte])), day in -500..300_i64,
        setting in prop::sample::select(vec![Setting::Indoor, Setting::Outdoor, Setting::Unstated]), voice in any::<bool>(),
    ) -> Question {
        let service = if voice { Service::Voice } else { Service::Data };
        Question { place: offset(east, north), precision_m: precision, setting, at: monday().plus_seconds(hours(24 * day)), service, technology }
    }
}

proptest! {
    #[test]
    fn m2_the_index_finds_what_brute_force_finds(versions in prop::collection::vec(version(), 0..400), questions in prop::collection::vec(asked(), 1..8)) {
        let network = Network::assemble(versions, [], [], [], Model::default(), 1);
        for question in questions {
            prop_assert_eq!(network.check(&question), network.check_by_brute_force(&question));
        }
    }

    #[test]
    fn m2_ranks_count_up_as_levels_go_down_and_nothing_loaded_is_never_normal(
        elements in prop::collection::vec(element(), 0..200), question in asked(),
    ) {
        let network = Network::assemble(elements.into_iter().map(always), [], [], [], Model::default(), 1);
        let check = network.check(&question);
        prop_assert_ne!(check.verdict.cause, Cause::NothingFound);
        prop_assert!(check.verdict.unknown.iter().any(|line| line.zh.contains("从未导入告警数据")));
        for (index, one) in check.candidates.iter().enumerate() {
            prop_assert_eq!(one.rank as usize, index + 1);
            prop_assert!((0.0..360.0).contains(&one.bearing_deg) && (0.0..=180.0).contains(&one.off_axis_deg));
        }
        prop_assert!(check.candidates.windows(2).all(|pair| pair[0].predicted_dbm >= pair[1].predicted_dbm));
    }

    /// Breaking the strongest server must never make the verdict quieter than naming something.
    #[test]
    fn m2_a_broken_strongest_server_never_passes_for_normal(elements in prop::collection::vec(element(), 1..100), question in asked()) {
        let sound = Network::assemble(elements.iter().cloned().map(always), [], [], [], Model::default(), 1);
        let check = sound.check(&Question { at: monday(), ..question.clone() });
        let serving = check.candidates.iter().find(|one| one.facts.is_empty() && one.kind == ElementKind::Cell);
        if let Some(best) = serving.filter(|one| one.rank == 1 && question.service == Service::Voice) {
            let alarms = [alarm(on(&best.id), "小区不可用", Severity::Critical)];
            let broken = Network::assemble(elements.into_iter().map(always), alarms, [], [], Model::default(), 1);
            let check = broken.check(&Question { at: monday(), ..question });
            prop_assert!(!matches!(check.verdict.cause, Cause::NothingFound | Cause::Unknown), "{:?}", check.verdict);
        }
    }
}
