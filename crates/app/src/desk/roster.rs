//! The duty roster: who is on duty, who is away, who stands in. Kept in memory beside the people, so that every rung that
//! fires finds its holders without asking anybody.

use std::collections::HashMap;
use std::sync::Arc;

use domain::access::{self, Permission};
use domain::check::Bilingual;
use domain::id::{AbsenceId, PersonId, RosterEntryId, ShiftId};
use domain::person::{Person, Role, Viewer};
use domain::roster::{Absence, Roster, RosterEntry, RosterRefused, Shift, Signature};
use domain::time::Timestamp;
use uuid::Uuid;

use super::{Desk, DeskError};
use crate::clock::fresh_uuid;

/// What ended so long ago is not kept in memory.
const KEPT_SECONDS: i64 = 86_400;
/// So many of the last changes are looked through for those a viewer may see.
const LOOKED_THROUGH: u32 = 500;

/// A shift to enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewShift {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: Role,
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
}

/// An absence to enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAbsence {
    /// Who.
    pub person: PersonId,
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who stands in.
    pub deputy: Option<PersonId>,
}

/// What holds between two instants, as far as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Planned {
    /// The people, switched off ones too where something of theirs is planned.
    pub people: Vec<Person>,
    /// Who is on duty.
    pub shifts: Vec<Shift>,
    /// Who is away. Why, only as far as the viewer may enter it.
    pub absences: Vec<Absence>,
    /// Who entered each of them and when, by its id; of those of before that was kept nothing is known.
    pub entered: HashMap<Uuid, RosterEntry>,
}

impl Desk {
    /// The roster as it stands in memory: what holds now and later.
    pub fn roster(&self) -> Arc<Roster> {
        self.roster.load_full()
    }

    /// Takes up people, shifts and absences as they are on record now.
    pub(super) async fn take_roster(&self, people: Vec<Person>) -> Result<(), DeskError> {
        let since = self.now().plus_seconds(-KEPT_SECONDS);
        let shifts = self.store.shifts(since, Timestamp::END).await?;
        let absences = self.store.absences(since, Timestamp::END).await?;
        let roster = Roster::new(people, shifts, absences);
        if *self.roster.load_full() != roster {
            self.roster.store(Arc::new(roster));
        }
        Ok(())
    }

    /// What is planned between two instants: of the people this viewer may see on a roster.
    pub async fn planned(&self, viewer: &Viewer, from: Timestamp, until: Timestamp) -> Result<Planned, DeskError> {
        allowed(viewer, Permission::ReadRoster)?;
        let mut people = self.store.people().await?;
        people.retain(|person| access::may_to(viewer, Permission::ReadRoster, person));
        let seen = |id: PersonId| people.iter().find(|person| person.id == id);
        let mut shifts = self.store.shifts(from, until).await?;
        shifts.retain(|shift| seen(shift.person).is_some());
        let mut absences = self.store.absences(from, until).await?;
        absences.retain(|absence| seen(absence.person).is_some());
        for absence in &mut absences {
            let enters = |person| access::may_to(viewer, Permission::EnterAbsence, person);
            if !seen(absence.person).is_some_and(enters) {
                absence.reason.clear();
            }
        }
        let ids = shifts.iter().map(|shift| shift.id.0).chain(absences.iter().map(|absence| absence.id.0));
        let entered = self.store.roster_entered(&ids.collect::<Vec<_>>()).await?;
        let entered = entered.into_iter().map(|entry| (entry.planned.id(), entry)).collect();
        Ok(Planned { people, shifts, absences, entered })
    }

    /// What was last changed on the roster of the people this viewer may see there, newest first.
    pub async fn roster_changes(&self, viewer: &Viewer, limit: usize) -> Result<Vec<RosterEntry>, DeskError> {
        allowed(viewer, Permission::ReadRoster)?;
        let people = self.store.people().await?;
        let seen = |id: PersonId| {
            let person = people.iter().find(|person| person.id == id);
            person.is_some_and(|person| access::may_to(viewer, Permission::ReadRoster, person))
        };
        let entries = self.store.roster_entries(LOOKED_THROUGH).await?;
        Ok(entries.into_iter().filter(|entry| seen(entry.planned.person())).take(limit).collect())
    }

    fn signed(&self, viewer: &Viewer) -> Signature {
        let at = self.now();
        Signature { id: RosterEntryId(fresh_uuid(at)), at, by: viewer.actor() }
    }

