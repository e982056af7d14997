//! M3, M7, M9: what is put on record in time or too late, orders and their judgement, why a complaint is sent back.

mod common;

use common::{context, now, person, received};
use domain::calendar::WorkingCalendar;
use domain::clock::{ClockKind, Rung};
use domain::complaint::{Complaint, Means, RejectionGround, Verdict};
use domain::flow::{self, Action, Context, Decision, Flow, PaperKind, Part, Refusal, State};
use domain::journal::Event;
use domain::person::Role;
use domain::time::Timestamp;

fn act(complaint: &Complaint, role: Role, at: Timestamp, action: Action) -> Result<Decision, Refusal> {
    let (calendar, viewer) = (WorkingCalendar::china(), person(role));
    flow::decide(complaint, &[action], &Context { now: at, ..context(&calendar, &viewer) })
}

fn done(complaint: &Complaint, role: Role, at: Timestamp, action: Action) -> Complaint {
    act(complaint, role, at, action).expect("allowed").complaint
}

fn talk(took_place: Timestamp) -> Action {
    Action::Contact { means: Means::Call, reached: true, took_place, summary: "已联系".into() }
}

fn write(paper: PaperKind, text: &str) -> Action {
    Action::Write { paper, text: text.into() }
}

fn rungs(decision: &Decision, of: ClockKind) -> Vec<Rung> {
    let fired = |event: &Event| match event {
        Event::RungFired { kind, rung, .. } if *kind == of => Some(*rung),
        _ => None,
    };
    decision.entry.events.iter().filter_map(fired).collect()
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

#[test]
fn m7_a_talk_put_on_record_within_half_a_working_day_is_in_time() {
    let taken = done(&received(1, Flow::Ordinary), Role::Handler, now(), Action::Accept);
    // Talked at 09:15; half a working day later is 13:45 the same day.
    let decision = act(&taken, Role::Handler, now().plus_seconds(4 * HOUR), talk(now())).expect("recorded");
    assert_eq!(rungs(&decision, ClockKind::CommunicationRecord), []);
}

#[test]
fn m7_a_talk_put_on_record_days_later_was_warned_of_missed_and_escalated() {
    let taken = done(&received(1, Flow::Ordinary), Role::Handler, now(), Action::Accept);
    let decision = act(&taken, Role::Handler, now().plus_seconds(2 * DAY), talk(now())).expect("recorded");
    assert_eq!(rungs(&decision, ClockKind::CommunicationRecord), Rung::ALL);
    let clock = decision.complaint.clocks.iter().find(|clock| clock.kind == ClockKind::CommunicationRecord);
    assert!(clock.is_some_and(|clock| clock.started == now() && !clock.is_running()));
}

#[test]
fn m7_a_talk_that_was_announced_is_waited_for() {
    let begun = done(&received(1, Flow::Ordinary), Role::Handler, now(), Action::BeginContact);
    assert!(begun.running(ClockKind::CommunicationRecord).is_some());
    // Also a talk that reached nobody is put on record; the customer is still to be spoken to.
    let failed =
        Action::Contact { means: Means::Call, reached: false, took_place: now(), summary: "无人接听".into() };
    let after = done(&begun, Role::Handler, now().plus_seconds(HOUR), failed);
    assert!(after.running(ClockKind::CommunicationRecord).is_none());
    assert!(after.running(ClockKind::FirstContact).is_some());
}

#[test]
fn m9_a_complaint_is_rejected_on_a_known_ground_only() {
    let complaint = received(1, Flow::WorkOrder);
    let without = Action::RejectBack { ground: None, reason: "不清楚".into() };
    let refused = act(&complaint, Role::Triage, now(), without);
    assert!(matches!(refused, Err(Refusal::Missing { parts, .. }) if parts == [Part::Ground]));
    let ground = Some(RejectionGround::OtherArea);
    let rejected = done(&complaint, Role::Triage, now(), Action::RejectBack { ground, reason: "邻区分公司".into() });
    assert_eq!((rejected.state, rejected.rejection), (State::Rejected, ground));
}

#[test]
fn m3_an_order_is_a_record_of_its_own_until_its_result_is_judged() {
    let at = |hours: i64| now().plus_seconds(hours * HOUR);
    let taken = done(&received(1, Flow::WorkOrder), Role::Handler, at(0), Action::Accept);
    let send = Action::Outsource { organisation: "维护甲".into(), task: "更换RRU".into() };
    let sent = done(&taken, Role::Handler, at(1), send);
    let order = sent.open_order().expect("an order");
    assert_eq!((order.organisation.as_deref(), order.task.as_str(), order.sent), (Some("维护甲"), "更换RRU", at(1)));
    let taken = done(&sent, Role::Contractor, at(2), write(PaperKind::OrderTaken, ""));
    let arrived = done(&taken, Role::Contractor, at(3), write(PaperKind::Arrival, ""));
    let reported = done(&arrived, Role::Contractor, at(4), Action::Feedback { result: "已更换".into() });
    assert!(reported.running(ClockKind::ResultAcceptance).is_some(), "somebody has to judge it");

    let back = done(&reported, Role::Handler, at(5), write(PaperKind::OrderSentBack, "仍有驻波告警"));
    assert_eq!(back.orders.len(), 2, "the work goes on in an order of its own");
    let first = &back.orders[0];
    assert_eq!((first.taken, first.arrived), (Some(at(2)), Some(at(3))));
    assert_eq!(first.judged, Some((at(5), Verdict::SentBack("仍有驻波告警".into()))));
    assert!(back.running(ClockKind::OrderFinish).is_some() && back.running(ClockKind::ResultAcceptance).is_none());

    let again = done(&back, Role::Contractor, at(6), Action::Feedback { result: "天馈已处理".into() });
    let accepted = done(&again, Role::Handler, at(7), write(PaperKind::ResultAccepted, ""));
    assert_eq!(accepted.orders[1].judged, Some((at(7), Verdict::Accepted)));
    assert!(accepted.open_order().is_none() && accepted.running(ClockKind::ResultAcceptance).is_none());
    let twice = act(&accepted, Role::Handler, at(8), write(PaperKind::ResultAccepted, ""));
    assert!(twice.is_err(), "there is nothing left to judge");
}
