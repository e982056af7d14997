//! Alarms that come and go: a network told of them answers as one assembled anew would (M2).

#[path = "common/town.rs"]
#[expect(dead_code, reason = "each test file uses its part")]
mod town;

use std::collections::BTreeMap;

use domain::check::{Cause, ElementKind};
use domain::place::Setting;
use proptest::prelude::*;
use ran::element::Element;
use ran::fact::{Alarm, Interference, Outage, OutageKind, Severity, Target};
use ran::network::{Network, Question, Window};
use ran::propagation::Model;
use town::{Town, alarm, always, cell, hours, monday, noise, offset, on, outage, question, square};

const GLOBE: Window = Window { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

#[test]
fn m2_an_alarm_raised_and_cleared_is_seen_and_whoever_held_the_network_before_sees_what_was() {
    let before = Town::watched([cell("A-1", offset(300.0, 0.0), 270.0)]).network();
    let raised = alarm(on("A-1"), "小区不可用", Severity::Critical);
    let during = before.told([raised.clone()], 8);
    let cleared = Alarm { cleared: Some(monday().plus_seconds(-hours(1))), ..raised };
    let after = during.told([cleared], 9);
    let facts = |network: &Network| network.check(&question(square())).candidates.remove(0).facts;
    assert_eq!(facts(&before), []);
    assert_eq!(during.check(&question(square())).verdict.cause, Cause::Fault);
    assert!(matches!(&facts(&during)[..], [fact] if fact.active && fact.until.is_none()));
    assert!(
        matches!(&facts(&after)[..], [fact] if !fact.active && fact.until.is_some()),
        "it is told that it was there"
    );
    assert_eq!([&before, &during, &after].map(Network::generation), [7, 8, 9]);
}

#[test]
fn m2_an_alarm_that_turns_out_to_be_anothers_leaves_the_first() {
    let cells = [cell("A-1", offset(300.0, 0.0), 270.0), cell("B-1", offset(0.0, 300.0), 180.0)];
    let first = alarm(on("A-1"), "小区不可用", Severity::Critical);
    let network = Town::watched(cells).network().told([first.clone()], 8);
    let network = network.told([Alarm { target: on("B-1"), ..first }], 9);
    let facts = |id| network.element(ElementKind::Cell, id, monday()).expect("it stands there").facts.len();
    assert_eq!((facts("A-1"), facts("B-1")), (0, 1));
}

fn elements() -> Vec<Element> {
    let place = |n: u32| offset(f64::from(n % 8) * 150.0 - 500.0, f64::from(n / 8) * 170.0 - 400.0);
    (0..40)
        .map(|n| {
            let mut one = cell(&format!("S{}-{n}", n / 3), place(n), (n * 50 % 360) as f32);
            one.site_name = Some(format!("街{}基站", n / 3));
            one.name = format!("街{}基站-D-{n}", n / 3);
            if n % 13 == 5 {
                one.kind = ElementKind::Repeater;
                one.donor = Some(format!("S{}-{}", (n - 1) / 3, n - 1));
            }
            one
        })
        .collect()
}

/// By any of the names sources use, now and then of something not in the inventory.
fn target() -> impl Strategy<Value = Target> {
    (0..44_u32, 0..6_u8).prop_map(|(n, way)| {
        let site = n / 3;
        match way {
            0 => on(&format!("S{site}-{n}")),
            1 => on(&format!("街{site}基站-D-{n}")),
            2 => Target { element_name: Some(format!("街{site}基站-D-{n}")), ..Target::default() },
            3 => Target { site: Some(format!("S{site}")), ..Target::default() },
            4 => on(&format!("街{site}基站(S{site})")),
            _ => Target { site_name: Some(format!("街{site}基站")), ..Target::default() },
        }
    })
}

prop_compose! {
    /// One of a few alarms, at some moment of its life; an id may come back as another thing altogether.
    fn told()(
        id in 0..25_u32, target in target(), begun in -300..10_i64, lasts in prop::option::of(0..40_i64), gone in any::<bool>(),
        severity in prop::sample::select(vec![Severity::Cleared, Severity::Warning, Severity::Minor, Severity::Critical]), planned in any::<bool>(),
    ) -> Alarm {
        let raised = monday().plus_seconds(hours(begun));
        let title = if gone { "小区不可用" } else { "天馈驻波比异常" };
        let cleared = lasts.map(|lasts| raised.plus_seconds(hours(lasts)));
        Alarm { id: id.to_string(), raised, cleared, planned, ..alarm(target, title, severity) }
    }
}

prop_compose! {
    fn asked()(
        east in -900.0..900.0f64, north in -900.0..900.0f64, hour in -400..250_i64,
        setting in prop::sample::select(vec![Setting::Indoor, Setting::Outdoor, Setting::Unstated]),
    ) -> Question {
        Question { place: offset(east, north), setting, at: monday().plus_seconds(hours(hour)), ..question(square()) }
    }
}

fn others() -> ([Outage; 1], [Interference; 2]) {
    let of_site = |site: &str| Target { site: Some(site.to_owned()), ..Target::default() };
    ([outage(of_site("S2"), OutageKind::EnergySaving)], [noise(of_site("S4"), -99.0), noise(of_site("S4"), -101.5)])
}

fn assembled(alarms: impl IntoIterator<Item = Alarm>) -> Network {
    let (outages, interference) = others();
    let inventory = elements().into_iter().map(always);
    Network::assemble(inventory, alarms, outages, interference, Model::default(), 9)
}

proptest! {
    #[test]
    fn m2_after_any_raising_and_clearing_a_check_is_that_of_a_network_assembled_anew(
        before in prop::collection::vec(told(), 0..12), batches in prop::collection::vec(prop::collection::vec(told(), 0..8), 0..8),
        questions in prop::collection::vec(asked(), 1..5),
    ) {
        let mut last: BTreeMap<String, Alarm> = BTreeMap::new();
        let mut network = assembled(before.iter().cloned());
        last.extend(before.into_iter().map(|alarm| (alarm.id.clone(), alarm)));
        for batch in batches {
            let (former, former_last) = (network.clone(), last.clone());
            network = network.told(batch.iter().cloned(), 9);
            last.extend(batch.into_iter().map(|alarm| (alarm.id.clone(), alarm)));
            for (network, last) in [(&network, &last), (&former, &former_last)] {
                let anew = assembled(last.values().rev().cloned());
                for question in &questions {
                    prop_assert_eq!(network.check(question), anew.check(question));
                    prop_assert_eq!(network.check(question), network.check_by_brute_force(question));
                    prop_assert_eq!(network.visible(GLOBE, question.at, 99), anew.visible(GLOBE, question.at, 99));
                }
                prop_assert_eq!(network.unmatched(), anew.unmatched());
            }
        }
    }
}
