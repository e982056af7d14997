//! The 《重大投诉申告表》 as the record answers it, and as a sheet of paper (M8).

use domain::access::Scope;
use domain::complaint::Complaint;
use domain::declaration::{Declaration, Review, ReviewOutcome, prefill};
use domain::flow::{PaperKind, State};
use domain::id::OutboxId;
use domain::journal::{Entry, Event};
use domain::person::{Role, Viewer};
use domain::post::PostKind;
use domain::time::Timestamp;
use store::{Attachment, Outgoing};

use super::{Desk, DeskError};
use crate::clock::fresh_uuid;
use crate::pdf::{self, Filed, Sheet};

impl Desk {
    /// The complaint people quote by that number.
    pub async fn by_number(&self, viewer: &Viewer, number: &str) -> Result<Option<Complaint>, DeskError> {
        Ok(self.store.complaint_by_number(&Scope::of(viewer), number).await?)
    }

    /// The first report, filled in from the journal and the latest frozen check; what the record does not say is empty.
    pub async fn prefilled_declaration(
        &self,
        viewer: &Viewer,
        complaint: &Complaint,
    ) -> Result<Declaration, DeskError> {
        let entries = self.entries(viewer, complaint.id).await?;
        let check = match complaint.checks.last() {
            Some(check) => self.evidence(viewer, complaint.id, check.ordinal).await?,
            None => None,
        };
        Ok(prefill(complaint, &entries, check.as_ref(), self.now(), &self.calendar()))
    }

    /// 申告表 as it was last saved; as the record fills it in where nobody has written one yet.
    pub async fn declaration(&self, viewer: &Viewer, complaint: &Complaint) -> Result<Declaration, DeskError> {
        match &complaint.declaration {
            Some(version) => Ok(version.declaration.clone()),
            None => self.prefilled_declaration(viewer, complaint).await,
        }
    }

    /// The form as paper: what was handed in, with what the review said; else a draft.
    pub async fn declaration_paper(&self, viewer: &Viewer, complaint: &Complaint) -> Result<Sheet, DeskError> {
        let review = reviewed(complaint);
        if let Some(version) = complaint.declaration.as_deref().filter(|_| complaint.state != State::Declaring) {
            return self.declaration_sheet(complaint, Filed::Version(version, review.as_ref())).await;
        }
        let form = self.declaration(viewer, complaint).await?;
        self.declaration_sheet(complaint, Filed::Draft(&form)).await
    }

    /// The mails a step of the declaration sends, each with the form as a PDF: handed in, to those who review it; approved,
    /// to those who mobilise; passed on, to the chief. They are written in the step's own transaction.
    pub(crate) async fn declaration_mails(
        &self,
        complaint: &Complaint,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<Vec<Outgoing>, DeskError> {
        let Some((role, what)) = entry.events.iter().find_map(addressed) else { return Ok(Vec::new()) };
        let Some(version) = complaint.declaration.as_deref() else { return Ok(Vec::new()) };
        let people = self.book().all();
        let told: Vec<_> = people
            .iter()
            .filter(|known| known.person.active && known.person.role == role)
            .filter_map(|known| Some((known.person.id, known.reach.mail.clone()?)))
            .collect();
        if told.is_empty() {
            return Ok(Vec::new());
        }
        let review = reviewed(complaint);
        let sheet = self.declaration_sheet(complaint, Filed::Version(version, review.as_ref())).await?;
        let printed = pdf::print(sheet).await.map_err(|error| {
            tracing::error!(%error, "a declaration form");
            DeskError::Transient
        })?;
        let post = self.post();
        let owner = complaint.handler.as_ref().and_then(|handler| handler.id).or(complaint.first_owner.id);
        let (grade, _) = complaint.grade.title();
        let link = format!("{}/complaints/{}", post.public_url, complaint.id);
        let mail = |(person, recipient): (domain::id::PersonId, String)| {
            let id = OutboxId(fresh_uuid(now));
            Outgoing {
                id,
                kind: PostKind::Mail,
                complaint: Some(complaint.id),
                owner,
                recipient,
                subject: format!("{what} {}（{grade}）", complaint.number),
                body: format!("{what}\n投诉 {}（{grade}）\n《重大投诉申告表》见附件。\n{link}\n", complaint.number),
                message_id: post.message_id(id),
                attachments: vec![Attachment {
                    name: format!("{}.pdf", complaint.number),
                    media_type: "application/pdf".to_owned(),
                    bytes: printed.pdf.clone(),
                }],
                created: now,
                not_before: now,
                unique_key: format!("declaration:{}:{}:{person}", complaint.id, entry.sequence),
            }
        };
        Ok(told.into_iter().map(mail).collect())
    }

    /// The sheet of a form, to be [printed](crate::pdf::print).
    pub async fn declaration_sheet(&self, complaint: &Complaint, filed: Filed<'_>) -> Result<Sheet, DeskError> {
        Ok(Sheet::new(complaint, filed, self.is_demo().await?, self.now(), self.calendar().zone()))
    }
}

/// Who must have the form after that event, and why.
fn addressed(event: &Event) -> Option<(Role, &'static str)> {
    match event {
        Event::DeclarationWritten { submitted: true, .. } => Some((Role::AreaSupervisor, "申告表待审核")),
        Event::PaperWritten { paper } => match paper.kind {
            PaperKind::DeclarationApproval => Some((Role::InterfaceAdmin, "申告表已审核，请调配资源")),
            PaperKind::Escalation => Some((Role::BranchChief, "界面未能解决，请总管决定")),
            _ => None,
        },
        _ => None,
    }
}

/// What the review of the last version said, where there was one since it was handed in.
fn reviewed(complaint: &Complaint) -> Option<Review> {
    let version = complaint.declaration.as_deref()?;
    let paper = complaint.papers.iter().rev().find(|paper| {
        matches!(paper.kind, PaperKind::DeclarationApproval | PaperKind::DeclarationReturn) && paper.at >= version.at
    })?;
    let outcome =
        if paper.kind == PaperKind::DeclarationApproval { ReviewOutcome::Passed } else { ReviewOutcome::Returned };
    Some(Review { by: paper.by.clone(), at: paper.at, outcome, remarks: paper.text.clone() })
}
