//! Why a move was refused, and what would be allowed: the same words on page, API and command line.

use crate::check::Bilingual;
use crate::flow::{ActionKind, Part, State};

/// A move the rules forbid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The flow has no such move from this state.
    #[error("{} is not possible while {}", action.as_str(), state.as_str())]
    NotFromHere {
        /// What was asked.
        action: ActionKind,
        /// Where it stands.
        state: State,
        /// What would be allowed to this viewer.
        allowed: Vec<ActionKind>,
    },
    /// The move exists, but not for this viewer.
    #[error("{} is not for this role", action.as_str())]
    NotYours {
        /// What was asked.
        action: ActionKind,
    },
    /// Something must be handed in first.
    #[error("{} needs {parts:?}", action.as_str())]
    Missing {
        /// What was asked.
        action: ActionKind,
        /// What is missing, all of it.
        parts: Vec<Part>,
    },
    /// The value handed in makes no sense.
    #[error("{action:?}: {why:?}")]
    Senseless {
        /// What was asked.
        action: ActionKind,
        /// What is wrong with it.
        why: Senseless,
    },
    /// Nothing here tells who complained any more: it is read and counted, and nothing else.
    #[error("it is anonymised")]
    Anonymised,
}

/// What can be wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Senseless {
    /// A communication in the future, or before the complaint by more than a month.
    ContactTime,
    /// A grade lowered by somebody who may not (M14).
    LowerGrade,
    /// Closed longer than 30 days.
    TooLate,
    /// A suspension that ends before it begins, or lasts too long.
    SuspensionEnd,
    /// The other flow knows no way on from where the complaint stands.
    NoWayOn,
    /// Nothing of the kind is open.
    NothingToAnswer,
    /// An extension that ends no later than the limit, or too late.
    ExtensionEnd,
    /// A cause the tree of the policy in force does not have below that attribution.
    NoSuchCause,
    /// A departure to where nobody works, or to where the complaint stands already.
    NoSuchDeparture,
    /// The other complaint is closed, is this one, or is tied in a way that leaves no room.
    NoSuchTarget,
    /// A merge of two customers' complaints.
    OtherCustomer,
    /// Others were merged into it.
    HoldsOthers,
    /// It belongs to no mass complaint.
    NotLed,
    /// A plan expected by a day that has come, or too far ahead.
    PlanDate,
    /// A plan that belongs to a problem location settled meanwhile.
    PlanSpot,
    /// A transfer to a department nobody belongs to who could take over.
    NoSuchDepartment,
    /// Work sent to an outside organisation nobody belongs to who could see it.
    NoSuchOrganisation,
}

impl Refusal {
    /// What happened and what to do next, in both languages.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::NotFromHere { action, state, allowed } => {
                let (zh, en) = action.title();
                let zh_allowed: Vec<_> = allowed.iter().map(|kind| kind.title().0).collect();
                let en_allowed: Vec<_> = allowed.iter().map(|kind| kind.title().1).collect();
                Bilingual {
                    zh: format!("当前状态不能“{zh}”。现在可以：{}。", zh_allowed.join("、")),
                    en: format!(
                        "“{en}” is not possible in state {}. Possible now: {}.",
                        state.as_str(),
                        en_allowed.join(", ")
                    ),
                }
            }
            Self::NotYours { action } => {
                let (zh, en) = action.title();
                Bilingual {
                    zh: format!("您的角色不能“{zh}”，请交给有权限的同事。"),
                    en: format!("“{en}” is not for your role; hand it to a colleague who may."),
                }
            }
            Self::Missing { action, parts } => {
                let (zh, en) = action.title();
                let (parts_zh, parts_en): (Vec<_>, Vec<_>) = parts.iter().map(|part| part.title()).unzip();
                Bilingual {
                    zh: format!("“{zh}”之前请先补上：{}。", parts_zh.join("、")),
                    en: format!("Before “{en}”, please supply: {}.", parts_en.join(", ")),
                }
            }
            Self::Anonymised => Bilingual::new(
                "保存期已过，本件已匿名化，只供统计和查阅；客户再来反映，请新建投诉。",
                "Its time of keeping is over and it was anonymised: it is read and counted only. If the customer comes again, take in a \
                 new complaint.",
            ),
            Self::Senseless { why, .. } => {
                let (zh, en) = why.told();
                Bilingual::new(zh, en)
            }
        }
    }
}

