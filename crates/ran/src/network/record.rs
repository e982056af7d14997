//! What is known of elements over time, matched to them once and kept small.

use domain::check::{Fact, FactKind};
use domain::time::Timestamp;

use super::slot::Slot;
use super::text::{Text, TextTable, Texts};
use crate::fact::{Alarm, Interference, Outage, OutageKind, Severity};

mod matching;
mod service;

use matching::{Matcher, Touched};

/// How long before the complaint a thing may have ended and still be worth telling (domain.md §8: 24 h).
pub(super) const LOOK_BACK_S: i64 = 24 * 3600;
/// Uplink noise that impairs service, dBm per PRB (domain.md §8).
pub(super) const NOISE_ALARM_DBM: f32 = -105.0;
/// Uplink noise to watch, dBm per PRB.
const NOISE_WATCH_DBM: f32 = -110.0;

/// One alarm, outage or interval of noise.
#[derive(Debug)]
struct Record {
    since: Timestamp,
    until: Timestamp,
    title: Text,
    kind: FactKind,
    severity: Option<Severity>,
    takes_service: bool,
    announced: bool,
    noise_dbm: f32,
}

/// A record touching an element, directly or through its site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    identity: u32,
    record: u32,
    via: Text,
}

/// The stretch of time a feed is known for: from its first to its last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub first: Timestamp,
    pub last: Timestamp,
}

impl Span {
    /// Whether the feed says something of that time. A quiet week is possible, a longer silence is a feed that stopped.
    pub fn covers(self, at: Timestamp) -> bool {
        const QUIET_S: i64 = 7 * 24 * 3600;
        self.first.plus_seconds(-QUIET_S) <= at && at <= self.last.plus_seconds(QUIET_S)
    }
}

/// One source of records: of what time it speaks, and whether it speaks of this network at all.
#[derive(Debug, Default)]
pub(super) struct Feed {
    span: Option<Span>,
    /// Records of an element of the inventory.
    matched: usize,
    /// Records whose element is not in the inventory.
    pub unmatched: usize,
}

impl Feed {
    fn note(&mut self, from: Timestamp, until: Timestamp, matched: bool) {
        let held = self.span.get_or_insert(Span { first: from, last: until });
        held.first = held.first.min(from);
        held.last = held.last.max(until);
        *(if matched { &mut self.matched } else { &mut self.unmatched }) += 1;
    }

    /// The time the feed is known for; nothing where none of its records names an element of the inventory, for such a feed
    /// is another network's, or names its elements in another way.
    pub fn span(&self) -> Option<Span> {
        self.span.filter(|_| self.matched > 0)
    }

    /// Whether the feed says something of that time.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.span().is_some_and(|span| span.covers(at))
    }
}

/// Everything known of all elements.
#[derive(Debug)]
pub(super) struct Records {
    all: Vec<Record>,
    links: Vec<Link>,
    pub alarms: Feed,
    pub outages: Feed,
    pub interference: Feed,
}

impl Records {
    /// Matches every record to the elements it names.
    pub fn gather(
        slots: &[Slot],
        texts: &mut TextTable,
        alarms: Vec<Alarm>,
        outages: Vec<Outage>,
        interference: Vec<Interference>,
    ) -> Self {
        let targets = alarms.iter().map(|a| &a.target);
        let targets = targets.chain(outages.iter().map(|o| &o.target)).chain(interference.iter().map(|i| &i.target));
        let matcher = Matcher::over(slots, texts, targets);
        let mut records = Self {
            all: Vec::with_capacity(alarms.len() + outages.len()),
            links: Vec::with_capacity(alarms.len() + outages.len()),
            alarms: Feed::default(),
            outages: Feed::default(),
            interference: Feed::default(),
        };
        for alarm in alarms {
            let matched = records.add(of_alarm(&alarm, texts), &matcher.touched(&alarm.target, texts));
            records.alarms.note(alarm.raised, alarm.cleared.unwrap_or(alarm.raised), matched);
        }
        for outage in outages {
            let matched = records.add(of_outage(&outage, texts), &matcher.touched(&outage.target, texts));
            records.outages.note(outage.from, outage.until.unwrap_or(outage.from), matched);
        }
        for noise in interference {
            let touched = matcher.touched(&noise.target, texts);
            let matched = !touched.identities.is_empty();
            if noise.noise_dbm >= NOISE_WATCH_DBM {
                records.add(of_noise(&noise), &touched);
            }
            records.interference.note(noise.from, noise.until, matched);
        }
        records.links.sort_unstable();
        records.links.dedup_by_key(|link| (link.identity, link.record));
        records.links.shrink_to_fit();
        records.all.shrink_to_fit();
        records
    }

