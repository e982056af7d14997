//! The present time and fresh randomness, as arguments to everything below (architecture, invariant 6).

use std::sync::atomic::{AtomicI64, Ordering};

use domain::time::Timestamp;
use rand::RngExt;
use uuid::Uuid;

/// Where the present comes from: the machine, or a test that moves it by hand.
pub trait Clock: Send + Sync + 'static {
    /// The present.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the present enters")]
    fn now(&self) -> Timestamp {
        jiff::Timestamp::now().into()
    }
}

/// A clock moved by hand, for tests and for composing the demo city's past.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl HandClock {
    /// Stands at that instant.
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_micros()))
    }

    /// Moves to that instant.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_micros(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A fresh `UUIDv7` of that instant.
pub fn fresh_uuid(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_micros().div_euclid(1000)).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rand::rng().random()).into_uuid()
}

/// A fresh secret of 256 random bits, as 64 hexadecimal digits: session and access tokens.
pub fn fresh_token() -> String {
    hex::encode(rand::rng().random::<[u8; 32]>())
}
