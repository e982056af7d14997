//! What every flow's table promises by itself, whoever acts and whatever is said (design §3: M3, M4, M5, M12).

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Permission, Reach, Scope, may};
use domain::calendar::{HalfDay, WorkingCalendar};
use domain::clock::{Clock, ClockKind};
use domain::complaint::{Bond, Complaint, Standing, Tie};
use domain::flow::{self, ActionKind, Flow, Party, State, To, Transition};
use domain::grade::Grade;
use domain::id::{BranchId, PersonId};
use domain::person::{Person, Role, Viewer, Who};
use domain::policy::Policy;
use uuid::Uuid;

/// Where every complaint begins.
const OPENING: State = State::Received;

/// Where a row leads from a state.
fn leads(row: &Transition, from: State) -> Vec<State> {
    if row.to == To::Same { vec![from] } else { row.leads_to().to_vec() }
}

fn rows(flow: Flow, from: State) -> impl Iterator<Item = &'static Transition> {
    flow.table().iter().filter(move |row| row.from.contains(&from))
}

/// Every state a complaint of that flow comes to.
fn reached(flow: Flow) -> BTreeSet<&'static str> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![OPENING]);
    while let Some(state) = next.pop() {
        if seen.insert(state.as_str()) {
            next.extend(rows(flow, state).flat_map(|row| leads(row, state)));
        }
    }
    seen
}

fn states(flow: Flow) -> impl Iterator<Item = State> {
    let reached = reached(flow);
    State::ALL.into_iter().filter(move |state| reached.contains(state.as_str()))
}

#[test]
fn m14_every_state_a_flow_moves_from_or_to_is_reached() {
    for flow in Flow::ALL {
        let reached = reached(flow);
        assert!(reached.len() > 2, "{flow:?} leads nowhere");
        for row in flow.table().iter().filter(|row| row.to != To::Same) {
            let named = row.from.iter().copied().chain(leads(row, OPENING));
            for state in named {
                assert!(reached.contains(state.as_str()), "{flow:?}: nothing leads to {state:?} of {:?}", row.action);
            }
        }
    }
}

#[test]
fn m4_from_every_open_state_an_end_is_reached() {
    for flow in Flow::ALL {
        let mut ends: BTreeSet<_> =
            State::ALL.into_iter().filter(|state| !state.is_open()).map(State::as_str).collect();
        loop {
            let before = ends.len();
            for state in states(flow) {
                if rows(flow, state).flat_map(|row| leads(row, state)).any(|to| ends.contains(to.as_str())) {
                    ends.insert(state.as_str());
                }
            }
            if ends.len() == before {
                break;
            }
        }
        for state in states(flow) {
            assert!(ends.contains(state.as_str()), "{flow:?}: whatever is done in {state:?}, it never ends");
            assert!(!state.is_open() || flow.leads_on_from(state), "{flow:?}: {state:?} has no way out");
        }
    }
}

/// The clocks that run in a state for certain, whichever way led there.
fn running(flow: Flow) -> BTreeMap<&'static str, BTreeSet<ClockKind>> {
    let all: BTreeSet<ClockKind> = ClockKind::ALL.into_iter().collect();
    let mut running: BTreeMap<_, _> = states(flow).map(|state| (state.as_str(), all.clone())).collect();
    running.insert(OPENING.as_str(), flow.opening_clocks().iter().copied().collect());
    loop {
        let before = running.clone();
        for state in states(flow) {
            // What an undoing brings back ran there before: the walks see to it.
            for row in rows(flow, state).filter(|row| !row.action.undoes()) {
                let mut after = running[state.as_str()].clone();
                after.retain(|kind| !row.stops.contains(kind));
                after.extend(row.starts);
                for to in leads(row, state) {
                    running.get_mut(to.as_str()).expect("a reached state").retain(|kind| after.contains(kind));
                }
            }
        }
        if running == before {
            return running;
        }
    }
}

