//! A major complaint: declared, reviewed, mobilised for, and decided by the chief where that was not enough (M8).

use domain::check::Cause;
use domain::declaration::{Declaration, Interface, Report, Urgency};
use domain::flow::{Action, Mobilisation, PaperKind};
use domain::time::Timestamp;

use super::super::almanac::later;
use super::super::dice::Dice;
use super::super::phrases;
use super::{Halt, Pen, Script, close};

/// As far as it is caught, or to its end.
pub(super) fn way(pen: &mut Pen<'_>, script: Script, halt: Option<Halt>) {
    let by = "account";
    pen.step((0.05, 0.4), by, Action::Accept);
    let talk = phrases::talk(pen.dice, script.cause);
    pen.contact((0.1, 0.4), by, true, talk);
    let mut form = form(pen.dice, script, pen.at);
    pen.step((0.3, 1.2), by, declared(&form, false));
    if halt == Some(Halt::Declaring) {
        return;
    }
    filled(&mut form, script.cause, pen.at);
    pen.step((0.3, 1.4), by, declared(&form, true));
    if halt == Some(Halt::Reviewing) {
        return;
    }
    if halt.is_none() && pen.dice.chance(0.25) {
        let remark = "影响范围请核实到小区，并写明已向客户承诺的时间";
        pen.write((0.3, 1.6), "area", PaperKind::DeclarationReturn, remark);
        form.scope = format!("{}；同小区近一周另有2件投诉", form.scope);
        "已承诺两个工作日内回复处理进展".clone_into(&mut form.promised);
        pen.step((0.3, 1.5), by, declared(&form, true));
    }
    pen.write((0.3, 1.6), "area", PaperKind::DeclarationApproval, "情况清楚，请界面尽快协调");
    let since = pen.at;
    let resources = "无线维护班两人、应急通信车一台".to_owned();
    let result = phrases::result(pen.dice, script.cause).to_owned();
    pen.step((0.5, 3.0), "interface", Action::Mobilise(Mobilisation { resources, since, result }));
    if halt == Some(Halt::Mobilising) {
        return;
    }
    if halt == Some(Halt::Deciding) || (halt.is_none() && pen.dice.chance(0.3)) {
        let why = "需跨部门投资决策，界面无权限解决";
        pen.write((1.0, 4.0), "interface", PaperKind::Escalation, why);
        if halt == Some(Halt::Deciding) {
            return;
        }
        let decision = "同意由规划建设部在本季度内新增室分，期间以临时设备补充覆盖";
        pen.write((1.0, 6.0), "chief", PaperKind::Decision, decision);
    } else {
        let result = phrases::result(pen.dice, script.cause).to_owned();
        pen.step((1.0, 8.0), "interface", Action::Feedback { result });
    }
    pen.write((0.5, 3.0), by, PaperKind::ProgressReport, "已向客户通报进展，客户表示愿意等待");
    pen.tell(by, script.cause);
    let text = phrases::reply(pen.dice, script.cause, script.voice);
    pen.step((0.5, 4.0), by, Action::Reply { text });
    if halt == Some(Halt::MajorAnswered) {
        return;
    }
    pen.write((2.0, 6.0), by, PaperKind::FinalReport, "客户认可处理结果，风险解除，建议归档");
    close(pen, script, "account");
}

fn declared(form: &Declaration, submit: bool) -> Action {
    Action::Declare { declaration: Box::new(form.clone()), submit }
}

/// What the account manager knows at once; the rest comes before it is handed in.
fn form(dice: &mut Dice, script: Script, at: Timestamp) -> Declaration {
    Declaration {
        report: Report::First,
        ordinal: 1,
        interface: Interface::new(dice.pick::<&str>(&Interface::DEFAULTS)),
        urgency: Some(Urgency::Urgent),
        next_report: Some(later(at, 4.0)),
        customer: "客户本人，联系电话见系统（已脱敏）".to_owned(),
        problem: if script.voice { "通话断续、无法正常接打" } else { "上网缓慢，多次中断" }.to_owned(),
        claim: "要求尽快恢复并书面答复".to_owned(),
        communication: "已电话联系客户，核实时间、地点和现象，说明核查安排".to_owned(),
        ..Declaration::default()
    }
}

fn filled(form: &mut Declaration, cause: Cause, at: Timestamp) {
    let traced = match cause {
        Cause::Fault => "附近基站主设备告警，业务受影响",
        Cause::Outage | Cause::Relocation => "附近基站停用或搬迁，覆盖变化",
        Cause::Interference => "上行底噪抬升，存在外部干扰",
        Cause::PlannedWork => "附近基站按计划施工",
        Cause::WeakCoverage => "室内电平低，缺少室分",
        Cause::NothingFound | Cause::Unknown => "设备运行正常，忙时负荷偏高",
    };
    traced.clone_into(&mut form.source_tracing);
    "维护班组已派单，应急通信车待命".clone_into(&mut form.resources);
    "客户所在小区及周边约200米".clone_into(&mut form.scope);
    "已承诺当日内告知进展".clone_into(&mut form.promised);
    "客户表示将向监管部门反映".clone_into(&mut form.risk);
    "先以邻站参数调整改善，同步推进长期方案".clone_into(&mut form.proposal);
    form.next_report = Some(later(at, 4.0));
}
