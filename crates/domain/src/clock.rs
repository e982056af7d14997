//! Clocks 时限: every obligation runs against one, with a warning before and a worse state long after (M5, M7).
//!
//! A clock holds every instant it will ever be asked about, so that its state is a comparison and needs no calendar.
//! Times come in as arguments; starting and resuming ask the calendar.

use serde::{Deserialize, Serialize};

use crate::calendar::{Budget, HalfDay, WorkingCalendar};
use crate::grade::Grade;
use crate::policy::Policy;
use crate::time::Timestamp;

mod kind;
mod pause;
mod recompute;
mod rung;

pub use kind::ClockKind;
pub use pause::{Pause, PauseRefused};
pub use rung::{Holder, Rung, Tell};

/// One obligation's time limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which obligation.
    pub kind: ClockKind,
    /// When it began to run.
    pub started: Timestamp,
    /// When it must be met, pauses allowed for.
    pub due: Timestamp,
    /// From when on it is 即将超时.
    pub warn: Timestamp,
    /// From when on it is 严重超时: the whole budget over again has passed.
    pub severe: Timestamp,
    /// What it was given.
    pub budget: Budget,
    /// How its half days are counted.
    #[serde(default)]
    pub half_day: HalfDay,
    /// Whether its limit is its own, set by upstream, an appointment or an extension, rather than the policy's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Suspensions 挂起, oldest first; only the last may still last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// When the obligation was met or fell away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Timestamp>,
    /// Rungs of the escalation ladder that have fired; each fires once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fired: Vec<Rung>,
}

/// How a clock stands (domain.md §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// 按时完成.
    Met,
    /// 超时完成.
    MetLate,
    /// 挂起.
    Paused,
    /// 未超时.
    Running,
    /// 即将超时.
    DueSoon,
    /// 已超时.
    Overdue,
    /// 严重超时.
    SeverelyOverdue,
}

impl ClockState {
    /// The state in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Met => ("按时完成", "met"),
            Self::MetLate => ("超时完成", "met late"),
            Self::Paused => ("挂起", "paused"),
            Self::Running => ("未超时", "in time"),
            Self::DueSoon => ("即将超时", "due soon"),
            Self::Overdue => ("已超时", "overdue"),
            Self::SeverelyOverdue => ("严重超时", "severely overdue"),
        }
    }
}

impl Clock {
    /// Starts the clock of an obligation with the limit the policy gives it for that grade.
    pub fn start(
        kind: ClockKind,
        grade: Grade,
        at: Timestamp,
        calendar: &WorkingCalendar,
        half_day: HalfDay,
        policy: &Policy,
    ) -> Self {
        let on_duty = calendar.next_working(at) == at;
        Self::given(kind, policy.limit(kind, grade, on_duty), at, calendar, half_day, policy)
    }

    /// Starts a clock with a limit of its own, which a change of policy leaves alone.
    pub fn with_budget(
        kind: ClockKind,
        budget: Budget,
        at: Timestamp,
        calendar: &WorkingCalendar,
        half_day: HalfDay,
        policy: &Policy,
    ) -> Self {
        Self { own: true, ..Self::given(kind, budget, at, calendar, half_day, policy) }
    }

    fn given(
        kind: ClockKind,
        budget: Budget,
        at: Timestamp,
        calendar: &WorkingCalendar,
        half_day: HalfDay,
        policy: &Policy,
    ) -> Self {
        let due = calendar.due_at(at, &budget, half_day);
        let severe = calendar.due_at(due, &budget, half_day);
        Self::running(kind, at, due, budget, half_day).marked(at, severe, calendar, policy)
    }

    /// Starts a clock that ends at an instant somebody else set: the upstream limit, an appointment.
    pub fn until(kind: ClockKind, at: Timestamp, due: Timestamp, calendar: &WorkingCalendar, policy: &Policy) -> Self {
        let seconds = due.seconds_since(at).max(0);
        let budget = Budget::Elapsed { days: 0, seconds: u32::try_from(seconds).unwrap_or(u32::MAX) };
        let clock = Self { own: true, ..Self::running(kind, at, due, budget, HalfDay::default()) };
        clock.marked(at, due.plus_seconds(seconds), calendar, policy)
    }

    fn running(kind: ClockKind, started: Timestamp, due: Timestamp, budget: Budget, half_day: HalfDay) -> Self {
        Self {
            kind,
            started,
            due,
            warn: due,
            severe: due,
            budget,
            half_day,
            own: false,
            pauses: Vec::new(),
            stopped: None,
            fired: Vec::new(),
        }
    }

    /// Sets the warning point at its share of the time from `from` to due, in the budget's own kind of time.
    fn marked(mut self, from: Timestamp, severe: Timestamp, calendar: &WorkingCalendar, policy: &Policy) -> Self {
        let percent = policy.term(self.kind).warn_percent;
        let share = self.between(from, self.due, calendar) / 100 * i64::from(percent);
        self.warn = self.later(from, share, calendar);
        self.severe = severe;
        self
    }

