//! A flow as others read it: one step per state, move and goal, with on whom it waits there. From the very table that
//! decides; the command line prints it and the help page draws it.

use super::{ActionKind, Flow, Party, State, To, Transition};

/// One arrow of a flow's diagram.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// From which state.
    pub from: State,
    /// To which; the same where the move only adds to the record.
    pub to: State,
    /// On whom it waits afterwards.
    pub waits_on: Party,
    /// The row it is made from.
    pub row: &'static Transition,
}

impl Flow {
    /// Every step between states the flow reaches, in the order of the table.
    pub fn steps(self) -> Vec<Step> {
        let states = self.states();
        let mut steps = Vec::new();
        for row in self.table() {
            for from in states.iter().copied().filter(|state| row.from.contains(state)) {
                let stays = [from];
                let goals = if row.to == To::Same { &stays[..] } else { row.leads_to() };
                steps.extend(goals.iter().map(|to| Step { from, to: *to, waits_on: self.waits_in(row, *to), row }));
            }
        }
        steps
    }

    /// Where an exception may lead from a state: to any other one in which somebody of the house works (M10). A department
    /// or a contractor is named by the moves that send to one, and no exception spares the customer an answer (M3).
    pub fn departures(self, from: State) -> Vec<State> {
        const NEVER: &[State] = &[
            State::Received,
            State::Transferred,
            State::Outsourced,
            State::AwaitingCustomer,
            State::Held,
            State::Answered,
            State::Summarised,
        ];
        self.states().into_iter().filter(|state| state.is_open() && *state != from && !NEVER.contains(state)).collect()
    }

    /// On whom a complaint waits after that row led it to that state.
    fn waits_in(self, row: &Transition, state: State) -> Party {
        match state {
            State::AwaitingCustomer => Party::Customer,
            State::Held => Party::Others,
            State::Received => Party::Desk,
            _ if row.to == To::Same => self.waits_at(state),
            _ => row.waits_on,
        }
    }

    /// On whom a complaint in that state waits, as the table's first way there says.
    pub fn waits_at(self, state: State) -> Party {
        let led = self.table().iter().find(|row| row.to == To::State(state) && row.action != ActionKind::Suspend);
        match (state, led) {
            (State::AwaitingCustomer, _) => Party::Customer,
            (State::Held, _) => Party::Others,
            (_, Some(row)) => row.waits_on,
            (_, None) => Party::Desk,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m14_a_drawn_flow_begins_once_and_waits_on_somebody_until_its_end() {
        for flow in Flow::ALL {
            let steps = flow.steps();
            let begun =
                |step: &Step| step.to != State::Received || step.from == State::Received || step.row.action.undoes();
            assert!(steps.iter().all(begun), "{flow:?}");
            for step in &steps {
                assert_eq!(step.to.is_open(), step.waits_on != Party::Nobody, "{flow:?} {:?} {:?}", step.from, step.to);
            }
        }
    }
}
