//! What may be done with a problem location, and what comes of it. Pure.

use jiff::civil::Date;

use super::{Entry, Event, Member, Opened, Part, ProblemLocation, Radius, Refusal, Status};
use crate::access::{self, Permission};
use crate::complaint::{Attribution, Complaint, Plan};
use crate::id::{BranchId, SpotId, SpotNumber};
use crate::person::Viewer;
use crate::place::Place;
use crate::time::Timestamp;

/// What somebody may do to a problem location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// 记录进展.
    Progress {
        /// The words.
        text: String,
        /// 更正: the entry these words put right.
        corrects: Option<u64>,
    },
    /// 开工.
    Start {
        /// The words.
        text: String,
    },
    /// 调整预期.
    MoveDate {
        /// Expected from now on.
        expected: Date,
        /// Why.
        reason: String,
    },
    /// 修改资料.
    Amend {
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
    Solve {
        /// How.
        text: String,
    },
    /// 不再实施.
    GiveUp {
        /// Why.
        reason: String,
    },
    /// 重新打开.
    Reopen {
        /// Expected from now on.
        expected: Date,
        /// Why.
        reason: String,
    },
}

/// The name of what may be done, as addresses and buttons use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// 记录进展.
    Progress,
    /// 开工.
    Start,
    /// 调整预期.
    MoveDate,
    /// 修改资料.
    Amend,
    /// 解决.
    Solve,
    /// 不再实施.
    GiveUp,
    /// 重新打开.
    Reopen,
}

impl ActionKind {
    /// Every action, in the order of the buttons.
    pub const ALL: [Self; 7] =
        [Self::Progress, Self::Start, Self::MoveDate, Self::Amend, Self::Solve, Self::GiveUp, Self::Reopen];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Progress => "progress",
            Self::Start => "start",
            Self::MoveDate => "move_date",
            Self::Amend => "amend",
            Self::Solve => "solve",
            Self::GiveUp => "give_up",
            Self::Reopen => "reopen",
        }
    }

    /// The action of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// 中文 and English titles.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Progress => ("记录进展", "Record progress"),
            Self::Start => ("开工", "Start building"),
            Self::MoveDate => ("调整预期日期", "Move the date"),
            Self::Amend => ("修改资料", "Amend"),
            Self::Solve => ("解决", "Solve"),
            Self::GiveUp => ("不再实施", "Give up"),
            Self::Reopen => ("重新打开", "Reopen"),
        }
    }

    /// Whether it can be done as the problem location stands.
    const fn fits(self, status: Status) -> bool {
        match self {
            Self::Progress => true,
            Self::Start => matches!(status, Status::Open),
            Self::MoveDate | Self::Amend | Self::Solve | Self::GiveUp => status.is_open(),
            Self::Reopen => !status.is_open(),
        }
    }
}

impl Action {
    /// Its name.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Progress { .. } => ActionKind::Progress,
            Self::Start { .. } => ActionKind::Start,
            Self::MoveDate { .. } => ActionKind::MoveDate,
            Self::Amend { .. } => ActionKind::Amend,
            Self::Solve { .. } => ActionKind::Solve,
            Self::GiveUp { .. } => ActionKind::GiveUp,
            Self::Reopen { .. } => ActionKind::Reopen,
        }
    }
}

/// What was decided: the problem location afterwards and the entry that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// As it stands afterwards.
    pub spot: ProblemLocation,
    /// The entry to append.
    pub entry: Entry,
}

/// A new problem location.
#[derive(Debug, Clone)]
pub struct Opening {
    /// A fresh id.
    pub id: SpotId,
    /// In which branch.
    pub branch: BranchId,
    /// A fresh number.
    pub number: SpotNumber,
    /// 黑点名称.
    pub name: String,
    /// Where.
    pub place: Place,
    /// 归因.
    pub cause: Option<Attribution>,
}

/// A complaint that closes with a plan at a place.
#[derive(Debug, Clone, Copy)]
pub struct Joining<'a> {
    /// The complaint.
    pub complaint: &'a Complaint,
    /// What it closes with.
    pub plan: &'a Plan,
}

/// 登记: the first complaint closed with a plan registers its place.
pub fn open(opening: Opening, joining: Joining<'_>, viewer: &Viewer, now: Timestamp) -> Decision {
    let Opening { id, branch, number, name, place, cause } = opening;
    let Plan { measure, site, expected, .. } = joining.plan.clone();
    let opened = Opened { branch, number, name, place, radius: Radius::USUAL, cause, measure, site, expected };
    let events = vec![Event::Opened(Box::new(opened)), joined(joining)];
    let entry = Entry { spot: id, sequence: 1, at: now, actor: viewer.actor(), events };
    let spot = ProblemLocation::begin(&entry).expect("an entry that begins with Opened and carries no other");
    Decision { spot, entry }
}

