//! What lists and cases show, made ready for templates.

use domain::check::{Cause, FactKind};
use domain::clock::{Clock, ClockState};
use domain::contact::mask_digits;
use domain::flow::State;
use domain::time::Timestamp;
use store::QueueRow;

use crate::reader::Reader;

pub mod case;
pub mod check;
pub mod spots;
pub mod tied;
pub mod timeline;
pub mod week;

/// The tone a state's badge is drawn in.
pub const fn tone(state: &State) -> &'static str {
    match state {
        State::Received => "warn",
        State::InProgress
        | State::Declaring
        | State::Reviewing
        | State::Mobilising
        | State::Deciding
        | State::Drafting
        | State::Revising
        | State::Approving => "info",
        State::Transferred | State::Outsourced | State::Testing => "neutral",
        State::AwaitingCustomer | State::Held | State::Closed | State::Rejected | State::Withdrawn | State::Merged => {
            "mute"
        }
        State::Answered | State::Summarised => "ok",
    }
}

/// The cause a fact's colour is taken from.
pub const fn colour(kind: FactKind) -> Cause {
    match kind {
        FactKind::Alarm => Cause::Fault,
        FactKind::Outage | FactKind::EnergySaving | FactKind::NotYetInService => Cause::Outage,
        FactKind::Relocation | FactKind::Removal => Cause::Relocation,
        FactKind::PlannedWork => Cause::PlannedWork,
        FactKind::Interference => Cause::Interference,
    }
}

/// A due time with what the countdown needs.
#[derive(Debug, Clone)]
pub struct Due {
    /// Of which obligation.
    pub name: &'static str,
    /// When, RFC 3339.
    pub due: Timestamp,
    /// From when on it is nearly late.
    pub warn: Timestamp,
    /// running, paused, met or breached.
    pub state: &'static str,
    /// When, in words.
    pub text: String,
}

/// How a clock stands, as its border shows it.
pub const fn level(state: ClockState) -> &'static str {
    match state {
        ClockState::Met | ClockState::MetLate | ClockState::Paused => "still",
        ClockState::Running => "ok",
        ClockState::DueSoon => "soon",
        ClockState::Overdue | ClockState::SeverelyOverdue => "late",
    }
}

impl Due {
    /// Of a clock.
    pub fn of(r: &Reader, clock: &Clock) -> Self {
        let state = match clock.state(r.now) {
            ClockState::Met => "met",
            ClockState::Paused => "paused",
            ClockState::Running | ClockState::DueSoon | ClockState::Overdue | ClockState::SeverelyOverdue => "running",
            ClockState::MetLate => "breached",
        };
        let name = r.pick(clock.kind.title());
        Self { name, due: clock.due, warn: clock.warn, state, text: r.when(&clock.due) }
    }
}

/// A complaint in a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// As the store lists it.
    pub at: QueueRow,
    /// What is due first.
    pub due: Option<Due>,
    /// late, soon or ok.
    pub level: &'static str,
    /// Where and what, phones masked.
    pub what: String,
    /// First owner and present handler.
    pub who: String,
}

impl Row {
    /// Makes a row ready.
    pub fn of(r: &Reader, at: QueueRow) -> Self {
        let due = at.due.map(|due| Due {
            name: r.pick(due.kind.title()),
            due: due.due,
            warn: due.warn,
            state: if due.paused { "paused" } else { "running" },
            text: r.when(&due.due),
        });
        let level = match &at.due {
            Some(due) if !due.paused && r.now > due.due => "late",
            Some(due) if !due.paused && r.now >= due.warn => "soon",
            Some(_) | None => "ok",
        };
        let handler = [&at.handler, &at.department, &at.organisation].into_iter().flatten().next();
        let handler = handler.cloned().unwrap_or_else(|| r.t("nobody-yet").into_owned());
        let who = r.both("row-who", &at.owner, &handler);
        let what = if at.address.is_empty() || at.headline.contains(&at.address) {
            mask_digits(&at.headline)
        } else {
            mask_digits(&format!("{} · {}", at.address, at.headline))
        };
        Self { at, due, level, what, who }
    }
}

/// Rows made ready.
pub fn rows(r: &Reader, rows: Vec<QueueRow>) -> Vec<Row> {
    rows.into_iter().map(|row| Row::of(r, row)).collect()
}
