//! Which obligations there are: one row each, with its default limit (domain.md §5).

use serde::{Deserialize, Serialize};

use crate::calendar::Budget;
use crate::grade::Grade;

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

/// One row of the table.
struct Row {
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    /// The limit in duty hours.
    limit: Budget,
    /// The limit when it starts outside duty hours, where that differs.
    off_duty: Option<Budget>,
    /// The limit from 重大 on, where that differs.
    major: Option<Budget>,
    /// After which share of the limit it is 即将超时.
    warn_percent: u8,
    /// Whether it stands still while the complaint is suspended 挂起.
    pausable: bool,
    /// Where the limit comes from.
    source: &'static str,
}

const fn row(name: &'static str, zh: &'static str, en: &'static str, limit: Budget, source: &'static str) -> Row {
    Row { name, zh, en, limit, off_duty: None, major: None, warn_percent: 75, pausable: false, source }
}

impl ClockKind {
    /// Every kind, in the order of a complaint's life.
    pub const ALL: [Self; 28] = [
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
        Self::Supervision,
        Self::Dispute,
        Self::Extension,
        Self::Exemption,
        Self::ExceptionReview,
    ];

    const fn row(self) -> Row {
        const MATRIX: &str = "default SLA matrix";
        match self {
            Self::Acceptance => {
                let row = row("acceptance", "受理", "acceptance", Budget::minutes(30), MATRIX);
                Row { off_duty: Some(Budget::hours(2)), ..row }
            }
            Self::FirstContact => {
                let row = row("first_contact", "首次联系", "first contact", Budget::working_hours(2), MATRIX);
                Row { major: Some(Budget::minutes(30)), ..row }
            }
            Self::Triage => row("triage", "预处理结论", "triage", Budget::working_hours(4), MATRIX),
            Self::CommunicationRecord => {
                row("communication_record", "沟通录入", "communication on record", Budget::HALF_DAY, "M7")
            }
            Self::Declaration => row("declaration", "申告表", "declaration", Budget::HALF_DAY, "M8"),
            Self::Handling => {
                let row = row("handling", "处理", "handling", Budget::hours(42), "48 h less 6 h upstream reserve");
                Row { warn_percent: 80, pausable: true, ..row }
            }
            Self::Arrival => {
                let row = row("arrival", "到场", "arrival on the place", Budget::HalfDays(2), MATRIX);
                Row { pausable: true, ..row }
            }
            Self::Progress => {
                let row = row("progress", "进展告知", "progress told", Budget::hours(48), "DB3212/T 1102-2022");
                Row { major: Some(Budget::working_hours(4)), ..row }
            }
            Self::Reply => {
                Row { pausable: true, ..row("reply", "答复", "reply", Budget::hours(48), "public promise of 48 h") }
            }
            Self::CallBack => row("call_back", "回访", "call-back", Budget::hours(24), MATRIX),
            Self::Archive => row("archive", "归档", "archive", Budget::HalfDays(6), MATRIX),
            Self::Upstream => {
                let row = row("upstream", "上游时限", "upstream limit", Budget::hours(48), "the order, or 48 h");
                Row { warn_percent: 80, ..row }
            }
            Self::Appeal => {
                let row = row("appeal", "申诉件", "appeal", Budget::days(15), "15 days before a user may appeal");
                // The internal target is ten days of the fifteen.
                Row { warn_percent: 66, ..row }
            }
            Self::Review => {
                row("review", "申告表审核", "review of the declaration", Budget::working_hours(2), "default, M8")
            }
            Self::Mobilisation => {
                row("mobilisation", "资源调配", "mobilisation", Budget::working_hours(4), "default, M8")
            }
            Self::Decision => row("decision", "总管决定", "chief's decision", Budget::HALF_DAY, "default, M8"),
            Self::FinalReport => row("final_report", "终报", "final report", Budget::HalfDays(2), "default, M8"),
            Self::Draft => row("draft", "拟稿", "draft", Budget::HalfDays(2), "default, M15"),
            Self::Revision => row("revision", "组长修改", "revision", Budget::HALF_DAY, "default, M15"),
            Self::Approval => row("approval", "主任审批", "approval", Budget::HALF_DAY, "default, M15"),
            Self::Meeting => row("meeting", "总结会", "summary meeting", Budget::HalfDays(6), "default, M15"),
            Self::OrderAcceptance => {
                row("order_acceptance", "外派接单", "order accepted", Budget::working_hours(2), "default, M3")
            }
            Self::OrderFinish => Row {
                pausable: true,
                ..row(
                    "order_finish",
                    "外派完成",
                    "order finished",
                    Budget::hours(36),
                    "within the time for handling, M3",
                )
            },
            Self::Supervision => {
                row("supervision", "督办答复", "answer to supervision", Budget::HALF_DAY, "default, M13")
            }
            Self::Dispute => row("dispute", "争议裁定", "dispute decided", Budget::HalfDays(2), "default, M13"),
            Self::Extension => row("extension", "延期审批", "extension decided", Budget::HALF_DAY, "default, M9"),
            Self::Exemption => row("exemption", "核减审批", "exemption decided", Budget::HalfDays(6), "default, M9"),
            Self::ExceptionReview => {
                row("exception_review", "例外复核", "exception reviewed", Budget::HalfDays(6), "default, M10")
            }
        }
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The kind in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        let row = self.row();
        (row.zh, row.en)
    }

    /// The default limit in duty hours of an ordinary complaint.
    pub const fn budget(self) -> Budget {
        self.row().limit
    }

    /// The default limit for a grade, started in duty hours or outside them.
    pub fn limit(self, grade: Grade, on_duty: bool) -> Budget {
        let row = self.row();
        let major = if grade >= Grade::Major { row.major } else { None };
        let off_duty = if on_duty { None } else { row.off_duty };
        major.or(off_duty).unwrap_or(row.limit)
    }

    /// After which share of the limit a warning is due, percent.
    pub const fn warn_percent(self) -> u8 {
        self.row().warn_percent
    }

    /// Whether it stands still while the complaint is suspended. What upstream or a regulator counts runs on.
    pub const fn pausable(self) -> bool {
        self.row().pausable
    }

    /// Where the limit comes from.
    pub const fn source(self) -> &'static str {
        self.row().source
    }
}
