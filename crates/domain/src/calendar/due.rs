//! Due times and elapsed working time.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::hours::{self, DAY, Session};
use super::{Budget, ExplanationLine, HalfDay, Warning, WorkingCalendar};
use crate::time::Timestamp;

/// When a limit runs out, and why then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The instant; on a session's end it stays there (12:00, not 14:00).
    pub at: Timestamp,
    /// Line by line what was counted and what was skipped.
    pub explanation: Vec<ExplanationLine>,
    /// What the answer rests on without knowing it.
    pub warnings: Vec<Warning>,
}

/// A local time: a date and microseconds after its midnight.
pub(super) type Local = (Date, i64);

/// A stretch of work left in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) date: Date,
    /// Microseconds after midnight: the session's beginning, or the asked instant inside it.
    pub(super) from: i64,
    /// Microseconds after midnight: the session's end.
    pub(super) until: i64,
    /// Whether the asked instant lies in this session.
    pub(super) begun: bool,
}

impl WorkingCalendar {
    /// When `budget` runs out that starts to run at `start`, with the reasons.
    pub fn due(&self, start: Timestamp, budget: &Budget, half_day: HalfDay) -> Due {
        let at = self.due_at(start, budget, half_day);
        let explanation = self.explain(start, at, budget, half_day);
        Due { at, explanation, warnings: self.warnings(start, at, budget) }
    }

    /// The instant of [`due`](Self::due) alone.
    pub fn due_at(&self, start: Timestamp, budget: &Budget, half_day: HalfDay) -> Timestamp {
        match *budget {
            Budget::Elapsed { days, seconds } => self.days_later(start, days).plus_seconds(i64::from(seconds)),
            Budget::Working(seconds) => self.after_work(start, i64::from(seconds) * 1_000_000),
            Budget::HalfDays(count) => match half_day {
                HalfDay::Hours => self.after_work(start, self.half_day_length(start) * i64::from(count)),
                HalfDay::Session => self.session_end(start, count),
            },
        }
    }

    /// The first instant at or after `start` at which somebody works.
    pub fn next_working(&self, start: Timestamp) -> Timestamp {
        self.after_work(start, 0)
    }

    /// Whole seconds of working time between two instants; negative when they are swapped.
    pub fn working_seconds(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.working_micros(from, to) / 1_000_000
    }

    /// Half the working time of a standard day at the time work next begins, microseconds.
    pub(super) fn half_day_length(&self, start: Timestamp) -> i64 {
        let date = self.stretches(self.local(start)).next().map_or(Date::MAX, |stretch| stretch.date);
        hours::length(self.seasons.on(date).standard()) / 2
    }

    fn days_later(&self, start: Timestamp, days: u32) -> Timestamp {
        let (date, time_of_day) = self.local(start);
        date.checked_add(i64::from(days).days()).map_or(Timestamp::END, |date| self.instant((date, time_of_day)))
    }

    /// The instant at which that many microseconds have been worked; the next working instant for none.
    pub(crate) fn after_work(&self, start: Timestamp, amount: i64) -> Timestamp {
        let mut left = amount;
        for stretch in self.stretches(self.local(start)) {
            let room = stretch.until - stretch.from;
            if left <= room {
                return self.instant((stretch.date, stretch.from + left));
            }
            left -= room;
        }
        Timestamp::END
    }

    fn session_end(&self, start: Timestamp, count: u32) -> Timestamp {
        let ends = self.stretches(self.local(start)).filter(|stretch| !stretch.begun).nth(count as usize - 1);
        ends.map_or(Timestamp::END, |stretch| self.instant((stretch.date, stretch.until)))
    }

    /// What is left to work from a local time on, session by session until the end of the calendar.
    pub(super) fn stretches(&self, (first, time_of_day): Local) -> impl Iterator<Item = Stretch> {
        let dates = std::iter::successors(Some(first), |date| date.tomorrow().ok());
        dates.flat_map(move |date| {
            let now = if date == first { time_of_day } else { 0 };
            let spans = self.day(date).sessions.iter().map(|session| session.span());
            spans.filter(move |(_, until)| *until > now).map(move |(from, until)| Stretch {
                date,
                from: from.max(now),
                until,
                begun: date == first && from <= now,
            })
        })
    }

    /// Microseconds of working time between two instants.
    pub(crate) fn working_micros(&self, from: Timestamp, to: Timestamp) -> i64 {
        if from > to {
            return -self.working_micros(to, from);
        }
        let ((first, begin), (last, end)) = (self.local(from), self.local(to));
        let days = hours_before(self.day(last).sessions, end) - hours_before(self.day(first).sessions, begin);
        days + self.working_days_micros(first, last)
    }

    /// Working microseconds of the dates from `first` until before `end`: the weeks by multiplication, then the special days.
    fn working_days_micros(&self, first: Date, end: Date) -> i64 {
        let (mut sum, mut from) = (0, first);
        while from < end {
            let until = self.seasons.next_change(from).map_or(end, |change| change.min(end));
            let hours = self.seasons.on(from);
            let days = from.duration_until(until).as_hours() / 24;
            let week: i64 = std::iter::successors(Some(from.weekday()), |day| Some(day.next()))
                .take(7)
                .enumerate()
                .map(|(offset, weekday)| (days - offset as i64 + 6).div_euclid(7) * hours::length(hours.on(weekday)))
                .sum();
            sum += week;
            from = until;
        }
        let beyond = |date| match self.beyond_week.partition_point(|(special, _)| *special < date) {
            0 => 0,
            before => self.beyond_week[before - 1].1,
        };
        sum + beyond(end) - beyond(first)
    }

    pub(super) fn local(&self, at: Timestamp) -> Local {
        let local = self.zone.to_datetime(at.to_jiff());
        (local.date(), hours::micros_of(local.time()))
    }

    pub(super) fn instant(&self, (date, micros): Local) -> Timestamp {
        let date = if micros < DAY { Ok(date) } else { date.tomorrow() };
        let local = date.map(|date| DateTime::from_parts(date, time_of_day(micros % DAY)));
        local.and_then(|local| self.zone.to_timestamp(local)).map_or(Timestamp::END, Timestamp::from)
    }
}

/// Working microseconds of a day before a time of day.
fn hours_before(sessions: &[Session], now: i64) -> i64 {
    sessions.iter().map(|session| session.span()).map(|(from, until)| until.min(now).max(from) - from).sum()
}

/// The time of day that many microseconds after midnight.
pub(super) fn time_of_day(micros: i64) -> Time {
    Time::midnight().wrapping_add(jiff::SignedDuration::from_micros(micros))
}
