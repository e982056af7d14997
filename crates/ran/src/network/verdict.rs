//! From candidates and facts to a cause: rules by rank, each with the sentence that says why.
//!
//! 1. Every fact weighs by what it does (takes service, degrades, is only worth knowing), whether it held at the time, and
//!    whether its element is among the main servers of the place ([`weigh`]).
//! 2. The heaviest fact names the cause; among equals the stronger server, then what began first.
//! 3. Without a heavy fact a level below the limit is weak coverage, whatever light facts there are.
//! 4. A light fact is named, with low confidence.
//! 5. Nothing found is said only where an inventory and an alarm feed that covers the time were looked at; else unknown.

use domain::check::{Bilingual, Cause, Confidence, Fact, Verdict};
use domain::place::Setting;

use super::assess::Assessed;
use super::{Network, Question};

mod reply;
mod unknown;
mod weigh;
mod words;

use weigh::{Weighed, Weight};
use words::Words;

/// How good the coverage is that remains, with everything broken left out.
#[derive(Debug, Clone, Copy)]
struct Coverage<'a> {
    /// The strongest element that works.
    best: Option<&'a Assessed<'a>>,
    /// Its level where the customer is: behind walls when indoors.
    level_dbm: f64,
    /// How far below the limit that is, dB; negative above it.
    missing_db: f64,
}

impl Network {
    /// Within these a fact makes itself felt; `None` where nothing could serve the place.
    fn coverage<'a>(&self, question: &Question, assessed: &'a [Assessed<'a>]) -> Coverage<'a> {
        let best = assessed.iter().find(|one| one.healthy());
        // An indoor element of the customer's own building needs no way through its walls.
        let walls = match (question.setting, best) {
            (Setting::Indoor, Some(best)) if !best.indoor => self.model.penetration_loss_db,
            (Setting::Indoor | Setting::Outdoor | Setting::Unstated, _) => 0.0,
        };
        let level_dbm = best.map_or(f64::NEG_INFINITY, |best| best.candidate.predicted_dbm - walls);
        Coverage { best, level_dbm, missing_db: self.model.weak_dbm - level_dbm }
    }
}

/// The verdict and the reply to start from.
pub(super) fn conclude(network: &Network, question: &Question, assessed: &[Assessed<'_>]) -> (Verdict, Bilingual) {
    let words = Words { zone: &network.zone };
    let coverage = network.coverage(question, assessed);
    let weighed = weigh::weigh(question, assessed);
    let (cause, confidence, element, mut evidence) = judge(network, question, assessed, &weighed, coverage, &words);
    evidence.extend(words::coverage(question, coverage, &network.model));
    let unknown = unknown::list(network, question, assessed, &words);
    let reply = reply::draft(cause, confidence, question);
    (Verdict { cause, confidence, element, evidence, unknown }, reply)
}

type Judgement = (Cause, Confidence, Option<String>, Vec<Bilingual>);

fn judge(
    network: &Network,
    question: &Question,
    assessed: &[Assessed<'_>],
    weighed: &[Weighed<'_>],
    coverage: Coverage<'_>,
    words: &Words<'_>,
) -> Judgement {
    let told = || weighed.iter().take(8).map(|one| words.fact(one)).collect::<Vec<_>>();
    if network.is_empty() {
        return (Cause::Unknown, Confidence::Low, None, vec![words::no_inventory()]);
    }
    let covered = network.records.alarms.covers(question.at);
    let heaviest = weighed.first();
    if let Some(heavy) = heaviest.filter(|one| one.weight >= Weight::Heavy) {
        let confidence = sure(heavy, question, assessed, coverage);
        return (heavy.cause, confidence, Some(heavy.on.candidate.id.clone()), told());
    }
    if assessed.iter().all(|one| !one.serving) && !network.anything_within(question.place, OUTSIDE_M) {
        return (Cause::Unknown, Confidence::Low, None, vec![words::outside()]);
    }
    if coverage.missing_db > 0.0 {
        let confidence = match coverage.missing_db {
            far if far.is_finite() && far > 12.0 && covered => Confidence::High,
            some if some > 5.0 => Confidence::Medium,
            _ => Confidence::Low,
        };
        return (Cause::WeakCoverage, confidence, coverage.best.map(|one| one.candidate.id.clone()), told());
    }
    if let Some(light) = heaviest.filter(|one| one.weight >= Weight::Light) {
        return (light.cause, Confidence::Low, Some(light.on.candidate.id.clone()), told());
    }
    if covered {
        let thorough = network.records.outages.span().is_some() && network.records.interference.span().is_some();
        let placed = question.precision_m.is_some_and(|p| p <= 300.0) && question.setting != Setting::Unstated;
        let confidence = if thorough && placed { Confidence::Medium } else { Confidence::Low };
        return (Cause::NothingFound, confidence, None, vec![words::nothing(assessed)]);
    }
    (Cause::Unknown, Confidence::Low, None, vec![words::not_known(assessed)])
}

/// Farther than this from the nearest element the inventory does not cover the place.
const OUTSIDE_M: f64 = 50_000.0;

/// How sure a heavy fact makes the verdict.
fn sure(heavy: &Weighed<'_>, question: &Question, assessed: &[Assessed<'_>], coverage: Coverage<'_>) -> Confidence {
    let strongest = assessed.iter().find(|one| one.carries()).map_or(f64::NEG_INFINITY, Assessed::gave_dbm);
    let on_best = heavy.on.gave_dbm() >= strongest - 1e-9;
    // Ten decibels below the broken one, or below the limit itself, what remains is no substitute.
    let remains = coverage.best.map_or(f64::NEG_INFINITY, |best| best.candidate.predicted_dbm);
    let alone = remains < strongest - 10.0 || coverage.missing_db > 0.0;
    let confidence = match heavy.weight {
        Weight::Decisive if on_best && alone => Confidence::High,
        Weight::Decisive => Confidence::Medium,
        Weight::Heavy if on_best && heavy.fact.active => Confidence::Medium,
        Weight::Heavy | Weight::Light | Weight::None => Confidence::Low,
    };
    let distance = heavy.on.candidate.distance_m;
    let vague = question.precision_m.is_some_and(|p| p > 500.0 && p > distance);
    if vague || heavy.fact.announced || of_a_part(heavy.fact) { lower(confidence) } else { confidence }
}

/// Whether a fact was reported on a whole site though its title speaks of one cell or radio unit of it: which, is not known.
fn of_a_part(fact: &Fact) -> bool {
    const PARTS: [&str; 6] = ["小区", "RRU", "AAU", "单板", "扇区", "cell"];
    fact.via.is_some() && PARTS.iter().any(|part| fact.title.contains(part))
}

fn lower(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}
