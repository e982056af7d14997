//! `shouwen backup`, `restore` and `verify`: what one can trust after a fire.

use std::path::Path;
use std::process::ExitCode;

use app::safekeeping;
use serde_json::json;
use store::Stage;

use super::desk_of;
use super::import::bar;
use crate::cli::{Common, DEFAULT_DATA};
use crate::say::{line, say, told};

/// Writes a backup that was restored into a scratch store and compared before this says success.
pub async fn backup(common: &Common, file: &Path) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    let bar = bar();
    let summary = safekeeping::backup(desk.store(), desk.vault(), file, desk.now(), &mut |stage, rows| {
        bar.set_message(match stage {
            Stage::Reading => say("1/3 写出", "1/3 writing down"),
            Stage::Writing => say("2/3 试恢复", "2/3 restoring on trial"),
            Stage::Comparing | Stage::Verifying => say("3/3 核对", "3/3 comparing"),
        });
        bar.set_position(rows);
    })
    .await?;
    bar.finish_and_clear();
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
    let bar = bar();
    bar.set_message(say("恢复", "restoring"));
    let target = common.location(DEFAULT_DATA);
    let summary = safekeeping::restore(file, &target, &mut |_, rows| bar.set_position(rows)).await?;
    bar.finish_and_clear();
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
