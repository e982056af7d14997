//! 往年投诉: as many complaints as a province has, over a year at most, each with everything that was done about it. What a
//! branch of any age looks like, and what its lists are measured on.

use domain::check::Cause;
use domain::time::Timestamp;
use ran::element::Element;

use super::City;
use super::almanac::Almanac;
use super::complaints::{self, Customer, DemoComplaint};
use super::dice::Dice;
use super::occasions::{self, Occasion};
use super::places::Kind;
use super::words;

/// As many as a branch of the city's size has in a month.
const A_MONTH: u32 = 700;
/// Over how many days they are spread: as many as a branch of the city's size takes, a year at most.
const DAYS: std::ops::RangeInclusive<u32> = 30..=365;
/// There is one customer for so many complaints.
const CUSTOMER_OF: u32 = 3;

/// How much lies behind the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Past {
    /// Complaints in all; fewer than the city has of its own add none.
    pub complaints: u32,
    /// Over how many days those beyond the city's own are spread; as many as a branch of its size takes, a year at most, where
    /// nothing is said.
    pub days: Option<u32>,
}

/// The ground they stand on, and how many there are on each day.
#[derive(Debug)]
pub struct Years {
    seed: u64,
    almanac: Almanac,
    city: City,
    cells: Vec<Vec<Element>>,
    enclosed: Vec<usize>,
    anywhere: Vec<usize>,
    customers: u32,
    count: u32,
    days: u32,
}

impl Years {
    pub(super) fn of(seed: u64, almanac: Almanac, city: City, cells: Vec<Vec<Element>>, past: Past) -> Self {
        let kind = |index: &usize| {
            matches!(city.places[*index].kind, Kind::Estate | Kind::Village | Kind::House | Kind::Plant)
        };
        let anywhere: Vec<usize> = (0..city.places.len()).collect();
        let enclosed = anywhere.iter().copied().filter(kind).collect();
        let count = past.complaints;
        let days = past.days.unwrap_or_else(|| (count / (A_MONTH / 30)).clamp(*DAYS.start(), *DAYS.end())).max(1);
        let customers = (count / CUSTOMER_OF).clamp(1, 1_000_000);
        Self { seed, almanac, city, cells, enclosed, anywhere, customers, count, days }
    }

    /// How many there are in all, at most: what would arrive only after now has not happened.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The days, the oldest first, as days before now.
    pub fn days(&self) -> impl Iterator<Item = u32> + use<> {
        (0..self.days).rev()
    }

    /// How many arrive on a day at most, and a time on it.
    pub(super) fn most_on(&self, days_ago: u32) -> (u32, Timestamp) {
        let among = self.among(days_ago);
        (among.end - among.start, self.almanac.at(i64::from(days_ago), 12.0))
    }

    fn among(&self, days_ago: u32) -> std::ops::Range<u32> {
        let turn = self.days - 1 - days_ago;
        let until = |turn: u32| u64::from(self.count) * u64::from(turn) / u64::from(self.days);
        until(turn) as u32..until(turn + 1) as u32
    }

    /// The complaints of a day. The same again for the same seed, whichever day is asked for first.
    pub fn on(&self, days_ago: u32) -> Vec<DemoComplaint> {
        let turn = self.days - 1 - days_ago;
        let mut dice = Dice::of(self.seed, &format!("years-{turn}"));
        let anybody = |dice: &mut Dice| self.customer(dice.whole(0, i64::from(self.customers) - 1));
        let mut all: Vec<DemoComplaint> = self
            .among(days_ago)
            .filter_map(|number| {
                let weak = dice.chance(0.45);
                let (among, cause) =
                    if weak { (&self.enclosed, Cause::WeakCoverage) } else { (&self.anywhere, Cause::NothingFound) };
                let at = occasions::hour_of_day(&mut dice, self.almanac, i64::from(days_ago));
                let occasion = Occasion::on_its_way(at, *dice.pick(among), cause);
                // Behind the numbers of the city's own thirty days.
                let index = 100_000 + number as usize;
                complaints::one(&mut dice, self.almanac, &self.city, &self.cells, &anybody, index, occasion)
            })
            .collect();
        all.sort_by_key(|complaint| complaint.at);
        all
    }

    fn customer(&self, index: i64) -> Customer {
        Customer::of(index, words::person(&mut Dice::of(self.seed, &format!("customer-{index}"))))
    }
}

/// The same action, promising nothing: problem locations are told of the city's own thirty days.
pub(super) fn without_plan(action: domain::flow::Action) -> domain::flow::Action {
    use domain::complaint::Resolution;
    use domain::flow::Action;
    match action {
        Action::Close { cause, attribution, plan: Some(_), remark, .. } => {
            Action::Close { cause, attribution, resolution: Some(Resolution::Explained), plan: None, remark }
        }
        other => other,
    }
}
