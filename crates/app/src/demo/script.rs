//! What the desk did with a complaint: accept, contact, hand over, answer, close, at the pace of people.

use domain::check::Cause;
use domain::complaint::{Attribution, Means, Resolution};
use domain::flow::{Action, Departure, Flow, PaperKind, Party, State};
use domain::time::Timestamp;

use super::almanac::{self, Almanac, later};
use super::dice::Dice;
use super::occasions::Goes;
use super::people::{DEPARTMENTS, of_contractor, of_department};
use super::{phrases, spots};

mod major;
mod task;

/// Where a complaint is caught.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    Unaccepted,
    Accepted,
    Contacted,
    AtDepartment,
    AtContractor,
    WaitsForCustomer,
    Held,
    Answered,
    AtTester,
    Declaring,
    Reviewing,
    Mobilising,
    Deciding,
    MajorAnswered,
    Drafting,
    Revising,
    Approving,
    Summarised,
}

impl Halt {
    /// The flow a complaint must be in to be caught there.
    pub fn flow(self) -> Flow {
        match self {
            Self::AtContractor | Self::AtTester => Flow::WorkOrder,
            Self::Declaring | Self::Reviewing | Self::Mobilising | Self::Deciding | Self::MajorAnswered => Flow::Major,
            Self::Drafting | Self::Revising | Self::Approving | Self::Summarised => Flow::Task,
            Self::AtDepartment
            | Self::Unaccepted
            | Self::Accepted
            | Self::Contacted
            | Self::WaitsForCustomer
            | Self::Held
            | Self::Answered => Flow::Ordinary,
        }
    }
}

/// What decides how it goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    pub almanac: Almanac,
    pub received: Timestamp,
    /// The first owner's sign-in name.
    pub by: &'static str,
    pub cause: Cause,
    pub contractor: &'static str,
    pub flow: Flow,
    /// It goes to the contractor.
    pub outside: bool,
    pub goes: Goes,
    pub voice: bool,
}

type Step = (Timestamp, String, Action);

/// Steps while they are written; what lies in the future has not happened.
struct Pen<'a> {
    dice: &'a mut Dice,
    now: Timestamp,
    at: Timestamp,
    /// Everything takes so many times longer.
    slow: f64,
    /// People go home; a complaint that is caught does not wait for that.
    nights: bool,
    steps: Vec<Step>,
}

impl Pen<'_> {
    /// The next step, so many hours after the last one.
    fn step(&mut self, hours: (f64, f64), by: &str, action: Action) {
        let spread = self.dice.between(0.02, 1.4);
        let at = later(self.at, self.slow * self.dice.between(hours.0, hours.1));
        self.at = if self.nights { almanac::at_work(at, spread) } else { at };
        if self.at < self.now {
            self.steps.push((self.at, by.to_owned(), action));
        }
    }

    /// For a fortnight at the latest, longer than any run of holidays.
    fn suspend(&mut self, hours: (f64, f64), by: &str, waits_on: Party, reason: String) {
        self.step(hours, by, Action::Suspend { waits_on, until: None, reason });
        let fortnight = self.at.plus_seconds(14 * 86_400);
        if let Some((_, _, Action::Suspend { until, .. })) = self.steps.last_mut() {
            until.get_or_insert(fortnight);
        }
    }

    fn write(&mut self, hours: (f64, f64), by: &str, paper: PaperKind, text: &str) {
        self.step(hours, by, Action::Write { paper, text: text.to_owned() });
    }

    /// Whatever came back since the last talk is told to the customer before an answer (M3).
    fn tell(&mut self, by: &str, cause: Cause) {
        let last = self.steps.iter().rev().find_map(|(_, _, action)| match action {
            Action::Feedback { .. } | Action::Write { paper: PaperKind::Decision, .. } => Some(true),
            Action::Contact { .. } => Some(false),
            _ => None,
        });
        if last == Some(true) {
            let talk = phrases::talk(self.dice, cause);
            self.contact((0.3, 2.0), by, true, talk);
        }
    }

    fn contact(&mut self, hours: (f64, f64), by: &str, reached: bool, summary: &str) {
        let means = if self.dice.chance(0.9) { Means::Call } else { Means::Message };
        let minutes = self.dice.between(0.03, 0.6);
        let before = self.at;
        self.step(hours, by, Action::Contact { means, reached, took_place: self.at, summary: summary.to_owned() });
        let recorded = self.at;
        if let Some((at, _, Action::Contact { took_place, .. })) = self.steps.last_mut()
            && *at == recorded
        {
            // What came back just before is told of in this very talk, and no talk is before the step before it, however
            // quick this one is.
            *took_place = later(recorded, -minutes.min(0.4 * hours.0 * self.slow)).max(before);
        }
    }
}

