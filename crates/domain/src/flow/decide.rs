//! The one place where a move is decided: state and action in, events out. Pure.

use crate::access::{self, Permission};
use crate::calendar::{HalfDay, WorkingCalendar};
use crate::clock::{Clock, ClockKind};
use crate::complaint::{
    Bond, CheckRef, Closure, Communication, Complaint, ComplaintRef, Customer, Duty, Matter, PersonRef, Reply,
    UpstreamNumber,
};
use crate::declaration;
use crate::flow::needs::{duty_for, has};
use crate::flow::refusal::{Refusal, Senseless};
use crate::flow::{Action, ActionKind, Flow, Paper, PaperKind, Part, Party, Revision, State, To, Transition};
use crate::flow::{lane, limits, ties};
use crate::grade::{Grade, Suggestion};
use crate::id::{BranchId, ComplaintId, ComplaintNumber};
use crate::journal::{Entry, Event, Received};
use crate::person::{Role, Viewer, Who};
use crate::place::Place;
use crate::policy::Policy;
use crate::roster::Roster;
use crate::time::Timestamp;

/// Everything a decision may look at besides the complaint.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The present.
    pub now: Timestamp,
    /// Who acts.
    pub viewer: &'a Viewer,
    /// The branch's calendar.
    pub calendar: &'a WorkingCalendar,
    /// What half a working day means here.
    pub half_day: HalfDay,
    /// The policy in force.
    pub policy: &'a Policy,
    /// Who is on duty and who is away; [`Roster::none`] where nobody keeps one.
    pub roster: &'a Roster,
}

impl Context<'_> {
    /// The same, no earlier than what is on record: a machine's clock may be set back, a record never runs backwards (M5).
    pub(super) fn not_before(&self, last: Timestamp) -> Self {
        Self { now: self.now.max(last), ..*self }
    }
}

/// What was decided: the state afterwards and the journal entry that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The complaint afterwards.
    pub complaint: Complaint,
    /// The entry to append.
    pub entry: Entry,
}

/// Everything the desk knows when it receives a complaint.
#[derive(Debug, Clone)]
pub struct Opening {
    /// A fresh id.
    pub id: ComplaintId,
    /// In which branch.
    pub branch: BranchId,
    /// A fresh number.
    pub number: ComplaintNumber,
    /// What is the matter.
    pub matter: Matter,
    /// Where.
    pub place: Place,
    /// Who complains, sealed.
    pub customer: Customer,
    /// The upstream number.
    pub upstream: Option<UpstreamNumber>,
    /// Who owns it for life.
    pub first_owner: PersonRef,
    /// What the rules suggest.
    pub suggestion: Suggestion,
    /// The flow somebody chose.
    pub flow: Option<Flow>,
    /// The grade somebody chose; below the suggestion it needs a supervisor (M14), so the suggestion then stands.
    pub grade: Option<Grade>,
    /// The check made at intake.
    pub check: Option<CheckRef>,
    /// What upstream sent along.
    pub document: Option<String>,
    /// 拆自: the complaint it was a part of.
    pub split_from: Option<ComplaintRef>,
}

/// 受理: opens the complaint with its clocks running (M1, M14).
pub fn open(opening: Opening, context: &Context<'_>) -> Decision {
    let flow = opening.flow.unwrap_or(opening.suggestion.flow);
    let wished = opening.grade.unwrap_or(opening.suggestion.grade);
    let grade =
        if access::may(context.viewer, Permission::Lead) { wished } else { wished.max(opening.suggestion.grade) };
    let wanted_by = opening.matter.wanted_by;
    let mut events = vec![Event::Received(Box::new(Received {
        branch: opening.branch,
        number: opening.number,
        flow,
        grade,
        suggestion: opening.suggestion,
        matter: opening.matter,
        place: opening.place,
        customer: opening.customer,
        upstream: opening.upstream,
        first_owner: opening.first_owner,
        document: opening.document,
    }))];
    events.extend(opening.check.map(|check| Event::CheckFrozen { check }));
    events.extend(opening.split_from.map(|from| ties::tied(Bond::SplitFrom, from, "")));
    events.extend(flow.opening_clocks().iter().map(|kind| started(*kind, grade, context)));
    if let Some(due) = wanted_by.filter(|due| *due > context.now) {
        let clock = Clock::until(ClockKind::Upstream, context.now, due, context.calendar, context.policy);
        events.push(Event::ClockStarted { clock });
    }
    let entry = Entry { complaint: opening.id, sequence: 1, at: context.now, actor: context.viewer.actor(), events };
    let complaint = Complaint::begin(&entry).expect("an entry that begins with Received and carries no other");
    Decision { complaint, entry }
}

