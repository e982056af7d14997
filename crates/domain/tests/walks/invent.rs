//! The one place that knows what actions carry and what flows promise: a new action or flow does not compile until it is
//! here. Everything else of the walks reads the tables.

use domain::calendar::WorkingCalendar;
use domain::check::{Cause, Confidence, Service};
use domain::complaint::{
    Attribution, Channel, CheckRef, Complaint, Customer, Matter, Means, PersonRef, Plan, RejectionGround, Resolution,
    SpotChoice, UpstreamNumber,
};
use domain::declaration;
use domain::flow::{Action, ActionKind, Departure, Flow, Mobilisation, Opening, PaperKind, Party, Revision, State};
use domain::grade::{Facts, Grade, suggest};
use domain::id::{ComplaintId, ComplaintNumber};
use domain::journal::MaskedField;
use domain::place::{Place, Setting};
use domain::time::Timestamp;
use jiff::ToSpan;
use uuid::Uuid;

use crate::crew::{DEPARTMENTS, ORGANISATIONS, branch};
use crate::dice::Dice;

/// Actions that hand a complaint over to another first owner, with approval (M4). No flow has one yet.
pub const HANDS_OVER: &[ActionKind] = &[];

/// Whether a customer waits at the end of that flow: then nothing closes without an answer (M3).
pub const fn answers_a_customer(flow: Flow) -> bool {
    match flow {
        Flow::Ordinary | Flow::Major | Flow::WorkOrder | Flow::Task => true,
    }
}

