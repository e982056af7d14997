//! The figures whoever watches the service reads at `/metrics`, in the text form of OpenMetrics.
//!
//! Labels are doors, methods and statuses: closed sets, so that no visitor can make the page grow.

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::time::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use sha2::{Digest, Sha256};

use crate::Web;
use crate::error::Failure;
use crate::guard::bearer;
use app::desk::Desk;

mod process;

/// The media type of the answer.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How old a count of what lies in the store may be.
const SAMPLE_HOLDS: Duration = Duration::from_secs(15);
/// How long the store may take to count; afterwards the former counts are shown.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    door: String,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDoor {
    door: String,
}

type Seconds = Gauge<f64, AtomicU64>;

/// What is counted at the edge, and what is looked up when somebody asks.
#[derive(Debug)]
pub struct Watch {
    registry: Registry,
    requests: Family<Answered, Counter>,
    took: Family<OfDoor, Histogram, fn() -> Histogram>,
    live: Gauge,
    draining: Gauge,
    held: Held,
    sampled: tokio::sync::Mutex<Option<Instant>>,
    process: process::Process,
    token: Mutex<Option<[u8; 32]>>,
}

/// What lies in store and memory, set when somebody asks.
#[derive(Debug, Default)]
struct Held {
    answers: Gauge,
    open: Gauge,
    overdue: Gauge,
    waiting: Gauge,
    failed: Gauge,
    oldest: Seconds,
    tick_lag: Seconds,
    generation: Gauge,
    elements: Gauge,
    bytes: Gauge,
}

fn latency() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0])
}

impl Watch {
    /// The figures of a desk and of the edge before it.
    pub fn of(desk: &Desk) -> Self {
        let mut registry = Registry::default();
        let requests = Family::default();
        let took = Family::new_with_constructor(latency as fn() -> Histogram);
        let (live, draining, held) = (Gauge::default(), Gauge::default(), Held::default());
        registry.register(
            "shouwen_build",
            "Which program this is",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        registry.register("shouwen_http_requests", "Requests answered, by door", requests.clone());
        let help = "How long it took until the answer began";
        registry.register_with_unit("shouwen_http_request", help, Unit::Seconds, took.clone());
        registry.register("shouwen_live_connections", "Browsers that hear of changes", live.clone());
        registry.register("shouwen_draining", "1 while the process finishes what it has begun", draining.clone());
        held.register(&mut registry);
        desk.register(&mut registry);
        let process = process::Process::registered(&mut registry);
        let (sampled, token) = (tokio::sync::Mutex::default(), Mutex::default());
        Self { registry, requests, took, live, draining, held, sampled, process, token }
    }

    /// From now on whoever brings this token may read the figures from anywhere.
    pub fn open_for(&self, token: &str) {
        *self.token.lock().expect("nothing under this lock can fail") = Some(Sha256::digest(token).into());
    }

    /// A request was answered.
    pub(crate) fn answered(&self, door: &str, method: &'static str, status: StatusCode, took: Duration) {
        let answered = Answered { door: door.to_owned(), method, status: status.as_u16() };
        self.requests.get_or_create(&answered).inc();
        self.took.get_or_create(&OfDoor { door: answered.door }).observe(took.as_secs_f64());
    }

    /// Somebody hears of changes for as long as this is kept.
    pub(crate) fn listening(&self) -> Listening {
        self.live.inc();
        Listening(self.live.clone())
    }

    /// Counts what lies in the store, unless that was done a moment ago; a store that is away leaves the former counts.
    async fn look(&self, desk: &Desk) {
        let network = desk.network();
        self.held.generation.set(network.generation() as i64);
        self.held.elements.set(network.len() as i64);
        self.held.bytes.set(network.memory_bytes() as i64);
        let mut sampled = self.sampled.lock().await;
        if sampled.is_some_and(|at| at.elapsed() < SAMPLE_HOLDS) {
            return;
        }
        let now = desk.now();
        match tokio::time::timeout(PATIENCE, desk.store().sample(now)).await {
            Ok(Ok(sample)) => {
                self.held.take(&sample, now);
                *sampled = Some(Instant::now());
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the store cannot be counted now");
                self.held.answers.set(0);
            }
            Err(_) => {
                self.held.answers.set(0);
            }
        }
    }
}

impl Held {
    fn register(&self, registry: &mut Registry) {
        registry.register(
            "shouwen_store_answers",
            "1 when the last count of the store succeeded",
            self.answers.clone(),
        );
        registry.register("shouwen_complaints_open", "Open complaints", self.open.clone());
        registry.register("shouwen_complaints_overdue", "Open complaints that missed a limit", self.overdue.clone());
        registry.register("shouwen_outbox_waiting", "What waits to go out", self.waiting.clone());
        registry.register("shouwen_outbox_failed", "What did not go out and nobody put aside", self.failed.clone());
        let help = "How long the oldest of what waits has been due";
        registry.register_with_unit("shouwen_outbox_oldest", help, Unit::Seconds, self.oldest.clone());
        let help = "How long the earliest tick has been due";
        registry.register_with_unit("shouwen_tick_lag", help, Unit::Seconds, self.tick_lag.clone());
        registry.register("shouwen_network_generation", "Generation of the network in memory", self.generation.clone());
        registry.register("shouwen_network_elements", "Versions of elements in memory", self.elements.clone());
        registry.register_with_unit("shouwen_network", "Memory of the network", Unit::Bytes, self.bytes.clone());
    }

    fn take(&self, sample: &store::Sample, now: Timestamp) {
        self.answers.set(1);
        self.open.set(sample.open as i64);
        self.overdue.set(sample.overdue as i64);
        self.waiting.set(sample.waiting as i64);
        self.failed.set(sample.failed as i64);
        let since = |due: Option<Timestamp>| due.map_or(0.0, |due| late(due, now));
        self.oldest.set(since(sample.oldest_try));
        self.tick_lag.set(since(sample.next_tick));
    }
}

fn late(due: Timestamp, now: Timestamp) -> f64 {
    (now.as_micros() - due.as_micros()).max(0) as f64 / 1e6
}

/// One browser that hears of changes.
#[derive(Debug)]
pub(crate) struct Listening(Gauge);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The figures as they stand.
pub async fn show(State(web): State<Web>) -> Response {
    let watch = web.watch();
    watch.look(web.desk()).await;
    watch.draining.set(i64::from(web.readiness().draining()));
    watch.process.look();
    let mut text = String::new();
    match encode(&mut text, &watch.registry) {
        Ok(()) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the figures could not be written");
            Failure::Broken.into_response()
        }
    }
}

/// Whether somebody may read the figures: with the token from anywhere, without one from this machine only. What a proxy on
/// this machine passes on comes from elsewhere, whether the proxy is trusted or not.
pub(crate) fn may_watch(web: &Web, request: &Request) -> bool {
    const PASSED_ON: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];
    let headers = request.headers();
    if web.watch().knows(headers) {
        return true;
    }
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>();
    let here = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    here && !PASSED_ON.iter().any(|name| headers.contains_key(*name))
}

impl Watch {
    /// Whether a request brings the token. Digests are compared: how long that takes tells nothing of the token.
    fn knows(&self, headers: &HeaderMap) -> bool {
        let Some(token) = *self.token.lock().expect("nothing under this lock can fail") else { return false };
        bearer(headers).is_some_and(|brought| <[u8; 32]>::from(Sha256::digest(brought)) == token)
    }
}
