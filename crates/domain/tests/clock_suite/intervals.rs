//! Every kind of limit from every sort of minute, under three plans of working hours.

use domain::calendar::{Budget, HalfDay, WorkingCalendar};
use rstest::rstest;

use crate::reference::{OFFICE, Plan, ROUND, Reference, SEASONS, instant};

/// Limits of one kind, smallest first.
fn limits() -> [(HalfDay, Vec<Budget>); 4] {
    let elapsed = ["PT1M", "PT30M", "P1DT12H", "PT42H", "P2DT1H", "P15D"];
    let working = ["PT1M/working", "PT30M/working", "PT2H/working", "PT3H30M/working", "PT4H/working", "PT40H/working"];
    let half_days = ["half-day", "2-half-days", "3-half-days", "6-half-days", "40-half-days"];
    let read = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    [
        (HalfDay::Hours, read(&elapsed)),
        (HalfDay::Hours, read(&working)),
        (HalfDay::Hours, read(&half_days)),
        (HalfDay::Session, read(&half_days)),
    ]
}

#[rstest]
#[case(OFFICE)]
#[case(SEASONS)]
#[case(ROUND)]
fn m5_m7_every_limit_is_due_where_a_walk_over_every_minute_ends(#[case] plan: Plan) {
    let (calendar, reference) = (plan.calendar(), Reference::of(&plan));
    let starts: Vec<i64> = reference.starts().collect();
    assert!(starts.len() > 10_000);
    std::thread::scope(|scope| {
        for (half_day, budgets) in limits() {
            let (calendar, reference, starts, name) = (&calendar, &reference, &starts, plan.name);
            scope.spawn(move || one_kind(calendar, reference, starts, half_day, &budgets, name));
        }
    });
}

fn one_kind(
    calendar: &WorkingCalendar,
    reference: &Reference,
    starts: &[i64],
    half_day: HalfDay,
    budgets: &[Budget],
    name: &str,
) {
    let mut earlier = vec![None; budgets.len()];
    for start in starts {
        let mut smaller = None;
        for (budget, earlier) in budgets.iter().zip(&mut earlier) {
            let told = || format!("{name}: {budget} ({half_day:?}) from {}", instant(*start));
            let due = calendar.due_at(instant(*start), budget, half_day);
            let expected = reference.due(*start, budget, half_day);
            assert_eq!(due, instant(expected), "{}", told());
            assert!(Some(due) > smaller, "a larger amount is due later: {}", told());
            smaller = Some(due);
            // Where the season changes half a day changes its length, and with it what a start before and one after are given.
            let half = reference.half(*start);
            let same = earlier.filter(|(_, before)| *before == half);
            assert!(same.is_none_or(|(before, _)| before <= due), "a later start is never due earlier: {}", told());
            *earlier = Some((due, half));
            let counted = calendar.working_seconds(instant(*start), due);
            let walked = reference.worked_before(expected) - reference.worked_before(*start);
            assert_eq!(counted, walked * 60, "what was worked until then: {}", told());
            match (*budget, half_day) {
                (Budget::Working(seconds), _) => assert_eq!(counted, i64::from(seconds), "{}", told()),
                (Budget::HalfDays(count), HalfDay::Hours) => {
                    assert_eq!(counted, i64::from(count) * half * 60, "{}", told());
                }
                (Budget::Elapsed { .. } | Budget::HalfDays(_), _) => {}
            }
        }
    }
}

#[rstest]
#[case(OFFICE)]
#[case(SEASONS)]
#[case(ROUND)]
fn m5_a_due_time_explains_every_minute_it_counted(#[case] plan: Plan) {
    let (calendar, reference) = (plan.calendar(), Reference::of(&plan));
    for start in reference.starts().step_by(211) {
        for budget in ["PT4H/working", "PT40H/working", "3-half-days"] {
            let budget: Budget = budget.parse().unwrap();
            let due = calendar.due(instant(start), &budget, HalfDay::Hours);
            let counted: i64 = due.explanation.iter().map(|line| line.seconds).sum();
            let expected = reference.due(start, &budget, HalfDay::Hours);
            let walked = reference.worked_before(expected) - reference.worked_before(start);
            assert_eq!(counted, walked * 60, "{}: {budget} from {}", plan.name, instant(start));
        }
    }
}
