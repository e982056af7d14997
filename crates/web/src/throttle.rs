//! Guesses at passwords are slow, nobody is locked out (M6: contact channels stay open).
//!
//! Three budgets refill over time. Name and address together: when it is used up, the pair waits. The name over all
//! addresses, and the address over all names: when used up, an answer takes longer and a wrong password is told to wait,
//! yet the right one still gets in. Names are known by their hash only, so unknown ones are treated alike.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::time::Timestamp;

/// Tries, and seconds until one more is granted.
#[derive(Debug, Clone, Copy)]
struct Budget {
    tries: f64,
    seconds_each: f64,
}

const PAIR: Budget = Budget { tries: 5.0, seconds_each: 20.0 };
const NAME: Budget = Budget { tries: 20.0, seconds_each: 10.0 };
const ADDRESS: Budget = Budget { tries: 30.0, seconds_each: 3.0 };
/// How long an answer takes where a budget over all names or addresses is used up.
const SLOW: Duration = Duration::from_millis(1500);
/// How many slowed answers one address may wait for at a time.
const WAITING: u32 = 8;
/// Beyond this many entries those that have recovered are dropped.
const MANY: usize = 20_000;
/// How long an address from which somebody signed in counts as that person's.
const TRUSTED_SECONDS: i64 = 30 * 86_400;

/// What to do with an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// Verify the password, after this long.
    Verify {
        /// How long to hold the answer back.
        after: Duration,
    },
    /// Come again in that many seconds.
    Wait {
        /// Seconds.
        seconds: u64,
    },
}

/// The budgets of names and addresses.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<Books>);

#[derive(Debug, Default)]
struct Books {
    pairs: HashMap<Pair, Used>,
    names: HashMap<u64, Used>,
    addresses: HashMap<IpAddr, Used>,
    trusted: HashMap<Pair, Timestamp>,
    waiting: HashMap<IpAddr, u32>,
}

type Pair = (u64, IpAddr);

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

impl Throttle {
    /// Before a password is verified. Counts against the pair, so that tries at the same moment count too.
    pub fn attempt(&self, name: &str, address: IpAddr, now: Timestamp) -> Ruling {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        books.tidy(now);
        let (name, address) = (hash(name), network(address));
        if let Some(seconds) = take(&mut books.pairs, (name, address), PAIR, now) {
            return Ruling::Wait { seconds };
        }
        if books.trusts((name, address), now) || !books.strained(name, address, now) {
            return Ruling::Verify { after: Duration::ZERO };
        }
        let waiting = books.waiting.entry(address).or_default();
        if *waiting >= WAITING {
            return Ruling::Wait { seconds: ADDRESS.seconds_each as u64 };
        }
        *waiting += 1;
        Ruling::Verify { after: SLOW }
    }

    /// The held-back answer was given, or its asker went away.
    pub fn waited(&self, address: IpAddr) {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = books.waiting.get_mut(&network(address)) {
            *waiting = waiting.saturating_sub(1);
        }
    }

    /// The password was wrong. Tells in how many seconds to come again where a budget is used up.
    pub fn failed(&self, name: &str, address: IpAddr, now: Timestamp) -> Option<u64> {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, address) = (hash(name), network(address));
        let by_name = take(&mut books.names, name, NAME, now);
        let by_address = take(&mut books.addresses, address, ADDRESS, now);
        by_name.max(by_address)
    }

    /// The password was right: the pair starts afresh and is known from now on.
    pub fn succeeded(&self, name: &str, address: IpAddr, now: Timestamp) {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = (hash(name), network(address));
        books.pairs.remove(&pair);
        books.trusted.insert(pair, now);
    }
}

impl Books {
    fn trusts(&self, pair: Pair, now: Timestamp) -> bool {
        self.trusted.get(&pair).is_some_and(|since| now.seconds_since(*since) < TRUSTED_SECONDS)
    }

    fn strained(&self, name: u64, address: IpAddr, now: Timestamp) -> bool {
        let full =
            |used: Option<&Used>, budget: Budget| used.is_some_and(|used| used.now(budget, now) > budget.tries - 1.0);
        full(self.names.get(&name), NAME) || full(self.addresses.get(&address), ADDRESS)
    }

