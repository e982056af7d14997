//! The names of what may be done: buttons, addresses, tables and refusals use them.

use serde::{Deserialize, Serialize};

use crate::clock::ClockKind;

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
    /// 开始沟通.
    BeginContact,
    /// 验收通过.
    AcceptResult,
    /// 合并到.
    Merge,
    /// 撤销合并.
    Unmerge,
    /// 拆分.
    Split,
    /// 关联群诉.
    Tie,
    /// 解除群诉.
    Untie,
    /// 按群诉答复.
    AnswerWithLead,
    /// 撤回群诉答复.
    TakeBack,
}

impl ActionKind {
    /// Every action.
    pub const ALL: [Self; 60] = [
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
        Self::BeginContact,
        Self::AcceptResult,
        Self::Merge,
        Self::Unmerge,
        Self::Split,
        Self::Tie,
        Self::Untie,
        Self::AnswerWithLead,
        Self::TakeBack,
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
            Self::BeginContact => "begin_contact",
            Self::AcceptResult => "accept_result",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
            Self::Split => "split",
            Self::Tie => "tie",
            Self::Untie => "untie",
            Self::AnswerWithLead => "answer_with_lead",
            Self::TakeBack => "take_back",
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
            Self::AcceptResult => Some(ClockKind::ResultAcceptance),
            _ => None,
        }
    }

    /// Whether it puts the complaint back to where it stood, with the clocks that ran there.
    pub const fn undoes(self) -> bool {
        matches!(self, Self::Unmerge | Self::TakeBack)
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
            Self::BeginContact => ("开始沟通", "Begin contact"),
            Self::AcceptResult => ("验收通过", "Accept result"),
            Self::Merge => ("合并到", "Merge into"),
            Self::Unmerge => ("撤销合并", "Undo merge"),
            Self::Split => ("拆分", "Split"),
            Self::Tie => ("关联群诉", "Tie to a mass complaint"),
            Self::Untie => ("解除群诉", "Untie"),
            Self::AnswerWithLead => ("按群诉答复", "Answer with the lead"),
            Self::TakeBack => ("撤回群诉答复", "Take the answer back"),
        }
    }
}
