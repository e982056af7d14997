//! What every flow's table must hold, whatever its moves are (design §3).

use std::collections::BTreeSet;

use super::*;

fn successors(flow: Flow, state: State) -> Vec<State> {
    let rows = flow.table().iter().filter(|row| row.from.contains(&state));
    rows.flat_map(|row| row.leads_to().iter().copied()).collect()
}

fn reached_without(flow: Flow, barred: Option<State>) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![State::Received];
    while let Some(state) = open.pop() {
        if Some(state) != barred && seen.insert(state.as_str()) {
            open.extend(successors(flow, state));
        }
    }
    seen
}

fn reached(flow: Flow) -> BTreeSet<&'static str> {
    reached_without(flow, None)
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
        let seen = reached_without(flow, Some(State::Answered));
        assert!(!seen.contains(State::Closed.as_str()), "{flow:?} closes a record whose customer has no answer");
    }
}

#[test]
fn m5_in_every_open_state_a_clock_runs_whatever_way_led_there() {
    // A clock that a move stops is gone, one that it starts is there; what is certain is what every way leaves running.
    for flow in Flow::ALL {
        let mut certain = std::collections::BTreeMap::from([(
            State::Received.as_str(),
            flow.opening_clocks().iter().copied().collect::<BTreeSet<_>>(),
        )]);
        let mut changed = true;
        while changed {
            changed = false;
            // What an undoing brings back ran there before.
            for row in flow.table().iter().filter(|row| !row.action.undoes()) {
                for from in row.from {
                    let Some(before) = certain.get(from.as_str()).cloned() else { continue };
                    let mut after: BTreeSet<_> = before.into_iter().filter(|kind| !row.stops.contains(kind)).collect();
                    after.extend(row.starts);
                    let to = if row.to == To::Same { std::slice::from_ref(from) } else { row.leads_to() };
                    for to in to.iter().filter(|to| to.is_open()) {
                        let known = certain.entry(to.as_str()).or_insert_with(|| {
                            changed = true;
                            after.clone()
                        });
                        let kept: BTreeSet<_> = known.intersection(&after).copied().collect();
                        changed |= kept != *known;
                        *known = kept;
                    }
                }
            }
        }
        for (state, clocks) in certain {
            assert!(!clocks.is_empty(), "{flow:?}: nothing is certain to run in {state}");
        }
    }
}

#[test]
fn m14_states_are_listed_as_they_are_reached() {
    for flow in Flow::ALL {
        assert_eq!(flow.states().iter().map(|state| state.as_str()).collect::<BTreeSet<_>>(), reached(flow));
        assert_eq!(Flow::named(&flow.as_str().replace('_', "-")), Some(flow));
    }
}

#[test]
fn m3_whatever_comes_back_must_be_told_to_the_customer_before_an_answer() {
    for flow in Flow::ALL {
        // One answer for many carries its own talk.
        let rows = flow.table().iter().filter(|row| row.action != ActionKind::AnswerWithLead);
        for row in rows.filter(|row| row.to == To::State(State::Answered)) {
            assert!(row.needs.contains(&Part::Told) && row.needs.contains(&Part::Contact), "{flow:?} {:?}", row.action);
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
