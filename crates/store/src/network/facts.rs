//! Alarms, outages and interference, keyed as their sources key them: nothing is imported twice.

use std::collections::HashMap;

use domain::id::BranchId;
use ran::fact::{Alarm, Interference, Outage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{Applied, Of, ROWS, kept_when_full};
use crate::db::{Sql, Tx, args};
use crate::values::document;
use crate::{Result, Store};

/// Facts to a transaction.
const FACTS_A_COMMIT: usize = 4_000;
/// Facts read at once.
const READ: i64 = 20_000;

/// A fact as a row.
#[derive(Clone)]
struct Fact {
    id: String,
    since: i64,
    digest: [u8; 32],
    document: String,
}

impl Fact {
    fn new(id: String, since: domain::time::Timestamp, value: &impl Serialize) -> Self {
        let document = serde_json::to_string(value).expect("a fact has string keys and no failing serialiser");
        Self { id, since: since.as_micros(), digest: Sha256::digest(&document).into(), document }
    }
}

impl Store {
    /// Every alarm.
    pub async fn alarms(&self) -> Result<Vec<Alarm>> {
        self.facts("alarm").await
    }

    /// Every outage, planned work and relocation.
    pub async fn outages(&self) -> Result<Vec<Outage>> {
        self.facts("outage").await
    }

    /// Every measured uplink noise.
    pub async fn interference(&self) -> Result<Vec<Interference>> {
        self.facts("interference").await
    }

    /// Writes alarms; what became of each, in order. The same id again is the same alarm.
    pub async fn alarms_put(&self, alarms: &[Alarm]) -> Result<Vec<Applied>> {
        let facts = alarms.iter().map(|alarm| Fact::new(alarm.id.clone(), alarm.raised, alarm)).collect();
        self.put_facts(Of::Alarms, "alarm", facts).await
    }

    /// Writes outages; what became of each, in order. The same id again is the same outage.
    pub async fn outages_put(&self, outages: &[Outage]) -> Result<Vec<Applied>> {
        let facts = outages.iter().map(|outage| Fact::new(outage.id.clone(), outage.from, outage)).collect();
        self.put_facts(Of::Anything, "outage", facts).await
    }

    /// Writes interference; what became of each, in order. The same target and start again is the same measurement.
    pub async fn interference_put(&self, noise: &[Interference]) -> Result<Vec<Applied>> {
        let key = |one: &Interference| {
            let target = serde_json::to_string(&one.target).expect("a target is plain text");
            format!("{} {target}", one.from)
        };
        let facts = noise.iter().map(|one| Fact::new(key(one), one.from, one)).collect();
        self.put_facts(Of::Anything, "interference", facts).await
    }

    async fn facts<T: DeserializeOwned>(&self, kind: &'static str) -> Result<Vec<T>> {
        let mut facts = Vec::new();
        let mut after = String::new();
        loop {
            let rows: Vec<(String, String)> = self.db().all(facts_behind(self.branch(), kind, &after)).await?;
            let Some((last, _)) = rows.last() else { return Ok(facts) };
            after.clone_from(last);
            for (id, text) in &rows {
                facts.push(document(text, "network_fact", "document", id)?);
            }
        }
    }

    async fn put_facts(&self, of: Of, kind: &'static str, facts: Vec<Fact>) -> Result<Vec<Applied>> {
        let mut answers = Vec::with_capacity(facts.len());
        for chunk in facts.chunks(FACTS_A_COMMIT) {
            let write =
                self.in_chunk(of, chunk, move |tx, branch, chunk| Box::pin(write_facts(tx, branch, kind, chunk)));
            answers.extend(write.await?);
        }
        Ok(answers)
    }
}

/// The next facts of a kind behind an id.
pub(crate) fn facts_behind(branch: BranchId, kind: &str, after: &str) -> Sql {
    Sql::with(
        "SELECT fact_id, document FROM network_fact WHERE branch_id = $1 AND kind = $2 AND fact_id > $3 \
         ORDER BY fact_id LIMIT $4",
        args![branch.0, kind, after, READ],
    )
}

async fn write_facts(tx: &mut Tx, branch: uuid::Uuid, kind: &'static str, facts: &[Fact]) -> Result<Vec<Applied>> {
    let mut known: HashMap<String, Vec<u8>> = HashMap::with_capacity(facts.len());
    for chunk in facts.chunks(ROWS) {
        let mut sql = Sql::new("SELECT fact_id, digest FROM network_fact WHERE branch_id = ");
        sql.bind(branch).push(" AND kind = ").bind(kind).push(" AND fact_id IN (");
        sql.bind_list(chunk.iter().map(|fact| fact.id.as_str())).push(")");
        known.extend(tx.all::<(String, Vec<u8>)>(kept_when_full(sql, chunk.len())).await?);
    }
    // The last word of a file that names a fact twice counts; a statement may touch a row only once.
    let mut latest: HashMap<&str, usize> = HashMap::new();
    let mut answers = Vec::with_capacity(facts.len());
    for (at, fact) in facts.iter().enumerate() {
        let before = match latest.get(fact.id.as_str()) {
            Some(earlier) => Some(facts[*earlier].digest.as_slice()),
            None => known.get(&fact.id).map(Vec::as_slice),
        };
        answers.push(match before {
            None => Applied::Added,
            Some(digest) if digest == fact.digest => Applied::Unchanged,
            Some(_) => Applied::Changed,
        });
        latest.insert(&fact.id, at);
    }
    let changed: Vec<&Fact> = facts
        .iter()
        .enumerate()
        .filter(|(at, fact)| latest.get(fact.id.as_str()) == Some(at))
        .filter(|(_, fact)| known.get(&fact.id).is_none_or(|digest| digest != &fact.digest))
        .map(|(_, fact)| fact)
        .collect();
    for chunk in changed.chunks(ROWS) {
        let mut sql = Sql::new("INSERT INTO network_fact (branch_id, kind, fact_id, since, digest, document) VALUES ");
        sql.bind_rows(
            chunk
                .iter()
                .map(|fact| args![branch, kind, fact.id.as_str(), fact.since, fact.digest, fact.document.as_str()]),
        );
        sql.push(
            " ON CONFLICT (branch_id, kind, fact_id) \
             DO UPDATE SET since = excluded.since, digest = excluded.digest, document = excluded.document",
        );
        tx.exec(kept_when_full(sql, chunk.len())).await?;
    }
    Ok(answers)
}
