//! Columns that hold words: technology, band, environment, indoor, on air.

use domain::check::Technology;
use ran::element::Environment;

use super::Field;
use super::antenna::says_indoor;
use crate::import::radio;
use crate::import::report::Notes;
use crate::import::row::Cells;
use crate::import::value::{number_and_unit, yes_or_no};

/// 制式, said or implied by the kind of base station.
pub(super) fn technology(row: &Cells<'_>, notes: &mut Notes) -> Option<Technology> {
    if let Some(text) = row.text(Field::Radio) {
        let known = radio::technology(text);
        if known.is_none() {
            notes.add(row.at, "不认识的制式，按未知处理", "an unknown technology is taken as unknown");
        }
        return known;
    }
    let station = row.heading_of(Field::Enb).to_lowercase();
    if station.contains("enodeb") || station.contains("enb") {
        Some(Technology::Lte)
    } else if station.contains("gnodeb") || station.contains("gnb") {
        Some(Technology::Nr)
    } else {
        None
    }
}

/// Carrier in MHz: a frequency column, else the channel number, else the middle of the band.
pub(super) fn frequency(row: &Cells<'_>, technology: Option<Technology>, notes: &mut Notes) -> Option<f32> {
    let band_text = row.text(Field::Band);
    let band = band_text.and_then(|text| radio::frequency_of_band(text, technology));
    let plain = row
        .text(Field::Frequency)
        .and_then(|text| radio::frequency_of_band(text, technology).or_else(|| radio::carrier(text, band, technology)));
    let channel_text = row.text(Field::Channel).filter(|_| plain.is_none());
    let found = plain.or_else(|| {
        let text = channel_text?;
        let numbered = row.heading_of(Field::Channel).to_lowercase().contains("arfcn");
        let certain = numbered.then(|| text.parse().ok()).flatten();
        match certain {
            Some(number) => radio::carrier_of_channel(number, technology),
            None => radio::carrier(text, band, technology),
        }
    });
    let found = found.or(band);
    if found.is_none() && (band_text.is_some() || channel_text.is_some() || row.text(Field::Frequency).is_some()) {
        notes.add(
            row.at,
            "频段/频点无法识别，按未知处理",
            "a band or channel could not be read and is taken as unknown",
        );
    }
    found.map(|mhz| mhz as f32)
}

/// 带宽 in MHz.
pub(super) fn bandwidth(row: &Cells<'_>, notes: &mut Notes) -> Option<f32> {
    let text = row.text(Field::Bandwidth)?;
    let mhz = number_and_unit(text).and_then(|(number, unit)| match unit.as_str() {
        "" | "m" | "mhz" | "兆" => Some(number),
        "k" | "khz" => Some(number / 1e3),
        "rb" | "prb" => Some(number / 5.0),
        _ => None,
    });
    let mhz = mhz.filter(|mhz| (0.1..=2_000.0).contains(mhz));
    if mhz.is_none() {
        notes.add(row.at, "带宽无法识别，按未知处理", "a bandwidth could not be read and is taken as unknown");
    }
    mhz.map(|mhz| mhz as f32)
}

/// 室分.
pub(super) fn indoor(row: &Cells<'_>) -> bool {
    let said = row.text(Field::Indoor).is_some_and(|text| {
        let lower = text.to_lowercase();
        let inside = ["室分", "室内", "地铁", "隧道", "indoor"].iter().any(|word| lower.contains(word));
        let outside = ["室外", "outdoor", "非室分"].iter().any(|word| lower.contains(word));
        (inside && !outside) || yes_or_no(text) == Some(true)
    });
    said || says_indoor(row)
}

/// Environment as said, else as the clutter implies.
pub(super) fn environment(row: &Cells<'_>) -> Option<Environment> {
    let said = [Field::Environment, Field::Scene].iter().find_map(|&field| row.text(field).and_then(environment_of));
    said.or_else(|| clutter(row).and_then(Environment::from_clutter))
}

fn environment_of(text: &str) -> Option<Environment> {
    let lower = text.to_lowercase().replace(['_', '-', ' '], "");
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["密集", "denseurban", "高密"]) {
        return Some(Environment::DenseUrban);
    }
    if has(&["郊", "suburban", "城乡", "县城", "开发区"]) {
        return Some(Environment::Suburban);
    }
    if has(&["农村", "乡村", "村庄", "rural", "山区", "乡镇"]) {
        return Some(Environment::Rural);
    }
    has(&["城区", "市区", "urban", "主城"]).then_some(Environment::Urban)
}

/// The clutter index as the file has it.
pub(super) fn clutter(row: &Cells<'_>) -> Option<u8> {
    row.whole(Field::Clutter).and_then(|index| u8::try_from(index).ok())
}

/// 是否在网; a word nobody knows is noted and the element taken as on air.
pub(super) fn on_air(row: &Cells<'_>, notes: &mut Notes) -> bool {
    const OFF: [&str; 14] = [
        "未开通",
        "未入网",
        "停闭",
        "退网",
        "退服",
        "拆",
        "规划",
        "工程",
        "闭锁",
        "在建",
        "停用",
        "下电",
        "搬迁",
        "retired",
    ];
    const ON: [&str; 11] = ["开通", "在网", "现网", "正常", "在用", "启用", "解锁", "入网", "运行", "active", "live"];
    let Some(text) = row.text(Field::OnAir) else { return true };
    if let Some(answer) = yes_or_no(text) {
        return answer;
    }
    let lower = text.to_lowercase();
    if OFF.iter().any(|word| lower.contains(word))
        || matches!(
            lower.as_str(),
            "planned" | "inactive" | "shut" | "shut_down" | "off air" | "locked" | "closed" | "off_air"
        )
    {
        return false;
    }
    if !ON.iter().any(|word| lower.contains(word))
        && !matches!(lower.as_str(), "on air" | "on_air" | "in service" | "unlocked")
    {
        notes.add(row.at, "不认识的在网状态，按在网处理", "an unknown on-air state is taken as on air");
    }
    true
}
