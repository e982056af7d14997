//! What is known of elements over time, matched to them once and kept small. A copy shares all of it, so that one with an
//! alarm more costs what that alarm costs.

use std::sync::Arc;

use domain::check::{Fact, FactKind};
use domain::time::Timestamp;

use super::inventory::Inventory;
use super::matching::Touched;
use super::shelves::Shelves;
use super::text::{Texts, hash_of};
use crate::fact::{Alarm, Interference, Outage, OutageKind, Severity};

mod feed;
mod service;

pub(super) use feed::Feed;

/// How long before the complaint a thing may have ended and still be worth telling (domain.md §8: 24 h).
pub(super) const LOOK_BACK_S: i64 = 24 * 3600;
/// Uplink noise that impairs service, dBm per PRB (domain.md §8).
pub(super) const NOISE_ALARM_DBM: f32 = -105.0;
/// Uplink noise to watch, dBm per PRB.
const NOISE_WATCH_DBM: f32 = -110.0;
/// Elements whose records lie in one list: few lists are empty, none is long.
const ELEMENTS_A_LIST: usize = 128;
/// Lists of alarms by id, and of titles.
const LISTS: usize = 1 << 15;
/// Parts of the alarm feed whose span is known by itself.
const PARTS: usize = 32;

/// One alarm, outage or interval of noise.
#[derive(Debug, PartialEq)]
struct Record {
    source: Source,
    /// The alarm's id; empty for others, which nobody takes back.
    id: Box<str>,
    since: Timestamp,
    until: Timestamp,
    title: Arc<str>,
    kind: FactKind,
    severity: Option<Severity>,
    takes_service: bool,
    announced: bool,
    noise_dbm: f32,
    touched: Touched,
}

/// In which order facts of one element are told that began together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Alarm,
    Outage,
    Noise,
}

/// A record touching an element, directly or through its site.
#[derive(Debug, Clone)]
struct Link {
    identity: u32,
    record: Arc<Record>,
}

impl Link {
    fn order(&self) -> (u32, Source, &str) {
        (self.identity, self.record.source, &self.record.id)
    }
}

/// Everything known of all elements.
#[derive(Debug, Clone)]
pub(super) struct Records {
    by_element: Shelves<Link>,
    by_alarm: Shelves<Arc<Record>>,
    titles: Shelves<Arc<str>>,
    /// What the records themselves take, bytes.
    held: usize,
    parts: [Feed; PARTS],
    pub alarms: Feed,
    pub outages: Feed,
    pub interference: Feed,
}

impl Records {
    /// Nothing known yet of so many elements.
    pub fn over(elements: usize) -> Self {
        Self {
            by_element: Shelves::of(elements.div_ceil(ELEMENTS_A_LIST)),
            by_alarm: Shelves::of(LISTS),
            titles: Shelves::of(LISTS),
            held: 0,
            parts: [Feed::default(); PARTS],
            alarms: Feed::default(),
            outages: Feed::default(),
            interference: Feed::default(),
        }
    }

    /// An alarm as it stands now, in the place of what was known under its id.
    pub fn put_alarm(&mut self, alarm: &Alarm, inventory: &Inventory) {
        let title = self.title(&alarm.title);
        let record = Arc::new(Record::of_alarm(alarm, title, inventory.touched(&alarm.target)));
        let number = list_of(&alarm.id);
        let known = self.by_alarm.list(number).iter().position(|known| known.id == record.id);
        if known.is_some_and(|at| self.by_alarm.list(number)[at] == record) {
            return;
        }
        let same = self.by_alarm.list_mut(number);
        let former = if let Some(at) = known {
            Some(std::mem::replace(&mut same[at], Arc::clone(&record)))
        } else {
            same.push(Arc::clone(&record));
            None
        };
        if let Some(former) = &former {
            self.unlink(former);
        }
        self.link(&record);
        self.note(number, &record, former.as_deref());
    }

    /// An outage, planned work or relocation more.
    pub fn put_outage(&mut self, outage: &Outage, inventory: &Inventory) {
        let title = self.title(&outage.reason);
        let record = Arc::new(Record::of_outage(outage, title, inventory.touched(&outage.target)));
        self.outages.note(outage.from, outage.until.unwrap_or(outage.from), record.matched());
        self.link(&record);
    }

    /// A measurement of noise more; quiet ones only tell that the feed covers their time.
    pub fn put_noise(&mut self, noise: &Interference, inventory: &Inventory) {
        let record = Record::of_noise(noise, self.title(""), inventory.touched(&noise.target));
        self.interference.note(noise.from, noise.until, record.matched());
        if noise.noise_dbm >= NOISE_WATCH_DBM {
            self.link(&Arc::new(record));
        }
    }

    fn link(&mut self, record: &Arc<Record>) {
        for identity in record.touched.identities.iter().copied() {
            let link = Link { identity, record: Arc::clone(record) };
            let list = self.by_element.list_mut(identity as usize / ELEMENTS_A_LIST);
            list.insert(list.partition_point(|other| other.order() <= link.order()), link);
        }
        self.held += record.bytes();
    }

    fn unlink(&mut self, record: &Arc<Record>) {
        for identity in &record.touched.identities {
            let list = self.by_element.list_mut(*identity as usize / ELEMENTS_A_LIST);
            list.retain(|link| !(link.identity == *identity && Arc::ptr_eq(&link.record, record)));
        }
        self.held -= record.bytes();
    }

