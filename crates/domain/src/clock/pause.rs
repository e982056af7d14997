//! Suspending a clock 挂起: with a reason, for a bounded time.

use serde::{Deserialize, Serialize};

use super::Clock;
use crate::calendar::WorkingCalendar;
use crate::time::Timestamp;

/// A suspension of a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it began.
    pub since: Timestamp,
    /// When it ends by itself at the latest 激活日.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// When it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

/// Why a clock is not suspended or resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PauseRefused {
    /// The obligation is already met.
    #[error("the clock has stopped")]
    Stopped,
    /// It is suspended already.
    #[error("the clock is paused already")]
    AlreadyPaused,
    /// It is not suspended.
    #[error("the clock is not paused")]
    NotPaused,
    /// The limit was missed before.
    #[error("the clock is overdue: a pause cannot mend a missed limit")]
    Overdue,
    /// Nobody said why.
    #[error("a pause needs a reason")]
    NoReason,
    /// It would end before it began, or last too long.
    #[error("a pause must end within {} days", Clock::LONGEST_PAUSE_DAYS)]
    Unbounded,
    /// Time runs forward.
    #[error("a clock cannot pause or resume before its last change")]
    Backwards,
}

impl Clock {
    /// How long one pause may last.
    pub const LONGEST_PAUSE_DAYS: i64 = 30;

    /// The pause that lasts, if any.
    pub fn paused(&self) -> Option<&Pause> {
        self.pauses.last().filter(|pause| pause.ended.is_none())
    }

    /// Suspends the clock until an instant at the latest.
    pub fn pause(&mut self, at: Timestamp, until: Timestamp, reason: &str) -> Result<(), PauseRefused> {
        let last_change = self.pauses.last().and_then(|pause| pause.ended).unwrap_or(self.started);
        if self.stopped.is_some() {
            return Err(PauseRefused::Stopped);
        }
        if self.paused().is_some() {
            return Err(PauseRefused::AlreadyPaused);
        }
        if at > self.due {
            return Err(PauseRefused::Overdue);
        }
        if reason.trim().is_empty() {
            return Err(PauseRefused::NoReason);
        }
        if at < last_change {
            return Err(PauseRefused::Backwards);
        }
        if until <= at || until > at.plus_seconds(Self::LONGEST_PAUSE_DAYS * 86_400) {
            return Err(PauseRefused::Unbounded);
        }
        self.pauses.push(Pause { since: at, until, reason: reason.trim().to_owned(), ended: None });
        Ok(())
    }

    /// Lets the clock run on: what was left when it was suspended is left from now, or from the agreed end if that is past.
    pub fn resume(&mut self, at: Timestamp, calendar: &WorkingCalendar) -> Result<(), PauseRefused> {
        let pause = self.paused().ok_or(PauseRefused::NotPaused)?.clone();
        if at < pause.since {
            return Err(PauseRefused::Backwards);
        }
        let resumed = at.min(pause.until);
        self.run_on(pause.since, resumed, calendar);
        if let Some(pause) = self.pauses.last_mut() {
            pause.ended = Some(resumed);
        }
        Ok(())
    }

    /// Moves every instant that was still to come when the clock was suspended.
    pub(super) fn run_on(&mut self, since: Timestamp, resumed: Timestamp, calendar: &WorkingCalendar) {
        let again = |instant| {
            let left = self.between(since, instant, calendar);
            if left < 0 { instant } else { self.later(resumed, left, calendar) }
        };
        // A warning that came at the very instant of the pause has come.
        let warn = if self.warn <= since { self.warn } else { again(self.warn) };
        let (due, severe) = (again(self.due), again(self.severe));
        (self.due, self.warn, self.severe) = (due, warn, severe);
    }
}
