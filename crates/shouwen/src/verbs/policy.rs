//! `shouwen policy`: limits, ladders, grading, trees and templates as one file.

use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use app::desk::{ChangedClock, Desk, DeskError, PolicyRefused, Preview};
use domain::calendar::format_instant;
use domain::clock::ClockKind;
use domain::policy::{DEFAULT_TEXT, Policy, Problem};
use jiff::civil::Date;
use serde_json::{Value, json};
use store::PolicyVersion;

use super::desk_of;
use crate::cli::{Common, Policy as Verb};
use crate::say::{heard, line, note, pick, refuse, say, told};

/// More than any policy needs; what is longer is another file.
const LONGEST: u64 = 1 << 20;

/// Writes out, checks, imports or lists.
pub async fn run(common: &Common, verb: Verb) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Export { file, number } => export(common, file.as_deref(), number).await,
        Verb::Check { file } => check(common, &file),
        Verb::Import { file, from, note, dry_run } => import(common, &file, from, note, dry_run).await,
        Verb::List => list(common).await,
    }
}

async fn export(common: &Common, file: Option<&Path>, number: Option<u32>) -> anyhow::Result<ExitCode> {
    let shipped = common.data.is_none() && common.database.is_none() && number.unwrap_or(0) == 0;
    let (version, text) = if shipped {
        (0, DEFAULT_TEXT.to_owned())
    } else {
        let desk = desk_of(common).await?;
        let version = number.unwrap_or_else(|| desk.rules().version);
        match desk.policy_text(Some(version)).await {
            Ok(text) => (version, text),
            Err(DeskError::NotFound) => bail!(say(
                format!("没有第 {version} 版；shouwen policy list 列出各版"),
                format!("there is no version {version}; shouwen policy list names those there are"),
            )),
            Err(error) => return Err(error.into()),
        }
    };
    if let Some(file) = file {
        std::fs::write(file, &text).with_context(|| file.display().to_string())?;
    }
    if common.json {
        line(json!({"version": version, "file": file, "text": text}))?;
    } else if let Some(file) = file {
        note(format_args!("{} {}", say("已写出：", "written:"), file.display()));
    } else {
        heard(std::io::stdout().write_all(text.as_bytes()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check(common: &Common, file: &Path) -> anyhow::Result<ExitCode> {
    let text = read(file)?;
    let answer = Policy::read(&text);
    let problems = answer.as_ref().err().map_or(&[][..], Vec::as_slice);
    name_all(file, problems);
    if common.json {
        let problems: Vec<Value> =
            problems.iter().map(|problem| json!({"line": problem.line, "text": problem.what})).collect();
        line(json!({"file": file, "ok": answer.is_ok(), "problems": problems}))?;
    }
    let Ok(policy) = answer else { return Ok(ExitCode::FAILURE) };
    if !common.json {
        let (clocks, rules, templates) = (ClockKind::ALL.len(), policy.grading.len(), policy.templates.len());
        line(say(
            format!("{}：通过（时限 {clocks} 个，定级规则 {rules} 条，模板 {templates} 个）", file.display()),
            format!("{}: good ({clocks} clocks, {rules} grading rules, {templates} templates)", file.display()),
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(
    common: &Common,
    file: &Path,
    from: Option<Date>,
    why: String,
    dry_run: bool,
) -> anyhow::Result<ExitCode> {
    let text = read(file)?;
    // Before a store is opened, or made: a wrong file leaves nothing behind.
    let policy = match Policy::read(&text) {
        Ok(policy) => policy,
        Err(problems) => {
            name_all(file, &problems);
            return Ok(ExitCode::FAILURE);
        }
    };
    let desk = desk_of(common).await?;
    if dry_run {
        let preview = desk.preview_policy(&policy).await?;
        tell_preview(common, &desk, &preview)?;
        return Ok(ExitCode::SUCCESS);
    }
    let version = match desk.import_policy(&desk.house(), text, from, why).await? {
        Ok(version) => version,
        Err(PolicyRefused::Wrong(problems)) => {
            name_all(file, &problems);
            return Ok(ExitCode::FAILURE);
        }
        Err(refused @ PolicyRefused::Earlier { .. }) => {
            let why = refused.told();
            return Err(why.first().map_or_else(|| anyhow::anyhow!("--from"), |why| refuse(why).context("--from")));
        }
    };
    let recomputed = desk.recompute().await?;
    let in_force = desk.rules().version == version.version;
    if common.json {
        line(json!({
            "version": version.version,
            "valid_from": version.valid_from.to_string(),
            "in_force": in_force,
            "recomputed": recomputed,
        }))?;
    } else {
        let (number, day) = (version.version, version.valid_from);
        line(say(
            format!("第 {number} 版，自 {day} 起生效；重新计算未结投诉 {recomputed} 件"),
            format!("version {number}, in force from {day}; {recomputed} open complaints counted anew"),
        ))?;
    }
    desk.close().await;
    Ok(ExitCode::SUCCESS)
}

fn tell_preview(common: &Common, desk: &Desk, preview: &Preview) -> anyhow::Result<()> {
    let calendar = desk.calendar();
    let shown = |at| format_instant(at, calendar.zone());
    if common.json {
        let row = |clock: &ChangedClock| {
            json!({
                "complaint": clock.number.to_string(),
                "clock": clock.kind.as_str(),
                "due": shown(clock.due),
                "then": shown(clock.then),
            })
        };
        let first: Vec<Value> = preview.first.iter().map(row).collect();
        return line(json!({"open": preview.open, "changed": preview.changed, "first": first}));
    }
    line(say(
        format!("未结投诉 {} 件，其中 {} 件会变；未存入任何内容", preview.open, preview.changed),
        format!("{} open complaints, {} of them would change; nothing was kept", preview.open, preview.changed),
    ))?;
    for clock in &preview.first {
        let (due, then) = (shown(clock.due), shown(clock.then));
        line(format_args!("  {}\t{}\t{due} → {then}", clock.number, pick(clock.kind.title())))?;
    }
    Ok(())
}

async fn list(common: &Common) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    let (versions, in_force) = (desk.policies().await?, desk.rules().version);
    if common.json {
        let row = |version: &PolicyVersion| {
            json!({
                "version": version.version,
                "valid_from": version.valid_from.to_string(),
                "author": version.author,
                "note": version.note,
                "imported": version.imported,
                "in_force": version.version == in_force,
            })
        };
        line(json!(versions.iter().map(row).collect::<Vec<_>>()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mark = |number| if number == in_force { say("在用", "in force") } else { "" };
    line(format_args!("0\t-\t{}\t\t{}", say("自带", "shipped"), mark(0)))?;
    for version in &versions {
        let PolicyVersion { version, valid_from, author, note, .. } = version;
        line(format_args!("{version}\t{valid_from}\t{author}\t{note}\t{}", mark(*version)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of a file, or of standard input for `-`.
fn read(file: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let taken = if file == Path::new("-") {
        std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(LONGEST + 1).read_to_end(&mut bytes))
    };
    taken.with_context(|| file.display().to_string())?;
    if bytes.len() as u64 > LONGEST {
        bail!(say(
            format!("{}：超过 1 MiB，不是策略文件", file.display()),
            format!("{}: longer than 1 MiB, this is no policy file", file.display()),
        ))
    }
    String::from_utf8(bytes).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        let line = 1 + String::from_utf8_lossy(&error.as_bytes()[..sound]).matches('\n').count();
        anyhow::anyhow!(say(
            format!("{}:{line}: 不是 UTF-8 文本，请另存为 UTF-8", file.display()),
            format!("{}:{line}: this is not UTF-8; save the file as UTF-8", file.display()),
        ))
    })
}

/// `FILE:LINE: …` for every problem, beside the answer.
fn name_all(file: &Path, problems: &[Problem]) {
    for problem in problems {
        note(format_args!("{}:{}: {}", file.display(), problem.line, told(&problem.what)));
    }
}
