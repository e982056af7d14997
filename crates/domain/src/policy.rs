//! Policies 策略 as data: limits, warning points, ladders, grading rules, trees, interfaces, templates, local days.
//!
//! One TOML text says them all; [`Policy::standard`] is the shipped one (`policy/default.toml`), a branch may put versions
//! of its own in force from a day on. Invariant: a policy that exists is whole and sensible, for [`Policy::read`] refuses
//! every other text, each problem with its line.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{Date, Time};

use crate::calendar::{Budget, HalfDay, WorkingCalendar};
use crate::check::Bilingual;
use crate::clock::{ClockKind, Holder, Rung};
use crate::complaint::{Attribution, CauseName, Channel, Resolution};
use crate::flow::{Flow, State};
use crate::grade::Grade;
use crate::person::Role;
use crate::retention::Retention;

mod grading;
mod judge;
mod names;
mod problem;
mod read;
mod reader;
mod rules;
mod trees;

pub use problem::Problem;
pub use rules::{NotAnOrigin, RuleItem, RuleOrigin};

/// The shipped policy as text: what a fresh store exports.
pub const DEFAULT_TEXT: &str = include_str!("policy/default.toml");

static STANDARD: LazyLock<Policy> = LazyLock::new(|| {
    Policy::read(DEFAULT_TEXT).unwrap_or_else(|problems| {
        let told: Vec<String> = problems.iter().map(|problem| problem.in_english("default.toml")).collect();
        panic!("the shipped policy is not whole:\n{}", told.join("\n"))
    })
});

/// Everything a branch may decide for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// 生效日: the first day it holds, where the text says.
    pub valid_from: Option<Date>,
    /// What half a working day means here.
    pub half_day: HalfDay,
    /// The branch's own days off and days worked, as lines of [`WorkingCalendar::with_local_days`].
    local_days: Vec<String>,
    terms: BTreeMap<ClockKind, Term>,
    ladder: Ladder,
    /// 定级规则, in the order of their reasons.
    pub grading: Vec<GradingRule>,
    /// 投诉现象: what the customer says.
    pub phenomena: Vec<Phenomena>,
    /// 归因: what was found.
    pub causes: Vec<Causes>,
    /// 解决状态: what was done.
    pub resolutions: Vec<ResolutionTerm>,
    /// 界面: by which the branch meets its customers.
    pub interfaces: Vec<Interface>,
    /// 答复模板.
    pub templates: Vec<Template>,
    /// 规则条目.
    pub rules: Vec<RuleItem>,
    /// 免打扰.
    pub quiet_hours: QuietHours,
    /// 保存期.
    pub retention: Retention,
}

/// What a clock is given 时限.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The limit in working hours of an ordinary complaint.
    pub limit: Budget,
    /// The limit when it starts outside working hours, where that differs.
    pub off_duty: Option<Budget>,
    /// The limit from 重大 on, where that differs.
    pub major: Option<Budget>,
    /// After which share of the limit it is 即将超时, percent, 1 to 99.
    pub warn_percent: u8,
    /// Whether it stands still while the complaint is suspended. What upstream or a regulator counts runs on.
    pub pausable: bool,
    /// 依据: where the limit comes from.
    pub source: String,
    /// The rungs that reach others than the common ladder says.
    ladder: Ladder,
}

type Ladder = BTreeMap<Rung, Vec<Holder>>;

/// A rule that raises the grade (M14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradingRule {
    /// To which grade.
    pub grade: Grade,
    /// When.
    pub when: Condition,
    /// Why, with `{hit}` and `{count}` for what was found.
    pub reason: Bilingual,
}

/// What a grading rule looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It came by one of these ways.
    Channels(Vec<Channel>),
    /// The text holds one of these words.
    Words(Vec<String>),
    /// The customer's level holds one of these words.
    Levels(Vec<String>),
    /// At least so many earlier complaints of the number within 30 days.
    Repeats(u32),
    /// At least so many others within 500 m and 24 h.
    Nearby(u32),
}

/// A leaf of a tree: stable name and title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The stable name, unique in its tree.
    pub name: String,
    /// What people read.
    pub title: Bilingual,
}

/// A branch of the tree of phenomena 投诉现象.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phenomena {
    /// The branch itself.
    pub group: Leaf,
    /// Its leaves.
    pub leaves: Vec<Leaf>,
}

/// A branch of the tree of causes 归因.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Causes {
    /// Which.
    pub attribution: Attribution,
    /// What people read.
    pub title: Bilingual,
    /// Its leaves.
    pub leaves: Vec<CauseLeaf>,
}

/// A leaf of the tree of causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseLeaf {
    /// Name and title.
    pub leaf: Leaf,
    /// 网络责任: whether the network answers for it.
    pub network: bool,
}

/// An ending 解决状态 and what it counts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolutionTerm {
    /// Which.
    pub resolution: Resolution,
    /// What people read.
    pub title: Bilingual,
    /// Whether it counts as solved.
    pub solved: bool,
}

/// An interface 界面 with the role that administers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Name and title.
    pub leaf: Leaf,
    /// 界面管理员.
    pub administrator: Role,
}

