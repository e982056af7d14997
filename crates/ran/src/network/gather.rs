//! Which elements could serve a place, and what each stands for at a time.
//!
//! An element could serve when its predicted level is usable and within a margin of the strongest one on air; an indoor
//! element or repeater close by counts whatever its level outdoors. The angle off the axis only lowers the level. Elements
//! that moved away, were removed or are not on air are gathered by what they gave or would give there.
//!
//! Elements of one site lie side by side and differ in direction only: what their place and height decide is worked out once.

use domain::place::LonLat;
use domain::time::Timestamp;

use super::slot::Slot;
use super::{Network, Question};
use crate::element::Environment;
use crate::geo::{self, Eye, Sight};
use crate::propagation::{Loss, Model, Path};

/// An element this close to where it stood before has not moved (issue 2: moved by more than 50 m).
pub(super) const MOVED_M: f64 = 50.0;
/// A removal or move older than this explains no complaint of today; a new station farther off than this is no news.
const CHANGE_WINDOW_S: i64 = 180 * 24 * 3600;
/// Indoor elements and repeaters up to here count whatever their level outdoors.
const NEAR_M: f64 = 200.0;
/// In the densest city no more than this many of the strongest are candidates (docs/network-check.md: the measured cell is
/// among the first 110 in 99.5 of 100 cases).
const MOST: usize = 200;
/// The place is never taken to be vaguer than this when gathering.
const VAGUEST_M: f64 = 1_000.0;

/// What a version of an element stands for at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Standing {
    /// On air.
    Serving,
    /// In the inventory, not on air; since when, and whether it was before.
    OffAir { since: Timestamp, served_before: bool },
    /// It stood here before it moved.
    Moved { at: Timestamp, metres: f64 },
    /// It stood here before it left the inventory.
    Removed { at: Timestamp },
    /// It will stand here.
    NotYet { from: Timestamp },
}

/// An element version that could serve, or could have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub slot: u32,
    pub identity: u32,
    pub standing: Standing,
    pub distance_m: f64,
    pub bearing_deg: f64,
    pub off_axis_deg: f64,
    pub level_dbm: f64,
}

impl Found {
    /// Whether it is where the element stood before.
    pub fn moved(&self) -> bool {
        matches!(self.standing, Standing::Moved { .. })
    }
}

impl Network {
    /// All that could serve the place, by way of the tree; in no particular order.
    pub(super) fn gather(&self, question: &Question) -> Vec<Found> {
        let rule = Rule::of(question, self);
        let mut found = Vec::with_capacity(2 * MOST);
        let mut best = f64::NEG_INFINITY;
        let mut looker = Looker::new(question, &self.model);
        let from = looker.clone();
        self.inventory.tree.strongest_first(&from, rule.near_m, rule.at_least(best), |range| {
            let least = rule.at_least(best);
            for index in range.start..range.end.min(self.inventory.slots.len()) {
                if let Some(one) = self.consider(index, &mut looker, rule.near_m, least) {
                    if one.standing == Standing::Serving {
                        best = best.max(one.level_dbm);
                    }
                    found.push(one);
                }
            }
            rule.at_least(best)
        });
        rule.settle(found, best, &self.inventory.slots)
    }

    /// The same by looking at every element: what the tree is held against.
    pub(super) fn gather_by_brute_force(&self, question: &Question) -> Vec<Found> {
        let rule = Rule::of(question, self);
        let consider = |index| {
            let mut looker = Looker::new(question, &self.model);
            self.consider(index, &mut looker, rule.near_m, f64::NEG_INFINITY)
        };
        let all: Vec<Found> = (0..self.inventory.slots.len()).filter_map(consider).collect();
        let serving = all.iter().filter(|one| one.standing == Standing::Serving);
        let best = serving.map(|one| one.level_dbm).fold(f64::NEG_INFINITY, f64::max);
        rule.settle(all, best, &self.inventory.slots)
    }

    /// One element version seen from the place, if it stands for anything and reaches `least_dbm` or is near by.
    pub(super) fn consider(&self, index: usize, looker: &mut Looker<'_>, near_m: f64, least_dbm: f64) -> Option<Found> {
        let slot = &self.inventory.slots[index];
        let question = looker.question;
        if question.technology.is_some() && slot.technology.is_some() && slot.technology != question.technology {
            return None;
        }
        let (model, losses) = (looker.model, looker.losses);
        let aspect = looker.look(slot);
        let distance_m = aspect.sight.distance_m;
        let least_dbm = if slot.always_near() && distance_m <= near_m { f64::NEG_INFINITY } else { least_dbm };
        if f64::from(slot.emitter.axis_dbm) - aspect.least_loss_db < least_dbm {
            return None;
        }
        let way = aspect.way(model, &losses);
        let azimuth = slot.emitter.azimuth_deg.get();
        let off_axis_deg = azimuth.map_or(0.0, |azimuth| geo::angle_between_deg(way.back_deg, f64::from(azimuth)));
        let level_dbm = model.level_over_dbm(&way.path, &slot.emitter, off_axis_deg);
        if level_dbm < least_dbm {
            return None;
        }
        let standing = self.standing(index, question.at)?;
        let bearing_deg = way.bearing_deg;
        let (index, identity) = (index as u32, slot.identity);
        Some(Found { slot: index, identity, standing, distance_m, bearing_deg, off_axis_deg, level_dbm })
    }

