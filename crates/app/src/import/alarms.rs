//! Importer of alarms 告警, active and history.

use ran::fact::{Alarm, Severity};

use super::heading::{Columns, FieldDef, fields};
use super::report::Notes;
use super::row::{Cells, Importer, Outcome, RowError};
use super::target::{Names, made_id, target};
use super::value::yes_or_no;

fields! {
    /// Fields of an alarm.
    Field:
    Id "alarm_id" ["告警流水号", "网管告警流水号", "告警编号", "告警id", "id", "alarm no", "alarm number", "流水号", "notification id",
        "alarm serial number", "告警序列号", "告警唯一标识"],
    Element "cell_id" ["cell", "element", "element_id", "小区id", "小区", "小区标识", "cgi", "ecgi", "小区cgi", "repeater_id", "直放站编号",
        "直放站", "repeater", "target", "cell index", "小区索引", "element id", "network element id", "ne id", "object id", "affected cell"],
    ElementName "cell_name" ["element_name", "小区名称", "小区名", "直放站名称", "repeater_name"],
    Local "local_cell_id" ["小区编号", "小区号", "本地小区标识"],
    Site "site_id" ["site", "站点id", "站址编码", "站址", "站号", "enodeb_id", "enodebid", "enb", "gnb", "gnodeb_id", "基站编号", "基站id",
        "enbid", "站点编号", "基站标识", "station_id"],
    SiteName "site_name" ["站点名称", "基站名称", "站名", "基站名", "enodebname", "station name", "所属基站"],
    Object "object" ["网元", "告警网元", "告警对象", "网元名称", "告警源", "对象名称", "ne", "ne name", "managed object", "定位对象", "告警源名称",
        "alarm source", "mo", "设备名称", "object name", "managed object instance", "alarmed object", "network element", "告警对象标识", "资源名称"],
    ObjectType "object_type" ["告警对象类型", "对象类型", "mo type"],
    ObjectName "object_instance" ["告警对象名称"],
    Severity "severity" ["告警级别", "级别", "告警等级", "perceived severity", "alarm severity", "level", "网管告警级别", "重要程度"],
    Title "title" ["告警标题", "告警名称", "告警码", "alarm title", "alarm name", "alarm", "name", "告警码名称", "标准告警名称", "probable cause",
        "告警内容", "specific problem", "alarm_code", "告警描述", "标准告警码", "description", "text", "alarm text", "event", "alarm type", "告警类型"],
    Raised "raised" ["发生时间", "告警发生时间", "告警时间", "开始时间", "start", "start_time", "raised_at", "raise time", "event time",
        "首次发生时间", "产生时间", "告警产生时间", "begin", "occurred", "time", "alarm time", "raised time", "alarm_raised_time", "raised on", "occurrence time", "alarm start", "alarm start time", "set time", "发生日期", "raise", "begin time", "alarm raise time", "首次告警时间"],
    Cleared "cleared" ["告警恢复时间", "恢复时间", "清除时间", "告警清除时间", "结束时间", "end", "end_time", "cleared_at", "clear time",
        "消除时间", "告警结束时间", "cleared time", "alarm_cleared_time", "cease time", "recover time", "recovered", "closed", "clear", "alarm clear time", "alarm end time", "until", "cleared on", "告警消除时间"],
    Detail "detail" ["附加文本", "告警详情", "additional text", "details", "告警原因", "详细信息", "备注", "remark", "reason"],
    Planned "planned" ["工程态", "工程状态", "是否工程告警", "是否工程态", "是否工程", "调测状态", "engineering"],
}

/// Reads rows of alarms.
pub(super) struct Alarms;

impl Importer for Alarms {
    type Item = Alarm;
    const FIELDS: &'static [FieldDef] = Field::ALL;
    const WANTED: (&'static str, &'static str) = (
        "告警级别或告警标题、发生时间和网元/小区/站点",
        "a severity or title, a time of raising, and a cell, site or object",
    );

    fn recognises(columns: &Columns) -> bool {
        let about = [Field::Element, Field::ElementName, Field::Site, Field::SiteName, Field::Object];
        columns.has(Field::Raised)
            && (columns.has(Field::Severity) || columns.has(Field::Title))
            && about.iter().any(|&field| columns.has(field))
    }

