//! Acting on a complaint: load with version, decide, commit by compare-and-set, tell.

use domain::complaint::Complaint;
use domain::flow::{self, Action};
use domain::id::ComplaintId;
use domain::journal::{Event, MaskedField};
use domain::person::Viewer;
use domain::time::Timestamp;
use store::{Commit, Duplicate, Evidence};

use super::receive::{freeze, question};
use super::{Desk, DeskError};

/// How often a command without a version of its own is decided anew when others were quicker.
const TRIES: u32 = 8;

/// What a command finds.
pub(super) enum Seen {
    /// What somebody looked at.
    AsItStands(Complaint),
    /// The command was done before: the same submission again.
    Done(Complaint),
}

impl Desk {
    /// Does several actions as one command, all or nothing, on both sides where they tie complaints. With a version, a stale
    /// one is a [`DeskError::Conflict`]; without, the command is decided anew on the newest state. A `submission` seen before changes nothing.
    pub async fn act_all(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        version: Option<u64>,
        actions: Vec<Action>,
        submission: Option<String>,
    ) -> Result<Complaint, DeskError> {
        self.act_repeatedly(viewer, id, None, version, actions, submission).await
    }

    /// The same with a complaint that was just read through the viewer's scope: where it is still the newest, nobody reads it
    /// again.
    pub async fn act_on(
        &self,
        viewer: &Viewer,
        complaint: Complaint,
        version: Option<u64>,
        actions: Vec<Action>,
        submission: Option<String>,
    ) -> Result<Complaint, DeskError> {
        self.act_repeatedly(viewer, complaint.id, Some(complaint), version, actions, submission).await
    }

    async fn act_repeatedly(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        mut read: Option<Complaint>,
        version: Option<u64>,
        actions: Vec<Action>,
        submission: Option<String>,
    ) -> Result<Complaint, DeskError> {
        let now = self.now();
        for _ in 1..TRIES {
            let complaint = match read.take() {
                Some(complaint) => complaint,
                None => self.complaint(viewer, id).await?.ok_or(DeskError::NotFound)?,
            };
            // On the heap: whoever waits for one of many such commands stays small.
            match Box::pin(self.act_once(viewer, complaint, version, &actions, submission.clone(), now)).await {
                // Another command at the same place or on the other end of a tie was quicker; the complaint itself is as it was.
                Err(DeskError::Conflict) if self.still_at(viewer, id, version).await? => {}
                done => return done,
            }
        }
        let complaint = self.complaint(viewer, id).await?.ok_or(DeskError::NotFound)?;
        Box::pin(self.act_once(viewer, complaint, version, &actions, submission, now)).await
    }

    /// Does one action at a given present: what composing the demo city's past needs.
    pub async fn act_at(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        action: Action,
        now: Timestamp,
    ) -> Result<Complaint, DeskError> {
        let complaint = self.complaint(viewer, id).await?.ok_or(DeskError::NotFound)?;
        Box::pin(self.act_once(viewer, complaint, None, &[action], None, now)).await
    }

    /// The complaint somebody looked at, where it still stands so. One that moved on is a [`DeskError::Conflict`], unless it
    /// was this very submission that moved it.
    pub(super) async fn seen(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        version: Option<u64>,
        submission: Option<&str>,
    ) -> Result<Seen, DeskError> {
        let complaint = self.complaint(viewer, id).await?.ok_or(DeskError::NotFound)?;
        self.looked_at(viewer, complaint, version, submission).await
    }

    /// The same of one that was read.
    async fn looked_at(
        &self,
        viewer: &Viewer,
        complaint: Complaint,
        version: Option<u64>,
        submission: Option<&str>,
    ) -> Result<Seen, DeskError> {
        if version.is_none_or(|version| version == complaint.version) {
            return Ok(Seen::AsItStands(complaint));
        }
        if let Some(key) = submission
            && self.by_submission(viewer, key).await?.is_some_and(|known| known.id == complaint.id)
        {
            return Ok(Seen::Done(complaint));
        }
        Err(DeskError::Conflict)
    }

    async fn act_once(
        &self,
        viewer: &Viewer,
        complaint: Complaint,
        version: Option<u64>,
        actions: &[Action],
        submission: Option<String>,
        now: Timestamp,
    ) -> Result<Complaint, DeskError> {
        let complaint = match self.looked_at(viewer, complaint, version, submission.as_deref()).await? {
            Seen::AsItStands(complaint) => complaint,
            Seen::Done(complaint) => return Ok(complaint),
        };
        let (actions, others) = self.refreshed(viewer, actions).await?;
        let actions = self.with_places(viewer, &complaint, &actions, now).await?;
        let decision = flow::decide(&complaint, &actions, &self.rules().context(viewer, &self.roster(), now))?;
        if decision.entry.events.is_empty() {
            return Ok(complaint);
        }
        let also = self.echoes(viewer, &decision, others, now).await?;
        let reworded = |event: &Event| matches!(event, Event::Corrected { .. } | Event::Renumbered { .. });
        let search = decision.entry.events.iter().any(reworded).then(|| self.found_by(&decision.complaint));
        let mails = self.declaration_mails(&decision.complaint, &decision.entry, now).await?;
        let spots = self.placed(viewer, &decision.complaint, &decision.entry.events, now).await?;
        let mut commit = Commit { submission, search, also, spots, ..self.commit_of(decision, now) };
        commit.outbox.extend(mails);
        self.commit(commit, complaint).await
    }

    pub(super) async fn commit(&self, commit: Commit, before: Complaint) -> Result<Complaint, DeskError> {
        let after = commit.complaint.clone();
        let changed: Vec<_> = std::iter::once(&commit)
            .chain(&commit.also)
            .map(|commit| (commit.complaint.id, commit.complaint.version))
            .collect();
        match self.store.commit(commit).await {
            Ok(()) => {
                self.tell_of(changed);
                Ok(after)
            }
            // Somebody's second click came first: the answer is what it did, not what stood before.
            Err(store::Error::Duplicate(Duplicate::Submission)) => {
                Ok(self.complaint(&self.house(), before.id).await?.unwrap_or(before))
            }
            Err(store::Error::Duplicate(_)) => Ok(before),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks the network again; the new evidence stands beside the first (M2).
    pub async fn recheck(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        version: Option<u64>,
    ) -> Result<Complaint, DeskError> {
        let (Seen::AsItStands(complaint) | Seen::Done(complaint)) = self.seen(viewer, id, version, None).await?;
        let Some(question) = question(&complaint.matter, &complaint.place) else { return Ok(complaint) };
        let (now, check) = (self.now(), self.preview(&question));
        let ordinal = complaint.checks.iter().map(|check| check.ordinal).max().unwrap_or(0) + 1;
        let (reference, evidence): (_, Evidence) = freeze(check, ordinal, now);
        let actions = [Action::Recheck { check: reference }];
        let decision = flow::decide(&complaint, &actions, &self.rules().context(viewer, &self.roster(), now))?;
        let commit = Commit { evidence: Some(evidence), ..self.commit_of(decision, now) };
        self.commit(commit, complaint).await
    }

    /// Shows a masked value. The reason is on record before the value is returned (P-2).
    pub async fn unmask(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        field: MaskedField,
        reason: String,
    ) -> Result<String, DeskError> {
        let complaint = self.act_all(viewer, id, None, vec![Action::Unmask { field, reason }], None).await?;
        let sealed = match field {
            MaskedField::Phone => complaint.customer.phone,
            MaskedField::Name => complaint.customer.name,
        };
        Ok(self.vault.open(&sealed.ok_or(DeskError::NotFound)?)?)
    }
}
