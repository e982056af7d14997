//! What goes out, as people see it: the list, a letter, trying again; and how each person wants to be told.

use std::sync::Arc;

use domain::access::{self, Permission, Reach as Rows, Scope};
use domain::id::{ComplaintId, OutboxId, PersonId};
use domain::person::{Viewer, Who};
use domain::post::{Choice, PostScope, PostState};
use domain::time::Timestamp;
use store::{Attachment, AttachmentName, Posted, Reach};

use super::people::fit_mail;
use super::{Desk, DeskError, PersonRefused};
use crate::bus::Topic;
use crate::post::{Book, Post};

/// Something that goes out, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What lists show.
    pub posted: Posted,
    /// What it says; absent where the viewer may know of it, but not read it.
    pub content: Option<(String, Vec<AttachmentName>)>,
}

impl Desk {
    /// More failures than this are not counted.
    pub const MOST_TROUBLED: u32 = 50;

    /// What the house sends with.
    pub fn post(&self) -> Arc<Post> {
        self.post.load_full()
    }

    /// Sends with these from now on.
    pub fn send_with(&self, post: Post) {
        self.post.store(Arc::new(post));
    }

    /// Who is told where.
    pub(crate) const fn book(&self) -> &Book {
        &self.book
    }

    /// What went out, newest first, as far as this viewer may know of it; the page after `before` where it is given.
    pub async fn posted(
        &self,
        viewer: &Viewer,
        state: Option<PostState>,
        before: Option<(Timestamp, OutboxId)>,
        limit: u32,
    ) -> Result<Vec<Posted>, DeskError> {
        Ok(self.store.outgoing_list(&PostScope::of(viewer), state, before, limit).await?)
    }

    /// What a complaint has sent out, newest first.
    pub async fn posted_of(&self, viewer: &Viewer, complaint: ComplaintId) -> Result<Vec<Posted>, DeskError> {
        const MOST: u32 = 100;
        Ok(self.store.outgoing_of(&PostScope::of(viewer), complaint, MOST).await?)
    }

    /// One of them, opened.
    pub async fn letter(&self, viewer: &Viewer, id: OutboxId) -> Result<Letter, DeskError> {
        let found = self.store.outgoing(&PostScope::of(viewer), id).await?;
        let (posted, body, files) = found.ok_or(DeskError::NotFound)?;
        let content = opens(viewer, &posted).then_some((body, files));
        Ok(Letter { posted, content })
    }

    /// A file that went with it.
    pub async fn letter_file(&self, viewer: &Viewer, id: OutboxId, ordinal: u32) -> Result<Attachment, DeskError> {
        let letter = self.letter(viewer, id).await?;
        letter.content.ok_or(DeskError::NotFound)?;
        let file = self.store.outgoing_file(&PostScope::of(viewer), id, ordinal).await?;
        file.ok_or(DeskError::NotFound)
    }

    /// Has something that failed, came back or was kept tried from the beginning.
    pub async fn send_again(&self, viewer: &Viewer, id: OutboxId) -> Result<(), DeskError> {
        self.store.retry_outgoing(&PostScope::of(viewer), id, self.now()).await?;
        self.bus.tell(Topic::Post, 1);
        Ok(())
    }

    /// Somebody has looked after it otherwise.
    pub async fn put_aside(&self, viewer: &Viewer, id: OutboxId) -> Result<(), DeskError> {
        self.store.put_aside_outgoing(&PostScope::of(viewer), id, self.now()).await?;
        self.bus.tell(Topic::Post, 1);
        Ok(())
    }

    /// What this person has to look after: it failed or came back.
    pub async fn troubled(&self, viewer: &Viewer) -> Result<Vec<Posted>, DeskError> {
        let Who::Person(person) = &viewer.who else { return Ok(Vec::new()) };
        Ok(self.store.troubled_outgoing(person.id, Self::MOST_TROUBLED).await?)
    }

    /// Where and how this person is told.
    pub async fn own_reach(&self, viewer: &Viewer) -> Result<Reach, DeskError> {
        let Who::Person(person) = &viewer.who else { return Ok(Reach::default()) };
        let reaches = self.store.reaches().await?;
        Ok(reaches.into_iter().find(|(id, _)| *id == person.id).map(|(_, reach)| reach).unwrap_or_default())
    }

    /// This person chooses how to be told.
    pub async fn choose(&self, viewer: &Viewer, choice: Choice) -> Result<(), DeskError> {
        let Who::Person(person) = &viewer.who else { return Err(DeskError::Forbidden) };
        self.store.put_choice(person.id, &choice).await?;
        self.take_people().await
    }

    /// The mail addresses of the branch.
    pub async fn mails(&self, viewer: &Viewer) -> Result<Vec<(PersonId, Reach)>, DeskError> {
        access::may(viewer, Permission::ManagePeople).then_some(()).ok_or(DeskError::Forbidden)?;
        Ok(self.store.reaches().await?)
    }

    /// Sets or removes somebody's mail address.
    pub async fn set_mail(
        &self,
        viewer: &Viewer,
        id: PersonId,
        mail: Option<&str>,
    ) -> Result<Result<(), PersonRefused>, DeskError> {
        access::may(viewer, Permission::ManagePeople).then_some(()).ok_or(DeskError::Forbidden)?;
        if let Err(refused) = fit_mail(mail) {
            return Ok(Err(refused));
        }
        self.store.person(id).await?.ok_or(DeskError::NotFound)?;
        self.store.put_mail(id, mail).await?;
        self.take_people().await?;
        Ok(Ok(()))
    }
}

/// Whether this viewer may read what it says: one's own, or what the branch sends for whoever reads the branch's
/// complaints. The administrator sees that it went out, and to whom.
fn opens(viewer: &Viewer, posted: &Posted) -> bool {
    let own = viewer.person().is_some_and(|person| posted.owner == Some(person.id));
    own || *Scope::of(viewer).reach() == Rows::Branch
}
