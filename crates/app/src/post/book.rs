//! Who is told where, kept in memory: writing a notice asks nobody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

use domain::access::Scope;
use domain::clock::Tell;
use domain::complaint::Complaint;
use domain::id::{BranchId, PersonId};
use domain::person::{Person, Viewer, Who};
use jiff::civil::Date;
use store::Reach;

/// A person with where and how that person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub person: Person,
    /// Where and how.
    pub reach: Reach,
}

/// Everybody active, and whose digest of which day is written.
#[derive(Debug, Default)]
pub(crate) struct Book {
    people: RwLock<Arc<[Known]>>,
    digests: Mutex<HashMap<PersonId, Date>>,
}

impl Book {
    /// Takes the people as they are now.
    pub(crate) fn fill(&self, people: &[Person], reaches: &[(PersonId, Reach)]) {
        let reach = |id: PersonId| reaches.iter().find(|(known, _)| *known == id).map(|(_, reach)| reach.clone());
        let known = people.iter().filter(|person| person.active);
        let known = known.map(|person| Known { person: person.clone(), reach: reach(person.id).unwrap_or_default() });
        *self.people.write().unwrap_or_else(std::sync::PoisonError::into_inner) = known.collect();
    }

    /// Everybody.
    pub(crate) fn all(&self) -> Arc<[Known]> {
        self.people.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Whether this process has seen to that day's digest. Another one may have: the store knows.
    pub(crate) fn has_digest(&self, person: PersonId, day: Date) -> bool {
        let digests = self.digests.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        digests.get(&person).is_some_and(|done| *done >= day)
    }

    /// That day's digest is seen to.
    pub(crate) fn digest_done(&self, person: PersonId, day: Date) {
        self.digests.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(person, day);
    }
}

impl Known {
    /// Whether that means this person, who may read the complaint: nobody is mailed what the pages would refuse.
    pub(crate) fn is_told(&self, tell: &Tell, complaint: &Complaint) -> bool {
        let meant = match tell {
            Tell::Person(person) => person.id == Some(self.person.id),
            Tell::Role(role) => *role == self.person.role,
        };
        meant && Scope::of_person(complaint.branch, &self.person).covers(complaint)
    }

    /// This person as a viewer.
    pub(crate) fn viewer(&self, branch: BranchId) -> Viewer {
        Viewer { branch, who: Who::Person(self.person.clone()) }
    }
}
