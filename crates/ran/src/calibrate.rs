//! Fits the model's constants to measured levels (`shouwen calibrate`).

use std::collections::HashMap;

use domain::place::LonLat;
use serde::{Deserialize, Serialize};

use crate::element::{Element, Environment};
use crate::geo;
use crate::propagation::{Emitter, Model, Surroundings};

mod measure;
mod solve;

/// One measured level of one element at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// The element as the inventory names it.
    pub element: String,
    /// Where it was measured.
    pub place: LonLat,
    /// RSRP, dBm.
    pub rsrp_dbm: f64,
}

/// How well predictions meet measurements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// The environment, or `all`.
    pub environment: String,
    /// Points compared.
    pub points: usize,
    /// Cells measured.
    pub cells: usize,
    /// Root mean square error, dB.
    pub rmse_db: f64,
    /// Mean of predicted minus measured, dB.
    pub mean_error_db: f64,
    /// Share of points whose measured cell is a candidate.
    pub candidate_share: f64,
    /// Share of points above −95 dBm whose measured cell is predicted in the top three; absent when none is.
    pub top3_share: Option<f64>,
    /// The same for the three nearest cells, equally near ones drawn by lot: what the prediction has to beat.
    pub nearest3_share: Option<f64>,
    /// Of the points predicted below −103 dBm, how many are; absent when none is predicted.
    pub weak_precision: Option<f64>,
    /// Of the points measured below −103 dBm, how many are predicted so; absent when none is measured.
    pub weak_recall: Option<f64>,
}

/// What a calibration found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The fitted constants.
    pub model: Model,
    /// Measurements left out, with the reason.
    pub left_out: Vec<LeftOut>,
    /// The model given, on every measurement; `all` first, then each environment.
    pub before: Vec<Metrics>,
    /// The fitted model on the same measurements.
    pub after: Vec<Metrics>,
    /// Fitted on the other cells each time, judged on the cells left out: what to expect of unseen places.
    pub cross_validated: Vec<Metrics>,
}

/// Measurements that were not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Why: `unknown_cell`, `farther_than_1500_m`, `not_a_level`.
    pub reason: String,
    /// How many.
    pub points: usize,
}

/// Farther than this from their cell, measurements carry wrong cell ids: their level no longer falls with distance.
pub const FARTHEST_M: f64 = 1_500.0;
/// Parts the cells are dealt into for cross-validation.
const FOLDS: usize = 5;

/// Fits the constants of every environment that has measurements, starting from `model`.
///
/// Cross-validation deals whole cells into parts, never points: neighbouring points of one cell know each other.
pub fn fit(elements: &[Element], measurements: &[Measurement], model: &Model) -> Calibration {
    let field = Field::new(elements, measurements);
    let every: Vec<usize> = (0..field.points.len()).collect();
    let fitted = solve::fitted(&field, &every, model);
    let in_part = |part: usize| every.iter().partition(|index| field.points[**index].cell_number % FOLDS == part);
    let parts = (0..FOLDS).map(|part| -> (Vec<usize>, Vec<usize>) { in_part(part) });
    let unseen = parts.flat_map(|(held, rest)| measure::outcomes(&field, &held, &solve::fitted(&field, &rest, model)));
    let cross_validated = measure::metrics(&field, &unseen.collect::<Vec<_>>());
    let judge = |model: &Model| measure::metrics(&field, &measure::outcomes(&field, &every, model));
    Calibration {
        before: judge(model),
        after: judge(&fitted),
        cross_validated,
        model: fitted,
        left_out: field.left_out,
    }
}

/// Judges a model on measurements without fitting anything: `all` first, then each environment.
pub fn judge(elements: &[Element], measurements: &[Measurement], model: &Model) -> Vec<Metrics> {
    let field = Field::new(elements, measurements);
    let every: Vec<usize> = (0..field.points.len()).collect();
    measure::metrics(&field, &measure::outcomes(&field, &every, model))
}

/// A measurement with its cell found.
struct Point {
    /// Index among the elements.
    element: usize,
    /// Index among the measured cells, in the order they first appear.
    cell_number: usize,
    place: LonLat,
    rsrp_dbm: f64,
    distance_m: f64,
    off_axis_deg: f64,
}

/// The usable measurements and the elements around them.
struct Field<'a> {
    elements: &'a [Element],
    environments: Vec<Environment>,
    points: Vec<Point>,
    left_out: Vec<LeftOut>,
}

impl<'a> Field<'a> {
    fn new(elements: &'a [Element], measurements: &[Measurement]) -> Self {
        let by_id: HashMap<&str, usize> = elements.iter().enumerate().map(|(i, e)| (e.id.as_str(), i)).collect();
        let mut surroundings = Surroundings::of(elements.iter().map(|element| element.point.wgs84));
        let mut settle = |e: &Element| e.environment.unwrap_or_else(|| surroundings.at(e.point.wgs84));
        let environments = elements.iter().map(&mut settle).collect();
        let (mut points, mut numbers) = (Vec::new(), HashMap::new());
        let (mut unknown, mut far, mut absurd) = (0, 0, 0);
        for measured in measurements {
            let Some(element) = by_id.get(measured.element.as_str()).copied() else {
                unknown += 1;
                continue;
            };
            let from = elements[element].point.wgs84;
            let distance_m = geo::distance_m(from, measured.place);
            if distance_m > FARTHEST_M {
                far += 1;
            } else if !(-160.0..=-20.0).contains(&measured.rsrp_dbm) {
                absurd += 1;
            } else {
                let next = numbers.len();
                let cell_number = *numbers.entry(element).or_insert(next);
                let azimuth = elements[element].antenna.azimuth_deg;
                let off_axis_deg = azimuth.map_or(0.0, |azimuth| {
                    geo::angle_between_deg(geo::bearing_deg(from, measured.place), f64::from(azimuth))
                });
                let (place, rsrp_dbm) = (measured.place, measured.rsrp_dbm);
                points.push(Point { element, cell_number, place, rsrp_dbm, distance_m, off_axis_deg });
            }
        }
        let reasons = [("unknown_cell", unknown), ("farther_than_1500_m", far), ("not_a_level", absurd)];
        let left_out = reasons.into_iter().filter(|(_, points)| *points > 0);
        let left_out = left_out.map(|(reason, points)| LeftOut { reason: reason.to_owned(), points }).collect();
        Self { elements, environments, points, left_out }
    }

    /// The element as the network emits it: its environment settled.
    fn emitter(&self, element: usize, model: &Model) -> Emitter {
        let mut emitter = Emitter::new(&self.elements[element], model);
        let height_stated = Emitter::stated_height_m(&self.elements[element]).is_some();
        emitter.settle(self.environments[element], height_stated, model);
        emitter
    }
}
