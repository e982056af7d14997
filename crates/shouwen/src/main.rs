//! Shouwen 首问: the command line. Verbs, configuration and wiring; nothing is decided here.

#![warn(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::Parser;

mod cli;
mod log;
mod otlp;
mod say;
mod verbs;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let (format, collector) = match &cli.verb {
        cli::Verb::Serve(options) => (options.watching.log_format, options.watching.otlp.clone()),
        _ => (log::LogFormat::default(), None),
    };
    let (farewell, done) = match log::begin(format, collector.as_deref()) {
        Ok(farewell) => (farewell, verbs::run(cli)),
        Err(error) => (None, Err(error)),
    };
    // What was traced last is sent.
    drop(farewell);
    match done {
        Ok(code) => code,
        Err(error) => {
            say::note(format_args!("shouwen: {}", say::explained(&error)));
            ExitCode::FAILURE
        }
    }
}
