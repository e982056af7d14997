//! What holds for every start and every amount, beside a walk that looks at each minute of thirteen years.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::LazyLock;

use domain::calendar::{Budget, HalfDay, WorkingCalendar};
use domain::time::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

static CHINA: LazyLock<WorkingCalendar> = LazyLock::new(WorkingCalendar::china);
/// Every worked minute from 2015 to 2027, found by looking at each: minutes since 1970, ascending.
static WORKED: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let first = date(2015, 1, 1).at(0, 0, 0, 0).to_zoned_datetime(CHINA.zone().clone()).unwrap();
    let last = date(2028, 1, 1).at(0, 0, 0, 0).to_zoned_datetime(CHINA.zone().clone()).unwrap();
    let minutes = first.timestamp().as_second() / 60..last.timestamp().as_second() / 60;
    minutes.filter(|minute| is_worked(*minute)).collect()
});

/// By the published list and a plain office day, without any of the arithmetic under test.
fn is_worked(minute: i64) -> bool {
    // China has kept one offset since 1991.
    let local = minute + 8 * 60;
    let (day, minute_of_day) = (local.div_euclid(1_440), local.rem_euclid(1_440));
    let office = (510..720).contains(&minute_of_day) || (840..1_050).contains(&minute_of_day);
    // 1970-01-01 was a Thursday.
    office && SPECIAL.get(&day).copied().unwrap_or((day + 3).rem_euclid(7) < 5)
}

/// Day since 1970 → worked, read from the shipped list line by line.
static SPECIAL: LazyLock<std::collections::HashMap<i64, bool>> = LazyLock::new(|| {
    let day_of = |text: &str| -> i64 {
        let date: jiff::civil::Date = text.parse().unwrap();
        date.to_zoned_datetime(TimeZone::UTC).unwrap().timestamp().as_second() / 86_400
    };
    let mut special = std::collections::HashMap::new();
    for line in include_str!("../src/calendar/china.txt").lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if let [word @ ("off" | "work"), days, ..] = words[..] {
            let (first, last) = days.split_once("..").unwrap_or((days, days));
            special.extend((day_of(first)..=day_of(last)).map(|day| (day, word == "work")));
        }
    }
    special
});

/// The instant after that many worked minutes, walked.
fn walked(start_minute: i64, minutes: usize) -> Option<i64> {
    let first = WORKED.partition_point(|minute| *minute < start_minute);
    match minutes {
        0 => WORKED.get(first).copied(),
        _ => WORKED.get(first + minutes - 1).map(|minute| minute + 1),
    }
}

fn instant(minute: i64) -> Timestamp {
    Timestamp::from_micros(minute * 60_000_000)
}

fn due(start: Timestamp, seconds: u32) -> Timestamp {
    match seconds {
        0 => CHINA.next_working(start),
        _ => CHINA.due_at(start, &Budget::Working(seconds), HalfDay::Hours),
    }
}

/// Any minute from 2015 to the end of 2026.
fn any_minute() -> impl Strategy<Value = i64> {
    23_667_360_i64..29_979_360
}

/// Any microsecond from 2010 to 2030.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (1_262_304_000_000_000_i64..1_893_456_000_000_000).prop_map(Timestamp::from_micros)
}

/// Thousands of cases, or as many as the environment asks for.
fn thorough() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.max(2_000), failure_persistence: None, ..usual }
}

