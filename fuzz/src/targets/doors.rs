//! What comes in by the doors: tickets, queries, forms, places in a list, words to look for.

use domain::complaint::Complaint;
use domain::flow;
use serde_json::{Map, Value};
use store::{Cursor, SearchQuery, SearchTexts};
use web::api::query::{self, Edge};
use web::api::tmf621::attributes::TICKET;
use web::api::tmf621::ticket::Eye;
use web::api::tmf621::{intake, revise, ticket as tickets};
use web::api::{error::ApiError, json};
use web::pages::intake::parse;

use super::forms::sent;
use super::samples::{CLIENT, NOW, complaint, context, readers, viewer};
use super::text;

/// The client is told what is wrong with what it sent; it is never our fault.
fn theirs(error: &ApiError) {
    assert!(error.status().is_client_error(), "{error}");
}

/// A ticket as JSON: what is read strictly prints and reads the same, and becomes an intake or is refused.
pub fn ticket(data: &[u8]) {
    let Ok(value) = json::parse(data) else { return };
    assert_eq!(json::parse(value.to_string().as_bytes()).as_ref(), Ok(&value));
    let Value::Object(body) = value else { return };
    match intake::intake(&body, "crm", NOW) {
        Err(error) => theirs(&error),
        Ok(taken) => {
            let phone = taken.phone.as_ref().map(|phone| phone.reveal().to_owned()).filter(|phone| phone.len() >= 7);
            let shown = format!("{:?}", taken.phone);
            assert!(phone.is_none_or(|phone| !shown.contains(&phone)), "{shown}");
        }
    }
}

/// The body of a PATCH: it becomes actions the desk can decide on, and asked for again it changes nothing more.
pub fn ticket_patch(data: &[u8]) {
    let Ok(Value::Object(body)) = json::parse(data) else { return };
    let (complaint, machine) = (complaint(), viewer(true));
    let shown = |complaint: &Complaint| {
        let life = tickets::lives(complaint).pop().expect("a life");
        tickets::ticket(complaint, &life, Eye { viewer: &machine, client: CLIENT, base: "https://desk.example" })
    };
    let patched = |complaint: &Complaint| revise::actions(complaint, &shown(complaint), &body, CLIENT);
    let actions = match patched(&complaint) {
        Ok(actions) => actions,
        Err(error) => return theirs(&error),
    };
    let echo = revise::actions(&complaint, &shown(&complaint), &shown(&complaint), CLIENT);
    assert_eq!(echo.map_err(|error| error.to_string()), Ok(Vec::new()), "what is shown is no change");
    if actions.is_empty() {
        return;
    }
    let Ok(decision) = flow::decide(&complaint, &actions, &context(&machine)) else { return };
    let after = shown(&decision.complaint);
    assert_eq!(json::parse(Value::Object(after.clone()).to_string().as_bytes()), Ok(Value::Object(after.clone())));
    // A status has its own life cycle, and its reason belongs to the step.
    if !body.contains_key("status") && !body.contains_key("statusChangeReason") {
        let again = patched(&decision.complaint).map_err(|error| error.to_string());
        assert_eq!(again, Ok(Vec::new()), "{after:?}");
    }
}

/// The query string of a list of tickets, up to the links of its answer.
pub fn ticket_query(data: &[u8]) {
    let Some(raw) = text(data) else { return };
    let asked = match query::parse(raw, &TICKET) {
        Ok(asked) => asked,
        Err(error) => return theirs(&error),
    };
    assert!(asked.page.limit <= query::page::LONGEST);
    if let Edge::After(rank) | Edge::Before(rank) = &asked.page.edge {
        assert_eq!(asked.sort.read_rank(&rank.text()).as_ref(), Some(rank), "{raw:?}");
    }
    let item = Map::from_iter([("id".to_owned(), Value::from("1")), ("name".to_owned(), Value::from("慢"))]);
    let _ = asked.filter.fits(&item);
    let own = asked.sort.rank(&item, NOW);
    assert_eq!(asked.sort.read_rank(&own.text()).as_ref(), Some(&own), "{raw:?}");
    let found = query::Found { total: 7, first: Some(own.clone()), last: Some(own), before: true, behind: true };
    let links = asked.page.links("http://desk.example/t", raw, &found);
    assert!(links.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '), "{links:?}");
    assert_eq!(links.matches('<').count(), links.matches('>').count(), "{links:?}");
    let _ = query::select(item, asked.fields.as_deref(), &["id"]);
}

/// The intake form as a browser sends it: with nothing wrong there is a matter and a place.
pub fn intake_form(data: &[u8]) {
    let Some(sent) = sent(data) else { return };
    for reader in readers() {
        let (intake, wrong) = parse::intake(&reader, &sent);
        if wrong.is_empty() {
            assert!(!intake.matter.description.trim().is_empty());
            assert!(intake.place.point.is_some() || !intake.place.address.is_empty());
            assert!(sent.filled("phone").is_none() || intake.phone.is_some());
        }
        // What was read can be told.
        let times = [intake.matter.occurred, intake.matter.wanted_by];
        assert!(times.iter().flatten().all(|at| !reader.when(at).is_empty() && !reader.input(at).is_empty()));
    }
}

/// Where a list goes on, and the id of a ticket: only what was made here is read, and it means the same.
pub fn cursor(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string().parse(), Ok(cursor), "{text:?}");
    }
    if let Some((complaint, ordinal)) = tickets::parse_id(text) {
        assert_eq!(tickets::id(complaint, ordinal), text);
    }
}

/// Words to look for: a complaint is found by every part of its words, cut where they are cut.
pub fn words(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let text: String = text.chars().take(300).collect();
    let texts = SearchTexts { texts: vec![text.clone()], tokens: Vec::new() };
    for part in text.split_whitespace() {
        // What may be a phone is not indexed in clear.
        let digits = part.chars().filter(|c| c.is_numeric()).count();
        if digits >= 7 {
            continue;
        }
        let query = SearchQuery { text: part.to_owned(), ..SearchQuery::default() };
        assert_ne!(query.finds(&texts), Some(false), "{part:?} in {text:?}");
    }
}
