//! A commit turned into rows before any transaction begins: serialising and segmenting hold nobody up.

use domain::clock::Clock;
use domain::complaint::Complaint;
use domain::flow::PaperKind;
use domain::id::{BranchId, ComplaintId};
use domain::journal::{Entry, Event};
use domain::time::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Outgoing;
use crate::commit::beside::{self, AskedRow, DepartureRow};
use crate::commit::{Commit, EntryHash, Evidence};
use crate::db::{Arg, args};
use crate::notices::NoticeRow;
use crate::packed::{Shape, packed};
use crate::place::grid_cell;
use crate::search::tokens;
use crate::spots::PreparedSpot;
use crate::values::name_of;

/// What the first entry of a subject follows.
pub(crate) const ZERO_HASH: [u8; 32] = [0; 32];

/// A commit as rows.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub branch: BranchId,
    pub complaint: ComplaintId,
    pub sequence: u64,
    pub at: Timestamp,
    /// When its complaint came in.
    pub received: Timestamp,
    pub actor: String,
    pub payload: String,
    /// The row that lists read, without its key, in the order of the statements.
    pub columns: Vec<Arg>,
    /// How far it is, without key and hash, in the order of the statements.
    pub head: Vec<Arg>,
    /// The whole complaint, packed; absent where its journal says what is new ([`stays_behind`]).
    pub document: Option<Vec<u8>>,
    pub evidence: Option<PackedEvidence>,
    pub submission: Option<String>,
    pub tokens: Option<String>,
    /// Number, words, place or customer may have changed: what a complaint is found by beside its progress.
    pub reworded: bool,
    /// Nothing but rungs fired: of what lists show and are ordered by nothing changed.
    pub only_told: bool,
    pub notices: Vec<NoticeRow>,
    pub outbox: Vec<Outgoing>,
    /// What the entry follows, where that is known.
    pub follows: Option<EntryHash>,
    /// The same command's rows of other complaints: they stand or fall with these.
    pub also: Vec<Self>,
    pub spots: Vec<PreparedSpot>,
    /// What is asked beside the flow, where this command changed any of it.
    pub asked: Option<Vec<AskedRow>>,
    pub departures: Vec<DepartureRow>,
}

impl Prepared {
    pub(crate) fn new(commit: Commit) -> Self {
        let Commit { complaint, entry, evidence, submission, search, outbox, also, follows, spots } = commit;
        let document = (!stays_behind(&entry)).then(|| whole(&complaint));
        Self {
            reworded: search.is_some() || entry.events.iter().any(rewords),
            only_told: entry.events.iter().all(|event| matches!(event, Event::RungFired { .. })),
            asked: beside::asked(&complaint, &entry),
            columns: columns_of(&complaint),
            head: head_of(&complaint),
            document,
            evidence: evidence.map(PackedEvidence::of),
            submission,
            tokens: search.map(|texts| tokens::of(&texts)),
            outbox,
            follows,
            also: also.into_iter().map(Self::new).collect(),
            spots: spots.into_iter().map(PreparedSpot::new).collect(),
            ..Self::told(&complaint, &entry)
        }
    }

    /// A complaint as it stands, written whole whatever its last entry says.
    pub(crate) fn whole(commit: Commit) -> Self {
        let document = Some(whole(&commit.complaint));
        Self { document, ..Self::new(commit) }
    }

    /// An earlier entry of a complaint that is written as it stands after later ones: what the entry itself leaves behind.
    pub(crate) fn told(complaint: &Complaint, entry: &Entry) -> Self {
        Self {
            branch: complaint.branch,
            complaint: complaint.id,
            sequence: entry.sequence,
            at: entry.at,
            received: complaint.received,
            actor: json(&entry.actor),
            payload: json(&entry.events),
            reworded: false,
            only_told: false,
            notices: NoticeRow::of(&entry.events),
            asked: None,
            departures: beside::departures(complaint, entry),
            columns: Vec::new(),
            head: Vec::new(),
            document: None,
            evidence: None,
            submission: None,
            tokens: None,
            outbox: Vec::new(),
            follows: None,
            also: Vec::new(),
            spots: Vec::new(),
        }
    }

    /// The hash of this entry after the one before.
    pub(crate) fn hash(&self, previous: &[u8]) -> [u8; 32] {
        entry_hash(previous, self.branch, self.complaint, self.sequence, self.at, &self.actor, &self.payload)
    }

    /// A complaint nobody has written yet.
    pub(crate) const fn is_new(&self) -> bool {
        self.sequence == 1
    }