impl Senseless {
    /// What is wrong with it and what to do next, in Chinese and English.
    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::ContactTime => (
                "沟通时间应在过去一个月之内，且不晚于现在。",
                "The communication must lie within the past month and not in the future.",
            ),
            Self::NoSuchCause => (
                "归因树里没有这一项，请重新打开表单选择。",
                "The tree of causes has no such leaf; open the form again and choose.",
            ),
            Self::LowerGrade => (
                "降低等级须由组长或以上人员说明原因。",
                "Lowering a grade needs a team leader or above, with a reason.",
            ),
            Self::TooLate => {
                ("归档超过30天不能重开，请新建投诉。", "Closed more than 30 days ago: take in a new complaint instead.")
            }
            Self::SuspensionEnd => {
                ("挂起应在将来结束，最长30天。", "A suspension ends in the future, after 30 days at the latest.")
            }
            Self::NoWayOn => (
                "那个流程在当前状态下没有后续动作，请先收回外派再改流程。",
                "That flow has no way on from this state: take the work back first, then change the flow.",
            ),
            Self::NothingToAnswer => (
                "没有待处理的事项：可能已经有人处理，请刷新后查看时间线。",
                "Nothing of the kind is open: somebody may have dealt with it; reload and see the timeline.",
            ),
            Self::ExtensionEnd => (
                "延期须在处理时限之前申请和批准，晚于现在的时限，且不超过30天。",
                "An extension is asked and granted before the limit for handling, and ends after it, within 30 days.",
            ),
            Self::NoSuchDeparture => (
                "例外只能去往本流程中有人处理的其他状态。",
                "A departure leads to another state of this flow in which somebody works.",
            ),
            Self::NoSuchTarget => (
                "对方投诉须是另一件未结投诉，且没有并入别单或别的群诉。",
                "The other one must be another open complaint that is not merged or tied elsewhere.",
            ),
            Self::OtherCustomer => (
                "两件投诉不是同一客户，不能合并；原因相同请用“关联群诉”。",
                "These are two customers' complaints and cannot be merged; if the cause is the same, tie them to a mass complaint.",
            ),
            Self::HoldsOthers => (
                "已有投诉并入本件，请先撤销那些合并。",
                "Other complaints were merged into this one: undo those merges first.",
            ),
            Self::NotLed => ("本件没有关联群诉主单。", "It is not tied to a mass complaint."),
            Self::PlanDate => {
                ("预期解决日期应晚于今天，且不超过五年。", "The expected date lies after today, within five years.")
            }
            Self::PlanSpot => (
                "所选黑点已经了结或不存在，请另选一个，或新建黑点。",
                "The problem location chosen is settled or not there: choose another one, or a new one.",
            ),
            Self::NoSuchDepartment => (
                "没有人属于这个部门，转派过去无人接手；请从名单中选择，或请管理员先在“人员”里登记该部门的人。",
                "Nobody of that department could take over: choose one from the list, or have the administrator enter its people first.",
            ),
            Self::NoSuchOrganisation => (
                "没有这个外部单位的人员，外派过去无人看得到；请从名单中选择，或请管理员先在“人员”里登记该单位的人。",
                "Nobody of that outside organisation could see it: choose one from the list, or have the administrator enter its people first.",
            ),
        }
    }
}

impl Part {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::ReplyText => "reply_text",
            Self::Contact => "contact",
            Self::Attribution => "attribution",
            Self::Receiver => "receiver",
            Self::Result => "result",
            Self::Told => "told",
            Self::Declaration => "declaration",
            Self::Mobilisation => "mobilisation",
            Self::FinalReport => "final_report",
            Self::Oversight => "oversight",
            Self::Meeting => "meeting",
            Self::Settled => "settled",
            Self::Ground => "ground",
            Self::Plan => "plan",
        }
    }

    /// 中文 and English names, as refusals and forms show them.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Reason => ("原因", "a reason"),
            Self::ReplyText => ("答复内容", "the words of the answer"),
            Self::Contact => ("至少一次与客户的沟通记录", "at least one communication with the customer on record"),
            Self::Attribution => ("归因和解决状态", "attribution and resolution"),
            Self::Receiver => ("接收部门或单位", "the receiving department or organisation"),
            Self::Result => ("结果或任务说明", "the result or task in words"),
            Self::Told => {
                ("结果反馈后与客户的沟通记录", "a communication with the customer after the result came back")
            }
            Self::Declaration => ("《重大投诉申告表》的必填部分", "the required parts of the declaration"),
            Self::Mobilisation => ("资源调配记录", "the record of what was mobilised"),
            Self::FinalReport => ("终报", "the final report"),
            Self::Oversight => ("项目经理的督办要点", "the project manager's points of supervision"),
            Self::Meeting => ("总结会记录", "the minutes of the summary meeting"),
            Self::Ground => ("驳回原因（错派、信息不全、重单、非本区）", "the ground of rejection"),
            Self::Settled => ("督办、争议、例外的了结", "an end to open supervision, disputes and exceptions"),
            Self::Plan => ("解决方案和预期解决日期", "a plan with the date it is expected by"),
        }
    }
}
