//! What somebody may do to a complaint, with what each move carries.

use serde::{Deserialize, Serialize};

use crate::complaint::{Attribution, CheckRef, Customer, Matter, Means, PersonRef, Resolution, UpstreamNumber};
use crate::flow::{Flow, Party};
use crate::grade::Grade;
use crate::journal::MaskedField;
use crate::place::Place;
use crate::time::Timestamp;

/// The name of an action, as tables, addresses and refusals use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// 接单.
    Accept,
    /// 记录沟通.
    Contact,
    /// 备注.
    Note,
    /// 转派.
    Transfer,
    /// 接手: the department takes the transferred complaint.
    TakeOver,
    /// 外派.
    Outsource,
    /// 反馈: the result of a transfer or an outsourced job.
    Feedback,
    /// 挂起.
    Suspend,
    /// 恢复.
    Resume,
    /// 答复.
    Reply,
    /// 直接答复.
    DirectReply,
    /// 归档.
    Close,
    /// 重开.
    Reopen,
    /// 驳回.
    RejectBack,
    /// 撤诉.
    Withdraw,
    /// 更正.
    Correct,
    /// 改派处理人.
    Assign,
    /// 改等级.
    Regrade,
    /// 改流程.
    ChangeFlow,
    /// 重新核查.
    Recheck,
    /// 查看明文.
    Unmask,
    /// What an upstream system changed of its own words.
    Revise,
}

impl ActionKind {
    /// Every action.
    pub const ALL: [Self; 22] = [
        Self::Accept,
        Self::Contact,
        Self::Note,
        Self::Transfer,
        Self::TakeOver,
        Self::Outsource,
        Self::Feedback,
        Self::Suspend,
        Self::Resume,
        Self::Reply,
        Self::DirectReply,
        Self::Close,
        Self::Reopen,
        Self::RejectBack,
        Self::Withdraw,
        Self::Correct,
        Self::Assign,
        Self::Regrade,
        Self::ChangeFlow,
        Self::Recheck,
        Self::Unmask,
        Self::Revise,
    ];

    /// The stable name, also the last part of the action's address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Contact => "contact",
            Self::Note => "note",
            Self::Transfer => "transfer",
            Self::TakeOver => "take_over",
            Self::Outsource => "outsource",
            Self::Feedback => "feedback",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Reply => "reply",
            Self::DirectReply => "direct_reply",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::RejectBack => "reject_back",
            Self::Withdraw => "withdraw",
            Self::Correct => "correct",
            Self::Assign => "assign",
            Self::Regrade => "regrade",
            Self::ChangeFlow => "change_flow",
            Self::Recheck => "recheck",
            Self::Unmask => "unmask",
            Self::Revise => "revise",
        }
    }

    /// The action of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// 中文 and English titles, as buttons and refusals show them.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Accept => ("接单", "Accept"),
            Self::Contact => ("记录沟通", "Record contact"),
            Self::Note => ("备注", "Add note"),
            Self::Transfer => ("转派", "Transfer"),
            Self::TakeOver => ("接手", "Take over"),
            Self::Outsource => ("外派", "Outsource"),
            Self::Feedback => ("反馈结果", "Feed back"),
            Self::Suspend => ("挂起", "Suspend"),
            Self::Resume => ("恢复处理", "Resume"),
            Self::Reply => ("答复客户", "Reply"),
            Self::DirectReply => ("直接答复", "Direct reply"),
            Self::Close => ("归档", "Close"),
            Self::Reopen => ("重开", "Reopen"),
            Self::RejectBack => ("驳回", "Reject back"),
            Self::Withdraw => ("撤诉", "Withdraw"),
            Self::Correct => ("更正", "Correct"),
            Self::Assign => ("改派处理人", "Assign"),
            Self::Regrade => ("调整等级", "Change grade"),
            Self::ChangeFlow => ("改流程", "Change flow"),
            Self::Recheck => ("重新核查", "Check again"),
            Self::Unmask => ("查看明文", "Show in clear"),
            Self::Revise => ("上游修订", "Upstream revision"),
        }
    }
}

/// An action with its content, parsed at the edge.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// 接单.
    Accept,
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
        /// 归因.
        attribution: Option<Attribution>,
        /// 解决状态.
        resolution: Option<Resolution>,
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
        }
    }
}
