//! Replaying the journal gives the complaint (invariant of design §3).

use crate::clock::Clock;
use crate::complaint::{Complaint, StateChange, Wait};
use crate::flow::{Party, State};
use crate::journal::{Entry, Event};

/// An entry that does not fit the complaint it is applied to: the journal was damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotItsEntry {
    /// Entries are missing, doubled or out of order.
    #[error("entry {found} follows version {version}")]
    OutOfOrder {
        /// Version before.
        version: u64,
        /// Sequence of the entry.
        found: u64,
    },
    /// The first entry does not receive the complaint, or a later one does again.
    #[error("entry {0} begins the complaint, or the first one does not")]
    WrongBeginning(u64),
    /// The entry belongs to another complaint.
    #[error("entry {0} belongs to another complaint")]
    Foreign(u64),
}

impl Complaint {
    /// Makes the complaint from its whole journal.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Self, NotItsEntry> {
        let mut entries = entries.into_iter();
        let first = entries.next().ok_or(NotItsEntry::WrongBeginning(0))?;
        let mut complaint = Self::begin(first)?;
        for entry in entries {
            complaint.apply(entry)?;
        }
        Ok(complaint)
    }

    /// Makes the complaint from the entry that received it.
    pub fn begin(entry: &Entry) -> Result<Self, NotItsEntry> {
        let Some(Event::Received(received)) = entry.events.first() else {
            return Err(NotItsEntry::WrongBeginning(entry.sequence));
        };
        if entry.sequence != 1 {
            return Err(NotItsEntry::OutOfOrder { version: 0, found: entry.sequence });
        }
        let received = received.as_ref().clone();
        let mut complaint = Self {
            id: entry.complaint,
            branch: received.branch,
            number: received.number,
            version: 1,
            received: entry.at,
            changed: entry.at,
            flow: received.flow,
            grade: received.grade,
            suggestion: received.suggestion,
            state: State::Received,
            history: vec![StateChange { to: State::Received, at: entry.at, reason: String::new() }],
            matter: received.matter,
            place: received.place,
            customer: received.customer,
            upstream: received.upstream,
            first_owner: received.first_owner,
            handler: None,
            department: None,
            organisation: None,
            waits_on: Party::Desk,
            suspended_until: None,
            waits: vec![Wait { party: Party::Desk, since: entry.at }],
            clocks: Vec::new(),
            checks: Vec::new(),
            reached: 0,
            attempts: 0,
            reply: None,
            closure: None,
            duties: Vec::new(),
            untold_since: None,
            papers: Vec::new(),
            declaration: None,
            mobilisations: Vec::new(),
            extension_asked: None,
            exempt: false,
            departures: 0,
            document: received.document,
            rejection: None,
            orders: Vec::new(),
            ties: Vec::new(),
            set_aside: None,
            anonymised: None,
        };
        for event in &entry.events[1..] {
            complaint.take(event, entry)?;
        }
        Ok(complaint)
    }

    /// Applies the next entry.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), NotItsEntry> {
        if entry.complaint != self.id {
            return Err(NotItsEntry::Foreign(entry.sequence));
        }
        if entry.sequence != self.version + 1 {
            return Err(NotItsEntry::OutOfOrder { version: self.version, found: entry.sequence });
        }
        for event in &entry.events {
            self.take(event, entry)?;
        }
        self.version = entry.sequence;
        self.changed = entry.at;
        Ok(())
    }

    /// Takes one event of an entry; [`Self::apply`] sees to the order of entries.
    pub(crate) fn take(&mut self, event: &Event, entry: &Entry) -> Result<(), NotItsEntry> {
        self.order_takes(event, entry.at);
        match event {
            Event::Received(_) => return Err(NotItsEntry::WrongBeginning(entry.sequence)),
            Event::CheckFrozen { check } => self.checks.push(check.clone()),
            Event::StateMoved { to, waits_on, reason } => {
                if self.state != *to {
                    self.state = *to;
                    self.history.push(StateChange { to: *to, at: entry.at, reason: reason.clone() });
                    self.suspended_until = None;
                    // Merged or answered with others, it can be put back; once it has moved on, no more.
                    if !matches!(to, State::Merged | State::Answered) {
                        self.set_aside = None;
                    }
                }
                self.wait_on(*waits_on, entry.at);
            }
            Event::ClockStarted { clock } => self.clocks.push(clock.clone()),
            Event::ClockStopped { kind, at } => {
                for clock in self.clocks.iter_mut().filter(|clock| clock.kind == *kind && clock.is_running()) {
                    clock.stop(*at);
                }
            }
            Event::ClockRestored { clock } => {
                let same = |known: &&mut Clock| known.kind == clock.kind && known.started == clock.started;
                if let Some(known) = self.clocks.iter_mut().rev().find(same) {
                    known.clone_from(clock);
                }
            }
            Event::Suspended { until } => self.suspended_until = Some(*until),
            Event::ClockPaused { clock }
            | Event::ClockResumed { clock }
            | Event::ClockExtended { clock }
            | Event::ClockRecomputed { clock } => {
                for known in self.clocks.iter_mut().filter(|known| known.kind == clock.kind && known.is_running()) {
                    known.clone_from(clock);
                }
            }
            Event::RungFired { kind, rung, .. } => {
                for clock in self.clocks.iter_mut().filter(|clock| clock.kind == *kind && clock.is_running()) {
                    clock.fired.push(*rung);
                }
            }
            Event::HandlerNamed { handler } => self.handler.clone_from(handler),
            Event::CommunicationRecorded { communication } => {
                if communication.reached {
                    self.reached += 1;
                } else {
                    self.attempts += 1;
                }
                // A form knows minutes: a talk in the minute the result came in was about it.
                self.untold_since =
                    self.untold_since.filter(|since| since.seconds_since(communication.took_place) >= 60);
            }
            Event::FedBack { .. } => {
                self.untold_since = Some(entry.at);
                // What a department reports comes back from it; a contractor goes on seeing what was sent to it.
                if self.state == State::Transferred {
                    self.department = None;
                }
            }
            Event::NoteAdded { .. } | Event::Unmasked { .. } => {}
            Event::Anonymised { .. } => (self.anonymised, self.set_aside) = (Some(entry.at), None),
            Event::PaperWritten { paper } => self.papers.push(paper.clone()),
            Event::DeclarationWritten { version, .. } => self.declaration = Some(version.clone()),
            Event::Mobilised { mobilisation } => self.mobilisations.push(mobilisation.clone()),
            Event::ExtensionAsked { until, .. } => self.extension_asked = Some(*until),
            Event::ExtensionDecided { .. } => self.extension_asked = None,
            Event::ExemptionDecided { granted, .. } => self.exempt = *granted,
            Event::Departed { .. } => self.departures += 1,
            Event::Transferred { department, .. } => self.department = Some(department.clone()),
            Event::Outsourced { organisation, .. } => self.organisation = Some(organisation.clone()),
            Event::Replied { reply } => self.reply = Some(reply.clone()),
            Event::Closed { closure } => self.closure = Some(closure.clone()),
            Event::Reopened { .. } => self.closure = None,
            Event::FlowChanged { flow, .. } => self.flow = *flow,
            Event::GradeChanged { grade, .. } => self.grade = *grade,
            Event::Corrected { matter, place, customer } => {
                self.matter = (**matter).clone();
                self.place = (**place).clone();
                self.customer = (**customer).clone();
            }
            Event::Renumbered { upstream } => self.upstream.clone_from(upstream),
            Event::DocumentRevised { document } => self.document.clone_from(document),
            Event::DutyLeft { duty } => {
                if !self.duties.contains(duty) {
                    self.duties.push(*duty);
                }
            }
            Event::DutyDone { duty } => self.duties.retain(|left| left != duty),
            Event::RejectedBack { ground } => self.rejection = Some(*ground),
            Event::Tied { tie, .. } => self.ties.push(tie.clone()),
            Event::Untied { tie, .. } => self.ties.retain(|known| known != tie),
            Event::SetAside { before } => self.set_aside = Some(before.clone()),
            Event::PutBack => {
                if let Some(before) = self.set_aside.take() {
                    self.reply.clone_from(&before.reply);
                    self.handler.clone_from(&before.handler);
                }
            }
        }
        Ok(())
    }
}
