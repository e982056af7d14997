//! An invented duty roster around the present, and somebody who is away: what the roster page and the timelines show.

use domain::person::Role;
use domain::time::Timestamp;

use super::almanac::{self, Almanac, later};
use super::complaints::DemoComplaint;
use super::people::HANDLERS;

/// Who is on duty and who is away, by sign-in name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DemoRoster {
    /// Who, as what, from, until.
    pub shifts: Vec<(String, Role, Timestamp, Timestamp)>,
    /// Who is away.
    pub absences: Vec<DemoAbsence>,
}

/// An absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAbsence {
    /// Sign-in name.
    pub who: String,
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Sign-in name of whoever stands in.
    pub deputy: Option<String>,
}

const TRIAGE: [&str; 2] = ["triage", "triage2"];
const TESTERS: [&str; 2] = ["tester", "tester2"];
const INTERFACE: [&str; 3] = ["interface", "interface2", "interface3"];

/// The week before and the ten days to come.
pub(super) fn roster(almanac: Almanac, complaints: &[DemoComplaint]) -> DemoRoster {
    let mut roster = DemoRoster { absences: absences(almanac, complaints), shifts: Vec::new() };
    for ago in (-10..=7_i64).rev() {
        let turn = (7 - ago) as usize;
        let mut on = |who: &str, role, from: f64, until: f64| {
            roster.shifts.push((who.to_owned(), role, almanac.at(ago, from), almanac.at(ago, until)));
        };
        on(TRIAGE[turn % 2], Role::Triage, 8.0, 20.0);
        let handler = |more: usize| HANDLERS[(turn + more) % HANDLERS.len()];
        on(handler(0), Role::Handler, 8.5, 17.5);
        on(handler(3), Role::Handler, 17.5, 21.0);
        if almanac::is_weekend(almanac.at(ago, 12.0)) {
            on(INTERFACE[1 + turn % 2], Role::InterfaceAdmin, 9.0, 17.0);
            continue;
        }
        on(handler(1), Role::Handler, 8.5, 17.5);
        on(handler(2), Role::Handler, 8.5, 17.5);
        on(TESTERS[turn % 2], Role::FieldTester, 8.5, 17.5);
        on(INTERFACE[0], Role::InterfaceAdmin, 8.5, 17.5);
    }
    roster
}

/// The handler who was last at work longest ago is ill since, and a colleague stands in; a tester is away next week.
fn absences(almanac: Almanac, complaints: &[DemoComplaint]) -> Vec<DemoAbsence> {
    let now = almanac.now;
    let last_seen = |who: &str| {
        let taken_in = complaints.iter().filter(|one| one.by == who).map(|one| one.at);
        let steps = complaints.iter().flat_map(|one| &one.steps).filter(|(_, by, _)| by == who).map(|(at, ..)| *at);
        taken_in.chain(steps).max().unwrap_or_else(|| almanac.ago(48.0))
    };
    // Not the first, as whom everybody looks around.
    let ill = HANDLERS[1..].iter().copied().min_by_key(|who| last_seen(who)).expect("there are others");
    let deputy = HANDLERS[1..].iter().copied().find(|who| *who != ill);
    let ill = DemoAbsence {
        who: ill.to_owned(),
        from: later(last_seen(ill), 0.1).min(almanac.ago(0.02)).max(almanac.ago(96.0)),
        until: almanac.at(-2, 17.5),
        reason: "病假".to_owned(),
        deputy: deputy.map(str::to_owned),
    };
    let tester = DemoAbsence {
        who: TESTERS[1].to_owned(),
        from: almanac.at(-3, 8.5),
        until: almanac.at(-5, 17.5),
        reason: "培训".to_owned(),
        deputy: Some(TESTERS[0].to_owned()),
    };
    debug_assert!(ill.from < now);
    vec![ill, tester]
}