    fn tidy(&mut self, now: Timestamp) {
        if self.pairs.len() + self.names.len() + self.addresses.len() + self.trusted.len() < MANY {
            return;
        }
        self.pairs.retain(|_, used| used.now(PAIR, now) > 0.0);
        self.names.retain(|_, used| used.now(NAME, now) > 0.0);
        self.addresses.retain(|_, used| used.now(ADDRESS, now) > 0.0);
        self.trusted.retain(|_, since| now.seconds_since(*since) < TRUSTED_SECONDS);
        self.waiting.retain(|_, waiting| *waiting > 0);
    }
}

/// Takes one try; the seconds to wait where none is left.
fn take<K: Eq + Hash>(book: &mut HashMap<K, Used>, key: K, budget: Budget, now: Timestamp) -> Option<u64> {
    let used = book.entry(key).or_insert(Used { tries: 0.0, at: now });
    let tries = used.now(budget, now);
    if tries > budget.tries - 1.0 {
        let seconds = (tries - (budget.tries - 1.0)) * budget.seconds_each;
        return Some((seconds.ceil() as u64).max(1));
    }
    *used = Used { tries: tries + 1.0, at: now };
    None
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.trim().to_lowercase().hash(&mut hasher);
    hasher.finish()
}

/// The address, or the household an IPv6 address belongs to: a /64 is one subscriber's.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));
    const AT_ONCE: Ruling = Ruling::Verify { after: Duration::ZERO };

    fn now() -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000)
    }

    fn fail(throttle: &Throttle, name: &str, address: IpAddr, times: u32) {
        for _ in 0..times {
            throttle.attempt(name, address, now());
            throttle.waited(address);
            throttle.failed(name, address, now());
        }
    }

    #[test]
    fn guessing_at_one_name_from_one_address_has_to_wait_and_may_go_on_later() {
        let throttle = Throttle::default();
        fail(&throttle, "lm", HERE, 5);
        assert_eq!(throttle.attempt("lm", HERE, now()), Ruling::Wait { seconds: 20 });
        assert_eq!(throttle.attempt("LM ", HERE, now()), Ruling::Wait { seconds: 20 }, "the same name");
        assert_eq!(throttle.attempt("lm", HERE, now().plus_seconds(20)), AT_ONCE);
    }

    #[test]
    fn nobody_is_locked_out_by_somebody_elses_guesses() {
        let throttle = Throttle::default();
        fail(&throttle, "lm", HERE, 8);
        assert_eq!(throttle.attempt("wq", HERE, now()), AT_ONCE, "another name");
        assert_eq!(throttle.attempt("lm", THERE, now()), AT_ONCE, "another address");
    }

    #[test]
    fn a_name_guessed_at_from_everywhere_is_slowed_but_not_for_its_owner() {
        let throttle = Throttle::default();
        throttle.succeeded("lm", THERE, now());
        for n in 0..20 {
            fail(&throttle, "lm", IpAddr::from([192, 0, 2, n]), 1);
        }
        assert_eq!(throttle.attempt("lm", HERE, now()), Ruling::Verify { after: SLOW });
        assert!(throttle.failed("lm", HERE, now()).is_some(), "a wrong one is told to wait");
        assert_eq!(throttle.attempt("lm", THERE, now()), AT_ONCE, "the owner's own address");
    }

    #[test]
    fn an_address_that_guesses_at_every_name_is_slowed() {
        let throttle = Throttle::default();
        for n in 0..30 {
            fail(&throttle, &format!("nobody{n}"), HERE, 1);
        }
        assert_eq!(throttle.attempt("wq", HERE, now()), Ruling::Verify { after: SLOW });
        for n in 1..WAITING {
            assert_eq!(throttle.attempt(&format!("other{n}"), HERE, now()).min_wait(), 0);
        }
        assert!(throttle.attempt("last", HERE, now()).min_wait() > 0, "too many at a time");
        assert_eq!(throttle.attempt("wq", THERE, now()), AT_ONCE);
    }

    impl Ruling {
        fn min_wait(self) -> u64 {
            match self {
                Self::Verify { .. } => 0,
                Self::Wait { seconds } => seconds,
            }
        }
    }

    #[test]
    fn memory_stays_bounded() {
        let throttle = Throttle::default();
        for n in 0..3 * MANY as i64 {
            let at = now().plus_seconds(n);
            throttle.attempt(&format!("nobody{n}"), HERE, at);
        }
        let books = throttle.0.lock().expect("not poisoned");
        assert!(books.pairs.len() <= MANY);
    }
}
