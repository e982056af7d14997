//! What upstream said in its own words and no field of the domain holds: kept with the complaint, returned as given.

use std::collections::{BTreeMap, BTreeSet};

use domain::complaint::Complaint;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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

/// The upstream document of a complaint.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Own {
    /// Attributes as given, checked against the class.
    pub given: Map<String, Value>,
    /// Who gave an attribute: that client reads its own words unmasked.
    pub authors: BTreeMap<String, String>,
    /// Lists a client replaced by PATCH: they are answered as the client left them.
    pub replaced: BTreeSet<String>,
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

    /// Whether the client that asks gave this attribute itself.
    pub fn is_by(&self, attribute: &str, client: &str) -> bool {
        self.authors.get(attribute).is_some_and(|author| author == client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_reads_back_as_written() {
        let mut own = Own { crs: Some("GCJ-02".into()), ..Own::default() };
        own.reasons.insert(2, "客户不在家".into());
        own.given.insert("severity".into(), Value::from("紧急"));
        assert_eq!(serde_json::from_str::<Own>(&own.text()).expect("reads back"), own);
    }
}
