//! The major flow 重大投诉: the declaration within half a working day, reviewed, then the interface, then the chief (M8).

use super::{ALL_CLOCKS, ActionKind, DESK, Part, Party, Rules, State, To, Transition, common, join, row};
use crate::clock::ClockKind;
use crate::person::Role;

/// The flow.
pub const RULES: Rules = Rules {
    table: TABLE,
    opening: &[ClockKind::Acceptance, ClockKind::FirstContact, ClockKind::Handling],
    working: State::Declaring,
    stages: &[
        ClockKind::Declaration,
        ClockKind::Review,
        ClockKind::Mobilisation,
        ClockKind::Decision,
        ClockKind::Progress,
        ClockKind::FinalReport,
    ],
    entering: &[ClockKind::Declaration, ClockKind::Progress],
    waits_on: Party::AccountManager,
};

/// Those who register a major complaint and write its declaration.
const MANAGERS: &[Role] = &[Role::AccountManager, Role::TeamLeader, Role::Director];
/// Those who review it.
const REVIEWERS: &[Role] = &[Role::AreaSupervisor];
/// Those who mobilise resources.
const INTERFACE: &[Role] = &[Role::InterfaceAdmin];
/// Those who report how it stands.
const REPORTERS: &[Role] = &[Role::AccountManager, Role::InterfaceAdmin, Role::BranchChief];
/// Those who decide what the interfaces could not solve.
const CHIEF: &[Role] = &[Role::BranchChief];
/// From the declaration to the answer.
const UNDER_WAY: &[State] = &[State::Declaring, State::Reviewing, State::Mobilising, State::Deciding];
/// Once the declaration was mailed.
const DECLARED: &[State] = &[State::Reviewing, State::Mobilising, State::Deciding, State::InProgress];

/// What an answer ends, however the complaint came to it.
const UNTIL_ANSWERED: &[ClockKind] = &[
    ClockKind::Acceptance,
    ClockKind::FirstContact,
    ClockKind::Handling,
    ClockKind::Declaration,
    ClockKind::Review,
    ClockKind::Mobilisation,
    ClockKind::Decision,
    ClockKind::Progress,
];

/// The moves of the major flow.
#[rustfmt::skip]
const OWN: &[Transition] = &[
    row(&[State::Received], ActionKind::Accept, To::State(State::Declaring), DESK, true, &[], &[ClockKind::Declaration, ClockKind::Progress], &[ClockKind::Acceptance], Party::AccountManager),
    row(&[State::Declaring], ActionKind::SaveDeclaration, To::Same, MANAGERS, false, &[], &[], &[], Party::AccountManager),
    row(&[State::Declaring], ActionKind::SubmitDeclaration, To::State(State::Reviewing), MANAGERS, false, &[Part::Declaration], &[ClockKind::Review], &[ClockKind::Declaration], Party::AreaSupervisor),
    row(&[State::Reviewing], ActionKind::ReturnDeclaration, To::State(State::Declaring), REVIEWERS, false, &[Part::Reason], &[ClockKind::Declaration], &[ClockKind::Review], Party::AccountManager),
    row(&[State::Reviewing], ActionKind::ApproveDeclaration, To::State(State::Mobilising), REVIEWERS, false, &[], &[ClockKind::Mobilisation], &[ClockKind::Review], Party::InterfaceAdmin),
    row(&[State::Mobilising], ActionKind::Mobilise, To::Same, INTERFACE, false, &[Part::Result], &[], &[], Party::InterfaceAdmin),
    row(&[State::Mobilising], ActionKind::Feedback, To::State(State::InProgress), INTERFACE, false, &[Part::Result, Part::Mobilisation], &[], &[ClockKind::Mobilisation], Party::Handler),
    row(&[State::Mobilising], ActionKind::Escalate, To::State(State::Deciding), INTERFACE, false, &[Part::Reason, Part::Mobilisation], &[ClockKind::Decision], &[ClockKind::Mobilisation], Party::Chief),
    row(&[State::Deciding], ActionKind::Decide, To::State(State::InProgress), CHIEF, false, &[Part::Reason], &[], &[ClockKind::Decision], Party::Handler),
    row(DECLARED, ActionKind::ReportProgress, To::Same, REPORTERS, false, &[Part::Reason], &[ClockKind::Progress], &[ClockKind::Progress], Party::Handler),
    row(&[State::InProgress], ActionKind::Reply, To::State(State::Answered), MANAGERS, true, &[Part::ReplyText, Part::Contact, Part::Told], &[ClockKind::CallBack, ClockKind::FinalReport, ClockKind::Archive], UNTIL_ANSWERED, Party::AccountManager),
    row(UNDER_WAY, ActionKind::Reply, To::State(State::Answered), &[], true, &[Part::ReplyText, Part::Contact, Part::Told], &[ClockKind::CallBack, ClockKind::FinalReport, ClockKind::Archive], UNTIL_ANSWERED, Party::AccountManager),
    row(&[State::Answered], ActionKind::ReportFinal, To::Same, REPORTERS, false, &[Part::Reason], &[], &[ClockKind::FinalReport], Party::AccountManager),
    row(&[State::InProgress], ActionKind::Suspend, To::State(State::AwaitingCustomer), MANAGERS, true, &[Part::Reason], &[], &[], Party::Customer),
    row(UNDER_WAY, ActionKind::Suspend, To::State(State::AwaitingCustomer), &[], true, &[Part::Reason], &[], &[], Party::Customer),
    row(&[State::AwaitingCustomer, State::Held], ActionKind::Resume, To::State(State::InProgress), DESK, true, &[], &[], &[], Party::Handler),
    row(&[State::Answered], ActionKind::Close, To::State(State::Closed), &[Role::AccountManager, Role::Director, Role::BranchChief], true, &[Part::Attribution, Part::Plan, Part::FinalReport, Part::Settled], &[], ALL_CLOCKS, Party::Nobody),
    row(&[State::Answered], ActionKind::Reopen, To::State(State::InProgress), DESK, true, &[Part::Reason], &[ClockKind::Handling, ClockKind::Progress], &[ClockKind::CallBack, ClockKind::Archive, ClockKind::FinalReport], Party::Handler),
    row(&[State::Closed], ActionKind::Reopen, To::State(State::InProgress), DESK, false, &[Part::Reason], &[ClockKind::Handling, ClockKind::Progress], &[], Party::Handler),
    row(&[State::Received, State::Declaring, State::Reviewing, State::Mobilising, State::Deciding, State::InProgress, State::AwaitingCustomer], ActionKind::Withdraw, To::State(State::Withdrawn), MANAGERS, true, &[Part::Reason], &[], ALL_CLOCKS, Party::Nobody),
];

/// The whole table.
const TABLE: &[Transition] =
    &join::<{ OWN.len() + common::REFUSED.len() + common::TABLE.len() }>(&[OWN, common::REFUSED, common::TABLE]);
