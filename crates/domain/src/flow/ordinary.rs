//! The ordinary flow 普通投诉: the first one asked judges, explains, and answers (M7).

use super::{
    ALL_CLOCKS, ActionKind, DESK, HANDLERS, OPEN, Part, Party, RECEIVERS, Rules, State, To, Transition, common, join,
    row, ties::ANSWERABLE,
};
use crate::clock::ClockKind;

/// The flow.
pub const RULES: Rules = Rules {
    table: TABLE,
    opening: OPENING,
    working: State::InProgress,
    stages: &[],
    entering: &[],
    waits_on: Party::Handler,
};

/// Clocks that start at intake.
pub const OPENING: &[ClockKind] = &[ClockKind::Acceptance, ClockKind::FirstContact, ClockKind::Handling];

/// Clocks an answer stops.
pub const ANSWERED: &[ClockKind] =
    &[ClockKind::Acceptance, ClockKind::Handling, ClockKind::FirstContact, ClockKind::ResultAcceptance];
/// While work can go on.
const WORKING: &[State] = &[State::InProgress, State::Transferred];

/// The moves of the ordinary flow; the work-order flow has them too and adds its own.
#[rustfmt::skip]
pub const OWN: &[Transition] = &[
    row(&[State::Received], ActionKind::Accept, To::State(State::InProgress), DESK, true, &[], &[], &[ClockKind::Acceptance], Party::Handler),
    row(&[State::Received, State::InProgress, State::Transferred, State::AwaitingCustomer], ActionKind::Withdraw, To::State(State::Withdrawn), DESK, true, &[Part::Reason], &[], ALL_CLOCKS, Party::Nobody),
    row(WORKING, ActionKind::Reply, To::State(State::Answered), HANDLERS, true, &[Part::ReplyText, Part::Contact, Part::Told], &[ClockKind::CallBack, ClockKind::Archive], ANSWERED, Party::Handler),
    row(&[State::InProgress], ActionKind::Transfer, To::State(State::Transferred), HANDLERS, false, &[Part::Receiver, Part::Reason], &[], &[], Party::Department),
    row(&[State::Transferred], ActionKind::TakeOver, To::State(State::InProgress), RECEIVERS, false, &[], &[], &[], Party::Handler),
    row(&[State::Transferred], ActionKind::Feedback, To::State(State::InProgress), RECEIVERS, false, &[Part::Result], &[], &[], Party::Handler),
    row(WORKING, ActionKind::Suspend, To::State(State::AwaitingCustomer), HANDLERS, true, &[Part::Reason], &[], &[], Party::Customer),
    row(&[State::AwaitingCustomer, State::Held], ActionKind::Resume, To::State(State::InProgress), DESK, true, &[], &[], &[], Party::Handler),
    row(&[State::Answered], ActionKind::Close, To::State(State::Closed), HANDLERS, true, &[Part::Attribution, Part::Plan, Part::Settled], &[], ALL_CLOCKS, Party::Nobody),
    row(&[State::Answered], ActionKind::Reopen, To::State(State::InProgress), DESK, true, &[Part::Reason], &[ClockKind::Handling], &[ClockKind::CallBack, ClockKind::Archive], Party::Handler),
    row(&[State::Closed], ActionKind::Reopen, To::State(State::InProgress), DESK, false, &[Part::Reason], &[ClockKind::Handling], &[], Party::Handler),
    row(OPEN, ActionKind::Tie, To::Same, DESK, false, &[Part::Reason], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Untie, To::Same, DESK, false, &[Part::Reason], &[], &[], Party::Handler),
    row(ANSWERABLE, ActionKind::AnswerWithLead, To::State(State::Answered), HANDLERS, false, &[Part::ReplyText], &[ClockKind::CallBack, ClockKind::Archive], ANSWERED, Party::Handler),
    row(&[State::Answered], ActionKind::TakeBack, To::State(State::InProgress), HANDLERS, false, &[Part::Reason], &[], &[ClockKind::CallBack, ClockKind::Archive], Party::Handler),
];

/// The whole table.
const TABLE: &[Transition] =
    &join::<{ OWN.len() + common::REFUSED.len() + common::TABLE.len() }>(&[OWN, common::REFUSED, common::TABLE]);
