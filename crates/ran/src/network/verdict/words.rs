//! Evidence in sentences a handler can read out, in both languages.

use domain::check::{Bilingual, ElementKind, Fact, FactKind};
use domain::place::Setting;
use domain::time::Timestamp;
use jiff::tz::TimeZone;

use super::Coverage;
use super::weigh::Weighed;
use crate::network::Question;
use crate::network::assess::Assessed;
use crate::propagation::Model;

/// Tells times in the branch's zone.
pub(super) struct Words<'a> {
    pub zone: &'a TimeZone,
}

/// A sentence in both languages.
pub(super) fn both(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { zh: zh.into(), en: en.into() }
}

impl Words<'_> {
    /// One fact that counted: which element, where, what, since when.
    pub fn fact(&self, weighed: &Weighed<'_>) -> Bilingual {
        let (on, fact) = (weighed.on, weighed.fact);
        let (what_zh, what_en) = what(fact);
        let (time_zh, time_en) = self.period(fact);
        let (via_zh, via_en) = fact.via.as_ref().map_or((String::new(), String::new()), |via| {
            let kind = on.candidate.kind;
            let (zh, en) = if kind == ElementKind::Repeater { ("信源", "donor") } else { ("站址", "site") };
            (format!("（{zh} {via}）"), format!(" (reported on its {en} {via})"))
        });
        let (who_zh, who_en) = who(on);
        both(format!("{who_zh}：{what_zh}{via_zh}，{time_zh}。"), format!("{who_en}: {what_en}{via_en}, {time_en}."))
    }

    /// Local time to the minute.
    pub fn time(&self, at: Timestamp) -> String {
        self.zone.to_datetime(at.to_jiff()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn period(&self, fact: &Fact) -> (String, String) {
        let since = fact.since.map(|at| self.time(at));
        let until = fact.until.map(|at| self.time(at));
        match (since, until, fact.active) {
            (Some(since), None, _) => (format!("{since} 起，未结束"), format!("since {since}, not ended")),
            (Some(since), Some(until), true) => {
                (format!("{since} 至 {until}，当时持续中"), format!("{since} to {until}, in effect at the time"))
            }
            (Some(since), Some(until), false) => {
                (format!("{since} 至 {until}，当时已结束"), format!("{since} to {until}, over at the time"))
            }
            (None, Some(until), _) => (format!("至 {until}"), format!("until {until}")),
            (None, None, _) => ("时间不详".to_owned(), "time not known".to_owned()),
        }
    }
}

/// What remains for the customer when everything broken is left out.
pub(super) fn coverage(question: &Question, coverage: Coverage<'_>, model: &Model) -> Vec<Bilingual> {
    let Some(best) = coverage.best else {
        return vec![both(
            "附近没有可用的小区或直放站能够到达该地点。",
            "No working cell or repeater reaches the place.",
        )];
    };
    let (who_zh, who_en) = who(best);
    let (walls_zh, walls_en) = if question.setting == Setting::Indoor && !best.indoor {
        let loss = model.penetration_loss_db;
        (format!("，室内按穿透损耗 {loss:.0} dB 计"), format!(", indoors with {loss:.0} dB penetration loss"))
    } else {
        (String::new(), String::new())
    };
    let (level, limit) = (coverage.level_dbm, model.weak_dbm);
    let (than_zh, than_en) = if coverage.missing_db > 0.0 { ("低于", "below") } else { ("不低于", "not below") };
    vec![both(
        format!("可用的最强服务{who_zh}{walls_zh}，电平约 {level:.0} dBm，{than_zh}弱覆盖门限 {limit:.0} dBm。"),
        format!(
            "Strongest working server {who_en}{walls_en}: about {level:.0} dBm, {than_en} the weak-coverage limit of {limit:.0} dBm."
        ),
    )]
}

pub(super) fn no_inventory() -> Bilingual {
    both("尚未导入任何工参，无法核查。", "No inventory has been imported: nothing can be checked.")
}

pub(super) fn outside() -> Bilingual {
    both(
        "该地点 50 公里内没有工参中的小区或直放站，工参可能未覆盖该地区，或坐标有误。",
        "The inventory has no cell or repeater within 50 km: it may not cover this area, or the position is wrong.",
    )
}

/// What was looked at when nothing came of it.
pub(super) fn nothing(assessed: &[Assessed<'_>]) -> Bilingual {
    let count = assessed.len();
    both(
        format!(
            "已核查 {count} 个可能服务该地点的小区和直放站，在已导入的数据中未发现影响业务的故障、停闭、搬迁或干扰。"
        ),
        format!(
            "{count} cells and repeaters that could serve the place were checked; the data loaded shows no fault, outage, relocation or interference that affects service."
        ),
    )
}

/// What was looked at when too little is known to say that nothing is wrong.
pub(super) fn not_known(assessed: &[Assessed<'_>]) -> Bilingual {
    let count = assessed.len();
    both(
        format!("有 {count} 个小区和直放站可能服务该地点，但没有覆盖该时间的告警数据，不能判断是否正常。"),
        format!(
            "{count} cells and repeaters could serve the place, but no alarm data covers the time: whether they worked is not known."
        ),
    )
}

/// The element, how far it is, and how strong it should be there.
fn who(one: &Assessed<'_>) -> (String, String) {
    let candidate = one.candidate;
    let (kind_zh, kind_en) = match candidate.kind {
        ElementKind::Cell => ("小区", "cell"),
        ElementKind::Repeater => ("直放站", "repeater"),
    };
    let (name, distance, level) = (&candidate.name, candidate.distance_m, candidate.predicted_dbm);
    let rank = candidate.rank;
    (
        format!("{kind_zh} {name}（距离 {distance:.0} m，预测第 {rank}，{level:.0} dBm）"),
        format!("{kind_en} {name} ({distance:.0} m away, predicted no. {rank}, {level:.0} dBm)"),
    )
}

/// What happened, with the source's own words and figures.
fn what(fact: &Fact) -> (String, String) {
    let (zh, en) = match fact.kind {
        FactKind::Alarm if fact.takes_service => ("影响业务的告警", "alarm that takes service away"),
        FactKind::Alarm => ("告警", "alarm"),
        FactKind::Outage => ("停闭/退服", "out of service"),
        FactKind::EnergySaving => ("节能关断", "asleep to save energy"),
        FactKind::PlannedWork => ("割接/工程", "planned work"),
        FactKind::Relocation => ("已搬迁", "relocated"),
        FactKind::Removal => ("已从工参中拆除", "removed from the inventory"),
        FactKind::NotYetInService => ("尚未开通", "not yet in service"),
        FactKind::Interference => ("上行干扰", "uplink interference"),
    };
    let severity = fact.severity.as_deref().map(|name| (severity_zh(name), name));
    let (mut said_zh, mut said_en) = (zh.to_owned(), en.to_owned());
    if !fact.title.is_empty() {
        said_zh = format!("{said_zh}“{}”", fact.title);
        said_en = format!("{said_en} “{}”", fact.title);
    }
    let moved = fact.value.as_deref().and_then(|value| value.strip_prefix("moved "));
    let value_zh = moved.map(|metres| format!("移动 {metres}")).or_else(|| fact.value.clone());
    let notes_zh = [severity.map(|(zh, _)| zh.to_owned()), value_zh, fact.announced.then(|| "计划".to_owned())];
    let notes_en =
        [severity.map(|(_, en)| en.to_owned()), fact.value.clone(), fact.announced.then(|| "announced".to_owned())];
    let note = |notes: [Option<String>; 3], comma: &str| notes.into_iter().flatten().collect::<Vec<_>>().join(comma);
    let (note_zh, note_en) = (note(notes_zh, "，"), note(notes_en, ", "));
    if !note_zh.is_empty() {
        said_zh = format!("{said_zh}（{note_zh}）");
        said_en = format!("{said_en} ({note_en})");
    }
    (said_zh, said_en)
}

fn severity_zh(name: &str) -> &'static str {
    match name {
        "critical" => "严重",
        "major" => "主要",
        "minor" => "次要",
        "warning" => "警告",
        "cleared" => "已清除",
        _ => "不确定",
    }
}
