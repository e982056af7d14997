//! A complaint 投诉: what came in, what it is now, and how journal entries make the one into the other.

use serde::{Deserialize, Serialize};

use crate::check::{Cause, Confidence, Service, Technology};
use crate::clock::{Clock, ClockKind};
use crate::contact::{Msisdn, Sealed};
use crate::declaration::Version;
use crate::flow::{Flow, Mobilisation, Paper, PaperKind, Party, State};
use crate::grade::{Grade, Suggestion};
use crate::id::{BranchId, ComplaintId, ComplaintNumber, PersonId};
use crate::place::Place;
use crate::time::Timestamp;

mod apply;
mod closing;
mod dispute;
mod order;
mod ties;
mod waiting;

pub use apply::NotItsEntry;
pub use closing::{Attribution, CauseName, Closure, Plan, RejectionGround, Resolution, SpotChoice};
pub use dispute::DecidedDispute;
pub use order::{Order, OrderKind, Verdict};
pub use ties::{Bond, ComplaintRef, Standing, Tie};
pub use waiting::{Ledger, Wait};

/// By which way a complaint came 投诉渠道.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 热线电话.
    #[default]
    Phone,
    /// 营业厅.
    Counter,
    /// 邮件.
    Mail,
    /// 上游投诉系统.
    Upstream,
    /// 表格导入.
    Spreadsheet,
    /// 来访.
    Visit,
    /// 监管与申诉.
    Regulator,
    /// 媒体.
    Media,
    /// 其他.
    Other,
}

impl Channel {
    /// Every channel, in the order a form offers them.
    pub const ALL: [Self; 9] = [
        Self::Phone,
        Self::Counter,
        Self::Mail,
        Self::Upstream,
        Self::Spreadsheet,
        Self::Visit,
        Self::Regulator,
        Self::Media,
        Self::Other,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Counter => "counter",
            Self::Mail => "mail",
            Self::Upstream => "upstream",
            Self::Spreadsheet => "spreadsheet",
            Self::Visit => "visit",
            Self::Regulator => "regulator",
            Self::Media => "media",
            Self::Other => "other",
        }
    }
}

/// The upstream system's own number 工单流水号: the same one again from the same client is the same complaint (M1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UpstreamNumber {
    /// Who numbers: the access token's name, or [`Self::BRANCH`].
    pub client: String,
    /// The number.
    pub number: String,
}

impl UpstreamNumber {
    /// The client of numbers that came in a spreadsheet or were typed in: neither says which system gave them.
    pub const BRANCH: &'static str = "branch";

    /// Whether it is known which system numbered; otherwise the number is anybody's.
    pub fn names_its_system(&self) -> bool {
        self.client != Self::BRANCH
    }

    /// Whether the two may be one complaint's: the same number, and not given by two systems known to be different.
    pub fn may_be(&self, other: &Self) -> bool {
        let named_apart = self.names_its_system() && other.names_its_system() && self.client != other.client;
        self.number == other.number && !named_apart
    }
}

/// What is the matter, in the words of intake 受理内容.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    /// 工单主题.
    #[serde(default)]
    pub title: String,
    /// 投诉内容.
    pub description: String,
    /// 投诉现象, the seven-level path joined with `→`, or one of its leaves.
    #[serde(default)]
    pub phenomenon: String,
    /// By which way it came.
    pub channel: Channel,
    /// 客户级别 as named by the source.
    #[serde(default)]
    pub level: String,
    /// Voice or data.
    #[serde(default)]
    pub service: Service,
    /// 制式, where known.
    #[serde(default)]
    pub technology: Option<Technology>,
    /// 故障时间: when the trouble occurred.
    #[serde(default)]
    pub occurred: Option<Timestamp>,
    /// 投诉时间: when the customer complained.
    pub complained: Timestamp,
    /// The serving cell the source names.
    #[serde(default)]
    pub serving_cell: Option<String>,
    /// 工单处理时限: what upstream or the customer wants.
    #[serde(default)]
    pub wanted_by: Option<Timestamp>,
}

impl Matter {
    /// The time the network is judged at: the trouble's where known, else the complaint's.
    pub fn judged_at(&self) -> Timestamp {
        self.occurred.unwrap_or(self.complained)
    }
}

