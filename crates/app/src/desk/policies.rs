//! Policies of the branch: read, tried out, put in force; and the job that counts open clocks anew (design §4).

use std::time::Duration;

use domain::access::{self, Permission};
use domain::calendar::CHINA_DAYS;
use domain::check::Bilingual;
use domain::clock::ClockKind;
use domain::complaint::Complaint;
use domain::flow;
use domain::id::{ComplaintId, ComplaintNumber};
use domain::person::Viewer;
use domain::policy::{DEFAULT_TEXT, Policy, Problem};
use domain::time::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::PolicyVersion;

use super::decided::{Decided, Written};
use super::rules::Rules;
use super::{Desk, DeskError};
use crate::bus::Topic;

/// Open complaints read, counted anew and committed at a time: pages get their turn in between.
const TOGETHER: u32 = 500;
/// As many changed clocks a preview shows one by one.
const SHOWN: usize = 20;
/// How often a complaint that somebody acts on at the same moment is tried again.
const TRIES: u32 = 5;
/// The setting that says by which rules the open clocks were last counted.
const APPLIED: &str = "rules_applied";
/// The duty of counting them.
const DUTY: &str = "recount";
/// How long a process that counts may say nothing before another takes over.
const LEASE_SECONDS: i64 = 30;
/// How often somebody who waits for another's counting looks whether it is done.
const LOOK: Duration = Duration::from_millis(100);

/// Why a policy is not put in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyRefused {
    /// The text is not whole or not sensible.
    Wrong(Vec<Problem>),
    /// It would hold from a day before the last version's.
    Earlier {
        /// The last version's day.
        last: Date,
    },
}

/// What a policy would do to the complaints that are open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Open complaints looked at.
    pub open: u64,
    /// Complaints of which a clock would change.
    pub changed: u64,
    /// The first of their clocks.
    pub first: Vec<ChangedClock>,
}

/// A clock that a policy would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedClock {
    /// Whose.
    pub complaint: ComplaintId,
    /// Its number.
    pub number: ComplaintNumber,
    /// Which clock.
    pub kind: ClockKind,
    /// Due as things stand.
    pub due: Timestamp,
    /// Due then.
    pub then: Timestamp,
}

/// By which rules the open clocks were last counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Applied {
    policy: u32,
    /// The national days of the program, so that a release with another year's counts anew.
    calendar: String,
}

impl PolicyRefused {
    /// What is wrong and what to do, in both languages; one sentence per problem.
    pub fn told(&self) -> Vec<Bilingual> {
        match self {
            Self::Wrong(problems) => problems.iter().map(Problem::told).collect(),
            Self::Earlier { last } => vec![Bilingual::new(
                format!("生效日不能早于上一版的 {last}；请用这一天或以后的日期"),
                format!("it cannot hold from before {last}, the day of the last version; give that day or a later one"),
            )],
        }
    }
}

impl Desk {
    /// Every version the branch has put in force, oldest first.
    pub async fn policies(&self) -> Result<Vec<PolicyVersion>, DeskError> {
        Ok(self.store.policies().await?)
    }

    /// The text of a version, 0 for the shipped one; without a number, of the one in force.
    pub async fn policy_text(&self, version: Option<u32>) -> Result<String, DeskError> {
        let number = version.unwrap_or_else(|| self.rules().version);
        if number == 0 {
            return Ok(DEFAULT_TEXT.to_owned());
        }
        let found = self.store.policies().await?.into_iter().find(|version| version.version == number);
        found.map(|version| version.text).ok_or(DeskError::NotFound)
    }

    /// Puts a policy in force from a day on: the one given, else the one the text names, else today.
    pub async fn import_policy(
        &self,
        viewer: &Viewer,
        text: String,
        from: Option<Date>,
        note: String,
    ) -> Result<Result<PolicyVersion, PolicyRefused>, DeskError> {
        if !access::may(viewer, Permission::ManagePolicies) {
            return Err(DeskError::Forbidden);
        }
        let policy = match Policy::read(&text) {
            Ok(policy) => policy,
            Err(problems) => return Ok(Err(PolicyRefused::Wrong(problems))),
        };
        let valid_from = from.or(policy.valid_from).unwrap_or_else(|| self.today());
        let last = self.store.policies().await?.pop();
        if let Some(last) = last.as_ref().map(|last| last.valid_from).filter(|last| valid_from < *last) {
            return Ok(Err(PolicyRefused::Earlier { last }));
        }
        let version = PolicyVersion {
            version: last.map_or(0, |last| last.version) + 1,
            valid_from,
            text,
            author: viewer.actor().name().to_owned(),
            note,
            imported: self.now(),
        };
        // Whoever imports counts: nobody else begins in the moment between.
        self.claims_counting().await?;
        self.store.add_policy(&version).await?;
        self.follow_policy().await?;
        Ok(Ok(version))
    }

    /// Which open complaints a policy would change if it were in force now.
    pub async fn preview_policy(&self, policy: &Policy) -> Result<Preview, DeskError> {
        let (held, house, roster, now) = (self.rules(), self.house(), self.roster(), self.now());
        let rules = Rules::of(held.version, policy.clone(), 0, None);
        let (mut preview, mut after) = (Preview::default(), None);
        loop {
            let open = self.store.open_complaints(after, TOGETHER).await?;
            let Some(last) = open.last() else { return Ok(preview) };
            after = Some(last.id);
            preview.open += open.len() as u64;
            let context = rules.context(&house, &roster, now);
            for complaint in &open {
                let Some(decision) = flow::recomputed(complaint, std::slice::from_ref(&held.policy), &context) else {
                    continue;
                };
                preview.changed += 1;
                let room = SHOWN.saturating_sub(preview.first.len());
                preview.first.extend(changed_clocks(complaint, &decision.complaint).take(room));
            }
        }
    }

