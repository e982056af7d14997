//! Several processes on one store: what one does, the others' pages show, and their memory knows (design §2.5).

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::id::ComplaintId;
use domain::time::Timestamp;
use store::Heard;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use uuid::Uuid;

use super::{Desk, DeskError};
use crate::bus::{Told, Topic};

/// What happens within so long goes out together.
const TOGETHER: Duration = Duration::from_millis(50);
/// Between two tries to listen to a store that does not answer.
const AGAIN: Duration = Duration::from_secs(1);
/// Between two looks at what others received: under load they tell of it twenty times a second.
const PAUSE: Duration = Duration::from_millis(250);
/// Where nobody said which complaints, they are looked for from so long before the last look: commits take a moment, and the
/// clocks of two machines differ a little.
const OVERLAP_SECONDS: i64 = 15;
/// More complaints than these are not named one by one.
const NAMED: usize = 4_096;
/// How a word begins that names a complaint received, and the one that names none.
const RECEIVED: &str = "received:";
const RECEIVED_MANY: &str = "received:many";

/// What this process and others on the same store have to tell each other.
#[derive(Debug)]
pub(super) struct Others {
    node: Uuid,
    /// Received here, and not told yet.
    here: Mutex<Received>,
    /// Received elsewhere, and not taken up yet.
    elsewhere: Mutex<Received>,
    heard: Notify,
    /// When others' complaints were last looked for by time.
    looked: Mutex<Timestamp>,
}

/// Complaints received.
#[derive(Debug, Default)]
struct Received {
    named: Vec<ComplaintId>,
    /// There are others, nobody knows which.
    unnamed: bool,
}

impl Received {
    fn add(&mut self, complaint: ComplaintId) {
        if self.named.len() < NAMED {
            self.named.push(complaint);
        } else {
            self.unnamed = true;
        }
    }
}

impl Others {
    pub(super) fn since(now: Timestamp) -> Self {
        Self {
            node: uuid::Builder::from_random_bytes(rand::random()).into_uuid(),
            here: Mutex::default(),
            elsewhere: Mutex::default(),
            heard: Notify::new(),
            looked: Mutex::new(now),
        }
    }

    /// By which name this process is known to the others.
    pub(super) const fn node(&self) -> Uuid {
        self.node
    }

    /// A complaint that was received here: the others count it too.
    pub(super) fn received(&self, complaint: ComplaintId) {
        lock(&self.here).add(complaint);
    }

    /// Somebody has received it.
    fn has_received(&self, complaint: ComplaintId) {
        lock(&self.elsewhere).add(complaint);
        self.heard.notify_one();
    }

    /// Somebody may have received something, nobody said what.
    fn may_have_received(&self) {
        lock(&self.elsewhere).unnamed = true;
        self.heard.notify_one();
    }

    /// The words for what was received here since the last time.
    fn words(&self) -> Vec<String> {
        let Received { named, unnamed } = std::mem::take(&mut *lock(&self.here));
        if unnamed {
            return vec![self.word(0, &RECEIVED_MANY)];
        }
        named.into_iter().map(|id| self.word(1, &format_args!("{RECEIVED}{id}"))).collect()
    }

    fn word(&self, version: u64, topic: &impl std::fmt::Display) -> String {
        format!("{} {version} {topic}", self.node)
    }

    /// Takes a word of another process apart; remembers what it received.
    fn hear(&self, word: &str) -> Option<(Topic, u64)> {
        let (node, told) = word.split_once(' ')?;
        let (version, topic) = told.split_once(' ')?;
        if self.node.to_string() == node {
            return None;
        }
        if let Some(id) = topic.strip_prefix(RECEIVED) {
            match id.parse() {
                Ok(id) => self.has_received(ComplaintId(id)),
                Err(_) => self.may_have_received(),
            }
            return None;
        }
        // A word of a newer version of this program is something nobody here knows.
        let topic = topic.parse().unwrap_or(Topic::Anything);
        if topic == Topic::Anything {
            self.may_have_received();
        }
        Some((topic, version.parse().unwrap_or(0)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// Passes on what happens here and tells here what happens elsewhere, for as long as it is polled.
    pub async fn relay(&self) {
        tokio::join!(self.pass_on(), self.hear(), self.remember_others());
    }

    async fn pass_on(&self) {
        let mut listening = self.bus.listen();
        loop {
            let mut topics = BTreeMap::new();
            match listening.recv().await {
                Ok(told) => note(&mut topics, &told),
                Err(RecvError::Lagged(_)) => _ = topics.insert(Topic::Anything.to_string(), 0),
                Err(RecvError::Closed) => return,
            }
            tokio::time::sleep(TOGETHER).await;
            loop {
                match listening.try_recv() {
                    Ok(told) => note(&mut topics, &told),
                    Err(TryRecvError::Lagged(_)) => _ = topics.insert(Topic::Anything.to_string(), 0),
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            let topics = topics.into_iter().map(|(topic, version)| self.others.word(version, &topic));
            let words: Vec<String> = topics.chain(self.others.words()).collect();
            // What is lost costs the others' pages a moment; what is on record is on record, and is counted at the next word.
            if self.store.announce(&words).await.is_err() {
                lock(&self.others.here).unnamed = true;
            }
        }
    }

    async fn hear(&self) {
        loop {
            if let Ok(mut hearing) = self.store.hear().await {
                // Whatever was said while nobody listened.
                self.others.may_have_received();
                self.bus.pass_on(Topic::Anything, 0);
                while let Ok(heard) = hearing.next().await {
                    self.heard(heard);
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn heard(&self, heard: Heard) {
        match heard {
            Heard::Words(words) => {
                for (topic, version) in words.iter().filter_map(|word| self.others.hear(word)) {
                    self.bus.pass_on(topic, version);
                }
            }
            Heard::Something => {
                self.others.may_have_received();
                self.bus.pass_on(Topic::Anything, 0);
            }
        }
    }

    /// Keeps the counters of repeats and crowds up with what others receive; whatever is told during a pause is looked for after it.
    async fn remember_others(&self) {
        loop {
            self.others.heard.notified().await;
            let received = std::mem::take(&mut *lock(&self.others.elsewhere));
            if self.take_up(received).await.is_err() {
                // A store that does not answer now is asked at the next word.
                lock(&self.others.elsewhere).unnamed = true;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Takes up what other processes have received, for repeats and crowds.
    async fn take_up(&self, Received { named, unnamed }: Received) -> Result<(), DeskError> {
        let branch = self.store.branch();
        if !unnamed {
            self.recent.fill(self.store.signals_of(branch, &named).await?);
            return Ok(());
        }
        let now = self.now();
        // A clock set back leaves no gap between two looks.
        let since = (*lock(&self.others.looked)).min(now);
        self.recent.fill(self.store.recent_signals(branch, since.plus_seconds(-OVERLAP_SECONDS)).await?);
        *lock(&self.others.looked) = now;
        Ok(())
    }
}

/// What happened here, once a topic with its newest version.
fn note(words: &mut BTreeMap<String, u64>, told: &Told) {
    if !told.elsewhere {
        let version = words.entry(told.topic.to_string()).or_default();
        *version = told.version.max(*version);
    }
}
