//! The ordinary flow 普通投诉: the first one asked judges, explains, and answers (M7).

use super::{ActionKind, DESK, HANDLERS, LEADERS, Part, Party, RECEIVERS, State, To, Transition};
use crate::clock::ClockKind;
use crate::person::Role;

/// Clocks that start at intake.
pub const OPENING: &[ClockKind] = &[ClockKind::Acceptance, ClockKind::FirstContact, ClockKind::Handling];

/// While work can go on.
const WORKING: &[State] = &[State::InProgress, State::Transferred];
/// While the record is open.
const OPEN: &[State] = &[
    State::Received,
    State::InProgress,
    State::Transferred,
    State::Outsourced,
    State::AwaitingCustomer,
    State::Held,
    State::Answered,
];
/// Every state: what never moves the complaint.
const ANY: &[State] = &State::ALL;

/// The moves of the ordinary flow; the work-order flow has them too and adds its own.
#[rustfmt::skip]
pub const TABLE: &[Transition] = &[
    row(&[State::Received], ActionKind::Accept, To::State(State::InProgress), DESK, true, &[], &[], &[ClockKind::Acceptance], Party::Handler),
    row(&[State::Received], ActionKind::RejectBack, To::State(State::Rejected), DESK, true, &[Part::Reason], &[], ALL_CLOCKS, Party::Nobody),
    row(&[State::Received, State::InProgress, State::Transferred, State::AwaitingCustomer], ActionKind::Withdraw, To::State(State::Withdrawn), DESK, true, &[Part::Reason], &[], ALL_CLOCKS, Party::Nobody),
    row(WORKING, ActionKind::Reply, To::State(State::Answered), HANDLERS, true, &[Part::ReplyText, Part::Contact], &[ClockKind::CallBack, ClockKind::Archive], &[ClockKind::Handling, ClockKind::FirstContact], Party::Handler),
    row(&[State::InProgress], ActionKind::Transfer, To::State(State::Transferred), HANDLERS, false, &[Part::Receiver, Part::Reason], &[], &[], Party::Department),
    row(&[State::Transferred], ActionKind::TakeOver, To::State(State::InProgress), RECEIVERS, false, &[], &[], &[], Party::Handler),
    row(&[State::Transferred], ActionKind::Feedback, To::State(State::InProgress), RECEIVERS, false, &[Part::Result], &[], &[], Party::Handler),
    row(WORKING, ActionKind::Suspend, To::State(State::AwaitingCustomer), HANDLERS, true, &[Part::Reason], &[], &[], Party::Customer),
    row(&[State::AwaitingCustomer, State::Held], ActionKind::Resume, To::State(State::InProgress), DESK, true, &[], &[], &[], Party::Handler),
    row(&[State::Answered], ActionKind::Close, To::State(State::Closed), HANDLERS, true, &[Part::Attribution], &[], ALL_CLOCKS, Party::Nobody),
    row(&[State::Answered], ActionKind::Reopen, To::State(State::InProgress), DESK, true, &[Part::Reason], &[ClockKind::Handling], &[ClockKind::CallBack, ClockKind::Archive], Party::Handler),
    row(&[State::Closed], ActionKind::Reopen, To::State(State::InProgress), DESK, false, &[Part::Reason], &[ClockKind::Handling], &[], Party::Handler),
    row(OPEN, ActionKind::Contact, To::Same, DESK, false, &[], &[], &[ClockKind::FirstContact], Party::Handler),
    row(ANY, ActionKind::Note, To::Same, EVERYBODY, false, &[], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Correct, To::Same, DESK, false, &[], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Assign, To::Same, ASSIGNERS, false, &[Part::Reason], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Regrade, To::Same, DESK, false, &[Part::Reason], &[], &[], Party::Handler),
    row(OPEN, ActionKind::ChangeFlow, To::Same, DESK, false, &[Part::Reason], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Recheck, To::Same, DESK, false, &[], &[], &[], Party::Handler),
    row(ANY, ActionKind::Unmask, To::Same, UNMASKERS, false, &[Part::Reason], &[], &[], Party::Handler),
    row(ANY, ActionKind::Revise, To::Same, &[], true, &[], &[], &[], Party::Handler),
];

/// Those who may add a note: all who may read.
const EVERYBODY: &[Role] = &[
    Role::Triage,
    Role::Handler,
    Role::FieldTester,
    Role::Contractor,
    Role::TeamLeader,
    Role::Director,
    Role::ProjectManager,
    Role::DeputyManager,
    Role::Manager,
    Role::Clerk,
    Role::AccountManager,
    Role::AreaSupervisor,
    Role::InterfaceAdmin,
    Role::BranchChief,
];
/// Those who may name another handler.
const ASSIGNERS: &[Role] = LEADERS;
/// Those who may ask for a masked value.
const UNMASKERS: &[Role] = crate::access::Permission::Unmask.roles();

/// Every clock: what closing a record stops.
pub const ALL_CLOCKS: &[ClockKind] = &ClockKind::ALL;

/// A row without field names, so that a table reads as one.
#[expect(clippy::too_many_arguments, reason = "a table's columns")]
pub const fn row(
    from: &'static [State],
    action: ActionKind,
    to: To,
    who: &'static [Role],
    machine: bool,
    needs: &'static [Part],
    starts: &'static [ClockKind],
    stops: &'static [ClockKind],
    waits_on: Party,
) -> Transition {
    Transition { from, action, to, who, machine, needs, starts, stops, waits_on }
}
