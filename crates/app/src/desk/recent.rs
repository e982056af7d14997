//! Who and where complained lately, in memory: repeats and crowds are seen at intake without a query.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::id::ComplaintId;
use domain::place::LonLat;
use domain::time::Timestamp;
use store::Signal;

mod crowd;

use crowd::Crowds;

/// How far back repeats count: 30 days (domain.md §6).
pub const WINDOW_SECONDS: i64 = 30 * 86_400;
/// What lies farther back than this behind the newest is let go of, once a week: a start takes in a month and would look through
/// all of it for each of its days. Twice what counts: whoever imports last month's orders beside today's is still told of their repeats.
const KEPT_SECONDS: i64 = 2 * WINDOW_SECONDS;
const SWEPT_EVERY_SECONDS: i64 = 7 * 86_400;

/// Lately received complaints by phone and by place, each at the time the customer complained: an order of last month is no
/// crowd of today because it was imported today.
#[derive(Debug, Default)]
pub struct Recent(Mutex<Maps>);

#[derive(Debug, Default)]
struct Maps {
    phones: HashMap<String, Vec<(Timestamp, ComplaintId)>>,
    crowds: Crowds,
    /// The newest when what was too old was last let go of.
    swept: Option<Timestamp>,
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
        maps.sweep(signal.at);
        let mut phone = false;
        if let Some(digest) = &signal.digest {
            let times = maps.phones.entry(digest.clone()).or_default();
            times.retain(|(time, _)| signal.at.seconds_since(*time) <= WINDOW_SECONDS);
            phone = !times.iter().any(|(at, id)| *at == signal.at || *id == signal.complaint);
            if phone {
                times.push((signal.at, signal.complaint));
            }
        }
        let place = maps.crowds.note(&signal);
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
        if *place {
            maps.crowds.forget(signal);
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
        self.lock().crowds.around(place, at)
    }
}

impl Maps {
    /// A service runs for months: phones and places that complained once would stay for as long.
    fn sweep(&mut self, newest: Timestamp) {
        if self.swept.is_some_and(|swept| newest.seconds_since(swept) < SWEPT_EVERY_SECONDS) {
            return;
        }
        self.swept = Some(newest);
        let kept = newest.plus_seconds(-KEPT_SECONDS);
        self.phones.retain(|_, times| {
            times.retain(|(time, _)| *time >= kept);
            !times.is_empty()
        });
        self.crowds.forget_before(kept);
    }
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

    #[test]
    fn what_complained_once_is_let_go_of_some_day() {
        let recent = Recent::default();
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let days = |number: i64| now.plus_seconds(number * 86_400);
        let signal = |number: i64| Signal {
            complaint: ComplaintId(uuid::Uuid::from_u128(number as u128)),
            digest: Some(number.to_string()),
            point: LonLat::new(104.0 + number as f64 / 10.0, 30.6).ok(),
            at: days(number),
        };
        for day in 0..=12 * 7 {
            recent.note(signal(day));
        }
        let maps = recent.lock();
        let kept = 1 + KEPT_SECONDS / 86_400;
        assert_eq!((maps.phones.len() as i64, maps.crowds.places() as i64), (kept, kept));
    }
}
