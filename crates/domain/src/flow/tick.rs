//! What happens by itself as time passes: rungs of the ladder fire, suspensions end (M5). Pure: the present is an argument.

use crate::clock::{Clock, ClockKind, Rung};
use crate::complaint::Complaint;
use crate::flow::decide::{Context, Decision, following, owner_handles};
use crate::flow::{Party, State};
use crate::journal::{Entry, Event};
use crate::roster::Reached;
use crate::time::Timestamp;

/// Everything that is due by itself, as one entry; nothing where nothing is. After a standstill of any length each rung
/// fires once, in the order in which the rungs were reached.
pub fn tick(complaint: &Complaint, context: &Context<'_>) -> Option<Decision> {
    let context = &context.not_before(complaint.changed);
    let mut after = complaint.clone();
    let mut entry = following(complaint, context);
    let overdue = overdue(&mut after, &entry, context);
    entry.events.extend(overdue);
    if after.suspended_until.is_some_and(|until| until <= context.now) {
        let woken = Event::StateMoved { to: State::InProgress, waits_on: Party::Handler, reason: String::new() };
        for event in owner_handles(&after, &[]).into_iter().chain([woken]) {
            after.take(&event, &entry).expect("a move never begins another complaint");
            entry.events.push(event);
        }
    }
    if entry.events.is_empty() {
        return None;
    }
    after.version = entry.sequence;
    after.changed = context.now;
    Some(Decision { complaint: after, entry })
}

/// Clocks whose pause has ended run on, and every rung reached until now fires. Applies what it answers to `after`.
///
/// Comes before whatever somebody does: an obligation met late has been warned of and escalated like any other.
pub(super) fn overdue(after: &mut Complaint, entry: &Entry, context: &Context<'_>) -> Vec<Event> {
    let mut events: Vec<Event> = after
        .clocks
        .iter()
        .filter(|clock| clock.is_running() && clock.paused().is_some_and(|pause| pause.until <= context.now))
        .filter_map(|clock| resumed(clock, context))
        .collect();
    for event in &events {
        after.take(event, entry).expect("a clock never begins another complaint");
    }
    let mut reached: Vec<_> = after
        .clocks
        .iter()
        .flat_map(|clock| clock.rungs_due(context.now).map(move |(at, rung)| (at, clock.kind, rung)))
        .collect();
    reached.sort();
    let rungs: Vec<Event> =
        reached.into_iter().map(|(reached, kind, rung)| fired(after, kind, rung, reached, context)).collect();
    for event in &rungs {
        after.take(event, entry).expect("a rung never begins another complaint");
    }
    events.extend(rungs);
    events
}

/// The clock as it runs on; nothing where it was not paused.
pub(super) fn resumed(clock: &Clock, context: &Context<'_>) -> Option<Event> {
    let mut clock = clock.clone();
    clock.resume(context.now, context.calendar).ok()?;
    Some(Event::ClockResumed { clock })
}

/// A rung that stands, with whom it reaches.
pub(super) fn fired(
    complaint: &Complaint,
    kind: ClockKind,
    rung: Rung,
    reached: Timestamp,
    context: &Context<'_>,
) -> Event {
    let (holders, above) = (context.policy.holders(kind, rung), context.policy.above(kind, rung));
    let Reached { tells, skipped } = context.roster.reached(complaint, holders, &above, context.now);
    Event::RungFired { kind, rung, reached, tells, skipped }
}