/// The moves open to this viewer now, in the order of the table: the buttons of the page.
pub fn possible(complaint: &Complaint, viewer: &Viewer) -> Vec<&'static Transition> {
    complaint
        .flow
        .table()
        .iter()
        .filter(|row| row.from.contains(&complaint.state) && may_take(row, complaint, viewer))
        .filter(|row| makes_sense(complaint, row.action))
        .collect()
}

/// Decides several actions as one command: one journal entry, all or nothing.
pub fn decide(complaint: &Complaint, actions: &[Action], context: &Context<'_>) -> Result<Decision, Refusal> {
    if complaint.anonymised.is_some() {
        return Err(Refusal::Anonymised);
    }
    let context = &context.not_before(complaint.changed);
    let mut after = complaint.clone();
    let mut entry = following(complaint, context);
    let overdue = super::tick::overdue(&mut after, &entry, context);
    entry.events.extend(overdue);
    let noticed = entry.events.len();
    for action in actions {
        let events = one(&after, action, context)?;
        for event in &events {
            after.take(event, &entry).expect("a decided event never begins another complaint");
        }
        let put_back = events.contains(&Event::PutBack);
        entry.events.extend(events);
        if put_back {
            // What came due while it was set aside is told of at once: no undo buys time.
            let overdue = super::tick::overdue(&mut after, &entry, context);
            entry.events.extend(overdue);
        }
    }
    if entry.events.len() == noticed {
        // Nothing was done: what time did by itself is the tick's to record.
        entry.events.clear();
        return Ok(Decision { complaint: complaint.clone(), entry });
    }
    after.version = entry.sequence;
    after.changed = context.now;
    Ok(Decision { complaint: after, entry })
}

/// The entry that follows the complaint's last one, still empty.
pub(super) fn following(complaint: &Complaint, context: &Context<'_>) -> Entry {
    Entry {
        complaint: complaint.id,
        sequence: complaint.version + 1,
        at: context.now,
        actor: context.viewer.actor(),
        events: Vec::new(),
    }
}

fn may_take(row: &Transition, complaint: &Complaint, viewer: &Viewer) -> bool {
    match &viewer.who {
        Who::Machine { .. } => row.machine,
        Who::House => true,
        Who::Person(person) => {
            // A contractor nobody has given an organisation belongs to none of those work is sent to.
            let outside = person.role == Role::Contractor || person.organisation.is_some();
            let sent_here =
                !outside || (person.organisation.is_some() && person.organisation == complaint.organisation);
            let taken = matches!(row.action, ActionKind::TakeOver | ActionKind::Feedback);
            let lies_here =
                complaint.state != State::Transferred || !taken || access::may_take_transferred(person, complaint);
            person.active && row.who.contains(&person.role) && sent_here && lies_here
        }
    }
}

/// Whether what the action answers, undoes or belongs to is there.
fn makes_sense(complaint: &Complaint, action: ActionKind) -> bool {
    complaint.anonymised.is_none()
        && action.answers().is_none_or(|kind| complaint.running(kind).is_some())
        && ties::makes_sense(complaint, action)
}

