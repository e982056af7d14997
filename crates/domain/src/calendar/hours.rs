//! Working hours: which sessions of a weekday are worked, and from which day of the year.

use std::fmt;

use jiff::civil::{Date, Time, Weekday, time};

const MICROS: i64 = 1_000_000;
/// A local day in microseconds: hours are kept by the wall clock.
pub(super) const DAY: i64 = 86_400 * MICROS;

/// A stretch of one day in which people work, half-open: at its end nobody works any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    from: Time,
    until: Time,
}

/// Why hours are not working hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotHours {
    /// A session must end after it begins; one over midnight is two sessions.
    #[error("a session must end after it begins, and {0}–{1} does not")]
    Backwards(Time, Time),
    /// Two sessions of one day overlap.
    #[error("the sessions {0} and {1} overlap")]
    Overlap(Session, Session),
    /// Nobody works on any weekday, so nothing would ever be due.
    #[error("no weekday has a session")]
    NeverWorked,
    /// A season begins on a day that not every year has.
    #[error("there is no day {0:02}-{1:02} in every year")]
    NotADay(i8, i8),
}

impl Session {
    /// The session from one time of day to a later one; one that ends at midnight works until 24:00.
    pub fn new(from: Time, until: Time) -> Result<Self, NotHours> {
        let session = Self { from, until };
        let (begins, ends) = session.span();
        if begins < ends { Ok(session) } else { Err(NotHours::Backwards(from, until)) }
    }

    /// When work begins.
    pub const fn from(self) -> Time {
        self.from
    }

    /// When work ends: no longer part of the session. Midnight is the end of the day.
    pub const fn until(self) -> Time {
        self.until
    }

    /// Beginning and end in microseconds after midnight.
    pub(super) fn span(self) -> (i64, i64) {
        let until = if self.until == Time::midnight() { DAY } else { micros_of(self.until) };
        (micros_of(self.from), until)
    }
}

/// Microseconds after midnight.
pub(super) fn micros_of(at: Time) -> i64 {
    let seconds = (i64::from(at.hour()) * 60 + i64::from(at.minute())) * 60 + i64::from(at.second());
    seconds * MICROS + i64::from(at.subsec_nanosecond()) / 1_000
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–", self.from.strftime("%H:%M"))?;
        if self.until == Time::midnight() { f.write_str("24:00") } else { self.until.strftime("%H:%M").fmt(f) }
    }
}

/// The sessions of each weekday, Monday first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekHours([Vec<Session>; 7]);

impl WeekHours {
    /// Hours per weekday, Monday first; a weekday without sessions is a day off.
    pub fn new(mut week: [Vec<Session>; 7]) -> Result<Self, NotHours> {
        for day in &mut week {
            day.sort();
            if let Some(pair) = day.windows(2).find(|pair| pair[1].span().0 < pair[0].span().1) {
                return Err(NotHours::Overlap(pair[0], pair[1]));
            }
        }
        if week.iter().all(Vec::is_empty) { Err(NotHours::NeverWorked) } else { Ok(Self(week)) }
    }

    /// The same sessions from Monday to Friday.
    pub fn weekdays(sessions: &[Session]) -> Result<Self, NotHours> {
        Self::new(std::array::from_fn(|day| if day < 5 { sessions.to_vec() } else { Vec::new() }))
    }

    /// 08:30–12:00 and 14:00–17:30 from Monday to Friday: the default of domain.md §13.
    pub fn office() -> Self {
        let session = |from, until| Session { from, until };
        let day = [session(time(8, 30, 0, 0), time(12, 0, 0, 0)), session(time(14, 0, 0, 0), time(17, 30, 0, 0))];
        Self(std::array::from_fn(|weekday| if weekday < 5 { day.to_vec() } else { Vec::new() }))
    }

    /// What is worked on an ordinary such weekday.
    pub fn on(&self, weekday: Weekday) -> &[Session] {
        &self.0[usize::from(weekday.to_monday_zero_offset().unsigned_abs())]
    }

    /// What is worked on a make-up day of that weekday: its own hours, or those of the week's first working day.
    pub fn on_make_up(&self, weekday: Weekday) -> &[Session] {
        let own = self.on(weekday);
        if own.is_empty() { self.standard() } else { own }
    }