    /// Counts every open clock by the rules in force unless that was done; how many complaints that changed. One process does it
    /// for all, the others wait; broken off at any point, it is taken up again: what was counted anew already does not change.
    pub async fn recompute(&self) -> Result<u64, DeskError> {
        loop {
            let (rules, applied) = (self.rules(), self.applied().await?);
            let target = Applied { policy: rules.version, calendar: hex::encode(Sha256::digest(CHINA_DAYS)) };
            if applied.as_ref() == Some(&target) {
                return Ok(0);
            }
            if self.claims_counting().await? {
                let changed = self.recompute_all(&rules, applied.map_or(0, |applied| applied.policy)).await?;
                self.store.put_setting(APPLIED, &serde_json::json!(target)).await?;
                self.store.release_duty(DUTY, self.others.node(), self.now()).await?;
                return Ok(changed);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn applied(&self) -> Result<Option<Applied>, DeskError> {
        Ok(self.store.setting(APPLIED).await?.and_then(|value| serde_json::from_value(value).ok()))
    }

    async fn claims_counting(&self) -> Result<bool, DeskError> {
        let now = self.now();
        Ok(self.store.claim_duty(DUTY, self.others.node(), now, now.plus_seconds(LEASE_SECONDS)).await?)
    }

    async fn recompute_all(&self, rules: &Rules, since: u32) -> Result<u64, DeskError> {
        let former = self.policies_since(since).await?;
        let (mut changed, mut more, mut after, mut counted) = (0, true, None, Decided::default());
        let mut claimed = self.now();
        while more || !counted.is_empty() {
            // The next ones are read and decided while those before them are written.
            let (next, written) = tokio::join!(
                self.count_behind(after, more, &former, rules),
                self.write_counted(counted, &former, rules)
            );
            changed += written?;
            (after, counted) = next?;
            more = after.is_some();
            // Where another has taken over because this one was too slow, what that one counts is as good.
            if self.now().seconds_since(claimed) > LEASE_SECONDS / 3 {
                self.claims_counting().await?;
                claimed = self.now();
            }
        }
        if changed > 0 {
            tracing::info!(changed, policy = rules.version, "open clocks were counted anew");
            self.bus.tell(Topic::Queue, changed);
        }
        Ok(changed)
    }

    /// That version and all after it: a clock that runs may have been started, or counted anew, by any of them.
    async fn policies_since(&self, version: u32) -> Result<Vec<Policy>, DeskError> {
        let shipped = (version == 0).then(Policy::default);
        let since = self.store.policies().await?.into_iter().filter(|found| found.version >= version);
        Ok(shipped.into_iter().chain(since.filter_map(|found| Policy::stored(&found.text).ok())).collect())
    }

    /// The open complaints behind one, counted; behind which the next ones come.
    async fn count_behind(
        &self,
        after: Option<ComplaintId>,
        more: bool,
        former: &[Policy],
        rules: &Rules,
    ) -> Result<(Option<ComplaintId>, Decided), DeskError> {
        if !more {
            return Ok((None, Decided::default()));
        }
        let open = self.store.open_complaints(after, TOGETHER).await?;
        Ok((open.last().map(|last| last.id), self.counted(&open, former, rules)))
    }

    /// Those of them whose clocks change.
    fn counted(&self, open: &[Complaint], former: &[Policy], rules: &Rules) -> Decided {
        let (house, roster, now) = (self.house(), self.roster(), self.now());
        let anew = |complaint: &Complaint| {
            let decision = flow::recomputed(complaint, former, &rules.context(&house, &roster, now))?;
            Some(self.commit_of(decision, now))
        };
        Decided::of(open.par_iter().filter_map(anew).collect())
    }

    async fn write_counted(&self, mut counted: Decided, former: &[Policy], rules: &Rules) -> Result<u64, DeskError> {
        let mut done = 0;
        for _ in 0..TRIES {
            if counted.is_empty() {
                return Ok(done);
            }
            let Written { changed, overtaken } = self.write_decided(counted).await?;
            done += changed;
            // Somebody acted meanwhile: what stands there now is counted.
            let mut again = Vec::with_capacity(overtaken.len());
            for id in overtaken {
                again.extend(self.complaint(&self.house(), id).await?);
            }
            counted = self.counted(&again, former, rules);
        }
        if counted.is_empty() {
            return Ok(done);
        }
        // Not on record as done: the job comes back to it.
        Err(DeskError::Conflict)
    }
}

fn changed_clocks<'a>(before: &'a Complaint, after: &'a Complaint) -> impl Iterator<Item = ChangedClock> + 'a {
    let pairs = before.clocks.iter().zip(&after.clocks);
    pairs.filter(|(clock, then)| clock != then).map(|(clock, then)| ChangedClock {
        complaint: before.id,
        number: before.number.clone(),
        kind: clock.kind,
        due: clock.due,
        then: then.due,
    })
}
