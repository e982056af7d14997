//! Guesses at passwords are slow, nobody is locked out (M6: contact channels stay open).
//!
//! Three budgets refill over time, and every attempt takes from all three before its password is looked at, so that
//! guesses at the same moment count too; the right password gives back what it took. Name and address together: when it
//! is used up, the pair waits. The name over all addresses, and the address over all names: when used up, an answer takes
//! longer and a wrong password is told to wait, yet the right one still gets in. A browser somebody signed in from before
//! ([`crate::known`]) has a budget of its own instead, which nobody else can use up. Names are known by their hash only, so
//! unknown ones are treated alike.

mod book;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::time::Timestamp;

use book::{Book, Budget};

const PAIR: Budget = Budget { tries: 5.0, seconds_each: 20.0 };
const BROWSER: Budget = PAIR;
const NAME: Budget = Budget { tries: 20.0, seconds_each: 10.0 };
const ADDRESS: Budget = Budget { tries: 30.0, seconds_each: 3.0 };
/// How long an answer takes where a budget over all names or addresses is used up.
const SLOW: Duration = Duration::from_millis(1500);
/// How many slowed answers one address may wait for at a time.
const WAITING: u32 = 8;

/// Who tries to get in.
#[derive(Debug, Clone, Copy)]
pub struct Guess<'a> {
    /// The name typed.
    pub name: &'a str,
    /// Where from.
    pub address: IpAddr,
    /// The browser, where the one of that name signed in from it before.
    pub browser: Option<&'a str>,
}

/// What to do with a guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Verify the password.
    Verify(Attempt),
    /// Come again in that many seconds.
    Wait {
        /// Seconds.
        seconds: u64,
    },
}

/// A guess under way, and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// How long to hold the answer back.
    pub after: Duration,
    /// In how many seconds to come again, should the password be wrong; nothing where another may follow at once.
    pub retry: Option<u64>,
    taken: Taken,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Taken {
    Browser(u64),
    Pair { name: u64, address: IpAddr, of_name: bool, of_address: bool },
}

/// The budgets of names, addresses and known browsers.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<Books>);

#[derive(Debug)]
struct Books {
    pairs: Book<(u64, IpAddr)>,
    names: Book<u64>,
    addresses: Book<IpAddr>,
    browsers: Book<u64>,
    waiting: HashMap<IpAddr, u32>,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            pairs: Book::new(PAIR),
            names: Book::new(NAME),
            addresses: Book::new(ADDRESS),
            browsers: Book::new(BROWSER),
            waiting: HashMap::new(),
        }
    }
}

impl Throttle {
    /// Before a password is verified: takes a try from every budget the guess counts against.
    pub fn attempt(&self, guess: Guess<'_>, now: Timestamp) -> Ruling {
        let mut books = self.books();
        if let Some(browser) = guess.browser.map(hash) {
            return match books.browsers.take(browser, now) {
                Some(seconds) => Ruling::Wait { seconds },
                None => Ruling::Verify(Attempt { after: Duration::ZERO, retry: None, taken: Taken::Browser(browser) }),
            };
        }
        let (name, address) = (hash(&plain(guess.name)), network(guess.address));
        if let Some(seconds) = books.pairs.take((name, address), now) {
            return Ruling::Wait { seconds };
        }
        let (by_name, by_address) = (books.names.take(name, now), books.addresses.take(address, now));
        let taken = Taken::Pair { name, address, of_name: by_name.is_none(), of_address: by_address.is_none() };
        let Some(seconds) = by_name.max(by_address) else {
            return Ruling::Verify(Attempt { after: Duration::ZERO, retry: None, taken });
        };
        let waiting = books.waiting.entry(address).or_default();
        if *waiting >= WAITING {
            return Ruling::Wait { seconds };
        }
        *waiting += 1;
        Ruling::Verify(Attempt { after: SLOW, retry: Some(seconds), taken })
    }

    /// The held-back answer was given, or its asker went away.
    pub fn waited(&self, attempt: &Attempt) {
        let Taken::Pair { address, .. } = attempt.taken else { return };
        let mut books = self.books();
        if let Some(waiting) = books.waiting.get_mut(&address) {
            *waiting = waiting.saturating_sub(1);
            if *waiting == 0 {
                books.waiting.remove(&address);
            }
        }
    }

    /// The password was right: the pair or the browser starts afresh, the others get back what this attempt took.
    pub fn succeeded(&self, attempt: &Attempt, now: Timestamp) {
        let mut books = self.books();
        match attempt.taken {
            Taken::Browser(browser) => books.browsers.forget(&browser),
            Taken::Pair { name, address, of_name, of_address } => {
                books.pairs.forget(&(name, address));
                if of_name {
                    books.names.give_back(&name, now);
                }
                if of_address {
                    books.addresses.give_back(&address, now);
                }
            }
        }
    }

    /// The password was never looked at, for the database does not answer: nobody has guessed.
    pub fn unheard(&self, attempt: &Attempt, now: Timestamp) {
        let mut books = self.books();
        match attempt.taken {
            Taken::Browser(browser) => books.browsers.give_back(&browser, now),
            Taken::Pair { name, address, of_name, of_address } => {
                books.pairs.give_back(&(name, address), now);
                if of_name {
                    books.names.give_back(&name, now);
                }
                if of_address {
                    books.addresses.give_back(&address, now);
                }
            }
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A name without what makes no other name of it.
pub fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
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

    fn now() -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000)
    }

