//! The journal 流水: every change of a complaint is an entry, and replaying the entries gives the complaint.

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, ClockKind, Rung, Tell};
use crate::complaint::{
    CheckRef, Closure, Communication, Customer, Duty, Matter, PersonRef, RejectionGround, Reply, Standing, Tie,
    UpstreamNumber,
};
use crate::declaration::Version;
use crate::flow::{Departure, Flow, Mobilisation, Paper, Party, State};
use crate::grade::{Grade, Suggestion};
use crate::id::{BranchId, ComplaintId, ComplaintNumber};
use crate::person::Actor;
use crate::place::Place;
use crate::retention::Sealing;
use crate::roster::Skipped;
use crate::time::Timestamp;

/// One command's effect: who, when, and the events in order. `sequence` is the complaint's version afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose.
    pub complaint: ComplaintId,
    /// 1 for the first.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What happened.
    pub events: Vec<Event>,
}

/// Everything that is set when a complaint is received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// In which branch.
    pub branch: BranchId,
    /// Its number.
    pub number: ComplaintNumber,
    /// Which procedure.
    pub flow: Flow,
    /// How grave.
    pub grade: Grade,
    /// What was suggested.
    pub suggestion: Suggestion,
    /// What is the matter.
    pub matter: Matter,
    /// Where.
    pub place: Place,
    /// Who complains.
    pub customer: Customer,
    /// The upstream number.
    pub upstream: Option<UpstreamNumber>,
    /// Who owns it for life.
    pub first_owner: PersonRef,
    /// What upstream sent along.
    pub document: Option<String>,
}

/// Something that happened to a complaint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// 受理.
    Received(Box<Received>),
    /// 核查结果固化.
    CheckFrozen {
        /// Which evidence.
        check: CheckRef,
    },
    /// The state moved along the flow.
    StateMoved {
        /// Where it is now.
        to: State,
        /// On whom it waits now.
        waits_on: Party,
        /// Why, as far as somebody said.
        reason: String,
    },
    /// A clock began.
    ClockStarted {
        /// With its due time.
        clock: Clock,
    },
    /// A clock ended.
    ClockStopped {
        /// Which.
        kind: ClockKind,
        /// When.
        at: Timestamp,
    },
    /// 挂起: it waits for somebody outside, until then at the latest.
    Suspended {
        /// When it wakes by itself.
        until: Timestamp,
    },
    /// A clock stands still while the complaint is suspended.
    ClockPaused {
        /// As it stands now.
        clock: Clock,
    },
    /// A clock runs on with what was left.
    ClockResumed {
        /// As it runs now.
        clock: Clock,
    },
    /// 重算: policy or calendar changed, and the clock runs by the new one.
    ClockRecomputed {
        /// As it runs now.
        clock: Clock,
    },
    /// 预警、超时、升级: a rung of a clock's ladder was reached (M5).
    RungFired {
        /// Whose clock.
        kind: ClockKind,
        /// Which rung.
        rung: Rung,
        /// When it was reached, however late it was noticed.
        reached: Timestamp,
        /// Who is told.
        tells: Vec<Tell>,
        /// Who was passed over and why; an entry of before there was a roster passes nobody over.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    /// 接单 or 接手: who works on it now.
    HandlerNamed {
        /// Who; absent when it waits for somebody to take it.
        handler: Option<PersonRef>,
    },
    /// 沟通记录.
    CommunicationRecorded {
        /// What took place.
        communication: Communication,
    },
    /// 备注.
    NoteAdded {
        /// The words.
        text: String,
    },
    /// 转派.
    Transferred {
        /// To which department.
        department: String,
        /// Why.
        reason: String,
    },
    /// 外派.
    Outsourced {
        /// To which outside organisation.
        organisation: String,
        /// What is to be done.
        task: String,
    },
    /// 反馈: what a department or outside organisation reports.
    FedBack {
        /// From whom.
        from: String,
        /// The result in words.
        result: String,
    },
    /// 答复.
    Replied {
        /// The answer.
        reply: Reply,
    },
    /// 归档.
    Closed {
        /// How.
        closure: Closure,
    },
    /// 重开: the answer stands on record, the matter goes on.
    Reopened {
        /// Why.
        reason: String,
    },
    /// 改流程.
    FlowChanged {
        /// To which.
        flow: Flow,
        /// Why.
        reason: String,
    },
    /// 改等级.
    GradeChanged {
        /// To which.
        grade: Grade,
        /// Why.
        reason: String,
    },
    /// 更正: the words of intake corrected; the former ones stay in the earlier entries.
    Corrected {
        /// The matter as it now reads.
        matter: Box<Matter>,
        /// The place as it now reads.
        place: Box<Place>,
        /// The customer as now known.
        customer: Box<Customer>,
    },
    /// The upstream number changed.
    Renumbered {
        /// The new one.
        upstream: Option<UpstreamNumber>,
    },
    /// What upstream sent along changed.
    DocumentRevised {
        /// The whole document, opaque.
        document: Option<String>,
    },
    /// A machine's move left something undone.
    DutyLeft {
        /// What.
        duty: Duty,
    },
    /// A duty was made good.
    DutyDone {
        /// Which.
        duty: Duty,
    },
    /// Something was written for the record: a plan, a report, a remark, a decision.
    PaperWritten {
        /// What.
        paper: Paper,
    },
    /// 申告表: a version was saved, or handed in for review (M8).
    DeclarationWritten {
        /// The version.
        version: Box<Version>,
        /// Whether it was handed in.
        submitted: bool,
    },
    /// 资源调配 (M8).
    Mobilised {
        /// What was mobilised.
        mobilisation: Mobilisation,
    },
    /// 申请延期.
    ExtensionAsked {
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// 延期审批.
    ExtensionDecided {
        /// Whether.
        granted: bool,
        /// Why.
        reason: String,
    },
    /// The limit of a running clock was moved.
    ClockExtended {
        /// As it runs now.
        clock: Clock,
    },
    /// 核减审批.
    ExemptionDecided {
        /// Whether it is left out of the figures.
        granted: bool,
        /// Why.
        reason: String,
    },
    /// 例外: a departure from the procedure (M10).
    Departed {
        /// From where to where, and why.
        departure: Departure,
    },
    /// 驳回: why it is not this desk's.
    RejectedBack {
        /// On which ground.
        ground: RejectionGround,
    },
    /// 合并、拆分、群诉: it is something to another complaint, whose own journal says the same from its end.
    Tied {
        /// What to which.
        tie: Tie,
        /// Why.
        reason: String,
    },
    /// A tie ended.
    Untied {
        /// Which.
        tie: Tie,
        /// Why.
        reason: String,
    },
    /// What follows can be undone: where the complaint stood before.
    SetAside {
        /// Where.
        before: Box<Standing>,
    },
    /// A clock that was stopped runs on as though it had never been.
    ClockRestored {
        /// As it ran.
        clock: Clock,
    },
    /// 撤销: it stands again where it stood.
    PutBack,
    /// 查看明文: a masked value was shown.
    Unmasked {
        /// Which field.
        field: MaskedField,
        /// Why, in the viewer's words.
        reason: String,
    },
    /// 匿名化: what told who complained is gone for good; what counts stays.
    Anonymised {
        /// For how many days after closing it was kept.
        closed_days: u32,
        /// The earlier entries that read differently since.
        sealed: Vec<Sealing>,
    },
}

/// A field that is masked unless asked for with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskedField {
    /// 客户电话.
    Phone,
    /// 客户姓名.
    Name,
}
