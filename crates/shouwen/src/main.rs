//! Shouwen 首问: the command line. Verbs, configuration and wiring; nothing is decided here.

#![warn(clippy::print_stdout, clippy::print_stderr)]

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;

mod cli;
mod say;
mod verbs;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("SHOUWEN_LOG").unwrap_or_else(|_| "warn".into()))
        .init();
    match verbs::run(cli) {
        Ok(code) => code,
        Err(error) => {
            say::note(format_args!("shouwen: {}", say::explained(&error)));
            ExitCode::FAILURE
        }
    }
}
