//! The procedures, drawn from the tables that decide (design §3): states from first to last, arrows between them, and
//! below each state who may do what.

use askama::Template;
use axum::extract::{Path, Query};
use domain::flow::{Flow, Party, State, Step};
use serde::Deserialize;

use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::names::Named;
use crate::reader::Reader;

/// Height of a state's row in the drawing, its box, and where the boxes stand; all in the drawing's own units.
const ROW: usize = 54;
const BOX_HIGH: usize = 34;
const BOX_LEFT: usize = 120;
const BOX_WIDE: usize = 150;
/// How much further out an arrow bows for each state it passes.
const BOW: usize = 13;

#[derive(Debug, Template)]
#[template(path = "flows.html")]
struct Flows {
    r: Reader,
    frame: Frame,
    flow: Flow,
    known: [Flow; Flow::ALL.len()],
    states: Vec<Drawn>,
    arrows: Vec<Arrow>,
    high: usize,
}

/// A state of the drawing, with what may be done there.
#[derive(Debug)]
struct Drawn {
    state: State,
    waits_on: Party,
    here: bool,
    y: usize,
    moves: Vec<Move>,
}

/// A move out of a state, or one that adds to its record.
#[derive(Debug)]
struct Move {
    title: &'static str,
    to: Option<State>,
    who: String,
    needs: String,
    clocks: String,
}

/// An arrow between two states.
#[derive(Debug)]
struct Arrow {
    path: String,
    back: bool,
}

/// Where the present case stands.
#[derive(Debug, Deserialize)]
pub struct At {
    at: Option<String>,
}

/// The page of one flow.
pub async fn show(ask: Ask, Path(flow): Path<String>, Query(At { at }): Query<At>) -> Answer {
    let flow = Flow::named(&flow).ok_or(Failure::NotFound)?;
    let here = at.as_deref().and_then(State::of_word);
    let frame = ask.frame("/flows/ordinary");
    let r = ask.reader;
    let (states, steps) = (flow.states(), flow.steps());
    let row = |state: State| states.iter().position(|known| *known == state).unwrap_or(0);
    let drawn = states.iter().map(|state| Drawn {
        state: *state,
        waits_on: if state.is_open() { flow.waits_at(*state) } else { Party::Nobody },
        here: here == Some(*state),
        y: 10 + row(*state) * ROW,
        moves: steps.iter().filter(|step| step.from == *state).map(|step| moved(&r, step)).collect(),
    });
    let mut ways: Vec<(usize, usize)> =
        steps.iter().filter(|step| step.from != step.to).map(|step| (row(step.from), row(step.to))).collect();
    ways.sort_unstable();
    ways.dedup();
    let page = Flows {
        flow,
        known: Flow::ALL,
        states: drawn.collect(),
        arrows: ways.into_iter().map(|(from, to)| arrow(from, to)).collect(),
        high: 20 + states.len() * ROW,
        r,
        frame,
    };
    html(&page)
}

fn moved(r: &Reader, step: &Step) -> Move {
    let row = step.row;
    let machine = row.machine.then(|| r.t("flows-machine").into_owned());
    let who = row.who.iter().map(|role| r.name(role).into_owned()).chain(machine);
    let clocks = |kinds: &[domain::clock::ClockKind]| {
        kinds.iter().map(|kind| r.pick(kind.title())).collect::<Vec<_>>().join(r.pick(("、", ", ")))
    };
    let mut told = Vec::new();
    if !row.starts.is_empty() {
        told.push(r.with("flows-starts", clocks(row.starts)));
    }
    if row.stops.len() == domain::clock::ClockKind::ALL.len() {
        told.push(r.t("flows-stops-all").into_owned());
    } else if !row.stops.is_empty() {
        told.push(r.with("flows-stops", clocks(row.stops)));
    }
    Move {
        title: r.pick(row.action.title()),
        to: (step.to != step.from).then_some(step.to),
        who: who.collect::<Vec<_>>().join(r.pick(("、", ", "))),
        needs: row.needs.iter().map(|part| r.pick(part.title())).collect::<Vec<_>>().join(r.pick(("；", "; "))),
        clocks: told.join(r.pick(("；", "; "))),
    }
}

/// Onward on the right, back on the left; the further, the wider the bow.
fn arrow(from: usize, to: usize) -> Arrow {
    let middle = |row: usize| 10 + row * ROW + BOX_HIGH / 2;
    let back = to < from;
    let bow = 14 + BOW * from.abs_diff(to);
    let (edge, out) =
        if back { (BOX_LEFT, BOX_LEFT.saturating_sub(bow)) } else { (BOX_LEFT + BOX_WIDE, BOX_LEFT + BOX_WIDE + bow) };
    let (leaves, comes) = (middle(from) + 6, middle(to) - 6);
    Arrow { path: format!("M{edge} {leaves} C{out} {leaves} {out} {comes} {edge} {comes}"), back }
}
