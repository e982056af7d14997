//! How a matter ends: 归因, 解决状态 and the closed record.

use serde::{Deserialize, Serialize};

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
    /// Anything else.
    pub remark: String,
    /// When.
    pub at: Timestamp,
}
