//! Who and where complained lately, in memory: repeats and crowds are seen at intake without a query.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::id::ComplaintId;
use domain::place::LonLat;
use domain::time::Timestamp;
use ran::geo::Circle;
use store::Signal;

/// How far back repeats count: 30 days (domain.md §6).
pub const WINDOW_SECONDS: i64 = 30 * 86_400;
/// How far back a crowd counts: 24 hours (domain.md §7).
const CROWD_SECONDS: i64 = 86_400;
/// How near counts as the same place, metres.
const CROWD_METRES: f64 = 500.0;
/// A grid square is at least the crowd's radius in either direction up to 60° of latitude, so nine squares hold it.
const SQUARE_DEGREES: f64 = 0.01;

/// Lately received complaints by phone and by place, each at the time the customer complained: an order of last month is no
/// crowd of today because it was imported today.
#[derive(Debug, Default)]
pub struct Recent(Mutex<Maps>);

#[derive(Debug, Default)]
struct Maps {
    phones: HashMap<String, Vec<(Timestamp, ComplaintId)>>,
    squares: HashMap<(i32, i32), Vec<Signal>>,
}

/// What a note added, so that it can be taken back.
#[derive(Debug)]
pub struct Noted {
    signal: Signal,
    phone: bool,
    place: bool,
}

impl Recent {
    /// Takes what the store remembers.
    pub fn fill(&self, signals: Vec<Signal>) {
        for signal in signals {
            self.note(signal);
        }
    }

    /// Remembers a complaint. The same one again adds nothing.
    pub fn note(&self, signal: Signal) -> Noted {
        let mut maps = self.lock();
        let (mut phone, mut place) = (false, false);
        if let Some(digest) = &signal.digest {
            let times = maps.phones.entry(digest.clone()).or_default();
            times.retain(|(time, _)| signal.at.seconds_since(*time) <= WINDOW_SECONDS);
            phone = !times.iter().any(|(at, id)| *at == signal.at || *id == signal.complaint);
            if phone {
                times.push((signal.at, signal.complaint));
            }
        }
        if let Some(point) = signal.point {
            let near = maps.squares.entry(square(point)).or_default();
            near.retain(|known| signal.at.seconds_since(known.at) <= CROWD_SECONDS);
            place = !near.iter().any(|known| is_same(known, &signal));
            if place {
                near.push(signal.clone());
            }
        }
        Noted { signal, phone, place }
    }

    /// Forgets what a note added: the complaint was not accepted after all.
    pub fn forget(&self, noted: &Noted) {
        let Noted { signal, phone, place } = noted;
        let mut maps = self.lock();
        let times = signal.digest.as_ref().filter(|_| *phone).and_then(|digest| maps.phones.get_mut(digest));
        if let Some(times) = times
            && let Some(at) = times.iter().position(|(_, id)| *id == signal.complaint)
        {
            times.swap_remove(at);
        }
        let near = signal.point.filter(|_| *place).and_then(|point| maps.squares.get_mut(&square(point)));
        if let Some(near) = near
            && let Some(at) = near.iter().position(|known| known.complaint == signal.complaint)
        {
            near.swap_remove(at);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Maps> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Earlier complaints of this phone within 30 days before `at`.
    pub fn repeats(&self, digest: &str, at: Timestamp) -> u32 {
        let maps = self.lock();
        maps.phones.get(digest).map_or(0, |times| {
            times.iter().filter(|(time, _)| (0..=WINDOW_SECONDS).contains(&at.seconds_since(*time))).count() as u32
        })
    }

    /// Complaints within 500 m in the 24 hours before `at`.
    pub fn nearby(&self, place: LonLat, at: Timestamp) -> u32 {
        let maps = self.lock();
        let (x, y) = square(place);
        let crowd = Circle::around(place, CROWD_METRES);
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        around
            .filter_map(|key| maps.squares.get(&key))
            .flatten()
            .filter(|known| {
                (0..=CROWD_SECONDS).contains(&at.seconds_since(known.at))
                    && known.point.is_some_and(|other| crowd.holds(other))
            })
            .count() as u32
    }
}

/// The same complaint, or the same customer's of the same minute and place: without a phone nothing tells two customers apart,
/// and they count as two.
fn is_same(known: &Signal, new: &Signal) -> bool {
    // Times differ first: a crowd of thousands is gone through at every complaint.
    let alike = new.digest.is_some() && (known.at, known.point, &known.digest) == (new.at, new.point, &new.digest);
    known.complaint == new.complaint || alike
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
        let id = ComplaintId(uuid::Uuid::from_u128(7));
        let signal = Signal { complaint: id, digest: Some("d".into()), point: Some(here), at: now.plus_seconds(-3600) };
        let noted = recent.note(signal.clone());
        // The same complaint again is no other one, and taking it back leaves the first.
        recent.forget(&recent.note(signal));
        assert_eq!((recent.repeats("d", now), recent.nearby(here, now)), (1, 1));
        assert_eq!((recent.repeats("e", now), recent.nearby(there, now)), (0, 0));
        assert_eq!(recent.nearby(here, now.plus_seconds(2 * 86_400)), 0);
        assert_eq!(recent.repeats("d", now.plus_seconds(2 * 86_400)), 1);
        assert_eq!(recent.repeats("d", now.plus_seconds(31 * 86_400)), 0);
        recent.forget(&noted);
        assert_eq!((recent.repeats("d", now), recent.nearby(here, now)), (0, 0));
    }
}