    /// The same clock with a later limit 延期: the severe point follows it, and the warning if it was not given yet.
    #[must_use]
    pub fn extended(&self, due: Timestamp, now: Timestamp, calendar: &WorkingCalendar, policy: &Policy) -> Self {
        let mut clock = self.clone();
        clock.due = due;
        clock.own = true;
        let severe = due.plus_seconds(self.severe.seconds_since(self.due).max(0));
        let warned = self.fired.contains(&Rung::Warning).then_some(self.warn);
        clock = clock.marked(now, severe, calendar, policy);
        clock.warn = warned.unwrap_or(clock.warn);
        clock
    }

    /// The obligation is met, or falls away; a clock already stopped keeps its first end.
    pub fn stop(&mut self, at: Timestamp) {
        if self.stopped.is_none() {
            self.stopped = Some(at);
            if let Some(pause) = self.pauses.last_mut() {
                pause.ended.get_or_insert(at.min(pause.until));
            }
        }
    }

    /// Whether the obligation is still open, also while paused.
    pub const fn is_running(&self) -> bool {
        self.stopped.is_none()
    }

    /// When it wants somebody next: its due time, or while it stands still the agreed end of that.
    pub fn due_or_wakes(&self) -> Timestamp {
        self.paused().map_or(self.due, |pause| pause.until)
    }

    /// How the clock stands. An instant that equals the due time is still in time.
    pub fn state(&self, now: Timestamp) -> ClockState {
        match self.stopped {
            Some(stopped) if self.ran_until(stopped) <= self.due => ClockState::Met,
            Some(_) => ClockState::MetLate,
            None if self.paused().is_some_and(|pause| pause.since <= self.due) => ClockState::Paused,
            None if now > self.severe => ClockState::SeverelyOverdue,
            None if now > self.due => ClockState::Overdue,
            None if now >= self.warn => ClockState::DueSoon,
            None => ClockState::Running,
        }
    }

    /// Whether the limit was missed, by the stop or by now.
    pub fn is_breached(&self, now: Timestamp) -> bool {
        matches!(self.state(now), ClockState::MetLate | ClockState::Overdue | ClockState::SeverelyOverdue)
    }

    /// When the clock last ran before it stopped: one stopped in a pause ran until that pause.
    fn ran_until(&self, stopped: Timestamp) -> Timestamp {
        let paused = self.pauses.last().filter(|pause| pause.ended == Some(stopped));
        paused.map_or(stopped, |pause| pause.since)
    }

    /// Microseconds of the budget's kind of time between two instants.
    fn between(&self, from: Timestamp, to: Timestamp, calendar: &WorkingCalendar) -> i64 {
        match self.budget {
            Budget::Elapsed { .. } => to.as_micros() - from.as_micros(),
            Budget::Working(_) | Budget::HalfDays(_) => calendar.working_micros(from, to),
        }
    }