/// Everything done up to now.
pub(super) fn steps(dice: &mut Dice, script: Script) -> Vec<Step> {
    let slow = match dice.below(20) {
        0..11 => 0.6,
        11..17 => 1.0,
        _ => 2.6,
    };
    let caught = matches!(script.goes, Goes::Stays(_));
    let mut pen = Pen {
        dice,
        now: script.almanac.now,
        at: script.received,
        slow: if caught { 0.1 } else { slow },
        nights: !caught,
        steps: Vec::new(),
    };
    match (script.goes, script.flow) {
        (Goes::Stays(halt), Flow::Major) => major::way(&mut pen, script, Some(halt)),
        (Goes::ItsWay, Flow::Major) => major::way(&mut pen, script, None),
        (Goes::Stays(halt), Flow::Task) => task::way(&mut pen, script, Some(halt)),
        (Goes::ItsWay, Flow::Task) => task::way(&mut pen, script, None),
        (Goes::Stays(halt), Flow::Ordinary | Flow::WorkOrder) => caught_at(&mut pen, script, halt),
        (Goes::ItsWay, Flow::Ordinary | Flow::WorkOrder) => whole_way(&mut pen, script),
    }
    pen.steps
}

/// Triage hands over to a handler once it has taken the complaint in.
fn worker(script: Script) -> &'static str {
    if script.by == "triage" { "handler" } else { script.by }
}

fn caught_at(pen: &mut Pen<'_>, script: Script, halt: Halt) {
    let by = worker(script);
    if halt == Halt::Unaccepted {
        return;
    }
    pen.step((0.5, 2.0), by, Action::Accept);
    if halt == Halt::Accepted {
        return;
    }
    let talk = phrases::talk(pen.dice, script.cause);
    pen.contact((1.0, 3.0), by, true, talk);
    match halt {
        // The last of them are caught in flows of their own.
        Halt::Unaccepted
        | Halt::Accepted
        | Halt::Contacted
        | Halt::Declaring
        | Halt::Reviewing
        | Halt::Mobilising
        | Halt::Deciding
        | Halt::MajorAnswered
        | Halt::Drafting
        | Halt::Revising
        | Halt::Approving
        | Halt::Summarised => {}
        Halt::AtDepartment => {
            transfer(pen, script, by);
            if pen.dice.chance(0.5) {
                pen.write((1.0, 4.0), by, PaperKind::Dispute, "该部门认为不属本专业，双方未达成一致，请上级裁定责任");
            }
        }
        Halt::AtContractor => {
            outsource(pen, script, by);
            if pen.dice.chance(0.25) {
                pen.write((2.0, 8.0), "leader", PaperKind::Supervision, "客户已二次来电，请今天下班前答复处理进展");
            }
        }
        Halt::WaitsForCustomer => {
            let reason = "客户出差，约定回来后上门测试".to_owned();
            pen.suspend((3.0, 9.0), by, Party::Customer, reason);
        }
        Halt::Held => {
            let reason = "该区域站点已立项，等待物业协调和建设".to_owned();
            pen.suspend((9.0, 30.0), by, Party::Others, reason);
        }
        Halt::Answered => answer(pen, script, by, (20.0, 60.0)),
        Halt::AtTester if pen.dice.chance(0.5) => {
            let reason = "客户现场等候，测试人员就在附近，先到场后补派单".to_owned();
            let departure = Departure { from: State::InProgress, to: State::Testing, reason, approver: None };
            pen.step((0.5, 2.0), by, Action::Depart(departure));
        }
        Halt::AtTester => pen.write((0.5, 2.0), by, PaperKind::TestOrder, "到现场做室内外对比测试，记录RSRP和主服小区"),
    }
}

