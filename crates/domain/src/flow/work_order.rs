//! The work-order flow 工单投诉: accept, test on the place, then one of three exits: 转派, 外派 or 直接答复 (M9, M3).

use super::{ActionKind, HANDLERS, OUTSIDE, Part, Party, Rules, State, To, Transition, common, join, ordinary, row};
use crate::clock::ClockKind;
use crate::person::Role;

/// The flow.
pub const RULES: Rules = Rules {
    table: TABLE,
    opening: ordinary::OPENING,
    working: State::InProgress,
    stages: STAGES,
    entering: &[],
    waits_on: Party::Handler,
};

/// Clocks of an order that lies with an outside organisation or a tester.
const ORDER: &[ClockKind] = &[ClockKind::OrderAcceptance, ClockKind::Arrival, ClockKind::OrderFinish];
/// The same, and the judgement of what came back.
const STAGES: &[ClockKind] =
    &[ClockKind::OrderAcceptance, ClockKind::Arrival, ClockKind::OrderFinish, ClockKind::ResultAcceptance];
/// What comes back is to be judged.
const JUDGED: &[ClockKind] = &[ClockKind::ResultAcceptance];
/// Those who go to the place.
const TESTERS: &[Role] = &[Role::FieldTester, Role::Handler, Role::TeamLeader];
/// Those to whom an order was sent.
const ORDERED: &[Role] = &[Role::Contractor];

/// What the work-order flow adds.
#[rustfmt::skip]
const OWN: &[Transition] = &[
    row(&[State::InProgress], ActionKind::SendTester, To::State(State::Testing), HANDLERS, false, &[Part::Result], &[ClockKind::Arrival], JUDGED, Party::Tester),
    row(&[State::Testing], ActionKind::Arrive, To::Same, TESTERS, false, &[], &[], &[ClockKind::Arrival], Party::Tester),
    row(&[State::Testing], ActionKind::Feedback, To::State(State::InProgress), TESTERS, false, &[Part::Result], JUDGED, &[ClockKind::Arrival], Party::Handler),
    row(&[State::Testing], ActionKind::Resume, To::State(State::InProgress), HANDLERS, true, &[], &[], &[ClockKind::Arrival], Party::Handler),
    row(&[State::InProgress], ActionKind::Outsource, To::State(State::Outsourced), HANDLERS, false, &[Part::Receiver, Part::Result], ORDER, JUDGED, Party::Contractor),
    row(&[State::Outsourced], ActionKind::TakeOrder, To::Same, ORDERED, false, &[], &[], &[ClockKind::OrderAcceptance], Party::Contractor),
    row(&[State::Outsourced], ActionKind::Arrive, To::Same, ORDERED, false, &[], &[], &[ClockKind::OrderAcceptance, ClockKind::Arrival], Party::Contractor),
    row(&[State::Outsourced], ActionKind::Feedback, To::State(State::InProgress), OUTSIDE, false, &[Part::Result], JUDGED, ORDER, Party::Handler),
    row(&[State::Outsourced], ActionKind::Resume, To::State(State::InProgress), HANDLERS, true, &[], &[], ORDER, Party::Handler),
    row(&[State::InProgress], ActionKind::SendBack, To::State(State::Outsourced), HANDLERS, false, &[Part::Reason, Part::Receiver], ORDER, JUDGED, Party::Contractor),
    row(&[State::InProgress], ActionKind::AcceptResult, To::Same, HANDLERS, false, &[], &[], JUDGED, Party::Handler),
    row(&[State::InProgress], ActionKind::DirectReply, To::State(State::Answered), HANDLERS, false, &[Part::ReplyText, Part::Contact, Part::Told], &[ClockKind::CallBack, ClockKind::Archive], ordinary::ANSWERED, Party::Handler),
];

/// The whole table: the ordinary flow's moves, the test and the three exits.
const TABLE: &[Transition] =
    &join::<{ ordinary::OWN.len() + OWN.len() + common::REFUSED.len() + common::TABLE.len() }>(&[
        ordinary::OWN,
        OWN,
        common::REFUSED,
        common::TABLE,
    ]);
