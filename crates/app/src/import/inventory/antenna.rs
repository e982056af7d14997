//! Antenna and power columns.

use domain::check::ElementKind;
use ran::element::Antenna;

use super::Field;
use crate::import::report::Notes;
use crate::import::row::{Cells, RowError};
use crate::import::value::number_and_unit;

const DEGREES: &[&str] = &["°", "度", "deg", "degree", "degrees", "º"];
const METRES: &[&str] = &["m", "米", "公尺", "meter", "meters", "metre", "metres"];

/// The antenna of a row. Blank azimuth, an omnidirectional sector type or a beam of 360° mean omnidirectional.
pub(super) fn antenna(row: &Cells<'_>, kind: ElementKind, notes: &mut Notes) -> Result<Antenna, RowError> {
    let beam = row.number(Field::Beam, 0.0..=360.0, DEGREES)?;
    let omni = beam == Some(360.0) || row.text(Field::SectorKind).is_some_and(is_omni);
    let azimuth = if row.text(Field::Azimuth).is_some_and(is_omni) {
        None
    } else {
        row.number(Field::Azimuth, 0.0..=360.0, DEGREES)?
    };
    let azimuth = azimuth.filter(|_| !omni).map(|deg| if deg >= 360.0 { 0.0 } else { deg });
    let height = row.number(Field::Height, 0.0..=1_500.0, METRES)?;
    if height == Some(0.0) {
        notes.add(row.at, "挂高为 0，按未知处理", "height 0 is taken as unknown");
    }
    let beam = beam.filter(|deg| *deg > 0.0 && *deg < 360.0);
    Ok(Antenna {
        azimuth_deg: azimuth.map(|deg| deg as f32),
        beam_width_deg: beam.filter(|_| azimuth.is_some()).map(|deg| deg as f32),
        vertical_beam_deg: lenient(row, Field::VerticalBeam, notes).filter(|deg| *deg > 0.0 && *deg <= 180.0),
        downtilt_deg: downtilt(row, notes)?,
        height_m: height.filter(|metres| *metres > 0.0).map(|metres| metres as f32),
        gain_dbi: gain(row, kind, notes),
    })
}

/// Gain of the antenna, dBi.
fn gain(row: &Cells<'_>, kind: ElementKind, notes: &mut Notes) -> Option<f32> {
    let heading = row.heading_of(Field::Gain).to_lowercase();
    // A bare 增益 of a repeater is what its amplifier adds, tens of dB more than any antenna.
    let amplifier = kind == ElementKind::Repeater && !heading.contains("天线") && !heading.contains("antenna");
    if amplifier || says_indoor(row) {
        return None;
    }
    let stated = lenient(row, Field::Gain, notes)?;
    let gain = Antenna::GAINS_DBI.contains(&stated).then_some(stated);
    if gain.is_none() {
        notes.add(row.at, "天线增益超出 0～30 dBi，按未知处理", "an antenna gain outside 0–30 dBi is taken as unknown");
    }
    gain
}

fn is_omni(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("全向") || lower.contains("omni")
}

/// Inventories write 室分 where an outdoor cell has its gain.
pub(super) fn says_indoor(row: &Cells<'_>) -> bool {
    row.text(Field::Gain).is_some_and(|text| text.contains("室分") || text.contains("室内"))
}

/// Electrical plus mechanical where both stand, else the total, else the one there is.
fn downtilt(row: &Cells<'_>, notes: &mut Notes) -> Result<Option<f32>, RowError> {
    let electrical = row.number(Field::ElectricalTilt, -90.0..=90.0, DEGREES)?;
    let mechanical = row.number(Field::MechanicalTilt, -90.0..=90.0, DEGREES)?;
    let total = row.number(Field::Tilt, -90.0..=90.0, DEGREES)?;
    let tilt = match (electrical, mechanical) {
        (Some(electrical), Some(mechanical)) => Some(electrical + mechanical),
        (one, other) => total.or(one).or(other),
    };
    if tilt.is_some_and(|tilt| tilt > 30.0) {
        notes.add(row.at, "总下倾角大于 30°，请核实", "a total downtilt above 30°: please check");
    }
    Ok(tilt.map(|deg| deg as f32))
}

/// Reference-signal power in dBm; some vendors write tenths of a dBm.
pub(super) fn rs_power(row: &Cells<'_>, notes: &mut Notes) -> Result<Option<f32>, RowError> {
    let power = row.number(Field::RsPower, -600.0..=600.0, &["dbm", "dbm/re", "0.1dbm", "db"])?;
    Ok(power.map(|dbm| {
        if dbm.abs() > 60.0 {
            notes.add(row.at, "参考信号功率按 0.1 dBm 计", "reference-signal power read as tenths of a dBm");
            (dbm / 10.0) as f32
        } else {
            dbm as f32
        }
    }))
}

/// Metres that nobody depends on: unreadable ones are noted.
pub(super) fn metres(row: &Cells<'_>, field: Field, notes: &mut Notes) -> Option<f32> {
    lenient(row, field, notes)
}

/// A number that is noted rather than refused when it cannot be read.
fn lenient(row: &Cells<'_>, field: Field, notes: &mut Notes) -> Option<f32> {
    let text = row.text(field)?;
    let number = number_and_unit(text).map(|(number, _)| number as f32).filter(|number| number.is_finite());
    if number.is_none() {
        notes.add(
            row.at,
            "次要列中有无法识别的数值，按未知处理",
            "a secondary column holds an unreadable number, taken as unknown",
        );
    }
    number
}