fn one(complaint: &Complaint, action: &Action, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let kind = action.kind();
    let mut rows =
        complaint.flow.table().iter().filter(|row| row.action == kind && row.from.contains(&complaint.state));
    let Some(first) = rows.next() else {
        let allowed = possible(complaint, context.viewer).into_iter().map(|row| row.action).collect();
        return Err(Refusal::NotFromHere { action: kind, state: complaint.state, allowed });
    };
    let row = std::iter::once(first)
        .chain(rows)
        .find(|row| may_take(row, complaint, context.viewer))
        .ok_or(Refusal::NotYours { action: kind })?;
    if !makes_sense(complaint, kind) {
        return Err(Refusal::Senseless { action: kind, why: Senseless::NothingToAnswer });
    }

    if ties::leaves_others(complaint, kind) {
        return Err(Refusal::Senseless { action: kind, why: Senseless::HoldsOthers });
    }

    let missing: Vec<Part> = row.needs.iter().copied().filter(|part| !has(*part, action, complaint)).collect();
    if !missing.is_empty() && !matches!(context.viewer.who, Who::Machine { .. }) {
        return Err(Refusal::Missing { action: kind, parts: missing });
    }
    let mut events: Vec<Event> = missing.into_iter().map(|part| Event::DutyLeft { duty: duty_for(part) }).collect();
    events.dedup();
    events.extend(content(complaint, action, context)?);
    events.extend(moved(row, action, complaint));
    if events.iter().any(|event| matches!(event, Event::StateMoved { waits_on: Party::Handler, .. })) {
        events.extend(owner_handles(complaint, &events));
    }
    if let Action::Suspend { until, .. } = action {
        // After the move, which ends any suspension before it.
        events.push(Event::Suspended { until: limits::suspension_end(*until, context) });
    }
    if kind.undoes() {
        events.extend(ties::restored(complaint).into_iter().flat_map(|(.., events)| events));
    }
    events.extend(clocks(complaint, row, action, context));
    Ok(events)
}

/// What the action itself puts on record, before any move.
fn content(complaint: &Complaint, action: &Action, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let senseless = |why| Err(Refusal::Senseless { action: action.kind(), why });
    if let Some(why) = lost(action, context.roster) {
        return senseless(why);
    }
    Ok(match action {
        Action::Accept | Action::TakeOver => {
            let handler = Some(actor_ref(context.viewer));
            vec![Event::HandlerNamed { handler }]
        }
        Action::Contact { .. } => return talked(complaint, action, context),
        Action::Note { text } => vec![Event::NoteAdded { text: text.clone() }],
        Action::Transfer { department, reason } => vec![
            Event::Transferred { department: department.clone(), reason: reason.clone() },
            Event::HandlerNamed { handler: None },
        ],
        Action::Outsource { organisation, task } => {
            vec![Event::Outsourced { organisation: organisation.clone(), task: task.clone() }]
        }
        Action::Feedback { result } => feedback(complaint, result, context.viewer),
        Action::Reply { text } => answered(complaint, text, false, context),
        Action::DirectReply { text } => answered(complaint, text, true, context),
        Action::Close { cause: Some(cause), attribution, .. }
            if !attribution.is_some_and(|one| context.policy.cause(one, cause).is_some()) =>
        {
            return senseless(Senseless::NoSuchCause);
        }
        Action::Close { cause, attribution, resolution, plan, remark } => {
            let closure = Closure {
                cause: cause.clone(),
                attribution: *attribution,
                resolution: *resolution,
                plan: plan.clone(),
                remark: remark.clone(),
                at: context.now,
            };
            return limits::closed(complaint, closure, context);
        }
        Action::Reopen { reason } => {
            let closed = complaint.closure.as_ref().map(|closure| closure.at);
            if closed.is_some_and(|at| context.now.seconds_since(at) > 30 * 86_400) {
                return senseless(Senseless::TooLate);
            }
            vec![Event::Reopened { reason: reason.clone() }]
        }
        Action::Suspend { until, reason, .. } => return limits::suspended(complaint, *until, reason, context),
        Action::Resume { .. } => {
            complaint.clocks.iter().filter_map(|clock| super::tick::resumed(clock, context)).collect()
        }
        Action::RejectBack { ground, .. } => ground.map(|ground| Event::RejectedBack { ground }).into_iter().collect(),
        Action::Withdraw { .. } | Action::BeginContact => vec![],
        Action::Merge { .. }
        | Action::Unmerge { .. }
        | Action::Split { .. }
        | Action::Tie { .. }
        | Action::Untie { .. }
        | Action::AnswerWithLead { .. }
        | Action::TakeBack { .. } => return ties::content(complaint, action, context),
        Action::Correct { matter, place, customer } => {
            vec![Event::Corrected { matter: matter.clone(), place: place.clone(), customer: customer.clone() }]
        }
        Action::Assign { handler, .. } => vec![Event::HandlerNamed { handler: Some(handler.clone()) }],
        Action::Regrade { grade, reason } => {
            if *grade < complaint.grade && !access::may(context.viewer, Permission::Lead) {
                return senseless(Senseless::LowerGrade);
            }
            vec![Event::GradeChanged { grade: *grade, reason: reason.clone() }]
        }
        Action::ChangeFlow { flow, reason } => return lane::flow_changed(complaint, *flow, reason, context),
        Action::Recheck { check } => vec![Event::CheckFrozen { check: check.clone() }],
        Action::Unmask { field, reason } => vec![Event::Unmasked { field: *field, reason: reason.clone() }],
        Action::Revise(revision) => revised(complaint, revision),
        Action::Write { paper, text } => written(complaint, *paper, text, context),
        Action::Declare { declaration, submit } => {
            let number = complaint.declaration.as_ref().map_or(0, |version| version.number) + 1;
            let declaration = (**declaration).clone().masked();
            let version = declaration::Version { number, at: context.now, by: actor_ref(context.viewer), declaration };
            vec![Event::DeclarationWritten { version: Box::new(version), submitted: *submit }]
        }
        Action::Mobilise(mobilisation) => vec![Event::Mobilised { mobilisation: mobilisation.clone() }],
        Action::AskExtension { until, reason } => {
            let longest = context.now.plus_seconds(Clock::LONGEST_PAUSE_DAYS * 86_400);
            if !limits::extensible(complaint, *until, context) || *until > longest {
                return senseless(Senseless::ExtensionEnd);
            }
            vec![Event::ExtensionAsked { until: *until, reason: reason.clone() }]
        }
        Action::DecideExtension { granted: true, .. }
            if !complaint.extension_asked.is_some_and(|until| limits::extensible(complaint, until, context)) =>
        {
            return senseless(Senseless::ExtensionEnd);
        }
        Action::DecideExtension { granted, reason } => limits::extended(complaint, *granted, reason, context),
        Action::DecideExemption { granted, reason } => {
            vec![Event::ExemptionDecided { granted: *granted, reason: reason.clone() }]
        }
        Action::Depart(departure) => return lane::departed(complaint, departure, context),
    })
}

