//! What the board reads beside the complaint's row: questions asked beside the flow, and departures from it (M10, M13).

use domain::clock::{Clock, ClockKind};
use domain::complaint::Complaint;
use domain::flow::{ASKED, Departure, Flow};
use domain::id::PersonId;
use domain::journal::{Entry, Event};
use domain::person::Actor;
use domain::time::Timestamp;

use crate::Result;
use crate::commit::Prepared;
use crate::db::{Arg, Insert, Sql, Tx, args};

const INSERT_ASKED: &str = "INSERT INTO asked (branch_id, complaint_id, kind, due_at, due_warn, due_paused) VALUES ";
const INSERT_DEPARTURE: &str = "INSERT INTO departure (branch_id, complaint_id, seq, ordinal, at, person_id, \
    person_name, flow, from_state, to_state) VALUES ";

/// A question nobody has answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AskedRow {
    kind: ClockKind,
    due: Timestamp,
    warn: Timestamp,
    paused: bool,
}

impl AskedRow {
    /// All that is asked of a complaint as it stands.
    pub(crate) fn of(complaint: &Complaint) -> Vec<Self> {
        let running = complaint.clocks.iter().filter(|clock| clock.is_running() && ASKED.contains(&clock.kind));
        let row = |clock: &Clock| Self {
            kind: clock.kind,
            due: clock.due_or_wakes(),
            warn: clock.warn,
            paused: clock.paused().is_some(),
        };
        running.map(row).collect()
    }

    pub(crate) fn row(&self, complaint: &Complaint) -> Vec<Arg> {
        self.args(args![complaint.branch.0, complaint.id.0])
    }

    /// The row of a complaint that is ready to be written.
    pub(super) fn keyed(&self, one: &Prepared) -> Vec<Arg> {
        self.args(args![one.branch.0, one.complaint.0])
    }

    fn args(&self, mut row: Vec<Arg>) -> Vec<Arg> {
        row.extend(args![self.kind.as_str(), self.due, self.warn, self.paused]);
        row
    }
}

/// The same where the entry changed any of it.
pub(super) fn asked(complaint: &Complaint, entry: &Entry) -> Option<Vec<AskedRow>> {
    let touches = |event: &Event| match event {
        Event::ClockStarted { clock }
        | Event::ClockPaused { clock }
        | Event::ClockResumed { clock }
        | Event::ClockExtended { clock }
        | Event::ClockRecomputed { clock } => ASKED.contains(&clock.kind),
        Event::ClockStopped { kind, .. } => ASKED.contains(kind),
        _ => false,
    };
    entry.events.iter().any(touches).then(|| AskedRow::of(complaint))
}

/// Somebody left the procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DepartureRow {
    person: Option<PersonId>,
    name: String,
    flow: Flow,
    departure: Departure,
}

/// The departures of an entry, in its order.
pub(super) fn departures(complaint: &Complaint, entry: &Entry) -> Vec<DepartureRow> {
    let person = if let Actor::Person { id, .. } = &entry.actor { Some(*id) } else { None };
    let row = |departure: &Departure| DepartureRow {
        person,
        name: entry.actor.name().to_owned(),
        flow: complaint.flow,
        departure: departure.clone(),
    };
    let departed = |event: &Event| if let Event::Departed { departure } = event { Some(row(departure)) } else { None };
    entry.events.iter().filter_map(departed).collect()
}

/// Takes away what was asked of complaints before these commands.
pub(super) async fn forget(tx: &mut Tx, prepared: &[&Prepared]) -> Result<()> {
    for one in prepared.iter().filter(|one| one.asked.is_some() && !one.is_new()) {
        let key = args![one.branch.0, one.complaint.0];
        tx.exec(Sql::with("DELETE FROM asked WHERE branch_id = $1 AND complaint_id = $2", key)).await?;
    }
    Ok(())
}

/// The rows of both for these commands.
pub(super) fn rows(prepared: &[&Prepared]) -> [Insert; 2] {
    let asked = prepared.iter().flat_map(|one| one.asked.iter().flatten().map(|asked| asked.keyed(one)));
    let departed = prepared.iter().flat_map(|one| {
        one.departures.iter().enumerate().map(|(ordinal, row)| {
            args![
                one.branch.0,
                one.complaint.0,
                one.sequence as i64,
                ordinal as i64,
                one.at,
                row.person.map(|id| id.0),
                row.name.as_str(),
                row.flow.as_str(),
                row.departure.from.as_str(),
                row.departure.to.as_str(),
            ]
        })
    });
    [asked_rows(asked.collect()), Insert::new(INSERT_DEPARTURE, departed.collect())]
}

/// What is asked, as rows.
pub(crate) const fn asked_rows(rows: Vec<Vec<Arg>>) -> Insert {
    Insert::new(INSERT_ASKED, rows)
}
