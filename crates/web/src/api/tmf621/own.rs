//! What upstream said in its own words and no field of the domain holds: kept with the complaint, returned as given.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use domain::complaint::Complaint;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The attributes kept here; the others have a field of the domain, or are the server's.
pub const KEPT: [&str; 11] = [
    "severity",
    "priority",
    "expectedResolutionDate",
    "resolutionDate",
    "channel",
    "note",
    "attachment",
    "relatedEntity",
    "relatedParty",
    "troubleTicketRelationship",
    "rat",
];
/// The texts a client gives and a person of the desk may correct.
pub const TEXTS: [&str; 3] = ["name", "description", "ticketType"];

/// The upstream document of a complaint.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Own {
    /// Attributes as given, checked against the class.
    pub given: Map<String, Value>,
    /// Who gave an attribute, or the reason of a step: that client reads its own words unmasked.
    pub authors: BTreeMap<String, String>,
    /// What [`TEXTS`] read when their author gave them, hashed: a text that reads otherwise by now is a person's.
    pub digests: BTreeMap<String, String>,
    /// Lists a client replaced by PATCH, each with the desk's members it left in or out by that. Documents of the first
    /// days name the lists only: what the desk knows is then answered again.
    #[serde(deserialize_with = "replaced")]
    pub replaced: BTreeMap<String, BTreeSet<String>>,
    /// Why a step was made, by its place in the complaint's history, where the domain keeps no reason.
    pub reasons: BTreeMap<usize, String>,
    /// How the client called the datum of the place.
    pub crs: Option<String>,
}

impl Own {
    /// What stands with this complaint; nothing for one that came by another road.
    pub fn of(complaint: &Complaint) -> Self {
        complaint.document.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// As the complaint keeps it.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("maps with text keys")
    }

    /// Notes that this client gave an attribute.
    pub fn by(&mut self, attribute: &str, client: &str) {
        self.authors.insert(attribute.to_owned(), client.to_owned());
    }

    /// Notes that this client gave one of the [`TEXTS`], and how it reads.
    pub fn wrote(&mut self, attribute: &str, text: &str, client: &str) {
        self.by(attribute, client);
        self.digests.insert(attribute.to_owned(), digest(text));
    }

    /// Notes why this client made a step.
    pub fn said(&mut self, step: usize, reason: &str, client: &str) {
        self.by(&reason_of(step), client);
        self.reasons.insert(step, reason.to_owned());
    }

    /// Whether the client that asks gave this attribute itself.
    pub fn is_by(&self, attribute: &str, client: &str) -> bool {
        self.authors.get(attribute).is_some_and(|author| author == client)
    }

    /// Whether a text still reads as the client that asks gave it.
    pub fn is_text_by(&self, attribute: &str, text: &str, client: &str) -> bool {
        self.is_by(attribute, client) && self.digests.get(attribute).is_some_and(|given| *given == digest(text))
    }

    /// Why a step was made in the words of the client that asks; `None` where they are somebody else's.
    pub fn reason_by(&self, step: usize, client: &str) -> Option<&str> {
        self.reasons.get(&step).filter(|_| self.is_by(&reason_of(step), client)).map(String::as_str)
    }
}

/// Under which name the author of a step's reason is kept.
fn reason_of(step: usize) -> String {
    format!("statusChange[{step}]")
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn replaced<'de, D: Deserializer<'de>>(reader: D) -> Result<BTreeMap<String, BTreeSet<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        WithMembers(BTreeMap<String, BTreeSet<String>>),
        NamesOnly(BTreeSet<String>),
    }
    Ok(match Kept::deserialize(reader)? {
        Kept::WithMembers(lists) => lists,
        Kept::NamesOnly(names) => names.into_iter().map(|name| (name, BTreeSet::new())).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_reads_back_as_written() {
        let mut own = Own { crs: Some("GCJ-02".into()), ..Own::default() };
        own.said(2, "客户不在家", "crm");
        own.wrote("description", "慢", "crm");
        own.replaced.insert("note".into(), BTreeSet::from(["a".into()]));
        own.given.insert("severity".into(), Value::from("紧急"));
        assert_eq!(serde_json::from_str::<Own>(&own.text()).expect("reads back"), own);
    }

    #[test]
    fn a_document_of_the_first_days_is_read_and_nothing_in_it_is_lost() {
        let text =
            r#"{"given":{"severity":"紧急"},"authors":{"name":"crm"},"replaced":["note"],"reasons":{"1":"因为"}}"#;
        let own: Own = serde_json::from_str(text).expect("reads");
        assert_eq!(own.given["severity"], "紧急");
        assert_eq!(own.replaced, BTreeMap::from([("note".to_owned(), BTreeSet::new())]));
        assert_eq!(own.reasons[&1], "因为");
        assert_eq!(own.reason_by(1, "crm"), None, "nobody knows who said it");
        assert!(!own.is_text_by("name", "标题", "crm"), "nobody knows how it read");
    }

    #[test]
    fn words_are_a_clients_own_while_they_read_as_it_gave_them() {
        let mut own = Own::default();
        own.wrote("description", "请回电 13800001234", "crm");
        own.said(1, "因为", "crm");
        assert!(own.is_text_by("description", "请回电 13800001234", "crm"));
        assert!(!own.is_text_by("description", "请回电 13800001234", "other"));
        assert!(!own.is_text_by("description", "改打 13900001234", "crm"));
        assert_eq!(
            (own.reason_by(1, "crm"), own.reason_by(1, "other"), own.reason_by(2, "crm")),
            (Some("因为"), None, None)
        );
    }
}
