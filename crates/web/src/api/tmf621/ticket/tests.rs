//! Ids and histories without a store; the rest is proven through the door.

use domain::complaint::StateChange;
use domain::flow::Flow;
use domain::flow::State::{Answered, Closed, InProgress, Received};
use uuid::Uuid;

use super::*;

#[test]
fn only_ids_we_make_are_ids() {
    let complaint = ComplaintId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_abcd));
    for ordinal in [1, 2, 17] {
        assert_eq!(parse_id(&id(complaint, ordinal)), Some((complaint, ordinal)));
    }
    let text = complaint.to_string();
    for bad in [
        "",
        "x",
        &text[..35],
        &format!("{text}-1"),
        &format!("{text}-02"),
        &format!("{text}-"),
        &format!("{text}2"),
        &text.to_uppercase(),
        &format!("{{{text}}}"),
        "投诉投诉投诉投诉投诉投诉投诉",
    ] {
        assert_eq!(parse_id(bad), None, "{bad}");
    }
}

#[test]
fn s7_lives_end_with_each_closing() {
    let step = |to| StateChange { to, at: Timestamp::from_micros(0), reason: String::new() };
    let of = |states: &[State]| lives_of(&states.iter().map(|state| step(*state)).collect::<Vec<_>>());
    let ranges = |lives: Vec<Life>| lives.into_iter().map(|life| (life.ordinal, life.steps)).collect::<Vec<_>>();
    assert_eq!(ranges(of(&[Received])), [(1, 0..1)]);
    assert_eq!(ranges(of(&[Received, InProgress, Answered, Closed])), [(1, 0..4)]);
    assert_eq!(ranges(of(&[Received, Closed, InProgress, Closed, InProgress])), [(1, 0..2), (2, 2..4), (3, 4..5)]);
}

/// So a list can look for a status by the state alone.
#[test]
fn s7_whatever_a_flow_does_the_last_status_is_that_of_the_state() {
    for row in Flow::ALL.into_iter().flat_map(Flow::table) {
        for (from, to) in row.from.iter().flat_map(|from| row.leads_to().iter().map(move |to| (*from, *to))) {
            let (before, now) = (Status::of(from), Status::of(to));
            assert_eq!(told(Some(before), now).last().copied().unwrap_or(before), now, "{from:?} → {to:?}");
            assert_eq!(told(None, now).last(), Some(&now), "{to:?} is where a ticket begins");
        }
    }
}
