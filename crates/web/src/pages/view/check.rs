//! A network check as a page shows it: verdict, map, candidates (M2).

use askama::Template;
use domain::check::{Candidate, ElementKind, Fact, NetworkCheck};

use super::colour;
use crate::names::Spoken;
use crate::reader::Reader;

/// The check's part of a page.
#[derive(Debug, Template)]
#[template(path = "check.html")]
pub struct CheckView {
    r: Reader,
    title: String,
    rows: Vec<CandidateRow>,
    /// The map to draw with it; absent where the page has one already.
    map: Option<&'static str>,
    target: &'static str,
    json: String,
    check: NetworkCheck,
}

/// One candidate, numbers rounded.
#[derive(Debug)]
struct CandidateRow {
    cause: &'static str,
    kind: String,
    distance: String,
    bearing: String,
    off_axis: String,
    level: String,
    facts: Vec<FactRow>,
    at: Candidate,
}

/// One fact of a candidate.
#[derive(Debug)]
struct FactRow {
    cause: &'static str,
    title: String,
    time: String,
}

impl CheckView {
    /// With a map of its own.
    pub fn with_map(r: &Reader, check: NetworkCheck) -> Self {
        Self::new(r, check, Some("case-map"), "case-map")
    }

    /// Drawn on the map of the intake page.
    pub fn on_intake_map(r: &Reader, check: NetworkCheck) -> Self {
        Self::new(r, check, None, "intake-map")
    }

    fn new(r: &Reader, check: NetworkCheck, map: Option<&'static str>, target: &'static str) -> Self {
        let json = serde_json::to_string(&check).expect("a check is plain data");
        let rows = check.candidates.iter().map(|candidate| CandidateRow::of(r, candidate)).collect();
        Self { r: r.clone(), title: title(r, &check), rows, map, target, json, check }
    }
}

/// What the verdict rests on, by name; without an element the cause says it.
fn title(r: &Reader, check: &NetworkCheck) -> String {
    let element = check.verdict.element.as_ref();
    let named = element.and_then(|id| check.candidates.iter().find(|candidate| candidate.id == *id));
    match (named, element) {
        (Some(candidate), _) => candidate.name.clone(),
        (None, Some(id)) => id.clone(),
        (None, None) => r.t(&format!("verdict-{}", check.verdict.cause.word().replace('_', "-"))).into_owned(),
    }
}

impl CandidateRow {
    fn of(r: &Reader, at: &Candidate) -> Self {
        let gravest = at.facts.iter().find(|fact| fact.active).or(at.facts.first());
        let kind = match (&at.donor, at.kind) {
            (Some(donor), ElementKind::Repeater) => r.with("candidate-donor", donor),
            (_, kind @ (ElementKind::Repeater | ElementKind::Cell)) => r.name(&kind).into_owned(),
        };
        Self {
            cause: gravest.map_or("clear", |fact| colour(fact.kind).word()),
            kind,
            distance: format!("{:.0}", at.distance_m),
            bearing: format!("{:.0}", at.bearing_deg),
            off_axis: format!("{:.0}", at.off_axis_deg),
            level: format!("{:.0}", at.predicted_dbm),
            facts: at.facts.iter().map(|fact| FactRow::of(r, fact)).collect(),
            at: at.clone(),
        }
    }
}

impl FactRow {
    fn of(r: &Reader, fact: &Fact) -> Self {
        let mut title = r.name(&fact.kind).into_owned();
        if !fact.title.is_empty() && fact.title != title {
            title = format!("{title} {}", fact.title);
        }
        if let Some(value) = &fact.value {
            title = format!("{title} {value}");
        }
        if fact.announced {
            title = r.with("fact-announced", &title);
        }
        let time = match (&fact.since, &fact.until) {
            (Some(since), Some(until)) => r.both("fact-between", r.when(since), r.when(until)),
            (Some(since), None) => r.with("fact-since", r.when(since)),
            (None, Some(until)) => r.with("fact-until", r.when(until)),
            (None, None) => String::new(),
        };
        Self { cause: colour(fact.kind).word(), title, time }
    }
}
