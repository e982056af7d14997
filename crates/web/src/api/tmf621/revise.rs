//! A PATCH becomes actions of the desk: what changes of upstream's words, and the move of the state, in one command.

use std::collections::BTreeMap;

use domain::complaint::{Complaint, Matter, UpstreamNumber};
use domain::flow::{Action, Revision};
use domain::time::Timestamp;
use serde_json::{Map, Value};

use super::attributes::TICKET;
use super::intake;
use super::own::Own;
use super::status::Status;
use super::{parties, people};
use crate::api::class::{Attribute, Kind, Rule, Unknown};
use crate::api::error::ApiError;
use crate::api::{patch, time};

/// The actions a patch asks for; none where it changes nothing.
///
/// `shown` is the ticket as this client reads it: what equals it is no change.
pub fn actions(
    complaint: &Complaint,
    shown: &Map<String, Value>,
    body: &Map<String, Value>,
    client: &str,
) -> Result<Vec<Action>, ApiError> {
    let changes = changes(shown, body)?;
    let mut draft = Draft::of(complaint, client);
    for (name, value) in &changes {
        draft.set(name, value.as_ref())?;
    }
    let from = status(shown.get("status")).unwrap_or(Status::Acknowledged);
    let to = changes.get("status").and_then(|value| status(value.as_ref()));
    let reason = body.get("statusChangeReason").and_then(Value::as_str);
    let Some(to) = to else {
        if let Some(reason) = changes.get("statusChangeReason") {
            let reason = reason.as_ref().and_then(Value::as_str).unwrap_or_default();
            draft.own.said(complaint.history.len() - 1, reason, client);
        }
        return Ok(draft.revision().into_iter().collect());
    };
    let said = reason.or_else(|| words_for(to, body)).unwrap_or_default();
    let Some(step) = from.action(to, said) else {
        let allowed: Vec<_> = from.next().iter().map(|status| status.as_str()).collect();
        return Err(ApiError::conflict(format!(
            "不能从 {0} 变为 {1}；可以：{2}。 {0} cannot become {1}; possible: {2}.",
            from.as_str(),
            to.as_str(),
            if allowed.is_empty() { "-".to_owned() } else { allowed.join(", ") },
        )));
    };
    if let Some(reason) = reason {
        draft.own.said(complaint.history.len(), reason, client);
    }
    if to == Status::Resolved && !changes.contains_key("resolutionDate") {
        draft.own.given.remove("resolutionDate");
    }
    Ok(draft.revision().into_iter().chain([step]).collect())
}

/// What differs from the ticket as shown, checked against the class; `None` removes.
fn changes(
    shown: &Map<String, Value>,
    body: &Map<String, Value>,
) -> Result<BTreeMap<&'static str, Option<Value>>, ApiError> {
    let mut changes = BTreeMap::new();
    for (name, asked) in body {
        let Some(attribute) = TICKET.attribute(name) else {
            return Err(ApiError::field_invalid(name, "未知属性 (unknown attribute)"));
        };
        let stands = shown.get(name);
        match attribute.rule {
            Rule::Server | Rule::AtCreation => {
                if !equals(attribute, stands, asked) {
                    return Err(ApiError::field_invalid(name, "只读 (read-only)"));
                }
            }
            Rule::Mandatory | Rule::ByPatch if asked.is_null() => {
                return Err(ApiError::field_invalid(name, "不能删除 (cannot be removed)"));
            }
            Rule::Mandatory | Rule::ByPatch | Rule::Free => {
                let wanted = match asked {
                    Value::Null => None,
                    asked => attribute.kind.clean(&patch::merged(stands, asked), name, Unknown::Refuse)?,
                };
                if wanted.as_ref() != stands {
                    changes.insert(attribute.name, wanted);
                }
            }
        }
    }
    Ok(changes)
}

/// Whether a read-only attribute is echoed as it stands; times compare as instants.
fn equals(attribute: &Attribute, stands: Option<&Value>, asked: &Value) -> bool {
    let instant = |value: &Value| value.as_str().and_then(time::parse);
    match (stands, asked) {
        (None, Value::Null) => true,
        (None, _) => false,
        (Some(stands), asked) if matches!(attribute.kind, Kind::Time) => {
            stands == asked || instant(asked).is_some_and(|at| instant(stands) == Some(at))
        }
        (Some(stands), asked) => stands == asked,
    }
}

/// The words of an answer where the client gave no reason: its newest note.
fn words_for(to: Status, body: &Map<String, Value>) -> Option<&str> {
    let notes = body.get("note").and_then(Value::as_array).filter(|_| to == Status::Resolved)?;
    notes.last()?["text"].as_str()
}

fn status(value: Option<&Value>) -> Option<Status> {
    value.and_then(Value::as_str).and_then(Status::named)
}

/// The complaint's parts as the patch shall leave them.
struct Draft<'a> {
    complaint: &'a Complaint,
    client: &'a str,
    matter: Matter,
    upstream: Option<UpstreamNumber>,
    own: Own,
}

impl<'a> Draft<'a> {
    fn of(complaint: &'a Complaint, client: &'a str) -> Self {
        let (matter, upstream) = (complaint.matter.clone(), complaint.upstream.clone());
        Self { complaint, client, matter, upstream, own: Own::of(complaint) }
    }

    fn set(&mut self, name: &'static str, value: Option<&Value>) -> Result<(), ApiError> {
        let text = value.and_then(Value::as_str).unwrap_or_default();
        match name {
            "status" | "statusChangeReason" => return Ok(()),
            "name" => self.matter.title = self.worded(name, text),
            "description" => self.matter.description = self.worded(name, text),
            "ticketType" => self.matter.phenomenon = self.worded(name, text),
            "requestedResolutionDate" => self.matter.wanted_by = value.map(|_| text).and_then(instant),
            "externalId" => self.upstream = self.renumbered(text)?,
            _ => self.keep(name, value),
        }
        self.own.by(name, self.client);
        Ok(())
    }

    fn worded(&mut self, name: &str, text: &str) -> String {
        self.own.wrote(name, text, self.client);
        text.to_owned()
    }

    /// A corrected number stays the number of whoever numbered first.
    fn renumbered(&self, number: &str) -> Result<Option<UpstreamNumber>, ApiError> {
        let client = self.upstream.as_ref().map_or(self.client, |upstream| upstream.client.as_str());
        intake::upstream(number, client)
    }

    fn keep(&mut self, name: &'static str, value: Option<&Value>) {
        let mut value = value.cloned();
        if matches!(TICKET.attribute(name).map(|attribute| attribute.kind), Some(Kind::List(_))) {
            let members = self.own.replaced.entry(name.to_owned()).or_default();
            members.extend(parties::standing(self.complaint, name));
        }
        if name == "relatedParty"
            && let Some(parties) = value.as_mut().and_then(Value::as_array_mut)
        {
            people::mask(parties);
        }
        match value {
            Some(value) => self.own.given.insert(name.to_owned(), value),
            None => self.own.given.remove(name),
        };
    }

    fn revision(self) -> Option<Action> {
        let document = self.own.text();
        let revision = Revision {
            matter: (self.matter != self.complaint.matter).then_some(self.matter),
            upstream: (self.upstream != self.complaint.upstream).then_some(self.upstream),
            document: (self.own != Own::of(self.complaint)).then_some(Some(document)),
        };
        (revision != Revision::default()).then(|| Action::Revise(Box::new(revision)))
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    time::parse(text)
}
