//! Moves that tie complaints together, and their undoing (M1, M9): merge, split, one answer for many.
//!
//! A move is decided on one complaint; what it says to the other is [`echo`], written in the same transaction.

use super::decide::{Context, Decision, actor_ref, following};
use super::refusal::Senseless;
use super::{Action, ActionKind, Party, Refusal, State};
use crate::clock::Clock;
use crate::complaint::{Bond, Communication, Complaint, ComplaintRef, Means, PersonRef, Reply, Standing, Tie};
use crate::journal::{Entry, Event};

/// From where a complaint may be merged: nobody outside is at work for it.
pub(super) const MERGEABLE: &[State] = &[State::Received, State::InProgress, State::AwaitingCustomer, State::Held];
/// From where it may be answered with its lead.
pub(super) const ANSWERABLE: &[State] =
    &[State::Received, State::InProgress, State::Transferred, State::AwaitingCustomer, State::Held];

/// What a move of this kind puts on record, before the move itself.
pub(super) fn content(complaint: &Complaint, action: &Action, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    match action {
        Action::Merge { into, reason } => merged(complaint, into, reason, context),
        Action::Tie { lead, reason } => led(complaint, lead, reason),
        Action::Split { into, reason } => Ok(vec![tied(Bond::SplitInto, into.clone(), reason)]),
        Action::Untie { reason } => Ok(untied(complaint, Bond::LedBy, reason)),
        Action::Unmerge { reason } => {
            let mut events = put_back(complaint, action.kind(), context)?;
            events.extend(untied(complaint, Bond::MergedInto, reason));
            Ok(events)
        }
        Action::TakeBack { .. } => put_back(complaint, action.kind(), context),
        Action::AnswerWithLead { text } => answered_with_lead(complaint, text, actor_ref(context.viewer), context),
        _ => Ok(Vec::new()),
    }
}

/// 合并: the duplicate goes on in the other complaint, whose answer is its answer too. So both are the same customer's.
fn merged(complaint: &Complaint, into: &Complaint, reason: &str, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let senseless = |why| Err(Refusal::Senseless { action: ActionKind::Merge, why });
    let phone = |complaint: &Complaint| complaint.customer.phone.as_ref().map(|phone| phone.digest.clone());
    if into.id == complaint.id || into.branch != complaint.branch || !into.state.is_open() {
        return senseless(Senseless::NoSuchTarget);
    }
    if let (Some(own), Some(other)) = (phone(complaint), phone(into))
        && own != other
    {
        return senseless(Senseless::OtherCustomer);
    }
    Ok(vec![
        Event::SetAside { before: Box::new(Standing::of(complaint, context.now)) },
        tied(Bond::MergedInto, into.named(), reason),
    ])
}

/// 群诉: it has the cause of the lead and may be answered with it.
fn led(complaint: &Complaint, lead: &Complaint, reason: &str) -> Result<Vec<Event>, Refusal> {
    let fits = lead.id != complaint.id
        && lead.branch == complaint.branch
        && lead.state.is_open()
        // One level only: who leads is not led, and who is led has one lead.
        && lead.tied(Bond::LedBy).next().is_none()
        && complaint.tied(Bond::LedBy).chain(complaint.tied(Bond::Leads)).next().is_none();
    if !fits {
        return Err(Refusal::Senseless { action: ActionKind::Tie, why: Senseless::NoSuchTarget });
    }
    Ok(vec![tied(Bond::LedBy, lead.named(), reason)])
}

/// The tie of that bond ends.
fn untied(complaint: &Complaint, bond: Bond, reason: &str) -> Vec<Event> {
    let with: Vec<ComplaintRef> = complaint.tied(bond).cloned().collect();
    with.into_iter().map(|with| Event::Untied { tie: Tie { bond, with }, reason: reason.to_owned() }).collect()
}

/// One answer for many: the customer is told in writing, which is the talk the answer needs.
fn answered_with_lead(
    complaint: &Complaint,
    text: &str,
    by: PersonRef,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    if complaint.tied(Bond::LedBy).next().is_none() {
        return Err(Refusal::Senseless { action: ActionKind::AnswerWithLead, why: Senseless::NotLed });
    }
    let communication = Communication {
        means: Means::Message,
        reached: true,
        took_place: context.now,
        record_due: super::limits::record_due(complaint, context.now, context),
        summary: text.to_owned(),
    };
    let reply = Reply { text: text.to_owned(), at: context.now, by: by.name, direct: false };
    let mut events = vec![
        Event::SetAside { before: Box::new(Standing::of(complaint, context.now)) },
        Event::CommunicationRecorded { communication },
        Event::Replied { reply },
    ];
    events.extend(super::decide::owner_handles(complaint, &[]));
    Ok(events)
}

