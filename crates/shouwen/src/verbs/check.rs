//! `shouwen check`: what stands around a place and what that explains (M2).

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use app::points;
use domain::calendar::parse_instant;
use domain::check::{Candidate, NetworkCheck};
use domain::place::GivenPoint;
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use ran::network::{Network, Question};
use serde_json::{Value, json};

use super::desk_of;
use crate::cli::{Check, Common};
use crate::say::{heard, line, note, pick, refuse, say, told};

/// Answers one place, or every row of a file in order.
pub async fn run(common: &Common, options: &Check) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    let (zone, now) = (desk.calendar().zone().clone(), desk.now());
    let network = desk.network();
    let asked = match &options.at {
        Some(text) => parse_instant(text, &zone).map_err(|error| refuse(&error.told()).context("--at"))?,
        None => now,
    };
    if let Some(file) = &options.points {
        return many(file, &network, options, asked, &zone);
    }
    let (Some(lon), Some(lat)) = (options.lon, options.lat) else { bail!("--lon, --lat") };
    let place = GivenPoint::new(lon, lat, options.datum).map_err(|error| refuse(&error.told()))?;
    let question = question(options, place, asked)?;
    let check = network.check(&question);
    let within = options.radius.map(|radius| network.within(&question, radius));
    if common.json {
        line(answer(&check, within.as_deref()))?;
    } else {
        print(&check, within.as_deref())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn question(options: &Check, place: GivenPoint, at: Timestamp) -> anyhow::Result<Question> {
    if options.precision.is_some_and(|metres| !(metres.is_finite() && metres >= 0.0)) {
        bail!(say("--precision 要不小于 0 的米数", "--precision takes metres, 0 or more"))
    }
    if options.radius.is_some_and(|metres| !(metres.is_finite() && metres > 0.0)) {
        bail!(say("--radius 要大于 0 的米数", "--radius takes metres above 0"))
    }
    Ok(Question {
        place: place.wgs84,
        precision_m: options.precision,
        setting: options.setting,
        at,
        service: options.service,
        technology: options.technology,
    })
}

/// The check as one JSON object; `elements` only where a radius was asked for.
fn answer(check: &NetworkCheck, within: Option<&[Candidate]>) -> Value {
    let mut answer = json!(check);
    if let (Some(within), Some(object)) = (within, answer.as_object_mut()) {
        object.insert("elements".into(), json!(within));
    }
    answer
}

/// One JSON object a line, in the order of the file; a row that is no place answers with an `error` in its line.
fn many(
    file: &Path,
    network: &Network,
    options: &Check,
    asked: Timestamp,
    zone: &TimeZone,
) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let rows = points::points(&bytes, options.datum, zone).map_err(|error| refuse(&error.told()))?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut failed = 0_u64;
    for row in rows {
        let answer = match row {
            Ok(point) => {
                let question = question(options, point.place, point.at.unwrap_or(asked))?;
                let within = options.radius.map(|radius| network.within(&question, radius));
                answer(&network.check(&question), within.as_deref())
            }
            Err(refused) => {
                failed += 1;
                json!({"error": told(&refused.told()), "row": refused.row})
            }
        };
        let written = serde_json::to_writer(&mut out, &answer).map_err(std::io::Error::from);
        if !heard(written.and_then(|()| out.write_all(b"\n")))? {
            break;
        }
    }
    heard(out.flush())?;
    if failed > 0 {
        note(say(format!("{failed} 行不是有效的位置"), format!("{failed} rows are no valid place")));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(check: &NetworkCheck, within: Option<&[Candidate]>) -> anyhow::Result<()> {
    let verdict = &check.verdict;
    let (cause, confidence) = (pick(verdict.cause.title()), pick(verdict.confidence.title()));
    line(format_args!("{}{cause} ({confidence})", say("结论：", "verdict: ")))?;
    for known in &verdict.evidence {
        line(format_args!("  + {}", told(known)))?;
    }
    for unknown in &verdict.unknown {
        line(format_args!("  ? {}", told(unknown)))?;
    }
    line(format_args!("{}{}", say("答复草稿：", "reply draft: "), told(&check.reply)))?;
    line(say("候选网元：", "candidates:"))?;
    rows(&check.candidates)?;
    if let Some(within) = within {
        line(say("半径内的网元：", "elements within the radius:"))?;
        rows(within)?;
    }
    Ok(())
}

fn rows(candidates: &[Candidate]) -> anyhow::Result<()> {
    line(format_args!("{:>4} {:>8} {:>6} {:>6} {:>8}  id", "#", "m", "°", "off°", "dBm"))?;
    for candidate in candidates {
        line(format_args!(
            "{:>4} {:>8.0} {:>6.0} {:>6.0} {:>8.1}  {}",
            candidate.rank,
            candidate.distance_m,
            candidate.bearing_deg,
            candidate.off_axis_deg,
            candidate.predicted_dbm,
            candidate.id
        ))?;
        for fact in &candidate.facts {
            let since = fact.since.map(|at| at.to_string()).unwrap_or_default();
            let until = fact.until.map(|at| at.to_string()).unwrap_or_default();
            line(format_args!("       {} {} {since} … {until}", pick(fact.kind.title()), fact.title))?;
        }
    }
    Ok(())
}
