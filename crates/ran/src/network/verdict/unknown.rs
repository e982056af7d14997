//! What was not known and might change the verdict.

use domain::check::{Bilingual, Service};
use domain::place::Setting;

use super::words::{Words, both};
use crate::network::assess::Assessed;
use crate::network::record::Feed;
use crate::network::{Network, Question};

/// Everything the verdict had to do without, the gravest first.
pub(super) fn list(
    network: &Network,
    question: &Question,
    assessed: &[Assessed<'_>],
    words: &Words<'_>,
) -> Vec<Bilingual> {
    let mut unknown = Vec::new();
    if network.is_empty() {
        unknown.push(both(
            "没有工参：不知道附近有哪些小区和直放站。",
            "No inventory: which cells and repeaters stand there is not known.",
        ));
    }
    let records = &network.records;
    unknown.extend(alarms(&records.alarms, question, words));
    if records.outages.span().is_none() {
        unknown.push(
            unmatched(&records.outages, "停闭、节能、割接", "shut-downs, energy saving or works").unwrap_or_else(
                || {
                    both(
                        "未导入停闭、节能、割接数据。",
                        "No data on shut-downs, energy saving or planned works was loaded.",
                    )
                },
            ),
        );
    }
    match records.interference.span() {
        None => unknown.push(
            unmatched(&records.interference, "干扰", "interference")
                .unwrap_or_else(|| both("未导入干扰数据。", "No interference data was loaded.")),
        ),
        Some(span) if !span.covers(question.at) => unknown.push(both(
            format!("干扰数据只到 {}。", words.time(span.last)),
            format!("Interference data ends at {}.", words.time(span.last)),
        )),
        Some(_) => {}
    }
    unknown.push(both("没有小区负荷数据，拥塞情况未知。", "No load data: congestion is not known."));
    unknown.extend(place(question));
    unknown.extend(elements(question, assessed));
    unknown.push(both(
        "未核查用户侧：终端、SIM 卡、停机、限速、套餐。",
        "The customer's side was not looked at: phone, SIM card, suspension, throttling, tariff.",
    ));
    unknown
}

/// A feed of which no record names an element of the inventory says nothing of it.
fn unmatched(feed: &Feed, zh: &str, en: &str) -> Option<Bilingual> {
    (feed.unmatched > 0).then(|| {
        both(
            format!("{zh}数据 {} 条，没有一条对应得上工参中的小区或站点，视同没有。", feed.unmatched),
            format!(
                "None of the {} records of {en} names an element of the inventory: they count as no data.",
                feed.unmatched
            ),
        )
    })
}

fn alarms(feed: &Feed, question: &Question, words: &Words<'_>) -> Option<Bilingual> {
    match feed.span() {
        None => Some(unmatched(feed, "告警", "alarms").unwrap_or_else(|| {
            both(
                "从未导入告警数据：是否有故障未知。",
                "No alarm data was ever loaded: whether anything is broken is not known.",
            )
        })),
        Some(span) if !span.covers(question.at) => {
            let (first, last) = (words.time(span.first), words.time(span.last));
            Some(both(
                format!("告警数据为 {first} 至 {last}，不覆盖所问时间：是否有故障未知。"),
                format!(
                    "Alarm data runs from {first} to {last} and does not cover the time: whether anything was broken is not known."
                ),
            ))
        }
        Some(_) => None,
    }
}

fn place(question: &Question) -> impl Iterator<Item = Bilingual> {
    let precision = match question.precision_m {
        None => Some(both(
            "未说明位置精度，按准确位置计算。",
            "How precise the position is was not stated; it was taken as exact.",
        )),
        Some(metres) if metres > 300.0 => Some(both(
            format!("位置只精确到 {metres:.0} m，服务小区可能不同。"),
            format!("The position is only known to {metres:.0} m: another cell may serve the true place."),
        )),
        Some(_) => None,
    };
    let setting = match question.setting {
        Setting::Unstated => Some(both(
            "未说明室内还是室外，按室外电平计算；室内会弱 10–20 dB。",
            "Indoors or outdoors was not stated; levels are outdoors, indoors 10–20 dB weaker.",
        )),
        Setting::Indoor => Some(both(
            "楼层和室内位置未知，穿透损耗为典型值。",
            "Floor and position inside are not known; the penetration loss is a typical one.",
        )),
        Setting::Outdoor => None,
    };
    precision.into_iter().chain(setting)
}

fn elements(question: &Question, assessed: &[Assessed<'_>]) -> impl Iterator<Item = Bilingual> {
    let main = || assessed.iter().filter(|one| one.serving).take(3);
    let flat = main().filter(|one| !one.height_known).count();
    let heights = (flat > 0).then(|| {
        both(
            format!("最强的小区中有 {flat} 个没有挂高，按典型高度计算。"),
            format!("{flat} of the strongest elements have no antenna height; a usual one was taken."),
        )
    });
    let modern_only = assessed.iter().any(|one| one.serving)
        && assessed.iter().filter(|one| one.serving).all(|one| !one.carries_classic_voice());
    let volte = (question.service == Service::Voice && modern_only).then(|| {
        both(
            "该地点只有 4G/5G 小区，语音取决于用户是否开通 VoLTE/VoNR，情况未知。",
            "Only 4G/5G cells reach the place: voice depends on the customer's VoLTE or VoNR, which is not known.",
        )
    });
    heights.into_iter().chain(volte)
}
