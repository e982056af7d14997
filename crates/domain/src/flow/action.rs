//! What somebody may do to a complaint, with what each move carries.

mod kind;

pub use kind::ActionKind;

use serde::{Deserialize, Serialize};

use crate::complaint::{
    Attribution, CauseName, CheckRef, Complaint, ComplaintRef, Customer, Matter, Means, PersonRef, Plan,
    RejectionGround, Resolution, UpstreamNumber,
};
use crate::declaration::Declaration;
use crate::flow::{Flow, PaperKind, Party, State};
use crate::grade::Grade;
use crate::journal::MaskedField;
use crate::place::Place;
use crate::time::Timestamp;

/// An action with its content, parsed at the edge.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// 接单.
    Accept,
    /// 开始沟通: from now on the talk is to be put on record (M7).
    BeginContact,
    /// 记录沟通.
    Contact {
        /// By which means.
        means: Means,
        /// Whether the customer was reached.
        reached: bool,
        /// When it took place.
        took_place: Timestamp,
        /// What was said.
        summary: String,
    },
    /// 备注.
    Note {
        /// The words.
        text: String,
    },
    /// 转派.
    Transfer {
        /// To which department.
        department: String,
        /// Why.
        reason: String,
    },
    /// 接手.
    TakeOver,
    /// 外派.
    Outsource {
        /// To which outside organisation.
        organisation: String,
        /// What is to be done.
        task: String,
    },
    /// 反馈结果.
    Feedback {
        /// The result in words.
        result: String,
    },
    /// 挂起.
    Suspend {
        /// For whom: [`Party::Customer`], else others.
        waits_on: Party,
        /// 激活时间: until when at the latest; a week where nobody says.
        until: Option<Timestamp>,
        /// Why.
        reason: String,
    },
    /// 恢复.
    Resume {
        /// Why.
        reason: String,
    },
    /// 答复.
    Reply {
        /// The words.
        text: String,
    },
    /// 直接答复.
    DirectReply {
        /// The words.
        text: String,
    },
    /// 归档.
    Close {
        /// The leaf of the tree of causes, where somebody says so closely.
        cause: Option<CauseName>,
        /// 归因.
        attribution: Option<Attribution>,
        /// 解决状态.
        resolution: Option<Resolution>,
        /// 方案; taken only where the resolution promises something later.
        plan: Option<Plan>,
        /// Anything else.
        remark: String,
    },
    /// 重开.
    Reopen {
        /// Why.
        reason: String,
    },
    /// 驳回.
    RejectBack {
        /// On which ground; a machine may not know.
        ground: Option<RejectionGround>,
        /// Why.
        reason: String,
    },
    /// 撤诉.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// 更正.
    Correct {
        /// The matter as it shall read.
        matter: Box<Matter>,
        /// The place as it shall read.
        place: Box<Place>,
        /// The customer as it shall read.
        customer: Box<Customer>,
    },
    /// 改派处理人.
    Assign {
        /// To whom.
        handler: PersonRef,
        /// Why.
        reason: String,
    },
    /// 改等级.
    Regrade {
        /// To which.
        grade: Grade,
        /// Why.
        reason: String,
    },
    /// 改流程.
    ChangeFlow {
        /// To which.
        flow: Flow,
        /// Why.
        reason: String,
    },
    /// 重新核查.
    Recheck {
        /// The new evidence.
        check: CheckRef,
    },
    /// 查看明文.
    Unmask {
        /// Which field.
        field: MaskedField,
        /// Why.
        reason: String,
    },
    /// 上游修订.
    Revise(Box<Revision>),
    /// Something written for the record, with the move its action makes.
    Write {
        /// What.
        paper: PaperKind,
        /// The words.
        text: String,
    },
    /// 申告表, as far as it is written; submitted when it is complete (M8).
    Declare {
        /// The form.
        declaration: Box<Declaration>,
        /// Whether it goes to the review.
        submit: bool,
    },
    /// 记录资源调配 (M8).
    Mobilise(Mobilisation),
    /// 申请延期: the time for handling is to end later.
    AskExtension {
        /// By when it shall be handled.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// 审批延期.
    DecideExtension {
        /// Whether.
        granted: bool,
        /// Why.
        reason: String,
    },
    /// 审批核减: whether the complaint counts in the figures.
    DecideExemption {
        /// Whether it is left out of them.
        granted: bool,
        /// Why.
        reason: String,
    },
    /// 合并 into another complaint of the same customer.
    Merge {
        /// The other one, as it stands.
        into: Box<Complaint>,
        /// Why.
        reason: String,
    },
    /// 撤销合并.
    Unmerge {
        /// Why.
        reason: String,
    },
    /// 拆分: a part of it goes on in another complaint.
    Split {
        /// Which.
        into: ComplaintRef,
        /// Why.
        reason: String,
    },
    /// 关联群诉.
    Tie {
        /// The lead, as it stands.
        lead: Box<Complaint>,
        /// Why.
        reason: String,
    },
    /// 解除群诉关联.
    Untie {
        /// Why.
        reason: String,
    },
    /// 按群诉答复.
    AnswerWithLead {
        /// The words.
        text: String,
    },
    /// 撤回群诉答复.
    TakeBack {
        /// Why.
        reason: String,
    },
    /// 例外处理: the complaint goes where the procedure does not lead it (M10).
    Depart(Departure),
}

