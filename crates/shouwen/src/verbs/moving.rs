//! `shouwen move`: a branch goes from one engine to the other, or to another server.

use std::process::ExitCode;

use app::safekeeping;
use serde_json::json;
use store::{Location, Stage};

use super::import::bar;
use super::place_of;
use crate::cli::{Common, Move};
use crate::say::{line, note, say};

/// Moves everything into an empty place, proven there; interrupted, the same again goes on.
pub async fn run(common: &Common, options: &Move) -> anyhow::Result<ExitCode> {
    let (from, to) = (location(&options.from), location(&options.to));
    let bar = bar();
    let moved = safekeeping::move_to(&from, &to, &mut |stage, rows| {
        let doing = match stage {
            Stage::Reading => say("1/4 读出源库", "1/4 reading the source"),
            Stage::Writing => say(
                "2/4 写入目标库（一个事务；中断后用同样的参数再运行即可继续）",
                "2/4 writing the target, in one transaction: interrupted, run the same again and it goes on",
            ),
            Stage::Comparing => say("3/4 逐表比对行数与哈希", "3/4 comparing counts and hashes table by table"),
            Stage::Verifying => say("4/4 重放目标库的流水", "4/4 replaying the target's journals"),
        };
        if rows == 0 {
            bar.suspend(|| note(doing));
            bar.set_message(say("行", "rows"));
        }
        bar.set_position(rows);
    })
    .await?;
    bar.finish_and_clear();
    if common.json {
        line(json!({"from": options.from, "to": place_of(&to), "moved": moved}))?;
        return Ok(ExitCode::SUCCESS);
    }
    if moved.resumed {
        line(say(
            format!("{} 已有本分公司，逐表比对一致，重放流水 {} 条，源库未动", place_of(&to), moved.entries),
            format!(
                "{} held this branch already: every table is the same, {} journal entries replayed; the source is as it was",
                place_of(&to),
                moved.entries
            ),
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    line(say(
        format!("已搬到 {}，重放流水 {} 条，源库未动", place_of(&to), moved.entries),
        format!("moved to {}, {} journal entries replayed; the source is as it was", place_of(&to), moved.entries),
    ))?;
    for (table, rows) in moved.tables.iter().filter(|(_, rows)| **rows > 0) {
        line(format_args!("  {table}\t{rows}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn location(text: &str) -> Location {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        Location::Postgres(text.to_owned())
    } else {
        Location::Directory(text.into())
    }
}
