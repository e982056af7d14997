//! The work-order flow 工单投诉: accept, test, then one of three exits: 转派, 外派 or 直接答复 (M9).

use super::ordinary::row;
use super::{ActionKind, HANDLERS, OUTSIDE, Part, Party, State, To, Transition, ordinary};
use crate::clock::ClockKind;

/// Clocks that start at intake.
pub const OPENING: &[ClockKind] = ordinary::OPENING;

/// What the work-order flow adds.
#[rustfmt::skip]
const OWN: [Transition; 4] = [
    row(&[State::InProgress], ActionKind::Outsource, To::State(State::Outsourced), HANDLERS, false, &[Part::Receiver, Part::Result], &[], &[], Party::Contractor),
    row(&[State::Outsourced], ActionKind::Feedback, To::State(State::InProgress), OUTSIDE, false, &[Part::Result], &[], &[], Party::Handler),
    row(&[State::Outsourced], ActionKind::Resume, To::State(State::InProgress), HANDLERS, true, &[], &[], &[], Party::Handler),
    row(&[State::InProgress], ActionKind::DirectReply, To::State(State::Answered), HANDLERS, false, &[Part::ReplyText, Part::Contact], &[ClockKind::CallBack, ClockKind::Archive], &[ClockKind::Handling, ClockKind::FirstContact], Party::Handler),
];

/// The whole table: the ordinary flow's moves and the three exits.
pub const TABLE: &[Transition] = &{
    let mut table = [ordinary::TABLE[0]; ordinary::TABLE.len() + OWN.len()];
    let mut i = 0;
    while i < ordinary::TABLE.len() {
        table[i] = ordinary::TABLE[i];
        i += 1;
    }
    while i < table.len() {
        table[i] = OWN[i - ordinary::TABLE.len()];
        i += 1;
    }
    table
};