fn whole_way(pen: &mut Pen<'_>, script: Script) {
    let by = worker(script);
    match pen.dice.below(100) {
        0..3 => {
            let (ground, reason) = phrases::rejection(pen.dice);
            let (ground, reason) = (Some(ground), reason.to_owned());
            pen.step((0.2, 1.5), "triage", Action::RejectBack { ground, reason });
            return;
        }
        3..6 => {
            pen.step((0.05, 0.5), by, Action::Accept);
            pen.contact((0.2, 1.5), by, true, "客户表示已恢复正常，同意撤诉");
            pen.step((0.05, 0.2), by, Action::Withdraw { reason: "客户来电表示已恢复，要求撤销".to_owned() });
            return;
        }
        _ => {}
    }
    pen.step((0.05, 0.5), by, Action::Accept);
    let tries = [0, 0, 0, 0, 0, 1, 1, 2][pen.dice.below(8)];
    for _ in 0..tries {
        let missed = phrases::missed(pen.dice);
        pen.contact((0.15, 1.2), by, false, missed);
    }
    let talk = phrases::talk(pen.dice, script.cause);
    pen.contact((0.2, 1.6), by, true, talk);
    work(pen, script, by);
    answer(pen, script, by, (0.3, 6.0));
    close(pen, script, by);
    if pen.dice.chance(0.045) {
        pen.step((8.0, 60.0), "triage", Action::Reopen { reason: "客户来电称问题反复，要求继续处理".to_owned() });
        pen.contact((0.5, 3.0), by, true, "再次沟通，客户反映好了一天又不行，约定现场测试");
        answer(pen, script, by, (5.0, 30.0));
        close(pen, script, by);
    }
}

/// What happens between the first talk and the answer.
fn work(pen: &mut Pen<'_>, script: Script, by: &str) {
    let (transferred, waited, noted) = (pen.dice.chance(0.16), pen.dice.chance(0.06), pen.dice.chance(0.25));
    if noted {
        let text = phrases::note(pen.dice, script.cause).to_owned();
        pen.step((0.1, 1.5), by, Action::Note { text });
    }
    let order = script.flow == Flow::WorkOrder;
    if order && script.outside {
        outsource(pen, script, by);
        let outside = of_contractor(script.contractor);
        pen.write((0.2, 1.2), outside, PaperKind::OrderTaken, "");
        pen.write((1.0, 5.0), outside, PaperKind::Arrival, "已到站点");
        let result = phrases::result(pen.dice, script.cause).to_owned();
        pen.step((1.0, 12.0), outside, Action::Feedback { result });
    } else if order && pen.dice.chance(0.3) {
        pen.write((0.3, 2.0), by, PaperKind::TestOrder, "到现场做室内外对比测试，记录RSRP和主服小区");
        pen.write((2.0, 9.0), "tester", PaperKind::Arrival, "已到现场");
        let result = phrases::result(pen.dice, script.cause).to_owned();
        pen.step((0.3, 1.5), "tester", Action::Feedback { result });
    } else if transferred {
        let department = transfer(pen, script, by);
        if pen.dice.chance(0.5) {
            let result = phrases::result(pen.dice, script.cause).to_owned();
            pen.step((2.0, 18.0), of_department(department), Action::Feedback { result });
        } else {
            pen.step((0.5, 6.0), "leader", Action::TakeOver);
        }
    }
    if waited {
        let reason = "客户约定另行时间测试".to_owned();
        pen.suspend((0.3, 2.0), by, Party::Customer, reason);
        pen.step((8.0, 30.0), by, Action::Resume { reason: "已与客户完成现场测试".to_owned() });
    }
}

