//! When and where somebody had reason to complain: by troubles, at planted places, where coverage is weak, and otherwise.

use domain::check::Cause;
use domain::time::Timestamp;

use super::City;
use super::alarms::Trouble;
use super::almanac::{self, Almanac, later};
use super::dice::Dice;
use super::ground::Spot;
use super::places::Kind;
use super::planted::{Case, is_quiet};
use super::script::Halt;
use super::sites::{Mount, Site, Zone};

/// Whether a complaint goes its way or is caught at a step, so that every state is seen at any hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    ItsWay,
    Stays(Halt),
}

/// Somebody had reason to complain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occasion {
    pub at: Timestamp,
    pub place: usize,
    pub site: Option<usize>,
    pub cause: Cause,
    pub planted: bool,
    pub goes: Goes,
}

impl Occasion {
    /// Nothing more is known of it than when, where and why.
    pub const fn on_its_way(at: Timestamp, place: usize, cause: Cause) -> Self {
        Self { at, place, site: None, cause, planted: false, goes: Goes::ItsWay }
    }
}

const BY_TROUBLE: usize = 310;
const WEAK: usize = 190;
const OTHERWISE: usize = 225;
/// What is caught where, and how many hours after its arrival: overdue ones and ones about to be.
const CAUGHT: [(Halt, f64); 48] = [
    (Halt::Unaccepted, 0.12),
    (Halt::Unaccepted, 0.25),
    (Halt::Unaccepted, 0.4),
    (Halt::Unaccepted, 0.45),
    (Halt::Unaccepted, 2.6),
    (Halt::Unaccepted, 5.2),
    (Halt::Accepted, 0.6),
    (Halt::Accepted, 1.4),
    (Halt::Accepted, 1.7),
    (Halt::Accepted, 4.5),
    (Halt::Accepted, 9.0),
    (Halt::Contacted, 8.0),
    (Halt::Contacted, 20.0),
    (Halt::Contacted, 34.5),
    (Halt::Contacted, 37.0),
    (Halt::Contacted, 39.5),
    (Halt::Contacted, 41.2),
    (Halt::Contacted, 43.0),
    (Halt::Contacted, 46.5),
    (Halt::Contacted, 52.0),
    (Halt::Contacted, 71.0),
    (Halt::AtDepartment, 16.0),
    (Halt::AtDepartment, 28.0),
    (Halt::AtDepartment, 49.0),
    (Halt::AtContractor, 9.0),
    (Halt::AtContractor, 22.0),
    (Halt::AtContractor, 38.0),
    (Halt::AtContractor, 60.0),
    (Halt::WaitsForCustomer, 26.0),
    (Halt::WaitsForCustomer, 47.0),
    (Halt::Held, 70.0),
    (Halt::Held, 160.0),
    (Halt::Answered, 24.0),
    (Halt::Answered, 50.0),
    (Halt::AtTester, 12.0),
    (Halt::AtTester, 27.0),
    (Halt::Declaring, 3.0),
    (Halt::Declaring, 6.5),
    (Halt::Reviewing, 14.0),
    (Halt::Reviewing, 26.0),
    (Halt::Mobilising, 30.0),
    (Halt::Mobilising, 52.0),
    (Halt::Deciding, 70.0),
    (Halt::MajorAnswered, 90.0),
    (Halt::Drafting, 20.0),
    (Halt::Revising, 40.0),
    (Halt::Approving, 60.0),
    (Halt::Summarised, 120.0),
];

/// Every occasion of thirty days.
pub(super) fn occasions(
    dice: &mut Dice,
    almanac: Almanac,
    city: &City,
    sites: &[Site],
    troubles: &[Trouble],
    cases: &[Case],
    quiet: &[(Spot, f64)],
) -> Vec<Occasion> {
    let mut all = planted(dice, almanac, cases);
    let lately: Vec<&Trouble> = troubles.iter().filter(|trouble| trouble.until > almanac.ago(29.0 * 24.0)).collect();
    let mut by_trouble = 0;
    // Not every trouble has people near by; there are enough that do.
    for _ in 0..BY_TROUBLE * 6 {
        if by_trouble < BY_TROUBLE {
            let trouble = lately[dice.below(lately.len())];
            let found = after(dice, almanac, city, sites, trouble, quiet);
            by_trouble += usize::from(found.is_some());
            all.extend(found);
        }
    }
    let free: Vec<usize> = (0..city.places.len()).filter(|index| !is_quiet(quiet, city.places[*index].at)).collect();
    let enclosed =
        |index: &usize| matches!(city.places[*index].kind, Kind::Estate | Kind::Village | Kind::House | Kind::Plant);
    let weak: Vec<usize> = free.iter().copied().filter(enclosed).collect();
    for number in 0..WEAK + OTHERWISE {
        let at = some_time(dice, almanac);
        let (among, cause) = if number < WEAK { (&weak, Cause::WeakCoverage) } else { (&free, Cause::NothingFound) };
        all.push(Occasion::on_its_way(at, *dice.pick(among), cause));
    }
    for (halt, hours) in CAUGHT {
        let broken = matches!(halt, Halt::AtContractor | Halt::AtDepartment) || dice.chance(0.4);
        let cause = if broken { Cause::Fault } else { Cause::WeakCoverage };
        let at = almanac.ago(hours);
        all.push(Occasion { goes: Goes::Stays(halt), ..Occasion::on_its_way(at, *dice.pick(&free), cause) });
    }
    all
}

