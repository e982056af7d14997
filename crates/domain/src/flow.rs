//! Flows are tables: from which state, which action, to which state, who may, what must be handed in, which clocks
//! start and stop, on whom the complaint waits (design §3).
//!
//! [`decide`] reads the table; so do the buttons on the page, the answer to an illegal move and the drawn diagram.

use serde::{Deserialize, Serialize};

use crate::access::Permission;
use crate::clock::ClockKind;
use crate::person::Role;

mod action;
mod common;
mod decide;
mod drawn;
mod lane;
mod limits;
mod major;
mod needs;
mod ordinary;
mod paper;
mod recompute;
mod refusal;
mod task;
mod tick;
mod ties;
mod turn;
mod work_order;

pub use action::{Action, ActionKind, Departure, Mobilisation, Revision};
pub use decide::{Context, Decision, Opening, decide, open, possible};
pub use drawn::Step;
pub use paper::{Paper, PaperKind};
pub use recompute::recomputed;
pub use refusal::{Refusal, Senseless};
pub use tick::tick;
pub use ties::{echo, echoed};
pub use turn::{ASKED, Turn, answerers, asks_holder};

/// Which procedure 流程 a complaint follows (M14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// 普通投诉 (M7).
    Ordinary,
    /// 重大投诉 (M8).
    Major,
    /// 工单投诉 (M9).
    WorkOrder,
    /// 任务 (M15).
    Task,
}

/// What a flow is made of: its file says it, [`Flow::rules`] names it.
#[derive(Debug)]
pub struct Rules {
    /// The moves.
    pub table: &'static [Transition],
    /// The clocks that start at intake.
    pub opening: &'static [ClockKind],
    /// Where a complaint stands once it was taken up, also when it comes over from another flow.
    pub working: State,
    /// Clocks of its own stages, which end when it is left for another flow.
    pub stages: &'static [ClockKind],
    /// The clocks that start when it comes over from another flow.
    pub entering: &'static [ClockKind],
    /// On whom it then waits.
    pub waits_on: Party,
}

impl Flow {
    /// Every flow. A new flow is its file, a line here and in [`Flow::rules`].
    pub const ALL: [Self; 4] = [Self::Ordinary, Self::Major, Self::WorkOrder, Self::Task];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Major => "major",
            Self::WorkOrder => "work_order",
            Self::Task => "task",
        }
    }

    /// The flow of that name; `work-order` is `work_order`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.as_str() == name.replace('-', "_"))
    }

    /// 中文 and English titles.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Ordinary => ("普通投诉", "ordinary complaint"),
            Self::Major => ("重大投诉", "major complaint"),
            Self::WorkOrder => ("工单投诉", "work order"),
            Self::Task => ("任务", "task"),
        }
    }

    /// What the flow is made of.
    pub const fn rules(self) -> &'static Rules {
        match self {
            Self::Ordinary => &ordinary::RULES,
            Self::Major => &major::RULES,
            Self::WorkOrder => &work_order::RULES,
            Self::Task => &task::RULES,
        }
    }

    /// The flow's table.
    pub const fn table(self) -> &'static [Transition] {
        self.rules().table
    }

    /// Whether some move of this flow that a person may make leaves that state.
    pub fn leads_on_from(self, state: State) -> bool {
        self.table().iter().any(|row| row.to != To::Same && row.from.contains(&state) && !row.who.is_empty())
    }

    /// The clocks that start when a complaint is received into this flow.
    pub const fn opening_clocks(self) -> &'static [ClockKind] {
        self.rules().opening
    }

    /// Every state this flow reaches from its first, in the order of a complaint's life.
    pub fn states(self) -> Vec<State> {
        let mut seen = vec![State::Received];
        let mut at = 0;
        while let Some(state) = seen.get(at).copied() {
            for row in self.table().iter().filter(|row| row.from.contains(&state)) {
                for to in row.leads_to() {
                    if !seen.contains(to) {
                        seen.push(*to);
                    }
                }
            }
            at += 1;
        }
        State::ALL.into_iter().filter(|state| seen.contains(state)).collect()
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
    /// 申告表编制中: the account manager writes the declaration (M8).
    Declaring,
    /// 申告表审核中: the area supervisor reviews it (M8).
    Reviewing,
    /// 界面调配中: the interface administrator mobilises resources (M8).
    Mobilising,
    /// 总管处置中: the branch chief decides (M8).
    Deciding,
    /// 拟稿中: the handler drafts the reply plan (M15).
    Drafting,
    /// 组长修改中 (M15).
    Revising,
    /// 主任审批中 (M15).
    Approving,
    /// 转派中.
    Transferred,
    /// 外派中.
    Outsourced,
    /// 现场测试中: a tester is on the way or on the place (M9).
    Testing,
    /// 挂起, waiting for the customer.
    AwaitingCustomer,
    /// 挂起, waiting for others.
    Held,
    /// 已答复.
    Answered,
    /// 待归档: the summary meeting is on record (M15).
    Summarised,
    /// 已归档.
    Closed,
    /// 驳回.
    Rejected,
    /// 撤诉/作废.
    Withdrawn,
    /// 已合并: goes on in another complaint.
    Merged,
}

