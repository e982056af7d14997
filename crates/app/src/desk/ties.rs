//! Complaints tied to each other: the other side is loaded, decided on and written with the command that ties them (M9).

use std::borrow::Cow;
use std::collections::HashMap;

use domain::access::Scope;
use domain::complaint::{Bond, Complaint, ComplaintRef, Matter};
use domain::flow::{self, Action, Decision, Opening, Refusal};
use domain::id::ComplaintId;
use domain::journal::Event;
use domain::person::Viewer;
use domain::time::Timestamp;
use store::Commit;

use super::act::Seen;
use super::receive::{freeze, question};
use super::{Desk, DeskError};
use crate::bus::Topic;
use crate::clock::fresh_uuid;

/// The part of a complaint that becomes one of its own 拆分.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPart {
    /// Its title; the first words of the description where nobody gave one.
    pub title: String,
    /// What it is about.
    pub description: String,
}

/// What became of one complaint of many that were answered together.
#[derive(Debug)]
pub struct Answered {
    /// Which.
    pub complaint: ComplaintRef,
    /// What kept it from being answered; the others stand.
    pub failed: Option<DeskError>,
}

/// The other complaints a command names, as they stand.
pub(super) type Others = HashMap<ComplaintId, Complaint>;

impl Desk {
    /// The same actions, with the other complaints they name as they stand now: what is decided on is what is written.
    pub(super) async fn refreshed<'a>(
        &self,
        viewer: &Viewer,
        actions: &'a [Action],
    ) -> Result<(Cow<'a, [Action]>, Others), DeskError> {
        let mut others = Others::new();
        if !actions.iter().any(|action| matches!(action, Action::Merge { .. } | Action::Tie { .. })) {
            return Ok((Cow::Borrowed(actions), others));
        }
        let mut fresh = actions.to_vec();
        for action in &mut fresh {
            if let Action::Merge { into: other, .. } | Action::Tie { lead: other, .. } = action {
                **other = self.complaint(viewer, other.id).await?.ok_or(DeskError::NotFound)?;
                others.insert(other.id, (**other).clone());
            }
        }
        Ok((Cow::Owned(fresh), others))
    }

    /// What a decision says to the other ends of its ties.
    pub(super) async fn echoes(
        &self,
        viewer: &Viewer,
        decision: &Decision,
        mut others: Others,
        now: Timestamp,
    ) -> Result<Vec<Commit>, DeskError> {
        let mut said: Vec<(ComplaintId, Vec<Event>)> = Vec::new();
        for (other, echoed) in decision.entry.events.iter().filter_map(|event| flow::echo(&decision.complaint, event)) {
            match said.iter_mut().find(|(id, _)| *id == other.id) {
                Some((_, events)) => events.extend(echoed),
                None => said.push((other.id, echoed)),
            }
        }
        let mut commits = Vec::with_capacity(said.len());
        for (id, events) in said {
            // Who undoes a tie need not see the other end; the end must follow all the same.
            let other = match others.remove(&id) {
                Some(other) => Some(other),
                None => self.complaint(&self.house(), id).await?,
            };
            let other = other.ok_or(DeskError::NotFound)?;
            let echoed = flow::echoed(&other, events, &self.rules().context(viewer, &self.roster(), now));
            commits.push(self.commit_of(echoed, now));
        }
        Ok(commits)
    }

    /// 拆分: a part of a complaint goes on as a complaint of its own, with the same customer, place and first owner. Answers
    /// the complaint as it stands afterwards, then the new one.
    pub async fn split(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        version: Option<u64>,
        part: SplitPart,
        reason: String,
        submission: Option<String>,
    ) -> Result<(Complaint, Complaint), DeskError> {
        let now = self.now();
        let complaint = match self.seen(viewer, id, version, submission.as_deref()).await? {
            Seen::AsItStands(complaint) => complaint,
            Seen::Done(after) => return self.with_part(viewer, after).await,
        };
        let matter = Matter { title: part.title, description: part.description, ..complaint.matter.clone() };
        let check = question(&matter, &complaint.place).map(|question| freeze(self.preview(&question), 1, now));
        let opening = Opening {
            id: ComplaintId(fresh_uuid(now)),
            branch: complaint.branch,
            number: self.fresh_number(now).await?,
            matter,
            place: complaint.place.clone(),
            customer: complaint.customer.clone(),
            upstream: None,
            first_owner: complaint.first_owner.clone(),
            suggestion: complaint.suggestion.clone(),
            flow: Some(complaint.flow),
            grade: Some(complaint.grade),
            check: check.as_ref().map(|(check, _)| check.clone()),
            document: None,
            split_from: Some(complaint.named()),
        };
        let (rules, roster) = (self.rules(), self.roster());
        let context = rules.context(viewer, &roster, now);
        let opened = flow::open(opening, &context);
        let new = opened.complaint.clone();
        let split = flow::decide(&complaint, &[Action::Split { into: new.named(), reason }], &context)?;
        let search = Some(self.found_by(&new));
        let part = Commit { evidence: check.map(|(_, evidence)| evidence), search, ..self.commit_of(opened, now) };
        let commit = Commit { submission, also: vec![part], ..self.commit_of(split, now) };
        let after = self.commit(commit, complaint).await?;
        self.with_part(viewer, after).await
    }

    /// A complaint with the part last split off: a second click finds what the first one did.
    async fn with_part(&self, viewer: &Viewer, after: Complaint) -> Result<(Complaint, Complaint), DeskError> {
        let part = after.tied(Bond::SplitInto).last().ok_or(DeskError::NotFound)?.id;
        let part = self.complaint(viewer, part).await?.ok_or(DeskError::NotFound)?;
        Ok((after, part))
    }

    /// 群诉: of those a lead leads, in the order in which they were tied, so many from the one at that place on.
    pub async fn led(
        &self,
        viewer: &Viewer,
        lead: &Complaint,
        from: usize,
        count: usize,
    ) -> Result<Vec<Complaint>, DeskError> {
        let ids: Vec<ComplaintId> = lead.tied(Bond::Leads).skip(from).take(count).map(|member| member.id).collect();
        Ok(self.store.several(&Scope::of(viewer), &ids).await?)
    }

    /// One answer for the chosen ones of those a lead leads. Each is answered for itself: one that cannot be is named, the
    /// others stand. Done again it answers only those that still wait.
    pub async fn answer_led(
        &self,
        viewer: &Viewer,
        lead: &Complaint,
        chosen: &[ComplaintId],
        text: &str,
    ) -> Result<Vec<Answered>, DeskError> {
        self.for_led(viewer, lead, chosen, || Action::AnswerWithLead { text: text.to_owned() }).await
    }

    /// Takes the common answer back from the chosen ones: each stands where it stood.
    pub async fn take_back_led(
        &self,
        viewer: &Viewer,
        lead: &Complaint,
        chosen: &[ComplaintId],
        reason: &str,
    ) -> Result<Vec<Answered>, DeskError> {
        self.for_led(viewer, lead, chosen, || Action::TakeBack { reason: reason.to_owned() }).await
    }

    async fn for_led(
        &self,
        viewer: &Viewer,
        lead: &Complaint,
        chosen: &[ComplaintId],
        action: impl Fn() -> Action,
    ) -> Result<Vec<Answered>, DeskError> {
        let mut answered = Vec::new();
        for member in lead.tied(Bond::Leads).filter(|member| chosen.contains(&member.id)) {
            let done = self.act_all(viewer, member.id, None, vec![action()], None).await;
            let failed = match done {
                Ok(_) => None,
                // What nothing is left of to say for one, is the same for all.
                Err(
                    error @ (DeskError::Refused(Refusal::NotYours { .. } | Refusal::Missing { .. })
                    | DeskError::Store(_)),
                ) => {
                    return Err(error);
                }
                Err(error) => Some(error),
            };
            answered.push(Answered { complaint: member.clone(), failed });
        }
        Ok(answered)
    }

    /// Whether the complaint is still what somebody looked at; then another one of the command was changed meanwhile.
    pub(super) async fn still_at(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        version: Option<u64>,
    ) -> Result<bool, DeskError> {
        let Some(version) = version else { return Ok(true) };
        Ok(self.complaint(viewer, id).await?.is_some_and(|complaint| complaint.version == version))
    }

    /// Tells the pages of everything a commit changed.
    pub(super) fn tell_of(&self, changed: impl IntoIterator<Item = (ComplaintId, u64)>) {
        for (id, version) in changed {
            self.bus.tell(Topic::Complaint(id), version);
            self.bus.tell(Topic::Queue, version);
        }
    }
}