/// Sent to where nobody would see it, it would be lost. A roster that knows nobody cannot tell.
fn lost(action: &Action, roster: &Roster) -> Option<Senseless> {
    let (known, to, why) = match action {
        Action::Transfer { department, .. } => (roster.departments(), department, Senseless::NoSuchDepartment),
        Action::Outsource { organisation, .. } => (roster.organisations(), organisation, Senseless::NoSuchOrganisation),
        _ => return None,
    };
    (roster.knows_people() && !known.contains(to.as_str())).then_some(why)
}

/// 沟通: put on record, in time or too late (M7).
fn talked(complaint: &Complaint, action: &Action, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let Action::Contact { means, reached, took_place, summary } = action else { return Ok(Vec::new()) };
    let age = context.now.seconds_since(*took_place);
    if !(-60..=31 * 86_400).contains(&age) {
        return Err(Refusal::Senseless { action: action.kind(), why: Senseless::ContactTime });
    }
    let communication = Communication {
        means: *means,
        reached: *reached,
        took_place: *took_place,
        record_due: limits::record_due(complaint, *took_place, context),
        summary: summary.clone(),
    };
    let mut events = limits::recorded_late(complaint, *took_place, context);
    events.push(Event::CommunicationRecorded { communication });
    events.extend(done(complaint, Duty::Contact));
    Ok(events)
}

fn written(complaint: &Complaint, kind: PaperKind, text: &str, context: &Context<'_>) -> Vec<Event> {
    let paper = Paper { kind, text: text.to_owned(), at: context.now, by: actor_ref(context.viewer) };
    let mut events = vec![Event::PaperWritten { paper }];
    // What the chief decided comes back like any other result: the customer must hear of it.
    if kind == PaperKind::Decision {
        events.extend(feedback(complaint, text, context.viewer));
    }
    events
}

pub(super) fn started(kind: ClockKind, grade: Grade, context: &Context<'_>) -> Event {
    let clock = Clock::start(kind, grade, context.now, context.calendar, context.half_day, context.policy);
    Event::ClockStarted { clock }
}

