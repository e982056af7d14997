//! The edge to people and machines over HTTP: parse, sign in, render; nothing is decided here.
//!
//! Invariants: a route exists only through [`doors`]; the present comes from the desk's clock; every read goes through
//! the viewer who signed in; no page holds an inline script or style.

pub mod api;
pub mod assets;
pub mod context;
pub mod doors;
pub mod error;
pub mod fields;
pub mod guard;
pub mod headers;
pub mod i18n;
pub mod known;
pub mod live;
pub mod names;
pub mod origin;
pub mod pages;
pub mod reader;
pub mod ready;
pub mod request;
mod serve;
pub mod session;
pub mod throttle;
pub mod watch;

use std::net::IpAddr;
use std::sync::Arc;

use app::desk::Desk;

pub use doors::router;
pub use ready::Readiness;
pub use serve::serve;

/// Everything a handler reaches: shared by all requests.
#[derive(Debug, Clone)]
pub struct Web(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    desk: Arc<Desk>,
    public_url: String,
    demo: bool,
    proxies: Vec<IpAddr>,
    throttle: throttle::Throttle,
    readiness: Readiness,
    watch: watch::Watch,
    /// Turns true when the service stops, so that live streams end.
    stopping: tokio::sync::watch::Sender<bool>,
}

impl Web {
    /// The edge of a desk. `public_url` is where people and machines reach it, without a slash at its end; `demo` marks
    /// every page as invented.
    pub fn new(desk: Arc<Desk>, public_url: impl Into<String>, demo: bool) -> Self {
        Self(Arc::new(Shared {
            readiness: Readiness::default(),
            watch: watch::Watch::of(&desk),
            desk,
            public_url: public_url.into().trim_end_matches('/').to_owned(),
            demo,
            proxies: Vec::new(),
            throttle: throttle::Throttle::default(),
            stopping: tokio::sync::watch::Sender::new(false),
        }))
    }

    /// The same edge behind proxies that are believed when they say whom they ask for.
    ///
    /// # Panics
    ///
    /// When the edge is in use already.
    #[must_use]
    pub fn behind(mut self, proxies: Vec<IpAddr>) -> Self {
        Arc::get_mut(&mut self.0).expect("the edge is furnished before it is used").proxies = proxies;
        self
    }

    /// The desk everything is done at.
    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// Where people and machines reach it.
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// Whether everything here is invented.
    pub fn is_demo(&self) -> bool {
        self.0.demo
    }

    /// The proxies that are believed.
    pub fn proxies(&self) -> &[IpAddr] {
        &self.0.proxies
    }

    /// What keeps guesses at passwords slow.
    pub fn throttle(&self) -> &throttle::Throttle {
        &self.0.throttle
    }

    /// Whether requests are to be sent here; whoever ends the service tells it first.
    pub fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    /// What is counted for whoever watches the service.
    pub fn watch(&self) -> &watch::Watch {
        &self.0.watch
    }

    /// Tells live streams when the service stops.
    pub(crate) fn stopping(&self) -> tokio::sync::watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }

    /// The service stops: live streams end.
    pub(crate) fn stop(&self) {
        self.0.stopping.send_replace(true);
    }
}
