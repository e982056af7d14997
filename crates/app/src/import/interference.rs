//! Importer of uplink interference 干扰: noise by cell and time.

use ran::fact::Interference;

use super::heading::{Columns, FieldDef, fields};
use super::moment::span_seconds;
use super::report::Notes;
use super::row::{Cells, Importer, Outcome, RowError};
use super::target::{Names, target};

/// How long a single time without end holds, seconds: counters come by the hour.
const ONE_HOUR: i64 = 3_600;

fields! {
    /// Fields of a noise measurement.
    Field:
    Element "cell_id" ["cell", "element", "element_id", "小区id", "小区", "小区标识", "cgi", "ecgi", "repeater_id", "直放站编号", "target",
        "id", "cell index", "小区索引", "element id", "network element id", "ne id", "object id", "affected cell"],
    ElementName "cell_name" ["element_name", "小区名称", "小区名", "name"],
    Local "local_cell_id" ["小区编号", "小区号", "本地小区标识"],
    Site "site_id" ["site", "站点id", "站址编码", "站址", "站号", "enodeb_id", "enodebid", "enb", "gnb", "gnodeb_id", "基站编号", "基站id",
        "enbid", "站点编号", "基站标识"],
    SiteName "site_name" ["站点名称", "基站名称", "站名", "基站名", "enodebname"],
    Object "object" ["网元", "网元名称", "对象", "对象名称", "ne", "object name"],
    From "start" ["时间", "time", "开始时间", "from", "start_time", "timestamp", "采集时间", "统计时间", "日期", "begin", "at", "hour",
        "测量时间", "起始时间", "数据时间", "measured", "measured at", "start date", "datetime", "开始"],
    Until "end" ["结束时间", "until", "to", "end_time", "终止时间"],
    Period "period" ["周期", "周期分钟", "粒度", "granularity", "统计周期"],
    Noise "noise_dbm" ["noise", "上行底噪", "底噪", "上行干扰", "干扰电平", "上行干扰电平", "上行平均干扰电平", "平均干扰电平", "uplink noise",
        "ul noise", "interference", "ul interference", "干扰", "上行噪声", "干扰噪声", "上行干扰噪声平均值", "rssi", "rtwp", "iot",
        "系统上行每个prb上检测到的干扰噪声的平均值", "prb上行干扰", "interference dbm", "上行prb干扰", "uplink_noise_dbm", "ul_noise_dbm", "noise floor", "noise level", "uplink interference", "ul rssi", "value", "level", "dbm", "noise dbm per prb", "avg noise", "噪声", "底噪dbm", "上行底噪dbm"],
}

/// Reads rows of noise measurements.
pub(super) struct Interferences;

impl Importer for Interferences {
    type Item = Interference;
    const FIELDS: &'static [FieldDef] = Field::ALL;
    const WANTED: (&'static str, &'static str) =
        ("小区、时间和上行底噪（dBm）", "a cell, a time and the uplink noise in dBm");

    fn recognises(columns: &Columns) -> bool {
        let about = [Field::Element, Field::ElementName, Field::Local, Field::Site, Field::SiteName, Field::Object];
        columns.has(Field::From) && columns.has(Field::Noise) && about.iter().any(|&field| columns.has(field))
    }

    fn row(&mut self, row: &Cells<'_>, _notes: &mut Notes) -> Result<Outcome<Interference>, RowError> {
        let names = Names {
            element: Field::Element,
            element_name: Field::ElementName,
            local: Field::Local,
            site: Field::Site,
            site_name: Field::SiteName,
            object: Field::Object,
        };
        let target =
            target(row, &names).ok_or_else(|| row.wrong(Field::Element, "没有说明小区", "no cell is named"))?;
        let noise = row
            .number(Field::Noise, -150.0..=-10.0, &["dbm", "dbm/prb", "db"])?
            .ok_or_else(|| row.wrong(Field::Noise, "没有底噪数值", "no noise level"))?;
        let from = row.time(Field::From)?.ok_or_else(|| row.wrong(Field::From, "没有时间", "no time"))?;
        let until = match row.time(Field::Until)? {
            Some(until) => until,
            None => from.plus_seconds(period(row)?.unwrap_or(ONE_HOUR)),
        };
        if until < from {
            return Err(row.wrong(Field::Until, "结束时间早于开始时间", "it ends before it starts"));
        }
        Ok(Outcome::Item(Interference { target, from, until, noise_dbm: noise as f32 }))
    }
}

/// 粒度 in words or in minutes.
fn period(row: &Cells<'_>) -> Result<Option<i64>, RowError> {
    let Some(text) = row.text(Field::Period) else { return Ok(None) };
    if let Some(seconds) = span_seconds(text) {
        return Ok(Some(seconds));
    }
    Ok(row.number(Field::Period, 1.0..=44_640.0, &[])?.map(|minutes| (minutes * 60.0) as i64))
}
