//! Which obligations there are: one row each. What each is given, its limit, warning point and ladder, is policy:
//! a table `[clocks.NAME]` in `policy/default.toml`.

use serde::{Deserialize, Serialize};

/// What a clock is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// 受理（签收）: somebody takes the complaint.
    Acceptance,
    /// 首次联系: the customer is spoken to for the first time.
    FirstContact,
    /// 预处理结论: triage says what it is.
    Triage,
    /// 沟通录入: a communication is put on record (M7).
    CommunicationRecord,
    /// 申告表: the declaration of a major complaint is mailed (M8).
    Declaration,
    /// 处理: the complaint is solved, with the reserve for upstream's own call-back kept.
    Handling,
    /// 到场: a tester is on the place (M9).
    Arrival,
    /// 进展告知: the customer hears how it stands.
    Progress,
    /// 答复: the customer has an answer.
    Reply,
    /// 回访: the customer is asked whether it is solved.
    CallBack,
    /// 归档: the record is complete and closed.
    Archive,
    /// 上游时限: what the upstream system demands.
    Upstream,
    /// 申诉件: the complaint has gone past the operator.
    Appeal,
    /// 申告表审核: review of the declaration.
    Review,
    /// 资源调配: mobilisation.
    Mobilisation,
    /// 总管决定: chief's decision.
    Decision,
    /// 终报: final report.
    FinalReport,
    /// 拟稿: draft.
    Draft,
    /// 组长修改: revision.
    Revision,
    /// 主任审批: approval.
    Approval,
    /// 总结会: summary meeting.
    Meeting,
    /// 外派接单: order accepted.
    OrderAcceptance,
    /// 外派完成: order finished.
    OrderFinish,
    /// 结果验收: result accepted or sent back (M3).
    ResultAcceptance,
    /// 督办答复: answer to supervision.
    Supervision,
    /// 争议裁定: dispute decided.
    Dispute,
    /// 延期审批: extension decided.
    Extension,
    /// 核减审批: exemption decided.
    Exemption,
    /// 例外复核: exception reviewed.
    ExceptionReview,
}

impl ClockKind {
    /// Every kind, in the order of a complaint's life.
    pub const ALL: [Self; 29] = [
        Self::Acceptance,
        Self::FirstContact,
        Self::Triage,
        Self::CommunicationRecord,
        Self::Declaration,
        Self::Handling,
        Self::Arrival,
        Self::Progress,
        Self::Reply,
        Self::CallBack,
        Self::Archive,
        Self::Upstream,
        Self::Appeal,
        Self::Review,
        Self::Mobilisation,
        Self::Decision,
        Self::FinalReport,
        Self::Draft,
        Self::Revision,
        Self::Approval,
        Self::Meeting,
        Self::OrderAcceptance,
        Self::OrderFinish,
        Self::ResultAcceptance,
        Self::Supervision,
        Self::Dispute,
        Self::Extension,
        Self::Exemption,
        Self::ExceptionReview,
    ];

    /// The stable name, and what it is called in Chinese and English. What it is given is policy.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Acceptance => ("acceptance", "受理", "acceptance"),
            Self::FirstContact => ("first_contact", "首次联系", "first contact"),
            Self::Triage => ("triage", "预处理结论", "triage"),
            Self::CommunicationRecord => ("communication_record", "沟通录入", "communication on record"),
            Self::Declaration => ("declaration", "申告表", "declaration"),
            Self::Handling => ("handling", "处理", "handling"),
            Self::Arrival => ("arrival", "到场", "arrival on the place"),
            Self::Progress => ("progress", "进展告知", "progress told"),
            Self::Reply => ("reply", "答复", "reply"),
            Self::CallBack => ("call_back", "回访", "call-back"),
            Self::Archive => ("archive", "归档", "archive"),
            Self::Upstream => ("upstream", "上游时限", "upstream limit"),
            Self::Appeal => ("appeal", "申诉件", "appeal"),
            Self::Review => ("review", "申告表审核", "review of the declaration"),
            Self::Mobilisation => ("mobilisation", "资源调配", "mobilisation"),
            Self::Decision => ("decision", "总管决定", "chief's decision"),
            Self::FinalReport => ("final_report", "终报", "final report"),
            Self::Draft => ("draft", "拟稿", "draft"),
            Self::Revision => ("revision", "组长修改", "revision"),
            Self::Approval => ("approval", "主任审批", "approval"),
            Self::Meeting => ("meeting", "总结会", "summary meeting"),
            Self::OrderAcceptance => ("order_acceptance", "外派接单", "order accepted"),
            Self::OrderFinish => ("order_finish", "外派完成", "order finished"),
            Self::ResultAcceptance => ("result_acceptance", "结果验收", "result judged"),
            Self::Supervision => ("supervision", "督办答复", "answer to supervision"),
            Self::Dispute => ("dispute", "争议裁定", "dispute decided"),
            Self::Extension => ("extension", "延期审批", "extension decided"),
            Self::Exemption => ("exemption", "核减审批", "exemption decided"),
            Self::ExceptionReview => ("exception_review", "例外复核", "exception reviewed"),
        }
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The kind in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        let (_, zh, en) = self.row();
        (zh, en)
    }
}
