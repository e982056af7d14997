//! The lists of a ticket: what the client gave, and what the desk knows besides (tmf §7).

use domain::complaint::Complaint;
use domain::contact::{mask_digits, mask_name};
use serde_json::{Value, json};

use super::own::Own;
use super::ticket::{self, Life};
use crate::api::time;

/// 客户, 首问责任人, 处理人, 部门, 外派单位.
pub fn parties(complaint: &Complaint, own: &Own) -> Option<Value> {
    let mut given = given(own, "relatedParty");
    let name = complaint.customer.name.as_ref().map(|name| name.masked.as_str());
    for party in given.iter_mut().filter(|party| party["role"] == "customer") {
        let masked = name.map(str::to_owned).or_else(|| party["name"].as_str().map(mask_name));
        if let Some(masked) = masked {
            party["name"] = masked.into();
        }
    }
    let mut known = Vec::new();
    let customer = name.or(complaint.customer.phone.as_ref().map(|phone| phone.masked.as_str()));
    if let Some(name) = customer.filter(|_| !has_role(&given, "customer")) {
        known.push(party(&format!("{}:customer", complaint.id), name, "customer", "Individual"));
    }
    let people = [(Some(&complaint.first_owner), "firstOwner"), (complaint.handler.as_ref(), "handler")];
    for (person, role) in people {
        if let Some(person) = person {
            let id = person.id.map_or_else(|| person.name.clone(), |id| id.to_string());
            known.push(party(&id, &person.name, role, "Individual"));
        }
    }
    for (name, role) in [(&complaint.department, "department"), (&complaint.organisation, "contractor")] {
        if let Some(name) = name {
            known.push(party(name, name, role, "Organization"));
        }
    }
    whole(own, "relatedParty", given, known)
}

/// The serving cell and every frozen network check.
pub fn entities(complaint: &Complaint, own: &Own) -> Option<Value> {
    let given = given(own, "relatedEntity");
    let mut known = Vec::new();
    if let Some(cell) = complaint.matter.serving_cell.as_deref().filter(|_| !has_role(&given, "servingCell")) {
        known.push(json!({"id": cell, "role": "servingCell", "@referredType": "Resource"}));
    }
    for check in &complaint.checks {
        let id = format!("{}:check:{}", complaint.id, check.ordinal);
        known.push(json!({"id": id, "role": "networkCheck", "@referredType": "NetworkCheck"}));
    }
    whole(own, "relatedEntity", given, known)
}

/// What the client says, and which ticket this one reopens.
pub fn relationships(complaint: &Complaint, life: &Life, own: &Own, base: &str) -> Option<Value> {
    let mut known = Vec::new();
    if life.ordinal > 1 {
        let id = ticket::id(complaint.id, life.ordinal - 1);
        let href = ticket::href(base, &id);
        let name = complaint.number.as_str();
        known.push(json!({"id": id, "href": href, "name": name, "relationshipType": "reopens"}));
    }
    whole(own, "troubleTicketRelationship", given(own, "troubleTicketRelationship"), known)
}

/// The client's notes, and the answer the customer got from a person of the desk.
pub fn notes(complaint: &Complaint, own: &Own, client: &str) -> Option<Value> {
    let mut given = given(own, "note");
    if !own.is_by("note", client) {
        for note in &mut given {
            if let Some(text) = note["text"].as_str().map(mask_digits) {
                note["text"] = text.into();
            }
        }
    }
    let answer = complaint
        .reply
        .as_ref()
        .filter(|reply| !reply.text.trim().is_empty() && !own.authors.values().any(|author| *author == reply.by));
    let known = answer
        .map(|reply| json!({"author": reply.by, "date": time::show_own(reply.at), "text": mask_digits(&reply.text)}));
    whole(own, "note", given, known.into_iter().collect())
}

fn given(own: &Own, name: &str) -> Vec<Value> {
    own.given.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn has_role(list: &[Value], role: &str) -> bool {
    list.iter().any(|item| item["role"] == role)
}

fn party(id: &str, name: &str, role: &str, referred: &str) -> Value {
    json!({"id": id, "name": name, "role": role, "@referredType": referred})
}

/// A list the client replaced by PATCH is as the client left it; else what the desk knows is added. An empty list
/// nobody gave is absent.
fn whole(own: &Own, name: &str, mut given: Vec<Value>, known: Vec<Value>) -> Option<Value> {
    if !own.replaced.contains(name) {
        given.extend(known);
    }
    (!given.is_empty() || own.given.contains_key(name)).then_some(Value::Array(given))
}
