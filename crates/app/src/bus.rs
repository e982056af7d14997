//! The live bus: what changed, never what it says (design §2.5).
//!
//! Told after the commit. A page that hears of a topic fetches itself again through its own authorised address. What happens
//! here is passed on to other processes on the same store, and what happens there is told here ([`crate::desk::Desk::relay`]).

use std::str::FromStr;

use domain::id::ComplaintId;
use tokio::sync::broadcast;
use uuid::Uuid;

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What.
    pub topic: Topic,
    /// Its version or generation afterwards.
    pub version: u64,
    /// Whether another process did it.
    pub elsewhere: bool,
}

/// What may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Any list.
    Queue,
    /// One complaint.
    Complaint(ComplaintId),
    /// The inventory or its facts.
    Network,
    /// Something that goes out.
    Post,
    /// Nobody knows what: another process wrote, or words were lost.
    Anything,
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Queue => f.write_str("queue"),
            Self::Complaint(id) => write!(f, "complaint:{id}"),
            Self::Network => f.write_str("network"),
            Self::Post => f.write_str("post"),
            Self::Anything => f.write_str("anything"),
        }
    }
}

/// A word no version of this program has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;

impl FromStr for Topic {
    type Err = Unknown;

    fn from_str(word: &str) -> Result<Self, Unknown> {
        match word {
            "queue" => Ok(Self::Queue),
            "network" => Ok(Self::Network),
            "post" => Ok(Self::Post),
            "anything" => Ok(Self::Anything),
            _ => {
                let id = word.strip_prefix("complaint:").ok_or(Unknown)?;
                Ok(Self::Complaint(ComplaintId(Uuid::parse_str(id).map_err(|_| Unknown)?)))
            }
        }
    }
}

/// Carries what was told to every listener; a listener too slow to follow is told so and fetches everything.
#[derive(Debug, Clone)]
pub struct Bus(broadcast::Sender<Told>);

impl Default for Bus {
    fn default() -> Self {
        Self(broadcast::Sender::new(1024))
    }
}

impl Bus {
    /// Tells everybody who listens.
    pub fn tell(&self, topic: Topic, version: u64) {
        self.send(Told { topic, version, elsewhere: false });
    }

    /// Tells everybody here what another process did.
    pub(crate) fn pass_on(&self, topic: Topic, version: u64) {
        self.send(Told { topic, version, elsewhere: true });
    }

    fn send(&self, told: Told) {
        // Nobody listening is no failure.
        let _ = self.0.send(told);
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_reads_back_as_it_was_written() {
        let one = Topic::Complaint(ComplaintId(Uuid::from_u128(3)));
        for topic in [Topic::Queue, one, Topic::Network, Topic::Post, Topic::Anything] {
            assert_eq!(topic.to_string().parse(), Ok(topic));
        }
        for other in ["", "complaint:", "complaint:7", "weather"] {
            assert_eq!(other.parse::<Topic>(), Err(Unknown), "{other}");
        }
    }
}
