//! The numbers of the network page: all elements are counted, whatever is listed (M2).

#[path = "common/town.rs"]
#[expect(dead_code, reason = "each test file uses its part")]
mod town;

use ran::fact::{OutageKind, Severity};
use ran::network::{ElementState, Window};
use town::{Town, alarm, cell, monday, offset, on, outage};

#[test]
fn m2_the_census_counts_every_element_and_lists_the_gravest_first() {
    let far = |n: u32| offset(f64::from(n % 200) * 100.0, f64::from(n / 200) * 100.0);
    let mut town = Town::watched((0..25_000).map(|n| cell(&format!("S{n}-1"), far(n), 0.0)));
    for n in 0..30 {
        let mut off = outage(on(&format!("S{n}-1")), OutageKind::ShutDown);
        off.id = format!("o{n}");
        town.outages.push(off);
    }
    for n in 24_990..25_000 {
        town.alarms.push(alarm(on(&format!("S{n}-1")), "小区不可用", Severity::Critical));
    }
    let network = town.network();
    let listed = [ElementState::Fault, ElementState::Outage];
    let (counts, views) = network.census(monday(), &listed, 35);
    assert_eq!(counts[&ElementState::NothingKnown], 24_960);
    assert_eq!((counts[&ElementState::Fault], counts[&ElementState::Outage]), (11, 30), "the one elsewhere, too");
    assert_eq!(counts.values().sum::<usize>(), 25_001);
    let states: Vec<_> = views.iter().map(|view| view.state).collect();
    assert_eq!(states, [[ElementState::Fault].repeat(11), [ElementState::Outage].repeat(24)].concat());
    let globe = Window { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };
    assert_eq!(network.visible(globe, monday(), usize::MAX).len(), 25_001, "the map shows the same elements");
}