/// A department's or contractor's result goes back to whoever answers the customer: the first step of the loop guard.
fn feedback(complaint: &Complaint, result: &str, viewer: &Viewer) -> Vec<Event> {
    let mut events = vec![Event::FedBack { from: actor_ref(viewer).name, result: result.to_owned() }];
    events.extend(owner_handles(complaint, &[]));
    events
}

/// Where it waits on the handler and there is none, the first owner is it (M4): after a transfer nobody has taken over.
pub(super) fn owner_handles(complaint: &Complaint, events: &[Event]) -> Option<Event> {
    let named = events
        .iter()
        .rev()
        .find_map(|event| if let Event::HandlerNamed { handler } = event { Some(handler) } else { None });
    let handler = named.unwrap_or(&complaint.handler);
    handler.is_none().then(|| Event::HandlerNamed { handler: Some(complaint.first_owner.clone()) })
}

fn answered(complaint: &Complaint, text: &str, direct: bool, context: &Context<'_>) -> Vec<Event> {
    let reply = Reply { text: text.to_owned(), at: context.now, by: actor_ref(context.viewer).name, direct };
    let mut events = vec![Event::Replied { reply }];
    if !text.trim().is_empty() {
        events.extend(done(complaint, Duty::ReplyText));
    }
    events
}

fn revised(complaint: &Complaint, revision: &Revision) -> Vec<Event> {
    let mut events = Vec::new();
    if let Some(matter) = revision.matter.as_ref().filter(|matter| **matter != complaint.matter) {
        events.push(Event::Corrected {
            matter: Box::new(matter.clone()),
            place: Box::new(complaint.place.clone()),
            customer: Box::new(complaint.customer.clone()),
        });
    }
    if let Some(upstream) = revision.upstream.as_ref().filter(|upstream| **upstream != complaint.upstream) {
        events.push(Event::Renumbered { upstream: upstream.clone() });
    }
    if let Some(document) = revision.document.as_ref().filter(|document| **document != complaint.document) {
        events.push(Event::DocumentRevised { document: document.clone() });
    }
    events
}

fn done(complaint: &Complaint, duty: Duty) -> Option<Event> {
    complaint.duties.contains(&duty).then_some(Event::DutyDone { duty })
}

/// The move itself. Where a suspension or an undoing leads, the table cannot tell.
fn moved(row: &Transition, action: &Action, complaint: &Complaint) -> Option<Event> {
    let To::State(state) = row.to else { return None };
    let (to, waits_on) = match action {
        _ if action.kind().undoes() => ties::restored(complaint).map(|(state, waits_on, _)| (state, waits_on))?,
        Action::Suspend { waits_on: Party::Customer, .. } => (State::AwaitingCustomer, Party::Customer),
        Action::Suspend { .. } => (State::Held, Party::Others),
        _ => (state, row.waits_on),
    };
    Some(Event::StateMoved { to, waits_on, reason: reason(action) })
}

fn reason(action: &Action) -> String {
    match action {
        Action::Transfer { reason, .. }
        | Action::Suspend { reason, .. }
        | Action::Resume { reason }
        | Action::Reopen { reason }
        | Action::RejectBack { reason, .. }
        | Action::Merge { reason, .. }
        | Action::Unmerge { reason }
        | Action::TakeBack { reason }
        | Action::Withdraw { reason } => reason.clone(),
        Action::Write { text, .. } => text.clone(),
        Action::Close { remark, .. } => remark.clone(),
        _ => String::new(),
    }
}

fn clocks(complaint: &Complaint, row: &Transition, action: &Action, context: &Context<'_>) -> Vec<Event> {
    // Nobody has been spoken to yet: the attempt is on record, the clock of the first contact runs on.
    let unreached = matches!(action, Action::Contact { reached: false, .. });
    let stopped = row
        .stops
        .iter()
        .filter(|kind| complaint.running(**kind).is_some() && !(unreached && **kind == ClockKind::FirstContact))
        .map(|kind| Event::ClockStopped { kind: *kind, at: context.now });
    let starting = row.starts.iter().filter(|kind| complaint.running(**kind).is_none() || row.stops.contains(kind));
    stopped.chain(starting.map(|kind| started(*kind, complaint.grade, context))).collect()
}

pub(super) fn actor_ref(viewer: &Viewer) -> PersonRef {
    PersonRef { id: viewer.person().map(|person| person.id), name: viewer.actor().name().to_owned() }
}
