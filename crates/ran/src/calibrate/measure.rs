//! How well a model meets measurements.

use domain::check::Service;
use domain::place::Setting;
use domain::time::Timestamp;
use rayon::prelude::*;

use super::{Field, Metrics};
use crate::element::{ElementVersion, Environment};
use crate::network::{Network, Question, Ranking};
use crate::propagation::{ENVIRONMENTS, Model};

/// Above this a measured cell is likely the one a phone would use, dBm (issue 2).
const GOOD_DBM: f64 = -95.0;
/// Weak coverage, dBm (issue 2).
const WEAK_DBM: f64 = -103.0;

/// One point, predicted and measured.
pub(super) struct Outcome {
    point: usize,
    error_db: f64,
    /// Where the measured cell stands among the candidates; nothing if it is none of them.
    ranking: Option<Ranking>,
}

/// Predicts every point.
pub(super) fn outcomes(field: &Field<'_>, points: &[usize], model: &Model) -> Vec<Outcome> {
    let versions = field.elements.iter().map(|element| ElementVersion {
        element: element.clone(),
        valid_from: Timestamp::BEGINNING,
        valid_until: Timestamp::END,
    });
    let network = Network::assemble(versions, [], [], [], model.clone(), 0);
    let outcome = |index: &usize| {
        let point = &field.points[*index];
        let emitter = field.emitter(point.element, model);
        let question = Question {
            place: point.place,
            precision_m: None,
            setting: Setting::Outdoor,
            at: Timestamp::from_micros(0),
            service: Service::Data,
            technology: None,
        };
        let element = &field.elements[point.element];
        Outcome {
            point: *index,
            error_db: model.level_dbm(&emitter, point.distance_m, point.off_axis_deg) - point.rsrp_dbm,
            ranking: network.ranking(&question, element.kind, &element.id),
        }
    };
    points.par_iter().map(outcome).collect()
}

/// Sums outcomes up: `all` first, then each environment that has any.
pub(super) fn metrics(field: &Field<'_>, outcomes: &[Outcome]) -> Vec<Metrics> {
    let mut rows = vec![sum_up("all", field, &outcomes.iter().collect::<Vec<_>>())];
    for environment in ENVIRONMENTS {
        let of = |one: &&Outcome| field.environments[field.points[one.point].element] == environment;
        let here: Vec<&Outcome> = outcomes.iter().filter(of).collect();
        if !here.is_empty() {
            rows.push(sum_up(name(environment), field, &here));
        }
    }
    rows
}

fn sum_up(environment: &str, field: &Field<'_>, outcomes: &[&Outcome]) -> Metrics {
    let count = outcomes.len() as f64;
    let measured = |one: &Outcome| field.points[one.point].rsrp_dbm;
    let predicted = |one: &Outcome| measured(one) + one.error_db;
    let good: Vec<&&Outcome> = outcomes.iter().filter(|one| measured(one) > GOOD_DBM).collect();
    let mut cells: Vec<usize> = outcomes.iter().map(|one| field.points[one.point].cell_number).collect();
    cells.sort_unstable();
    cells.dedup();
    let both = outcomes.iter().filter(|one| measured(one) < WEAK_DBM && predicted(one) < WEAK_DBM).count();
    let said = outcomes.iter().filter(|one| predicted(one) < WEAK_DBM).count();
    let true_weak = outcomes.iter().filter(|one| measured(one) < WEAK_DBM).count();
    let top = good.iter().filter(|one| one.ranking.is_some_and(|ranking| ranking.rank <= 3)).count() as f64;
    let nearest: f64 = good.iter().map(|one| one.ranking.map_or(0.0, |ranking| ranking.nearest_three_share)).sum();
    let of_good = |sum: f64| (!good.is_empty()).then(|| sum / good.len() as f64);
    Metrics {
        environment: environment.to_owned(),
        points: outcomes.len(),
        cells: cells.len(),
        rmse_db: (outcomes.iter().map(|one| one.error_db * one.error_db).sum::<f64>() / count).sqrt(),
        mean_error_db: outcomes.iter().map(|one| one.error_db).sum::<f64>() / count,
        candidate_share: outcomes.iter().filter(|one| one.ranking.is_some()).count() as f64 / count,
        top3_share: of_good(top),
        nearest3_share: of_good(nearest),
        weak_precision: (said > 0).then(|| both as f64 / said as f64),
        weak_recall: (true_weak > 0).then(|| both as f64 / true_weak as f64),
    }
}

fn name(environment: Environment) -> &'static str {
    match environment {
        Environment::DenseUrban => "dense_urban",
        Environment::Urban => "urban",
        Environment::Suburban => "suburban",
        Environment::Rural => "rural",
    }
}
