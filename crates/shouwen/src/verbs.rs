//! One file a verb; this one only chooses.

use std::future::Future;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use app::clock::SystemClock;
use app::desk::Desk;
use store::Location;

use crate::cli::{Cli, Common, DEFAULT_DATA, Verb};
use crate::say::{heard, say};

mod backup;
mod calibrate;
mod check;
mod declaration;
mod demo;
mod doctor;
mod due;
mod flow;
mod import;
mod migrate;
mod moving;
mod policy;
mod retention;
mod sending;
mod serve;
mod token;
mod user;

/// Does what was asked; the exit code is success only when it was done.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let common = cli.common;
    match cli.verb {
        Verb::Due(options) => due::run(&common, &options),
        Verb::Flow(verb) => flow::run(&common, &verb),
        Verb::Completions { shell } => {
            let (mut command, mut script) = (<Cli as clap::CommandFactory>::command(), Vec::new());
            clap_complete::generate(shell, &mut command, "shouwen", &mut script);
            heard(std::io::stdout().write_all(&script))?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Calibrate(options) => wait(calibrate::run(&common, &options)),
        Verb::Declaration(options) => wait(declaration::run(&common, &options)),
        Verb::Demo(options) => wait(demo::run(&common, &options)),
        Verb::Doctor(options) => wait(doctor::run(&common, &options)),
        Verb::Serve(options) => wait(serve::run(&common, &options)),
        Verb::User(verb) => wait(user::run(&common, verb)),
        Verb::Policy(verb) => wait(policy::run(&common, verb)),
        Verb::Token(verb) => wait(token::run(&common, verb)),
        Verb::Import(options) => wait(import::run(&common, &options)),
        Verb::Check(options) => wait(check::run(&common, &options)),
        Verb::Backup { file } => wait(backup::backup(&common, &file)),
        Verb::Restore { file } => wait(backup::restore(&common, &file)),
        Verb::Migrate(options) => wait(migrate::run(&common, &options)),
        Verb::Move(options) => wait(moving::run(&common, &options)),
        Verb::Retention(options) => wait(retention::run(&common, &options)),
        Verb::Verify => wait(backup::verify(&common)),
    }
}

fn wait(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("runtime")?.block_on(work)
}

/// Opens the desk of a location.
async fn desk(location: &Location) -> anyhow::Result<Arc<Desk>> {
    Desk::open(location, Arc::new(SystemClock)).await.with_context(|| {
        let place = place_of(location);
        say(format!("打不开数据（{place}）"), format!("cannot open the data ({place})"))
    })
}

/// A location as people read it; an address may hold a password.
fn place_of(location: &Location) -> String {
    match location {
        Location::Directory(directory) => directory.display().to_string(),
        Location::Postgres(_) => "PostgreSQL".to_owned(),
    }
}

/// Opens the desk the common options name.
async fn desk_of(common: &Common) -> anyhow::Result<Arc<Desk>> {
    desk(&common.location(DEFAULT_DATA)).await
}
