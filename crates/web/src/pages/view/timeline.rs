//! The timeline of a complaint: what happened, who did it, in the order it happened (M12).

use domain::clock::Tell;
use domain::complaint::Closure;
use domain::contact::mask_digits;
use domain::flow::State;
use domain::journal::{Entry, Event};
use domain::person::Actor;
use domain::policy::Policy;
use domain::roster::{Skipped, WhyNot};
use domain::time::Timestamp;

use crate::reader::Reader;

/// One line of a timeline.
#[derive(Debug, Clone)]
pub struct Happened {
    /// What sort, for its mark.
    pub kind: &'static str,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What, in a word.
    pub what: String,
    /// In the words of whoever wrote it, phones masked.
    pub text: String,
}

/// The lines of a journal. Clocks have cards of their own; a move is told by the act that made it.
pub fn timeline(r: &Reader, entries: &[Entry], policy: &Policy) -> Vec<Happened> {
    entries.iter().flat_map(|entry| of_entry(r, entry, policy)).collect()
}

fn of_entry(r: &Reader, entry: &Entry, policy: &Policy) -> Vec<Happened> {
    let told = |(kind, what, text): (&'static str, String, String)| Happened {
        kind,
        at: entry.at,
        who: entry.actor.name().to_owned(),
        what,
        text: mask_digits(&text),
    };
    let by_itself = |line: Line| Happened { who: r.t("event-by-itself").into_owned(), ..told(line) };
    let mut lines: Vec<_> = entry.events.iter().filter_map(|event| fired(r, event)).map(by_itself).collect();
    let rungs = lines.len();
    lines.extend(entry.events.iter().filter_map(|event| act(r, event, policy)).map(told));
    if lines.len() == rungs {
        // What moves without anybody's doing is the end of a suspension.
        let house = matches!(entry.actor, Actor::House);
        let by = |line| if house { by_itself(line) } else { told(line) };
        lines.extend(entry.events.iter().filter_map(|event| moved(r, event)).map(by));
    }
    lines
}

