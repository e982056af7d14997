//! Who and where complained lately, in memory: repeats and crowds are seen at intake without a query.

use std::collections::HashMap;
use std::sync::Mutex;

use domain::place::LonLat;
use domain::time::Timestamp;
use store::Signal;

/// How far back repeats count: 30 days (domain.md §6).
pub const WINDOW_SECONDS: i64 = 30 * 86_400;
/// How far back a crowd counts: 24 hours (domain.md §7).
const CROWD_SECONDS: i64 = 86_400;
/// How near counts as the same place, metres.
const CROWD_METRES: f64 = 500.0;
/// A grid square is at least the crowd's radius in either direction up to 60° of latitude, so nine squares hold it.
const SQUARE_DEGREES: f64 = 0.01;

/// Lately received complaints by phone and by place.
#[derive(Debug, Default)]
pub struct Recent(Mutex<Maps>);

#[derive(Debug, Default)]
struct Maps {
    phones: HashMap<String, Vec<Timestamp>>,
    squares: HashMap<(i32, i32), Vec<(LonLat, Timestamp)>>,
}

impl Recent {
    /// Takes what the store remembers.
    pub fn fill(&self, signals: Vec<Signal>) {
        for signal in signals {
            self.note(signal.digest.as_deref(), signal.point, signal.received);
        }
    }

    /// Remembers a complaint.
    pub fn note(&self, digest: Option<&str>, place: Option<LonLat>, at: Timestamp) {
        let mut maps = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(digest) = digest {
            let times = maps.phones.entry(digest.to_owned()).or_default();
            times.retain(|time| at.seconds_since(*time) <= WINDOW_SECONDS);
            times.push(at);
        }
        if let Some(place) = place {
            let square = maps.squares.entry(square(place)).or_default();
            square.retain(|(_, time)| at.seconds_since(*time) <= CROWD_SECONDS);
            square.push((place, at));
        }
    }

    /// Earlier complaints of this phone within 30 days before `at`.
    pub fn repeats(&self, digest: &str, at: Timestamp) -> u32 {
        let maps = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        maps.phones.get(digest).map_or(0, |times| {
            times.iter().filter(|time| (0..=WINDOW_SECONDS).contains(&at.seconds_since(**time))).count() as u32
        })
    }

    /// Complaints within 500 m in the 24 hours before `at`.
    pub fn nearby(&self, place: LonLat, at: Timestamp) -> u32 {
        let maps = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (x, y) = square(place);
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        around
            .filter_map(|key| maps.squares.get(&key))
            .flatten()
            .filter(|(other, time)| {
                (0..=CROWD_SECONDS).contains(&at.seconds_since(*time))
                    && ran::geo::distance_m(*other, place) <= CROWD_METRES
            })
            .count() as u32
    }
}

fn square(place: LonLat) -> (i32, i32) {
    ((place.lon() / SQUARE_DEGREES).floor() as i32, (place.lat() / SQUARE_DEGREES).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m14_repeats_and_crowds_fade_with_time_and_distance() {
        let recent = Recent::default();
        let here = LonLat::new(104.0, 30.6).expect("a place");
        let there = LonLat::new(104.02, 30.6).expect("a place");
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        recent.note(Some("d"), Some(here), now.plus_seconds(-3600));
        assert_eq!((recent.repeats("d", now), recent.nearby(here, now)), (1, 1));
        assert_eq!((recent.repeats("e", now), recent.nearby(there, now)), (0, 0));
        assert_eq!(recent.nearby(here, now.plus_seconds(2 * 86_400)), 0);
        assert_eq!(recent.repeats("d", now.plus_seconds(2 * 86_400)), 1);
        assert_eq!(recent.repeats("d", now.plus_seconds(31 * 86_400)), 0);
    }
}