proptest! {
    #![proptest_config(thorough())]

    #[test]
    fn m7_due_equals_a_walk_over_every_minute(start in any_minute(), minutes in 0_usize..6_000) {
        if let Some(expected) = walked(start, minutes) {
            prop_assert_eq!(due(instant(start), u32::try_from(minutes).unwrap() * 60), instant(expected));
        }
    }

    #[test]
    fn m7_elapsed_working_time_equals_a_walk_over_every_minute(a in any_minute(), b in any_minute()) {
        let (from, to) = (a.min(b), a.max(b));
        let walked = WORKED.partition_point(|minute| *minute < to) - WORKED.partition_point(|minute| *minute < from);
        prop_assert_eq!(CHINA.working_seconds(instant(from), instant(to)), i64::try_from(walked).unwrap() * 60);
        prop_assert_eq!(CHINA.working_seconds(instant(to), instant(from)), -i64::try_from(walked).unwrap() * 60);
    }

    #[test]
    fn m7_what_is_counted_until_due_is_the_budget(start in any_instant(), seconds in 1_u32..5_000_000) {
        prop_assert_eq!(CHINA.working_seconds(start, due(start, seconds)), i64::from(seconds));
    }

    #[test]
    fn m7_a_later_start_or_a_larger_amount_is_never_due_earlier(
        start in any_instant(), delay in 0_i64..2_000_000, seconds in 0_u32..500_000, more in 0_u32..500_000,
    ) {
        prop_assert!(due(start, seconds) <= due(start.plus_seconds(delay), seconds));
        prop_assert!(due(start, seconds) <= due(start, seconds + more));
        let later = start.plus_seconds(delay);
        for half_day in [HalfDay::Hours, HalfDay::Session] {
            let at = |start, count| CHINA.due_at(start, &Budget::HalfDays(count), half_day);
            prop_assert!(at(start, 1) <= at(later, 1));
            prop_assert!(at(start, 1) < at(start, 2));
        }
    }

    #[test]
    fn m7_counting_in_two_parts_changes_nothing(start in any_instant(), first in 1_u32..100_000, rest in 1_u32..100_000) {
        prop_assert_eq!(due(due(start, first), rest), due(start, first + rest));
    }

    #[test]
    fn m7_half_days_by_session_are_taken_one_after_the_other(start in any_instant(), count in 1_u32..20) {
        let at = |start, count| CHINA.due_at(start, &Budget::HalfDays(count), HalfDay::Session);
        prop_assert_eq!(at(at(start, count), 1), at(start, count + 1));
    }

    #[test]
    fn m7_nothing_counted_means_the_next_working_instant(start in any_instant()) {
        let next = CHINA.next_working(start);
        prop_assert!(next >= start);
        prop_assert_eq!(CHINA.working_seconds(start, next), 0);
        // Sessions begin and end at whole seconds; an instant within the last one has less than a second left.
        let second = Timestamp::from_micros(next.as_micros().div_euclid(1_000_000) * 1_000_000);
        prop_assert_eq!(CHINA.working_seconds(second, second.plus_seconds(1)), 1);
    }

    #[test]
    fn m5_the_explanation_counts_every_second_of_the_budget(start in any_instant(), seconds in 1_u32..500_000) {
        let whole = Timestamp::from_micros(start.as_micros() / 1_000_000 * 1_000_000);
        let due = CHINA.due(whole, &Budget::Working(seconds), HalfDay::Hours);
        prop_assert_eq!(due.explanation.iter().map(|line| line.seconds).sum::<i64>(), i64::from(seconds));
        prop_assert_eq!(due.at, CHINA.due_at(whole, &Budget::Working(seconds), HalfDay::Hours));
    }

    #[test]
    fn m5_a_budget_reads_back_as_it_was_written(days in 0_u32..3_000, seconds in 1_u32..5_000_000, count in 1_u32..7_000) {
        for budget in [Budget::Elapsed { days, seconds }, Budget::Working(seconds), Budget::HalfDays(count)] {
            prop_assert_eq!(budget.to_string().parse(), Ok(budget));
        }
    }

    #[test]
    fn no_text_makes_a_budget_or_an_instant_panic(text in ".{0,24}", iso in "P?[0-9]{0,3}[YMWD]?T?[0-9]{0,21}[HMS]?(/working)?") {
        for text in [&text, &iso] {
            let _ = text.parse::<Budget>();
            let _ = domain::calendar::parse_instant(text, CHINA.zone());
        }
    }
}

#[test]
fn the_cost_does_not_grow_with_the_years_between() {
    // A hundred thousand sums over sixteen years each: day by day they would take minutes.
    let (from, to) = (instant(22_000_000), instant(30_500_000));
    let sums = (0..100_000).map(|shift| CHINA.working_seconds(from.plus_seconds(shift), to));
    assert!(sums.sum::<i64>() > 0);
}