    fn row(&mut self, row: &Cells<'_>, notes: &mut Notes) -> Result<Outcome<Alarm>, RowError> {
        let names = Names {
            element: Field::Element,
            element_name: Field::ElementName,
            local: Field::Local,
            site: Field::Site,
            site_name: Field::SiteName,
            object: Field::Object,
        };
        let mut target = target(row, &names).ok_or_else(|| {
            row.wrong(Field::Object, "没有说明告警对象（小区、站点或网元）", "no cell, site or object is named")
        })?;
        if row.text(Field::ObjectType).is_some_and(|kind| kind.eq_ignore_ascii_case("cell")) {
            target.element_name = target.element_name.or_else(|| row.id(Field::ObjectName));
        }
        let severity = severity(row, notes)?;
        let raised =
            row.time(Field::Raised)?.ok_or_else(|| row.wrong(Field::Raised, "没有发生时间", "no time of raising"))?;
        let cleared = row.time(Field::Cleared)?;
        if cleared.is_some_and(|cleared| cleared < raised) {
            return Err(row.wrong(Field::Cleared, "恢复时间早于发生时间", "cleared before it was raised"));
        }
        let title = row.text(Field::Title).or_else(|| row.text(Field::Detail)).unwrap_or_default().to_owned();
        let id = row.id(Field::Id).unwrap_or_else(|| {
            notes.add(
                row.at,
                "没有告警流水号，按对象、标题和发生时间编号",
                "no alarm id: made from object, title and time",
            );
            made_id(&target, &[&title, &raised.to_string()])
        });
        let detail = row.text(Field::Detail).filter(|detail| *detail != title).map(str::to_owned);
        let planned = row.text(Field::Planned).is_some_and(|text| {
            yes_or_no(text).unwrap_or_else(|| ["工程", "调测", "测试"].iter().any(|word| text.contains(word)))
        });
        Ok(Outcome::Item(Alarm { id, target, severity, title, raised, cleared, detail, planned }))
    }
}

fn severity(row: &Cells<'_>, notes: &mut Notes) -> Result<Severity, RowError> {
    let Some(text) = row.text(Field::Severity) else {
        notes.add(row.at, "没有告警级别，按不确定处理", "no severity: taken as indeterminate");
        return Ok(Severity::Indeterminate);
    };
    severity_of(text).ok_or_else(|| {
        row.wrong(
            Field::Severity,
            "不认识的告警级别（可用：紧急/严重、重要/主要、次要/一般、提示/警告、1～4）",
            "unknown severity (known: critical, major, minor, warning, indeterminate, cleared, 1 to 4)",
        )
    })
}

/// 级别 in Chinese, English or as a number, 1 the gravest.
fn severity_of(text: &str) -> Option<Severity> {
    let bare = text.to_lowercase().replace("告警", "").replace(['_', ' '], "");
    let level = match bare.as_str() {
        "严重" | "紧急" | "critical" | "1" | "一级" | "p1" | "致命" | "重大" | "emergency" => {
            Severity::Critical
        }
        "主要" | "重要" | "major" | "2" | "二级" | "p2" => Severity::Major,
        "次要" | "一般" | "minor" | "3" | "三级" | "p3" | "普通" => Severity::Minor,
        "警告" | "提示" | "warning" | "4" | "四级" | "p4" | "轻微" | "info" => Severity::Warning,
        "不确定" | "未定" | "indeterminate" | "unknown" => Severity::Indeterminate,
        "清除" | "已清除" | "恢复" | "cleared" | "clear" => Severity::Cleared,
        _ => return None,
    };
    Some(level)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("紧急", Severity::Critical)]
    #[case("严重告警", Severity::Critical)]
    #[case("Major", Severity::Major)]
    #[case("一般", Severity::Minor)]
    #[case("4", Severity::Warning)]
    fn severities_have_many_names(#[case] text: &str, #[case] expected: Severity) {
        assert_eq!(severity_of(text), Some(expected));
    }
}
