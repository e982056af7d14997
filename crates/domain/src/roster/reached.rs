//! Whom a rung reaches: deputies for those who are away, those on duty for a role, the next role up where nobody is left.

use super::{Roster, Skipped, WhyNot};
use crate::access::Scope;
use crate::clock::{Holder, Tell};
use crate::complaint::{Complaint, PersonRef};
use crate::id::PersonId;
use crate::person::{Person, Role};
use crate::time::Timestamp;

/// Whom a rung reached and whom it passed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reached {
    /// Who is told, each once; never nobody.
    pub tells: Vec<Tell>,
    /// Who was passed over and why, in the order in which they were asked for.
    pub skipped: Vec<Skipped>,
}

impl Roster {
    /// Whom the holders of a rung are at that instant. `above` are the roles of the ladder from this rung up, lowest
    /// first: where all of a role are away, or a person without a deputy, the next of them that is there is told.
    pub fn reached(&self, complaint: &Complaint, holders: &[Holder], above: &[Role], at: Timestamp) -> Reached {
        let mut asking = Asking { roster: self, complaint, at, reached: Reached::default() };
        for holder in holders {
            match holder {
                Holder::Handler => asking.person_or_above(holder_person(complaint), above),
                Holder::Owner => asking.person_or_above(complaint.first_owner.clone(), above),
                Holder::Role(role) => asking.role_or_above(*role, above),
            }
        }
        let mut reached = asking.reached;
        if reached.tells.is_empty() {
            // Nobody at all is there: it stays with those it was meant for, to be read on their return.
            for holder in holders {
                tell_once(&mut reached.tells, plain(*holder, complaint));
            }
            let told = &reached.tells;
            reached.skipped.retain(|skipped| !told.iter().any(|tell| same(tell, &skipped.who)));
        }
        self.once(&mut reached.tells, complaint);
        reached
    }

    /// Whoever is told as one of a role is not told again by name.
    fn once(&self, tells: &mut Vec<Tell>, complaint: &Complaint) {
        let roles: Vec<Role> =
            tells.iter().filter_map(|tell| if let Tell::Role(role) = tell { Some(*role) } else { None }).collect();
        tells.retain(|tell| {
            let Tell::Person(PersonRef { id: Some(id), .. }) = tell else { return true };
            let known = self.person(*id);
            known.is_none_or(|person| !(roles.contains(&person.role) && person.active && reads(person, complaint)))
        });
    }
}

fn holder_person(complaint: &Complaint) -> PersonRef {
    complaint.handler.as_ref().unwrap_or(&complaint.first_owner).clone()
}

fn plain(holder: Holder, complaint: &Complaint) -> Tell {
    match holder {
        Holder::Handler => Tell::Person(holder_person(complaint)),
        Holder::Owner => Tell::Person(complaint.first_owner.clone()),
        Holder::Role(role) => Tell::Role(role),
    }
}

fn tell_once(tells: &mut Vec<Tell>, tell: Tell) {
    if !tells.iter().any(|known| same(known, &tell)) {
        tells.push(tell);
    }
}

/// People are told apart by their id: a record may know somebody by a former name.
fn same(one: &Tell, other: &Tell) -> bool {
    match (one, other) {
        (Tell::Person(one), Tell::Person(other)) if one.id.is_some() => one.id == other.id,
        _ => one == other,
    }
}

/// Whether somebody may read the complaint: nobody else is asked in another's place, or as one of a role.
fn reads(person: &Person, complaint: &Complaint) -> bool {
    Scope::of_person(complaint.branch, person).covers(complaint)
}

/// One rung being told of.
struct Asking<'a> {
    roster: &'a Roster,
    complaint: &'a Complaint,
    at: Timestamp,
    reached: Reached,
}

impl<'a> Asking<'a> {
    fn person_or_above(&mut self, who: PersonRef, above: &[Role]) {
        if let Err(last) = self.person(who) {
            let instead = self.first_of(above);
            let skipped = self.reached.skipped.iter_mut().rfind(|skipped| same(&skipped.who, &last));
            if let (Some(skipped), Some(role)) = (skipped, instead) {
                skipped.instead.get_or_insert(Tell::Role(role));
            }
        }
    }

    fn role_or_above(&mut self, role: Role, above: &[Role]) {
        if !self.role(role) {
            let over = above.iter().position(|known| *known == role).map_or(above, |at| &above[at + 1..]);
            let instead = self.first_of(over).map(Tell::Role);
            self.skip(Skipped { who: Tell::Role(role), why: WhyNot::Nobody, instead });
        }
    }

    fn first_of(&mut self, roles: &[Role]) -> Option<Role> {
        roles.iter().copied().find(|role| self.role(*role))
    }

    /// Tells a person, or whoever stands in, along the deputies as far as they lead; else the last one asked in vain.
    fn person(&mut self, who: PersonRef) -> Result<(), Tell> {
        let mut asked: Vec<PersonId> = Vec::new();
        let mut who = who;
        loop {
            let Some((why, deputy)) = self.away(&who) else {
                tell_once(&mut self.reached.tells, Tell::Person(who));
                return Ok(());
            };
            asked.extend(who.id);
            let deputy = deputy.filter(|id| !asked.contains(id)).and_then(|id| self.roster.person(id));
            let deputy = deputy.filter(|person| reads(person, self.complaint)).map(Person::reference);
            let passed = Tell::Person(who);
            self.skip(Skipped { who: passed.clone(), why, instead: deputy.clone().map(Tell::Person) });
            who = deputy.ok_or(passed)?;
        }
    }

    /// Why this person is not there, with the deputy if one was named. Whom the roster does not know is taken to be there.
    fn away(&self, who: &PersonRef) -> Option<(WhyNot, Option<PersonId>)> {
        let Some(id) = who.id else {
            // The desk itself, behind which nobody stands: told where no roster knows anybody better.
            return (!self.roster.people.is_empty()).then_some((WhyNot::Nobody, None));
        };
        let person = self.roster.person(id)?;
        if let Some(absence) = self.roster.absence(id, self.at) {
            return Some((WhyNot::Absent { until: absence.until }, absence.deputy));
        }
        (!person.active).then_some((WhyNot::Left, None))
    }

    /// Tells a role: those on duty where the roster names any, else everybody of it. Whether anybody was reached.
    fn role(&mut self, role: Role) -> bool {
        let roster: &'a Roster = self.roster;
        if roster.people.is_empty() {
            tell_once(&mut self.reached.tells, Tell::Role(role));
            return true;
        }
        let on_duty = roster.on_duty(role, self.at).filter(|person| person.active && reads(person, self.complaint));
        if self.any(&on_duty.collect::<Vec<_>>()) {
            return true;
        }
        let of_role = roster.people.iter().filter(|person| person.role == role && person.active);
        let members: Vec<&Person> = of_role.filter(|person| reads(person, self.complaint)).collect();
        if !members.is_empty() && members.iter().all(|person| roster.is_there(person, self.at)) {
            tell_once(&mut self.reached.tells, Tell::Role(role));
            return true;
        }
        self.any(&members)
    }

    /// Tells each of them; whether anybody was reached.
    fn any(&mut self, people: &[&Person]) -> bool {
        let mut any = false;
        for person in people {
            any |= self.person(person.reference()).is_ok();
        }
        any
    }

    fn skip(&mut self, skipped: Skipped) {
        if !self.reached.skipped.iter().any(|known| same(&known.who, &skipped.who)) {
            self.reached.skipped.push(skipped);
        }
    }
}
