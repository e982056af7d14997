//! How much each has used of one kind of budget, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;

use domain::time::Timestamp;

/// The most entries kept. Beyond it those that have recovered go, and where that is not enough, the oldest.
const MOST: usize = 20_000;
/// How many of the oldest go at a time, so that not every guess looks through all of them.
const EVICTED: usize = MOST / 4;

/// Tries, and seconds until one more is granted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    pub(super) tries: f64,
    pub(super) seconds_each: f64,
}

/// The budgets of one kind, by whom they belong to.
#[derive(Debug)]
pub(super) struct Book<K> {
    budget: Budget,
    used: HashMap<K, Used>,
}

/// How much of a budget is used, as of a time.
#[derive(Debug, Clone, Copy)]
struct Used {
    tries: f64,
    at: Timestamp,
}

impl Used {
    fn now(self, budget: Budget, now: Timestamp) -> f64 {
        let seconds = (now.as_micros() - self.at.as_micros()).max(0) as f64 / 1e6;
        (self.tries - seconds / budget.seconds_each).max(0.0)
    }
}

impl<K: Copy + Eq + Hash> Book<K> {
    pub(super) fn new(budget: Budget) -> Self {
        Self { budget, used: HashMap::new() }
    }

    /// Takes one try; the seconds to wait where none is left.
    pub(super) fn take(&mut self, key: K, now: Timestamp) -> Option<u64> {
        let tries = self.used.get_mut(&key).map_or(0.0, |used| {
            // A clock that was set back makes nobody wait until it is as late again.
            used.at = used.at.min(now);
            used.now(self.budget, now)
        });
        if tries > self.budget.tries - 1.0 {
            let seconds = (tries - (self.budget.tries - 1.0)) * self.budget.seconds_each;
            return Some((seconds.ceil() as u64).max(1));
        }
        if self.used.len() >= MOST && !self.used.contains_key(&key) {
            self.make_room(now);
        }
        self.used.insert(key, Used { tries: tries + 1.0, at: now });
        None
    }

    /// Gives one try back.
    pub(super) fn give_back(&mut self, key: &K, now: Timestamp) {
        if let Some(used) = self.used.get_mut(key) {
            *used = Used { tries: (used.now(self.budget, now) - 1.0).max(0.0), at: now };
        }
    }

    /// The whole budget is there again.
    pub(super) fn forget(&mut self, key: &K) {
        self.used.remove(key);
    }

    fn make_room(&mut self, now: Timestamp) {
        self.used.retain(|_, used| used.now(self.budget, now) > 0.0);
        if self.used.len() < MOST {
            return;
        }
        let mut oldest: Vec<(Timestamp, K)> = self.used.iter().map(|(key, used)| (used.at, *key)).collect();
        oldest.select_nth_unstable_by_key(EVICTED, |(at, _)| *at);
        for (_, key) in &oldest[..EVICTED] {
            self.used.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: Budget = Budget { tries: 5.0, seconds_each: 20.0 };

    fn now() -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000)
    }

    #[test]
    fn a_clock_set_back_makes_nobody_wait_until_it_is_as_late_again() {
        let mut book = Book::new(FIVE);
        let tomorrow = now().plus_seconds(86_400);
        assert!((0..5).all(|_| book.take(1, tomorrow).is_none()));
        assert_eq!(book.take(1, now()), Some(20));
        assert_eq!(book.take(1, now().plus_seconds(20)), None);
    }

    #[test]
    fn memory_is_bounded_at_one_instant_too() {
        let mut book = Book::new(FIVE);
        for n in 0..3 * MOST {
            book.take(n, now());
            assert!(book.used.len() <= MOST);
        }
    }

    #[test]
    fn the_oldest_go_first_and_what_has_recovered_before_them() {
        let mut book = Book::new(FIVE);
        let at = |n: usize| now().plus_seconds(i64::from(n >= MOST / 2));
        for n in 0..=MOST {
            book.take(n, at(n));
        }
        assert!((MOST / 2..=MOST).all(|n| book.used.contains_key(&n)), "those of the later second stay");
        assert_eq!(book.used.len(), MOST - EVICTED + 1);
        for n in MOST..2 * MOST {
            book.take(n, now().plus_seconds(60));
        }
        assert!((0..MOST).all(|n| !book.used.contains_key(&n)), "whoever has recovered is forgotten");
    }
}