type Line = (&'static str, String, String);

/// 归因 as closely as somebody said it: the leaf by its name in the policy in force, or as it is stored.
fn attributed(r: &Reader, closure: &Closure, policy: &Policy) -> String {
    let Some(attribution) = closure.attribution else { return String::new() };
    let name = r.name(&attribution);
    let Some(cause) = &closure.cause else { return name.into_owned() };
    let leaf = policy.cause(attribution, cause).map_or(cause.as_str(), |leaf| r.say(&leaf.leaf.title));
    format!("{name} → {leaf}")
}

#[expect(clippy::too_many_lines, reason = "one arm an event")]
fn act(r: &Reader, event: &Event, policy: &Policy) -> Option<Line> {
    let line = |kind, key: &str, text: &str| Some((kind, r.t(key).into_owned(), text.to_owned()));
    match event {
        Event::Received(received) => {
            let what = r.with("event-received", r.name(&received.matter.channel));
            Some(("received", what, received.matter.description.clone()))
        }
        Event::CheckFrozen { check } => {
            let what = r.both("event-check", r.name(&check.cause), r.name(&check.confidence));
            Some(("check", what, String::new()))
        }
        Event::HandlerNamed { handler } => {
            let handler = handler.as_ref()?;
            Some(("accept", r.with("event-handler", &handler.name), String::new()))
        }
        Event::CommunicationRecorded { communication } => {
            let (kind, key) = if communication.reached {
                ("contact", "event-contact")
            } else {
                ("contact_failed", "event-contact-failed")
            };
            let what = r.both(key, r.name(&communication.means), r.when(&communication.took_place));
            Some((kind, what, communication.summary.clone()))
        }
        Event::NoteAdded { text } => line("note", "event-note", text),
        Event::Transferred { department, reason } => {
            Some(("transfer", r.with("event-transferred", department), reason.clone()))
        }
        Event::Outsourced { organisation, task } => {
            Some(("outsource", r.with("event-outsourced", organisation), task.clone()))
        }
        Event::FedBack { result, .. } => line("note", "event-fed-back", result),
        Event::Replied { reply } => {
            line("reply", if reply.direct { "event-replied-directly" } else { "event-replied" }, &reply.text)
        }
        Event::Closed { closure } => {
            let attribution = attributed(r, closure, policy);
            let resolution = closure.resolution.map(|resolution| r.name(&resolution)).unwrap_or_default();
            let plan = closure.plan.as_ref().map(|plan| r.both("event-plan", &plan.measure, plan.expected));
            let text = [plan.as_deref(), Some(closure.remark.as_str())];
            let text: Vec<&str> = text.into_iter().flatten().filter(|text| !text.is_empty()).collect();
            Some(("close", r.both("event-closed", &attribution, &resolution), text.join(" ")))
        }
        Event::Reopened { reason } => line("reopen", "event-reopened", reason),
        Event::FlowChanged { flow, reason } => Some(("correct", r.with("event-flow", r.name(flow)), reason.clone())),
        Event::GradeChanged { grade, reason } => {
            Some(("correct", r.with("event-grade", r.name(grade)), reason.clone()))
        }
        Event::Corrected { .. } => line("correct", "event-corrected", ""),
        Event::Renumbered { upstream } => {
            let number = upstream.as_ref().map_or("", |upstream| upstream.number.as_str());
            Some(("correct", r.with("event-renumbered", number), String::new()))
        }
        Event::DocumentRevised { .. } => line("correct", "event-revised", ""),
        Event::DutyLeft { duty } => Some(("system", r.with("event-duty-left", r.name(duty)), String::new())),
        Event::DutyDone { duty } => Some(("system", r.with("event-duty-done", r.name(duty)), String::new())),
        Event::PaperWritten { paper } => Some(("note", r.pick(paper.kind.title()).to_owned(), paper.text.clone())),
        Event::DeclarationWritten { version, submitted } => {
            let key = if *submitted { "event-declaration-submitted" } else { "event-declaration-saved" };
            Some(("note", r.with(key, version.number.to_string()), String::new()))
        }
        Event::Mobilised { mobilisation } => {
            let what = r.with("event-mobilised", r.when(&mobilisation.since));
            Some(("note", what, format!("{}：{}", mobilisation.resources, mobilisation.result)))
        }
        Event::ExtensionAsked { until, reason } => {
            Some(("clock", r.with("event-extension-asked", r.full(until)), reason.clone()))
        }
        Event::ExtensionDecided { granted, reason } => {
            line("clock", if *granted { "event-extension-granted" } else { "event-extension-refused" }, reason)
        }
        Event::ExemptionDecided { granted, reason } => {
            line("note", if *granted { "event-exempted" } else { "event-exemption-refused" }, reason)
        }
        Event::Departed { departure } => {
            let approver = departure.approver.as_ref().map(|approver| approver.name.as_str());
            let approved = approver.map_or_else(
                || r.t("event-departed-urgently").into_owned(),
                |name| r.with("event-departed-approved", name),
            );
            let what = r.both("event-departed", r.name(&departure.from), r.name(&departure.to));
            Some(("correct", what, format!("{} {approved}", departure.reason)))
        }
        Event::Unmasked { field, reason } => Some(("system", r.with("event-unmasked", r.name(field)), reason.clone())),
        Event::Anonymised { closed_days, .. } => {
            Some(("system", r.with("event-anonymised", closed_days.to_string()), String::new()))
        }
        Event::ClockRecomputed { clock } => {
            let due = r.with("event-recomputed-due", r.full(&clock.due));
            Some(("clock", r.with("event-recomputed", r.pick(clock.kind.title())), due))
        }
        Event::RejectedBack { ground } => Some(("close", r.with("event-rejected", r.name(ground)), String::new())),
        Event::Tied { tie, reason } => {
            Some(("note", r.both("event-tied", r.name(&tie.bond), &tie.with.number), reason.clone()))
        }
        Event::Untied { tie, reason } => {
            Some(("note", r.both("event-untied", r.name(&tie.bond), &tie.with.number), reason.clone()))
        }
        Event::PutBack => line("correct", "event-put-back", ""),
        Event::StateMoved { .. }
        | Event::SetAside { .. }
        | Event::ClockRestored { .. }
        | Event::Suspended { .. }
        | Event::ClockStarted { .. }
        | Event::ClockPaused { .. }
        | Event::ClockResumed { .. }
        | Event::ClockExtended { .. }
        | Event::ClockStopped { .. }
        | Event::RungFired { .. } => None,
    }
}

/// A rung reached: nobody did it, whoever's entry noticed it.
fn fired(r: &Reader, event: &Event) -> Option<Line> {
    let Event::RungFired { kind, rung, reached, tells, skipped } = event else { return None };
    let what = r.both("event-rung", r.pick(kind.title()), r.name(rung));
    let names: Vec<String> = tells.iter().map(|tell| told(r, tell)).collect();
    let mut said = vec![r.with("event-rung-reached", r.full(reached))];
    said.push(r.with("event-rung-told", names.join(&r.t("list-comma"))));
    said.extend(skipped.iter().map(|skipped| passed_over(r, skipped)));
    Some(("clock", what, said.join(&r.t("list-semicolon"))))
}

fn told(r: &Reader, tell: &Tell) -> String {
    match tell {
        Tell::Person(person) => person.name.clone(),
        Tell::Role(role) => r.name(role).into_owned(),
    }
}

/// Who was passed over, why, and who was asked instead.
fn passed_over(r: &Reader, skipped: &Skipped) -> String {
    let who = told(r, &skipped.who);
    let why = match &skipped.why {
        WhyNot::Absent { until } => r.both("event-rung-absent", who, r.full(until)),
        WhyNot::Left => r.with("event-rung-left", who),
        WhyNot::Nobody => r.with("event-rung-nobody", who),
    };
    match &skipped.instead {
        Some(instead) => format!("{why}{}{}", r.t("list-comma-clause"), r.with("event-rung-instead", told(r, instead))),
        None => why,
    }
}

/// A move nothing else in its entry tells of: a suspension, a rejection.
fn moved(r: &Reader, event: &Event) -> Option<Line> {
    let Event::StateMoved { to, reason, .. } = event else { return None };
    let kind = match to {
        State::Received
        | State::InProgress
        | State::Declaring
        | State::Reviewing
        | State::Mobilising
        | State::Deciding
        | State::Drafting
        | State::Revising
        | State::Approving => "accept",
        State::Transferred => "transfer",
        State::Outsourced | State::Testing => "outsource",
        State::AwaitingCustomer | State::Held => "clock",
        State::Answered | State::Summarised => "reply",
        State::Closed | State::Rejected | State::Withdrawn | State::Merged => "close",
    };
    Some((kind, r.with("event-moved", r.name(to)), reason.clone()))
}
