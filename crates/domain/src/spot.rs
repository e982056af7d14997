//! Problem locations 黑点: places whose trouble cannot be mended now, with what is planned and by when (M3). A record of its
//! own, told by its entries as a complaint is by its journal: corrections stand beside what they correct.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::complaint::Attribution;
use crate::id::{BranchId, ComplaintId, ComplaintNumber, SpotId, SpotNumber};
use crate::person::Actor;
use crate::place::Place;
use crate::time::Timestamp;

mod decide;
mod refusal;

pub use decide::{Action, ActionKind, Decision, Joining, Opening, decide, join, leave, open, possible};
pub use refusal::{Part, Refusal};

/// How far a problem location has come 状态.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 未解决.
    Open,
    /// 实施中.
    Building,
    /// 已解决.
    Solved,
    /// 不再实施.
    GivenUp,
}

impl Status {
    /// Every status, in the order of its life.
    pub const ALL: [Self; 4] = [Self::Open, Self::Building, Self::Solved, Self::GivenUp];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Building => "building",
            Self::Solved => "solved",
            Self::GivenUp => "given_up",
        }
    }

    /// Whether something is still promised there.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Building)
    }
}

/// Within how many metres a problem location speaks for a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Radius(u32);

/// A radius too small or too large to mean one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a radius is {}..={} metres", Radius::SMALLEST.0, Radius::LARGEST.0)]
pub struct NotARadius;

impl Radius {
    /// One building.
    pub const SMALLEST: Self = Self(20);
    /// A village and its fields.
    pub const LARGEST: Self = Self(2_000);
    /// Where nobody says: a courtyard, a street corner. Within it the nearest open one is taken for the same place.
    pub const USUAL: Self = Self(200);

    /// In metres.
    pub const fn metres(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Radius {
    type Error = NotARadius;

    fn try_from(metres: u32) -> Result<Self, NotARadius> {
        let fits = (Self::SMALLEST.0..=Self::LARGEST.0).contains(&metres);
        fits.then_some(Self(metres)).ok_or(NotARadius)
    }
}

impl From<Radius> for u32 {
    fn from(radius: Radius) -> Self {
        radius.0
    }
}

/// A complaint that belongs to a problem location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Which.
    pub complaint: ComplaintId,
    /// When the customer complained.
    pub complained: Timestamp,
    /// By when it was promised to this customer.
    pub promised: Date,
}

/// A problem location 黑点 as it stands: the fold of its entries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProblemLocation {
    /// Which.
    pub id: SpotId,
    /// In which branch.
    pub branch: BranchId,
    /// The number people quote.
    pub number: SpotNumber,
    /// Sequence of the last entry; what a stale edit is recognised by.
    pub version: u64,
    /// 黑点名称.
    pub name: String,
    /// Where.
    pub place: Place,
    /// How far it reaches.
    pub radius: Radius,
    /// 归因.
    pub cause: Option<Attribution>,
    /// 解决措施.
    pub measure: String,
    /// 规划站点.
    pub site: Option<String>,
    /// 预期解决日期.
    pub expected: Date,
    /// How far it has come.
    pub status: Status,
    /// When it was registered.
    pub opened: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// The complaints that belong to it, in the order in which they came.
    pub members: Vec<Member>,
}

/// One command's effect: who, when, and the events in order. `sequence` is the version afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose.
    pub spot: SpotId,
    /// 1 for the first.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What happened.
    pub events: Vec<Event>,
}

/// Everything that is set when a problem location is registered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// In which branch.
    pub branch: BranchId,
    /// Its number.
    pub number: SpotNumber,
    /// 黑点名称.
    pub name: String,
    /// Where.
    pub place: Place,
    /// How far it reaches.
    pub radius: Radius,
    /// 归因.
    pub cause: Option<Attribution>,
    /// 解决措施.
    pub measure: String,
    /// 规划站点.
    pub site: Option<String>,
    /// 预期解决日期.
    pub expected: Date,
}

/// Something that happened to a problem location.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// 登记.
    Opened(Box<Opened>),
    /// 关联投诉.
    ComplaintJoined {
        /// Its number, as people read it.
        number: ComplaintNumber,
        /// Which, since when, and what it was promised.
        member: Member,
    },
    /// 移出投诉: it belongs to another place.
    ComplaintLeft {
        /// Its number.
        number: ComplaintNumber,
        /// Which.
        complaint: ComplaintId,
    },
    /// 进展.
    Progressed {
        /// The words.
        text: String,
        /// 更正: the entry these words put right; that one stays.
        corrects: Option<u64>,
    },
    /// 开工.
    Started {
        /// The words.
        text: String,
    },
    /// 调整预期.
    DateMoved {
        /// Expected before.
        from: Date,
        /// Expected now.
        to: Date,
        /// Why.
        reason: String,
    },
    /// 修改资料.
    Amended {
        /// 黑点名称.
        name: String,
        /// How far it reaches.
        radius: Radius,
        /// 解决措施.
        measure: String,
        /// 规划站点.
        site: Option<String>,
    },
    /// 解决.
    Solved {
        /// How.
        text: String,
    },
    /// 不再实施.
    GivenUp {
        /// Why.
        reason: String,
    },
    /// 重新打开.
    Reopened {
        /// Why.
        reason: String,
    },
}

