//! The rules in force: the branch's policy of today and the calendar with its own days. Held in memory, taken up anew when a
//! version is imported, also by another process, and when one becomes effective.

use std::sync::Arc;

use domain::calendar::{HalfDay, WorkingCalendar};
use domain::flow::Context;
use domain::person::Viewer;
use domain::policy::{Policy, RuleItem, RuleOrigin};
use domain::roster::Roster;
use domain::time::Timestamp;
use jiff::civil::Date;
use store::PolicyVersion;

use super::{Desk, DeskError};

/// What every decision is made by.
#[derive(Debug)]
pub struct Rules {
    /// Which version of the policy is in force; 0 is the shipped one.
    pub version: u32,
    /// The policy in force.
    pub policy: Policy,
    /// The national calendar with the branch's own days.
    pub calendar: Arc<WorkingCalendar>,
    /// The newest version known, in force or not yet.
    newest: u32,
    /// The day on which the next version comes into force.
    next: Option<Date>,
    /// The rule items of a version that is still to come.
    coming: Vec<RuleItem>,
}

impl Rules {
    /// The shipped policy.
    pub(super) fn shipped() -> Self {
        Self::of(0, Policy::default(), 0, None)
    }

    pub(super) fn of(version: u32, policy: Policy, newest: u32, next: Option<Date>) -> Self {
        let calendar = Arc::new(policy.calendar(WorkingCalendar::china()));
        Self { version, policy, calendar, newest, next, coming: Vec::new() }
    }

    /// What half a working day means here.
    pub const fn half_day(&self) -> HalfDay {
        self.policy.half_day
    }

    /// The rule item a decided dispute became, in force or to come (M13).
    pub fn rule_of(&self, origin: &RuleOrigin) -> Option<&RuleItem> {
        let coming = || self.coming.iter().find(|rule| rule.origin.as_ref() == Some(origin));
        self.policy.rule_of(origin).or_else(coming)
    }

    /// What a decision looks at, for that viewer and that roster at that time.
    pub fn context<'a>(&'a self, viewer: &'a Viewer, roster: &'a Roster, now: Timestamp) -> Context<'a> {
        Context { now, viewer, calendar: &self.calendar, half_day: self.half_day(), policy: &self.policy, roster }
    }
}

impl Desk {
    /// The rules in force; whoever holds them keeps them while others take up new ones.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.load_full()
    }

    /// The present day of the branch.
    pub fn today(&self) -> Date {
        self.now().to_jiff().to_zoned_datetime(self.calendar().zone().clone()).date()
    }

    /// Takes up a policy that was imported by whomever, or whose day has come; whether there was one.
    pub async fn follow_policy(&self) -> Result<bool, DeskError> {
        let (held, today) = (self.rules(), self.today());
        let newest = self.store.newest_policy().await?;
        if newest == held.newest && held.next.is_none_or(|next| today < next) {
            return Ok(false);
        }
        let versions = self.store.policies().await?;
        let rules = in_force(&versions, today);
        let changed = rules.version != held.version;
        self.rules.store(Arc::new(rules));
        Ok(changed)
    }
}

/// The rules of a day: the newest version whose day has come. One that this program cannot read, because a newer one wrote
/// it, leaves the one before in force.
fn in_force(versions: &[PolicyVersion], today: Date) -> Rules {
    let newest = versions.last().map_or(0, |version| version.version);
    let next = versions.iter().map(|version| version.valid_from).find(|day| *day > today);
    let coming =
        versions.last().filter(|last| last.valid_from > today).and_then(|last| Policy::stored(&last.text).ok());
    let coming = coming.map(|policy| policy.rules).unwrap_or_default();
    for version in versions.iter().rev().filter(|version| version.valid_from <= today) {
        match Policy::stored(&version.text) {
            Ok(policy) => return Rules { coming, ..Rules::of(version.version, policy, newest, next) },
            Err(problems) => {
                let what = problems.first().map(|problem| problem.told().en).unwrap_or_default();
                tracing::error!(version = version.version, %what, "this policy cannot be read; the one before stays in force");
            }
        }
    }
    Rules { coming, ..Rules::of(0, Policy::default(), newest, next) }
}
