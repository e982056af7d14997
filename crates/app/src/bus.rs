//! The live bus: what changed, never what it says (design §2.5).
//!
//! Told after the commit. A page that hears of a topic fetches itself again through its own authorised address.

use domain::id::ComplaintId;
use tokio::sync::broadcast;

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What.
    pub topic: Topic,
    /// Its version or generation afterwards.
    pub version: u64,
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
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Queue => f.write_str("queue"),
            Self::Complaint(id) => write!(f, "complaint:{id}"),
            Self::Network => f.write_str("network"),
            Self::Post => f.write_str("post"),
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
        // Nobody listening is no failure.
        let _ = self.0.send(Told { topic, version });
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.0.subscribe()
    }
}
