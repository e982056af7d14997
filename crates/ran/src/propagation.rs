//! Path loss and antenna pattern: the level an element gives at a place.
//!
//! Log-distance median loss per environment, in the form of the optional NLOS models of 3GPP TR 38.901 table 7.4.1-1 with a
//! second slope beyond a break point, and the antenna pattern of TR 36.814 table A.2.1.1-2 widened by the angular spread of
//! a city. `docs/network-check.md` gives the sources of every constant and what the model reaches on measurements.

use serde::{Deserialize, Serialize};

use crate::element::Environment;

mod emitter;
mod known;
mod surroundings;

pub use emitter::Emitter;
pub use known::Known;
pub use surroundings::Surroundings;

/// Constants of one environment. Distances in metres, losses in dB.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constants {
    /// Median loss at 100 m and 1 GHz.
    pub loss_100m_db: f64,
    /// dB per decade of distance up to the break point.
    pub near_slope_db: f64,
    /// dB per decade of distance beyond it.
    pub far_slope_db: f64,
    /// The break point.
    pub break_m: f64,
    /// Antenna height assumed where the inventory gives none.
    pub usual_height_m: f64,
}

impl Constants {
    /// Median loss at 1 GHz over a slant distance.
    pub fn loss_db(&self, slant_m: f64) -> f64 {
        Loss::of(self).db(Slant::of(slant_m))
    }
}

/// The same, worked out for asking often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loss {
    break_m: f64,
    near: Line,
    far: Line,
}

/// A loss that grows with the logarithm of the distance.
#[derive(Debug, Clone, Copy)]
struct Line {
    at_1m_db: f64,
    /// dB per power of e.
    slope: f64,
}

/// A distance through the air with its logarithm, which is the same in every environment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slant {
    metres: f64,
    ln: f64,
}

impl Slant {
    fn of(metres: f64) -> Self {
        Self { metres, ln: metres.ln() }
    }
}

impl Loss {
    fn of(constants: &Constants) -> Self {
        use std::f64::consts::LN_10;
        let near_slope = constants.near_slope_db / LN_10;
        let near = Line { at_1m_db: constants.loss_100m_db - near_slope * 100.0_f64.ln(), slope: near_slope };
        let (slope, knee) = (constants.far_slope_db / LN_10, constants.break_m.ln());
        let far = Line { at_1m_db: near.at_1m_db + (near_slope - slope) * knee, slope };
        Self { break_m: constants.break_m, near, far }
    }

    pub fn db(&self, slant: Slant) -> f64 {
        let line = if slant.metres <= self.break_m { self.near } else { self.far };
        line.at_1m_db + line.slope * slant.ln
    }
}

/// The constants of the model. Reads and writes as TOML; `Default` is what ships.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {
    /// 密集城区.
    pub dense_urban: Constants,
    /// 一般城区.
    pub urban: Constants,
    /// 郊区.
    pub suburban: Constants,
    /// 农村.
    pub rural: Constants,
    /// Added in quadrature to every distance: near a mast side lobes, clutter and the accuracy of positions level the field.
    pub near_field_m: f64,
    /// dB per decade of antenna height, relative to 25 m.
    pub height_gain_db: f64,
    /// How much of a cell's reference-signal power differs in the level it gives. Below 1 because a cell with eight ports
    /// states less power per port than one with two, and sends from all of them.
    pub power_weight: f64,
    /// Angular spread that widens the horizontal beam, degrees (half-power, in quadrature).
    pub azimuth_spread_deg: f64,
    /// Angular spread that widens the vertical beam, degrees.
    pub zenith_spread_deg: f64,
    /// Most that the vertical pattern takes away, dB.
    pub vertical_floor_db: f64,
    /// Most that the pattern takes away in any direction, dB.
    pub pattern_floor_db: f64,
    /// What an element inside a building 室分 loses on its way out, dB.
    pub indoor_element_loss_db: f64,
    /// What a customer inside a building loses, dB (TR 38.901 §7.4.3, low-loss building with a few metres inside).
    pub penetration_loss_db: f64,
    /// Below this predicted level nothing can be used, dBm.
    pub floor_dbm: f64,
    /// An element this much below the strongest could still serve, dB: two and a half standard deviations of the difference
    /// of two predictions.
    pub margin_db: f64,
    /// Below this level coverage is weak, dBm.
    pub weak_dbm: f64,
}

