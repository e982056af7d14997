//! What is well written and still senseless.

use std::collections::BTreeMap;

use super::read::Found;
use super::reader::{At, Fields, Node, Reader};
use crate::calendar::{Budget, HalfDay, WorkingCalendar};
use crate::clock::ClockKind;
use crate::time::Timestamp;

/// A limit longer than this is a slip of the pen.
const LONGEST_DAYS: i64 = 400;
/// Monday 2026-03-02 08:30 in the branch's zone: from here limits of different kinds are compared.
const MONDAY: Timestamp = Timestamp::from_micros(1_772_411_400_000_000);

/// How long a limit lasts from the beginning of an ordinary working week, seconds.
fn lasts(budget: Budget, calendar: &WorkingCalendar) -> i64 {
    calendar.due_at(MONDAY, &budget, HalfDay::Hours).seconds_since(MONDAY)
}

/// Limits that are too long, and an acceptance that may take as long as the handling.
pub(super) fn terms(reader: &mut Reader<'_>, terms: &BTreeMap<ClockKind, Found>) {
    let calendar = WorkingCalendar::china();
    for (kind, found) in terms {
        let each = [
            ("limit", Some(found.term.limit), &found.limit),
            ("off_duty", found.term.off_duty, &found.off_duty),
            ("major", found.term.major, &found.major),
        ];
        for (key, budget, at) in each {
            let Some(budget) = budget.filter(|budget| lasts(*budget, &calendar) > LONGEST_DAYS * 86_400) else {
                continue;
            };
            let path = format!("clocks.{}.{key}", kind.as_str());
            reader.wrong(
                at,
                format!("“{path}”为 {budget}，超过 {LONGEST_DAYS} 天"),
                format!("`{path}` is {budget}, longer than {LONGEST_DAYS} days"),
            );
        }
    }
    let (Some(acceptance), Some(handling)) = (terms.get(&ClockKind::Acceptance), terms.get(&ClockKind::Handling))
    else {
        return;
    };
    let major = |found: &Found| found.term.major.unwrap_or(found.term.limit);
    let off_duty = acceptance.term.off_duty.unwrap_or(acceptance.term.limit);
    let pairs: [(Budget, Budget, &At); 3] = [
        (acceptance.term.limit, handling.term.limit, &acceptance.limit),
        (off_duty, handling.term.off_duty.unwrap_or(handling.term.limit), &acceptance.off_duty),
        (major(acceptance), major(handling), &acceptance.major),
    ];
    for (accept, handle, at) in pairs {
        if lasts(accept, &calendar) >= lasts(handle, &calendar) {
            reader.wrong(
                at,
                format!("受理时限 {accept} 必须短于处理时限 {handle}"),
                format!("the limit of acceptance, {accept}, must be shorter than that of handling, {handle}"),
            );
            return;
        }
    }
}

/// A warning comes after the start and before the due time.
pub(super) fn warn_percent<'t>(reader: &mut Reader<'t>, fields: &Fields<'_, 't>, node: &Node<'t>) -> Option<u8> {
    let path = format!("{}.warn_percent", fields.path);
    let percent = reader.number(&path, node, 0..=u32::MAX)?;
    if percent == 0 {
        reader.wrong(
            &node.span(),
            format!("“{path}”为 0：一开始就预警；只能在 1 与 99 之间"),
            format!("`{path}` is 0: it would warn at once; it must be from 1 to 99"),
        );
    } else if percent > 99 {
        reader.wrong(
            &node.span(),
            format!("“{path}”为 {percent}：预警不早于到期；只能在 1 与 99 之间"),
            format!("`{path}` is {percent}: the warning would come at or after the due time; it must be from 1 to 99"),
        );
    }
    u8::try_from(percent).ok().filter(|percent| (1..=99).contains(percent))
}
