//! Which alarms take service away.

use crate::fact::Severity;

/// Words of titles that mean: this element serves nobody.
const GONE: [&str; 17] = [
    "退服",
    "退出服务",
    "不可用",
    "断站",
    "断链",
    "链路断",
    "掉电",
    "断电",
    "传输中断",
    "业务中断",
    "网元断",
    "脱管",
    "基站中断",
    "PA去使能",
    "小区去激活",
    "光缆中断",
    "连接中断",
];
/// The same in English, compared in small letters.
const GONE_EN: [&str; 15] = [
    "out of service",
    "unavailable",
    "link broken",
    "link down",
    "link failure",
    "link lost",
    "power down",
    "power loss",
    "site down",
    "cell down",
    "disconnected",
    "transmission interrupted",
    "service interrupt",
    "ne down",
    "deactivated",
];
/// What those words may also be said of without any customer noticing: neighbour relations, clocks, the clock's aerial.
const HARMLESS: [&str; 12] =
    ["x2", "xn", "gnss", "gps", "sntp", "ntp", "时钟", "光模块", "性能数据", "许可", "license", "邻区"];

/// Whether an alarm of this title and severity takes the element's service away.
///
/// A title that names the loss of service does so from minor upwards, whatever the vendor's severity; without such words
/// not even a critical one does: it is told, and weighs as a degradation.
pub(super) fn taken_by(title: &str, severity: Severity) -> bool {
    match severity {
        Severity::Cleared | Severity::Warning => return false,
        Severity::Indeterminate | Severity::Minor | Severity::Major | Severity::Critical => {}
    }
    let lower = title.to_lowercase();
    if HARMLESS.iter().any(|word| lower.contains(word)) {
        return false;
    }
    GONE.iter().any(|word| title.contains(word)) || GONE_EN.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("LTE小区退出服务(198094419)", Severity::Major, true)]
    #[case("设备掉电(198092295)", Severity::Critical, true)]
    #[case("S1断链告警(198094420)", Severity::Critical, true)]
    #[case("网元断链告警(198099803)", Severity::Critical, true)]
    #[case("RRU链路断(198097605)", Severity::Critical, true)]
    #[case("X2断链告警(198094421)", Severity::Major, false)]
    #[case("X2用户面路径不可用(198094467)", Severity::Minor, false)]
    #[case("天馈驻波比异常(198098465)", Severity::Major, false)]
    #[case("光模块不可用(198098318)", Severity::Minor, false)]
    #[case("小区不可用告警", Severity::Major, true)]
    #[case("小区不可用告警", Severity::Cleared, false)]
    #[case("Cell Unavailable", Severity::Major, true)]
    #[case("Cell Out Of Service", Severity::Critical, true)]
    #[case("软件运行异常(198097604)", Severity::Critical, false)]
    fn m2_a_title_tells_whether_service_is_gone(#[case] title: &str, #[case] severity: Severity, #[case] gone: bool) {
        assert_eq!(taken_by(title, severity), gone);
    }
}
