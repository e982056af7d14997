//! What the defaults reach on measured levels of a real city (issue 2): these figures are promises.

#[path = "common/city.rs"]
mod common;

use domain::place::LonLat;
use ran::calibrate::{self, Measurement, Metrics};
use ran::element::Element;
use ran::propagation::Model;

fn told(title: &str, rows: &[Metrics]) {
    println!("{title}");
    for row in rows {
        println!(
            "  {:<12} points {:>6} cells {:>2} rmse {:5.2} mean {:+5.2} candidate {:.4} top3 {:.3} nearest3 {:.3} weak p {:.3} r {:.3}",
            row.environment,
            row.points,
            row.cells,
            row.rmse_db,
            row.mean_error_db,
            row.candidate_share,
            row.top3_share.unwrap_or(f64::NAN),
            row.nearest3_share.unwrap_or(f64::NAN),
            row.weak_precision.unwrap_or(f64::NAN),
            row.weak_recall.unwrap_or(f64::NAN),
        );
    }
}

#[test]
fn m2_the_defaults_meet_the_measured_city() {
    let Some((cells, measurements)) = common::city() else { return };
    let rows = calibrate::judge(&cells, &measurements, &Model::default());
    told("defaults", &rows);
    let all = &rows[0];
    assert!(all.points > 120_000, "{all:?}");
    assert!(all.rmse_db <= 10.0 && all.mean_error_db.abs() <= 2.0, "{all:?}");
    assert!(all.candidate_share >= 0.97, "{all:?}");
    assert!(all.top3_share >= Some(0.65) && all.top3_share > all.nearest3_share, "{all:?}");
}

/// Fitted in one half of the measured area, judged in the other: neither cells nor streets are shared.
#[test]
fn m2_constants_of_one_half_of_the_city_hold_in_the_other() {
    let Some((cells, measurements)) = common::city() else { return };
    let mut middle: Vec<f64> = measurements.iter().map(|m| site(&cells, m).lon()).collect();
    middle.sort_by(f64::total_cmp);
    let middle = middle[middle.len() / 2];
    let (west, east): (Vec<Measurement>, Vec<Measurement>) =
        measurements.into_iter().partition(|m| site(&cells, m).lon() < middle);
    for (seen, unseen) in [(&west, &east), (&east, &west)] {
        let model = calibrate::fit(&cells, seen, &Model::default()).model;
        let rows = calibrate::judge(&cells, unseen, &model);
        told("unseen half", &rows);
        // A half is a kilometre of one city: its mean may lie a little off the other's.
        assert!(rows[0].rmse_db <= 10.3 && rows[0].mean_error_db.abs() <= 2.0, "{:?}", rows[0]);
        assert!(rows[0].candidate_share >= 0.97 && rows[0].top3_share >= Some(0.6), "{:?}", rows[0]);
    }
}

#[test]
fn m2_calibration_does_no_harm_on_cells_it_has_not_seen() {
    let Some((cells, measurements)) = common::city() else { return };
    let report = calibrate::fit(&cells, &measurements, &Model::default());
    told("before", &report.before);
    told("after", &report.after);
    told("cross-validated", &report.cross_validated);
    println!("{:?}", report.model.urban);
    assert!(report.after[0].rmse_db <= report.before[0].rmse_db + 0.01);
    assert!(report.cross_validated[0].rmse_db <= 10.0, "{:?}", report.cross_validated[0]);
    assert_eq!(report.left_out.iter().map(|one| one.points).sum::<usize>() + report.before[0].points, 148_946);
}

fn site(cells: &[Element], measured: &Measurement) -> LonLat {
    cells.iter().find(|cell| cell.id == measured.element).expect("every measured cell is listed").point.wgs84
}
