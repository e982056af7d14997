//! `shouwen calibrate`: fits the propagation model to measured levels, and shows the error before and after.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use app::import::{self, ImportOptions, Kind, ParsedFile};
use app::points;
use domain::calendar::WorkingCalendar;
use domain::place::Datum;
use ran::calibrate::{Calibration, Metrics, fit};
use ran::element::Element;
use ran::propagation::Model;

use super::desk_of;
use crate::cli::{Calibrate, Common};
use crate::say::{line, note, refuse, say};

/// Fits, prints, and on request keeps the constants.
pub async fn run(common: &Common, options: &Calibrate) -> anyhow::Result<ExitCode> {
    let elements = elements(&options.cells, options.datum)?;
    let file = &options.measurements;
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let measurements = points::measurements(&bytes, options.datum).map_err(|error| refuse(&error.told()))?;
    let calibration = fit(&elements, &measurements, &Model::default());
    if common.json {
        line(serde_json::to_string(&calibration)?)?;
    } else {
        print(&calibration)?;
    }
    if options.save {
        let desk = desk_of(common).await?;
        desk.store().put_setting("propagation_model", &serde_json::to_value(&calibration.model)?).await?;
        note(say("已保存，重启服务后生效", "kept; it holds after the service is restarted"));
    }
    Ok(ExitCode::SUCCESS)
}

fn elements(file: &Path, datum: Datum) -> anyhow::Result<Vec<Element>> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let options = ImportOptions { datum, zone: WorkingCalendar::china().zone().clone(), mapping: None };
    let parsed = import::parse(Kind::Cells, &bytes, &options, &mut |_| {}).map_err(|error| refuse(&error.told()))?;
    let ParsedFile::Inventory(parsed) = parsed else { bail!("cells") };
    Ok(parsed.items.into_iter().map(|located| located.item.element).collect())
}

fn print(calibration: &Calibration) -> anyhow::Result<()> {
    for left_out in &calibration.left_out {
        line(format_args!("{} {}: {}", say("未用", "left out"), left_out.reason, left_out.points))?;
    }
    table(say("校准前", "before"), &calibration.before)?;
    table(say("校准后", "after"), &calibration.after)?;
    table(say("按小区交叉验证", "cross-validated by cell"), &calibration.cross_validated)
}

fn table(title: &str, metrics: &[Metrics]) -> anyhow::Result<()> {
    line(format_args!("\n{title}"))?;
    line(format_args!(
        "{:<14} {:>8} {:>6} {:>7} {:>7} {:>7} {:>6} {:>6} {:>6} {:>6}",
        "environment", "points", "cells", "rmse", "mean", "cand.", "top3", "near3", "prec.", "recall"
    ))?;
    let share = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{:.1}%", value * 100.0));
    for row in metrics {
        line(format_args!(
            "{:<14} {:>8} {:>6} {:>7.2} {:>7.2} {:>7} {:>6} {:>6} {:>6} {:>6}",
            row.environment,
            row.points,
            row.cells,
            row.rmse_db,
            row.mean_error_db,
            share(Some(row.candidate_share)),
            share(row.top3_share),
            share(row.nearest3_share),
            share(row.weak_precision),
            share(row.weak_recall)
        ))?;
    }
    Ok(())
}
