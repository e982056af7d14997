//! Chained entries of a subject as they lie in the store, and where their chain is broken (design §3).

use domain::time::Timestamp;
use uuid::Uuid;

use crate::commit::ZERO_HASH;

/// An entry with the hash before it and its own; whose it is stands under the name `subject`.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Link {
    pub subject: Uuid,
    pub seq: i64,
    pub at: i64,
    pub actor: String,
    pub payload: String,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// What is wrong with an entry of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// It does not follow the one before it.
    Loose,
    /// It is not what was hashed.
    Changed,
}

/// Where the chain of one subject is broken: at which entry, and how. `hash_of` hashes what an entry says.
pub(crate) fn breaks(links: &[&Link], hash_of: impl Fn(&Link, Timestamp) -> [u8; 32]) -> Vec<(u64, Break)> {
    let mut found = Vec::new();
    let mut previous: &[u8] = &ZERO_HASH;
    for (link, expected) in links.iter().zip(1_u64..) {
        let sequence = link.seq as u64;
        if sequence != expected || link.prev_hash != previous {
            found.push((sequence, Break::Loose));
        }
        if link.hash != hash_of(link, Timestamp::from_micros(link.at)) {
            found.push((sequence, Break::Changed));
        }
        previous = &link.hash;
    }
    found
}
