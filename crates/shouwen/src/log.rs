//! The log on standard error: lines for people, or one JSON object a line for a collector.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::otlp::{self, Farewell};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// 供人阅读 · lines for people
    #[default]
    Text,
    /// 每行一个 JSON 对象 · one JSON object a line
    Json,
}

/// The house's own rooms: what others say of themselves is no part of a trace.
const ROOMS: [&str; 5] = ["shouwen", "web", "app", "store", "ran"];

/// Begins the log, and traces where a collector is named. `SHOUWEN_LOG` says how much is logged.
pub fn begin(format: LogFormat, collector: Option<&str>) -> anyhow::Result<Option<Farewell>> {
    let much = EnvFilter::try_from_env("SHOUWEN_LOG").unwrap_or_else(|_| "warn".into());
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).with_filter(much).boxed(),
        // What is told of a request stands in every line under `span`.
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).with_filter(much).boxed(),
    };
    let (traces, farewell) = collector.map(otlp::to).transpose()?.unzip();
    let ours = filter_fn(|what| {
        let room = what.target().split("::").next().unwrap_or_default();
        *what.level() <= Level::INFO && ROOMS.contains(&room) && !what.target().starts_with("shouwen::otlp")
    });
    let traces = traces.map(|traces| traces.with_filter(ours));
    tracing_subscriber::registry().with(log).with(traces).init();
    Ok(farewell)
}
