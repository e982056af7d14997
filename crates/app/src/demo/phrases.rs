//! What colleagues write: talks, notes, orders, results, answers.

use domain::check::Cause;
use domain::complaint::RejectionGround;

use super::dice::Dice;

/// The first talk with the customer.
pub(super) fn talk(dice: &mut Dice, cause: Cause) -> &'static str {
    match cause {
        Cause::Fault | Cause::Outage | Cause::PlannedWork => one(
            dice,
            &[
                "已联系客户，说明附近基站异常，客户认可，要求恢复后告知",
                "电话沟通，客户着急用网，已解释正在处理，约定恢复后回电",
                "与客户核实位置和现象，同一栋楼其他用户也有同样情况",
            ],
        ),
        Cause::Relocation => one(
            dice,
            &[
                "向客户解释附近基站搬迁，信号有变化，客户要求尽快改善",
                "与客户核实，自上月起信号明显变弱，时间与搬迁一致",
            ],
        ),
        Cause::Interference => {
            one(dice, &["客户反映白天更严重，已说明将安排排查干扰", "沟通后了解附近近期有施工设备，疑似干扰源"])
        }
        Cause::WeakCoverage => one(
            dice,
            &[
                "与客户核实楼层和位置，窗边可用，室内偏弱，约上门测试",
                "客户表示一直如此，希望加装信号设备，已说明将核实规划",
                "指导客户开启VoLTE和WiFi通话，客户表示先试用",
            ],
        ),
        Cause::NothingFound | Cause::Unknown => one(
            dice,
            &[
                "与客户核实终端型号和时段，远程指导重置网络设置",
                "客户表示时好时坏，约晚高峰再测",
                "核实为个别应用缓慢，建议清理缓存后观察",
            ],
        ),
    }
}

/// Why nobody was reached.
pub(super) fn missed(dice: &mut Dice) -> &'static str {
    one(dice, &["无人接听", "关机，已发短信告知", "客户正忙，约稍后再联系", "拨通后挂断", "提示不在服务区"])
}

/// A note beside the case.
pub(super) fn note(dice: &mut Dice, cause: Cause) -> &'static str {
    match cause {
        Cause::Fault | Cause::Outage => {
            one(dice, &["网管侧已核实告警，关联故障工单处理中", "周边邻站已临时上调功率吸收话务"])
        }
        Cause::Relocation | Cause::WeakCoverage => one(
            dice,
            &[
                "已在规划库登记该点，等待评审",
                "MR栅格显示该处电平偏低，与投诉一致",
                "该点30天内已有多次投诉，建议列入黑点",
            ],
        ),
        Cause::Interference => one(dice, &["上行底噪偏高，已联系干扰排查小组", "疑似私装直放站，拟会同物业排查"]),
        Cause::PlannedWork => one(dice, &["与施工单位确认今日计划完成时间"]),
        Cause::NothingFound | Cause::Unknown => {
            one(dice, &["后台查询近三日指标正常", "忙时PRB利用率偏高，已申请扩容评估"])
        }
    }
}

/// What the contractor is asked to do.
pub(super) fn task(dice: &mut Dice, cause: Cause) -> &'static str {
    match cause {
        Cause::Fault => one(dice, &["上站排查基站断链，恢复后反馈时间和原因", "更换故障射频单元并拨测验证"]),
        Cause::Outage | Cause::Relocation => one(dice, &["现场核实站点状态和业主意见，评估临时开通条件"]),
        Cause::Interference => one(dice, &["携扫频仪到现场定位干扰源"]),
        Cause::PlannedWork => one(dice, &["确认施工进度，完工后现场测试覆盖"]),
        Cause::WeakCoverage | Cause::NothingFound | Cause::Unknown => {
            one(dice, &["到现场测试室内外覆盖，反馈RSRP、SINR和速率", "核查天馈方位角和下倾角，必要时调整"])
        }
    }
}

/// What came of an order or a transfer.
pub(super) fn result(dice: &mut Dice, cause: Cause) -> &'static str {
    match cause {
        Cause::Fault => one(
            dice,
            &[
                "市电恢复，基站已正常，现场拨测正常",
                "更换光模块后告警消除，业务恢复",
                "主控板重启后恢复，已加入观察",
                "传输光缆已熔接，站点恢复",
            ],
        ),
        Cause::Outage | Cause::Relocation => {
            one(dice, &["业主仍不同意开通，协调中，预计两周内有结果", "已调整邻站方位角补充覆盖"])
        }
        Cause::Interference => {
            one(dice, &["定位为商户私装放大器，已关闭，底噪恢复", "干扰源为施工对讲设备，已协调更换频点"])
        }
        Cause::PlannedWork => one(dice, &["施工按计划完成，业务恢复"]),
        Cause::WeakCoverage => one(dice, &["现场测试RSRP约-112dBm，建议新增室分", "下倾角下调2度后室内提升约5dB"]),
        Cause::NothingFound | Cause::Unknown => {
            one(dice, &["现场测试各项正常，未复现", "忙时负荷较高，已提交扩容需求"])
        }
    }
}

/// The answer to the customer.
pub(super) fn reply(dice: &mut Dice, cause: Cause, voice: bool) -> String {
    let service = if voice { "通话" } else { "上网" };
    let body = match cause {
        Cause::Fault => "经核查，您附近的基站出现故障，维护人员已到现场处理",
        Cause::Outage => "经核查，您附近的基站因场地原因暂停使用，我们正在协调恢复，并已调整邻近基站补充覆盖",
        Cause::Relocation => "经核查，您附近的基站近期搬迁，周边信号有所变化，我们已安排优化调整",
        Cause::Interference => "经核查，您附近存在外部信号干扰，我们已安排人员排查处理",
        Cause::WeakCoverage => "经核查，您所在位置信号较弱，我们已将该处列入改善计划，期间可使用WiFi通话",
        Cause::PlannedWork => "经核查，您附近的基站正在进行升级施工，完工后网络会恢复正常",
        Cause::NothingFound | Cause::Unknown => {
            "经核查，您附近的网络设备运行正常，建议您按我们告知的步骤设置手机后再观察"
        }
    };
    let end = one(dice, &["感谢您的理解与支持。", "如仍有问题，请随时联系我们。", "给您带来不便，敬请谅解。"]);
    format!("您好，关于您反映的{service}问题，{body}。{end}")
}

/// A remark at closing.
pub(super) fn remark(dice: &mut Dice) -> &'static str {
    one(dice, &["客户认可处理结果", "客户满意", "客户表示理解", "已短信告知结果", "回访客户已恢复正常", ""])
}

/// Why triage sends a complaint back.
pub(super) fn rejection(dice: &mut Dice) -> (RejectionGround, &'static str) {
    let reasons = [
        (RejectionGround::OtherArea, "非本分公司区域，退回重派"),
        (RejectionGround::Duplicate, "与已有工单重复"),
        (RejectionGround::Incomplete, "信息不全，无法定位投诉地点"),
        (RejectionGround::Misdirected, "属资费争议，非网络类"),
    ];
    reasons[dice.below(reasons.len())]
}

fn one(dice: &mut Dice, from: &[&'static str]) -> &'static str {
    from[dice.below(from.len())]
}
