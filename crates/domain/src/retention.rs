//! Anonymising 匿名化: when the policy's time has passed since a complaint was closed, what tells who complained goes for good;
//! what counts stays: place, cause, times, clocks, flow, grade, parties, who worked on it (domain.md §11, P-6).
//!
//! The journal keeps its hashes. An entry that held something personal stands on without it under the hash it was written with,
//! and the last entry of the complaint says for each of them what it reads now: see `docs/adr/010`.

use serde::{Deserialize, Serialize};

use crate::complaint::{Closure, Communication, Complaint, Customer, Matter, Plan, Reply, Standing};
use crate::contact::mask_digits;
use crate::declaration::{Declaration, Version};
use crate::flow::{Departure, Mobilisation, Paper};
use crate::journal::{Entry, Event, Received};
use crate::person::Actor;
use crate::place::Place;
use crate::time::Timestamp;

/// What stands where somebody's words stood, in both languages. Where nothing was written, nothing stands.
pub const GONE: &str = "***";

/// 保存期: how long what is personal is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// For how many days after a complaint was closed.
    pub closed_days: u32,
}

impl Retention {
    /// Three years, as orders are kept.
    pub const STANDARD: Self = Self { closed_days: 1_095 };
    /// Orders are kept for two years at least, and nothing personal for ever.
    pub const BOUNDS: std::ops::RangeInclusive<u32> = 730..=3_650;

    /// Complaints closed until then are due now.
    pub fn closed_until(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(-i64::from(self.closed_days) * 86_400)
    }
}

/// An entry that stands without what was personal in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// Which entry of the same complaint.
    pub sequence: u64,
    /// The hash it would have as it reads now, in its place in the chain; hex.
    pub reads: String,
}

/// What anonymising a complaint does, all of it or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Anonymisation {
    /// The complaint afterwards.
    pub complaint: Complaint,
    /// The entry that says so.
    pub entry: Entry,
    /// The entries that read differently from now on.
    pub rewritten: Vec<Entry>,
}

/// Since when a complaint is closed; nothing while it is open, or once it is anonymised.
pub fn closed_since(complaint: &Complaint) -> Option<Timestamp> {
    let closed = !complaint.state.is_open() && complaint.anonymised.is_none();
    complaint.history.last().filter(|_| closed).map(|change| change.at)
}

/// Anonymises a complaint that has been closed for long enough; nothing where it has not, or where its journal is not its own.
/// `hash` tells what an entry would be hashed to in its place.
pub fn anonymise(
    complaint: &Complaint,
    entries: &[Entry],
    retention: Retention,
    now: Timestamp,
    hash: impl Fn(&Entry) -> String,
) -> Option<Anonymisation> {
    if closed_since(complaint)? > retention.closed_until(now) {
        return None;
    }
    let without: Vec<Entry> = entries.iter().map(redacted).collect();
    let changed = entries.iter().zip(&without).filter(|(before, after)| before != after);
    let rewritten: Vec<Entry> = changed.map(|(_, after)| after.clone()).collect();
    let sealed = rewritten.iter().map(|entry| Sealing { sequence: entry.sequence, reads: hash(entry) }).collect();
    let entry = Entry {
        complaint: complaint.id,
        sequence: complaint.version + 1,
        at: now,
        actor: Actor::House,
        events: vec![Event::Anonymised { closed_days: retention.closed_days, sealed }],
    };
    let complaint = Complaint::replay(without.iter().chain([&entry])).ok()?;
    Some(Anonymisation { complaint, entry, rewritten })
}

/// The entry without what is personal in it.
#[must_use]
pub fn redacted(entry: &Entry) -> Entry {
    Entry { events: entry.events.iter().map(event).collect(), ..entry.clone() }
}

fn event(event: &Event) -> Event {
    let mut event = event.clone();
    match &mut event {
        Event::Received(received) => forget_received(received),
        Event::Corrected { matter, place, customer } => {
            forget_matter(matter);
            forget_place(place);
            **customer = Customer::default();
        }
        Event::StateMoved { reason, .. }
        | Event::Transferred { reason, .. }
        | Event::Reopened { reason }
        | Event::FlowChanged { reason, .. }
        | Event::GradeChanged { reason, .. }
        | Event::ExtensionAsked { reason, .. }
        | Event::ExtensionDecided { reason, .. }
        | Event::ExemptionDecided { reason, .. }
        | Event::Tied { reason, .. }
        | Event::Untied { reason, .. }
        | Event::Unmasked { reason, .. } => forget(reason),
        Event::CommunicationRecorded { communication: Communication { summary: words, .. } }
        | Event::NoteAdded { text: words }
        | Event::Outsourced { task: words, .. }
        | Event::FedBack { result: words, .. }
        | Event::Replied { reply: Reply { text: words, .. } }
        | Event::PaperWritten { paper: Paper { text: words, .. } }
        | Event::Departed { departure: Departure { reason: words, .. } } => forget(words),
        Event::Mobilised { mobilisation: Mobilisation { resources, result, .. } } => {
            forget(resources);
            forget(result);
        }
        Event::Closed { closure } => forget_closure(closure),
        Event::DocumentRevised { document } => *document = None,
        Event::DeclarationWritten { version, .. } => forget_declaration(version),
        Event::SetAside { before } => forget_standing(before),
        // Nothing but what is counted, chosen from a list, or a colleague's.
        Event::CheckFrozen { .. }
        | Event::ClockStarted { .. }
        | Event::ClockStopped { .. }
        | Event::Suspended { .. }
        | Event::ClockPaused { .. }
        | Event::ClockResumed { .. }
        | Event::ClockRecomputed { .. }
        | Event::RungFired { .. }
        | Event::HandlerNamed { .. }
        | Event::Renumbered { .. }
        | Event::DutyLeft { .. }
        | Event::DutyDone { .. }
        | Event::ClockExtended { .. }
        | Event::RejectedBack { .. }
        | Event::ClockRestored { .. }
        | Event::PutBack
        | Event::Anonymised { .. } => {}
    }
    event
}

fn forget(words: &mut String) {
    if !words.is_empty() {
        GONE.clone_into(words);
    }
}

fn forget_received(received: &mut Received) {
    let Received { matter, place, customer, document, .. } = received;
    forget_matter(matter);
    forget_place(place);
    *customer = Customer::default();
    *document = None;
}

fn forget_matter(matter: &mut Matter) {
    forget(&mut matter.title);
    forget(&mut matter.description);
}

/// The point stays: by it areas are compared. Without phone, name and address it is a place, not a person.
fn forget_place(place: &mut Place) {
    forget(&mut place.address);
}

/// What was promised to be built, where and until when is the network's; a number written into it is not.
fn forget_closure(closure: &mut Closure) {
    forget(&mut closure.remark);
    if let Some(Plan { measure, .. }) = &mut closure.plan {
        *measure = mask_digits(measure);
    }
}

fn forget_declaration(version: &mut Version) {
    let Declaration {
        report: _,
        ordinal: _,
        interface: _,
        urgency: _,
        next_report: _,
        customer,
        scope,
        problem,
        claim,
        source_tracing,
        resources,
        communication,
        promised,
        risk,
        proposal,
    } = &mut version.declaration;
    for words in [customer, scope, problem, claim, source_tracing, resources, communication, promised, risk, proposal] {
        forget(words);
    }
}

fn forget_standing(before: &mut Standing) {
    if let Some(reply) = &mut before.reply {
        forget(&mut reply.text);
    }
}
