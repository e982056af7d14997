//! Several processes on one store: what one does, the others' pages show, and their memory knows (design §2.5).

use std::collections::BTreeMap;
use std::time::Duration;

use domain::time::Timestamp;
use store::Heard;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use super::{Desk, DeskError};
use crate::bus::{Told, Topic};

/// What happens within so long goes out together.
const TOGETHER: Duration = Duration::from_millis(50);
/// Between two tries to listen to a store that does not answer.
const AGAIN: Duration = Duration::from_secs(1);
/// Between two looks at what others received: under load they tell of it twenty times a second.
const PAUSE: Duration = Duration::from_secs(1);
/// Complaints of other processes are looked for from so long before the last look: their commits take a moment, and their
/// clocks differ a little.
const OVERLAP_SECONDS: i64 = 15;

impl Desk {
    /// Passes on what happens here and tells here what happens elsewhere, for as long as it is polled.
    pub async fn relay(&self) {
        tokio::join!(self.pass_on(), self.hear(), self.remember_others());
    }

    async fn pass_on(&self) {
        let node = self.node;
        let mut listening = self.bus.listen();
        loop {
            let mut words = BTreeMap::new();
            match listening.recv().await {
                Ok(told) => note(&mut words, &told),
                Err(RecvError::Lagged(_)) => _ = words.insert(Topic::Anything.to_string(), 0),
                Err(RecvError::Closed) => return,
            }
            tokio::time::sleep(TOGETHER).await;
            loop {
                match listening.try_recv() {
                    Ok(told) => note(&mut words, &told),
                    Err(TryRecvError::Lagged(_)) => _ = words.insert(Topic::Anything.to_string(), 0),
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            let words: Vec<String> =
                words.into_iter().map(|(topic, version)| format!("{node} {version} {topic}")).collect();
            // What is lost costs the others' pages a moment; what is on record is on record.
            let _ = self.store.announce(&words).await;
        }
    }

    async fn hear(&self) {
        loop {
            if let Ok(mut hearing) = self.store.hear().await {
                // Whatever was said while nobody listened.
                self.bus.pass_on(Topic::Anything, 0);
                while let Ok(heard) = hearing.next().await {
                    self.heard(heard);
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn heard(&self, heard: Heard) {
        let own = self.node.to_string();
        let words = match heard {
            Heard::Words(words) => words,
            Heard::Something => vec![format!("- 0 {}", Topic::Anything)],
        };
        let others = |word: &String| {
            let (node, told) = word.split_once(' ')?;
            let (version, topic) = told.split_once(' ')?;
            // A word of a newer version of this program is something nobody here knows.
            let topic = topic.parse().unwrap_or(Topic::Anything);
            (node != own).then(|| (topic, version.parse().unwrap_or(0)))
        };
        let others: Vec<(Topic, u64)> = words.iter().filter_map(others).collect();
        if others.iter().any(|(topic, _)| matches!(topic, Topic::Queue | Topic::Anything)) {
            self.received_elsewhere.notify_one();
        }
        for (topic, version) in others {
            self.bus.pass_on(topic, version);
        }
    }

    /// Keeps the counters of repeats and crowds up with what others receive; whatever is told during a pause is looked for after it.
    async fn remember_others(&self) {
        loop {
            self.received_elsewhere.notified().await;
            // A store that does not answer now is asked at the next word.
            let _ = self.take_recent().await;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Takes up what other processes have received lately, for repeats and crowds.
    async fn take_recent(&self) -> Result<(), DeskError> {
        let now = self.now();
        let since = {
            let mut looked = self.looked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            // A clock set back leaves no gap between two looks.
            std::mem::replace(&mut *looked, now).min(now)
        };
        self.recent.fill(self.store.recent_signals(self.store.branch(), before(since)).await?);
        Ok(())
    }
}

fn before(since: Timestamp) -> Timestamp {
    since.plus_seconds(-OVERLAP_SECONDS)
}

/// What happened here, once a topic with its newest version.
fn note(words: &mut BTreeMap<String, u64>, told: &Told) {
    if !told.elsewhere {
        let version = words.entry(told.topic.to_string()).or_default();
        *version = told.version.max(*version);
    }
}
