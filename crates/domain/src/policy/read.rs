//! TOML text → [`Policy`]: what is wrong with the form of it. What is wrong with the sense of it, `judge` says.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use toml::de::{DeTable, DeValue};

use super::reader::{At, Fields, Node, Reader, listed};
use super::{Ladder, Policy, Problem, QuietHours, Term, grading, judge, rules, trees};
use crate::calendar::{HalfDay, WorkingCalendar};
use crate::clock::{ClockKind, Rung};
use crate::retention::Retention;

const SECTIONS: [&str; 14] = [
    "valid_from",
    "half_day",
    "local_days",
    "clocks",
    "ladder",
    "grading",
    "phenomena",
    "causes",
    "resolutions",
    "interfaces",
    "templates",
    "rules",
    "quiet_hours",
    "retention",
];

/// The policy as far as it could be made out, and everything wrong with it.
pub(super) fn policy(text: &str) -> (Option<Policy>, Vec<Problem>) {
    let mut reader = Reader::new(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let message = error.message().trim().replace('\n', "; ");
        let at = error.span().unwrap_or(0..0);
        reader.wrong(&at, format!("TOML 写法有误：{message}"), format!("not TOML: {message}"));
    }
    if !errors.is_empty() {
        // What follows a broken line may be read into the wrong table: its problems would mislead.
        return (None, reader.problems());
    }
    let root = Fields::root(&document);
    reader.only(&root, &SECTIONS);
    let valid_from = root.get("valid_from").and_then(|node| date(&mut reader, node));
    let half_day = reader.one::<HalfDay>(&root, "half_day");
    let local_days = local_days(&mut reader, &root);
    let terms = terms(&mut reader, &root);
    let ladder = common_ladder(&mut reader, &root);
    let grading = grading::rules(&mut reader, &root);
    let phenomena = trees::phenomena(&mut reader, &root);
    let causes = trees::causes(&mut reader, &root);
    let resolutions = trees::resolutions(&mut reader, &root);
    let interfaces = trees::interfaces(&mut reader, &root);
    let templates = trees::templates(&mut reader, &root);
    let rules = rules::rules(&mut reader, &root);
    let quiet_hours = quiet_hours(&mut reader, &root);
    let retention = retention(&mut reader, &root);
    judge::terms(&mut reader, &terms);
    let terms = terms.into_iter().map(|(kind, found)| (kind, found.term)).collect();
    let policy = half_day.zip(quiet_hours).map(|(half_day, quiet_hours)| Policy {
        valid_from,
        half_day,
        local_days,
        terms,
        ladder,
        grading,
        phenomena,
        causes,
        resolutions,
        interfaces,
        templates,
        // A text of before there were rule items has the shipped ones.
        rules: rules.unwrap_or_else(|| Policy::standard().rules.clone()),
        quiet_hours,
        retention,
    });
    (policy, reader.problems())
}

/// A term with where its limits stand.
pub(super) struct Found {
    pub(super) term: Term,
    pub(super) limit: At,
    pub(super) off_duty: At,
    pub(super) major: At,
}

fn terms<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> BTreeMap<ClockKind, Found> {
    let mut terms = BTreeMap::new();
    let Some(clocks) = reader.needed(root, "clocks").and_then(|node| reader.table(root, "clocks", node)) else {
        return terms;
    };
    let mut named = Vec::new();
    for (name, at, node) in clocks.entries() {
        let Some(kind) = reader.key::<ClockKind>(&clocks, name, &at) else { continue };
        named.push(kind);
        let Some(fields) = reader.table(&clocks, name, node) else { continue };
        if let Some(found) = term(reader, &fields) {
            terms.insert(kind, found);
        }
    }
    for kind in ClockKind::ALL.into_iter().filter(|kind| !named.contains(kind)) {
        let (name, (zh, en)) = (kind.as_str(), kind.title());
        reader.missing(
            &clocks.at,
            format!("缺少时限“{name}”（{zh}）：每个时限都要有一张表 [clocks.{name}]"),
            format!("the clock `{name}` ({en}) is missing: every clock needs a table [clocks.{name}]"),
        );
    }
    terms
}

fn term<'t>(reader: &mut Reader<'t>, fields: &Fields<'_, 't>) -> Option<Found> {
    reader.only(fields, &["limit", "off_duty", "major", "warn_percent", "pausable", "source", "ladder"]);
    let limit_node = reader.needed(fields, "limit");
    let mut budget = |key: &str, node: Option<&Node<'t>>| node.and_then(|node| reader.budget(fields, key, node));
    let limit = budget("limit", limit_node);
    let off_duty = budget("off_duty", fields.get("off_duty"));
    let major = budget("major", fields.get("major"));
    let at = |key: &str| fields.get(key).map_or_else(|| fields.at.clone(), Node::span);
    let warn_percent = reader.needed(fields, "warn_percent").and_then(|node| judge::warn_percent(reader, fields, node));
    let pausable = reader.yes_or_no(fields, "pausable");
    let source = reader.text(fields, "source").map(str::to_owned);
    let own = fields.get("ladder").and_then(|node| reader.table(fields, "ladder", node));
    let ladder = own.map(|own| ladder(reader, &own)).unwrap_or_default();
    let term = Term {
        limit: limit?,
        off_duty,
        major,
        warn_percent: warn_percent?,
        pausable: pausable?,
        source: source?,
        ladder,
    };
    Some(Found { term, limit: at("limit"), off_duty: at("off_duty"), major: at("major") })
}