#[test]
fn m5_m12_in_every_open_state_a_clock_runs_and_somebody_is_waited_on() {
    for flow in Flow::ALL {
        let running = running(flow);
        for state in states(flow) {
            let clocks = &running[state.as_str()];
            assert!(!state.is_open() || !clocks.is_empty(), "{flow:?}: there is a way to {state:?} without a clock");
            assert!(state.is_open() || clocks.is_empty(), "{flow:?}: {clocks:?} run on in {state:?}");
        }
        for row in flow.table() {
            for to in row.from.iter().flat_map(|from| leads(row, *from)).filter(|_| row.to != To::Same) {
                assert_eq!(to.is_open(), row.waits_on != Party::Nobody, "{flow:?} {:?} to {to:?}", row.action);
            }
        }
    }
}

fn viewer(role: Role) -> Viewer {
    let person = Person {
        id: PersonId(Uuid::from_u128(1)),
        sign_in: "li.min".into(),
        name: "李敏".into(),
        role,
        department: "网优".into(),
        organisation: (role == Role::Contractor).then(|| "维护甲".to_owned()),
        active: true,
    };
    Viewer { branch: BranchId(Uuid::nil()), who: Who::Person(person) }
}

/// A complaint that stands there; what else it says, no table looks at.
fn standing(flow: Flow, state: State) -> Complaint {
    serde_json::from_value(serde_json::json!({
        "id": Uuid::nil(), "branch": Uuid::nil(), "number": "TS-20260304-0001", "version": 1,
        "received": "2026-03-04T01:15:00Z", "changed": "2026-03-04T01:15:00Z",
        "flow": flow, "grade": "ordinary", "suggestion": { "flow": flow, "grade": "ordinary", "reasons": [] },
        "state": state, "history": [],
        "matter": { "description": "家里没信号", "channel": "phone", "complained": "2026-03-04T01:15:00Z" },
        "place": { "point": null, "precision_metres": null, "setting": "indoor", "address": "示例路" },
        "customer": {}, "upstream": null, "first_owner": { "id": null, "name": "李敏" }, "handler": null,
        "department": null, "organisation": "维护甲", "waits_on": "handler", "waits": [], "suspended_until": null,
        "clocks": [], "checks": [], "reached": 0, "attempts": 0, "reply": null, "closure": null, "duties": [],
        "document": null,
    }))
    .expect("a complaint")
}

#[test]
fn m14_every_role_a_row_names_sees_the_complaint_and_may_take_it() {
    for flow in Flow::ALL {
        for row in flow.table() {
            assert!(!row.from.is_empty(), "{flow:?} {:?} starts nowhere", row.action);
            assert!(!row.who.is_empty() || row.machine, "{flow:?} {:?} is for nobody", row.action);
            for role in row.who {
                let viewer = viewer(*role);
                assert!(may(&viewer, Permission::ReadComplaints), "{flow:?} {:?}: {role} may not read", row.action);
                assert_ne!(Scope::of(&viewer).reach(), &Reach::Nothing, "{flow:?} {:?}: {role}", row.action);
                for state in row.from {
                    let mut complaint = standing(flow, *state);
                    // What answers something is offered while that is open.
                    let (at, calendar, policy) = (complaint.received, WorkingCalendar::china(), Policy::standard());
                    complaint.clocks.extend(
                        row.action
                            .answers()
                            .map(|kind| Clock::start(kind, Grade::Ordinary, at, &calendar, HalfDay::Hours, policy)),
                    );
                    // What undoes or follows something, while that stands.
                    if matches!(row.action, ActionKind::Untie | ActionKind::AnswerWithLead) {
                        complaint.ties.push(Tie { bond: Bond::LedBy, with: complaint.named() });
                    }
                    if row.action.undoes() {
                        complaint.set_aside = Some(Box::new(Standing::of(&complaint, at)));
                    }
                    let possible = flow::possible(&complaint, &viewer);
                    let offered = possible.iter().any(|offered| offered.action == row.action);
                    assert!(offered, "{flow:?}: {role} is not offered {:?} in {state:?}", row.action);
                }
            }
        }
    }
}

#[test]
fn m4_in_every_open_state_somebody_of_the_house_may_lead_on() {
    for flow in Flow::ALL {
        for state in states(flow).filter(|state| state.is_open()) {
            // A contractor who does not answer must not be the only one who may move it.
            let own = |row: &Transition| row.who.iter().any(|role| *role != Role::Contractor);
            let mut on = rows(flow, state).filter(|row| row.to != To::Same);
            assert!(on.any(own), "{flow:?}: only outsiders lead on from {state:?}");
        }
    }
}
