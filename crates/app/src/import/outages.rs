//! Importer of the outage list: 停闭, 退服, 节能, 割接, 搬迁, planned or actual.

use domain::time::Timestamp;
use ran::fact::{Outage, OutageKind};

use super::heading::{Columns, FieldDef, fields};
use super::report::Notes;
use super::row::{Cells, Importer, Outcome, RowError};
use super::target::{Names, made_id, target};
use super::value::yes_or_no;

fields! {
    /// Fields of an outage.
    Field:
    Id "outage_id" ["id", "编号", "工单号", "单号", "工单编号", "停电编号", "割接单号", "序列号"],
    Element "cell_id" ["cell", "element", "element_id", "小区id", "小区", "小区标识", "cgi", "ecgi", "repeater_id", "直放站编号", "直放站",
        "repeater", "target", "cell index", "小区索引", "element id", "network element id", "ne id", "object id", "affected cell"],
    ElementName "cell_name" ["element_name", "小区名称", "小区名", "直放站名称", "repeater_name"],
    Local "local_cell_id" ["小区编号", "小区号", "本地小区标识"],
    Site "site_id" ["site", "站点id", "站址编码", "站址", "站号", "enodeb_id", "enodebid", "enb", "gnb", "gnodeb_id", "基站编号", "基站id",
        "enbid", "站点编号", "基站标识", "station_id"],
    SiteName "site_name" ["站点名称", "基站名称", "站名", "基站名", "enodebname", "station name"],
    Object "object" ["网元", "网元名称", "对象", "对象名称", "ne", "影响网元", "影响对象", "object name"],
    Kind "type" ["类型", "kind", "停闭类型", "退服类型", "outage_type", "事件类型", "操作类型", "割接类型", "category", "状态类型", "event", "event type", "outage kind", "class", "事件", "停闭原因类型"],
    Planned "planned" ["计划/实际", "计划或实际", "是否计划", "planned/actual", "planned_or_actual", "性质", "计划", "mode", "plan", "is planned", "是否计划内", "计划或实际停闭", "planned actual"],
    From "start" ["开始时间", "from", "start_time", "起始时间", "发生时间", "退服时间", "停闭时间", "begin", "started", "valid_from",
        "关断时间", "停电时间", "日期", "begin time", "outage start", "start date", "开始", "started at", "start at", "since"],
    Until "end" ["结束时间", "until", "to", "end_time", "恢复时间", "终止时间", "ended", "恢复服务时间", "开启时间", "来电时间", "finish", "outage end", "end date", "结束", "ended at", "end at", "恢复"],
    PlannedFrom "planned_start" ["计划开始时间", "计划开始", "planned start time"],
    PlannedUntil "planned_end" ["计划结束时间", "计划结束", "planned end time"],
    ActualFrom "actual_start" ["实际开始时间", "实际开始", "actual start time"],
    ActualUntil "actual_end" ["实际结束时间", "实际结束", "actual end time"],
    Reason "reason" ["原因", "停闭原因", "退服原因", "说明", "备注", "description", "remark", "内容", "事由", "割接内容", "comment", "note", "cause", "details", "title", "标题"],
}

/// Reads rows of outages.
pub(super) struct Outages;

impl Importer for Outages {
    type Item = Outage;
    const FIELDS: &'static [FieldDef] = Field::ALL;
    const WANTED: (&'static str, &'static str) = ("类型、开始时间和小区/站点", "a type, a start and a cell or site");

    fn recognises(columns: &Columns) -> bool {
        let about = [Field::Element, Field::ElementName, Field::Local, Field::Site, Field::SiteName, Field::Object];
        let starts = [Field::From, Field::PlannedFrom, Field::ActualFrom];
        starts.iter().any(|&field| columns.has(field)) && about.iter().any(|&field| columns.has(field))
    }

    fn row(&mut self, row: &Cells<'_>, _notes: &mut Notes) -> Result<Outcome<Outage>, RowError> {
        let names = Names {
            element: Field::Element,
            element_name: Field::ElementName,
            local: Field::Local,
            site: Field::Site,
            site_name: Field::SiteName,
            object: Field::Object,
        };
        let target = target(row, &names)
            .ok_or_else(|| row.wrong(Field::Element, "没有说明小区或站点", "no cell or site is named"))?;
        let reason = row.text(Field::Reason).unwrap_or_default().to_owned();
        let (kind, announced) = kind(row, &reason)?;
        let (from, until, planned) = when(row, announced)?;
        if until.is_some_and(|until| until < from) {
            return Err(row.wrong(Field::Until, "结束时间早于开始时间", "it ends before it starts"));
        }
        let id = row.id(Field::Id).unwrap_or_else(|| {
            made_id(&target, &[&format!("{kind:?}"), if planned { "planned" } else { "actual" }, &from.to_string()])
        });
        Ok(Outcome::Item(Outage { id, target, kind, planned, from, until, reason }))
    }
}

