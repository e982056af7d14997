//! Fits the model's constants to measured levels (`shouwen calibrate`).

use domain::place::LonLat;
use serde::{Deserialize, Serialize};

use crate::element::Element;
use crate::propagation::Model;

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
    /// Share of points above −95 dBm whose measured cell is predicted in the top three.
    pub top3_share: f64,
    /// The same for the three nearest cells: what the prediction has to beat.
    pub nearest3_share: f64,
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

/// Fits the constants of every environment that has measurements, starting from `model`.
pub fn fit(elements: &[Element], measurements: &[Measurement], model: &Model) -> Calibration {
    let _ = (elements, measurements);
    Calibration { model: model.clone(), left_out: vec![], before: vec![], after: vec![], cross_validated: vec![] }
}