/// A departure from the procedure 例外 (M10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// From which state.
    pub from: State,
    /// To which state of its flow.
    pub to: State,
    /// Why.
    pub reason: String,
    /// Who approved it; absent where it was urgent and is approved afterwards.
    pub approver: Option<PersonRef>,
}

/// What an interface mobilised 资源调配记录 (M8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mobilisation {
    /// Which resources.
    pub resources: String,
    /// Since when.
    pub since: Timestamp,
    /// With what result, or why it failed.
    pub result: String,
}

/// What an upstream system changes of a complaint; `None` leaves a part as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Revision {
    /// The matter as it shall read.
    pub matter: Option<Matter>,
    /// The upstream number as it shall read.
    pub upstream: Option<Option<UpstreamNumber>>,
    /// The upstream document as it shall read.
    pub document: Option<Option<String>>,
}

impl Action {
    /// Its name.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Accept => ActionKind::Accept,
            Self::Contact { .. } => ActionKind::Contact,
            Self::Note { .. } => ActionKind::Note,
            Self::Transfer { .. } => ActionKind::Transfer,
            Self::TakeOver => ActionKind::TakeOver,
            Self::Outsource { .. } => ActionKind::Outsource,
            Self::Feedback { .. } => ActionKind::Feedback,
            Self::Suspend { .. } => ActionKind::Suspend,
            Self::Resume { .. } => ActionKind::Resume,
            Self::Reply { .. } => ActionKind::Reply,
            Self::DirectReply { .. } => ActionKind::DirectReply,
            Self::Close { .. } => ActionKind::Close,
            Self::Reopen { .. } => ActionKind::Reopen,
            Self::RejectBack { .. } => ActionKind::RejectBack,
            Self::Withdraw { .. } => ActionKind::Withdraw,
            Self::Correct { .. } => ActionKind::Correct,
            Self::Assign { .. } => ActionKind::Assign,
            Self::Regrade { .. } => ActionKind::Regrade,
            Self::ChangeFlow { .. } => ActionKind::ChangeFlow,
            Self::Recheck { .. } => ActionKind::Recheck,
            Self::Unmask { .. } => ActionKind::Unmask,
            Self::Revise(_) => ActionKind::Revise,
            Self::Write { paper, .. } => paper.action(),
            Self::Declare { submit: false, .. } => ActionKind::SaveDeclaration,
            Self::Declare { submit: true, .. } => ActionKind::SubmitDeclaration,
            Self::Mobilise(_) => ActionKind::Mobilise,
            Self::AskExtension { .. } => ActionKind::AskExtension,
            Self::DecideExtension { .. } => ActionKind::DecideExtension,
            Self::DecideExemption { .. } => ActionKind::DecideExemption,
            Self::Depart(_) => ActionKind::Depart,
            Self::BeginContact => ActionKind::BeginContact,
            Self::Merge { .. } => ActionKind::Merge,
            Self::Unmerge { .. } => ActionKind::Unmerge,
            Self::Split { .. } => ActionKind::Split,
            Self::Tie { .. } => ActionKind::Tie,
            Self::Untie { .. } => ActionKind::Untie,
            Self::AnswerWithLead { .. } => ActionKind::AnswerWithLead,
            Self::TakeBack { .. } => ActionKind::TakeBack,
        }
    }
}
