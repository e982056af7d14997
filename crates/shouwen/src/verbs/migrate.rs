//! `shouwen migrate`: says what bringing the schema forward does, and does it whole or not at all.

use std::process::ExitCode;

use serde_json::json;
use store::Store;

use super::place_of;
use crate::cli::{Common, DEFAULT_DATA, Migrate};
use crate::say::{line, say, told};

/// Shows every step, takes those that are missing unless only the plan is asked for, and distributes where that is wanted.
pub async fn run(common: &Common, options: &Migrate) -> anyhow::Result<ExitCode> {
    let location = common.location(DEFAULT_DATA);
    let before = Store::schema_of(&location).await?;
    let missing = before.iter().filter(|step| !step.taken).count();
    if !common.json {
        line(format_args!("{} {}", say("数据：", "data:"), place_of(&location)))?;
        for step in &before {
            let mark = if step.taken { "✓" } else { "·" };
            line(format_args!("  {mark} {:03} {}\t{}", step.step, step.name, told(&step.does)))?;
        }
        line(say(format!("待走 {missing} 步"), format!("{missing} steps to take")))?;
    }
    // Whether it can be distributed is found out before the first step is taken: a refusal changes nothing.
    let mut distributed = if options.distributed { Store::distribute(&location, true).await? } else { Vec::new() };
    if !options.plan && missing > 0 {
        Store::open(&location).await?.close().await;
    }
    if options.distributed && !options.plan {
        distributed = Store::distribute(&location, false).await?;
    }
    if common.json {
        let steps = if options.plan { before } else { Store::schema_of(&location).await? };
        line(json!({"steps": steps, "taken": if options.plan { 0 } else { missing }, "distributed": distributed}))?;
    } else if options.plan {
        distributed.iter().try_for_each(line)?;
        line(say("只看计划，没有改动任何数据", "only the plan: nothing was changed"))?;
    } else {
        line(say("结构已是最新", "the schema is the newest"))?;
    }
    Ok(ExitCode::SUCCESS)
}
