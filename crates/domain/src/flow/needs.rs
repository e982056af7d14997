//! What must be handed in or stand on record before a move (M3, M8, M15).

use super::{Action, Departure, PaperKind, Part, limits};
use crate::clock::ClockKind;
use crate::complaint::{Complaint, Duty};
use crate::declaration;

/// Whether that part is handed in with the action or stands on record.
pub(super) fn has(part: Part, action: &Action, complaint: &Complaint) -> bool {
    let said = |text: &str| !text.trim().is_empty();
    match part {
        Part::Contact => complaint.reached + complaint.attempts > 0,
        Part::Told => complaint.untold_since.is_none(),
        Part::Declaration => match action {
            Action::Declare { declaration, .. } => declaration::missing(declaration).is_empty(),
            _ => complaint.declaration.is_some(),
        },
        Part::Mobilisation => !complaint.mobilisations.is_empty(),
        Part::FinalReport => complaint.wrote(PaperKind::FinalReport),
        Part::Oversight => complaint.wrote(PaperKind::Oversight),
        Part::Meeting => complaint.wrote(PaperKind::Meeting),
        Part::Settled => SETTLED.iter().all(|kind| complaint.running(*kind).is_none()),
        Part::Ground => matches!(action, Action::RejectBack { ground: Some(_), .. }),
        Part::Plan => limits::is_planned(action),
        Part::Attribution => {
            matches!(action, Action::Close { attribution: Some(_), resolution: Some(_), .. })
        }
        Part::ReplyText => match action {
            Action::Reply { text } | Action::DirectReply { text } | Action::AnswerWithLead { text } => said(text),
            _ => false,
        },
        Part::Receiver => match action {
            Action::Transfer { department, .. } => said(department),
            Action::Outsource { organisation, .. } => said(organisation),
            // Sent back to whoever had it.
            Action::Write { paper: PaperKind::OrderSentBack, .. } => complaint.organisation.is_some(),
            _ => false,
        },
        Part::Result => match action {
            Action::Feedback { result } => said(result),
            Action::Outsource { task, .. } => said(task),
            Action::Write { text, .. } => said(text),
            Action::Mobilise(mobilisation) => said(&mobilisation.resources) && said(&mobilisation.result),
            _ => false,
        },
        Part::Reason => match action {
            Action::Transfer { reason, .. }
            | Action::Suspend { reason, .. }
            | Action::Resume { reason }
            | Action::Reopen { reason }
            | Action::RejectBack { reason, .. }
            | Action::Withdraw { reason }
            | Action::Merge { reason, .. }
            | Action::Unmerge { reason }
            | Action::Split { reason, .. }
            | Action::Tie { reason, .. }
            | Action::Untie { reason }
            | Action::TakeBack { reason }
            | Action::Assign { reason, .. }
            | Action::Regrade { reason, .. }
            | Action::ChangeFlow { reason, .. }
            | Action::AskExtension { reason, .. }
            | Action::DecideExtension { reason, .. }
            | Action::DecideExemption { reason, .. }
            | Action::Depart(Departure { reason, .. })
            | Action::Write { text: reason, .. }
            | Action::Unmask { reason, .. } => said(reason),
            _ => false,
        },
    }
}

/// What must be settled before a record closes: an order, a dispute or an exception left open would be forgotten.
const SETTLED: &[ClockKind] = &[ClockKind::Supervision, ClockKind::Dispute, ClockKind::ExceptionReview];

/// What a machine that leaves the part out leaves to a person.
pub(super) const fn duty_for(part: Part) -> Duty {
    match part {
        Part::Contact | Part::Told => Duty::Contact,
        Part::ReplyText | Part::Result => Duty::ReplyText,
        Part::Attribution => Duty::Attribution,
        Part::Reason | Part::Receiver | Part::Ground => Duty::Reason,
        Part::Plan => Duty::Plan,
        Part::Declaration
        | Part::Mobilisation
        | Part::FinalReport
        | Part::Oversight
        | Part::Meeting
        | Part::Settled => Duty::Papers,
    }
}
