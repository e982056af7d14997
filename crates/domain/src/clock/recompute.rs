//! A clock that runs while policy or calendar change: counted anew from its start, its pauses and its fired rungs kept.

use super::Clock;
use crate::calendar::{Budget, HalfDay, WorkingCalendar};
use crate::grade::Grade;
use crate::policy::{Policy, Term};

impl Clock {
    /// The clock by the rules now in force; `former` are the policies it may have been counted by last. One that has stopped,
    /// and one that ends at an instant somebody set, stay as they are.
    #[must_use]
    pub fn recomputed(
        &self,
        grade: Grade,
        former: &[Policy],
        policy: &Policy,
        calendar: &WorkingCalendar,
        half_day: HalfDay,
    ) -> Self {
        if !self.is_running() || self.own {
            return self.clone();
        }
        let on_duty = calendar.next_working(self.started) == self.started;
        let now = policy.limit(self.kind, grade, on_duty);
        let mut formerly = former.iter().map(|former| former.term(self.kind));
        // Equal already where it was counted anew before a standstill.
        let budget = if self.budget == now {
            now
        } else {
            formerly
                .find_map(|had| self.in_place_of(had, policy.term(self.kind), grade, on_duty))
                .unwrap_or(self.budget)
        };
        let mut clock = Self::given(self.kind, budget, self.started, calendar, half_day, policy);
        clock.fired.clone_from(&self.fired);
        for pause in &self.pauses {
            clock.pauses.push(pause.clone());
            if let Some(resumed) = pause.ended {
                clock.run_on(pause.since, resumed, calendar);
            }
        }
        clock
    }

