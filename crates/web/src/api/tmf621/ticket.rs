//! A complaint as a trouble ticket (tmf §7). What leaves the house is masked here, so that filters see masks only.

use std::ops::Range;

use domain::access::Part;
use domain::clock::ClockKind;
use domain::complaint::{Complaint, StateChange};
use domain::contact::mask_digits;
use domain::flow::State;
use domain::id::ComplaintId;
use domain::person::Viewer;
use domain::time::Timestamp;
use serde_json::{Map, Value, json};

use super::own::Own;
use super::status::Status;
use super::{SCHEMA, TICKETS, parties, priority, words};
use crate::api::time;

/// Who looks, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Eye<'a> {
    /// Who asks.
    pub viewer: &'a Viewer,
    /// The name of the access token.
    pub client: &'a str,
    /// The configured public base URL, without a slash at its end.
    pub base: &'a str,
}

/// One ticket's part of a complaint: outside, reopening after `closed` makes a new ticket; inside it stays one complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// 1 for the first.
    pub ordinal: usize,
    /// Its steps in the complaint's history.
    pub steps: Range<usize>,
}

/// The tickets of a complaint, oldest first.
pub fn lives(complaint: &Complaint) -> Vec<Life> {
    lives_of(&complaint.history)
}

fn lives_of(history: &[StateChange]) -> Vec<Life> {
    let mut lives = Vec::new();
    let mut start = 0;
    for (index, step) in history.iter().enumerate() {
        if step.to == State::Closed || index + 1 == history.len() {
            lives.push(Life { ordinal: lives.len() + 1, steps: start..index + 1 });
            start = index + 1;
        }
    }
    lives
}

/// The id of a complaint's ticket.
pub fn id(complaint: ComplaintId, ordinal: usize) -> String {
    if ordinal == 1 { complaint.to_string() } else { format!("{complaint}-{ordinal}") }
}

/// The complaint and the ordinal an id means; `None` for an id we never make.
pub fn parse_id(text: &str) -> Option<(ComplaintId, usize)> {
    let (uuid, ordinal) = match text.get(36..) {
        Some("") => (text, 1),
        Some(rest) => (&text[..36], rest.strip_prefix('-')?.parse().ok().filter(|ordinal| *ordinal > 1)?),
        None => return None,
    };
    let complaint = uuid.parse().ok()?;
    (id(complaint, ordinal) == text).then_some((complaint, ordinal))
}

/// One entry of the status history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// To which status.
    pub status: Status,
    /// When.
    pub at: Timestamp,
    /// Why, as far as somebody said.
    pub reason: String,
}

/// The status history of a ticket. A telephone number in a reason is masked unless the client that reads it gave the
/// reason itself.
pub fn changes(complaint: &Complaint, life: &Life, own: &Own, client: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for (index, step) in complaint.history.iter().enumerate().take(life.steps.end).skip(life.steps.start) {
        let to = Status::of(step.to);
        let others = || mask_digits(own.reasons.get(&index).unwrap_or(&step.reason));
        let reason = own.reason_by(index, client).map_or_else(others, str::to_owned);
        let way = told(changes.last().map(|change| change.status), to);
        changes.extend(way.into_iter().map(|status| Change { status, at: step.at, reason: reason.clone() }));
    }
    changes
}

/// By which statuses a move is told: an inner one without a direct arrow takes the shortest legal way. Merging and answering
/// with others can be undone, which the life cycle has not: that is told as it is, for the last status is where it stands.
fn told(from: Option<Status>, to: Status) -> Vec<Status> {
    match from {
        Some(from) if from == to => Vec::new(),
        Some(from) => Some(from.way_to(to)).filter(|way| !way.is_empty()).unwrap_or_else(|| vec![to]),
        None => [Status::Acknowledged].into_iter().chain(Status::Acknowledged.way_to(to)).collect(),
    }
}

