//! The log on standard error: lines for people, or one JSON object a line for a collector.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// 供人阅读 · lines for people
    #[default]
    Text,
    /// 每行一个 JSON 对象 · one JSON object a line
    Json,
}

/// Begins the log. `SHOUWEN_LOG` says how much of it is written.
pub fn begin(format: LogFormat) {
    let much = EnvFilter::try_from_env("SHOUWEN_LOG").unwrap_or_else(|_| "warn".into());
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(much);
    match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        // What is told of a request stands in every line under `span`.
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}
