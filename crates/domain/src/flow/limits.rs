//! Moves that say by when something is to be: a suspension, an extension (M9), a closing with a plan (M3).

use crate::clock::{Clock, ClockKind};
use crate::complaint::{Closure, Complaint, Duty, Plan, Resolution};
use crate::flow::decide::Context;
use crate::flow::refusal::Senseless;
use crate::flow::{Action, ActionKind, Refusal};
use crate::journal::Event;
use crate::time::Timestamp;

/// By when a talk must be on record (M7).
pub(super) fn record_due(complaint: &Complaint, took_place: Timestamp, context: &Context<'_>) -> Timestamp {
    record_clock(complaint, took_place, context).due
}

fn record_clock(complaint: &Complaint, took_place: Timestamp, context: &Context<'_>) -> Clock {
    let kind = ClockKind::CommunicationRecord;
    Clock::start(kind, complaint.grade, took_place, context.calendar, context.half_day, context.policy)
}

/// M7: a talk nobody announced and that came on record too late has missed its limit like any other.
pub(super) fn recorded_late(complaint: &Complaint, took_place: Timestamp, context: &Context<'_>) -> Vec<Event> {
    let clock = record_clock(complaint, took_place, context);
    if complaint.running(clock.kind).is_some() || context.now <= clock.due {
        return Vec::new();
    }
    let kind = clock.kind;
    let rungs: Vec<_> = clock.rungs_due(context.now).collect();
    let fired: Vec<Event> =
        rungs.into_iter().map(|(reached, rung)| super::tick::fired(complaint, kind, rung, reached, context)).collect();
    let mut events = vec![Event::ClockStarted { clock }];
    events.extend(fired);
    events.push(Event::ClockStopped { kind, at: context.now });
    events
}

/// A limit already missed cannot be mended by moving it.
pub(super) fn extensible(complaint: &Complaint, until: Timestamp, context: &Context<'_>) -> bool {
    let handling = complaint.running(ClockKind::Handling);
    handling.is_some_and(|clock| clock.paused().is_none() && context.now <= clock.due && clock.due < until)
}

/// The time for handling ends later, where that was granted; the clock that is running keeps all else it knows.
pub(super) fn extended(complaint: &Complaint, granted: bool, reason: &str, context: &Context<'_>) -> Vec<Event> {
    let mut events = vec![Event::ExtensionDecided { granted, reason: reason.to_owned() }];
    let handling = complaint.running(ClockKind::Handling);
    if let (true, Some(until), Some(clock)) = (granted, complaint.extension_asked, handling) {
        let clock = clock.extended(until, context.now, context.calendar, context.policy);
        events.push(Event::ClockExtended { clock });
    }
    events
}

/// When a suspension ends: as somebody said, else after a week.
pub(super) fn suspension_end(said: Option<Timestamp>, context: &Context<'_>) -> Timestamp {
    const WEEK_SECONDS: i64 = 7 * 86_400;
    said.unwrap_or_else(|| context.now.plus_seconds(WEEK_SECONDS))
}

/// Clocks that may stand still do so until the complaint wakes; one that is overdue already cannot be mended by waiting.
pub(super) fn suspended(
    complaint: &Complaint,
    until: Option<Timestamp>,
    reason: &str,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let until = suspension_end(until, context);
    let longest = context.now.plus_seconds(Clock::LONGEST_PAUSE_DAYS * 86_400);
    if until <= context.now || until > longest {
        return Err(Refusal::Senseless { action: ActionKind::Suspend, why: Senseless::SuspensionEnd });
    }
    // A machine may leave the reason out; the duty it leaves asks for one.
    let reason = if reason.trim().is_empty() { context.viewer.actor().name().to_owned() } else { reason.to_owned() };
    let paused = complaint.clocks.iter().filter(|clock| context.policy.term(clock.kind).pausable).filter_map(|clock| {
        let mut clock = clock.clone();
        clock.pause(context.now, until, &reason).ok()?;
        Some(Event::ClockPaused { clock })
    });
    Ok(paused.collect())
}

/// Whether a closing says by when it keeps what its resolution promises.
pub(super) fn is_planned(action: &Action) -> bool {
    match action {
        Action::Close { resolution, plan, .. } => {
            let said = plan.as_ref().is_some_and(|plan| !plan.measure.trim().is_empty());
            said || !resolution.is_some_and(Resolution::promises)
        }
        _ => false,
    }
}

/// A record closes with a plan only where its resolution promises something; the day promised is still to come.
pub(super) fn closed(
    complaint: &Complaint,
    mut closure: Closure,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    closure.plan = closure.plan.filter(|_| closure.resolution.is_some_and(Resolution::promises));
    let today = context.calendar.zone().to_datetime(context.now.to_jiff()).date();
    if closure.plan.as_ref().is_some_and(|plan| !Plan::may_expect(plan.expected, today)) {
        return Err(Refusal::Senseless { action: ActionKind::Close, why: Senseless::PlanDate });
    }
    let planned = closure.plan.as_ref().is_some_and(|plan| !plan.measure.trim().is_empty());
    let made_good = (planned && complaint.duties.contains(&Duty::Plan)).then_some(Event::DutyDone { duty: Duty::Plan });
    Ok(std::iter::once(Event::Closed { closure }).chain(made_good).collect())
}