/// The ticket as this client reads it.
pub fn ticket(complaint: &Complaint, life: &Life, eye: Eye<'_>) -> Map<String, Value> {
    let own = Own::of(complaint);
    let changes = changes(complaint, life, &own, eye.client);
    let latest = life.steps.end == complaint.history.len();
    let current = changes.last();
    let status = current.map_or(Status::Acknowledged, |change| change.status);
    let moved = current.map_or(complaint.received, |change| change.at);
    let id = id(complaint.id, life.ordinal);
    let matter = &complaint.matter;

    let mut ticket = Ticket { map: Map::new(), own: &own, eye };
    ticket.put("id", id.clone());
    ticket.put("href", href(eye.base, &id));
    ticket.put_some("externalId", complaint.upstream.as_ref().map(|upstream| upstream.number.clone()));
    ticket.put_some(
        "name",
        Some(&matter.title).filter(|title| !title.is_empty()).map(|title| ticket.words("name", title)),
    );
    ticket.put("description", ticket.words("description", words::description(complaint)));
    ticket.put("ticketType", ticket.words("ticketType", words::ticket_type(complaint)));
    let severity = own.given.get("severity").and_then(Value::as_str).unwrap_or(complaint.grade.as_str());
    ticket.put("severity", severity);
    let priority = own.given.get("priority").and_then(Value::as_str);
    let computed = priority::priority(severity, words::ticket_type(complaint), complaint.grade);
    ticket.put("priority", priority.unwrap_or(computed));

    ticket.put("status", status.as_str());
    ticket.put("statusChangeDate", time::show_own(moved));
    let reason = current.map(|change| change.reason.clone()).filter(|reason| !reason.is_empty());
    ticket.put_some("statusChangeReason", reason);
    ticket.put("statusChange", Value::Array(changes.iter().map(change_json).collect()));
    ticket.put("creationDate", time::show_own(complaint.received));
    ticket.put("lastUpdate", time::show_own(if latest { complaint.changed } else { moved }));
    ticket.put_some("requestedResolutionDate", matter.wanted_by.map(time::show));
    let clocks = Part::of(eye.viewer, complaint).clocks();
    let due = clocks.into_iter().rev().find(|clock| clock.kind == ClockKind::Handling).map(|clock| clock.due);
    ticket.put_some("expectedResolutionDate", ticket.given("expectedResolutionDate").or(due.map(own_time)));
    let answered = changes.iter().rev().find(|change| change.status == Status::Resolved).map(|change| change.at);
    let answered = answered.filter(|_| matches!(status, Status::Resolved | Status::Closed));
    ticket.put_some("resolutionDate", ticket.given("resolutionDate").or(answered.map(own_time)));

    ticket.put("channel", ticket.given("channel").unwrap_or_else(|| words::channel(complaint)));
    ticket.put_some("note", parties::notes(complaint, &own, eye.client));
    ticket.put_some("attachment", ticket.given("attachment"));
    ticket.put_some("relatedEntity", parties::entities(complaint, &own));
    ticket.put_some("relatedParty", parties::parties(complaint, &own));
    let relationships = parties::relationships(complaint, life, &own, eye.base);
    ticket.put_some("troubleTicketRelationship", relationships);
    ticket.put("@type", "NetworkComplaint");
    ticket.put("@baseType", "TroubleTicket");
    ticket.put("@schemaLocation", format!("{}{SCHEMA}", eye.base));

    ticket.put("complaintNumber", complaint.number.as_str());
    ticket.put_some("contactNumber", complaint.customer.phone.as_ref().map(|phone| phone.masked.clone()));
    ticket.put_some("place", words::place(complaint, own.crs.as_deref()));
    ticket.put_some("rat", ticket.given("rat").or(matter.technology.map(|rat| words::rat(rat).into())));
    ticket.put_some("troubleTime", matter.occurred.map(time::show));
    ticket.put_some("servingCell", matter.serving_cell.clone());
    ticket.put("flow", complaint.flow.as_str());
    ticket.put("grade", complaint.grade.as_str());
    ticket.put_some("verdict", words::verdict(complaint));
    ticket.map
}

/// The absolute address of a ticket.
pub fn href(base: &str, id: &str) -> String {
    format!("{base}{TICKETS}/{id}")
}

fn own_time(at: Timestamp) -> Value {
    Value::from(time::show_own(at))
}

fn change_json(change: &Change) -> Value {
    json!({"status": change.status.as_str(), "changeDate": time::show_own(change.at), "changeReason": change.reason})
}

/// A ticket being written.
struct Ticket<'a> {
    map: Map<String, Value>,
    own: &'a Own,
    eye: Eye<'a>,
}

impl Ticket<'_> {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.map.insert(name.to_owned(), value.into());
    }

    fn put_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    fn given(&self, name: &str) -> Option<Value> {
        self.own.given.get(name).cloned()
    }

    /// A client reads its own words as given; a telephone number in anybody else's, also in what a person of the desk
    /// made of them, is masked.
    fn words(&self, attribute: &str, text: &str) -> String {
        if self.own.is_text_by(attribute, text, self.eye.client) { text.to_owned() } else { mask_digits(text) }
    }
}

#[cfg(test)]
mod tests;
