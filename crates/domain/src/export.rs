//! Exports 导出: somebody asks for rows with a reason, somebody else decides, the asker fetches the file for a limited time, and
//! every step is on record (domain.md §11, P-3). Pure; the file itself is made elsewhere and bound by its digest.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::{self, Permission};
use crate::complaint::PersonRef;
use crate::flow::{Flow, State as Step};
use crate::grade::Grade;
use crate::id::{BranchId, ExportId, PersonId};
use crate::person::{Actor, Person, Viewer, Who};
use crate::time::Timestamp;

mod refusal;

pub use refusal::Refusal;

/// For how long a file that was approved can be fetched.
pub const OPEN_HOURS: i64 = 72;

/// As what the file is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// 工作簿.
    #[default]
    Xlsx,
    /// 逗号分隔文本.
    Csv,
}

impl Format {
    /// Every format, in the order a form offers them.
    pub const ALL: [Self; 2] = [Self::Xlsx, Self::Csv];

    /// The stable name, and how a file's name ends.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    /// What a browser is told it is.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// In which language headings and names stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// 中文.
    #[default]
    Zh,
    /// English.
    En,
}

/// Which complaints: what a list can be narrowed to. An absent part narrows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Selection {
    /// Words to be found; no phone: a file is not asked for by a customer's number.
    pub text: String,
    /// Where in the flow.
    pub state: Option<Step>,
    /// Which procedure.
    pub flow: Option<Flow>,
    /// How grave.
    pub grade: Option<Grade>,
    /// Received on this day or later.
    pub from: Option<Date>,
    /// Received on this day or earlier.
    pub to: Option<Date>,
}

/// How far a request has come 状态.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 待批.
    Asked,
    /// 已批准: the file can be fetched.
    Approved,
    /// 未批准.
    Refused,
    /// 已撤回 by its asker.
    Withdrawn,
    /// 已过期: the file is gone, the record stays.
    Expired,
}

impl State {
    /// Every state, in the order of its life.
    pub const ALL: [Self; 5] = [Self::Asked, Self::Approved, Self::Refused, Self::Withdrawn, Self::Expired];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
}

/// The file that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Complaints in it.
    pub rows: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256, hex: which file it was can be shown for ever.
    pub digest: String,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// In which branch.
    pub branch: BranchId,
    /// The number people quote, and every row of the file carries.
    pub number: String,
    /// By whom.
    pub asker: PersonRef,
    /// What for.
    pub reason: String,
    /// Which rows.
    pub selection: Selection,
    /// As what.
    pub format: Format,
    /// In which language.
    pub language: Language,
    /// 明文: whether phones and names are wanted as they are.
    pub unmasked: bool,
    /// How many complaints that were when it was asked.
    pub found: u64,
}

/// What happened to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// 申请.
    Asked(Box<Asked>),
    /// 批准: the file was made.
    Approved {
        /// Why, where something was said.
        reason: String,
        /// Whether phones and names stand in it as they are.
        unmasked: bool,
        /// The file.
        file: FileRef,
        /// Until when it can be fetched.
        expires: Timestamp,
    },
    /// 不批准.
    Refused {
        /// Why.
        reason: String,
    },
    /// 撤回.
    Withdrawn,
    /// 下载.
    Fetched,
    /// 过期: the file was taken away.
    Expired,
}

/// A step of a request on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose.
    pub request: ExportId,
    /// 1 for the first.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub event: Event,
}

/// A request as it stands: the fold of its entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Which.
    pub id: ExportId,
    /// What was asked for.
    pub asked: Asked,
    /// When.
    pub at: Timestamp,
    /// Sequence of the last entry.
    pub version: u64,
    /// How far it has come.
    pub state: State,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Whether it was approved with phones and names as they are.
    pub unmasked: bool,
    /// The file, once it was made.
    pub file: Option<FileRef>,
    /// Until when it can be fetched.
    pub expires: Option<Timestamp>,
    /// How often it was fetched.
    pub fetched: u32,
}

/// What was decided: the request afterwards and the entry that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Afterwards.
    pub request: Request,
    /// The entry to append.
    pub entry: Entry,
}

/// Whose requests a viewer sees: one's own, or the branch's for whoever decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every one of the branch.
    Branch,
    /// One's own.
    Own(PersonId),
    /// None.
    Nothing,
}

impl Reach {
    /// How far this viewer sees.
    pub fn of(viewer: &Viewer) -> Self {
        match &viewer.who {
            Who::House => Self::Branch,
            Who::Person(_) if access::may(viewer, Permission::ApproveExport) => Self::Branch,
            Who::Person(person) if access::may(viewer, Permission::AskExport) => Self::Own(person.id),
            Who::Person(_) | Who::Machine { .. } => Self::Nothing,
        }
    }
}