    fn guess(name: &str, address: IpAddr) -> Guess<'_> {
        Guess { name, address, browser: None }
    }

    /// Guesses whose passwords turn out to be wrong.
    fn fail(throttle: &Throttle, guess: Guess<'_>, times: u32) {
        for _ in 0..times {
            if let Ruling::Verify(attempt) = throttle.attempt(guess, now()) {
                throttle.waited(&attempt);
            }
        }
    }

    impl Ruling {
        fn after(&self) -> Option<Duration> {
            match self {
                Self::Verify(attempt) => Some(attempt.after),
                Self::Wait { .. } => None,
            }
        }
    }

    const AT_ONCE: Option<Duration> = Some(Duration::ZERO);

    #[test]
    fn guessing_at_one_name_from_one_address_has_to_wait_and_may_go_on_later() {
        let throttle = Throttle::default();
        fail(&throttle, guess("lm", HERE), 5);
        assert_eq!(throttle.attempt(guess("lm", HERE), now()), Ruling::Wait { seconds: 20 });
        assert_eq!(throttle.attempt(guess("LM ", HERE), now()), Ruling::Wait { seconds: 20 }, "the same name");
        assert_eq!(throttle.attempt(guess("lm", HERE), now().plus_seconds(20)).after(), AT_ONCE);
    }

    #[test]
    fn m1_a_password_nobody_could_look_at_is_no_guess() {
        let throttle = Throttle::default();
        for _ in 0..50 {
            let Ruling::Verify(attempt) = throttle.attempt(guess("lm", HERE), now()) else { panic!("no wait") };
            assert!(attempt.after.is_zero());
            throttle.unheard(&attempt, now());
        }
        fail(&throttle, guess("lm", HERE), 5);
        assert_eq!(throttle.attempt(guess("lm", HERE), now()), Ruling::Wait { seconds: 20 }, "wrong ones are");
    }

    #[test]
    fn nobody_is_locked_out_by_somebody_elses_guesses() {
        let throttle = Throttle::default();
        fail(&throttle, guess("lm", HERE), 8);
        assert_eq!(throttle.attempt(guess("wq", HERE), now()).after(), AT_ONCE, "another name");
        assert_eq!(throttle.attempt(guess("lm", THERE), now()).after(), AT_ONCE, "another address");
    }

    #[test]
    fn a_known_browser_gets_in_whatever_others_do_at_its_address_and_is_slow_to_guess_at_itself() {
        let throttle = Throttle::default();
        for n in 0..40 {
            fail(&throttle, guess(&format!("nobody{n}"), HERE), 1);
        }
        for _ in 0..WAITING {
            throttle.attempt(guess("wq", HERE), now());
        }
        fail(&throttle, guess("lm", HERE), 50);
        assert_eq!(throttle.attempt(guess("lm", HERE), now()).after(), None, "one nobody knows waits");
        let known = Guess { browser: Some("b1"), ..guess("lm", HERE) };
        assert_eq!(throttle.attempt(known, now()).after(), AT_ONCE);
        fail(&throttle, known, 4);
        assert_eq!(throttle.attempt(known, now()), Ruling::Wait { seconds: 20 });
        let other = Guess { browser: Some("b2"), ..known };
        assert_eq!(throttle.attempt(other, now()).after(), AT_ONCE, "another known browser");
    }

    #[test]
    fn a_name_guessed_at_from_everywhere_is_slowed_and_the_right_password_still_gets_in() {
        let throttle = Throttle::default();
        for n in 0..20 {
            fail(&throttle, guess("lm", IpAddr::from([192, 0, 2, n])), 1);
        }
        let Ruling::Verify(attempt) = throttle.attempt(guess("lm", HERE), now()) else { panic!("no wait") };
        assert_eq!((attempt.after, attempt.retry), (SLOW, Some(10)), "a wrong one is told to wait");
        assert_eq!(throttle.attempt(guess("wq", HERE), now()).after(), AT_ONCE, "another name");
    }

    #[test]
    fn an_address_that_guesses_at_every_name_is_slowed() {
        let throttle = Throttle::default();
        for n in 0..30 {
            fail(&throttle, guess(&format!("nobody{n}"), HERE), 1);
        }
        for n in 0..WAITING {
            assert_eq!(throttle.attempt(guess(&format!("other{n}"), HERE), now()).after(), Some(SLOW));
        }
        assert_eq!(throttle.attempt(guess("last", HERE), now()).after(), None, "too many at a time");
        assert_eq!(throttle.attempt(guess("wq", THERE), now()).after(), AT_ONCE);
    }

    #[test]
    fn guesses_at_the_same_moment_count_before_any_is_answered() {
        let throttle = Throttle::default();
        let address = |n: u32| IpAddr::from([198, 51, (n >> 8) as u8, n as u8]);
        let at_once = |guesses: &mut dyn Iterator<Item = Ruling>| guesses.filter(|one| one.after() == AT_ONCE).count();
        let of_name = at_once(&mut (0..300).map(|n| throttle.attempt(guess("lm", address(n)), now())));
        assert_eq!(of_name, NAME.tries as usize, "one name from everywhere");
        let names: Vec<String> = (0..300).map(|n| format!("nobody{n}")).collect();
        let of_address = at_once(&mut names.iter().map(|name| throttle.attempt(guess(name, HERE), now())));
        assert_eq!(of_address, ADDRESS.tries as usize, "one address at every name");
    }

    #[test]
    fn the_right_password_gives_back_what_it_took() {
        let throttle = Throttle::default();
        for _ in 0..200 {
            let Ruling::Verify(attempt) = throttle.attempt(guess("lm", HERE), now()) else { panic!("no wait") };
            assert_eq!(attempt.after, Duration::ZERO);
            throttle.succeeded(&attempt, now());
        }
    }
}
