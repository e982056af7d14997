//! `shouwen retention`: anonymises what the policy no longer keeps, or says what that would be.

use std::process::ExitCode;

use serde_json::json;

use super::desk_of;
use crate::cli::{Common, Retention};
use crate::say::{line, say};

/// Anonymises everything that is due, unless only the plan is asked for.
pub async fn run(common: &Common, options: &Retention) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    let due = desk.retention_due().await?;
    let anonymised = if options.plan { 0 } else { desk.retain().await? };
    desk.close().await;
    if common.json {
        line(json!({"plan": due, "anonymised": anonymised}))?;
        return Ok(ExitCode::SUCCESS);
    }
    let (days, count) = (due.closed_days, due.due);
    line(say(
        format!("归档满 {days} 天的投诉 {count} 件到期；此前已匿名化 {} 件", due.anonymised),
        format!(
            "{count} complaints closed {days} days ago or earlier are due; {} were anonymised before",
            due.anonymised
        ),
    ))?;
    for number in &due.first {
        line(format_args!("  {number}"))?;
    }
    let more = count.saturating_sub(due.first.len() as u64);
    if more > 0 {
        line(say(format!("  … 另有 {more} 件"), format!("  … and {more} more")))?;
    }
    line(if options.plan {
        say("只看计划，没有改动任何数据".to_owned(), "only the plan: nothing was changed".to_owned())
    } else {
        say(format!("已匿名化 {anonymised} 件，不可恢复"), format!("{anonymised} anonymised, for good"))
    })?;
    Ok(ExitCode::SUCCESS)
}
