//! 群体投诉: who complained where, in small squares and in the order of time. A crowd is counted by the lengths of the squares
//! that lie wholly within its reach: it is largest when there is least time to look at everybody in it.

use std::collections::{HashMap, VecDeque};

use domain::place::LonLat;
use domain::time::Timestamp;
use ran::geo::Circle;
use store::Signal;

/// How far back a crowd counts: 24 hours (domain.md §7).
const CROWD_SECONDS: i64 = 86_400;
/// How near counts as the same place, metres.
const CROWD_METRES: f64 = 500.0;
/// A square is 111 m high, and 111 m wide at the equator.
const SQUARE_DEGREES: f64 = 0.001;
/// So many squares to either side reach as far as a crowd does up to 60° of latitude, and so many up and down.
const COLUMNS: i32 = 9;
const ROWS: i32 = 5;
/// Fewer complaints than this are looked at sooner than the corners of their square.
const WORTH_CORNERS: usize = 8;

/// Complaints with a place.
#[derive(Debug, Default)]
pub(super) struct Crowds(HashMap<(i32, i32), VecDeque<Signal>>);

impl Crowds {
    /// Adds a complaint; nothing where it is known already.
    pub fn note(&mut self, signal: &Signal) -> bool {
        let Some(point) = signal.point else { return false };
        let there = self.0.entry(square(point)).or_default();
        while there.front().is_some_and(|known| signal.at.seconds_since(known.at) > CROWD_SECONDS) {
            there.pop_front();
        }
        let new = !there.iter().any(|known| is_same(known, signal));
        if new {
            there.insert(there.partition_point(|known| known.at <= signal.at), signal.clone());
        }
        new
    }

    /// Takes a complaint back.
    pub fn forget(&mut self, signal: &Signal) {
        if let Some(there) = signal.point.and_then(|point| self.0.get_mut(&square(point)))
            && let Some(at) = there.iter().position(|known| known.complaint == signal.complaint)
        {
            there.remove(at);
        }
    }

    /// Lets go of all that was before a time.
    pub fn forget_before(&mut self, time: Timestamp) {
        self.0.retain(|_, there| {
            there.drain(..there.partition_point(|known| known.at < time));
            !there.is_empty()
        });
    }

    /// Squares anybody is known of.
    #[cfg(test)]
    pub fn places(&self) -> usize {
        self.0.len()
    }

    /// Complaints within 500 m in the 24 hours before `at`.
    pub fn around(&self, place: LonLat, at: Timestamp) -> u32 {
        let reach = Circle::around(place, CROWD_METRES);
        // The edges of a square bulge by less than a millimetre: with its corners a metre inside all of it is.
        let surely = Circle::around(place, CROWD_METRES - 1.0);
        let since = at.plus_seconds(-CROWD_SECONDS);
        let (x, y) = square(place);
        let squares = (x - COLUMNS..=x + COLUMNS).flat_map(|x| (y - ROWS..=y + ROWS).map(move |y| (x, y)));
        let in_square = |square| {
            let Some(there) = self.0.get(&square) else { return 0 };
            let from = there.partition_point(|known| known.at < since);
            let to = from.max(there.partition_point(|known| known.at <= at));
            if to - from >= WORTH_CORNERS && lies_in(square, &surely) {
                return to - from;
            }
            there.range(from..to).filter(|known| known.point.is_some_and(|other| reach.holds(other))).count()
        };
        squares.map(in_square).sum::<usize>() as u32
    }
}

fn square(place: LonLat) -> (i32, i32) {
    ((place.lon() / SQUARE_DEGREES).floor() as i32, (place.lat() / SQUARE_DEGREES).floor() as i32)
}

/// Whether each corner of a square does.
fn lies_in((x, y): (i32, i32), circle: &Circle) -> bool {
    let degrees = |lines: i32| f64::from(lines) * SQUARE_DEGREES;
    [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)]
        .into_iter()
        .all(|(x, y)| LonLat::new(degrees(x), degrees(y)).is_ok_and(|corner| circle.holds(corner)))
}

/// The same complaint, or the same customer's of the same minute and place: without a phone nothing tells two customers apart,
/// and they count as two.
fn is_same(known: &Signal, new: &Signal) -> bool {
    // Times differ first.
    let alike = new.digest.is_some() && (known.at, known.point, &known.digest) == (new.at, new.point, &new.digest);
    known.complaint == new.complaint || alike
}

#[cfg(test)]
mod tests {
    use domain::id::ComplaintId;
    use proptest::prelude::*;
    use ran::geo::distance_m;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    fn complaint(number: usize, (east, north): (f64, f64), lat: f64, ago_seconds: i64) -> Signal {
        Signal {
            complaint: ComplaintId(uuid::Uuid::from_u128(number as u128)),
            digest: None,
            point: LonLat::new(104.0 + east, lat + north).ok(),
            at: NOW.plus_seconds(-ago_seconds),
        }
    }

    proptest! {
        #[test]
        fn m14_a_crowd_is_as_large_as_if_everybody_were_counted(
            lat in -59.0..59.0f64,
            others in prop::collection::vec(((-0.012..0.012f64, -0.007..0.007f64), 0..200_000i64, 1..30usize), 0..60),
            ago in 0..100_000i64,
        ) {
            let mut crowds = Crowds::default();
            let here = LonLat::new(104.0, lat).expect("a place");
            // Many come from one place, as from one building.
            let all: Vec<Signal> = others.iter().flat_map(|(to, ago, count)| {
                (0..*count).map(move |more| (*to, ago + more as i64 * 600))
            }).enumerate().map(|(number, (to, ago))| complaint(number, to, lat, ago)).collect();
            // From the oldest on: as a new one comes in, those of the day before leave its square.
            let mut sorted = all.clone();
            sorted.sort_by_key(|signal| signal.at);
            for signal in &sorted {
                prop_assert!(crowds.note(signal));
                prop_assert!(!crowds.note(signal));
            }
            crowds.forget_before(NOW.plus_seconds(-250_000));
            for at in [NOW, sorted.last().map_or(NOW, |last| last.at).plus_seconds(ago)] {
                let counted = all.iter().filter(|known| {
                    (0..=CROWD_SECONDS).contains(&at.seconds_since(known.at))
                        && known.point.is_some_and(|point| distance_m(point, here) <= CROWD_METRES)
                }).count();
                prop_assert_eq!(crowds.around(here, at) as usize, counted);
            }
            for signal in &sorted {
                crowds.forget(signal);
            }
            prop_assert_eq!(crowds.around(here, NOW), 0);
        }
    }
}
