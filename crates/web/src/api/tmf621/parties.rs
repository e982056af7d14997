//! The lists of a ticket: what the client gave, and what the desk knows besides (tmf §7).
//!
//! A list replaced by PATCH is answered as the client left it. What the desk comes to know later is added again, and the
//! desk's own people in it are those of today.

use std::collections::BTreeSet;

use domain::complaint::Complaint;
use domain::contact::mask_digits;
use serde_json::{Value, json};

use super::own::Own;
use super::people;
use super::ticket::{self, Life};
use crate::api::time;

/// 客户, 首问责任人, 处理人, 部门, 外派单位.
pub fn parties(complaint: &Complaint, own: &Own) -> Option<Value> {
    let mut given = given(own, "relatedParty");
    let name = complaint.customer.name.as_ref().map(|name| name.masked.as_str());
    for party in given.iter_mut().filter(|party| people::is_customer(party)) {
        if let Some(name) = name {
            party["name"] = name.into();
        }
    }
    people::mask(&mut given);
    let has_customer = given.iter().any(people::is_customer);
    let known = known_parties(complaint).into_iter().filter(|party| !(has_customer && people::is_customer(party)));
    let known: Vec<_> = known.collect();
    whole(own, "relatedParty", refreshed(own, given, &known), known)
}

/// The serving cell and every frozen network check.
pub fn entities(complaint: &Complaint, own: &Own) -> Option<Value> {
    let given = given(own, "relatedEntity");
    let is_cell = |entity: &Value| entity["role"] == "servingCell";
    let desks = |entity: &Value| own.replaced.get("relatedEntity").is_some_and(|all| all.contains(&key(entity)));
    let has_cell = given.iter().any(|entity| is_cell(entity) && !desks(entity));
    let known = known_entities(complaint).into_iter().filter(|entity| !(has_cell && is_cell(entity))).collect();
    whole(own, "relatedEntity", given, known)
}

/// What the client says, and which ticket this one reopens.
pub fn relationships(complaint: &Complaint, life: &Life, own: &Own, base: &str) -> Option<Value> {
    let known = known_relationships(complaint, life, base);
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

/// What of a list the desk knows now, by its keys: a client that replaces the list decides about these. The answer is
/// not among the notes here: a client that keeps its own notes in step has seldom read it, and must not lose it.
pub fn standing(complaint: &Complaint, list: &str) -> BTreeSet<String> {
    let known = match list {
        "relatedParty" => known_parties(complaint),
        "relatedEntity" => known_entities(complaint),
        "troubleTicketRelationship" => {
            ticket::lives(complaint).pop().map(|life| known_relationships(complaint, &life, "")).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    known.iter().map(key).collect()
}

fn known_parties(complaint: &Complaint) -> Vec<Value> {
    let mut known = Vec::new();
    let customer = complaint.customer.name.as_ref().or(complaint.customer.phone.as_ref());
    if let Some(customer) = customer {
        known.push(party(&format!("{}:customer", complaint.id), &customer.masked, "customer", "Individual"));
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
    known
}

fn known_entities(complaint: &Complaint) -> Vec<Value> {
    let cell = complaint.matter.serving_cell.as_deref();
    let cell = cell.map(|cell| json!({"id": cell, "role": "servingCell", "@referredType": "Resource"}));
    let checks = complaint.checks.iter().map(|check| {
        let id = format!("{}:check:{}", complaint.id, check.ordinal);
        json!({"id": id, "role": "networkCheck", "@referredType": "NetworkCheck"})
    });
    cell.into_iter().chain(checks).collect()
}

fn known_relationships(complaint: &Complaint, life: &Life, base: &str) -> Vec<Value> {
    if life.ordinal == 1 {
        return Vec::new();
    }
    let id = ticket::id(complaint.id, life.ordinal - 1);
    let href = ticket::href(base, &id);
    vec![json!({"id": id, "href": href, "name": complaint.number.as_str(), "relationshipType": "reopens"})]
}

fn given(own: &Own, name: &str) -> Vec<Value> {
    own.given.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn party(id: &str, name: &str, role: &str, referred: &str) -> Value {
    json!({"id": id, "name": name, "role": role, "@referredType": referred})
}

/// Where a client sent the desk's own people back, they are whoever is on duty today.
fn refreshed(own: &Own, given: Vec<Value>, known: &[Value]) -> Vec<Value> {
    let Some(members) = own.replaced.get("relatedParty") else { return given };
    let of_today = |party: Value| {
        if people::is_on_duty(&party) && members.contains(&key(&party)) {
            known.iter().find(|today| today["role"] == party["role"]).cloned()
        } else {
            Some(party)
        }
    };
    given.into_iter().filter_map(of_today).collect()
}

/// By what a member of the desk's is known again among those a client sends.
fn key(member: &Value) -> String {
    let text = |name: &str| member[name].as_str().unwrap_or_default();
    let role = [text("role"), text("relationshipType"), text("author")].into_iter().find(|text| !text.is_empty());
    let id = [text("id"), text("date")].into_iter().find(|text| !text.is_empty());
    format!("{}:{}", role.unwrap_or_default(), id.unwrap_or_default())
}

/// What the client gave, and behind it what the desk knows. Of what stood when the client replaced the list, only what
/// the client left in it. An empty list nobody gave is absent.
fn whole(own: &Own, name: &str, mut list: Vec<Value>, known: Vec<Value>) -> Option<Value> {
    match own.replaced.get(name) {
        None => list.extend(known),
        Some(members) => {
            let here: BTreeSet<_> = list.iter().map(key).collect();
            let is_news = |member: &Value| !members.contains(&key(member)) && !here.contains(&key(member));
            list.extend(known.into_iter().filter(is_news));
        }
    }
    (!list.is_empty() || own.given.contains_key(name)).then_some(Value::Array(list))
}
