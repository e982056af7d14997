//! What every flow's table must hold, whatever its moves are (design §3).

use std::collections::BTreeSet;

use super::*;

fn successors(flow: Flow, state: State) -> Vec<State> {
    flow.table()
        .iter()
        .filter(|row| row.from.contains(&state))
        .filter_map(|row| match row.to {
            To::Same => None,
            To::State(to) => Some(to),
        })
        // A suspension for others leads to Held beside AwaitingCustomer.
        .flat_map(|to| if to == State::AwaitingCustomer { vec![to, State::Held] } else { vec![to] })
        .collect()
}

fn reached(flow: Flow) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![State::Received];
    while let Some(state) = open.pop() {
        if seen.insert(state.as_str()) {
            open.extend(successors(flow, state));
        }
    }
    seen
}

#[test]
fn m14_every_state_a_table_names_is_reached() {
    for flow in Flow::ALL {
        let seen = reached(flow);
        for row in flow.table() {
            if let To::State(to) = row.to {
                assert!(seen.contains(to.as_str()), "{flow:?} {to:?}");
            }
        }
    }
}

#[test]
fn m4_every_open_state_has_a_way_out_and_somebody_is_waited_on() {
    for flow in Flow::ALL {
        for state in State::ALL.into_iter().filter(|state| state.is_open()) {
            if !reached(flow).contains(state.as_str()) {
                continue;
            }
            assert!(!successors(flow, state).is_empty(), "{flow:?} {state:?} has no way out");
        }
        for row in flow.table() {
            if let To::State(to) = row.to {
                assert_eq!(to.is_open(), row.waits_on != Party::Nobody, "{flow:?} {:?}", row.action);
            }
        }
    }
}

#[test]
fn m3_nothing_closes_without_an_answer() {
    for flow in Flow::ALL {
        for row in flow.table().iter().filter(|row| row.to == To::State(State::Closed)) {
            assert_eq!(row.from, [State::Answered], "{flow:?}: a record closes only after the customer has an answer");
        }
    }
}

#[test]
fn a_flow_has_one_row_for_a_state_and_action() {
    for flow in Flow::ALL {
        let mut seen = BTreeSet::new();
        for row in flow.table() {
            for from in row.from {
                assert!(seen.insert((from.as_str(), row.action.as_str())), "{flow:?} {from:?} {:?}", row.action);
            }
        }
    }
}