    /// What a version stands for at a time; nothing where another version of the element says it all.
    pub(super) fn standing(&self, index: usize, at: Timestamp) -> Option<Standing> {
        let slot = &self.inventory.slots[index];
        if slot.valid_at(at) {
            if slot.on_air {
                return Some(Standing::Serving);
            }
            let before = self.inventory.history(slot.identity).take_while(|(_, version)| version.from < slot.from);
            return Some(Standing::OffAir {
                since: slot.from,
                served_before: before.last().is_some_and(|(_, v)| v.on_air),
            });
        }
        if slot.from > at {
            let first = self.inventory.history(slot.identity).next().is_some_and(|(first, _)| first == index);
            return (first && slot.from.seconds_since(at) <= CHANGE_WINDOW_S)
                .then_some(Standing::NotYet { from: slot.from });
        }
        if !slot.on_air || at.seconds_since(slot.until) > CHANGE_WINDOW_S {
            return None;
        }
        let current =
            self.inventory.history(slot.identity).find(|(_, version)| version.valid_at(at)).map(|(_, version)| version);
        let apart =
            |version: &Slot| current.is_none_or(|now| geo::distance_m(now.position, version.position) > MOVED_M);
        let past = self.inventory.history(slot.identity).filter(|(_, version)| version.until <= at && apart(version));
        if past.last().is_none_or(|(last, _)| last != index) {
            return None;
        }
        Some(current.map_or(Standing::Removed { at: slot.until }, |now| Standing::Moved {
            at: slot.until,
            metres: geo::distance_m(now.position, slot.position),
        }))
    }
}

/// Looks at elements from the place asked about, and remembers the last.
#[derive(Clone)]
pub(super) struct Looker<'a> {
    question: &'a Question,
    pub model: &'a Model,
    pub eye: Eye,
    /// By environment.
    pub losses: [Loss; 4],
    last: Option<Aspect>,
}

/// What elements of one height in one environment at one place have in common.
#[derive(Clone, Copy)]
struct Aspect {
    position: LonLat,
    environment: Environment,
    height_m: f32,
    sight: Sight,
    least_loss_db: f64,
    /// What only those need that may reach the place.
    way: Option<Way>,
}

#[derive(Clone, Copy)]
struct Way {
    bearing_deg: f64,
    back_deg: f64,
    path: Path,
}

impl<'a> Looker<'a> {
    pub fn new(question: &'a Question, model: &'a Model) -> Self {
        Self { question, model, eye: Eye::at(question.place), losses: model.losses(), last: None }
    }

    fn look(&mut self, slot: &Slot) -> &mut Aspect {
        let (position, environment, height_m) = (slot.position, slot.emitter.environment, slot.emitter.height_m);
        let known = self.last.as_ref().is_some_and(|last| {
            last.position == position
                && last.environment == environment
                && last.height_m.to_bits() == height_m.to_bits()
        });
        if !known {
            self.last = None;
        }
        self.last.get_or_insert_with(|| {
            let sight = self.eye.look(position);
            let least_loss_db = self.losses[environment as usize].db(self.model.least_slant(sight.distance_m));
            Aspect { position, environment, height_m, sight, least_loss_db, way: None }
        })
    }
}

impl Aspect {
    fn way(&mut self, model: &Model, losses: &[Loss; 4]) -> &Way {
        self.way.get_or_insert_with(|| Way {
            bearing_deg: self.sight.bearing_deg(),
            back_deg: self.sight.back_deg(),
            path: model.path(&losses[self.environment as usize], self.height_m, self.sight.distance_m),
        })
    }
}

/// When an element counts as one that could serve.
struct Rule {
    floor_dbm: f64,
    margin_db: f64,
    near_m: f64,
}

impl Rule {
    fn of(question: &Question, network: &Network) -> Self {
        let vague = vagueness_m(question.precision_m);
        let model = &network.model;
        Self { floor_dbm: model.floor_dbm, margin_db: model.margin_db + allowance_db(vague), near_m: NEAR_M + vague }
    }

    fn at_least(&self, best_dbm: f64) -> f64 {
        self.floor_dbm.max(best_dbm - self.margin_db)
    }

    fn settle(&self, mut found: Vec<Found>, best_dbm: f64, slots: &[Slot]) -> Vec<Found> {
        let near = |one: &Found| slots[one.slot as usize].always_near() && one.distance_m <= self.near_m;
        let least = self.at_least(best_dbm);
        found.retain(|one| one.level_dbm >= least || near(one));
        if found.len() > MOST {
            let order = |a: &Found, b: &Found| {
                let level = b.level_dbm.total_cmp(&a.level_dbm);
                level.then(a.distance_m.total_cmp(&b.distance_m)).then(a.slot.cmp(&b.slot))
            };
            found.select_nth_unstable_by(MOST - 1, order);
            let weaker = found.split_off(MOST);
            found.extend(weaker.into_iter().filter(near));
        }
        found
    }
}

/// How vaguely the place is known, metres; nothing stated counts as exact here and is named among the unknowns.
pub(super) fn vagueness_m(precision_m: Option<f64>) -> f64 {
    precision_m.filter(|p| p.is_finite()).unwrap_or(0.0).clamp(0.0, VAGUEST_M)
}

/// How much stronger an element may be at the true place than at the one given: it may be that much nearer.
pub(super) fn allowance_db(vague_m: f64) -> f64 {
    20.0 * (1.0 + vague_m / 200.0).log10()
}