    /// Keeps a record with the elements it touches; `false` where it touches none.
    fn add(&mut self, record: Record, touched: &Touched<'_>) -> bool {
        if touched.identities.is_empty() {
            return false;
        }
        let index = u32::try_from(self.all.len()).expect("fewer than four thousand million records");
        let via = touched.via;
        self.links.extend(touched.identities.iter().map(|identity| Link { identity: *identity, record: index, via }));
        self.all.push(record);
        true
    }

    /// Records whose element is not in the inventory.
    pub fn unmatched(&self) -> usize {
        self.alarms.unmatched + self.outages.unmatched + self.interference.unmatched
    }

    /// What is known of an element around a time: what held then, and what ended within the look-back before.
    pub fn facts_of(&self, identity: u32, at: Timestamp, texts: &Texts) -> Vec<Fact> {
        let start = self.links.partition_point(|link| link.identity < identity);
        let links = self.links[start..].iter().take_while(|link| link.identity == identity);
        let mut facts = Vec::new();
        let mut noise: Option<Fact> = None;
        let mut loudest = f32::NEG_INFINITY;
        for link in links {
            let record = &self.all[link.record as usize];
            if record.since > at || record.until < at.plus_seconds(-LOOK_BACK_S) {
                continue;
            }
            let fact = record.fact(link.via, at, texts);
            if record.kind == FactKind::Interference {
                loudest = loudest.max(record.noise_dbm);
                noise = Some(noise.map_or(fact.clone(), |held| joined(held, &fact)));
            } else {
                facts.push(fact);
            }
        }
        facts.extend(noise.map(|fact| Fact { value: Some(format!("{loudest:.1} dBm")), ..fact }));
        facts
    }

    /// Memory held, bytes.
    pub fn bytes(&self) -> usize {
        self.all.capacity() * size_of::<Record>() + self.links.capacity() * size_of::<Link>()
    }
}

impl Record {
    fn fact(&self, via: Text, at: Timestamp, texts: &Texts) -> Fact {
        Fact {
            kind: self.kind,
            active: self.since <= at && at < self.until,
            takes_service: self.takes_service,
            severity: self.severity.map(|severity| severity.name().to_owned()),
            announced: self.announced,
            title: texts.get(self.title).to_owned(),
            since: (self.since > Timestamp::BEGINNING).then_some(self.since),
            until: (self.until < Timestamp::END).then_some(self.until),
            value: None,
            via: texts.some(via),
        }
    }
}

/// Two intervals of noise of one element, told as one.
fn joined(a: Fact, b: &Fact) -> Fact {
    Fact {
        active: a.active || b.active,
        since: a.since.min(b.since),
        until: if a.until.is_none() || b.until.is_none() { None } else { a.until.max(b.until) },
        ..a
    }
}

fn of_alarm(alarm: &Alarm, texts: &mut TextTable) -> Record {
    Record {
        since: alarm.raised,
        until: alarm.cleared.unwrap_or(if alarm.severity == Severity::Cleared { alarm.raised } else { Timestamp::END }),
        title: texts.take(&alarm.title),
        kind: if alarm.planned { FactKind::PlannedWork } else { FactKind::Alarm },
        severity: Some(alarm.severity),
        takes_service: service::taken_by(&alarm.title, alarm.severity),
        announced: false,
        noise_dbm: 0.0,
    }
}

fn of_outage(outage: &Outage, texts: &mut TextTable) -> Record {
    let kind = match outage.kind {
        OutageKind::ShutDown | OutageKind::OutOfService => FactKind::Outage,
        OutageKind::EnergySaving => FactKind::EnergySaving,
        OutageKind::PlannedWork => FactKind::PlannedWork,
        OutageKind::Relocation => FactKind::Relocation,
    };
    Record {
        since: outage.from,
        until: outage.until.unwrap_or(Timestamp::END),
        title: texts.take(&outage.reason),
        kind,
        severity: None,
        takes_service: true,
        announced: outage.planned,
        noise_dbm: 0.0,
    }
}

fn of_noise(noise: &Interference) -> Record {
    Record {
        since: noise.from,
        until: noise.until,
        title: Text::NONE,
        kind: FactKind::Interference,
        severity: None,
        takes_service: false,
        announced: false,
        noise_dbm: noise.noise_dbm,
    }
}