impl Default for Model {
    fn default() -> Self {
        let urban = Constants {
            loss_100m_db: 102.6,
            near_slope_db: 20.5,
            far_slope_db: 30.0,
            break_m: 700.0,
            usual_height_m: 25.0,
        };
        Self {
            dense_urban: urban,
            urban,
            suburban: Constants { loss_100m_db: 99.0, usual_height_m: 30.0, ..urban },
            rural: Constants { loss_100m_db: 97.0, far_slope_db: 38.6, usual_height_m: 35.0, ..urban },
            near_field_m: 55.0,
            height_gain_db: 5.0,
            power_weight: 0.15,
            azimuth_spread_deg: 195.0,
            zenith_spread_deg: 60.0,
            vertical_floor_db: 6.0,
            pattern_floor_db: 12.0,
            indoor_element_loss_db: 25.0,
            penetration_loss_db: 15.0,
            floor_dbm: -124.0,
            margin_db: 22.0,
            weak_dbm: -103.0,
        }
    }
}

impl Model {
    /// The constants of an environment.
    pub const fn constants(&self, environment: Environment) -> &Constants {
        match environment {
            Environment::DenseUrban => &self.dense_urban,
            Environment::Urban => &self.urban,
            Environment::Suburban => &self.suburban,
            Environment::Rural => &self.rural,
        }
    }

    /// The constants of an environment, to change them.
    pub const fn constants_mut(&mut self, environment: Environment) -> &mut Constants {
        match environment {
            Environment::DenseUrban => &mut self.dense_urban,
            Environment::Urban => &mut self.urban,
            Environment::Suburban => &mut self.suburban,
            Environment::Rural => &mut self.rural,
        }
    }

    /// The level an element gives at 1.5 m above ground, outdoors: RSRP in dBm.
    ///
    /// `distance_m` along the ground, `off_axis_deg` from the sector's axis, 0–180.
    pub fn level_dbm(&self, emitter: &Emitter, distance_m: f64, off_axis_deg: f64) -> f64 {
        let path = self.path(&Loss::of(self.constants(emitter.environment)), emitter.height_m, distance_m);
        self.level_over_dbm(&path, emitter, off_axis_deg)
    }

    /// The loss of every environment, in the order of their index.
    pub(crate) fn losses(&self) -> [Loss; 4] {
        ENVIRONMENTS.map(|environment| Loss::of(self.constants(environment)))
    }

    /// The way from an antenna to a place; emitters of one height in one environment have it in common.
    pub(crate) fn path(&self, loss: &Loss, height_m: f32, distance_m: f64) -> Path {
        let rise = f64::from(height_m) - RECEIVER_HEIGHT_M;
        let slant = (distance_m * distance_m + rise * rise + self.near_field_m * self.near_field_m).sqrt();
        Path { loss_db: loss.db(Slant::of(slant)), below_deg: rise.atan2(distance_m.max(1.0)).to_degrees() }
    }

    /// The level over a way.
    pub(crate) fn level_over_dbm(&self, path: &Path, emitter: &Emitter, off_axis_deg: f64) -> f64 {
        let horizontal = f64::from(emitter.horizontal) * off_axis_deg * off_axis_deg;
        let vertical = emitter.tilt_deg.get().map_or(0.0, |tilt| {
            let below = path.below_deg - f64::from(tilt);
            (f64::from(emitter.vertical) * below * below).min(self.vertical_floor_db)
        });
        f64::from(emitter.axis_dbm) - path.loss_db - (horizontal + vertical).min(self.pattern_floor_db)
    }

    /// The least slant at `distance_m` or beyond: whatever its height and direction, the level of an element on its axis less
    /// the loss over it is the most that the element gives.
    pub(crate) fn least_slant(&self, distance_m: f64) -> Slant {
        Slant::of((distance_m * distance_m + self.near_field_m * self.near_field_m).sqrt())
    }
}

/// What lies between an element and a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path {
    loss_db: f64,
    /// How far below the horizontal the place is seen from the antenna.
    below_deg: f64,
}

/// Where the customer holds the phone.
pub const RECEIVER_HEIGHT_M: f64 = 1.5;

/// Every environment, in the order of its index.
pub const ENVIRONMENTS: [Environment; 4] =
    [Environment::DenseUrban, Environment::Urban, Environment::Suburban, Environment::Rural];
