//! What the machine itself does meanwhile. Most of what a store does is copying, and how quickly a machine shared with others
//! copies changes tenfold within minutes while its sums stay as quick: a figure is worth something beside that.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::{figure, millis};

const MEBIBYTE: usize = 1 << 20;
/// More than the caches of a core hold.
const MEMORY: usize = 48 * MEBIBYTE;

/// Memory to copy, a part at a time.
pub struct Machine {
    from: Vec<u8>,
    to: Vec<u8>,
    at: usize,
}

impl Machine {
    pub fn new() -> Self {
        Self { from: vec![1; MEMORY], to: vec![2; MEMORY], at: 0 }
    }

    /// How much of a core copying the next mebibyte takes.
    pub fn copied(&mut self) -> Duration {
        let part = self.at..self.at + MEBIBYTE;
        self.at = part.end % MEMORY;
        let began = on_core();
        self.to[part.clone()].copy_from_slice(&self.from[part.clone()]);
        std::hint::black_box(&self.to[part]);
        on_core().saturating_sub(began)
    }
}

/// Prints what copying takes now.
pub fn told() {
    let mut machine = Machine::new();
    let all: Duration = (0..MEMORY / MEBIBYTE).map(|_| machine.copied()).sum();
    figure("  the machine: copying 48 MiB of memory", &millis(all), "-", "-");
}

fn on_core() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}
