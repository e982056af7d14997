//! The working calendar: which days and hours are worked, and when a limit runs out (domain.md §12, §13; M7, M8).
//!
//! Everything is interval arithmetic on the wall clock of the branch's zone. A date outside the loaded years counts as
//! Monday to Friday, and whoever asks is told so.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::check::Bilingual;

mod budget;
mod days;
mod due;
mod explain;
mod hours;
mod instant;

pub use budget::{Budget, HalfDay, NotABudget};
pub use days::NotACalendar;
pub use due::Due;
pub use explain::{ExplanationLine, Part, Warning};
pub use hours::{NotHours, Session, WeekHours};
pub use instant::{NotATime, format_instant, parse_instant};

use days::{Days, Layer};
use hours::Seasons;

/// What sort of day a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// 工作日, as its weekday says.
    Workday,
    /// 周末, as its weekday says.
    Weekend,
    /// 节假日 by a State Council notice.
    Holiday,
    /// 调休上班: a weekend day worked in exchange for a holiday.
    MakeUpWorkday,
    /// A day the branch itself does not work.
    LocalDayOff,
    /// A day the branch itself works although the calendar does not.
    LocalWorkday,
}

/// One date of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day<'a> {
    /// What sort of day.
    pub kind: DayKind,
    /// The holiday, or the branch's reason; absent for ordinary days.
    pub name: Option<&'a Bilingual>,
    /// Whether the year's notice is loaded: else a holiday may hide here.
    pub known: bool,
    /// What is worked, earliest first.
    pub sessions: &'a [Session],
}

/// When a branch works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingCalendar {
    zone: TimeZone,
    seasons: Seasons,
    days: Days,
    /// For each special day what it and all before it add to the weekly hours, microseconds: sums over years need no walk.
    beyond_week: Vec<(Date, i64)>,
}

/// The national days as text, each year with its source.
pub const CHINA_DAYS: &str = include_str!("calendar/china.txt");

static CHINA: LazyLock<WorkingCalendar> = LazyLock::new(|| {
    let zone = TimeZoneDatabase::bundled().get("Asia/Shanghai").expect("the bundled zones hold Asia/Shanghai");
    let mut days = Days::default();
    days.lay(CHINA_DAYS, Layer::National).expect("a test reads every line of china.txt");
    WorkingCalendar { zone, seasons: Seasons::always(WeekHours::office()), days, beyond_week: Vec::new() }.summed()
});

impl WorkingCalendar {
    /// Mainland China, 2015 to 2026, office hours, Asia/Shanghai.
    pub fn china() -> Self {
        CHINA.clone()
    }

    /// The same days with other hours, all year round.
    #[must_use]
    pub fn with_hours(mut self, hours: WeekHours) -> Self {
        self.seasons = Seasons::always(hours);
        self.summed()
    }

    /// The same days with hours that change in the year, each from its month and day on 冬夏令作息.
    pub fn with_seasons(mut self, seasons: Vec<((i8, i8), WeekHours)>) -> Result<Self, NotHours> {
        self.seasons = Seasons::new(seasons)?;
        Ok(self.summed())
    }

    /// Lays the branch's own days over the calendar: lines of `off DATE[..DATE] REASON` and `work DATE[..DATE] REASON`.
    ///
    /// A reason is one wording for both languages, or `中文/English`.
    pub fn with_local_days(mut self, text: &str) -> Result<Self, NotACalendar> {
        self.days.lay(text, Layer::Local)?;
        Ok(self.summed())
    }

    fn summed(mut self) -> Self {
        let mut sum = 0;
        let beyond = self.days.special.keys().map(|date| {
            sum += hours::length(self.day(*date).sessions) - hours::length(self.usual(*date));
            (*date, sum)
        });
        self.beyond_week = beyond.collect();
        self
    }

    /// The branch's zone.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The years whose holidays are loaded, each with the addresses of its notices.
    pub fn years(&self) -> impl Iterator<Item = (i16, &[String])> {
        self.days.sources.iter().map(|(year, sources)| (*year, sources.as_slice()))
    }

    /// What sort of day a date is, and what is worked on it.
    pub fn day(&self, date: Date) -> Day<'_> {
        let usual = self.usual(date);
        let special = self.days.special.get(&date);
        let (kind, sessions) = match special {
            None if usual.is_empty() => (DayKind::Weekend, usual),
            None => (DayKind::Workday, usual),
            Some(day) if day.worked => {
                let kind = if day.local { DayKind::LocalWorkday } else { DayKind::MakeUpWorkday };
                (kind, self.seasons.on(date).on_make_up(date.weekday()))
            }
            Some(day) if day.local => (DayKind::LocalDayOff, &[][..]),
            Some(_) => (DayKind::Holiday, &[][..]),
        };
        Day { kind, name: special.map(|day| &*day.name), known: self.knows(date.year()), sessions }
    }

    /// What is worked on such a weekday in that season.
    fn usual(&self, date: Date) -> &[Session] {
        self.seasons.on(date).on(date.weekday())
    }

    /// Whether a year's notice is loaded.
    fn knows(&self, year: i16) -> bool {
        self.days.sources.contains_key(&year)
    }
}