    /// Puts somebody on duty 排班.
    pub async fn add_shift(&self, viewer: &Viewer, new: NewShift) -> Result<Result<ShiftId, Bilingual>, DeskError> {
        allowed(viewer, Permission::PlanShifts)?;
        let person = match self.colleague(viewer, Permission::PlanShifts, new.person).await? {
            Ok(person) => person,
            Err(refused) => return Ok(Err(refused.told())),
        };
        let NewShift { role, from, until, .. } = new;
        let shift = Shift { id: ShiftId(fresh_uuid(self.now())), person: person.id, role, from, until };
        self.entered(self.store.add_shift(&shift, &self.signed(viewer)).await, shift.id).await
    }

    /// Enters an absence 请假.
    pub async fn add_absence(
        &self,
        viewer: &Viewer,
        new: NewAbsence,
    ) -> Result<Result<AbsenceId, Bilingual>, DeskError> {
        allowed(viewer, Permission::EnterAbsence)?;
        let person = match self.colleague(viewer, Permission::EnterAbsence, new.person).await? {
            Ok(person) => person,
            Err(refused) => return Ok(Err(refused.told())),
        };
        if let Some(deputy) = new.deputy {
            let people = self.store.people().await?;
            let Some(deputy) = people.iter().find(|known| known.id == deputy && known.active) else {
                return Ok(Err(RosterRefused::Unknown.told()));
            };
            if house_of(deputy) != house_of(&person) {
                return Ok(Err(RosterRefused::OutsideDeputy.told()));
            }
        }
        let absence = Absence {
            id: AbsenceId(fresh_uuid(self.now())),
            person: person.id,
            from: new.from,
            until: new.until,
            reason: new.reason.trim().to_owned(),
            deputy: new.deputy,
        };
        self.entered(self.store.add_absence(&absence, &self.signed(viewer)).await, absence.id).await
    }

    /// Takes a shift away. One that is not for this viewer to plan is not there.
    pub async fn remove_shift(&self, viewer: &Viewer, id: ShiftId) -> Result<(), DeskError> {
        allowed(viewer, Permission::PlanShifts)?;
        let shift = self.store.shift(id).await?.ok_or(DeskError::NotFound)?;
        self.may_change(viewer, Permission::PlanShifts, shift.person).await?;
        self.store.remove_shift(id, &self.signed(viewer)).await?;
        self.take_people().await
    }

    /// Takes an absence away: somebody is back early, or does not go. One that is not for this viewer to enter is not there.
    pub async fn remove_absence(&self, viewer: &Viewer, id: AbsenceId) -> Result<(), DeskError> {
        allowed(viewer, Permission::EnterAbsence)?;
        let absence = self.store.absence(id).await?.ok_or(DeskError::NotFound)?;
        self.may_change(viewer, Permission::EnterAbsence, absence.person).await?;
        self.store.remove_absence(id, &self.signed(viewer)).await?;
        self.take_people().await
    }

    async fn entered<T>(&self, done: store::Result<()>, id: T) -> Result<Result<T, Bilingual>, DeskError> {
        match done {
            Ok(()) => {
                self.take_people().await?;
                Ok(Ok(id))
            }
            Err(store::Error::Refused(why)) => Ok(Err(why)),
            Err(error) => Err(error.into()),
        }
    }

    /// Somebody active for whom this viewer may do that; somebody else and nobody answer alike.
    async fn colleague(
        &self,
        viewer: &Viewer,
        permission: Permission,
        id: PersonId,
    ) -> Result<Result<Person, RosterRefused>, DeskError> {
        let person = self.store.person(id).await?.filter(|person| person.active);
        let person = person.filter(|person| access::may_to(viewer, permission, person));
        Ok(person.ok_or(RosterRefused::Unknown))
    }

    async fn may_change(&self, viewer: &Viewer, permission: Permission, id: PersonId) -> Result<(), DeskError> {
        let person = self.store.person(id).await?.filter(|person| access::may_to(viewer, permission, person));
        person.map(drop).ok_or(DeskError::NotFound)
    }
}

/// The house somebody works for: the branch, or an outside organisation.
fn house_of(person: &Person) -> Option<&str> {
    person.organisation.as_deref().filter(|_| person.role == Role::Contractor)
}

fn allowed(viewer: &Viewer, permission: Permission) -> Result<(), DeskError> {
    access::may(viewer, permission).then_some(()).ok_or(DeskError::Forbidden)
}
