//! What was decided becomes a rule item of the policy (M13).

use domain::access::{self, Permission};
use domain::complaint::{Complaint, DecidedDispute};
use domain::contact::mask_digits;
use domain::id::ComplaintId;
use domain::person::Viewer;
use domain::policy::{Policy, RuleItem, RuleOrigin};
use jiff::civil::Date;

use super::policies::PolicyRefused;
use super::{Desk, DeskError};

/// How often it is tried again when another version of the policy came first.
const TRIES: u32 = 5;

/// A decided dispute of a complaint, and the rule item it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// What was disputed and decided.
    pub decided: DecidedDispute,
    /// Where a rule item made of it comes from.
    pub origin: RuleOrigin,
    /// The rule item, in force or to come.
    pub rule: Option<RuleItem>,
}

/// A rule item on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeRule {
    /// The rule item; where the decision was one before, that one.
    pub rule: RuleItem,
    /// From which day it holds.
    pub from: Date,
}

impl Desk {
    /// The decided disputes of a complaint that this viewer may read, oldest first.
    pub async fn disputes(&self, viewer: &Viewer, complaint: &Complaint) -> Result<Vec<Dispute>, DeskError> {
        let entries = self.entries(viewer, complaint.id).await?;
        Ok(self.disputes_of(complaint, &entries))
    }

    /// The same, where the journal is at hand.
    pub fn disputes_of(&self, complaint: &Complaint, entries: &[domain::journal::Entry]) -> Vec<Dispute> {
        let rules = self.rules();
        let of = |decided: DecidedDispute| {
            let origin = RuleOrigin { number: complaint.number.clone(), entry: decided.entry };
            Dispute { rule: rules.rule_of(&origin).cloned(), decided, origin }
        };
        DecidedDispute::all(entries).into_iter().map(of).collect()
    }

    /// The day from which a rule item made now would hold: today, or with the version that is to come.
    pub async fn rule_day(&self) -> Result<Date, DeskError> {
        let last = self.store.policies().await?.pop().map(|version| version.valid_from);
        Ok(self.today().max(last.unwrap_or(Date::MIN)))
    }

    /// 写成规则条目: a version of the policy with one rule item more. Made again, or by two at once, it is the same rule.
    pub async fn make_rule(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        entry: u64,
        title: &str,
        text: &str,
    ) -> Result<Result<MadeRule, PolicyRefused>, DeskError> {
        if !access::may(viewer, Permission::MakeRules) {
            return Err(DeskError::Forbidden);
        }
        let complaint = self.complaint(viewer, id).await?.ok_or(DeskError::NotFound)?;
        for _ in 0..TRIES {
            self.follow_policy().await?;
            let disputes = self.disputes(viewer, &complaint).await?;
            let dispute = disputes.into_iter().find(|dispute| dispute.decided.entry == entry);
            let dispute = dispute.ok_or(DeskError::NotFound)?;
            let from = self.rule_day().await?;
            if let Some(rule) = dispute.rule {
                return Ok(Ok(MadeRule { rule, from }));
            }
            // The policy is read by whoever may not read the complaint: no number of a customer goes into it.
            let rule = RuleItem::decided(dispute.origin.clone(), &mask_digits(title), &mask_digits(text));
            let newest = self.store.newest_policy().await?;
            let longer = match Policy::with_rule(&self.policy_text(Some(newest)).await?, &rule) {
                Ok(longer) => longer,
                Err(problems) => return Ok(Err(PolicyRefused::Wrong(problems))),
            };
            match self.import_policy(viewer, longer, Some(from), dispute.origin.to_string()).await {
                Ok(Ok(_)) => return Ok(Ok(MadeRule { rule, from })),
                Ok(Err(PolicyRefused::Wrong(problems))) => return Ok(Err(PolicyRefused::Wrong(problems))),
                // Another version came first: the rule goes on top of that one.
                Ok(Err(PolicyRefused::Earlier { .. })) | Err(DeskError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(DeskError::Conflict)
    }
}
