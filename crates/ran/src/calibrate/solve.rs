//! Loss at 100 m and near slope of each environment, by weighted least squares with Huber's weights.
//!
//! The points of one cell share one mast and one street: a cell counts as one observation, however many points it has, and
//! the constants are drawn towards those given, so that a handful of cells cannot carry them away.

use super::{Field, Point};
use crate::element::Environment;
use crate::propagation::{Constants, ENVIRONMENTS, Emitter, Model, RECEIVER_HEIGHT_M};

/// Fewer cells than this in an environment leave its constants alone.
const FEWEST_CELLS: usize = 3;
/// How far the constants given are trusted: standard deviations of loss (dB) and slope (dB per decade).
const TRUST: [f64; 2] = [10.0, 4.0];
/// Spread of the mean level of one cell around the model, dB.
const CELL_SPREAD_DB: f64 = 6.0;
/// Beyond this an error counts linearly, dB.
const HUBER_DB: f64 = 15.0;

/// The model with the constants of every measured environment fitted to these points.
pub(super) fn fitted(field: &Field<'_>, points: &[usize], model: &Model) -> Model {
    let mut fitted = model.clone();
    for environment in ENVIRONMENTS {
        let here: Vec<&Point> = points.iter().map(|index| &field.points[*index]).collect();
        let here: Vec<&Point> = here.into_iter().filter(|p| field.environments[p.element] == environment).collect();
        let mut cells: Vec<usize> = here.iter().map(|point| point.cell_number).collect();
        cells.sort_unstable();
        cells.dedup();
        if cells.len() >= FEWEST_CELLS {
            *fitted.constants_mut(environment) = solve(field, &here, cells.len(), environment, model);
        }
    }
    fitted
}

fn solve(field: &Field<'_>, here: &[&Point], cells: usize, environment: Environment, model: &Model) -> Constants {
    let given = *model.constants(environment);
    let weight = cells as f64 / here.len() as f64 / (CELL_SPREAD_DB * CELL_SPREAD_DB);
    let rows: Vec<(f64, f64)> = here.iter().map(|point| row(field, point, &given, model)).collect();
    let mut change = [0.0; 2];
    for _ in 0..20 {
        let mut left = [[TRUST[0].powi(-2), 0.0], [0.0, TRUST[1].powi(-2)]];
        let mut right = [0.0; 2];
        for (decades, missing) in &rows {
            // More loss and more slope both lower the level.
            let error = missing + change[0] + change[1] * decades;
            let w = weight * if error.abs() > HUBER_DB { HUBER_DB / error.abs() } else { 1.0 };
            left[0][0] += w;
            left[0][1] += w * decades;
            left[1][1] += w * decades * decades;
            right[0] -= w * missing;
            right[1] -= w * missing * decades;
        }
        let determinant = left[0][0] * left[1][1] - left[0][1] * left[0][1];
        change = [
            (right[0] * left[1][1] - right[1] * left[0][1]) / determinant,
            (left[0][0] * right[1] - left[0][1] * right[0]) / determinant,
        ];
    }
    Constants {
        loss_100m_db: given.loss_100m_db + change[0],
        near_slope_db: (given.near_slope_db + change[1]).max(5.0),
        ..given
    }
}

/// Decades of distance up to the break point, and measured minus predicted.
fn row(field: &Field<'_>, point: &Point, given: &Constants, model: &Model) -> (f64, f64) {
    let emitter: Emitter = field.emitter(point.element, model);
    let rise = f64::from(emitter.height_m) - RECEIVER_HEIGHT_M;
    let slant = (point.distance_m * point.distance_m + rise * rise + model.near_field_m * model.near_field_m).sqrt();
    let decades = (slant.min(given.break_m) / 100.0).log10();
    (decades, point.rsrp_dbm - model.level_dbm(&emitter, point.distance_m, point.off_axis_deg))
}
