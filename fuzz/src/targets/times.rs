//! Instants, limits and policies as people write them.

use app::import::{moment as read_moment, span_seconds};
use domain::calendar::{Budget, HalfDay, WorkingCalendar, format_instant, parse_instant};
use domain::clock::ClockKind;
use domain::grade::Grade;
use domain::policy::Policy;
use domain::time::Timestamp;
use web::api::time;

use super::{text, zone};

/// An instant in any spelling, and a span. What is read is an instant that can be written, and reads the same.
pub fn moment(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let zone = zone();
    let readings = [read_moment(text, &zone).ok(), parse_instant(text, &zone).ok(), time::parse_in_query(text)];
    for at in readings.into_iter().flatten() {
        assert_eq!(at.to_string().parse::<Timestamp>().ok(), Some(at), "{text:?}");
        assert_eq!(time::parse(&time::show(at)), Some(at), "{text:?}");
        assert_eq!(parse_instant(&format_instant(at, &zone), &zone).ok(), Some(at), "{text:?}");
    }
    if let Some(seconds) = span_seconds(text) {
        assert!((0..=1_000_000_000).contains(&seconds), "{text:?}");
    }
}

/// `budget` or `budget|instant`: a limit reads back, and it ends after it began.
pub fn budget(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (written, start) = text.split_once('|').unwrap_or((text, "2026-03-04 09:15"));
    let budget: Budget = match written.parse() {
        Ok(budget) => budget,
        Err(error) => {
            assert!(!domain::calendar::NotABudget::told(&error).zh.is_empty());
            return;
        }
    };
    assert_eq!(budget.to_string().parse(), Ok(budget), "{written:?}");
    let Ok(start) = parse_instant(start, &zone()) else { return };
    let calendar = WorkingCalendar::china();
    for half_day in [HalfDay::Hours, HalfDay::Session] {
        let due = calendar.due(start, &budget, half_day);
        assert!(due.at >= start, "{text:?}");
        assert_eq!(due.at, calendar.due_at(start, &budget, half_day), "{text:?}");
    }
}

/// A policy: every fault has its line; what is accepted is accepted from the record too, and counts.
pub fn policy(data: &[u8]) {
    let Some(text) = text(data) else { return };
    match Policy::read(text) {
        Ok(policy) => {
            assert!(Policy::stored(text).is_ok());
            let calendar = policy.calendar(WorkingCalendar::china());
            let start = Timestamp::from_micros(1_772_586_900_000_000);
            for kind in ClockKind::ALL {
                let limit = policy.limit(kind, Grade::Ordinary, true);
                assert!(calendar.due_at(start, &limit, HalfDay::Hours) > start, "{kind:?}");
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused for nothing");
            let lines = text.matches('\n').count() + 1;
            for problem in problems {
                assert!((1..=lines).contains(&problem.line), "{problem:?} of {lines}");
                assert!(!problem.what.zh.is_empty() && !problem.what.en.is_empty());
            }
        }
    }
}