/// A complaint as it arrives at any door, parsed but not yet accepted (M1). Holds the phone in clear: lives only until
/// the desk has sealed it.
#[derive(Debug, Clone)]
pub struct Intake {
    /// What is the matter.
    pub matter: Matter,
    /// Where.
    pub place: Place,
    /// 客户电话.
    pub phone: Option<Msisdn>,
    /// 客户姓名.
    pub customer: Option<String>,
    /// The upstream number, idempotency key of machines.
    pub upstream: Option<UpstreamNumber>,
    /// The idempotency key a form or client made for this submission.
    pub submission: Option<String>,
    /// The flow somebody chose; the suggestion otherwise.
    pub flow: Option<Flow>,
    /// The grade somebody chose; never below the suggestion.
    pub grade: Option<Grade>,
    /// What an upstream system sent along in its own words, opaque here.
    pub document: Option<String>,
}

/// Who complains, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// 客户电话.
    pub phone: Option<Sealed>,
    /// 客户姓名.
    pub name: Option<Sealed>,
}

/// A person as a record names one: readable after the account is gone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonRef {
    /// Who; absent for the house's own desk, where nobody has signed up yet.
    pub id: Option<PersonId>,
    /// As called at the time.
    pub name: String,
}

/// A frozen check, by reference: the evidence itself lies in its own table under this digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRef {
    /// Which one: 1 for the check at intake.
    pub ordinal: u32,
    /// SHA-256 of the stored evidence, hex: makes it as tamper-evident as the journal.
    pub digest: String,
    /// When it was made.
    pub made: Timestamp,
    /// Its conclusion.
    pub cause: Cause,
    /// How sure.
    pub confidence: Confidence,
}

/// A communication with the customer 沟通记录, failed attempts too (M6, M7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Communication {
    /// By which means.
    pub means: Means,
    /// Whether the customer was reached.
    pub reached: bool,
    /// When it took place.
    pub took_place: Timestamp,
    /// By when it had to be on record: half a working day after it took place.
    pub record_due: Timestamp,
    /// What was said, or why nobody was reached.
    pub summary: String,
}

/// Means of communication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// 电话.
    Call,
    /// 上门.
    Visit,
    /// 短信.
    Message,
    /// 邮件.
    Mail,
}

impl Means {
    /// Every means, in the order a form offers them.
    pub const ALL: [Self; 4] = [Self::Call, Self::Visit, Self::Message, Self::Mail];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Visit => "visit",
            Self::Message => "message",
            Self::Mail => "mail",
        }
    }

    /// The means in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Call => ("电话", "call"),
            Self::Visit => ("上门", "visit"),
            Self::Message => ("短信", "message"),
            Self::Mail => ("邮件", "mail"),
        }
    }
}

/// The answer given to the customer 答复.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The words.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// 直接答复 rather than after works.
    pub direct: bool,
}

/// One step of the state over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// To which state.
    pub to: State,
    /// When.
    pub at: Timestamp,
    /// Why, as far as somebody said.
    pub reason: String,
}

/// Something a legal move of a machine left undone; a person must make it good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 未与客户沟通: nobody has spoken to the customer.
    Contact,
    /// 缺答复内容: answered without words.
    ReplyText,
    /// 缺归因: closed without attribution.
    Attribution,
    /// 缺原因: a move that wants a reason had none.
    Reason,
    /// 缺流程材料: a declaration, report or record the procedure asks for.
    Papers,
    /// 缺解决方案: closed with a promise nobody has dated.
    Plan,
}

impl Duty {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::ReplyText => "reply_text",
            Self::Attribution => "attribution",
            Self::Reason => "reason",
            Self::Papers => "papers",
            Self::Plan => "plan",
        }
    }
}

