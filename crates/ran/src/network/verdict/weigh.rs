//! What each fact weighs for the place.

use domain::check::{Cause, Fact, FactKind};
use domain::time::Timestamp;

use crate::network::Question;
use crate::network::assess::Assessed;
use crate::network::gather::{allowance_db, vagueness_m};
use crate::network::record::NOISE_ALARM_DBM;

/// How much a fact explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Nothing: it is told with its candidate and counts no further.
    None,
    /// A hint, also service gone from an element that is less likely the server.
    Light,
    /// A main server degraded at that time, or its service gone until shortly before.
    Heavy,
    /// Service gone from a main server at that very time.
    Decisive,
}

/// A fact that counts, on its candidate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed<'a> {
    pub weight: Weight,
    pub cause: Cause,
    pub on: &'a Assessed<'a>,
    pub fact: &'a Fact,
}

/// How near a candidate comes to being the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tier {
    /// One of the three strongest, or within 6 dB of the strongest.
    Main,
    /// Within 12 dB.
    Near,
    /// Farther down: it could serve, but is not the likely one.
    Far,
}

impl Assessed<'_> {
    /// The level it gives, or gave from where it stood before.
    pub(super) fn gave_dbm(&self) -> f64 {
        self.former_dbm.map_or(self.candidate.predicted_dbm, |former| former.max(self.candidate.predicted_dbm))
    }
}

/// Every fact that counts, heaviest first.
pub(super) fn weigh<'a>(question: &Question, assessed: &'a [Assessed<'a>]) -> Vec<Weighed<'a>> {
    let allowance = allowance_db(vagueness_m(question.precision_m)).min(6.0);
    let mut levels: Vec<f64> = assessed.iter().filter(|one| counts(one)).map(Assessed::gave_dbm).collect();
    levels.sort_by(|a, b| b.total_cmp(a));
    let Some(strongest) = levels.first().copied() else { return Vec::new() };
    let third = levels[levels.len().min(3) - 1].max(strongest - 12.0);
    let tier = |one: &Assessed<'_>| {
        let level = one.gave_dbm();
        if level >= third || level >= strongest - 6.0 - allowance || (one.indoor && one.candidate.distance_m < 100.0) {
            Tier::Main
        } else if level >= strongest - 12.0 - allowance {
            Tier::Near
        } else {
            Tier::Far
        }
    };
    let facts = assessed
        .iter()
        .filter(|one| counts(one))
        .flat_map(|one| one.candidate.facts.iter().filter_map(move |fact| Some((one, fact, cause(fact.kind)?))));
    let weighed =
        facts.map(|(on, fact, cause)| Weighed { weight: weight(fact, tier(on), question.at), cause, on, fact });
    let mut weighed: Vec<Weighed<'a>> = weighed.filter(|one| one.weight > Weight::None).collect();
    weighed.sort_by(|a, b| {
        let order = b.weight.cmp(&a.weight).then(b.on.gave_dbm().total_cmp(&a.on.gave_dbm()));
        order.then(a.on.candidate.rank.cmp(&b.on.candidate.rank)).then(a.fact.since.cmp(&b.fact.since))
    });
    weighed
}

/// Whether a candidate's troubles matter to the complaint at all: it carries the service and was to serve.
fn counts(one: &Assessed<'_>) -> bool {
    one.carries()
        && !one.candidate.facts.iter().any(|fact| fact.kind == FactKind::NotYetInService && fact.via.is_none())
}

/// What ended longer than this before the complaint is only a hint, seconds.
const JUST_NOW_S: i64 = 4 * 3600;

fn weight(fact: &Fact, tier: Tier, at: Timestamp) -> Weight {
    let just_ended = fact.until.is_some_and(|until| at.seconds_since(until) <= JUST_NOW_S);
    match (effect(fact), fact.active, tier) {
        (Effect::Gone, true, Tier::Main) => Weight::Decisive,
        (Effect::Degraded, true, Tier::Main) => Weight::Heavy,
        (Effect::Gone, false, Tier::Main) if just_ended => Weight::Heavy,
        (Effect::Gone, _, Tier::Main | Tier::Near)
        | (Effect::Degraded, true, Tier::Near)
        | (Effect::Degraded, false, Tier::Main)
        | (Effect::Slight, true, Tier::Main) => Weight::Light,
        (Effect::Gone | Effect::Degraded, _, Tier::Far)
        | (Effect::Degraded, false, Tier::Near)
        | (Effect::Slight, ..) => Weight::None,
    }
}

enum Effect {
    Gone,
    Degraded,
    Slight,
}

fn effect(fact: &Fact) -> Effect {
    if fact.takes_service {
        return Effect::Gone;
    }
    match fact.kind {
        FactKind::Interference if noise_dbm(fact) >= NOISE_ALARM_DBM => Effect::Degraded,
        FactKind::Alarm if matches!(fact.severity.as_deref(), Some("critical")) => Effect::Degraded,
        FactKind::Alarm
        | FactKind::Interference
        | FactKind::Outage
        | FactKind::EnergySaving
        | FactKind::PlannedWork
        | FactKind::Relocation
        | FactKind::Removal
        | FactKind::NotYetInService => Effect::Slight,
    }
}

fn noise_dbm(fact: &Fact) -> f32 {
    let number = fact.value.as_deref().and_then(|value| value.split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(f32::NEG_INFINITY)
}

fn cause(kind: FactKind) -> Option<Cause> {
    match kind {
        FactKind::Alarm => Some(Cause::Fault),
        FactKind::Outage | FactKind::EnergySaving => Some(Cause::Outage),
        FactKind::PlannedWork => Some(Cause::PlannedWork),
        FactKind::Relocation | FactKind::Removal => Some(Cause::Relocation),
        FactKind::Interference => Some(Cause::Interference),
        FactKind::NotYetInService => None,
    }
}
