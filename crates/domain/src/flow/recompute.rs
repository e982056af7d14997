//! What a change of policy or calendar does to a complaint that is open (design §4). Pure: the policies are arguments.

use crate::complaint::Complaint;
use crate::flow::decide::{Context, Decision, following};
use crate::journal::Event;
use crate::policy::Policy;

/// The complaint with its running clocks counted by the context's policy and calendar instead of one of the `former`
/// policies; nothing where that changes none of them. Rungs that fired stay fired; those of the new instants are the next tick's.
pub fn recomputed(complaint: &Complaint, former: &[Policy], context: &Context<'_>) -> Option<Decision> {
    let context = &context.not_before(complaint.changed);
    let mut entry = following(complaint, context);
    entry.events = complaint
        .clocks
        .iter()
        .filter_map(|clock| {
            let anew = clock.recomputed(complaint.grade, former, context.policy, context.calendar, context.half_day);
            (anew != *clock).then_some(Event::ClockRecomputed { clock: anew })
        })
        .collect();
    if entry.events.is_empty() {
        return None;
    }
    let mut after = complaint.clone();
    for event in &entry.events {
        after.take(event, &entry).expect("a clock never begins another complaint");
    }
    after.version = entry.sequence;
    after.changed = context.now;
    Some(Decision { complaint: after, entry })
}
