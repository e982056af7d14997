//! The duty roster 值班表: who is on duty for a role, who is away and who stands in (M5, M8).
//!
//! [`Roster::reached`] says whom a rung of the ladder reaches at an instant. Invariants: it reaches somebody, each person
//! once, and nobody who is away while somebody stands in; whoever is passed over is named with the reason.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::access::Permission;
use crate::check::Bilingual;
use crate::clock::Tell;
use crate::complaint::PersonRef;
use crate::id::{AbsenceId, PersonId, ShiftId};
use crate::person::{Person, Role};
use crate::time::Timestamp;

mod reached;
mod record;
#[cfg(test)]
mod tests;

pub use reached::Reached;
pub use record::{Change, Planned, RosterEntry, Signature};

/// A shift 值班: somebody holds a role from then until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Which.
    pub id: ShiftId,
    /// Who.
    pub person: PersonId,
    /// As what; a team leader may sit in for a handler.
    pub role: Role,
    /// From this instant on.
    pub from: Timestamp,
    /// Until before this one.
    pub until: Timestamp,
}

/// An absence 请假.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Which.
    pub id: AbsenceId,
    /// Who is away.
    pub person: PersonId,
    /// From this instant on.
    pub from: Timestamp,
    /// Until before this one.
    pub until: Timestamp,
    /// Why, in that person's words: for the roster alone, no complaint's record carries it.
    pub reason: String,
    /// 代理人, where somebody stands in.
    pub deputy: Option<PersonId>,
}

/// Why a shift or an absence is not entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterRefused {
    /// The end does not come after the beginning.
    #[error("the end must come after the beginning; correct one of the two times")]
    Reversed,
    /// Longer than anybody means.
    #[error("a shift lasts at most 7 days and an absence at most 366; check the dates, or enter several")]
    TooLong,
    /// The person has one that covers part of that time.
    #[error("this overlaps one that is entered already; take that one away first or change the times")]
    Overlaps,
    /// Nobody stands in for oneself.
    #[error("nobody stands in for oneself; choose somebody else, or nobody")]
    OwnDeputy,
    /// A deputy of another house would be told what is not for that house.
    #[error("a deputy belongs to the same house; choose a colleague, or nobody")]
    OutsideDeputy,
    /// No such person, or one who has left.
    #[error("there is no such person, or the account is switched off; choose somebody from the list")]
    Unknown,
}

impl RosterRefused {
    /// What is wrong and what to do, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh = match self {
            Self::Reversed => "结束时间要晚于开始时间，请改正其中一个",
            Self::TooLong => "一个班次最长 7 天，一次请假最长 366 天；请核对日期，或分几次登记",
            Self::Overlaps => "与此人已登记的时间重叠，请先删去原来的，或改时间",
            Self::OwnDeputy => "不能由本人代理，请另选一人，或不选",
            Self::OutsideDeputy => "代理人要是本单位的同事，请另选一人，或不选",
            Self::Unknown => "没有这个人，或账号已停用，请从名单中选择",
        };
        Bilingual::new(zh, self.to_string())
    }
}

impl Shift {
    /// No shift lasts longer, days.
    pub const LONGEST_DAYS: i64 = 7;

    /// Whether it may be entered, whatever else is.
    pub const fn checked(&self) -> Result<(), RosterRefused> {
        span(self.from, self.until, Self::LONGEST_DAYS)
    }

    /// Whether it holds at that instant.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

impl Absence {
    /// No absence lasts longer, days.
    pub const LONGEST_DAYS: i64 = 366;

    /// Whether it may be entered, whatever else is.
    pub fn checked(&self) -> Result<(), RosterRefused> {
        if self.deputy == Some(self.person) {
            return Err(RosterRefused::OwnDeputy);
        }
        span(self.from, self.until, Self::LONGEST_DAYS)
    }

    /// Whether it holds at that instant.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

const fn span(from: Timestamp, until: Timestamp, days: i64) -> Result<(), RosterRefused> {
    match until.as_micros() - from.as_micros() {
        ..=0 => Err(RosterRefused::Reversed),
        long if long > days * 86_400_000_000 => Err(RosterRefused::TooLong),
        _ => Ok(()),
    }
}

/// Why somebody was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyNot {
    /// 请假.
    Absent {
        /// Until then.
        until: Timestamp,
    },
    /// 账号停用: the person has left.
    Left,
    /// 无人: nobody holds the role, or everybody who does is away.
    Nobody,
}

/// A holder of a rung who was passed over 跳过, and who was told instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Who should have been told.
    pub who: Tell,
    /// Why that one was not.
    #[serde(flatten)]
    pub why: WhyNot,
    /// Who is asked in that one's place: the deputy, or the next role up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Tell>,
}

/// People of the branch, when they are on duty and when away. The empty one knows nobody: a rung reaches its holders as
/// the ladder names them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    people: Vec<Person>,
    shifts: Vec<Shift>,
    absences: Vec<Absence>,
}

static NOBODY: LazyLock<Roster> = LazyLock::new(Roster::default);

impl Roster {
    /// A roster of these people.
    pub const fn new(people: Vec<Person>, shifts: Vec<Shift>, absences: Vec<Absence>) -> Self {
        Self { people, shifts, absences }
    }

    /// The empty one.
    pub fn none() -> &'static Self {
        &NOBODY
    }

    /// The people it knows.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// One of them.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// 外部单位 to which work can be sent 外派: those somebody belongs to who then sees it, by name.
    pub fn organisations(&self) -> BTreeSet<&str> {
        let outside = self.people.iter().filter(|person| person.active && person.role == Role::Contractor);
        outside.filter_map(|person| person.organisation.as_deref()).collect()
    }

    /// 部门 to which a complaint can be transferred 转派: those somebody belongs to who takes over there, by name.
    pub fn departments(&self) -> BTreeSet<&str> {
        let takes_over = |person: &&Person| Permission::TakeTransferred.relation(person.role).is_some();
        let there = self.people.iter().filter(|person| person.active && !person.department.is_empty());
        there.filter(takes_over).map(|person| person.department.as_str()).collect()
    }

    /// Whether it knows anybody: the empty one cannot tell who is not there.
    pub const fn knows_people(&self) -> bool {
        !self.people.is_empty()
    }

    /// The absence of a person at that instant.
    pub fn absence(&self, id: PersonId, at: Timestamp) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.person == id && absence.covers(at))
    }

    /// Whether somebody can be asked at that instant.
    pub fn is_there(&self, person: &Person, at: Timestamp) -> bool {
        person.active && self.absence(person.id, at).is_none()
    }

    /// Everybody the roster puts on duty for a role at that instant, also who is away nevertheless.
    pub fn on_duty(&self, role: Role, at: Timestamp) -> impl Iterator<Item = &Person> {
        let on = self.shifts.iter().filter(move |shift| shift.role == role && shift.covers(at));
        on.filter_map(|shift| self.person(shift.person))
    }

    /// Who does a role's work at that instant: those on duty for it where there are any, else everybody of the role who is
    /// there; nobody where all are away.
    pub fn at_work(&self, role: Role, at: Timestamp) -> Vec<&Person> {
        let on: Vec<&Person> = self.on_duty(role, at).filter(|person| self.is_there(person, at)).collect();
        if !on.is_empty() {
            return on;
        }
        self.people.iter().filter(|person| person.role == role && self.is_there(person, at)).collect()
    }
}

impl Person {
    /// This person as a record names one.
    pub fn reference(&self) -> PersonRef {
        PersonRef { id: Some(self.id), name: self.name.clone() }
    }
}
