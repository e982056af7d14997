//! What somebody may do to a complaint, with what each move carries.

use serde::{Deserialize, Serialize};

use crate::clock::ClockKind;
use crate::complaint::{Attribution, CheckRef, Customer, Matter, Means, PersonRef, Resolution, UpstreamNumber};
use crate::declaration::Declaration;
use crate::flow::{Flow, PaperKind, Party, State};
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
    /// 提交预案.
    SubmitPlan,
    /// 修改并上报.
    RevisePlan,
    /// 退回预案.
    ReturnPlan,
    /// 批准预案.
    ApprovePlan,
    /// 记录督办要点.
    Oversee,
    /// 记录总结会.
    HoldMeeting,
    /// 退回申告表.
    ReturnDeclaration,
    /// 审核通过.
    ApproveDeclaration,
    /// 上报总管.
    Escalate,
    /// 作出决定.
    Decide,
    /// 续报.
    ReportProgress,
    /// 终报.
    ReportFinal,
    /// 派现场测试.
    SendTester,
    /// 接收外派单.
    TakeOrder,
    /// 到场.
    Arrive,
    /// 退回返工.
    SendBack,
    /// 督办.
    Supervise,
    /// 答复督办.
    AnswerSupervision,
    /// 提出争议.
    Dispute,
    /// 裁定争议.
    DecideDispute,
    /// 复核例外.
    ReviewException,
    /// 申请核减.
    AskExemption,
    /// 保存申告表.
    SaveDeclaration,
    /// 提交申告表.
    SubmitDeclaration,
    /// 记录资源调配.
    Mobilise,
    /// 申请延期.
    AskExtension,
    /// 审批延期.
    DecideExtension,
    /// 审批核减.
    DecideExemption,
    /// 例外处理.
    Depart,
}

impl ActionKind {
    /// Every action.
    pub const ALL: [Self; 51] = [
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
        Self::SubmitPlan,
        Self::RevisePlan,
        Self::ReturnPlan,
        Self::ApprovePlan,
        Self::Oversee,
        Self::HoldMeeting,
        Self::ReturnDeclaration,
        Self::ApproveDeclaration,
        Self::Escalate,
        Self::Decide,
        Self::ReportProgress,
        Self::ReportFinal,
        Self::SendTester,
        Self::TakeOrder,
        Self::Arrive,
        Self::SendBack,
        Self::Supervise,
        Self::AnswerSupervision,
        Self::Dispute,
        Self::DecideDispute,
        Self::ReviewException,
        Self::AskExemption,
        Self::SaveDeclaration,
        Self::SubmitDeclaration,
        Self::Mobilise,
        Self::AskExtension,
        Self::DecideExtension,
        Self::DecideExemption,
        Self::Depart,
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
            Self::SubmitPlan => "submit_plan",
            Self::RevisePlan => "revise_plan",
            Self::ReturnPlan => "return_plan",
            Self::ApprovePlan => "approve_plan",
            Self::Oversee => "oversee",
            Self::HoldMeeting => "hold_meeting",
            Self::ReturnDeclaration => "return_declaration",
            Self::ApproveDeclaration => "approve_declaration",
            Self::Escalate => "escalate",
            Self::Decide => "decide",
            Self::ReportProgress => "report_progress",
            Self::ReportFinal => "report_final",
            Self::SendTester => "send_tester",
            Self::TakeOrder => "take_order",
            Self::Arrive => "arrive",
            Self::SendBack => "send_back",
            Self::Supervise => "supervise",
            Self::AnswerSupervision => "answer_supervision",
            Self::Dispute => "dispute",
            Self::DecideDispute => "decide_dispute",
            Self::ReviewException => "review_exception",
            Self::AskExemption => "ask_exemption",
            Self::SaveDeclaration => "save_declaration",
            Self::SubmitDeclaration => "submit_declaration",
            Self::Mobilise => "mobilise",
            Self::AskExtension => "ask_extension",
            Self::DecideExtension => "decide_extension",
            Self::DecideExemption => "decide_exemption",
            Self::Depart => "depart",
        }
    }

    /// The obligation it meets, where it answers one: possible only while that clock runs.
    pub const fn answers(self) -> Option<ClockKind> {
        match self {
            Self::AnswerSupervision => Some(ClockKind::Supervision),
            Self::DecideDispute => Some(ClockKind::Dispute),
            Self::ReviewException => Some(ClockKind::ExceptionReview),
            Self::DecideExtension => Some(ClockKind::Extension),
            Self::DecideExemption => Some(ClockKind::Exemption),
            Self::TakeOrder => Some(ClockKind::OrderAcceptance),
            Self::Arrive => Some(ClockKind::Arrival),
            _ => None,
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
            Self::SubmitPlan => ("提交预案", "Submit plan"),
            Self::RevisePlan => ("修改并上报", "Revise and pass on"),
            Self::ReturnPlan => ("退回预案", "Return plan"),
            Self::ApprovePlan => ("批准预案", "Approve plan"),
            Self::Oversee => ("记录督办要点", "Record supervision"),
            Self::HoldMeeting => ("记录总结会", "Record summary meeting"),
            Self::ReturnDeclaration => ("退回申告表", "Return declaration"),
            Self::ApproveDeclaration => ("审核通过", "Approve declaration"),
            Self::Escalate => ("上报总管", "Pass to the chief"),
            Self::Decide => ("作出决定", "Decide"),
            Self::ReportProgress => ("续报", "Report progress"),
            Self::ReportFinal => ("终报", "Final report"),
            Self::SendTester => ("派现场测试", "Send a tester"),
            Self::TakeOrder => ("接收外派单", "Accept order"),
            Self::Arrive => ("到场", "Arrive"),
            Self::SendBack => ("退回返工", "Send back"),
            Self::Supervise => ("督办", "Supervise"),
            Self::AnswerSupervision => ("答复督办", "Answer supervision"),
            Self::Dispute => ("提出争议", "Dispute"),
            Self::DecideDispute => ("裁定争议", "Decide dispute"),
            Self::ReviewException => ("复核例外", "Review exception"),
            Self::AskExemption => ("申请核减", "Ask for exemption"),
            Self::SaveDeclaration => ("保存申告表", "Save declaration"),
            Self::SubmitDeclaration => ("提交申告表", "Submit declaration"),
            Self::Mobilise => ("记录资源调配", "Record mobilisation"),
            Self::AskExtension => ("申请延期", "Ask for extension"),
            Self::DecideExtension => ("审批延期", "Decide extension"),
            Self::DecideExemption => ("审批核减", "Decide exemption"),
            Self::Depart => ("例外处理", "Depart from procedure"),
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
        }
    }
}
