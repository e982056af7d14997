//! The moves every flow has: the record, supervision, and the one lane out of the procedure (M6, M10, M12, M13).

use super::{
    ALL_CLOCKS, ANY, ActionKind, DESK, EVERYBODY, LEADERS, OPEN, Part, Party, State, To, Transition, row,
    ties::MERGEABLE,
};
use crate::access::Permission;
use crate::clock::ClockKind;
use crate::person::Role;

/// Those who supervise: leaders and the branch chief.
const SUPERVISORS: &[Role] = &[
    Role::TeamLeader,
    Role::Director,
    Role::ProjectManager,
    Role::Manager,
    Role::DeputyManager,
    Role::AreaSupervisor,
    Role::BranchChief,
];
/// Those who answer for a case.
const ANSWERING: &[Role] = &[
    Role::Handler,
    Role::TeamLeader,
    Role::Director,
    Role::ProjectManager,
    Role::AccountManager,
    Role::InterfaceAdmin,
    Role::Contractor,
];
/// Those who may see what is masked.
const UNMASKERS: &[Role] = &Permission::Unmask.roles::<{ Permission::Unmask.grants().len() }>();

/// Before anybody has taken it up.
#[rustfmt::skip]
pub const REFUSED: &[Transition] = &[
    row(&[State::Received], ActionKind::RejectBack, To::State(State::Rejected), DESK, true, &[Part::Ground, Part::Reason], &[], ALL_CLOCKS, Party::Nobody),
];

/// What can be done whatever the flow.
#[rustfmt::skip]
pub const TABLE: &[Transition] = &[
    row(OPEN, ActionKind::BeginContact, To::Same, DESK, false, &[], &[ClockKind::CommunicationRecord], &[], Party::Handler),
    row(OPEN, ActionKind::Contact, To::Same, DESK, false, &[], &[], &[ClockKind::FirstContact, ClockKind::CommunicationRecord], Party::Handler),
    row(ANY, ActionKind::Note, To::Same, EVERYBODY, false, &[], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Correct, To::Same, DESK, false, &[], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Assign, To::Same, LEADERS, false, &[Part::Reason], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Regrade, To::Same, DESK, false, &[Part::Reason], &[], &[], Party::Handler),
    row(OPEN, ActionKind::ChangeFlow, To::Same, DESK, false, &[Part::Reason], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Recheck, To::Same, DESK, false, &[], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Supervise, To::Same, SUPERVISORS, false, &[Part::Reason], &[ClockKind::Supervision], &[], Party::Handler),
    row(OPEN, ActionKind::AnswerSupervision, To::Same, ANSWERING, false, &[Part::Reason], &[], &[ClockKind::Supervision], Party::Handler),
    row(OPEN, ActionKind::Dispute, To::Same, ANSWERING, false, &[Part::Reason], &[ClockKind::Dispute], &[], Party::Handler),
    row(OPEN, ActionKind::DecideDispute, To::Same, SUPERVISORS, false, &[Part::Reason], &[], &[ClockKind::Dispute], Party::Handler),
    row(OPEN, ActionKind::AskExtension, To::Same, DESK, false, &[Part::Reason], &[ClockKind::Extension], &[], Party::Handler),
    row(OPEN, ActionKind::DecideExtension, To::Same, LEADERS, false, &[Part::Reason], &[], &[ClockKind::Extension], Party::Handler),
    row(OPEN, ActionKind::AskExemption, To::Same, DESK, false, &[Part::Reason], &[ClockKind::Exemption], &[], Party::Handler),
    row(OPEN, ActionKind::DecideExemption, To::Same, LEADERS, false, &[Part::Reason], &[], &[ClockKind::Exemption], Party::Handler),
    row(OPEN, ActionKind::Depart, To::Same, DESK, false, &[Part::Reason], &[ClockKind::ExceptionReview], &[], Party::Handler),
    row(OPEN, ActionKind::ReviewException, To::Same, SUPERVISORS, false, &[Part::Reason], &[], &[ClockKind::ExceptionReview], Party::Handler),
    row(MERGEABLE, ActionKind::Merge, To::State(State::Merged), DESK, false, &[Part::Reason], &[], ALL_CLOCKS, Party::Nobody),
    row(&[State::Merged], ActionKind::Unmerge, To::State(State::InProgress), DESK, false, &[Part::Reason], &[], &[], Party::Handler),
    row(OPEN, ActionKind::Split, To::Same, DESK, false, &[Part::Reason], &[], &[], Party::Handler),
    row(ANY, ActionKind::Unmask, To::Same, UNMASKERS, false, &[Part::Reason], &[], &[], Party::Handler),
    row(ANY, ActionKind::Revise, To::Same, &[], true, &[], &[], &[], Party::Handler),
];
