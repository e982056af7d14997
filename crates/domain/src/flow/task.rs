//! The task procedure 任务: draft, revise, approve, carry out under supervision, summary meeting, archive (M15).

use super::{ALL_CLOCKS, ActionKind, DESK, HANDLERS, Part, Party, Rules, State, To, Transition, common, join, row};
use crate::clock::ClockKind;
use crate::person::Role;

/// The flow.
pub const RULES: Rules = Rules {
    table: TABLE,
    opening: &[ClockKind::Acceptance, ClockKind::Handling],
    working: State::Drafting,
    stages: &[ClockKind::Draft, ClockKind::Revision, ClockKind::Approval, ClockKind::Meeting],
    entering: &[ClockKind::Draft],
    waits_on: Party::Handler,
};

/// 组长: revises.
const LEADER: &[Role] = &[Role::TeamLeader];
/// 主任: approves.
const DIRECTOR: &[Role] = &[Role::Director];
/// 项目经理: supervises and holds the meeting.
const PROJECT: &[Role] = &[Role::ProjectManager];
/// Those who archive.
const ARCHIVISTS: &[Role] = &[Role::Clerk, Role::Handler, Role::ProjectManager];
/// Before the plan is carried out.
const PLANNING: &[State] = &[State::Drafting, State::Revising, State::Approving];

/// What an answer ends, however the task came to it.
const UNTIL_ANSWERED: &[ClockKind] = &[
    ClockKind::Acceptance,
    ClockKind::FirstContact,
    ClockKind::Handling,
    ClockKind::Draft,
    ClockKind::Revision,
    ClockKind::Approval,
];

/// The moves of the task procedure.
#[rustfmt::skip]
const OWN: &[Transition] = &[
    row(&[State::Received], ActionKind::Accept, To::State(State::Drafting), HANDLERS, true, &[], &[ClockKind::Draft], &[ClockKind::Acceptance], Party::Handler),
    row(&[State::Drafting], ActionKind::SubmitPlan, To::State(State::Revising), HANDLERS, false, &[Part::Reason], &[ClockKind::Revision], &[ClockKind::Draft], Party::Leader),
    row(&[State::Revising], ActionKind::RevisePlan, To::State(State::Approving), LEADER, false, &[Part::Reason], &[ClockKind::Approval], &[ClockKind::Revision], Party::Director),
    row(&[State::Revising, State::Approving], ActionKind::ReturnPlan, To::State(State::Drafting), &[Role::TeamLeader, Role::Director], false, &[Part::Reason], &[ClockKind::Draft], &[ClockKind::Revision, ClockKind::Approval], Party::Handler),
    row(&[State::Approving], ActionKind::ApprovePlan, To::State(State::InProgress), DIRECTOR, false, &[], &[], &[ClockKind::Approval], Party::Handler),
    row(&[State::InProgress, State::Answered, State::Summarised], ActionKind::Oversee, To::Same, PROJECT, false, &[Part::Reason], &[], &[], Party::Handler),
    row(&[State::InProgress], ActionKind::Reply, To::State(State::Answered), HANDLERS, true, &[Part::ReplyText, Part::Contact, Part::Told], &[ClockKind::Meeting, ClockKind::Archive], UNTIL_ANSWERED, Party::ProjectManager),
    row(PLANNING, ActionKind::Reply, To::State(State::Answered), &[], true, &[Part::ReplyText, Part::Contact, Part::Told], &[ClockKind::Meeting, ClockKind::Archive], UNTIL_ANSWERED, Party::ProjectManager),
    row(&[State::Answered], ActionKind::HoldMeeting, To::State(State::Summarised), PROJECT, false, &[Part::Reason], &[], &[ClockKind::Meeting], Party::Handler),
    row(&[State::InProgress], ActionKind::Suspend, To::State(State::AwaitingCustomer), HANDLERS, true, &[Part::Reason], &[], &[], Party::Customer),
    row(PLANNING, ActionKind::Suspend, To::State(State::AwaitingCustomer), &[], true, &[Part::Reason], &[], &[], Party::Customer),
    row(&[State::AwaitingCustomer, State::Held], ActionKind::Resume, To::State(State::InProgress), DESK, true, &[], &[], &[], Party::Handler),
    row(&[State::Summarised], ActionKind::Close, To::State(State::Closed), ARCHIVISTS, true, &[Part::Attribution, Part::Plan, Part::Oversight, Part::Meeting, Part::Settled], &[], ALL_CLOCKS, Party::Nobody),
    row(&[State::Answered], ActionKind::Close, To::State(State::Closed), &[], true, &[Part::Attribution, Part::Plan, Part::Oversight, Part::Meeting, Part::Settled], &[], ALL_CLOCKS, Party::Nobody),
    row(&[State::Answered, State::Summarised], ActionKind::Reopen, To::State(State::InProgress), DESK, true, &[Part::Reason], &[ClockKind::Handling], &[ClockKind::Meeting, ClockKind::Archive], Party::Handler),
    row(&[State::Closed], ActionKind::Reopen, To::State(State::InProgress), DESK, false, &[Part::Reason], &[ClockKind::Handling], &[], Party::Handler),
    row(&[State::Received, State::Drafting, State::Revising, State::Approving, State::InProgress, State::AwaitingCustomer], ActionKind::Withdraw, To::State(State::Withdrawn), DESK, true, &[Part::Reason], &[], ALL_CLOCKS, Party::Nobody),
];

/// The whole table.
const TABLE: &[Transition] =
    &join::<{ OWN.len() + common::REFUSED.len() + common::TABLE.len() }>(&[OWN, common::REFUSED, common::TABLE]);
