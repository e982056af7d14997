//! Times of the past thirty days, told as the branch tells them: days ago and hours of the local day.

use domain::time::Timestamp;

/// The branch's clock is eight hours ahead of UTC, the year round.
const AHEAD: i64 = 8 * 3_600;
const DAY: i64 = 86_400;

/// The present, and what lies before and behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Almanac {
    pub now: Timestamp,
}

impl Almanac {
    /// So many hours before now.
    pub fn ago(self, hours: f64) -> Timestamp {
        later(self.now, -hours)
    }

    /// An hour of the local day so many days ago: `at(0, 9.5)` is half past nine today.
    pub fn at(self, days_ago: i64, hour: f64) -> Timestamp {
        let seconds = self.now.as_micros().div_euclid(1_000_000) + AHEAD;
        let midnight = seconds - seconds.rem_euclid(DAY) - days_ago * DAY - AHEAD;
        Timestamp::from_micros((midnight + (hour * 3_600.0) as i64) * 1_000_000)
    }
}

/// So many hours later.
pub(super) fn later(at: Timestamp, hours: f64) -> Timestamp {
    at.plus_seconds((hours * 3_600.0) as i64)
}

/// Hour of the local day, 0 to 24.
pub(super) fn hour(at: Timestamp) -> f64 {
    let seconds = at.as_micros().div_euclid(1_000_000) + AHEAD;
    seconds.rem_euclid(DAY) as f64 / 3_600.0
}

/// Whether it is a Saturday or Sunday there.
pub(super) fn is_weekend(at: Timestamp) -> bool {
    let days = (at.as_micros().div_euclid(1_000_000) + AHEAD).div_euclid(DAY);
    // 1970-01-01 was a Thursday.
    (days + 3).rem_euclid(7) >= 5
}

/// The local date as upstream numbers carry it: yymmdd.
pub(super) fn yymmdd(at: Timestamp) -> String {
    at.plus_seconds(AHEAD).to_jiff().to_string().chars().filter(char::is_ascii_digit).skip(2).take(6).collect()
}

/// The same instant, or the next time somebody is at work: people act between eight and half past eight in the evening.
pub(super) fn at_work(at: Timestamp, spread_hours: f64) -> Timestamp {
    match hour(at) {
        early if early < 8.0 => later(at, 8.0 - early + spread_hours),
        late if late > 20.5 => later(at, 32.0 - late + spread_hours),
        _ => at,
    }
}
