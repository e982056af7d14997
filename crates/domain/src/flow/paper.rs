//! What is put on record in words and nothing else: plans, reports, remarks, decisions. One line each.

use serde::{Deserialize, Serialize};

use super::ActionKind;
use crate::complaint::PersonRef;
use crate::time::Timestamp;

/// Something written for the record 记载.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// What it is.
    pub kind: PaperKind,
    /// The words.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonRef,
}

/// One line per paper: its name, the action that writes it, 中文, English, and whether words must be written.
macro_rules! papers {
    ($($(#[$doc:meta])* $kind:ident $name:literal $action:ident $zh:literal $en:literal $words:literal;)+) => {
        /// Which paper.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum PaperKind {
            $($(#[$doc])* $kind,)+
        }

        impl PaperKind {
            /// Every paper.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name),+ }
            }

            /// 中文 and English titles, as the timeline shows them.
            pub const fn title(self) -> (&'static str, &'static str) {
                match self { $(Self::$kind => ($zh, $en)),+ }
            }

            /// The action that writes it.
            pub const fn action(self) -> ActionKind {
                match self { $(Self::$kind => ActionKind::$action),+ }
            }

            /// Whether it says nothing without words.
            pub const fn needs_words(self) -> bool {
                match self { $(Self::$kind => $words),+ }
            }

            /// The paper an action writes, for those that do nothing else.
            pub const fn of(action: ActionKind) -> Option<Self> {
                match action { $(ActionKind::$action => Some(Self::$kind),)+ _ => None }
            }
        }
    };
}

papers! {
    /// 回复预案.
    Plan "plan" SubmitPlan "回复预案" "reply plan" true;
    /// 组长修改稿.
    PlanRevision "plan_revision" RevisePlan "组长修改稿" "leader's revision" true;
    /// 退回预案.
    PlanReturn "plan_return" ReturnPlan "退回预案" "plan returned" true;
    /// 审批意见.
    PlanApproval "plan_approval" ApprovePlan "审批意见" "approval" false;
    /// 督办要点.
    Oversight "oversight" Oversee "督办要点" "point of supervision" true;
    /// 总结会记录.
    Meeting "meeting" HoldMeeting "总结会记录" "minutes of the summary meeting" true;
    /// 申告表退回意见.
    DeclarationReturn "declaration_return" ReturnDeclaration "申告表退回意见" "remarks on the declaration" true;
    /// 申告表审核意见.
    DeclarationApproval "declaration_approval" ApproveDeclaration "申告表审核意见" "review of the declaration" false;
    /// 上报总管.
    Escalation "escalation" Escalate "上报总管" "passed to the chief" true;
    /// 总管决定.
    Decision "decision" Decide "总管决定" "chief's decision" true;
    /// 续报.
    ProgressReport "progress_report" ReportProgress "续报" "progress report" true;
    /// 终报.
    FinalReport "final_report" ReportFinal "终报" "final report" true;
    /// 测试任务.
    TestOrder "test_order" SendTester "测试任务" "field test ordered" true;
    /// 接收外派单.
    OrderTaken "order_taken" TakeOrder "接收外派单" "order accepted" false;
    /// 到场.
    Arrival "arrival" Arrive "到场" "arrived on the place" false;
    /// 退回返工.
    OrderSentBack "order_sent_back" SendBack "退回返工" "sent back to be redone" true;
    /// 验收通过.
    ResultAccepted "result_accepted" AcceptResult "验收通过" "result accepted" false;
    /// 督办.
    Supervision "supervision" Supervise "督办" "supervision order" true;
    /// 督办答复.
    SupervisionAnswer "supervision_answer" AnswerSupervision "督办答复" "answer to supervision" true;
    /// 争议.
    Dispute "dispute" Dispute "争议" "dispute" true;
    /// 争议裁定.
    DisputeDecision "dispute_decision" DecideDispute "争议裁定" "dispute decided" true;
    /// 例外复核.
    ExceptionReview "exception_review" ReviewException "例外复核" "exception reviewed" true;
    /// 申请核减.
    ExemptionWish "exemption_wish" AskExemption "申请核减" "exemption asked for" true;
}
