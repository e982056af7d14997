//! Shouwen 首问: the command line. Verbs, configuration and wiring; nothing is decided here.

#![warn(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::Parser;

mod cli;
mod log;
mod say;
mod verbs;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    log::begin(match &cli.verb {
        cli::Verb::Serve(options) => options.watching.log_format,
        _ => log::LogFormat::default(),
    });
    match verbs::run(cli) {
        Ok(code) => code,
        Err(error) => {
            say::note(format_args!("shouwen: {}", say::explained(&error)));
            ExitCode::FAILURE
        }
    }
}