    /// Whether it touches one complaint only: what may be written in one statement with others.
    pub(crate) const fn is_alone(&self) -> bool {
        self.also.is_empty()
    }
}

/// A frozen check as its row.
#[derive(Debug, Clone)]
pub(crate) struct PackedEvidence {
    pub ordinal: u32,
    pub digest: String,
    pub body: Vec<u8>,
}

impl PackedEvidence {
    fn of(Evidence { ordinal, body, digest }: Evidence) -> Self {
        Self { ordinal, digest, body: packed(&body, Shape::Check) }
    }
}

const fn rewords(event: &Event) -> bool {
    matches!(event, Event::Received(_) | Event::Corrected { .. } | Event::Renumbered { .. })
}

/// Whether the document is left as it was: what happens to thousands of complaints at once is read from their journals.
pub(crate) fn stays_behind(entry: &Entry) -> bool {
    let by_clock = |event: &Event| matches!(event, Event::RungFired { .. } | Event::ClockRecomputed { .. });
    entry.events.iter().all(by_clock)
}

/// SHA-256 over the hash before and every field of the entry, each of known length: no two entries hash the same bytes.
pub(crate) fn entry_hash(
    previous: &[u8],
    branch: BranchId,
    complaint: ComplaintId,
    sequence: u64,
    at: Timestamp,
    actor: &str,
    payload: &str,
) -> [u8; 32] {
    chained(b"shouwen journal 1\n", previous, branch, complaint.0, sequence, at, actor, payload)
}

/// The same for an entry of any subject; `kind` keeps one sort of record from passing for another.
#[expect(clippy::too_many_arguments, reason = "every field of an entry is covered")]
pub(crate) fn chained(
    kind: &[u8],
    previous: &[u8],
    branch: BranchId,
    subject: Uuid,
    sequence: u64,
    at: Timestamp,
    actor: &str,
    payload: &str,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(kind);
    hash.update(previous);
    hash.update(branch.0.as_bytes());
    hash.update(subject.as_bytes());
    hash.update(sequence.to_be_bytes());
    hash.update(at.as_micros().to_be_bytes());
    hash.update((actor.len() as u64).to_be_bytes());
    hash.update(actor);
    hash.update((payload.len() as u64).to_be_bytes());
    hash.update(payload);
    hash.finalize().into()
}

/// What lists show and filter by, without the key.
pub(crate) fn columns_of(complaint: &Complaint) -> Vec<Arg> {
    let due = complaint.next_due();
    let point = complaint.place.point.map(|point| point.wgs84);
    // A complaint without a running clock sorts last and keeps the key of the list complete; one that is suspended comes
    // up when it wakes.
    let due_at = due.map_or(Timestamp::END, Clock::due_or_wakes);
    let due_warn = due.map_or(Timestamp::END, |clock| clock.warn);
    args![
        complaint.number.as_str(),
        complaint.received,
        complaint.flow.as_str(),
        complaint.grade.as_str(),
        complaint.state.as_str(),
        complaint.state.is_open(),
        complaint.waits_on.as_str(),
        complaint.first_owner.id.map(|id| id.0),
        complaint.first_owner.name.as_str(),
        complaint.handler.as_ref().and_then(|handler| handler.id).map(|id| id.0),
        complaint.handler.as_ref().map(|handler| handler.name.as_str()),
        complaint.department.as_deref(),
        complaint.organisation.as_deref(),
        due.map(|clock| clock.kind.as_str()),
        due_at,
        due_warn,
        due.is_some_and(|clock| clock.paused().is_some()),
        complaint.checks.last().map(|check| name_of(&check.cause)),
        complaint.headline(),
        complaint.place.address.as_str(),
        point.map(domain::place::LonLat::lon),
        point.map(domain::place::LonLat::lat),
        point.map(grid_cell),
        complaint.customer.phone.as_ref().map(|phone| phone.digest.as_str()),
        complaint.upstream.as_ref().map(|upstream| upstream.client.as_str()),
        complaint.upstream.as_ref().map(|upstream| upstream.number.as_str()),
        complaint.complained(),
        complaint.wrote(PaperKind::TestOrder),
        complaint.severe_from().unwrap_or(Timestamp::END),
        complaint.waits_since().unwrap_or(Timestamp::END),
    ]
}

/// How far it is, without key and hash.
pub(crate) fn head_of(complaint: &Complaint) -> Vec<Arg> {
    args![complaint.version as i64, complaint.changed, complaint.next_tick()]
}

fn whole(complaint: &Complaint) -> Vec<u8> {
    packed(&json(complaint), Shape::Complaint)
}

pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("domain types have string keys and no failing serialiser")
}