/// What was set aside stands again: the state, and every clock that ran, with the due time it had.
fn put_back(complaint: &Complaint, action: ActionKind, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    const LONGEST_DAYS: i64 = 30;
    let Some(before) = &complaint.set_aside else {
        return Err(Refusal::Senseless { action, why: Senseless::NothingToAnswer });
    };
    if context.now.seconds_since(before.at) > LONGEST_DAYS * 86_400 {
        return Err(Refusal::Senseless { action, why: Senseless::TooLate });
    }
    Ok(vec![Event::PutBack])
}

/// Where an undoing leads, with the clocks that run again and the suspension that goes on.
pub(super) fn restored(complaint: &Complaint) -> Option<(State, Party, Vec<Event>)> {
    let before = complaint.set_aside.as_deref()?;
    // Only what the move itself stopped: an obligation met since then is met.
    let stopped_then = |clock: &&Clock| {
        let same = |known: &&Clock| known.kind == clock.kind && known.started == clock.started;
        let known = complaint.clocks.iter().rev().find(same);
        known.is_some_and(|known| known.stopped == Some(before.at)) && complaint.running(clock.kind).is_none()
    };
    let mut events: Vec<Event> =
        before.clocks.iter().filter(stopped_then).map(|clock| Event::ClockRestored { clock: clock.clone() }).collect();
    events.extend(before.suspended_until.map(|until| Event::Suspended { until }));
    Some((before.state, before.waits_on, events))
}

/// Whether there is something to undo, to answer with or to be tied to.
pub(super) fn makes_sense(complaint: &Complaint, action: ActionKind) -> bool {
    let led = || complaint.tied(Bond::LedBy).next().is_some();
    match action {
        ActionKind::Untie | ActionKind::AnswerWithLead => led(),
        ActionKind::Tie => !led() && complaint.tied(Bond::Leads).next().is_none(),
        _ => !action.undoes() || complaint.set_aside.is_some(),
    }
}

/// A complaint others were merged into cannot go away and leave them behind.
pub(super) fn leaves_others(complaint: &Complaint, action: ActionKind) -> bool {
    let goes = matches!(action, ActionKind::RejectBack | ActionKind::Withdraw | ActionKind::Merge);
    goes && complaint.tied(Bond::Holds).next().is_some()
}

/// What an event of one complaint says to the other end of its tie.
pub fn echo(complaint: &Complaint, event: &Event) -> Option<(ComplaintRef, Vec<Event>)> {
    let other = |tie: &Tie| Tie { bond: tie.bond.inverse(), with: complaint.named() };
    match event {
        Event::Tied { tie, reason } => {
            let mut events = vec![Event::Tied { tie: other(tie), reason: reason.clone() }];
            if tie.bond == Bond::MergedInto {
                events.push(Event::GradeChanged { grade: complaint.grade, reason: reason.clone() });
            }
            Some((tie.with.clone(), events))
        }
        Event::Untied { tie, reason } => {
            Some((tie.with.clone(), vec![Event::Untied { tie: other(tie), reason: reason.clone() }]))
        }
        _ => None,
    }
}

/// The other complaint once it has taken those echoes, with what was due on it by then.
pub fn echoed(other: &Complaint, echoes: Vec<Event>, context: &Context<'_>) -> Decision {
    let context = &context.not_before(other.changed);
    let mut after = other.clone();
    let mut entry: Entry = following(other, context);
    entry.events = super::tick::overdue(&mut after, &entry, context);
    // M14: what is merged into it only ever raises its grade.
    let raises = |event: &Event| !matches!(event, Event::GradeChanged { grade, .. } if *grade <= other.grade);
    let echoes: Vec<Event> = echoes.into_iter().filter(raises).collect();
    for event in &echoes {
        after.take(event, &entry).expect("a tie never begins another complaint");
    }
    entry.events.extend(echoes);
    after.version = entry.sequence;
    after.changed = context.now;
    Decision { complaint: after, entry }
}

pub(super) fn tied(bond: Bond, with: ComplaintRef, reason: &str) -> Event {
    Event::Tied { tie: Tie { bond, with }, reason: reason.to_owned() }
}
