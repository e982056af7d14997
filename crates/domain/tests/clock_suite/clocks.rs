//! Clocks over the same minutes: every kind and grade, pauses whole and in parts, and how they stand as time passes.

use domain::calendar::{Budget, HalfDay, WorkingCalendar};
use domain::clock::{Clock, ClockKind, ClockState};
use domain::grade::Grade;
use domain::time::Timestamp;
use rstest::rstest;

use crate::dice::Dice;
use crate::reference::{OFFICE, Plan, ROUND, Reference, SEASONS, instant};

/// Pauses tried under each plan.
const PAUSES: u64 = 4_000;

fn limits() -> Vec<Budget> {
    let texts = ["PT2H", "PT42H", "P15D", "PT2H/working", "PT40H/working", "half-day", "2-half-days", "6-half-days"];
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[rstest]
#[case(OFFICE)]
#[case(SEASONS)]
fn m5_every_kind_of_clock_and_grade_is_due_where_the_walk_ends(#[case] plan: Plan) {
    let (calendar, reference) = (plan.calendar(), Reference::of(&plan));
    for (turn, start) in reference.starts().step_by(37).enumerate() {
        let half_day = if turn % 2 == 0 { HalfDay::Hours } else { HalfDay::Session };
        let kind = ClockKind::ALL[turn % ClockKind::ALL.len()];
        let grade = Grade::ALL[turn / ClockKind::ALL.len() % Grade::ALL.len()];
        let budget = domain::policy::Policy::standard().limit(kind, grade, reference.is_worked(start));
        let clock = Clock::start(kind, grade, instant(start), &calendar, half_day, domain::policy::Policy::standard());
        let due = reference.due(start, &budget, half_day);
        let severe = reference.due(due, &budget, half_day);
        let told = format!("{}: {kind:?} of {grade:?} from {}", plan.name, instant(start));
        assert_eq!((clock.due, clock.severe), (instant(due), instant(severe)), "{told}");
        assert!(clock.started < clock.warn && clock.warn < clock.due, "warned of before: {told}");
    }
}

/// A clock somewhere in the twelve years, with the minutes of a pause that begins before it is due.
fn paused_somewhere(reference: &Reference, calendar: &WorkingCalendar, dice: &mut Dice) -> (Clock, i64, i64) {
    let start = Reference::first() + dice.below(11 * 365 * 1_440);
    let budget = *dice.pick(&limits());
    let half_day = *dice.pick(&[HalfDay::Hours, HalfDay::Session]);
    let clock = Clock::with_budget(
        ClockKind::Handling,
        budget,
        instant(start),
        calendar,
        half_day,
        domain::policy::Policy::standard(),
    );
    let due = reference.due(start, &budget, half_day);
    assert_eq!(clock.due, instant(due));
    let since = start + dice.below(due - start + 1);
    let until = since + 1 + dice.below(30 * 1_440);
    (clock, since, until)
}

#[rstest]
#[case(OFFICE)]
#[case(SEASONS)]
#[case(ROUND)]
fn m5_a_pause_gives_back_what_was_left_and_in_parts_the_same(#[case] plan: Plan) {
    let (calendar, reference) = (plan.calendar(), Reference::of(&plan));
    for seed in 0..PAUSES {
        let mut dice = Dice::new(seed);
        let (clock, since, until) = paused_somewhere(&reference, &calendar, &mut dice);
        let pause = |clock: &mut Clock, from: i64, to: i64| {
            clock.pause(instant(from), instant(to), "等物业").unwrap();
            clock.resume(instant(to), &calendar).unwrap();
        };
        let mut whole = clock.clone();
        pause(&mut whole, since, until);
        let due = clock.due.as_micros() / 60_000_000;
        let expected = match clock.budget {
            Budget::Elapsed { .. } => due + until - since,
            Budget::Working(_) | Budget::HalfDays(_) => {
                reference.after(until, reference.worked_before(due) - reference.worked_before(since))
            }
        };
        let told =
            format!("{}, seed {seed}: {clock:?} paused from {} to {}", plan.name, instant(since), instant(until));
        assert_eq!(whole.due, instant(expected), "{told}");

        let mut cuts: Vec<i64> = (0..dice.below(5)).map(|_| since + 1 + dice.below(until - since)).collect();
        cuts.extend([since, until]);
        cuts.sort_unstable();
        cuts.dedup();
        let mut parts = clock.clone();
        for part in cuts.windows(2) {
            pause(&mut parts, part[0], part[1]);
        }
        assert_eq!(
            (parts.due, parts.warn, parts.severe),
            (whole.due, whole.warn, whole.severe),
            "in parts {cuts:?}: {told}"
        );
    }
}

#[rstest]
#[case(OFFICE)]
#[case(SEASONS)]
#[case(ROUND)]
fn m5_a_clock_only_gets_worse_and_is_in_time_at_its_very_instant(#[case] plan: Plan) {
    let (calendar, reference) = (plan.calendar(), Reference::of(&plan));
    for seed in 0..PAUSES / 4 {
        let (clock, ..) = paused_somewhere(&reference, &calendar, &mut Dice::new(seed));
        let before = |at: Timestamp| Timestamp::from_micros(at.as_micros() - 1);
        assert_eq!(clock.state(clock.started), ClockState::Running);
        let marks = [before(clock.warn), clock.warn, clock.due, clock.due.next(), clock.severe, clock.severe.next()];
        let states = marks.map(|at| clock.state(at));
        let (soon, late) = (ClockState::DueSoon, ClockState::Overdue);
        assert_eq!(states, [ClockState::Running, soon, soon, late, late, ClockState::SeverelyOverdue], "{clock:?}");
        assert!(!clock.is_breached(clock.due) && clock.is_breached(clock.due.next()));
    }
}
