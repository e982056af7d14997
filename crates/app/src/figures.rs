//! What is counted and timed at the desk, for whoever watches the service.

use std::time::Instant;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::desk::Desk;

/// The desk's own figures; the store keeps those of its commits.
#[derive(Debug)]
pub struct Figures {
    ticks: Counter,
    checks: Histogram,
}

impl Default for Figures {
    fn default() -> Self {
        let checks = [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25];
        Self { ticks: Counter::default(), checks: Histogram::new(checks) }
    }
}

impl Figures {
    /// So many complaints changed by themselves.
    pub(crate) fn ticked(&self, changed: u64) {
        self.ticks.inc_by(changed);
    }

    /// Does a network check and keeps how long it took.
    pub(crate) fn checked<T>(&self, check: impl FnOnce() -> T) -> T {
        let _traced = tracing::info_span!("network check").entered();
        let begun = Instant::now();
        let answer = check();
        self.checks.observe(begun.elapsed().as_secs_f64());
        answer
    }
}

impl Desk {
    /// Enters what the desk and its store count among the figures.
    pub fn register(&self, figures: &mut Registry) {
        let own = self.figures();
        figures.register("shouwen_ticks", "Complaints changed because something fell due", own.ticks.clone());
        let help = "How long a network check took, the verdict computed";
        figures.register_with_unit("shouwen_network_check", help, Unit::Seconds, own.checks.clone());
        self.store().register(figures);
    }
}