impl Request {
    /// Makes the request from its entries; nothing where they are not a whole history.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Option<Self> {
        let mut entries = entries.into_iter();
        let first = entries.next()?;
        let Event::Asked(asked) = &first.event else { return None };
        let mut request = Self {
            id: first.request,
            asked: asked.as_ref().clone(),
            at: first.at,
            version: 1,
            state: State::Asked,
            decided_by: None,
            unmasked: false,
            file: None,
            expires: None,
            fetched: 0,
        };
        for entry in entries {
            if entry.request != request.id || entry.sequence != request.version + 1 {
                return None;
            }
            request.take(entry)?;
        }
        (first.sequence == 1).then_some(request)
    }

    fn take(&mut self, entry: &Entry) -> Option<()> {
        match &entry.event {
            Event::Asked(_) => return None,
            Event::Approved { unmasked, file, expires, .. } => {
                self.state = State::Approved;
                self.decided_by = Some(entry.actor.name().to_owned());
                self.unmasked = *unmasked;
                self.file = Some(file.clone());
                self.expires = Some(*expires);
            }
            Event::Refused { .. } => {
                self.state = State::Refused;
                self.decided_by = Some(entry.actor.name().to_owned());
            }
            Event::Withdrawn => self.state = State::Withdrawn,
            Event::Fetched => self.fetched += 1,
            Event::Expired => self.state = State::Expired,
        }
        self.version = entry.sequence;
        Some(())
    }

    /// Whether this viewer asked for it.
    pub fn is_of(&self, viewer: &Viewer) -> bool {
        viewer.person().is_some_and(|person| Some(person.id) == self.asked.asker.id)
    }

    /// What a file of it may hold at most: phones and names are looked at one by one.
    pub const fn most(unmasked: bool) -> u64 {
        if unmasked { 500 } else { 20_000 }
    }

    fn followed_by(&self, viewer: &Viewer, now: Timestamp, event: Event) -> Decision {
        let entry = Entry { request: self.id, sequence: self.version + 1, at: now, actor: viewer.actor(), event };
        let mut request = self.clone();
        request.take(&entry).expect("nobody decides to ask for what is asked for");
        Decision { request, entry }
    }
}

/// 申请: by a person who may, with a reason, for rows there are.
pub fn ask(id: ExportId, asked: Asked, viewer: &Viewer, now: Timestamp) -> Result<Decision, Refusal> {
    let most = Request::most(asked.unmasked);
    if asked.reason.trim().is_empty() {
        return Err(Refusal::NoReason);
    }
    if asked.selection.text != crate::contact::mask_digits(&asked.selection.text) {
        return Err(Refusal::ByPhone);
    }
    if asked.unmasked && !access::may(viewer, Permission::Unmask) {
        return Err(Refusal::NotUnmasked);
    }
    if asked.found == 0 {
        return Err(Refusal::Empty);
    }
    if asked.found > most {
        return Err(Refusal::TooMany { most });
    }
    let entry =
        Entry { request: id, sequence: 1, at: now, actor: viewer.actor(), event: Event::Asked(Box::new(asked)) };
    let request = Request::replay([&entry]).expect("an entry that asks begins a request");
    Ok(Decision { request, entry })
}

/// Whether this viewer may decide on it now: somebody else than who asked.
pub fn may_decide(request: &Request, viewer: &Viewer) -> Result<(), Refusal> {
    if request.is_of(viewer) {
        return Err(Refusal::Own);
    }
    if request.state == State::Asked { Ok(()) } else { Err(Refusal::Settled { state: request.state }) }
}

/// Whether it may be approved with phones and names as they are, or without: only what was asked for, by one who sees them, for
/// one who sees them.
pub fn may_approve(request: &Request, viewer: &Viewer, asker: &Person, unmasked: bool) -> Result<(), Refusal> {
    may_decide(request, viewer)?;
    let asker = Viewer { branch: viewer.branch, who: Who::Person(asker.clone()) };
    if !access::may(&asker, Permission::AskExport) {
        return Err(Refusal::AskerGone);
    }
    let both = access::may(viewer, Permission::Unmask) && access::may(&asker, Permission::Unmask);
    if unmasked && !(request.asked.unmasked && both) { Err(Refusal::NotUnmasked) } else { Ok(()) }
}

/// 批准, the file being made.
pub fn approve(
    request: &Request,
    viewer: &Viewer,
    now: Timestamp,
    reason: &str,
    unmasked: bool,
    file: FileRef,
) -> Result<Decision, Refusal> {
    may_decide(request, viewer)?;
    let expires = now.plus_seconds(OPEN_HOURS * 3_600);
    let reason = reason.trim().to_owned();
    Ok(request.followed_by(viewer, now, Event::Approved { reason, unmasked, file, expires }))
}

/// 不批准, with a reason.
pub fn refuse(request: &Request, viewer: &Viewer, now: Timestamp, reason: &str) -> Result<Decision, Refusal> {
    may_decide(request, viewer)?;
    if reason.trim().is_empty() {
        return Err(Refusal::NoReason);
    }
    Ok(request.followed_by(viewer, now, Event::Refused { reason: reason.trim().to_owned() }))
}

/// 撤回: by its asker, while nobody has decided.
pub fn withdraw(request: &Request, viewer: &Viewer, now: Timestamp) -> Result<Decision, Refusal> {
    match request.state {
        _ if !request.is_of(viewer) => Err(Refusal::NotOwn),
        State::Asked => Ok(request.followed_by(viewer, now, Event::Withdrawn)),
        state @ (State::Approved | State::Refused | State::Withdrawn | State::Expired) => {
            Err(Refusal::Settled { state })
        }
    }
}

/// 下载: by its asker and nobody else, before it expires.
pub fn fetch(request: &Request, viewer: &Viewer, now: Timestamp) -> Result<Decision, Refusal> {
    if !request.is_of(viewer) {
        return Err(Refusal::NotOwn);
    }
    match (request.state, request.expires) {
        (State::Approved, Some(expires)) if now < expires => Ok(request.followed_by(viewer, now, Event::Fetched)),
        (State::Approved | State::Expired, _) => Err(Refusal::Expired),
        (state @ (State::Asked | State::Refused | State::Withdrawn), _) => Err(Refusal::NotApproved { state }),
    }
}

/// 过期: the file goes once its time is over.
pub fn expire(request: &Request, house: &Viewer, now: Timestamp) -> Option<Decision> {
    let over = request.state == State::Approved && request.expires.is_some_and(|expires| expires <= now);
    over.then(|| request.followed_by(house, now, Event::Expired))
}

#[cfg(test)]
mod tests;
