//! Ways out of a flow's table: over to another flow, and the one sanctioned exception (M10, M14).

use crate::complaint::Complaint;
use crate::flow::decide::{Context, started};
use crate::flow::refusal::Senseless;
use crate::flow::{ActionKind, Departure, Flow, Refusal, State};
use crate::journal::Event;

/// Over to another flow: on where it stands if that flow knows the state, else from that flow's own beginning.
pub(super) fn flow_changed(
    complaint: &Complaint,
    flow: Flow,
    reason: &str,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    const ELSEWHERE: [State; 3] = [State::Transferred, State::Outsourced, State::Testing];
    let knows = flow.leads_on_from(complaint.state);
    if !knows && ELSEWHERE.contains(&complaint.state) {
        return Err(Refusal::Senseless { action: ActionKind::ChangeFlow, why: Senseless::NoWayOn });
    }
    let mut events = vec![Event::FlowChanged { flow, reason: reason.to_owned() }];
    let rules = flow.rules();
    let begins = complaint.state == State::InProgress && flow != complaint.flow && rules.working != State::InProgress;
    if complaint.state.is_open() && (!knows || begins) {
        // What the flow left asked for is nobody's obligation any more.
        let left = complaint.flow.rules().stages;
        let ended = left.iter().filter(|kind| complaint.running(**kind).is_some());
        events.extend(ended.map(|kind| Event::ClockStopped { kind: *kind, at: context.now }));
        events.push(Event::StateMoved { to: rules.working, waits_on: rules.waits_on, reason: reason.to_owned() });
        let begun = rules.entering.iter().filter(|kind| left.contains(kind) || complaint.running(**kind).is_none());
        events.extend(begun.map(|kind| started(*kind, complaint.grade, context)));
    }
    Ok(events)
}

/// M10: to any state of the flow in which somebody works; what the state waits for is what the table says of it.
pub(super) fn departed(
    complaint: &Complaint,
    departure: &Departure,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let to = departure.to;
    if !complaint.flow.departures(complaint.state).contains(&to) {
        return Err(Refusal::Senseless { action: ActionKind::Depart, why: Senseless::NoSuchDeparture });
    }
    let departure = Departure { from: complaint.state, ..departure.clone() };
    let reason = departure.reason.clone();
    let mut events: Vec<Event> =
        complaint.clocks.iter().filter_map(|clock| crate::flow::tick::resumed(clock, context)).collect();
    events.push(Event::Departed { departure });
    events.push(Event::StateMoved { to, waits_on: complaint.flow.waits_at(to), reason });
    Ok(events)
}