impl Event {
    /// Whether customers who were promised something wait for this: their first owners are told.
    pub const fn concerns_customers(&self) -> bool {
        match self {
            Self::DateMoved { .. } | Self::Solved { .. } | Self::GivenUp { .. } => true,
            Self::Opened(_)
            | Self::ComplaintJoined { .. }
            | Self::ComplaintLeft { .. }
            | Self::Progressed { .. }
            | Self::Started { .. }
            | Self::Amended { .. }
            | Self::Reopened { .. } => false,
        }
    }
}

/// An entry that does not follow what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotItsEntry {
    /// Of another problem location.
    #[error("entry {0} is another problem location's")]
    Foreign(u64),
    /// Out of order.
    #[error("entry {found} does not follow version {version}")]
    OutOfOrder {
        /// What is there.
        version: u64,
        /// What came.
        found: u64,
    },
    /// The first entry does not register anything, or a later one does.
    #[error("entry {0} does not begin a problem location where one begins")]
    WrongBeginning(u64),
}

impl ProblemLocation {
    /// When somebody last complained of this place.
    pub fn last_complained(&self) -> Option<Timestamp> {
        self.members.iter().map(|member| member.complained).max()
    }

    /// Whether the day promised has gone by.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.status.is_open() && self.expected < today
    }

    /// From its entries, oldest first.
    pub fn replay(entries: &[Entry]) -> Result<Self, NotItsEntry> {
        let (first, rest) = entries.split_first().ok_or(NotItsEntry::WrongBeginning(0))?;
        let mut spot = Self::begin(first)?;
        rest.iter().try_for_each(|entry| spot.apply(entry))?;
        Ok(spot)
    }

    /// From its first entry.
    pub fn begin(entry: &Entry) -> Result<Self, NotItsEntry> {
        let Some((Event::Opened(opened), rest)) = entry.events.split_first() else {
            return Err(NotItsEntry::WrongBeginning(entry.sequence));
        };
        if entry.sequence != 1 {
            return Err(NotItsEntry::WrongBeginning(entry.sequence));
        }
        let Opened { branch, number, name, place, radius, cause, measure, site, expected } = (**opened).clone();
        let mut spot = Self {
            id: entry.spot,
            branch,
            number,
            version: 1,
            name,
            place,
            radius,
            cause,
            measure,
            site,
            expected,
            status: Status::Open,
            opened: entry.at,
            changed: entry.at,
            members: Vec::new(),
        };
        rest.iter().try_for_each(|event| spot.take(event, entry.sequence))?;
        Ok(spot)
    }

    /// Applies the next entry.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), NotItsEntry> {
        if entry.spot != self.id {
            return Err(NotItsEntry::Foreign(entry.sequence));
        }
        if entry.sequence != self.version + 1 {
            return Err(NotItsEntry::OutOfOrder { version: self.version, found: entry.sequence });
        }
        entry.events.iter().try_for_each(|event| self.take(event, entry.sequence))?;
        (self.version, self.changed) = (entry.sequence, entry.at);
        Ok(())
    }

    fn take(&mut self, event: &Event, sequence: u64) -> Result<(), NotItsEntry> {
        match event {
            Event::Opened(_) => return Err(NotItsEntry::WrongBeginning(sequence)),
            Event::ComplaintJoined { member, .. } => {
                match self.members.iter_mut().find(|known| known.complaint == member.complaint) {
                    Some(known) => known.clone_from(member),
                    None => self.members.push(member.clone()),
                }
            }
            Event::ComplaintLeft { complaint, .. } => self.members.retain(|member| member.complaint != *complaint),
            Event::Progressed { .. } => {}
            Event::Started { .. } => self.status = Status::Building,
            Event::DateMoved { to, .. } => self.expected = *to,
            Event::Amended { name, radius, measure, site } => {
                self.name.clone_from(name);
                self.radius = *radius;
                self.measure.clone_from(measure);
                self.site.clone_from(site);
            }
            Event::Solved { .. } => self.status = Status::Solved,
            Event::GivenUp { .. } => self.status = Status::GivenUp,
            Event::Reopened { .. } => self.status = Status::Open,
        }
        Ok(())
    }
}
