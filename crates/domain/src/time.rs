//! Instants as the house stores and speaks them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in UTC, whole microseconds since 1970.
///
/// Truncated on construction, so that a value read back from either database equals the one written.
/// Serialises as RFC 3339 with `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text that is not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 instant: {0}")]
pub struct NotAnInstant(pub String);

impl Timestamp {
    /// Before everything: the first inventory holds for all earlier dates (`issue: cells are versioned by validity`).
    pub const BEGINNING: Self = Self(-62_135_596_800_000_000);
    /// After everything: the end of what has no end yet.
    pub const END: Self = Self(253_402_207_200_000_000);

    /// The instant that many microseconds after 1970, held within the years 1 to 9999.
    pub const fn from_micros(micros: i64) -> Self {
        if micros < Self::BEGINNING.0 {
            Self::BEGINNING
        } else if micros > Self::END.0 {
            Self::END
        } else {
            Self(micros)
        }
    }

    /// Microseconds since 1970, as stored.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The same instant as jiff knows it.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// This instant moved by whole seconds, held within the years 1 to 9999.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// The next instant there is, a microsecond later.
    #[must_use]
    pub const fn next(self) -> Self {
        Self::from_micros(self.0.saturating_add(1))
    }

    /// Whole seconds from `earlier` to this instant, negative when it is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1_000_000)
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(value: jiff::Timestamp) -> Self {
        Self::from_micros(value.as_microsecond())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = NotAnInstant;

    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        text.parse::<jiff::Timestamp>().map(Self::from).map_err(|_| NotAnInstant(text.to_owned()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_instant_reads_back_the_same() {
        let at: Timestamp = "2026-03-04T09:15:00.123456789+08:00".parse().expect("an instant");
        assert_eq!(at.to_string(), "2026-03-04T01:15:00.123456Z");
        assert_eq!(Timestamp::from_micros(at.as_micros()), at);
    }

    #[test]
    fn seconds_count_forward_and_back() {
        let at = Timestamp::from_micros(0);
        assert_eq!(at.plus_seconds(90).seconds_since(at), 90);
        assert_eq!(at.seconds_since(at.plus_seconds(90)), -90);
    }
}
