//! What people are told, and how far they have read.

use domain::access::Scope;
use domain::person::{Viewer, Who};
use domain::time::Timestamp;
use store::Notice;

use super::{Desk, DeskError};

impl Desk {
    /// More unread notices than this are not counted.
    pub const MOST_UNSEEN: u32 = 99;

    /// What this person was told, newest first. Nobody tells a machine anything here.
    pub async fn notices(&self, viewer: &Viewer, limit: u32) -> Result<Vec<Notice>, DeskError> {
        let Who::Person(person) = &viewer.who else { return Ok(Vec::new()) };
        let mut notices = self.store.notices(&Scope::of(viewer), person, limit).await?;
        self.own_due(viewer, notices.iter_mut().map(|notice| &mut notice.complaint)).await?;
        Ok(notices)
    }

    /// How many of them are unread, up to [`Self::MOST_UNSEEN`].
    pub async fn unseen(&self, viewer: &Viewer) -> Result<u32, DeskError> {
        let Who::Person(person) = &viewer.who else { return Ok(0) };
        let scope = Scope::of(viewer);
        let rungs = self.store.unseen_notices(&scope, person, Self::MOST_UNSEEN).await?;
        let locations = self.store.unseen_location_notices(&scope, person, Self::MOST_UNSEEN).await?;
        Ok((rungs + locations).min(Self::MOST_UNSEEN))
    }

    /// This person has read what was told until then.
    pub async fn see_notices(&self, viewer: &Viewer, until: Timestamp) -> Result<(), DeskError> {
        let Who::Person(person) = &viewer.who else { return Ok(()) };
        Ok(self.store.see_notices(person.id, until).await?)
    }
}
