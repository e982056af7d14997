//! People, their roles, and who is looking.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{BranchId, PersonId, TokenId};

/// What a person is in the branch (mission: who uses it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 预处理.
    Triage,
    /// 投诉综合处理员.
    Handler,
    /// 现场测试人员.
    FieldTester,
    /// 第三方维护.
    Contractor,
    /// 组长.
    TeamLeader,
    /// 主任.
    Director,
    /// 项目经理.
    ProjectManager,
    /// 副经理.
    DeputyManager,
    /// 经理.
    Manager,
    /// 文员.
    Clerk,
    /// 客户经理.
    AccountManager,
    /// 区域客户经理主管.
    AreaSupervisor,
    /// 界面重大投诉管理员.
    InterfaceAdmin,
    /// 分公司重大投诉总管.
    BranchChief,
    /// 系统管理员: sees no complaint content by right of role.
    Administrator,
}

/// A name that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role {0}")]
pub struct UnknownRole(pub String);

impl Role {
    /// Every role, in the order of the mission's table.
    pub const ALL: [Self; 15] = [
        Self::Triage,
        Self::Handler,
        Self::FieldTester,
        Self::Contractor,
        Self::TeamLeader,
        Self::Director,
        Self::ProjectManager,
        Self::DeputyManager,
        Self::Manager,
        Self::Clerk,
        Self::AccountManager,
        Self::AreaSupervisor,
        Self::InterfaceAdmin,
        Self::BranchChief,
        Self::Administrator,
    ];

    /// The stable name used in the store, in options and as the suffix of message keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Handler => "handler",
            Self::FieldTester => "field_tester",
            Self::Contractor => "contractor",
            Self::TeamLeader => "team_leader",
            Self::Director => "director",
            Self::ProjectManager => "project_manager",
            Self::DeputyManager => "deputy_manager",
            Self::Manager => "manager",
            Self::Clerk => "clerk",
            Self::AccountManager => "account_manager",
            Self::AreaSupervisor => "area_supervisor",
            Self::InterfaceAdmin => "interface_admin",
            Self::BranchChief => "branch_chief",
            Self::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The name typed at sign-in, unique in the branch.
    pub sign_in: String,
    /// The name colleagues read.
    pub name: String,
    /// What the person is.
    pub role: Role,
    /// 部门, free text until departments have a page of their own.
    pub department: String,
    /// The outside organisation a contractor belongs to.
    pub organisation: Option<String>,
    /// Whether the person may sign in.
    pub active: bool,
}

/// Whoever asks: every read takes a scope made from this, every action is judged against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The branch everything is limited to.
    pub branch: BranchId,
    /// Person, machine or the house itself.
    pub who: Who,
}

/// Person, machine or the house itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody signed in.
    Person(Person),
    /// An upstream system with an access token.
    Machine {
        /// Which token.
        token: TokenId,
        /// Its name.
        name: String,
    },
    /// The command line and the house's own jobs, on the machine itself.
    House,
}

impl Viewer {
    /// Who acted, as the journal keeps it.
    pub fn actor(&self) -> Actor {
        match &self.who {
            Who::Person(person) => Actor::Person { id: person.id, name: person.name.clone() },
            Who::Machine { token, name } => Actor::Machine { id: *token, name: name.clone() },
            Who::House => Actor::House,
        }
    }

    /// The person signed in, if a person it is.
    pub const fn person(&self) -> Option<&Person> {
        match &self.who {
            Who::Person(person) => Some(person),
            Who::Machine { .. } | Who::House => None,
        }
    }
}

/// Who did something, as the journal keeps it: the name stays readable after the account is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A person.
    Person {
        /// Who.
        id: PersonId,
        /// As called at the time.
        name: String,
    },
    /// An upstream system.
    Machine {
        /// Which token.
        id: TokenId,
        /// As called at the time.
        name: String,
    },
    /// The house itself: an import, a job.
    House,
}

impl Actor {
    /// The name to show.
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::Machine { name, .. } => name,
            Self::House => "首问",
        }
    }
}