    /// The limit that takes the place of the one it had; none where that was not of this term. A grade changed while it ran
    /// does not change which of the limits it has.
    fn in_place_of(&self, had: &Term, has: &Term, grade: Grade, on_duty: bool) -> Option<Budget> {
        if self.budget == had.limit_for(grade, on_duty) {
            return Some(has.limit_for(grade, on_duty));
        }
        if self.budget == had.limit {
            return Some(has.limit);
        }
        if Some(self.budget) == had.off_duty {
            return Some(has.off_duty.unwrap_or(has.limit));
        }
        (Some(self.budget) == had.major).then(|| has.major.unwrap_or(has.limit))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::{format_instant, parse_instant};
    use crate::clock::{ClockKind, Rung};
    use crate::policy::DEFAULT_TEXT;
    use crate::time::Timestamp;

    fn at(text: &str) -> Timestamp {
        parse_instant(text, WorkingCalendar::china().zone()).expect("an instant")
    }

    fn shown(instant: Timestamp) -> String {
        format_instant(instant, WorkingCalendar::china().zone())[..16].replace('T', " ")
    }

    /// The shipped policy with one passage of its text replaced.
    fn with(from: &str, to: &str) -> Policy {
        assert!(DEFAULT_TEXT.contains(from), "{from}");
        Policy::read(&DEFAULT_TEXT.replacen(from, to, 1)).expect("a policy")
    }

    fn started(kind: ClockKind, grade: Grade, text: &str) -> Clock {
        Clock::start(kind, grade, at(text), &WorkingCalendar::china(), HalfDay::Hours, Policy::standard())
    }

    fn under(clock: &Clock, grade: Grade, policy: &Policy) -> Clock {
        let calendar = policy.calendar(WorkingCalendar::china());
        clock.recomputed(grade, &[Policy::default()], policy, &calendar, policy.half_day)
    }

    #[test]
    fn m5_a_shorter_limit_counts_from_the_start_and_keeps_pauses_and_rungs() {
        let mut clock = started(ClockKind::Handling, Grade::Ordinary, "2026-03-04 09:00");
        assert_eq!(shown(clock.due), "2026-03-06 03:00");
        clock.pause(at("2026-03-04 12:00"), at("2026-03-07 12:00"), "等物业").expect("a pause");
        clock.resume(at("2026-03-05 12:00"), &WorkingCalendar::china()).expect("it runs on");
        clock.fired.push(Rung::Warning);
        let policy = with("limit = \"PT42H\"", "limit = \"PT30H\"");
        let anew = under(&clock, Grade::Ordinary, &policy);
        assert_eq!((shown(clock.due), shown(anew.due)), ("2026-03-07 03:00".into(), "2026-03-06 15:00".into()));
        assert_eq!((shown(anew.warn), anew.budget.to_string()), ("2026-03-06 09:00".into(), "PT30H".into()));
        assert_eq!((&anew.pauses, &anew.fired), (&clock.pauses, &clock.fired));
        assert_eq!(under(&anew, Grade::Ordinary, &policy), anew, "counted twice is counted once");
    }

    #[test]
    fn m5_a_clock_that_stands_still_runs_on_with_what_the_new_limit_leaves() {
        let mut clock = started(ClockKind::Handling, Grade::Ordinary, "2026-03-04 09:00");
        clock.pause(at("2026-03-04 12:00"), at("2026-03-07 12:00"), "等物业").expect("a pause");
        let mut anew = under(&clock, Grade::Ordinary, &with("limit = \"PT42H\"", "limit = \"PT30H\""));
        assert!(anew.paused().is_some());
        anew.resume(at("2026-03-06 12:00"), &WorkingCalendar::china()).expect("it runs on");
        assert_eq!(shown(anew.due), "2026-03-07 15:00");
    }

    #[test]
    fn m5_a_typhoon_moves_what_counts_working_time_and_nothing_else() {
        let day = "[[local_days]]\ndays = \"2026-03-05\"\nworked = false\nreason = { zh = \"台风\", en = \"typhoon\" }\n\n[clocks.acceptance]";
        let policy = with("[clocks.acceptance]", day);
        let record = started(ClockKind::CommunicationRecord, Grade::Ordinary, "2026-03-04 16:00");
        assert_eq!(shown(record.due), "2026-03-05 10:30");
        assert_eq!(shown(under(&record, Grade::Ordinary, &policy).due), "2026-03-06 10:30");
        let handling = started(ClockKind::Handling, Grade::Ordinary, "2026-03-04 16:00");
        assert_eq!(under(&handling, Grade::Ordinary, &policy), handling);
    }

    #[test]
    fn m5_what_somebody_else_set_and_what_has_stopped_stay() {
        let policy = with("limit = \"PT48H\"", "limit = \"PT12H\"");
        let (china, standard) = (WorkingCalendar::china(), Policy::standard());
        let (start, due) = (at("2026-03-04 09:00"), at("2026-03-06 09:00"));
        let upstream = Clock::until(ClockKind::Progress, start, due, &china, standard);
        assert_eq!(under(&upstream, Grade::Ordinary, &policy), upstream);
        let longer =
            Clock::with_budget(ClockKind::Progress, Budget::hours(48), start, &china, HalfDay::Hours, standard);
        assert_eq!(under(&longer, Grade::Ordinary, &policy), longer);
        let mut met = started(ClockKind::Progress, Grade::Ordinary, "2026-03-04 09:00");
        assert_eq!(shown(under(&met, Grade::Ordinary, &policy).due), "2026-03-04 21:00");
        met.stop(at("2026-03-04 10:00"));
        assert_eq!(under(&met, Grade::Ordinary, &policy), met);
    }

    #[test]
    fn m14_a_grade_raised_meanwhile_leaves_the_limit_the_clock_was_given() {
        let clock = started(ClockKind::FirstContact, Grade::Ordinary, "2026-03-04 09:00");
        let other = with("limit = \"PT42H\"", "limit = \"PT30H\"");
        assert_eq!(under(&clock, Grade::Major, &other), clock);
        let shorter = with("limit = \"PT2H/working\"", "limit = \"PT1H/working\"");
        assert_eq!(shown(under(&clock, Grade::Major, &shorter).due), "2026-03-04 10:00");
        let night = started(ClockKind::Acceptance, Grade::Ordinary, "2026-03-04 22:00");
        let later = with("off_duty = \"PT2H\"", "off_duty = \"PT3H\"");
        assert_eq!(shown(under(&night, Grade::Ordinary, &later).due), "2026-03-05 01:00");
    }

    proptest! {
        /// Counting by the same rules changes nothing, whatever pauses there were.
        #[test]
        fn m5_the_same_rules_give_the_same_clock(
            kind in prop::sample::select(ClockKind::ALL.to_vec()),
            start in 0_i64..63_072_000,
            steps in prop::collection::vec((1_i64..50_000, 1_i64..400_000), 0..4),
            open in any::<bool>(),
        ) {
            let (china, begin) = (WorkingCalendar::china(), at("2025-01-01 00:00").plus_seconds(start));
            let policy = Policy::standard();
            let mut clock = Clock::start(kind, Grade::Ordinary, begin, &china, HalfDay::Hours, policy);
            let mut now = begin;
            for (run, rest) in &steps {
                now = now.plus_seconds(*run);
                if clock.pause(now, now.plus_seconds(*rest), "等物业").is_err() {
                    break;
                }
                now = now.plus_seconds(*rest);
                clock.resume(now, &china).expect("it was paused");
            }
            if open {
                let _ = clock.pause(now.plus_seconds(5), now.plus_seconds(50), "等物业");
            }
            prop_assert_eq!(clock.recomputed(Grade::Ordinary, &[], policy, &china, HalfDay::Hours), clock);
        }
    }
}
