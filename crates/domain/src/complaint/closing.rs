//! How a matter ends: 归因, 解决状态 and the closed record.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::id::SpotId;
use crate::time::Timestamp;

/// How the matter ended 解决状态 (domain.md §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// 已解决.
    Solved,
    /// 临时解决.
    Temporary,
    /// 已有方案待实施.
    Scheduled,
    /// 已纳入规划.
    Planned,
    /// 无方案（解释）.
    Explained,
    /// 用户自愈.
    SelfHealed,
    /// 未联系上.
    Unreachable,
}

impl Resolution {
    /// Every ending, in the order a form offers them.
    pub const ALL: [Self; 7] = [
        Self::Solved,
        Self::Temporary,
        Self::Scheduled,
        Self::Planned,
        Self::Explained,
        Self::SelfHealed,
        Self::Unreachable,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Temporary => "temporary",
            Self::Scheduled => "scheduled",
            Self::Planned => "planned",
            Self::Explained => "explained",
            Self::SelfHealed => "self_healed",
            Self::Unreachable => "unreachable",
        }
    }

    /// Whether it promises something later: then it closes with a plan (M3).
    pub const fn promises(self) -> bool {
        match self {
            Self::Scheduled | Self::Planned => true,
            Self::Solved | Self::Temporary | Self::Explained | Self::SelfHealed | Self::Unreachable => false,
        }
    }
}

/// Why a complaint is rejected back 驳回原因 (domain.md §14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionGround {
    /// 错派.
    Misdirected,
    /// 信息不全.
    Incomplete,
    /// 重单.
    Duplicate,
    /// 非本区.
    OtherArea,
}

impl RejectionGround {
    /// Every ground, in the order a form offers them.
    pub const ALL: [Self; 4] = [Self::Misdirected, Self::Incomplete, Self::Duplicate, Self::OtherArea];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Misdirected => "misdirected",
            Self::Incomplete => "incomplete",
            Self::Duplicate => "duplicate",
            Self::OtherArea => "other_area",
        }
    }
}

/// 归因, first level of the tree (domain.md §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribution {
    /// 故障.
    Fault,
    /// 停闭/搬迁.
    OutageOrRelocation,
    /// 覆盖.
    Coverage,
    /// 干扰.
    Interference,
    /// 容量.
    Capacity,
    /// 参数/优化.
    Parameters,
    /// 规划/工程.
    Planning,
    /// 终端/卡.
    Terminal,
    /// 用户/业务侧.
    CustomerSide,
    /// 第三方.
    ThirdParty,
    /// 其余.
    Other,
}

impl Attribution {
    /// Every attribution, in the order a form offers them.
    pub const ALL: [Self; 11] = [
        Self::Fault,
        Self::OutageOrRelocation,
        Self::Coverage,
        Self::Interference,
        Self::Capacity,
        Self::Parameters,
        Self::Planning,
        Self::Terminal,
        Self::CustomerSide,
        Self::ThirdParty,
        Self::Other,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::OutageOrRelocation => "outage_or_relocation",
            Self::Coverage => "coverage",
            Self::Interference => "interference",
            Self::Capacity => "capacity",
            Self::Parameters => "parameters",
            Self::Planning => "planning",
            Self::Terminal => "terminal",
            Self::CustomerSide => "customer_side",
            Self::ThirdParty => "third_party",
            Self::Other => "other",
        }
    }
}

/// A leaf of the tree of causes 归因 by its stable name in the policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CauseName(String);

impl CauseName {
    /// The leaf of that name.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How the record was closed 归档.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// 归因; absent when a machine closed without one, which leaves a duty.
    pub attribution: Option<Attribution>,
    /// The leaf of the tree of causes below it; absent where nobody said so closely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<CauseName>,
    /// 解决状态.
    pub resolution: Option<Resolution>,
    /// 方案, where the resolution promises something later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// Anything else.
    pub remark: String,
    /// When.
    pub at: Timestamp,
}

/// 方案: what is to be done about what cannot be mended now, and by when (M3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// 解决措施 in words.
    pub measure: String,
    /// 规划站点, where one is planned.
    pub site: Option<String>,
    /// 预期解决日期, a day of the branch's zone.
    pub expected: Date,
    /// 所属黑点.
    #[serde(default)]
    pub spot: SpotChoice,
}

/// To which problem location 黑点 a closing with a plan belongs. On record it always names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpotChoice {
    /// The one it belongs to already, else the nearest open one, else a new one.
    #[default]
    Nearest,
    /// A new one.
    New,
    /// That one.
    This(SpotId),
}

impl Plan {
    /// No plan is believed that lies further ahead.
    pub const LONGEST_YEARS: i64 = 5;

    /// Whether such a day can be promised on that day: after it, within five years.
    pub fn may_expect(expected: Date, today: Date) -> bool {
        let longest: Span = Self::LONGEST_YEARS.years();
        expected > today && today.checked_add(longest).is_ok_and(|last| expected <= last)
    }
}
