//! Chance that can be repeated: the same seed, the same throws.

use std::time::Duration;

/// Thrown by tests that draw what happens and when.
pub struct Dice(u64);

impl Dice {
    /// Begins at a seed.
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// From nought to one less than `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// So many milliseconds.
    pub fn millis(&mut self, from: u64, below: u64) -> Duration {
        Duration::from_millis(from + self.below(below - from))
    }

    /// Mixes a hand of cards.
    pub fn shuffle<T>(&mut self, cards: &mut [T]) {
        for last in (1..cards.len()).rev() {
            cards.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}
