//! A week of the duty roster as a table: a row by role, a column by day.

use app::desk::Planned;
use domain::person::{Person, Role};
use domain::roster::{Roster, Shift};
use domain::time::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::pages::roster::signed;
use crate::reader::Reader;

/// So many names are shown of those who are there, then how many more.
const NAMES: usize = 4;

/// Seven days from a Monday on, each with its first instant and the next one's.
#[derive(Debug)]
pub struct Week {
    days: Vec<(Date, Timestamp, Timestamp)>,
    today: Date,
}

/// The head of a column.
#[derive(Debug)]
pub struct Day {
    /// `11-23 周一`.
    pub title: String,
    /// Whether it is today.
    pub today: bool,
}

/// A role over the week.
#[derive(Debug)]
pub struct RoleRow {
    /// Which.
    pub role: Role,
    /// Who is asked now, in words.
    pub now: String,
    /// Whether nobody is there.
    pub nobody: bool,
    /// The days.
    pub cells: Vec<Cell>,
}

/// A role on a day.
#[derive(Debug)]
pub struct Cell {
    /// The day, for the label of a narrow screen.
    pub title: String,
    /// Whether it is today.
    pub today: bool,
    /// Who is on duty.
    pub shifts: Vec<ShiftLine>,
}

/// Somebody on duty.
#[derive(Debug)]
pub struct ShiftLine {
    /// Which shift.
    pub id: String,
    /// Who.
    pub who: String,
    /// `08:30–17:30`, open towards the day before or after.
    pub hours: String,
    /// Whether it holds now.
    pub now: bool,
    /// Who stands in where that person is away for all or part of it; empty where nobody does.
    pub away: Option<String>,
    /// Who entered it and when, where that is known.
    pub entered: Option<String>,
    /// Whether this viewer may take it away.
    pub changes: bool,
}

impl Week {
    /// The week of a day, of today where none is given or it is no day.
    pub fn of(day: Option<&str>, r: &Reader) -> Self {
        let today = r.zone.to_datetime(r.now.to_jiff()).date();
        let named = day.and_then(|day| day.parse::<Date>().ok());
        // A year around today is as far as anybody plans, and every day of it has its instants.
        let named = named.filter(|day| (day.year() - today.year()).abs() <= 1).unwrap_or(today);
        let back = i64::from(named.weekday().to_monday_zero_offset());
        let monday = named.saturating_sub(back.days());
        let start = |day: Date| {
            let midnight = r.zone.to_timestamp(day.at(0, 0, 0, 0));
            midnight.map_or(r.now, Timestamp::from)
        };
        let days = (0..7_i64).map(|ahead| monday.saturating_add(ahead.days()));
        let days = days.map(|day| (day, start(day), start(day.saturating_add(1.days())))).collect();
        Self { days, today }
    }

    /// Its first day.
    pub fn monday(&self) -> Date {
        self.days[0].0
    }

    /// Its first instant.
    pub fn from(&self) -> Timestamp {
        self.days[0].1
    }

    /// The first instant after it.
    pub fn until(&self) -> Timestamp {
        self.days[self.days.len() - 1].2
    }

    /// The day a form begins with: today where it lies in this week.
    pub fn default_day(&self) -> Date {
        if self.days.iter().any(|(day, ..)| *day == self.today) { self.today } else { self.monday() }
    }

    /// The heads of the columns.
    pub fn days(&self, r: &Reader) -> Vec<Day> {
        self.days.iter().map(|(day, ..)| Day { title: title(r, *day), today: *day == self.today }).collect()
    }

    /// A row for every role somebody has, or is on duty as.
    pub fn rows(&self, r: &Reader, planned: &Planned, now: &Roster, changes: &dyn Fn(&Person) -> bool) -> Vec<RoleRow> {
        let has = |role: &Role| {
            let people = planned.people.iter().any(|person| person.active && person.role == *role);
            people || planned.shifts.iter().any(|shift| shift.role == *role)
        };
        let cell = |role: Role, (day, from, until): &(Date, Timestamp, Timestamp)| Cell {
            title: title(r, *day),
            today: *day == self.today,
            shifts: planned
                .shifts
                .iter()
                .filter(|shift| shift.role == role && shift.from < *until && shift.until > *from)
                .filter_map(|shift| line(r, planned, shift, (*from, *until), changes))
                .collect(),
        };
        let row = |role: Role| {
            let there = now.at_work(role, r.now);
            RoleRow {
                role,
                nobody: there.is_empty(),
                now: names(r, &there),
                cells: self.days.iter().map(|day| cell(role, day)).collect(),
            }
        };
        Role::ALL.into_iter().filter(has).map(row).collect()
    }
}

fn title(r: &Reader, day: Date) -> String {
    const KEYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let key = KEYS[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())];
    format!("{} {}", day.strftime("%m-%d"), r.choice("weekday", key))
}

fn line(
    r: &Reader,
    planned: &Planned,
    shift: &Shift,
    (from, until): (Timestamp, Timestamp),
    changes: &dyn Fn(&Person) -> bool,
) -> Option<ShiftLine> {
    let person = |id| planned.people.iter().find(|person| person.id == id);
    let who = person(shift.person)?;
    let time = |at: Timestamp| r.zone.to_datetime(at.to_jiff()).strftime("%H:%M").to_string();
    let begins = if shift.from < from { String::new() } else { time(shift.from) };
    let ends = if shift.until > until { String::new() } else { time(shift.until) };
    let hours = if begins.is_empty() && ends.is_empty() {
        r.t("roster-whole-day").into_owned()
    } else {
        format!("{begins}–{ends}")
    };
    let absence = planned.absences.iter().find(|absence| {
        absence.person == shift.person && absence.from < shift.until.min(until) && absence.until > shift.from.max(from)
    });
    let away =
        absence.map(|absence| absence.deputy.and_then(person).map(|deputy| deputy.name.clone()).unwrap_or_default());
    Some(ShiftLine {
        id: shift.id.to_string(),
        who: who.name.clone(),
        hours,
        now: shift.covers(r.now),
        away,
        entered: planned.entered.get(&shift.id.0).map(|entry| signed(r, entry)),
        changes: changes(who),
    })
}

fn names(r: &Reader, people: &[&Person]) -> String {
    let shown: Vec<&str> = people.iter().take(NAMES).map(|person| person.name.as_str()).collect();
    let shown = shown.join(&r.t("list-comma"));
    if people.len() > NAMES { r.both("roster-and-more", shown, people.len()) } else { shown }
}