/// At the planted places, as long as their cause has lasted.
fn planted(dice: &mut Dice, almanac: Almanac, cases: &[Case]) -> Vec<Occasion> {
    let mut all = Vec::with_capacity(64);
    for case in cases {
        let (count, hours) = match case.cause {
            Cause::Fault => (9, 25.0),
            Cause::Outage => (10, 5.6 * 24.0),
            Cause::Interference => (8, 3.2 * 24.0),
            Cause::PlannedWork => (6, 19.0),
            Cause::Relocation | Cause::WeakCoverage | Cause::NothingFound | Cause::Unknown => (11, 29.0 * 24.0),
        };
        for _ in 0..count {
            let at = almanac.ago(dice.between(0.4, hours));
            all.push(Occasion {
                at,
                place: case.place,
                site: case.site,
                cause: case.cause,
                planted: true,
                goes: Goes::ItsWay,
            });
        }
    }
    all
}

/// Somebody near a trouble while it lasted.
fn after(
    dice: &mut Dice,
    almanac: Almanac,
    city: &City,
    sites: &[Site],
    trouble: &Trouble,
    quiet: &[(Spot, f64)],
) -> Option<Occasion> {
    let site = &sites[trouble.site];
    let reach = match (site.mount, site.zone) {
        (Mount::Indoor, _) => 40.0,
        (Mount::Micro, _) => 150.0,
        (Mount::Macro, Zone::Core | Zone::Urban) => 420.0,
        (Mount::Macro, Zone::Suburban | Zone::Rural) => 1_200.0,
    };
    let near: Vec<usize> = (0..city.places.len())
        .filter(|index| city.places[*index].at.distance(site.at) < reach && !is_quiet(quiet, city.places[*index].at))
        .collect();
    if near.is_empty() {
        return None;
    }
    let from = trouble.from.max(almanac.ago(29.5 * 24.0));
    let hours = almanac.now.min(trouble.until).seconds_since(from) as f64 / 3_600.0;
    if hours < 0.2 {
        return None;
    }
    // People complain soon; at night they sleep on it.
    let soon = hours.min(if trouble.cause == Cause::Fault { 12.0 } else { 200.0 });
    let at = (0..6)
        .map(|_| later(from, dice.between(0.1_f64.min(soon), soon)))
        .find(|at| (7.0..23.5).contains(&almanac::hour(*at)))?;
    Some(Occasion {
        at,
        place: *dice.pick(&near),
        site: Some(trouble.site),
        cause: trouble.cause,
        planted: false,
        goes: Goes::ItsWay,
    })
}

/// Some time of the thirty days: by day more than by night, on working days more than at weekends.
fn some_time(dice: &mut Dice, almanac: Almanac) -> Timestamp {
    loop {
        let days_ago = dice.whole(0, 29);
        let at = hour_of_day(dice, almanac, days_ago);
        let kept = !almanac::is_weekend(at) || dice.chance(0.55);
        if kept && at < almanac.now {
            return at;
        }
    }
}

/// Some time of a day so many days ago, by day more than by night.
pub(super) fn hour_of_day(dice: &mut Dice, almanac: Almanac, days_ago: i64) -> Timestamp {
    const HOURS: [(i64, u32); 17] = [
        (7, 2),
        (8, 6),
        (9, 11),
        (10, 12),
        (11, 10),
        (12, 5),
        (13, 5),
        (14, 9),
        (15, 10),
        (16, 9),
        (17, 8),
        (18, 6),
        (19, 7),
        (20, 7),
        (21, 5),
        (22, 3),
        (23, 1),
    ];
    let hour = *dice.weighted(&HOURS) as f64 + dice.between(0.0, 0.99);
    almanac.at(days_ago, hour)
}