    /// Keeps the feed of alarms what it would be had it never said the former.
    fn note(&mut self, number: usize, record: &Record, former: Option<&Record>) {
        const LISTS_A_PART: usize = LISTS / PARTS;
        let part = number / LISTS_A_PART;
        if former.is_some_and(|former| self.parts[part].ends_at(former.since, former.ended())) {
            let lists = part * LISTS_A_PART..(part + 1) * LISTS_A_PART;
            let mut anew = Feed::default();
            for held in lists.flat_map(|number| self.by_alarm.list(number)) {
                anew.note(held.since, held.ended(), held.matched());
            }
            self.parts[part] = anew;
        } else {
            if let Some(former) = former {
                self.parts[part].uncount(former.matched());
            }
            self.parts[part].note(record.since, record.ended(), record.matched());
        }
        self.alarms = self.parts.iter().fold(Feed::default(), Feed::with);
    }

    fn title(&mut self, title: &str) -> Arc<str> {
        let (title, number) = (title.trim(), list_of(title.trim()));
        if let Some(known) = self.titles.list(number).iter().find(|known| ***known == *title) {
            return Arc::clone(known);
        }
        let fresh: Arc<str> = title.into();
        self.titles.list_mut(number).push(Arc::clone(&fresh));
        self.held += title.len();
        fresh
    }

    /// Records whose element is not in the inventory.
    pub fn unmatched(&self) -> usize {
        self.alarms.unmatched + self.outages.unmatched + self.interference.unmatched
    }

    /// What is known of an element around a time: what held then, and what ended within the look-back before.
    pub fn facts_of(&self, identity: u32, at: Timestamp, texts: &Texts) -> Vec<Fact> {
        let list = self.by_element.list(identity as usize / ELEMENTS_A_LIST);
        let start = list.partition_point(|link| link.identity < identity);
        let links = list[start..].iter().take_while(|link| link.identity == identity);
        let mut facts = Vec::new();
        let mut noise: Option<Fact> = None;
        let mut loudest = f32::NEG_INFINITY;
        for record in links.map(|link| &*link.record) {
            if record.since > at || record.until < at.plus_seconds(-LOOK_BACK_S) {
                continue;
            }
            let fact = record.fact(at, texts);
            if record.source == Source::Noise {
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
        self.by_element.bytes() + self.by_alarm.bytes() + self.titles.bytes() + self.held
    }
}

fn list_of(text: &str) -> usize {
    hash_of(text) as usize % LISTS
}

impl Record {
    fn of_alarm(alarm: &Alarm, title: Arc<str>, touched: Touched) -> Self {
        let open = if alarm.severity == Severity::Cleared { alarm.raised } else { Timestamp::END };
        Self {
            source: Source::Alarm,
            id: alarm.id.as_str().into(),
            since: alarm.raised,
            until: alarm.cleared.unwrap_or(open),
            title,
            kind: if alarm.planned { FactKind::PlannedWork } else { FactKind::Alarm },
            severity: Some(alarm.severity),
            takes_service: service::taken_by(&alarm.title, alarm.severity),
            announced: false,
            noise_dbm: 0.0,
            touched,
        }
    }

    fn of_outage(outage: &Outage, title: Arc<str>, touched: Touched) -> Self {
        let kind = match outage.kind {
            OutageKind::ShutDown | OutageKind::OutOfService => FactKind::Outage,
            OutageKind::EnergySaving => FactKind::EnergySaving,
            OutageKind::PlannedWork => FactKind::PlannedWork,
            OutageKind::Relocation => FactKind::Relocation,
        };
        Self {
            source: Source::Outage,
            id: Box::default(),
            since: outage.from,
            until: outage.until.unwrap_or(Timestamp::END),
            title,
            kind,
            severity: None,
            takes_service: true,
            announced: outage.planned,
            noise_dbm: 0.0,
            touched,
        }
    }

    fn of_noise(noise: &Interference, title: Arc<str>, touched: Touched) -> Self {
        Self {
            source: Source::Noise,
            id: Box::default(),
            since: noise.from,
            until: noise.until,
            title,
            kind: FactKind::Interference,
            severity: None,
            takes_service: false,
            announced: false,
            noise_dbm: noise.noise_dbm,
            touched,
        }
    }

    /// Whether it is about an element of the inventory.
    fn matched(&self) -> bool {
        !self.touched.identities.is_empty()
    }

    /// Up to when its feed speaks: its end where it has one, else its beginning.
    fn ended(&self) -> Timestamp {
        if self.until == Timestamp::END { self.since } else { self.until }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.id.len() + size_of_val(&*self.touched.identities)
    }

    fn fact(&self, at: Timestamp, texts: &Texts) -> Fact {
        Fact {
            kind: self.kind,
            active: self.since <= at && at < self.until,
            takes_service: self.takes_service,
            severity: self.severity.map(|severity| severity.name().to_owned()),
            announced: self.announced,
            title: (*self.title).to_owned(),
            since: (self.since > Timestamp::BEGINNING).then_some(self.since),
            until: (self.until < Timestamp::END).then_some(self.until),
            value: None,
            via: texts.some(self.touched.via),
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