fn common_ladder<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Ladder {
    let Some(fields) = reader.needed(root, "ladder").and_then(|node| reader.table(root, "ladder", node)) else {
        return Ladder::new();
    };
    let found = ladder(reader, &fields);
    for rung in Rung::ALL.into_iter().filter(|rung| fields.get(rung.as_str()).is_none()) {
        let (name, known) = (rung.as_str(), listed::<Rung>());
        reader.missing(
            &fields.at,
            format!("缺少阶梯“{name}”；三级都要写：{known}"),
            format!("the rung `{name}` is missing; every rung is needed: {known}"),
        );
    }
    found
}

fn ladder<'t>(reader: &mut Reader<'t>, fields: &Fields<'_, 't>) -> Ladder {
    let mut ladder = Ladder::new();
    for (name, at, node) in fields.entries() {
        let Some(rung) = reader.key::<Rung>(fields, name, &at) else { continue };
        if let Some(holders) = reader.list(fields, name, node) {
            ladder.insert(rung, holders);
        }
    }
    ladder
}

/// A date, as TOML writes one or between quotes; a day between 2000 and 2100.
fn date<'t>(reader: &mut Reader<'t>, node: &Node<'t>) -> Option<Date> {
    let text = match node.get_ref() {
        DeValue::Datetime(found) => found.to_string(),
        DeValue::String(found) => found.to_string(),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => {
            String::new()
        }
    };
    let day = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
    let day = day.filter(|day| (2000..=2100).contains(&day.year()));
    if day.is_none() {
        reader.wrong(
            &node.span(),
            "“valid_from”应为 2000 至 2100 年间的日期，例如 2026-12-01",
            "`valid_from` must be a day between the years 2000 and 2100, written like 2026-12-01",
        );
    }
    day
}

/// Each as a line of the calendar's own form, and read as such.
fn local_days<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Vec<String> {
    let mut lines = Vec::new();
    for fields in reader.tables(root, "local_days") {
        reader.only(&fields, &["days", "worked", "reason"]);
        let days = reader.text(&fields, "days");
        let worked = reader.yes_or_no(&fields, "worked");
        let reason = reader.bilingual(&fields, "reason");
        let (Some(days), Some(worked), Some(reason)) = (days, worked, reason) else { continue };
        let word = if worked { "work" } else { "off" };
        let line = format!("{word} {} {}/{}", days.trim(), plain(&reason.zh), plain(&reason.en));
        match WorkingCalendar::china().with_local_days(&line) {
            Ok(_) => lines.push(line),
            Err(error) => {
                let at = fields.get("days").map_or(fields.at.clone(), Node::span);
                reader.wrong(
                    &at,
                    format!("“{days}”不是日期或日期段，写成 2026-08-20 或 2026-08-20..2026-08-21，至多一年"),
                    format!("`{days}`: {}; written as 2026-08-20 or 2026-08-20..2026-08-21", error.reason),
                );
            }
        }
    }
    lines
}

/// A wording that cannot be taken for the separator or a new line.
fn plain(text: &str) -> String {
    text.replace('/', "／").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn quiet_hours<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Option<QuietHours> {
    let node = reader.needed(root, "quiet_hours")?;
    let fields = reader.table(root, "quiet_hours", node)?;
    reader.only(&fields, &["from", "until", "except"]);
    let (from, until) = (time(reader, &fields, "from"), time(reader, &fields, "until"));
    let except = reader.one(&fields, "except");
    if from.is_some() && from == until {
        reader.wrong(
            &fields.at,
            "免打扰的起止相同，等于没有或全天",
            "quiet hours that begin when they end are none or all day",
        );
    }
    Some(QuietHours { from: from?, until: until?, except: except? })
}

/// How long what is personal is kept; a text of before this was written down keeps it as long as the shipped one.
fn retention<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Retention {
    let Some(fields) = root.get("retention").and_then(|node| reader.table(root, "retention", node)) else {
        return Retention::STANDARD;
    };
    reader.only(&fields, &["closed_days"]);
    let days = reader.needed(&fields, "closed_days");
    let days = days.and_then(|node| reader.number("retention.closed_days", node, Retention::BOUNDS));
    days.map_or(Retention::STANDARD, |closed_days| Retention { closed_days })
}

fn time<'t>(reader: &mut Reader<'t>, fields: &Fields<'_, 't>, key: &str) -> Option<Time> {
    let text = reader.text(fields, key)?;
    let time = Time::strptime("%H:%M", text).ok();
    if time.is_none() {
        let at = fields.get(key).map_or(fields.at.clone(), Node::span);
        reader.wrong(&at, format!("“{text}”不是时刻，例如 21:00"), format!("`{text}` is no time of day like 21:00"));
    }
    time
}
