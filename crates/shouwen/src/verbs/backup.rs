//! `shouwen backup`, `restore` and `verify`: what one can trust after a fire.

use std::path::Path;
use std::process::ExitCode;

use app::safekeeping;
use serde_json::json;

use super::desk_of;
use crate::cli::{Common, DEFAULT_DATA};
use crate::say::{line, say, told};

/// Writes a backup that was restored into a scratch store and compared before this says success.
pub async fn backup(common: &Common, file: &Path) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    let summary = safekeeping::backup(desk.store(), desk.vault(), file, desk.now()).await?;
    if common.json {
        line(json!({"file": file, "summary": summary}))?;
    } else {
        line(format_args!(
            "{} {}",
            say("备份完成，已试恢复并核对：", "backed up, restored on trial and compared:"),
            file.display()
        ))?;
        print(&summary)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Restores into an empty location.
pub async fn restore(common: &Common, file: &Path) -> anyhow::Result<ExitCode> {
    let summary = safekeeping::restore(file, &common.location(DEFAULT_DATA)).await?;
    if common.json {
        line(json!({"file": file, "summary": summary}))?;
    } else {
        line(format_args!("{} {}", say("已恢复：", "restored:"), file.display()))?;
        print(&summary)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(summary: &store::Summary) -> anyhow::Result<()> {
    for (table, rows) in &summary.tables {
        line(format_args!("  {table}\t{rows}"))?;
    }
    Ok(())
}

/// Replays the journal and checks every chain; what is wrong is named with its place.
pub async fn verify(common: &Common) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    let report = desk.store().verify().await?;
    if common.json {
        line(json!(report))?;
    } else {
        line(say(
            format!("投诉 {} 件，流水 {} 条，问题 {} 处", report.complaints, report.entries, report.problems.len()),
            format!(
                "{} complaints, {} journal entries, {} problems",
                report.complaints,
                report.entries,
                report.problems.len()
            ),
        ))?;
        for problem in &report.problems {
            line(format_args!("  {}: {}", problem.place(), told(&problem.text)))?;
        }
    }
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
