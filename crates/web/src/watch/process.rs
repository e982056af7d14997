//! What the process takes of the machine, under the names every Prometheus client uses. Read from `/proc`; where there is
//! none, nothing is shown as zero.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// Ticks of processor time a second: 100 in what Linux shows to programs, whatever the kernel counts in.
const TICKS: f64 = 100.0;

#[derive(Debug, Default)]
pub(super) struct Process {
    resident: Gauge,
    processor: Counter<f64, AtomicU64>,
    files: Gauge,
    most_files: Gauge,
    threads: Gauge,
}

impl Process {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let own = Self::default();
        registry.register_with_unit("process_resident_memory", "Resident memory", Unit::Bytes, own.resident.clone());
        registry.register_with_unit("process_cpu", "Processor time", Unit::Seconds, own.processor.clone());
        registry.register("process_open_fds", "Open files and connections", own.files.clone());
        registry.register("process_max_fds", "How many may be open", own.most_files.clone());
        registry.register("process_threads", "Threads", own.threads.clone());
        own
    }

    /// Reads how it stands.
    pub(super) fn look(&self) {
        let read = |file: &str| std::fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default();
        let status = read("status");
        self.resident.set(field(&status, "VmRSS:").unwrap_or(0) * 1024);
        self.threads.set(field(&status, "Threads:").unwrap_or(0));
        self.most_files.set(field(&read("limits"), "Max open files").unwrap_or(0));
        self.files.set(std::fs::read_dir("/proc/self/fd").map_or(0, |entries| entries.count() as i64));
        let before = self.processor.get();
        if let Some(ticks) = processor_ticks(&read("stat")) {
            self.processor.inc_by((ticks / TICKS - before).max(0.0));
        }
    }
}

/// The first number behind a name at the beginning of a line.
fn field(text: &str, name: &str) -> Option<i64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// User and system time; the name in brackets before them may hold anything.
fn processor_ticks(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    Some(fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_lines_are_read_whatever_the_program_is_called() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 10 0 0 0 150 50 0 0 20 0 4 0 5 6 7";
        assert_eq!(processor_ticks(stat), Some(200.0));
        assert_eq!(processor_ticks(""), None);
        let limits = "Limit  Soft Limit\nMax open files            1024                 4096                 files\n";
        assert_eq!(field(limits, "Max open files"), Some(1024));
        assert_eq!(field("VmRSS:\t  2048 kB\n", "VmRSS:"), Some(2048));
    }
}