fn outsource(pen: &mut Pen<'_>, script: Script, by: &str) {
    let organisation = script.contractor.to_owned();
    let task = phrases::task(pen.dice, script.cause).to_owned();
    pen.step((0.2, 2.0), by, Action::Outsource { organisation, task });
}

/// 转派; to which department.
fn transfer(pen: &mut Pen<'_>, script: Script, by: &str) -> &'static str {
    let department = match script.cause {
        Cause::WeakCoverage => DEPARTMENTS[2],
        Cause::Interference | Cause::NothingFound | Cause::Unknown => DEPARTMENTS[0],
        Cause::Fault | Cause::Outage | Cause::Relocation | Cause::PlannedWork => *pen.dice.pick(&DEPARTMENTS),
    };
    let reason = "需该部门核实并给出处理意见".to_owned();
    pen.step((0.3, 3.0), by, Action::Transfer { department: department.to_owned(), reason });
    department
}

fn answer(pen: &mut Pen<'_>, script: Script, by: &str, hours: (f64, f64)) {
    pen.tell(by, script.cause);
    let text = phrases::reply(pen.dice, script.cause, script.voice);
    let by = if pen.dice.chance(0.1) { "leader" } else { by };
    let direct = script.flow == Flow::WorkOrder && !script.outside && pen.dice.chance(0.5);
    // A complaint that lies with another department is answered, not answered directly.
    let here = !matches!(pen.steps.last(), Some((_, _, Action::Transfer { .. })));
    let action = if direct && here { Action::DirectReply { text } } else { Action::Reply { text } };
    pen.step(hours, by, action);
}

fn close(pen: &mut Pen<'_>, script: Script, by: &str) {
    let (attribution, resolution) = ending(pen.dice, script.cause);
    let anybody = matches!(script.flow, Flow::Ordinary | Flow::WorkOrder);
    let by = if anybody && pen.dice.chance(0.2) { "leader" } else { by };
    let remark = phrases::remark(pen.dice).to_owned();
    let action =
        Action::Close { cause: None, attribution: Some(attribution), resolution: Some(resolution), plan: None, remark };
    pen.step((3.0, 34.0), by, action);
    // A promise is dated from the day it is made (M3).
    let closed = pen.at;
    if let Some((at, _, Action::Close { plan, .. })) = pen.steps.last_mut()
        && *at == closed
        && resolution.promises()
    {
        *plan = Some(spots::plan(attribution, closed));
    }
}

fn ending(dice: &mut Dice, cause: Cause) -> (Attribution, Resolution) {
    use Attribution as A;
    use Resolution as R;
    *match cause {
        Cause::Fault => dice.weighted(&[
            ((A::Fault, R::Solved), 80),
            ((A::Fault, R::Temporary), 12),
            ((A::Fault, R::SelfHealed), 8),
        ]),
        Cause::Outage | Cause::Relocation => dice.weighted(&[
            ((A::OutageOrRelocation, R::Scheduled), 50),
            ((A::OutageOrRelocation, R::Planned), 25),
            ((A::OutageOrRelocation, R::Explained), 25),
        ]),
        Cause::Interference => {
            dice.weighted(&[((A::Interference, R::Solved), 60), ((A::Interference, R::Scheduled), 40)])
        }
        Cause::WeakCoverage => dice.weighted(&[
            ((A::Coverage, R::Planned), 40),
            ((A::Planning, R::Planned), 15),
            ((A::Coverage, R::Explained), 20),
            ((A::Parameters, R::Solved), 25),
        ]),
        Cause::PlannedWork => dice.weighted(&[((A::OutageOrRelocation, R::Solved), 100)]),
        Cause::NothingFound | Cause::Unknown => dice.weighted(&[
            ((A::Capacity, R::Scheduled), 22),
            ((A::Terminal, R::Explained), 18),
            ((A::CustomerSide, R::Explained), 14),
            ((A::ThirdParty, R::Explained), 14),
            ((A::Parameters, R::Solved), 18),
            ((A::Other, R::SelfHealed), 10),
            ((A::Other, R::Unreachable), 4),
        ]),
    }
}
