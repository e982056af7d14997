//! `shouwen demo`: an invented city to look at, in one command.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use app::demo::{self, Past, SignIn};
use app::desk::Desk;
use app::safekeeping;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use store::Location;

use super::{desk, sending, serve};
use crate::cli::{Common, DEFAULT_DEMO, Demo, Watching};
use crate::say::{line, note, say};

/// Composes the city where the store is empty, prints one sign-in per role, and serves.
pub async fn run(common: &Common, options: &Demo) -> anyhow::Result<ExitCode> {
    let listener = if options.no_serve { None } else { Some(serve::bind(options.listen).await?) };
    let location = common.location(DEFAULT_DEMO);
    if options.reset {
        reset(&location).await?;
    }
    let desk = whole(&location).await?;
    // Before composing: links in the mails of the city lead here, and a wrong address is told at once.
    desk.send_with(sending::post(&options.sending, &format!("http://{}", options.listen))?);
    let sign_ins = compose(&desk, options).await?;
    for sign_in in &sign_ins {
        if common.json {
            line(json!({"role": sign_in.role, "sign_in": sign_in.name, "password": sign_in.password}))?;
        } else {
            line(format_args!("{}\t{}\t{}", sign_in.role, sign_in.name, sign_in.password))?;
        }
    }
    match listener {
        Some(listener) => serve::serve(desk, listener, None, Vec::new(), &options.sending, &Watching::default()).await,
        None => Ok(ExitCode::SUCCESS),
    }
}

/// The desk of a store that holds no city, or a whole one: what an interrupted composing left is thrown away.
async fn whole(location: &Location) -> anyhow::Result<Arc<Desk>> {
    let found = desk(location).await?;
    if !demo::is_cut_short(&found).await? {
        return Ok(found);
    }
    found.close().await;
    drop(found);
    note(say("上次构建演示城市时被中断，重新构建", "composing the demo city was interrupted: composing it anew"));
    reset(location).await?;
    desk(location).await
}

async fn compose(desk: &Arc<Desk>, options: &Demo) -> anyhow::Result<Vec<SignIn>> {
    if let Some(known) = demo::sign_ins(desk).await? {
        return Ok(known);
    }
    if !desk.store().is_unused().await? {
        bail!(say(
            "这里已有数据，演示城市只能放进空库：请换一个 --data 目录",
            "there is data here already; the demo city goes into an empty store only: choose another --data directory"
        ))
    }
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{msg:24!} {bar:40} {pos}/{len} {elapsed}").context("progress")?);
    let past = Past { complaints: options.complaints, days: options.days };
    let sign_ins = demo::compose(desk, options.seed, desk.now(), past, &mut |step| {
        bar.set_message(say(step.zh, step.en));
        bar.set_length(step.of);
        bar.set_position(step.done);
    })
    .await?;
    bar.finish_and_clear();
    Ok(sign_ins)
}

/// Empties a demo store; a store that is not one is refused.
async fn reset(location: &Location) -> anyhow::Result<()> {
    let Location::Directory(directory) = location else {
        bail!(say(
            "--reset 只用于目录：PostgreSQL 请换一个空数据库",
            "--reset is for directories only: with PostgreSQL choose an empty database"
        ))
    };
    if !directory.join("shouwen.db").exists() {
        return Ok(());
    }
    safekeeping::not_in_service(location)?;
    let desk = desk(location).await?;
    let is_demo = desk.is_demo().await? || desk.store().is_unused().await?;
    desk.close().await;
    drop(desk);
    if !is_demo {
        bail!(say("这个目录里不是演示数据，不会清空", "this directory does not hold demo data; it will not be emptied"))
    }
    remove(directory).with_context(|| directory.display().to_string())
}

fn remove(directory: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("shouwen.db") || name == "vault.key" {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
