//! What is right, by looking at every minute: no interval, no calendar arithmetic, its own reading of the published days.

use std::collections::HashMap;

use domain::calendar::{Budget, HalfDay, Session, WeekHours, WorkingCalendar};
use domain::time::Timestamp;
use jiff::civil::{Date, Time, date};

/// Sessions of a weekday, in minutes of the day.
type Sessions = &'static [(i16, i16)];

/// Who works when: from which month and day on, Monday first.
pub struct Plan {
    pub name: &'static str,
    seasons: &'static [((i8, i8), [Sessions; 7])],
}

const OFFICE_DAY: Sessions = &[(510, 720), (840, 1_050)];
/// 08:30–12:00 and 14:00–17:30 from Monday to Friday.
pub const OFFICE: Plan = Plan {
    name: "office",
    seasons: &[((1, 1), [OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, &[], &[]])],
};
const SUMMER: Sessions = &[(480, 720), (900, 1_080)];
const WINTER: Sessions = &[(510, 720), (810, 1_020), (1_080, 1_120)];
/// Summer and winter hours, three windows a day in winter, half a Wednesday, Saturday mornings.
pub const SEASONS: Plan = Plan {
    name: "seasons",
    seasons: &[
        ((5, 1), [SUMMER, SUMMER, &[(480, 720)], SUMMER, SUMMER, &[(540, 720)], &[]]),
        ((10, 1), [WINTER, WINTER, &[(510, 720)], WINTER, WINTER, &[(540, 690)], &[]]),
    ],
};
/// Around the clock: 00:00–24:00 on every day, the holidays apart.
pub const ROUND: Plan = Plan { name: "around the clock", seasons: &[((1, 1), [&[(0, 1_440)]; 7])] };

impl Plan {
    /// The calendar under test.
    pub fn calendar(&self) -> WorkingCalendar {
        let time = |minute: i16| Time::midnight() + jiff::SignedDuration::from_mins(i64::from(minute % 1_440));
        let day =
            |sessions: &Sessions| sessions.iter().map(|(a, b)| Session::new(time(*a), time(*b)).unwrap()).collect();
        let seasons =
            self.seasons.iter().map(|(from, week)| (*from, WeekHours::new(week.each_ref().map(day)).unwrap()));
        WorkingCalendar::china().with_seasons(seasons.collect()).unwrap()
    }

    fn week(&self, date: Date) -> &[Sessions; 7] {
        let begun = self.seasons.iter().rev().find(|(from, _)| *from <= (date.month(), date.day()));
        &begun.or(self.seasons.last()).unwrap().1
    }
}

/// Every minute from 2015 to 2028, looked at once.
pub struct Reference {
    /// For each minute how many worked ones lie before it.
    before: Vec<u32>,
    /// Every worked minute.
    worked: Vec<i64>,
    /// Every session, first minute and the one after its last.
    sessions: Vec<(i64, i64)>,
    /// Half of what is worked on an ordinary day, by day.
    half: Vec<i64>,
}

/// China has kept one offset since 1991.
const OFFSET: i64 = 8 * 60;
/// 2015-01-01 and 2029-01-01 in days since 1970.
const FIRST: i64 = 16_436;
const LAST: i64 = 21_550;
/// 2027-01-01: the last minute a limit starts at lies before.
const END: i64 = 20_819;

