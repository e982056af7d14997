//! What of an element decides the level it gives, worked out once.

use domain::check::ElementKind;

use super::{Known, Model};
use crate::element::{Antenna, Element, Environment, Technology};

/// The radiating side of an element, with every missing column replaced by what is usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Emitter {
    /// Level on the axis before path loss at 1 GHz, dBm: power, gain, frequency, height and walls together.
    pub axis_dbm: f32,
    /// Azimuth, degrees; not known = all round, or not known which way.
    pub azimuth_deg: Known,
    /// dB per square degree off the axis; 0 all round.
    pub horizontal: f32,
    /// Total downtilt, degrees; where unknown, the vertical pattern is left out.
    pub tilt_deg: Known,
    /// dB per square degree above or below the tilted axis.
    pub vertical: f32,
    /// Above ground, metres.
    pub height_m: f32,
    /// Which constants hold.
    pub environment: Environment,
}

/// Half-power beam width of a sector where the file gives none (TR 36.814: 70°; what the trade installs: 65°).
pub const USUAL_BEAM_DEG: f32 = 65.0;
/// Vertical beam width where the file gives none (TR 36.814: 10°).
const USUAL_VERTICAL_BEAM_DEG: f32 = 10.0;
/// Gain of a usual sector panel, dBi.
const USUAL_GAIN_DBI: f32 = 16.0;
/// Reference-signal power per resource element of a usual macro cell: 20 W over 20 MHz of LTE, dBm.
const USUAL_POWER_DBM: f32 = 12.0;

impl Emitter {
    /// Works an element out under a model; one that names no environment is taken as urban until it is
    /// [settled](Self::settle).
    pub fn new(element: &Element, model: &Model) -> Self {
        let environment = element.environment.unwrap_or(Environment::Urban);
        let antenna = &element.antenna;
        let stated = Self::stated_height_m(element).map(f64::from);
        let height = stated.unwrap_or(model.constants(environment).usual_height_m).clamp(3.0, 300.0);
        let azimuth_deg = antenna.azimuth_deg.filter(|_| antenna.beam_width_deg.is_none_or(|beam| beam < 359.0));
        let beam = f64::from(antenna.beam_width_deg.filter(|b| *b > 0.0).unwrap_or(USUAL_BEAM_DEG));
        let horizontal = 12.0 / (beam * beam + model.azimuth_spread_deg * model.azimuth_spread_deg);
        let vertical_beam =
            f64::from(antenna.vertical_beam_deg.filter(|b| *b > 0.0).unwrap_or(USUAL_VERTICAL_BEAM_DEG));
        let vertical = 12.0 / (vertical_beam * vertical_beam + model.zenith_spread_deg * model.zenith_spread_deg);
        let power = USUAL_POWER_DBM + weighted(element, model);
        let gain =
            antenna.gain_dbi.filter(|gain| *gain > 0.0 && Antenna::GAINS_DBI.contains(gain)).unwrap_or(USUAL_GAIN_DBI);
        // Without a direction the mean of the pattern over all directions: no better and no worse than a sector.
        let all_round = if azimuth_deg.is_some() { 0.0 } else { mean_over_circle(horizontal, model.pattern_floor_db) };
        let walls = if element.indoor { model.indoor_element_loss_db } else { 0.0 };
        let frequency_ghz = f64::from(frequency_mhz(element)) / 1000.0;
        let axis = f64::from(power + gain) - 20.0 * frequency_ghz.log10()
            + model.height_gain_db * (height / 25.0).log10()
            - all_round
            - walls;
        Self {
            axis_dbm: axis as f32,
            azimuth_deg: azimuth_deg.into(),
            horizontal: if azimuth_deg.is_some() { horizontal as f32 } else { 0.0 },
            tilt_deg: antenna.downtilt_deg.into(),
            vertical: vertical as f32,
            height_m: height as f32,
            environment,
        }
    }

    /// Height above ground where the file gives one.
    pub fn stated_height_m(element: &Element) -> Option<f32> {
        element.antenna.height_m.filter(|height| *height > 0.0)
    }

    /// Puts an element that names no environment into the one around it, with its usual height if it names none either.
    pub fn settle(&mut self, surroundings: Environment, height_stated: bool, model: &Model) {
        self.environment = surroundings;
        if !height_stated {
            let height = model.constants(surroundings).usual_height_m.clamp(3.0, 300.0);
            self.axis_dbm += (model.height_gain_db * (height / f64::from(self.height_m)).log10()) as f32;
            self.height_m = height as f32;
        }
    }

    /// Beam width as it is drawn and reported: `None` all round.
    pub fn beam_width_deg(element: &Element) -> Option<f32> {
        element.antenna.azimuth_deg?;
        match element.antenna.beam_width_deg {
            Some(beam) if beam >= 359.0 => None,
            Some(beam) if beam > 0.0 => Some(beam),
            Some(_) | None => Some(USUAL_BEAM_DEG),
        }
    }
}

/// How far a stated power lifts or lowers the level.
fn weighted(element: &Element, model: &Model) -> f32 {
    let usual = match (element.kind, element.indoor) {
        (ElementKind::Repeater, _) => 6.0,
        (ElementKind::Cell, true) => 0.0,
        (ElementKind::Cell, false) => USUAL_POWER_DBM,
    };
    let base = usual - USUAL_POWER_DBM;
    // Outside -30…40 dBm per resource element it is another quantity in the wrong column.
    let stated = element.rs_power_dbm.filter(|power| (-30.0..=40.0).contains(power));
    stated.map_or(base, |power| base + model.power_weight as f32 * (power - usual))
}

/// Carrier frequency, or the usual one of the technology.
fn frequency_mhz(element: &Element) -> f32 {
    let stated = element.frequency_mhz.filter(|mhz| (300.0..=60_000.0).contains(mhz));
    stated.unwrap_or(match element.technology {
        Some(Technology::Gsm) => 940.0,
        Some(Technology::Cdma) => 875.0,
        Some(Technology::Umts) => 2_140.0,
        Some(Technology::Lte) | None => 1_850.0,
        Some(Technology::Nr) => 3_500.0,
    })
}

/// Mean over all directions of `min(factor·angle², floor)`.
fn mean_over_circle(factor: f64, floor: f64) -> f64 {
    let knee = (floor / factor).sqrt().min(180.0);
    (factor * knee * knee * knee / 3.0 + floor * (180.0 - knee)) / 180.0
}
