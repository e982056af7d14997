//! Exports 导出: asking for a file of complaints, deciding on it, fetching it. The rules are `domain::export`'s; here the rows are
//! gathered within the asker's own scope, and the file is sealed as long as it lies here (domain.md §11, P-3).

use domain::access::{self, Permission, Scope};
use domain::complaint::{Complaint, PersonRef};
use domain::contact::Sealed;
use domain::export::{
    self, Asked, Decision, Entry, FileRef, Format, Language, Reach, Refusal, Request, Selection, State,
};
use domain::flow::Action;
use domain::id::{ComplaintId, ExportId};
use domain::journal::MaskedField;
use domain::person::{Person, Viewer, Who};
use domain::time::Timestamp;
use jiff::civil::Date;
use rand::RngExt;
use sha2::{Digest, Sha256};
use store::{ExportFile, Filter, SearchQuery};

use super::{Desk, DeskError};
use crate::bus::Topic;
use crate::export::{Cell, Sheet, file};

/// Complaints read at once.
const TOGETHER: u32 = 500;
/// Requests shown in a list.
const SHOWN: u32 = 100;
/// What the end of a number is made of: nothing that is taken for something else when read aloud.
const LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExport {
    /// What for.
    pub reason: String,
    /// Which rows.
    pub selection: Selection,
    /// As what.
    pub format: Format,
    /// In which language.
    pub language: Language,
    /// Whether phones and names are wanted as they are.
    pub unmasked: bool,
}

/// A complaint as a row shows it.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The complaint.
    pub complaint: &'a Complaint,
    /// 客户电话, masked unless it was approved otherwise.
    pub phone: String,
    /// 客户姓名, the same.
    pub name: String,
}