/// The kind, and whether its word says that it was announced.
fn kind(row: &Cells<'_>, reason: &str) -> Result<(OutageKind, Option<bool>), RowError> {
    let said = row.text(Field::Kind);
    let text = said.unwrap_or(reason);
    let announced = if text.contains("计划") || text.to_lowercase().contains("planned") { Some(true) } else { None };
    kind_of(text).map(|kind| (kind, announced)).ok_or_else(|| {
        row.wrong(
            Field::Kind,
            "不认识的类型（可用：停闭、退服、节能、割接、搬迁）",
            "unknown type (known: shut_down, out_of_service, energy_saving, planned_work, relocation)",
        )
    })
}

fn kind_of(text: &str) -> Option<OutageKind> {
    let lower = text.to_lowercase().replace(['_', '-', ' '], "");
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["搬迁", "拆站", "迁移", "拆除", "逼迁", "relocat", "moved", "dismantl"]) {
        Some(OutageKind::Relocation)
    } else if has(&["节能", "休眠", "energysaving", "powersaving", "sleep"]) {
        Some(OutageKind::EnergySaving)
    } else if has(&[
        "割接",
        "升级",
        "工程",
        "施工",
        "检修",
        "plannedwork",
        "cutover",
        "maintenance",
        "upgrade",
        "works",
    ]) {
        Some(OutageKind::PlannedWork)
    } else if has(&["停闭", "关停", "关闭", "闭站", "停用", "shutdown", "shut", "closed"]) {
        Some(OutageKind::ShutDown)
    } else if has(&["退服", "断站", "中断", "停电", "故障", "outofservice", "oos", "outage", "down"]) {
        Some(OutageKind::OutOfService)
    } else {
        None
    }
}

/// From, until, and whether planned: what really happened counts before what was planned.
fn when(row: &Cells<'_>, announced: Option<bool>) -> Result<(Timestamp, Option<Timestamp>, bool), RowError> {
    if let Some(from) = row.time(Field::ActualFrom)? {
        return Ok((from, row.time(Field::ActualUntil)?, false));
    }
    if let Some(from) = row.time(Field::PlannedFrom)? {
        return Ok((from, row.time(Field::PlannedUntil)?, true));
    }
    let from = row.time(Field::From)?.ok_or_else(|| row.wrong(Field::From, "没有开始时间", "no start"))?;
    let planned = match row.text(Field::Planned) {
        None => announced.unwrap_or(false),
        Some(text) => planned_of(text).ok_or_else(|| {
            row.wrong(Field::Planned, "不认识的取值（可用：计划、实际）", "unknown value (known: planned, actual)")
        })?,
    };
    Ok((from, row.time(Field::Until)?, planned))
}

fn planned_of(text: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    match lower.as_str() {
        "计划" | "计划内" | "planned" | "plan" | "预告" | "announced" | "scheduled" => Some(true),
        "实际" | "计划外" | "actual" | "突发" | "unplanned" | "observed" | "非计划" => Some(false),
        _ => yes_or_no(&lower),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("停闭", OutageKind::ShutDown)]
    #[case("退服", OutageKind::OutOfService)]
    #[case("节能关断", OutageKind::EnergySaving)]
    #[case("割接", OutageKind::PlannedWork)]
    #[case("搬迁", OutageKind::Relocation)]
    #[case("shut_down", OutageKind::ShutDown)]
    #[case("out_of_service", OutageKind::OutOfService)]
    #[case("energy_saving", OutageKind::EnergySaving)]
    #[case("planned_work", OutageKind::PlannedWork)]
    #[case("cutover", OutageKind::PlannedWork)]
    #[case("relocation", OutageKind::Relocation)]
    fn kinds_have_many_names(#[case] text: &str, #[case] expected: OutageKind) {
        assert_eq!(kind_of(text), Some(expected));
    }
}
