//! What the words of a complaint tell: service, technology, setting, channel, phenomenon.

use domain::check::{Service, Technology};
use domain::complaint::Channel;
use domain::place::Setting;

use super::Field;
use crate::import::radio;
use crate::import::row::Cells;

/// The seven-level path joined with `→`, from one column, from seven, or from a title that is one.
pub(super) fn phenomenon(row: &Cells<'_>, title: &str) -> String {
    if let Some(text) = row.text(Field::Phenomenon) {
        return text.to_owned();
    }
    let levels = [Field::Type1, Field::Type2, Field::Type3, Field::Type4, Field::Type5, Field::Type6, Field::Setting];
    let mut parts: Vec<&str> = levels[..6].iter().filter_map(|&level| row.text(level)).collect();
    if parts.len() > 2 {
        parts.extend(row.text(Field::Setting));
    }
    if !parts.is_empty() {
        return parts.join("→");
    }
    if title.contains('→') { title.to_owned() } else { String::new() }
}

/// Voice where a column or the words say so, data otherwise.
pub(super) fn service(said: Option<&str>, subject: &str) -> Service {
    const VOICE: [&str; 16] = [
        "语音",
        "通话",
        "主叫",
        "被叫",
        "掉话",
        "单通",
        "串话",
        "接不通",
        "打不通",
        "打电话",
        "呼叫",
        "volte",
        "vonr",
        "voice",
        "杂音",
        "回音",
    ];
    const DATA: [&str; 10] = ["上网", "数据", "网速", "流量", "网页", "视频", "游戏", "data", "宽带", "cpe"];
    let has = |text: &str, words: &[&str]| {
        let lower = text.to_lowercase();
        words.iter().any(|word| lower.contains(word))
    };
    if let Some(said) = said {
        if has(said, &VOICE) {
            return Service::Voice;
        }
        if has(said, &DATA) {
            return Service::Data;
        }
    }
    if has(subject, &VOICE) && !has(subject, &DATA) { Service::Voice } else { Service::Data }
}

/// 制式 from its column, or from `4G` and `5G` in the words; `2G` is left open: it is GSM or CDMA.
pub(super) fn technology(said: Option<&str>, subject: &str) -> Option<Technology> {
    if let Some(known) = said.and_then(radio::technology) {
        return Some(known);
    }
    let upper = subject.to_uppercase();
    let (four, five) =
        (upper.contains("4G") || upper.contains("VOLTE"), upper.contains("5G") || upper.contains("VONR"));
    match (four, five) {
        (true, false) => Some(Technology::Lte),
        (false, true) => Some(Technology::Nr),
        _ => None,
    }
}

/// Indoors or outdoors: a column, the last level of the phenomenon, or the answer in the 预处理 form.
pub(super) fn setting(said: Option<&str>, phenomenon: &str, description: &str) -> Setting {
    let of = |text: &str| match (text.contains("室内"), text.contains("室外")) {
        (true, false) => Setting::Indoor,
        (false, true) => Setting::Outdoor,
        _ => Setting::Unstated,
    };
    if let Some(said) = said {
        match said.to_lowercase().as_str() {
            "indoor" => return Setting::Indoor,
            "outdoor" => return Setting::Outdoor,
            _ => {}
        }
        if of(said) != Setting::Unstated {
            return of(said);
        }
    }
    let leaf = phenomenon.rsplit('→').next().unwrap_or_default();
    if of(leaf) != Setting::Unstated {
        return of(leaf);
    }
    let answer = description.split_once("室内还是室外").map_or("", |(_, rest)| rest);
    of(&answer.trim_start_matches([':', '：', ' ']).chars().take(4).collect::<String>())
}

/// By which way it came; a spreadsheet where the row does not say.
pub(super) fn channel(said: Option<&str>) -> Channel {
    let Some(said) = said else { return Channel::Spreadsheet };
    let lower = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["工信部", "12300", "12315", "12345", "管局", "申诉", "regulator", "10080"]) {
        Channel::Regulator
    } else if has(&["媒体", "media"]) {
        Channel::Media
    } else if has(&["营业厅", "厅", "counter"]) {
        Channel::Counter
    } else if has(&["邮件", "mail"]) {
        Channel::Mail
    } else if has(&["来访", "visit"]) {
        Channel::Visit
    } else if has(&["热线", "电话", "10086", "10000", "10010", "phone", "hotline"]) {
        Channel::Phone
    } else if has(&["eoms", "上游", "集团", "upstream"]) {
        Channel::Upstream
    } else {
        Channel::Spreadsheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_tells_service_and_technology() {
        let path = "移动业务→网络质量→语音通话（5G通信）→全局流转→功能使用→VOLTE通话质量问题→室内";
        assert_eq!(service(None, path), Service::Voice);
        assert_eq!(setting(None, path, ""), Setting::Indoor);
        let data = "移动业务→网络质量→手机上网（4G）→网速慢或掉线→功能使用→区域信号弱→室外";
        assert_eq!((service(None, data), technology(None, data)), (Service::Data, Some(Technology::Lte)));
        assert_eq!(setting(None, "", "室内还是室外：室内；室内场景：住宅"), Setting::Indoor);
    }

    #[test]
    fn the_channel_is_a_spreadsheet_unless_said() {
        assert_eq!(channel(None), Channel::Spreadsheet);
        assert_eq!(channel(Some("10086热线")), Channel::Phone);
        assert_eq!(channel(Some("工信部申诉")), Channel::Regulator);
    }
}