/// An action of that kind, sensible most of the time.
#[expect(clippy::too_many_lines, reason = "one arm an action")]
pub fn action(kind: ActionKind, complaint: &Complaint, now: Timestamp, dice: &mut Dice) -> Action {
    match kind {
        ActionKind::Accept => Action::Accept,
        ActionKind::Contact => Action::Contact {
            means: *dice.pick(&Means::ALL),
            reached: dice.chance(70),
            took_place: around(now, dice),
            summary: words(dice),
        },
        ActionKind::Note => Action::Note { text: words(dice) },
        ActionKind::Transfer => {
            let department = if dice.chance(90) { (*dice.pick(&DEPARTMENTS)).to_owned() } else { words(dice) };
            Action::Transfer { department, reason: words(dice) }
        }
        ActionKind::TakeOver => Action::TakeOver,
        ActionKind::Outsource => {
            Action::Outsource { organisation: (*dice.pick(&ORGANISATIONS)).to_owned(), task: words(dice) }
        }
        ActionKind::Feedback => Action::Feedback { result: words(dice) },
        ActionKind::Suspend => Action::Suspend {
            waits_on: *dice.pick(&[Party::Customer, Party::Others]),
            until: dice.chance(70).then(|| now.plus_seconds(dice.below(35 * 86_400) - 86_400)),
            reason: words(dice),
        },
        ActionKind::Resume => Action::Resume { reason: words(dice) },
        ActionKind::Reply => Action::Reply { text: words(dice) },
        ActionKind::DirectReply => Action::DirectReply { text: words(dice) },
        ActionKind::Close => close(now, dice),
        ActionKind::Reopen => Action::Reopen { reason: words(dice) },
        ActionKind::RejectBack => Action::RejectBack {
            ground: dice.chance(90).then_some(*dice.pick(&RejectionGround::ALL)),
            reason: words(dice),
        },
        ActionKind::BeginContact => Action::BeginContact,
        ActionKind::Merge
        | ActionKind::Unmerge
        | ActionKind::Split
        | ActionKind::Tie
        | ActionKind::Untie
        | ActionKind::AnswerWithLead
        | ActionKind::TakeBack => tie(kind, complaint, dice),
        ActionKind::Withdraw => Action::Withdraw { reason: words(dice) },
        ActionKind::Correct => Action::Correct {
            matter: Box::new(Matter { title: words(dice), ..complaint.matter.clone() }),
            place: Box::new(complaint.place.clone()),
            customer: Box::new(complaint.customer.clone()),
        },
        ActionKind::Assign => {
            Action::Assign { handler: PersonRef { id: None, name: "别人".into() }, reason: words(dice) }
        }
        ActionKind::Regrade => Action::Regrade { grade: *dice.pick(&Grade::ALL), reason: words(dice) },
        ActionKind::ChangeFlow => Action::ChangeFlow { flow: *dice.pick(&Flow::ALL), reason: words(dice) },
        ActionKind::Recheck => Action::Recheck {
            check: CheckRef {
                ordinal: complaint.checks.len() as u32 + 1,
                digest: "ab".repeat(32),
                made: now,
                cause: Cause::NothingFound,
                confidence: Confidence::Low,
            },
        },
        ActionKind::Unmask => {
            Action::Unmask { field: *dice.pick(&[MaskedField::Phone, MaskedField::Name]), reason: words(dice) }
        }
        ActionKind::Revise => Action::Revise(Box::new(Revision {
            matter: dice.chance(50).then(|| complaint.matter.clone()),
            upstream: dice.chance(50).then_some(None),
            document: dice.chance(50).then(|| dice.chance(50).then(|| "{}".to_owned())),
        })),
        ActionKind::SaveDeclaration | ActionKind::SubmitDeclaration => {
            declare(complaint, kind == ActionKind::SubmitDeclaration, now, dice)
        }
        ActionKind::Mobilise => {
            Action::Mobilise(Mobilisation { resources: words(dice), since: around(now, dice), result: words(dice) })
        }
        ActionKind::AskExtension => {
            Action::AskExtension { until: now.plus_seconds(dice.below(35 * 86_400) - 86_400), reason: words(dice) }
        }
        ActionKind::DecideExtension => Action::DecideExtension { granted: dice.chance(60), reason: words(dice) },
        ActionKind::DecideExemption => Action::DecideExemption { granted: dice.chance(60), reason: words(dice) },
        ActionKind::Depart => Action::Depart(Departure {
            from: complaint.state,
            to: *dice.pick(&State::ALL),
            reason: words(dice),
            approver: dice.chance(50).then(|| PersonRef { id: None, name: "主任".into() }),
        }),
        ActionKind::SubmitPlan
        | ActionKind::RevisePlan
        | ActionKind::ReturnPlan
        | ActionKind::ApprovePlan
        | ActionKind::Oversee
        | ActionKind::HoldMeeting
        | ActionKind::ReturnDeclaration
        | ActionKind::ApproveDeclaration
        | ActionKind::Escalate
        | ActionKind::Decide
        | ActionKind::ReportProgress
        | ActionKind::ReportFinal
        | ActionKind::SendTester
        | ActionKind::TakeOrder
        | ActionKind::Arrive
        | ActionKind::SendBack
        | ActionKind::Supervise
        | ActionKind::AnswerSupervision
        | ActionKind::Dispute
        | ActionKind::DecideDispute
        | ActionKind::ReviewException
        | ActionKind::AcceptResult
        | ActionKind::AskExemption => {
            Action::Write { paper: PaperKind::of(kind).expect("an action that only writes"), text: words(dice) }
        }
    }
}

/// What ties complaints, and undoes it.
fn tie(kind: ActionKind, complaint: &Complaint, dice: &mut Dice) -> Action {
    let (other, reason) = (neighbour(complaint), words(dice));
    match kind {
        ActionKind::Merge => Action::Merge { into: Box::new(other), reason },
        ActionKind::Tie => Action::Tie { lead: Box::new(other), reason },
        ActionKind::Split => Action::Split { into: other.named(), reason },
        ActionKind::Unmerge => Action::Unmerge { reason },
        ActionKind::AnswerWithLead => Action::AnswerWithLead { text: reason },
        ActionKind::TakeBack => Action::TakeBack { reason },
        _ => Action::Untie { reason },
    }
}

