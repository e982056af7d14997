//! Traces for an OpenTelemetry collector, off unless asked for: spans by OTLP over HTTP, as JSON.
//!
//! Written here because it is little: the usual packages would bring fourteen more, a second HTTP stack among them. What is
//! traced waits in a bounded queue; a collector that is away loses traces and never makes a request wait.

use std::fmt::Debug;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, atomic::AtomicU64, atomic::Ordering};
use std::time::{Duration, Instant};

use anyhow::bail;
use app::clock::{Clock, SystemClock, fresh_token};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::say::say;

mod wire;

/// Spans that may wait to be sent.
const WAITING: usize = 8_192;
/// Spans in one request.
const TOGETHER: usize = 512;
/// How long spans are gathered.
const GATHER: Duration = Duration::from_secs(1);
/// How long the last ones may take when the process ends.
const FAREWELL: Duration = Duration::from_secs(3);

/// A span that has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    trace: String,
    id: String,
    parent: Option<String>,
    name: &'static str,
    begun: i64,
    ended: i64,
    fields: Vec<(&'static str, String)>,
    failed: bool,
}

enum Job {
    Span(Box<Span>),
    Finish(SyncSender<()>),
}

/// The layer that gathers spans.
pub struct Otlp {
    sender: SyncSender<Job>,
    lost: Arc<AtomicU64>,
}

/// Sends what is still waiting when the process ends.
pub struct Farewell(SyncSender<Job>);

/// Sends spans to the collector at `endpoint`, `http://127.0.0.1:4318`.
pub fn to(endpoint: &str) -> anyhow::Result<(Otlp, Farewell)> {
    let Some(collector) = wire::Collector::at(endpoint) else {
        bail!(say(
            format!("--otlp 要写本机或内网采集器的地址，如 http://127.0.0.1:4318，而不是 {endpoint}"),
            format!(
                "--otlp takes the address of a collector on a trusted line, such as http://127.0.0.1:4318, not {endpoint}"
            ),
        ))
    };
    let (sender, receiver) = sync_channel(WAITING);
    let lost = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&lost);
    std::thread::Builder::new().name("otlp".into()).spawn(move || send(&collector, &receiver, &counted))?;
    Ok((Otlp { sender: sender.clone(), lost }, Farewell(sender)))
}

impl Drop for Farewell {
    fn drop(&mut self) {
        let (done, waits) = sync_channel(1);
        if self.0.try_send(Job::Finish(done)).is_ok() {
            let _ = waits.recv_timeout(FAREWELL);
        }
    }
}

/// Gathers and sends for as long as the process lives.
fn send(collector: &wire::Collector, receiver: &Receiver<Job>, lost: &AtomicU64) {
    loop {
        let Ok(first) = receiver.recv() else { return };
        let (mut spans, mut farewell) = (Vec::new(), None);
        let until = Instant::now() + GATHER;
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Span(span) => spans.push(*span),
                Job::Finish(done) => farewell = Some(done),
            }
            let full = spans.len() >= TOGETHER || farewell.is_some();
            next = if full { None } else { waited(receiver, until) };
        }
        if !spans.is_empty() && collector.post(&wire::body(&spans)).is_err() {
            lost.fetch_add(spans.len() as u64, Ordering::Relaxed);
        }
        let gone = lost.swap(0, Ordering::Relaxed);
        if gone > 0 {
            tracing::warn!(spans = gone, "the collector of traces does not take them");
        }
        if let Some(done) = farewell {
            let _ = done.send(());
            return;
        }
    }
}

fn waited(receiver: &Receiver<Job>, until: Instant) -> Option<Job> {
    receiver.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
}

fn now() -> i64 {
    SystemClock.now().as_micros()
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Otlp {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let above = span.parent().and_then(|above| {
            let extensions = above.extensions();
            extensions.get::<Span>().map(|above| (above.trace.clone(), above.id.clone()))
        });
        let mut fields = Fields(Vec::new());
        attributes.record(&mut fields);
        let token = fresh_token();
        let (trace, parent) = match above {
            Some((trace, above)) => (trace, Some(above)),
            None => (token[..32].to_owned(), None),
        };
        let (name, begun, id) = (span.name(), now(), token[32..48].to_owned());
        let gathered = Span { trace, id, parent, name, begun, ended: begun, fields: fields.0, failed: false };
        span.extensions_mut().insert(gathered);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(gathered) = span.extensions_mut().get_mut::<Span>() {
            let mut fields = Fields(std::mem::take(&mut gathered.fields));
            values.record(&mut fields);
            // A request that belongs to somebody else's trace says so before anything is done.
            if let Some(trace) = fields.take("trace_id") {
                gathered.trace = trace;
            }
            if let Some(parent) = fields.take("parent_id") {
                gathered.parent = Some(parent);
            }
            gathered.fields = fields.0;
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if *event.metadata().level() != Level::ERROR {
            return;
        }
        let Some(span) = context.event_span(event) else { return };
        if let Some(gathered) = span.extensions_mut().get_mut::<Span>() {
            gathered.failed = true;
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(mut gathered) = span.extensions_mut().remove::<Span>() else { return };
        gathered.ended = now();
        if let Err(TrySendError::Full(_)) = self.sender.try_send(Job::Span(Box::new(gathered))) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Fields of a span as texts.
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }
}
