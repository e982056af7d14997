//! Ids and histories without a store; the rest is proven through the door.

use domain::complaint::StateChange;
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
