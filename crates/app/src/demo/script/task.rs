//! A task: plan, revision, approval, carried out under supervision, summary meeting, archive (M15).

use domain::flow::{Action, PaperKind};

use super::super::phrases;
use super::{Halt, Pen, Script, answer, close, worker};

/// As far as it is caught, or to its end.
pub(super) fn way(pen: &mut Pen<'_>, script: Script, halt: Option<Halt>) {
    let by = worker(script);
    pen.step((0.1, 0.5), by, Action::Accept);
    let talk = phrases::talk(pen.dice, script.cause);
    pen.contact((0.3, 1.5), by, true, talk);
    if halt == Some(Halt::Drafting) {
        return;
    }
    let plan = "一、核实客户位置和现象；二、现场测试并定位；三、调整参数或提出建设需求；四、回访确认";
    pen.write((1.0, 5.0), by, PaperKind::Plan, plan);
    if halt == Some(Halt::Revising) {
        return;
    }
    if halt.is_none() && pen.dice.chance(0.25) {
        pen.write((0.5, 3.0), "leader", PaperKind::PlanReturn, "请补充完成时间和责任人");
        pen.write((0.5, 3.0), by, PaperKind::Plan, &format!("{plan}；每步写明责任人和完成时间"));
    }
    let revised = format!("{plan}；完成时间以两个工作日为限");
    pen.write((0.5, 3.0), "leader", PaperKind::PlanRevision, &revised);
    if halt == Some(Halt::Approving) {
        return;
    }
    pen.write((0.5, 3.0), "director", PaperKind::PlanApproval, "同意，按此执行");
    pen.write((1.0, 6.0), "pm", PaperKind::Oversight, "现场测试须两人，测试数据当日归档");
    answer(pen, script, by, (2.0, 16.0));
    pen.write((4.0, 20.0), "pm", PaperKind::Meeting, "会议认为定位准确，建议将该类场景写入预案");
    if halt == Some(Halt::Summarised) {
        return;
    }
    close(pen, script, "clerk");
}