/// An answer that one key inserts 答复模板.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Name and title.
    pub leaf: Leaf,
    /// In which flows it is offered.
    pub flows: Vec<Flow>,
    /// In which states it is offered.
    pub states: Vec<State>,
    /// The words.
    pub text: Bilingual,
}

/// When no notice goes out 免打扰.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From this time of day on.
    pub from: Time,
    /// Until this one, on the next day where it is earlier.
    pub until: Time,
    /// From this grade on there is no quiet.
    pub except: Grade,
}

impl Default for Policy {
    fn default() -> Self {
        Self::standard().clone()
    }
}

impl Policy {
    /// The shipped policy.
    pub fn standard() -> &'static Self {
        &STANDARD
    }

    /// Reads a policy; every problem found, in the order of lines, where it is not whole and sensible.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let (policy, problems) = read::policy(text);
        match policy {
            Some(policy) if problems.is_empty() => Ok(policy),
            _ => Err(problems),
        }
    }

    /// Reads a policy that was accepted by an earlier version of the program: clocks and rungs it does not speak of are the
    /// shipped ones.
    pub fn stored(text: &str) -> Result<Self, Vec<Problem>> {
        let (policy, mut problems) = read::policy(text);
        problems.retain(|problem| !problem.missing);
        let Some(mut policy) = policy.filter(|_| problems.is_empty()) else { return Err(problems) };
        let standard = Self::standard();
        for kind in ClockKind::ALL {
            policy.terms.entry(kind).or_insert_with(|| standard.term(kind).clone());
        }
        for rung in Rung::ALL {
            policy.ladder.entry(rung).or_insert_with(|| standard.ladder[&rung].clone());
        }
        Ok(policy)
    }

    /// What a clock is given.
    pub fn term(&self, kind: ClockKind) -> &Term {
        self.terms.get(&kind).expect("a policy without a term for every clock is not read")
    }

    /// The limit of a clock for a grade, started in working hours or outside them.
    pub fn limit(&self, kind: ClockKind, grade: Grade, on_duty: bool) -> Budget {
        self.term(kind).limit_for(grade, on_duty)
    }

    /// Whom a rung of a clock reaches.
    pub fn holders(&self, kind: ClockKind, rung: Rung) -> &[Holder] {
        let own = self.term(kind).ladder.get(&rung);
        own.or_else(|| self.ladder.get(&rung)).expect("a policy without a holder for every rung is not read")
    }

    /// The roles of a clock's ladder from a rung up, lowest first, the branch chief last: where a holder is away and
    /// nobody stands in, the next of them is told.
    pub fn above(&self, kind: ClockKind, rung: Rung) -> Vec<Role> {
        let mut roles: Vec<Role> = Vec::new();
        let upwards = Rung::ALL.into_iter().filter(|known| *known >= rung).flat_map(|rung| self.holders(kind, rung));
        let named = upwards.filter_map(|holder| if let Holder::Role(role) = holder { Some(*role) } else { None });
        for role in named.chain([Role::BranchChief]) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }

    /// The calendar with the branch's own days laid over it.
    pub fn calendar(&self, national: WorkingCalendar) -> WorkingCalendar {
        if self.local_days.is_empty() {
            return national;
        }
        national.with_local_days(&self.local_days.join("\n")).expect("each line was read when the policy was")
    }

    /// The leaf of the tree of causes below an attribution.
    pub fn cause(&self, attribution: Attribution, name: &CauseName) -> Option<&CauseLeaf> {
        let below = self.causes.iter().filter(|causes| causes.attribution == attribution);
        below.flat_map(|causes| &causes.leaves).find(|leaf| leaf.leaf.name == name.as_str())
    }

    /// The templates offered in a state of a flow.
    pub fn templates_in(&self, flow: Flow, state: State) -> impl Iterator<Item = &Template> {
        self.templates.iter().filter(move |template| template.flows.contains(&flow) && template.states.contains(&state))
    }
}

impl Term {
    /// The limit for a grade, started in working hours or outside them.
    pub fn limit_for(&self, grade: Grade, on_duty: bool) -> Budget {
        let major = if grade >= Grade::Major { self.major } else { None };
        let off_duty = if on_duty { None } else { self.off_duty };
        major.or(off_duty).unwrap_or(self.limit)
    }
}

impl Condition {
    /// The threshold of a rule on repeats.
    pub const fn repeats(&self) -> Option<u32> {
        match self {
            Self::Repeats(least) => Some(*least),
            Self::Channels(_) | Self::Words(_) | Self::Levels(_) | Self::Nearby(_) => None,
        }
    }

    /// The threshold of a rule on a crowd in one place.
    pub const fn nearby(&self) -> Option<u32> {
        match self {
            Self::Nearby(least) => Some(*least),
            Self::Channels(_) | Self::Words(_) | Self::Levels(_) | Self::Repeats(_) => None,
        }
    }
}

impl QuietHours {
    /// Whether a notice about a complaint of that grade waits at that time of day.
    pub fn hold_back(&self, at: Time, grade: Grade) -> bool {
        let within = if self.from <= self.until {
            self.from <= at && at < self.until
        } else {
            self.from <= at || at < self.until
        };
        within && grade < self.except
    }
}

#[cfg(test)]
mod tests;