impl Reference {
    pub fn of(plan: &Plan) -> Self {
        let special = special();
        let mut all = Self { before: Vec::new(), worked: Vec::new(), sessions: Vec::new(), half: Vec::new() };
        let mut today = date(2015, 1, 1);
        for day in FIRST..LAST {
            let week = plan.week(today);
            // 1970-01-01 was a Thursday.
            let usual = week[(day + 3).rem_euclid(7) as usize];
            let standard = week.iter().find(|sessions| !sessions.is_empty()).unwrap();
            let sessions: Sessions = match special.get(&day) {
                Some(false) => &[],
                Some(true) if usual.is_empty() => standard,
                Some(true) | None => usual,
            };
            all.half.push(standard.iter().map(|(from, until)| i64::from(until - from)).sum::<i64>() / 2);
            let mut in_session = None;
            for minute_of_day in 0..1_440_i16 {
                let minute = day * 1_440 + i64::from(minute_of_day) - OFFSET;
                let now = sessions.iter().position(|(from, until)| (*from..*until).contains(&minute_of_day));
                all.before.push(all.worked.len() as u32);
                if now.is_some() {
                    all.worked.push(minute);
                    match all.sessions.last_mut().filter(|_| now == in_session) {
                        Some(session) => session.1 = minute + 1,
                        None => all.sessions.push((minute, minute + 1)),
                    }
                }
                in_session = now;
            }
            today = today.tomorrow().unwrap();
        }
        all
    }

    /// Every minute a limit may start at, or one in some hundred and those beside the edges of sessions on every fifth day.
    pub fn starts(&self) -> impl Iterator<Item = i64> {
        let stride = if std::env::var_os("SHOUWEN_EVERY_MINUTE").is_some() { 1 } else { 499 };
        (Self::first() + 1..END * 1_440 - OFFSET).filter(move |minute| {
            let edge = |minute| self.is_worked(minute) != self.is_worked(minute + 1);
            minute % stride == 0 || ((minute + OFFSET) / 1_440 % 5 == 0 && (edge(*minute) || edge(minute - 1)))
        })
    }

    pub const fn first() -> i64 {
        FIRST * 1_440 - OFFSET
    }

    fn at(minute: i64) -> usize {
        (minute - Self::first()) as usize
    }

    pub fn is_worked(&self, minute: i64) -> bool {
        self.worked_before(minute) != self.worked_before(minute + 1)
    }

    /// Worked minutes before that one.
    pub fn worked_before(&self, minute: i64) -> i64 {
        i64::from(self.before[Self::at(minute)])
    }

    /// The minute after that many worked ones; the next worked one for none.
    pub fn after(&self, start: i64, minutes: i64) -> i64 {
        let first = self.worked_before(start) as usize;
        if minutes == 0 { self.worked[first] } else { self.worked[first + minutes as usize - 1] + 1 }
    }

    /// Half the working time of a day such as the one on which work next begins.
    pub fn half(&self, start: i64) -> i64 {
        let next = self.after(start, 0);
        self.half[((next + OFFSET).div_euclid(1_440) - FIRST) as usize]
    }

    pub fn due(&self, start: i64, budget: &Budget, half_day: HalfDay) -> i64 {
        match (*budget, half_day) {
            (Budget::Elapsed { days, seconds }, _) => start + i64::from(days) * 1_440 + i64::from(seconds / 60),
            (Budget::Working(seconds), _) => self.after(start, i64::from(seconds / 60)),
            (Budget::HalfDays(count), HalfDay::Hours) => self.after(start, i64::from(count) * self.half(start)),
            (Budget::HalfDays(count), HalfDay::Session) => {
                let begun = self.sessions.partition_point(|(from, _)| *from <= start);
                self.sessions[begun + count as usize - 1].1
            }
        }
    }
}

/// Day since 1970 → worked, from the shipped list line by line.
fn special() -> HashMap<i64, bool> {
    let day_of = |text: &str| -> i64 {
        let [year, month, day] = text.split('-').map(|part| part.parse::<i64>().unwrap()).collect::<Vec<_>>()[..]
        else {
            panic!("{text}")
        };
        // Days of the civil calendar, counted from a year that begins in March.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469
    };
    let mut special = HashMap::new();
    for line in include_str!("../../src/calendar/china.txt").lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if let [word @ ("off" | "work"), days, ..] = words[..] {
            let (first, last) = days.split_once("..").unwrap_or((days, days));
            special.extend((day_of(first)..=day_of(last)).map(|day| (day, word == "work")));
        }
    }
    assert!(special.len() > 300 && special.keys().all(|day| (FIRST..END).contains(day)));
    special
}

pub fn instant(minute: i64) -> Timestamp {
    Timestamp::from_micros(minute * 60_000_000)
}