    /// The sessions of the week's first working day: what "a working day" means where none is named.
    pub fn standard(&self) -> &[Session] {
        self.0.iter().find(|day| !day.is_empty()).expect("new() refuses a week without work")
    }
}

/// Working microseconds of a day with these sessions.
pub(super) fn length(sessions: &[Session]) -> i64 {
    sessions.iter().map(|session| session.span()).map(|(from, until)| until - from).sum()
}

/// Summer and winter hours 冬夏令作息: each holds from its day of the year until the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seasons(Vec<((i8, i8), WeekHours)>);

impl Seasons {
    pub(super) fn always(hours: WeekHours) -> Self {
        Self(vec![((1, 1), hours)])
    }

    pub(super) fn new(mut seasons: Vec<((i8, i8), WeekHours)>) -> Result<Self, NotHours> {
        seasons.sort_by_key(|(begins, _)| *begins);
        if let Some(((month, day), _)) = seasons.iter().find(|((month, day), _)| Date::new(2001, *month, *day).is_err())
        {
            return Err(NotHours::NotADay(*month, *day));
        }
        if seasons.is_empty() { Err(NotHours::NeverWorked) } else { Ok(Self(seasons)) }
    }

    /// The hours in force on a date; before the year's first season those of the last one go on.
    pub(super) fn on(&self, date: Date) -> &WeekHours {
        let today = (date.month(), date.day());
        let current = self.0.iter().rev().find(|(begins, _)| *begins <= today).or(self.0.last());
        &current.expect("new() refuses an empty list").1
    }

    /// The first day after `date` on which other hours may begin; never where the same hours hold all year.
    pub(super) fn next_change(&self, date: Date) -> Option<Date> {
        if self.0.len() == 1 {
            return None;
        }
        let in_year = |year| self.0.iter().filter_map(move |((month, day), _)| Date::new(year, *month, *day).ok());
        in_year(date.year()).chain(in_year(date.year() + 1)).find(|begins| *begins > date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_ends_before_it_begins_and_an_overlap_are_refused() {
        let at = |hour| time(hour, 0, 0, 0);
        assert!(matches!(Session::new(at(12), at(8)), Err(NotHours::Backwards(..))));
        let (early, late) = (Session::new(at(8), at(12)), Session::new(at(11), at(13)));
        let day = [early.expect("a session"), late.expect("a session")];
        assert!(matches!(WeekHours::weekdays(&day), Err(NotHours::Overlap(..))));
        assert_eq!(WeekHours::weekdays(&[]), Err(NotHours::NeverWorked));
    }

    #[test]
    fn a_session_may_last_until_the_end_of_the_day() {
        let midnight = Time::midnight();
        let day = Session::new(midnight, midnight).expect("around the clock");
        let late = Session::new(time(18, 0, 0, 0), midnight).expect("until the end of the day");
        assert_eq!((day.span(), day.to_string()), ((0, DAY), "00:00–24:00".to_owned()));
        assert!(matches!(WeekHours::weekdays(&[late, day]), Err(NotHours::Overlap(..))));
        assert!(WeekHours::weekdays(&[late, Session::new(midnight, time(18, 0, 0, 0)).expect("by day")]).is_ok());
    }

    #[test]
    fn the_office_day_has_seven_hours() {
        assert_eq!(length(WeekHours::office().standard()), 7 * 3_600 * MICROS);
    }

    #[test]
    fn a_season_goes_on_over_new_year() {
        let hour = |from| WeekHours::weekdays(&[Session::new(time(from, 0, 0, 0), time(17, 0, 0, 0)).expect("one")]);
        let (summer, winter) = (hour(8).expect("hours"), hour(9).expect("hours"));
        let seasons = Seasons::new(vec![((10, 1), winter.clone()), ((5, 1), summer.clone())]).expect("two seasons");
        assert_eq!(seasons.on(Date::constant(2026, 1, 5)), &winter);
        assert_eq!(seasons.on(Date::constant(2026, 5, 1)), &summer);
        assert_eq!(seasons.next_change(Date::constant(2026, 10, 1)), Some(Date::constant(2027, 5, 1)));
    }
}
