//! Flows are tables: from which state, which action, to which state, who may, what must be handed in, which clocks
//! start and stop, on whom the complaint waits (design §3).
//!
//! [`decide`] reads the table; so do the buttons on the page, the answer to an illegal move and the drawn diagram.

use serde::{Deserialize, Serialize};

use crate::clock::ClockKind;
use crate::person::Role;

mod action;
mod decide;
mod ordinary;
mod recompute;
mod refusal;
mod tick;
mod work_order;

pub use action::{Action, ActionKind, Revision};
pub use decide::{Context, Decision, Opening, decide, open, possible};
pub use recompute::recomputed;
pub use refusal::Refusal;
pub use tick::tick;

/// Which procedure 流程 a complaint follows (M14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// 普通投诉 (M7).
    Ordinary,
    /// 工单投诉 (M9).
    WorkOrder,
}

impl Flow {
    /// Every flow. A new flow is its file, a line here and in [`Flow::table`].
    pub const ALL: [Self; 2] = [Self::Ordinary, Self::WorkOrder];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::WorkOrder => "work_order",
        }
    }

    /// The flow's table.
    pub const fn table(self) -> &'static [Transition] {
        match self {
            Self::Ordinary => ordinary::TABLE,
            Self::WorkOrder => work_order::TABLE,
        }
    }

    /// Whether some move of this flow leaves that state.
    pub fn leads_on_from(self, state: State) -> bool {
        self.table().iter().any(|row| row.to != To::Same && row.from.contains(&state))
    }

    /// The clocks that start when a complaint is received into this flow.
    pub const fn opening_clocks(self) -> &'static [ClockKind] {
        match self {
            Self::Ordinary => ordinary::OPENING,
            Self::WorkOrder => work_order::OPENING,
        }
    }
}

/// Where in its flow a complaint stands 状态 (domain.md §14). The vocabulary is common, each flow's table uses its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 待受理.
    Received,
    /// 处理中.
    InProgress,
    /// 转派中.
    Transferred,
    /// 外派中.
    Outsourced,
    /// 挂起, waiting for the customer.
    AwaitingCustomer,
    /// 挂起, waiting for others.
    Held,
    /// 已答复.
    Answered,
    /// 已归档.
    Closed,
    /// 驳回.
    Rejected,
    /// 撤诉/作废.
    Withdrawn,
}

impl State {
    /// Every state, in the order of a complaint's life.
    pub const ALL: [Self; 10] = [
        Self::Received,
        Self::InProgress,
        Self::Transferred,
        Self::Outsourced,
        Self::AwaitingCustomer,
        Self::Held,
        Self::Answered,
        Self::Closed,
        Self::Rejected,
        Self::Withdrawn,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InProgress => "in_progress",
            Self::Transferred => "transferred",
            Self::Outsourced => "outsourced",
            Self::AwaitingCustomer => "awaiting_customer",
            Self::Held => "held",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether somebody still owes the customer or the record something.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Received
            | Self::InProgress
            | Self::Transferred
            | Self::Outsourced
            | Self::AwaitingCustomer
            | Self::Held
            | Self::Answered => true,
            Self::Closed | Self::Rejected | Self::Withdrawn => false,
        }
    }
}

/// On whom a complaint waits 等待方: exactly one at any time (M12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The desk, to take it up.
    Desk,
    /// The handler.
    Handler,
    /// Another department.
    Department,
    /// An outside organisation.
    Contractor,
    /// The customer.
    Customer,
    /// Somebody else: works, material, a permit.
    Others,
    /// Nobody: the record is closed.
    Nobody,
}

impl Party {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Handler => "handler",
            Self::Department => "department",
            Self::Contractor => "contractor",
            Self::Customer => "customer",
            Self::Others => "others",
            Self::Nobody => "nobody",
        }
    }
}

/// Where a transition leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The state stays.
    Same,
    /// Another state.
    State(State),
}

/// Something that must be handed in or stand on record before a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// A reason in words.
    Reason,
    /// The words of the answer.
    ReplyText,
    /// A communication with the customer on record, reached or attempted.
    Contact,
    /// 归因 and 解决状态.
    Attribution,
    /// A department or organisation to send it to.
    Receiver,
    /// A result in words.
    Result,
}

/// One row of a flow's table.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// From which states.
    pub from: &'static [State],
    /// Which action.
    pub action: ActionKind,
    /// To which state.
    pub to: To,
    /// Which roles may.
    pub who: &'static [Role],
    /// Whether an upstream system may, through the open API.
    pub machine: bool,
    /// What must be handed in. A machine's move is not refused for a missing part: it leaves a duty.
    pub needs: &'static [Part],
    /// Clocks that start.
    pub starts: &'static [ClockKind],
    /// Clocks that stop.
    pub stops: &'static [ClockKind],
    /// On whom it waits afterwards.
    pub waits_on: Party,
}

/// Those who work on complaints at the desk.
const DESK: &[Role] = &[Role::Triage, Role::Handler, Role::TeamLeader, Role::Director, Role::AccountManager];
/// Those who handle.
const HANDLERS: &[Role] = &[Role::Handler, Role::TeamLeader, Role::Director, Role::AccountManager];
/// Those who take over what was transferred.
const RECEIVERS: &[Role] =
    &[Role::Handler, Role::TeamLeader, Role::Director, Role::ProjectManager, Role::AccountManager];
/// Those who feed back what was outsourced, or take it back.
const OUTSIDE: &[Role] = &[Role::Contractor, Role::Handler, Role::TeamLeader, Role::Director];
/// Those who decide on others' work.
const LEADERS: &[Role] = &[Role::TeamLeader, Role::Director, Role::ProjectManager, Role::Manager, Role::DeputyManager];

#[cfg(test)]
mod tests;
