//! A clock that runs while policy or calendar change: counted anew from its start, its pauses and its fired rungs kept.

use super::Clock;
use crate::calendar::{Budget, HalfDay, WorkingCalendar};
use crate::grade::Grade;
use crate::policy::Policy;

impl Clock {
    /// The clock by the rules now in force; `former` are those it was last counted by. One that has stopped, and one that
    /// ends at an instant somebody set, stay as they are.
    #[must_use]
    pub fn recomputed(
        &self,
        grade: Grade,
        former: &Policy,
        policy: &Policy,
        calendar: &WorkingCalendar,
        half_day: HalfDay,
    ) -> Self {
        if !self.is_running() || self.own {
            return self.clone();
        }
        let budget = self.budget_under(grade, former, policy, calendar);
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

    /// What it is given now: the policy's limit in place of the one it had. A grade changed while it ran does not change
    /// which of the limits it has.
    fn budget_under(&self, grade: Grade, former: &Policy, policy: &Policy, calendar: &WorkingCalendar) -> Budget {
        let on_duty = calendar.next_working(self.started) == self.started;
        let (had, has) = (former.term(self.kind), policy.term(self.kind));
        let now = has.limit_for(grade, on_duty);
        // Counted anew already, before a standstill.
        if self.budget == now || self.budget == had.limit_for(grade, on_duty) {
            return now;
        }
        if self.budget == had.limit {
            return has.limit;
        }
        if Some(self.budget) == had.off_duty {
            return has.off_duty.unwrap_or(has.limit);
        }
        if Some(self.budget) == had.major {
            return has.major.unwrap_or(has.limit);
        }
        self.budget
    }
}