/// How a file is worded: names of things are the edge's.
pub trait Wording: Send + Sync {
    /// The names of the columns.
    fn headings(&self) -> Vec<String>;
    /// A row of them; the request's number comes first.
    fn row(&self, request: &Request, shown: &Shown<'_>) -> Vec<Cell>;
    /// 水印: whose file it is, of which request, who approved it.
    fn mark(&self, request: &Request, approver: &str) -> String;
}

/// What a step came to: the request afterwards, or why it was refused.
type Stepped = Result<Result<Request, Refusal>, DeskError>;

impl Desk {
    /// 申请导出.
    pub async fn ask_export(&self, viewer: &Viewer, new: NewExport) -> Stepped {
        let person = asker(viewer)?;
        let most = Request::most(new.unmasked);
        let found = self.chosen(viewer, &new.selection, most + 1).await?.len() as u64;
        let NewExport { reason, selection, format, language, unmasked } = new;
        let asked = Asked {
            branch: viewer.branch,
            number: export_number(self.today()),
            asker: PersonRef { id: Some(person.id), name: person.name.clone() },
            reason: reason.trim().to_owned(),
            selection,
            format,
            language,
            unmasked,
            found,
        };
        let id = ExportId(crate::clock::fresh_uuid(self.now()));
        match export::ask(id, asked, viewer, self.now()) {
            Ok(decision) => self.put_export(decision, ExportFile::Stays).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// A request with its steps, as far as this viewer may know of it.
    pub async fn export(&self, viewer: &Viewer, id: ExportId) -> Result<(Request, Vec<Entry>), DeskError> {
        let request = self.store.export(Reach::of(viewer), id).await?.ok_or(DeskError::NotFound)?;
        Ok((request, self.store.export_steps(id).await?))
    }

    /// The newest requests this viewer may know of.
    pub async fn exports(&self, viewer: &Viewer) -> Result<Vec<Request>, DeskError> {
        Ok(self.store.exports(Reach::of(viewer), SHOWN).await?)
    }

    /// What waits on this person: requests of others to decide on, and one's own files that can be fetched and were not.
    pub async fn exports_to_do(&self, viewer: &Viewer) -> Result<Vec<Request>, DeskError> {
        let mut todo = Vec::new();
        if access::may(viewer, Permission::ApproveExport) {
            let waiting = self.store.exports_waiting(SHOWN).await?;
            todo.extend(waiting.into_iter().filter(|request| !request.is_of(viewer)));
        }
        if let Some(person) = viewer.person().filter(|_| access::may(viewer, Permission::AskExport)) {
            let now = self.now();
            let own = self.store.exports(Reach::Own(person.id), SHOWN).await?;
            let ready = |request: &Request| {
                request.state == State::Approved
                    && request.fetched == 0
                    && request.expires.is_some_and(|expires| now < expires)
            };
            todo.extend(own.into_iter().filter(ready));
        }
        Ok(todo)
    }

    /// 批准: gathers the rows as they stand now, within the asker's scope, and makes the file. In clear only what the record of each
    /// complaint has been told of before.
    pub async fn approve_export(
        &self,
        viewer: &Viewer,
        id: ExportId,
        reason: &str,
        unmasked: bool,
        wording: &dyn Wording,
    ) -> Stepped {
        if !access::may(viewer, Permission::ApproveExport) {
            return Err(DeskError::Forbidden);
        }
        let (request, _) = self.export(viewer, id).await?;
        let asker = self.people().await?.into_iter().find(|person| Some(person.id) == request.asked.asker.id);
        let Some(asker) = asker else { return Ok(Err(Refusal::AskerGone)) };
        if let Err(refusal) = export::may_approve(&request, viewer, &asker, unmasked) {
            return Ok(Err(refusal));
        }
        let asker = Viewer { branch: viewer.branch, who: Who::Person(asker) };
        let most = Request::most(unmasked);
        let chosen = self.chosen(&asker, &request.asked.selection, most + 1).await?;
        if chosen.is_empty() {
            return Ok(Err(Refusal::Empty));
        }
        if chosen.len() as u64 > most {
            return Ok(Err(Refusal::TooMany { most }));
        }
        let (now, approver) = (self.now(), viewer.actor().name().to_owned());
        let mut rows = Vec::with_capacity(chosen.len());
        for ids in chosen.chunks(TOGETHER as usize) {
            for complaint in self.store.several(&Scope::of(&asker), ids).await? {
                let clear = unmasked && self.unmasked_on_record(&asker, &request, &complaint).await?;
                let shown = Shown {
                    phone: self.shown(complaint.customer.phone.as_ref(), clear),
                    name: self.shown(complaint.customer.name.as_ref(), clear),
                    complaint: &complaint,
                };
                rows.push(wording.row(&request, &shown));
            }
        }
        let count = rows.len() as u64;
        let (mark, headings) = (wording.mark(&request, &approver), wording.headings());
        let sheet = Sheet { mark, headings, rows, made: now };
        let format = request.asked.format;
        let made = tokio::task::spawn_blocking(move || file(&sheet, format)).await.ok().flatten();
        let bytes = made.ok_or(DeskError::Transient)?;
        let digest = hex::encode(Sha256::digest(&bytes));
        let of = FileRef { rows: count, bytes: bytes.len() as u64, digest };
        match export::approve(&request, viewer, now, reason, unmasked, of) {
            Ok(decision) => self.put_export(decision, ExportFile::Put(self.vault.seal_file(&bytes))).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// 不批准.
    pub async fn refuse_export(&self, viewer: &Viewer, id: ExportId, reason: &str) -> Stepped {
        if !access::may(viewer, Permission::ApproveExport) {
            return Err(DeskError::Forbidden);
        }
        let (request, _) = self.export(viewer, id).await?;
        self.stepped(export::refuse(&request, viewer, self.now(), reason)).await
    }

    /// 撤回.
    pub async fn withdraw_export(&self, viewer: &Viewer, id: ExportId) -> Stepped {
        let (request, _) = self.export(viewer, id).await?;
        self.stepped(export::withdraw(&request, viewer, self.now())).await
    }

    /// 下载: on record before the file is handed out.
    pub async fn fetch_export(
        &self,
        viewer: &Viewer,
        id: ExportId,
    ) -> Result<Result<(Request, Vec<u8>), Refusal>, DeskError> {
        let (request, _) = self.export(viewer, id).await?;
        let decision = match export::fetch(&request, viewer, self.now()) {
            Ok(decision) => decision,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(sealed) = self.store.export_file(id).await? else { return Ok(Err(Refusal::Expired)) };
        let bytes = self.vault.open_file(&sealed)?;
        let request = self.put_export(decision, ExportFile::Stays).await?;
        Ok(Ok((request, bytes)))
    }

    /// Takes away the files whose time is over; how many.
    pub async fn expire_exports(&self) -> Result<u64, DeskError> {
        let (now, house, mut gone) = (self.now(), self.house(), 0);
        for request in self.store.exports_over(now, SHOWN).await? {
            let Some(decision) = export::expire(&request, &house, now) else { continue };
            match self.put_export(decision, ExportFile::Gone).await {
                Ok(_) => gone += 1,
                // Another node was quicker, or it was fetched this moment: the next look sees to it.
                Err(DeskError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(gone)
    }

    async fn stepped(&self, decided: Result<Decision, Refusal>) -> Stepped {
        match decided {
            Ok(decision) => self.put_export(decision, ExportFile::Stays).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    async fn put_export(&self, decision: Decision, file: ExportFile) -> Result<Request, DeskError> {
        let Decision { request, entry } = decision;
        self.store.put_export(&request, &entry, file).await?;
        self.bus.tell(Topic::Queue, request.version);
        Ok(request)
    }

    /// The complaints that are chosen, newest first, as many as `most`, within this viewer's scope.
    async fn chosen(&self, viewer: &Viewer, selection: &Selection, most: u64) -> Result<Vec<ComplaintId>, DeskError> {
        let zone = self.calendar().zone().clone();
        let midnight = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).ok().map(Timestamp::from);
        let filter = Filter {
            states: selection.state.into_iter().collect(),
            flows: selection.flow.into_iter().collect(),
            grades: selection.grade.into_iter().collect(),
            from: selection.from.and_then(midnight),
            to: selection.to.and_then(|day| day.tomorrow().ok()).and_then(midnight),
            ..Filter::default()
        };
        let (scope, mut chosen, mut after) = (Scope::of(viewer), Vec::new(), None);
        loop {
            let text = selection.text.clone();
            let query = SearchQuery { text, filter: filter.clone(), after, limit: TOGETHER, ..SearchQuery::default() };
            let page = self.store.search(&scope, &query).await?;
            chosen.extend(page.rows.into_iter().map(|row| row.id));
            after = page.next;
            if after.is_none() || chosen.len() as u64 >= most {
                chosen.truncate(usize::try_from(most).unwrap_or(usize::MAX));
                return Ok(chosen);
            }
        }
    }

    /// Puts on the complaint's record that its phone and name are shown, and why; whether that was possible (P-2).
    async fn unmasked_on_record(
        &self,
        asker: &Viewer,
        request: &Request,
        complaint: &Complaint,
    ) -> Result<bool, DeskError> {
        let customer = &complaint.customer;
        let fields = [(MaskedField::Phone, &customer.phone), (MaskedField::Name, &customer.name)];
        let shown = fields.into_iter().filter(|(_, sealed)| sealed.is_some());
        let reason = format!("{} {}", request.asked.number, request.asked.reason);
        let actions: Vec<Action> = shown.map(|(field, _)| Action::Unmask { field, reason: reason.clone() }).collect();
        if actions.is_empty() {
            return Ok(false);
        }
        match Box::pin(self.act_all(asker, complaint.id, None, actions, None)).await {
            Ok(_) => Ok(true),
            Err(DeskError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn shown(&self, sealed: Option<&Sealed>, clear: bool) -> String {
        let Some(sealed) = sealed else { return String::new() };
        if clear { self.vault.open(sealed).unwrap_or_else(|_| sealed.masked.clone()) } else { sealed.masked.clone() }
    }
}

/// Who asks: a person who may.
fn asker(viewer: &Viewer) -> Result<&Person, DeskError> {
    let person = viewer.person().filter(|_| access::may(viewer, Permission::AskExport));
    person.ok_or(DeskError::Forbidden)
}

/// `EX-20261126-7K2M4P`: its day, and an end nobody guesses.
fn export_number(day: Date) -> String {
    let mut rng = rand::rng();
    let end: String = (0..6).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())])).collect();
    format!("EX-{:04}{:02}{:02}-{end}", day.year(), day.month(), day.day())
}
