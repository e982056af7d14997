//! `shouwen flow`: the procedures as tables, from the very rows that decide.

use std::process::ExitCode;

use domain::flow::{Flow, State, Step};
use serde_json::{Value, json};

use crate::cli::{Common, FlowVerb};
use crate::say::{line, pick, refuse_with, say};

/// Prints a flow's table.
pub fn run(common: &Common, verb: &FlowVerb) -> anyhow::Result<ExitCode> {
    match verb {
        FlowVerb::List => list(common)?,
        FlowVerb::Show { flow } => {
            let flow = named(flow)?;
            if common.json {
                line(table(flow))?;
            } else {
                plain(flow)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn named(name: &str) -> anyhow::Result<Flow> {
    let known = Flow::ALL.map(spelled).join(say("、", ", "));
    Flow::named(name).ok_or_else(|| {
        refuse_with(
            format!("没有名为“{name}”的流程。已有的流程：{known}。"),
            format!("there is no flow “{name}”. Known flows: {known}."),
        )
    })
}

/// The name as it is typed.
fn spelled(flow: Flow) -> String {
    flow.as_str().replace('_', "-")
}

fn list(common: &Common) -> anyhow::Result<()> {
    if common.json {
        let flows = Flow::ALL.map(|flow| json!({"flow": spelled(flow), "title": title(flow)}));
        return line(json!({"flows": flows}));
    }
    Flow::ALL.into_iter().try_for_each(|flow| line(format_args!("{}\t{}", spelled(flow), pick(flow.title()))))
}

fn title(flow: Flow) -> Value {
    let (zh, en) = flow.title();
    json!({"zh": zh, "en": en})
}

fn table(flow: Flow) -> Value {
    let states = flow.states();
    let (open, closed): (Vec<State>, Vec<State>) = states.into_iter().partition(|state| state.is_open());
    json!({
        "flow": spelled(flow),
        "title": title(flow),
        "initial": State::Received.as_str(),
        "final": closed.iter().map(|state| state.as_str()).collect::<Vec<_>>(),
        "states": open.iter().chain(&closed).map(|state| state.as_str()).collect::<Vec<_>>(),
        "opening_clocks": flow.opening_clocks().iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "transitions": flow.steps().iter().map(transition).collect::<Vec<_>>(),
    })
}

fn transition(step: &Step) -> Value {
    json!({
        "from": step.from.as_str(),
        "action": step.row.action.as_str(),
        "to": step.to.as_str(),
        "who": who(step),
        "needs": step.row.needs.iter().map(|part| part.as_str()).collect::<Vec<_>>(),
        "starts": step.row.starts.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "stops": step.row.stops.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "waits_on": step.waits_on.as_str(),
    })
}

/// Roles by their names; `machine` is an upstream system through the open API.
fn who(step: &Step) -> Vec<&'static str> {
    let machine = step.row.machine.then_some("machine");
    step.row.who.iter().map(|role| role.as_str()).chain(machine).collect()
}

fn plain(flow: Flow) -> anyhow::Result<()> {
    line(format_args!("{} · {}", spelled(flow), pick(flow.title())))?;
    let steps = flow.steps();
    for state in flow.states() {
        let waits = if state.is_open() { flow.waits_at(state).as_str() } else { say("终态", "final") };
        line(format_args!("\n{}  [{waits}]", state.as_str()))?;
        for step in steps.iter().filter(|step| step.from == state) {
            let row = step.row;
            let goal = if step.to == state { String::new() } else { format!(" → {}", step.to.as_str()) };
            line(format_args!("  {} {}{goal}", row.action.as_str(), pick(row.action.title())))?;
            line(format_args!("      {} {}", say("谁：", "who:"), who(step).join(" ")))?;
            let needs = row.needs.iter().map(|part| pick(part.title())).collect::<Vec<_>>();
            let clocks = |kinds: &[domain::clock::ClockKind]| {
                kinds.iter().map(|kind| pick(kind.title())).collect::<Vec<_>>().join(say("、", ", "))
            };
            if !needs.is_empty() {
                line(format_args!("      {} {}", say("须有：", "needs:"), needs.join(say("；", "; "))))?;
            }
            if !row.starts.is_empty() {
                line(format_args!("      {} {}", say("起表：", "starts:"), clocks(row.starts)))?;
            }
            if row.stops.len() == domain::clock::ClockKind::ALL.len() {
                line(format_args!("      {}", say("停表：全部", "stops: every clock")))?;
            } else if !row.stops.is_empty() {
                line(format_args!("      {} {}", say("停表：", "stops:"), clocks(row.stops)))?;
            }
        }
    }
    Ok(())
}
