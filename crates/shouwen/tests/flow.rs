//! `shouwen flow` through the program: M7–M9, M14, M15.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::run;
use serde_json::Value;

fn shown(flow: &str) -> Value {
    let answer = run(["flow", "show", flow, "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.json("flow")
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name")).collect()
}

#[test]
fn m14_every_flow_goes_from_its_first_state_to_an_end_and_somebody_is_waited_on() {
    for flow in ["ordinary", "major", "work-order", "task"] {
        let table = shown(flow);
        assert_eq!(table["flow"], flow);
        let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in table["transitions"].as_array().expect("rows") {
            let (from, to) = (row["from"].as_str().expect("from"), row["to"].as_str().expect("to"));
            next.entry(from).or_default().insert(to);
            assert!(!names(&row["who"]).is_empty(), "{flow}: {row}");
            assert_eq!(names(&table["final"]).contains(&to), row["waits_on"] == "nobody", "{flow}: {row}");
        }
        let mut seen = BTreeSet::new();
        let mut open = vec![table["initial"].as_str().expect("a state")];
        while let Some(state) = open.pop() {
            if seen.insert(state) {
                open.extend(next.get(state).into_iter().flatten());
            }
        }
        assert_eq!(seen, names(&table["states"]).into_iter().collect(), "{flow}");
        let stuck = seen.iter().filter(|state| !names(&table["final"]).contains(state));
        for state in stuck {
            assert!(next[state].iter().any(|to| to != state), "{flow}: {state} has no way out");
        }
    }
}

#[test]
fn m8_the_major_flow_asks_for_the_declaration_and_for_the_record_of_what_was_mobilised() {
    let table = shown("major");
    let row = |action: &str, from: &str| {
        let rows = table["transitions"].as_array().expect("rows");
        rows.iter().find(|row| row["action"] == action && row["from"] == from).expect("a row").clone()
    };
    let submitted = row("submit_declaration", "declaring");
    assert_eq!((names(&submitted["needs"]), &submitted["to"]), (vec!["declaration"], &"reviewing".into()));
    assert_eq!(names(&submitted["stops"]), ["declaration"]);
    let escalated = row("escalate", "mobilising");
    assert!(names(&escalated["needs"]).contains(&"mobilisation"));
    assert_eq!((&escalated["to"], &escalated["waits_on"]), (&"deciding".into(), &"chief".into()));
    assert_eq!(names(&row("decide", "deciding")["who"]), ["branch_chief"]);
}

#[test]
fn m14_an_unknown_flow_is_refused_and_the_known_ones_are_named() {
    let answer = run(["flow", "show", "sideways"]);
    assert_eq!((answer.code, answer.out.as_str()), (Some(1), ""));
    for flow in ["sideways", "ordinary", "major", "work-order", "task"] {
        assert!(answer.err.contains(flow), "{answer:?}");
    }
    let listed = run(["flow", "list"]);
    assert_eq!(listed.out.lines().count(), 4, "{listed:?}");
}
