//! Which part of a complaint somebody sees who does not see the whole (M12): an outside organisation its own orders, with
//! what it needs to do them.

use super::{Reach, Scope};
use crate::clock::{Clock, ClockKind};
use crate::complaint::{Complaint, Order};
use crate::flow::{PaperKind, Party};
use crate::journal::{Entry, Event};
use crate::person::Viewer;
use crate::time::Timestamp;

/// The clocks of an order, and of what is asked of whoever has it.
const OF_ORDERS: [ClockKind; 4] =
    [ClockKind::OrderAcceptance, ClockKind::Arrival, ClockKind::OrderFinish, ClockKind::Supervision];

/// What a viewer sees of a complaint that lies within the viewer's scope.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    complaint: &'a Complaint,
    reach: Reach,
}

impl<'a> Part<'a> {
    /// What this viewer sees of it: the one answer for pages, live fragments and the open API.
    pub fn of(viewer: &Viewer, complaint: &'a Complaint) -> Self {
        Self { complaint, reach: Scope::of(viewer).reach().clone() }
    }

    /// Whether it is the whole complaint.
    pub const fn is_whole(&self) -> bool {
        match &self.reach {
            Reach::Branch | Reach::Tested => true,
            Reach::Organisation(_) | Reach::Nothing => false,
        }
    }

    /// Its clocks: to an outside organisation those of its own orders.
    pub fn clocks(&self) -> Vec<&'a Clock> {
        let seen = |clock: &&Clock| self.is_whole() || self.sees_clock(clock.kind, clock.started);
        self.complaint.clocks.iter().filter(seen).collect()
    }

    /// The running clock of those that is due first.
    pub fn next_due(&self) -> Option<&'a Clock> {
        let running = self.clocks().into_iter().filter(|clock| clock.is_running());
        running.min_by_key(|clock| (clock.paused().is_some(), clock.due_or_wakes()))
    }

    /// Its orders.
    pub fn orders(&self) -> Vec<&'a Order> {
        self.complaint.orders.iter().filter(|order| self.is_whole() || self.owns(order)).collect()
    }

    /// Whether what was waited on that party is shown.
    pub fn sees_waiting(&self, party: Party) -> bool {
        self.is_whole() || party == Party::Contractor
    }

    /// The journal as far as it is seen: entries of which nothing is, are left out.
    pub fn entries(&self, entries: Vec<Entry>) -> Vec<Entry> {
        if self.is_whole() {
            return entries;
        }
        let mut seen = entries;
        for entry in &mut seen {
            let at = entry.at;
            entry.events.retain(|event| self.sees_event(event, at));
        }
        seen.retain(|entry| !entry.events.is_empty());
        seen
    }

    fn owns(&self, order: &Order) -> bool {
        matches!(&self.reach, Reach::Organisation(name) if order.organisation.as_ref() == Some(name))
    }

    /// Whether an order of theirs was out, or its result not judged, at that time.
    fn had_order(&self, at: Timestamp) -> bool {
        let out = |order: &&Order| order.sent <= at && order.judged.as_ref().is_none_or(|(until, _)| at <= *until);
        self.complaint.orders.iter().filter(|order| self.owns(order)).any(|order| out(&order))
    }

    fn sees_clock(&self, kind: ClockKind, started: Timestamp) -> bool {
        OF_ORDERS.contains(&kind) && self.had_order(started)
    }

    fn sees_event(&self, event: &Event, at: Timestamp) -> bool {
        match event {
            // What is the matter, and where.
            Event::Received(_) | Event::CheckFrozen { .. } | Event::Corrected { .. } => true,
            Event::Outsourced { organisation, .. } => {
                matches!(&self.reach, Reach::Organisation(name) if organisation == name)
            }
            Event::PaperWritten { paper } => {
                let theirs = match paper.kind {
                    PaperKind::OrderTaken
                    | PaperKind::Arrival
                    | PaperKind::OrderSentBack
                    | PaperKind::ResultAccepted
                    | PaperKind::Supervision
                    | PaperKind::SupervisionAnswer
                    | PaperKind::Dispute
                    | PaperKind::DisputeDecision => true,
                    PaperKind::Plan
                    | PaperKind::PlanRevision
                    | PaperKind::PlanReturn
                    | PaperKind::PlanApproval
                    | PaperKind::Oversight
                    | PaperKind::Meeting
                    | PaperKind::DeclarationReturn
                    | PaperKind::DeclarationApproval
                    | PaperKind::Escalation
                    | PaperKind::Decision
                    | PaperKind::ProgressReport
                    | PaperKind::FinalReport
                    | PaperKind::TestOrder
                    | PaperKind::ExceptionReview
                    | PaperKind::ExemptionWish => false,
                };
                theirs && self.had_order(at)
            }
            Event::FedBack { .. } | Event::NoteAdded { .. } | Event::CommunicationRecorded { .. } => self.had_order(at),
            Event::RungFired { kind, reached, .. } => OF_ORDERS.contains(kind) && self.had_order(*reached),
            Event::ClockExtended { clock } | Event::ClockRecomputed { clock } => {
                self.sees_clock(clock.kind, clock.started)
            }
            Event::StateMoved { .. }
            | Event::ClockStarted { .. }
            | Event::ClockStopped { .. }
            | Event::Suspended { .. }
            | Event::ClockPaused { .. }
            | Event::ClockResumed { .. }
            | Event::HandlerNamed { .. }
            | Event::Transferred { .. }
            | Event::Replied { .. }
            | Event::Closed { .. }
            | Event::Reopened { .. }
            | Event::FlowChanged { .. }
            | Event::GradeChanged { .. }
            | Event::Renumbered { .. }
            | Event::DocumentRevised { .. }
            | Event::DutyLeft { .. }
            | Event::DutyDone { .. }
            | Event::DeclarationWritten { .. }
            | Event::Mobilised { .. }
            | Event::ExtensionAsked { .. }
            | Event::ExtensionDecided { .. }
            | Event::ExemptionDecided { .. }
            | Event::Departed { .. }
            | Event::RejectedBack { .. }
            | Event::Tied { .. }
            | Event::Untied { .. }
            | Event::SetAside { .. }
            | Event::ClockRestored { .. }
            | Event::PutBack
            | Event::Unmasked { .. }
            | Event::Anonymised { .. } => false,
        }
    }
}