    /// The instant that many microseconds of the budget's kind of time later.
    fn later(&self, from: Timestamp, micros: i64, calendar: &WorkingCalendar) -> Timestamp {
        match self.budget {
            Budget::Elapsed { .. } => Timestamp::from_micros(from.as_micros().saturating_add(micros)),
            Budget::Working(_) | Budget::HalfDays(_) => calendar.after_work(from, micros),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{format_instant, parse_instant};

    fn at(text: &str) -> Timestamp {
        parse_instant(text, WorkingCalendar::china().zone()).expect("an instant")
    }

    fn shown(instant: Timestamp) -> String {
        format_instant(instant, WorkingCalendar::china().zone())[..16].replace('T', " ")
    }

    fn started(kind: ClockKind, grade: Grade, text: &str) -> Clock {
        Clock::start(kind, grade, at(text), &WorkingCalendar::china(), HalfDay::Hours, Policy::standard())
    }

    #[test]
    fn m7_talked_at_ten_past_ten_it_must_be_on_record_by_twenty_to_four() {
        let clock = started(ClockKind::CommunicationRecord, Grade::Ordinary, "2026-03-04 10:10");
        assert_eq!(shown(clock.due), "2026-03-04 15:40");
        let states = ["10:10", "14:47", "14:48", "15:40", "15:41", "17:30"];
        let states = states.map(|time| clock.state(at(&format!("2026-03-04 {time}"))));
        let (running, soon, late) = (ClockState::Running, ClockState::DueSoon, ClockState::Overdue);
        assert_eq!(states, [running, running, soon, soon, late, late]);
        assert_eq!(clock.state(at("2026-03-05 11:41")), ClockState::SeverelyOverdue);
    }

    #[test]
    fn m5_acceptance_is_half_an_hour_on_duty_and_two_hours_off() {
        assert_eq!(shown(started(ClockKind::Acceptance, Grade::Ordinary, "2026-03-04 09:00").due), "2026-03-04 09:30");
        assert_eq!(shown(started(ClockKind::Acceptance, Grade::Ordinary, "2026-03-04 22:00").due), "2026-03-05 00:00");
    }

    #[test]
    fn m8_a_major_complaint_is_contacted_within_half_an_hour() {
        assert_eq!(shown(started(ClockKind::FirstContact, Grade::Major, "2026-03-04 12:10").due), "2026-03-04 12:40");
        assert_eq!(
            shown(started(ClockKind::FirstContact, Grade::Ordinary, "2026-03-04 12:10").due),
            "2026-03-04 16:00"
        );
    }

    #[test]
    fn m5_a_stop_in_time_stays_in_time_and_the_first_stop_counts() {
        let mut clock = started(ClockKind::Handling, Grade::Ordinary, "2026-03-04 09:00");
        clock.stop(clock.due);
        clock.stop(clock.due.plus_seconds(1));
        assert_eq!(clock.state(Timestamp::END), ClockState::Met);
        assert!(!clock.is_running() && !clock.is_breached(Timestamp::END));
        let mut late = started(ClockKind::Handling, Grade::Ordinary, "2026-03-04 09:00");
        late.stop(late.due.plus_seconds(1));
        assert_eq!(late.state(late.due), ClockState::MetLate);
    }

    #[test]
    fn m5_a_pause_gives_back_what_was_left_and_needs_a_reason_and_an_end() {
        let china = WorkingCalendar::china();
        let mut clock = started(ClockKind::Triage, Grade::Ordinary, "2026-03-04 09:00");
        assert_eq!(shown(clock.due), "2026-03-04 15:00");
        let (since, until) = (at("2026-03-04 11:00"), at("2026-03-09 09:00"));
        assert_eq!(clock.pause(since, until, " "), Err(PauseRefused::NoReason));
        assert_eq!(clock.pause(since, since.plus_seconds(31 * 86_400), "等物业"), Err(PauseRefused::Unbounded));
        assert_eq!(clock.pause(clock.due.plus_seconds(1), until, "等物业"), Err(PauseRefused::Overdue));
        assert_eq!(clock.resume(since, &china), Err(PauseRefused::NotPaused));
        clock.pause(since, until, "等物业").expect("a pause");
        assert_eq!(clock.pause(since, until, "等物业"), Err(PauseRefused::AlreadyPaused));
        assert_eq!(clock.state(at("2026-03-05 12:00")), ClockState::Paused);
        clock.resume(at("2026-03-06 08:30"), &china).expect("it runs on");
        assert_eq!(shown(clock.due), "2026-03-06 10:30");
    }

    #[test]
    fn m5_a_clock_that_slept_too_long_ran_on_from_the_agreed_end() {
        let mut clock = started(ClockKind::Reply, Grade::Ordinary, "2026-03-04 09:00");
        clock.pause(at("2026-03-05 09:00"), at("2026-03-07 09:00"), "用户出差").expect("a pause");
        clock.resume(at("2026-03-20 09:00"), &WorkingCalendar::china()).expect("it runs on");
        assert_eq!(shown(clock.due), "2026-03-08 09:00");
    }

    #[test]
    fn m5_a_complaint_withdrawn_while_paused_was_not_late() {
        let mut clock = started(ClockKind::Triage, Grade::Ordinary, "2026-03-04 09:00");
        clock.pause(at("2026-03-04 11:00"), at("2026-03-10 09:00"), "用户出差").expect("a pause");
        clock.stop(at("2026-03-06 10:00"));
        assert_eq!(clock.state(Timestamp::END), ClockState::Met);
    }

    #[test]
    fn m5_a_limit_set_by_upstream_is_kept_to_the_second() {
        let clock = Clock::until(
            ClockKind::Upstream,
            at("2026-03-04 09:00"),
            at("2026-03-06 09:00"),
            &WorkingCalendar::china(),
            Policy::standard(),
        );
        assert_eq!((shown(clock.due), clock.budget.to_string()), ("2026-03-06 09:00".to_owned(), "PT48H".to_owned()));
        assert_eq!(shown(clock.warn), "2026-03-05 23:24");
    }

    #[test]
    fn m5_every_kind_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = ClockKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), ClockKind::ALL.len());
        for kind in ClockKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.as_str());
        }
    }

    #[test]
    fn a_clock_survives_the_store() {
        let mut clock = started(ClockKind::Handling, Grade::Major, "2026-03-04 09:00");
        clock.pause(at("2026-03-04 10:00"), at("2026-03-05 10:00"), "等物业").expect("a pause");
        let text = serde_json::to_string(&clock).expect("written");
        assert_eq!(serde_json::from_str::<Clock>(&text).expect("read"), clock);
    }
}