/// 关联投诉: a further complaint belongs to it. What is expected there moves by [`Action::MoveDate`] alone.
pub fn join(spot: &ProblemLocation, joining: Joining<'_>, viewer: &Viewer, now: Timestamp) -> Decision {
    following(spot, vec![joined(joining)], viewer, now)
}

/// 移出投诉: the complaint belongs to another place.
pub fn leave(spot: &ProblemLocation, complaint: &Complaint, viewer: &Viewer, now: Timestamp) -> Decision {
    let left = Event::ComplaintLeft { number: complaint.number.clone(), complaint: complaint.id };
    following(spot, vec![left], viewer, now)
}

/// What this viewer may do as it stands, in the order of the buttons.
pub fn possible(spot: &ProblemLocation, viewer: &Viewer) -> Vec<ActionKind> {
    let may = access::may(viewer, Permission::ManageSpots);
    ActionKind::ALL.into_iter().filter(|kind| may && kind.fits(spot.status)).collect()
}

/// Decides an action; `entries` are its own, of which a correction names one, and `today` is the branch's day.
pub fn decide(
    spot: &ProblemLocation,
    action: &Action,
    entries: &[Entry],
    viewer: &Viewer,
    today: Date,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let kind = action.kind();
    if !access::may(viewer, Permission::ManageSpots) {
        return Err(Refusal::NotYours { action: kind });
    }
    if !kind.fits(spot.status) {
        return Err(Refusal::NotNow { action: kind, status: spot.status });
    }
    let said = |text: &String, part: Part| match text.trim() {
        "" => Err(Refusal::Missing { action: kind, part }),
        _ => Ok(text.clone()),
    };
    let events = match action {
        Action::Progress { text, corrects } => {
            let text = said(text, Part::Words)?;
            if corrects.is_some_and(|sequence| !tells_progress(entries, sequence)) {
                return Err(Refusal::NothingToCorrect);
            }
            vec![Event::Progressed { text, corrects: *corrects }]
        }
        Action::Start { text } => vec![Event::Started { text: said(text, Part::Words)? }],
        Action::MoveDate { expected, reason } => {
            let reason = said(reason, Part::Words)?;
            vec![moved(spot, *expected, reason, today)?]
        }
        Action::Amend { name, radius, measure, site } => vec![Event::Amended {
            name: said(name, Part::Name)?,
            radius: *radius,
            measure: said(measure, Part::Measure)?,
            site: site.clone(),
        }],
        Action::Solve { text } => vec![Event::Solved { text: said(text, Part::Words)? }],
        Action::GiveUp { reason } => vec![Event::GivenUp { reason: said(reason, Part::Words)? }],
        Action::Reopen { expected, reason } => {
            let reason = said(reason, Part::Words)?;
            let again = Event::Reopened { reason: reason.clone() };
            if *expected == spot.expected && Plan::may_expect(*expected, today) {
                vec![again]
            } else {
                vec![again, moved(spot, *expected, reason, today)?]
            }
        }
    };
    Ok(following(spot, events, viewer, now))
}

fn moved(spot: &ProblemLocation, to: Date, reason: String, today: Date) -> Result<Event, Refusal> {
    if to == spot.expected || !Plan::may_expect(to, today) {
        return Err(Refusal::Date);
    }
    Ok(Event::DateMoved { from: spot.expected, to, reason })
}

fn tells_progress(entries: &[Entry], sequence: u64) -> bool {
    let progress = |event: &Event| matches!(event, Event::Progressed { .. } | Event::Started { .. });
    entries.iter().any(|entry| entry.sequence == sequence && entry.events.iter().any(progress))
}

fn joined(Joining { complaint, plan }: Joining<'_>) -> Event {
    let member = Member { complaint: complaint.id, complained: complaint.complained(), promised: plan.expected };
    Event::ComplaintJoined { number: complaint.number.clone(), member }
}

fn following(spot: &ProblemLocation, events: Vec<Event>, viewer: &Viewer, now: Timestamp) -> Decision {
    // A machine's clock may be set back; a record never runs backwards.
    let at = now.max(spot.changed);
    let entry = Entry { spot: spot.id, sequence: spot.version + 1, at, actor: viewer.actor(), events };
    let mut spot = spot.clone();
    spot.apply(&entry).expect("the entry was made to follow it and begins nothing");
    Decision { spot, entry }
}