impl State {
    /// Every state, in the order of a complaint's life.
    pub const ALL: [Self; 20] = [
        Self::Received,
        Self::InProgress,
        Self::Declaring,
        Self::Reviewing,
        Self::Mobilising,
        Self::Deciding,
        Self::Drafting,
        Self::Revising,
        Self::Approving,
        Self::Transferred,
        Self::Outsourced,
        Self::Testing,
        Self::AwaitingCustomer,
        Self::Held,
        Self::Answered,
        Self::Summarised,
        Self::Closed,
        Self::Rejected,
        Self::Withdrawn,
        Self::Merged,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InProgress => "in_progress",
            Self::Declaring => "declaring",
            Self::Reviewing => "reviewing",
            Self::Mobilising => "mobilising",
            Self::Deciding => "deciding",
            Self::Drafting => "drafting",
            Self::Revising => "revising",
            Self::Approving => "approving",
            Self::Transferred => "transferred",
            Self::Outsourced => "outsourced",
            Self::Testing => "testing",
            Self::AwaitingCustomer => "awaiting_customer",
            Self::Held => "held",
            Self::Answered => "answered",
            Self::Summarised => "summarised",
            Self::Closed => "closed",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Merged => "merged",
        }
    }

    /// Whether somebody still owes the customer or the record something.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Rejected | Self::Withdrawn | Self::Merged)
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
    /// 组长 (M15).
    Leader,
    /// 主任 (M15).
    Director,
    /// 项目经理 (M15).
    ProjectManager,
    /// 客户经理, for the declaration (M8).
    AccountManager,
    /// 区域客户经理主管, for the review (M8).
    AreaSupervisor,
    /// 界面重大投诉管理员, for resources (M8).
    InterfaceAdmin,
    /// 分公司重大投诉总管, for the decision (M8).
    Chief,
    /// 现场测试人员 (M9).
    Tester,
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
    /// Every party.
    pub const ALL: [Self; 15] = [
        Self::Desk,
        Self::Handler,
        Self::Leader,
        Self::Director,
        Self::ProjectManager,
        Self::AccountManager,
        Self::AreaSupervisor,
        Self::InterfaceAdmin,
        Self::Chief,
        Self::Tester,
        Self::Department,
        Self::Contractor,
        Self::Customer,
        Self::Others,
        Self::Nobody,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Handler => "handler",
            Self::Leader => "leader",
            Self::Director => "director",
            Self::ProjectManager => "project_manager",
            Self::AccountManager => "account_manager",
            Self::AreaSupervisor => "area_supervisor",
            Self::InterfaceAdmin => "interface_admin",
            Self::Chief => "chief",
            Self::Tester => "tester",
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
    /// 沟通 after the last result came back: the customer was told of it, or it was tried (M3).
    Told,
    /// 《重大投诉申告表》 with every required part (M8).
    Declaration,
    /// 资源调配记录: which resources, since when, with what result (M8).
    Mobilisation,
    /// 终报 (M8).
    FinalReport,
    /// 督办要点 of the project manager (M15).
    Oversight,
    /// 总结会记录 (M15).
    Meeting,
    /// 驳回原因, one of the known ones.
    Ground,
    /// 督办、争议、例外: each answered, decided and reviewed (M10, M13).
    Settled,
    /// 方案 with an expected day, where the resolution promises something later (M3).
    Plan,
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

impl Transition {
    /// Whether it leads to another state of its table.
    pub fn leads_to(&self) -> &'static [State] {
        match (self.to, self.action) {
            // The table cannot tell for whom it is suspended.
            (To::State(_), ActionKind::Suspend) => &[State::AwaitingCustomer, State::Held],
            // Nor where it stood before.
            (To::State(_), ActionKind::Unmerge) => ties::MERGEABLE,
            (To::State(_), ActionKind::TakeBack) => ties::ANSWERABLE,
            (To::State(state), _) => State::ALL.iter().find(|known| **known == state).map_or(&[], std::slice::from_ref),
            (To::Same, _) => &[],
        }
    }
}

/// Those who work on complaints at the desk.
const DESK: &[Role] = &[Role::Triage, Role::Handler, Role::TeamLeader, Role::Director, Role::AccountManager];
/// Those who handle.
const HANDLERS: &[Role] = &[Role::Handler, Role::TeamLeader, Role::Director, Role::AccountManager];
/// Those who take over what was transferred.
const RECEIVERS: &[Role] = &Permission::TakeTransferred.roles::<{ Permission::TakeTransferred.grants().len() }>();
/// Those who feed back what was outsourced, or take it back.
const OUTSIDE: &[Role] = &[Role::Contractor, Role::Handler, Role::TeamLeader, Role::Director];
/// Those who decide on others' work.
const LEADERS: &[Role] = &[Role::TeamLeader, Role::Director, Role::ProjectManager, Role::Manager, Role::DeputyManager];

/// Everybody who may read complaints.
const EVERYBODY: &[Role] = &Permission::ReadComplaints.roles::<{ Permission::ReadComplaints.grants().len() }>();

/// While the record is open.
const OPEN: &[State] = State::ALL.split_at(State::ALL.len() - 4).0;
/// Every state: what never moves the complaint.
const ANY: &[State] = &State::ALL;
/// Every clock: what closing a record stops.
const ALL_CLOCKS: &[ClockKind] = &ClockKind::ALL;

/// A row without field names, so that a table reads as one.
#[expect(clippy::too_many_arguments, reason = "a table's columns")]
const fn row(
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

/// One table of several parts, in their order: that of the buttons on a page.
const fn join<const N: usize>(parts: &[&[Transition]]) -> [Transition; N] {
    let mut table = [parts[0][0]; N];
    let (mut part, mut at, mut filled) = (0, 0, 0);
    while part < parts.len() {
        if at == parts[part].len() {
            (part, at) = (part + 1, 0);
        } else {
            table[filled] = parts[part][at];
            (at, filled) = (at + 1, filled + 1);
        }
    }
    assert!(filled == N, "a table has a place for each of its rows");
    table
}

#[cfg(test)]
mod tests;