/// Another complaint of the same customer, just received.
fn neighbour(complaint: &Complaint) -> Complaint {
    let mut other = complaint.clone();
    other.id = ComplaintId(Uuid::from_u128(8));
    other.number = ComplaintNumber::new(jiff::civil::date(2026, 3, 4), 2);
    other.state = State::Received;
    other.ties.clear();
    other
}

/// 归档, with a plan most of the time.
fn close(now: Timestamp, dice: &mut Dice) -> Action {
    Action::Close {
        cause: None,
        attribution: dice.chance(90).then_some(Attribution::Fault),
        resolution: dice.chance(90).then_some(*dice.pick(&Resolution::ALL)),
        plan: dice.chance(80).then(|| plan(now, dice)),
        remark: words(dice),
    }
}

/// 方案, for a day still to come most of the time.
fn plan(now: Timestamp, dice: &mut Dice) -> Plan {
    let today = WorkingCalendar::china().zone().to_datetime(now.to_jiff()).date();
    let days = if dice.chance(90) { dice.below(400) + 1 } else { dice.below(4_000) - 1_000 };
    Plan {
        measure: words(dice),
        site: dice.chance(50).then(|| "规划基站".to_owned()),
        expected: today.saturating_add(days.days()),
        spot: SpotChoice::Nearest,
    }
}

/// 申告表, complete most of the time.
fn declare(complaint: &Complaint, submit: bool, now: Timestamp, dice: &mut Dice) -> Action {
    let written = if dice.chance(80) { "已核实" } else { "" };
    let calendar = WorkingCalendar::china();
    let mut declaration = declaration::prefill(complaint, &[], None, now, &calendar);
    for part in declaration::missing(&declaration) {
        let _ = declaration.write(part, written, calendar.zone());
    }
    Action::Declare { declaration: Box::new(declaration), submit }
}

/// A complaint of that flow as it comes in.
pub fn opening(flow: Flow, owner: PersonRef, now: Timestamp, dice: &mut Dice) -> Opening {
    let facts = Facts { channel: Channel::Phone, upstream: false, text: "", level: "", repeats: 0, nearby: 0 };
    let limit = dice.below(10 * 86_400_000_000) - 86_400_000_000;
    Opening {
        id: ComplaintId(Uuid::from_u128(7)),
        branch: branch(),
        number: ComplaintNumber::new(jiff::civil::date(2026, 3, 4), 1),
        matter: Matter {
            title: String::new(),
            description: "家里没信号".into(),
            phenomenon: String::new(),
            channel: Channel::Phone,
            level: String::new(),
            service: Service::Voice,
            technology: None,
            occurred: None,
            complained: now,
            serving_cell: None,
            wanted_by: dice.chance(40).then(|| Timestamp::from_micros(now.as_micros() + limit)),
        },
        place: Place { point: None, precision_metres: None, setting: Setting::Indoor, address: "示例路".into() },
        customer: Customer::default(),
        upstream: Some(UpstreamNumber { client: "eoms".into(), number: "1".into() }),
        first_owner: owner,
        suggestion: suggest(facts, domain::policy::Policy::standard()),
        flow: Some(flow),
        grade: dice.chance(50).then_some(*dice.pick(&Grade::ALL)),
        check: None,
        document: None,
        split_from: None,
    }
}

/// What somebody wrote: nothing, now and then.
fn words(dice: &mut Dice) -> String {
    (*dice.pick(&[
        "已核实",
        "无线中心",
        "等物业开门",
        "基站退服，已修复",
        "用户出差",
        "已告知用户",
        "重单",
        "已联系",
        "",
        " ",
    ]))
    .to_owned()
}

/// When a talk took place: just now or days ago, seldom in the future.
fn around(now: Timestamp, dice: &mut Dice) -> Timestamp {
    now.plus_seconds(match dice.below(10) {
        0 => dice.below(7_200) - 3_600,
        1 => -dice.below(40 * 86_400),
        _ => -dice.below(14_400),
    })
}