/// A complaint as it stands: the fold of its journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    /// Which.
    pub id: ComplaintId,
    /// In which branch.
    pub branch: BranchId,
    /// The number people quote.
    pub number: ComplaintNumber,
    /// Sequence of the last journal entry; what a stale edit is recognised by.
    pub version: u64,
    /// When it was accepted into the record.
    pub received: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// Which procedure.
    pub flow: Flow,
    /// How grave.
    pub grade: Grade,
    /// What was suggested at intake, with reasons.
    pub suggestion: Suggestion,
    /// Where in the flow.
    pub state: State,
    /// Every state it was in.
    pub history: Vec<StateChange>,
    /// What is the matter.
    pub matter: Matter,
    /// Where.
    pub place: Place,
    /// Who complains.
    pub customer: Customer,
    /// The upstream number.
    pub upstream: Option<UpstreamNumber>,
    /// 首问责任人: never changes by transfer (M4).
    pub first_owner: PersonRef,
    /// 当前处理人.
    pub handler: Option<PersonRef>,
    /// 当前部门 after a transfer.
    pub department: Option<String>,
    /// 外派单位 while or after outsourced.
    pub organisation: Option<String>,
    /// On whom it waits now.
    pub waits_on: Party,
    /// On whom it waited since when, oldest first; the last is now's (M12).
    pub waits: Vec<Wait>,
    /// While suspended 挂起: until when at the latest.
    pub suspended_until: Option<Timestamp>,
    /// Its clocks, running and stopped.
    pub clocks: Vec<Clock>,
    /// Frozen checks, oldest first.
    pub checks: Vec<CheckRef>,
    /// Communications with the customer that reached somebody.
    pub reached: u32,
    /// Failed attempts.
    pub attempts: u32,
    /// The last answer.
    pub reply: Option<Reply>,
    /// How it was closed.
    pub closure: Option<Closure>,
    /// Left undone by machines.
    pub duties: Vec<Duty>,
    /// A result came back then and the customer has not heard of it yet (M3).
    #[serde(default)]
    pub untold_since: Option<Timestamp>,
    /// Plans, reports, remarks and decisions, oldest first.
    #[serde(default)]
    pub papers: Vec<Paper>,
    /// 申告表 as last saved (M8).
    #[serde(default)]
    pub declaration: Option<Box<Version>>,
    /// What the interface mobilised (M8).
    #[serde(default)]
    pub mobilisations: Vec<Mobilisation>,
    /// 延期: until when, while nobody has decided.
    #[serde(default)]
    pub extension_asked: Option<Timestamp>,
    /// 核减: left out of the figures.
    #[serde(default)]
    pub exempt: bool,
    /// 例外: how often it departed from the procedure (M10).
    #[serde(default)]
    pub departures: u32,
    /// What upstream sent along.
    pub document: Option<String>,
    /// 驳回原因, once it was rejected back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<RejectionGround>,
    /// 子任务, oldest first (M3, M9).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
    /// What it is to other complaints: merged, split, led.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<Tie>,
    /// Where it stood before a merge or an answer for many, while that can be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<Box<Standing>>,
    /// 匿名化: since when nothing here tells who complained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymised: Option<Timestamp>,
}

impl Complaint {
    /// Whether such a paper is on record.
    pub fn wrote(&self, kind: PaperKind) -> bool {
        self.papers.iter().any(|paper| paper.kind == kind)
    }

    /// The running clock of a kind.
    pub fn running(&self, kind: ClockKind) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.kind == kind && clock.is_running())
    }

    /// When something happens by itself next: a rung of a clock, or the end of a suspension.
    pub fn next_tick(&self) -> Option<Timestamp> {
        let rungs = self.clocks.iter().filter_map(Clock::next_rung).map(|(at, _)| at);
        rungs.chain(self.suspended_until).min()
    }

    /// The running clock that orders the queue: of those that do not stand still the one due first.
    pub fn next_due(&self) -> Option<&Clock> {
        let running = self.clocks.iter().filter(|clock| clock.is_running());
        running.min_by_key(|clock| (clock.paused().is_some(), clock.due_or_wakes()))
    }

    /// From when on it is 严重超时: some limit was missed by its whole length over again.
    pub fn severe_from(&self) -> Option<Timestamp> {
        let running = self.clocks.iter().filter(|clock| clock.is_running() && clock.paused().is_none());
        running.map(|clock| clock.severe).min()
    }

    /// Since when it has waited on the present party; absent once the record is closed.
    pub fn waits_since(&self) -> Option<Timestamp> {
        self.waits.last().filter(|_| self.state.is_open()).map(|wait| wait.since)
    }

    /// When the customer complained; never after it was received, whatever a source says.
    pub fn complained(&self) -> Timestamp {
        self.matter.complained.min(self.received)
    }

    /// The title, or the first words of the description where nobody gave one.
    pub fn headline(&self) -> String {
        if self.matter.title.is_empty() {
            self.matter.description.chars().take(40).collect()
        } else {
            self.matter.title.clone()
        }
    }
}
