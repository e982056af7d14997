//! Technologies, bands and channel numbers as inventories name them.
//!
//! Channel numbers: 3GPP TS 36.101 table 5.7.3-1 (LTE), TS 38.104 §5.4.2 (NR), TS 45.005 §2 (GSM), TS 25.101 (UMTS),
//! C.S0057 (cdma2000 band class 0).

use domain::check::Technology;

use super::value::{half_width, number_and_unit};

/// 制式 as written anywhere: `FDD`, `TD-LTE`, `4G`, `NR`, `GSM900`, `EVDO`.
pub(super) fn technology(text: &str) -> Option<Technology> {
    // What nearly every row says, without looking for words in it.
    match text {
        "LTE" | "FDD" | "TDD" | "4G" => return Some(Technology::Lte),
        "NR" | "5G" => return Some(Technology::Nr),
        "UMTS" | "WCDMA" | "3G" => return Some(Technology::Umts),
        "GSM" | "2G" => return Some(Technology::Gsm),
        _ => {}
    }
    let upper: String = text.chars().map(half_width).flat_map(char::to_uppercase).collect();
    let has = |marks: &[&str]| marks.iter().any(|mark| upper.contains(mark));
    if has(&["NR", "5G"]) {
        return Some(Technology::Nr);
    }
    if has(&["SCDMA", "WCDMA", "UMTS", "UTRA", "3G", "HSPA"]) && !has(&["EUTRA", "E-UTRA"]) {
        return Some(Technology::Umts);
    }
    if has(&["LTE", "4G", "FDD", "TDD", "EUTRA", "E-UTRA", "NB-IOT", "NBIOT"]) {
        return Some(Technology::Lte);
    }
    if has(&["CDMA", "EVDO", "EV-DO"]) || matches!(upper.as_str(), "1X" | "DO" | "1XDO") {
        return Some(Technology::Cdma);
    }
    if has(&["GSM", "DCS", "2G", "EDGE", "GPRS"]) {
        return Some(Technology::Gsm);
    }
    None
}

/// Downlink carrier of a channel number, MHz.
pub(super) fn carrier_of_channel(channel: f64, technology: Option<Technology>) -> Option<f64> {
    if channel.fract() != 0.0 || !(0.0..=3_279_165.0).contains(&channel) {
        return None;
    }
    match technology {
        Some(Technology::Lte) | None if channel < 70_000.0 => lte(channel),
        Some(Technology::Nr | Technology::Lte) | None => nr(channel),
        Some(Technology::Gsm) => gsm(channel),
        Some(Technology::Umts) => (10_000.0..11_000.0)
            .contains(&channel)
            .then(|| channel / 5.0)
            .or_else(|| (9_000.0..10_600.0).contains(&channel).then(|| channel / 5.0)),
        Some(Technology::Cdma) => cdma(channel),
    }
}

/// First downlink channel, last, lowest downlink frequency: the LTE bands in use.
const LTE: [(f64, f64, f64, u32); 22] = [
    (0.0, 599.0, 2110.0, 1),
    (600.0, 1199.0, 1930.0, 2),
    (1200.0, 1949.0, 1805.0, 3),
    (1950.0, 2399.0, 2110.0, 4),
    (2400.0, 2649.0, 869.0, 5),
    (2750.0, 3449.0, 2620.0, 7),
    (3450.0, 3799.0, 925.0, 8),
    (5010.0, 5179.0, 729.0, 12),
    (5180.0, 5279.0, 746.0, 13),
    (5730.0, 5849.0, 734.0, 17),
    (6150.0, 6449.0, 791.0, 20),
    (8690.0, 9039.0, 859.0, 26),
    (9210.0, 9659.0, 758.0, 28),
    (36_000.0, 36_199.0, 1900.0, 33),
    (36_200.0, 36_349.0, 2010.0, 34),
    (37_750.0, 38_249.0, 2570.0, 38),
    (38_250.0, 38_649.0, 1880.0, 39),
    (38_650.0, 39_649.0, 2300.0, 40),
    (39_650.0, 41_589.0, 2496.0, 41),
    (41_590.0, 43_589.0, 3400.0, 42),
    (43_590.0, 45_589.0, 3600.0, 43),
    (66_436.0, 67_335.0, 2110.0, 66),
];

fn lte(channel: f64) -> Option<f64> {
    LTE.iter()
        .find(|(low, high, ..)| (*low..=*high).contains(&channel))
        .map(|(low, _, base, _)| base + 0.1 * (channel - low))
}

fn nr(channel: f64) -> Option<f64> {
    match channel {
        120_000.0..600_000.0 => Some(channel * 0.005),
        600_000.0..2_016_667.0 => Some(3000.0 + 0.015 * (channel - 600_000.0)),
        2_016_667.0..=3_279_165.0 => Some(24_250.08 + 0.06 * (channel - 2_016_667.0)),
        _ => None,
    }
}

fn gsm(channel: f64) -> Option<f64> {
    match channel {
        0.0..=124.0 => Some(935.0 + 0.2 * channel),
        512.0..=885.0 => Some(1805.2 + 0.2 * (channel - 512.0)),
        955.0..=1023.0 => Some(935.0 + 0.2 * (channel - 1024.0)),
        _ => None,
    }
}

fn cdma(channel: f64) -> Option<f64> {
    match channel {
        1.0..=799.0 => Some(870.0 + 0.03 * channel),
        991.0..=1023.0 => Some(870.0 + 0.03 * (channel - 1023.0)),
        _ => None,
    }
}

/// Middle of the downlink of a 3GPP band number, MHz.
fn middle_of_band(band: u32, new_radio: bool) -> Option<f64> {
    if new_radio {
        let middle = match band {
            1 => 2140.0,
            3 => 1842.5,
            5 => 881.5,
            7 => 2655.0,
            8 => 942.5,
            20 => 806.0,
            28 => 780.5,
            38 => 2595.0,
            39 => 1900.0,
            40 => 2350.0,
            41 => 2593.0,
            77 => 3750.0,
            78 => 3550.0,
            79 => 4700.0,
            _ => return None,
        };
        return Some(middle);
    }
    LTE.iter().find(|(.., number)| *number == band).map(|(low, high, base, _)| base + 0.05 * (high - low + 1.0))
}

/// A band as people name it, MHz: `2585.0`, `1.8G`, `Band 41`, `B3`, `n78`, `F频段`, `GSM900`, `FDD1800`.
pub(super) fn frequency_of_band(text: &str, technology: Option<Technology>) -> Option<f64> {
    let folded: String =
        text.chars().map(half_width).filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    if let Some((number, unit)) = number_and_unit(&folded) {
        return match unit.as_str() {
            "g" | "ghz" => Some(number * 1000.0).filter(|mhz| plausible(*mhz)),
            "mhz" | "m" | "兆" => Some(number).filter(|mhz| plausible(*mhz)),
            "khz" | "k" => Some(number / 1e3).filter(|mhz| plausible(*mhz)),
            "hz" => Some(number / 1e6).filter(|mhz| plausible(*mhz)),
            _ if plausible(number) => Some(number),
            "" | "band" if number.fract() == 0.0 && (1.0..=261.0).contains(&number) => {
                middle_of_band(number as u32, technology == Some(Technology::Nr))
            }
            _ => None,
        };
    }
    let letters = folded.trim_end_matches("频段").trim_end_matches("频").trim_end_matches("band").trim_end_matches('-');
    let named = match letters {
        "a" => Some(2017.5),
        "d" => Some(2595.0),
        "e" => Some(2345.0),
        "f" => Some(1895.0),
        _ => None,
    };
    if named.is_some() {
        return named;
    }
    let digits_at = folded.find(|c: char| c.is_ascii_digit())?;
    let (prefix, rest) = folded.split_at(digits_at);
    let (number, unit) = number_and_unit(rest)?;
    match unit.as_str() {
        "g" | "ghz" => return Some(number * 1000.0).filter(|mhz| plausible(*mhz)),
        _ if plausible(number) => return Some(number),
        _ => {}
    }
    let new_radio = prefix == "n" || prefix == "nr" || prefix == "nrn";
    let is_band = new_radio || matches!(prefix, "b" | "band" | "频段" | "lteb" | "lteband" | "eutraband");
    (is_band && number.fract() == 0.0 && (1.0..=261.0).contains(&number))
        .then(|| middle_of_band(number as u32, new_radio || technology == Some(Technology::Nr)))
        .flatten()
}

/// Whether a number can be a carrier in MHz at all.
fn plausible(mhz: f64) -> bool {
    (400.0..=7_125.0).contains(&mhz) || (24_000.0..=53_000.0).contains(&mhz)
}

/// A carrier lies no farther than this from what people call its band: 1867.5 MHz is `1.8G`.
const WITHIN_BAND_MHZ: f64 = 150.0;

/// A channel column, which in practice holds channel numbers or plain MHz: the band decides where both are possible.
pub(super) fn carrier(text: &str, band: Option<f64>, technology: Option<Technology>) -> Option<f64> {
    let (number, unit) = number_and_unit(text)?;
    if !unit.is_empty() {
        return frequency_of_band(text, technology);
    }
    let channel = carrier_of_channel(number, technology);
    let plain = Some(number).filter(|mhz| (400.0..=7_125.0).contains(mhz));
    let fits = |mhz: f64| band.is_none_or(|band| (mhz - band).abs() <= WITHIN_BAND_MHZ);
    let (first, second) = if technology.is_some() { (channel, plain) } else { (plain, channel) };
    first.filter(|mhz| fits(*mhz)).or(second.filter(|mhz| fits(*mhz))).or(first).or(second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("100", Some("2.1G"), Some(Technology::Lte), 2120.0)]
    #[case("1825", Some("1.8G"), Some(Technology::Lte), 1867.5)]
    #[case("37900", None, None, 2585.0)]
    #[case("2585", None, None, 2585.0)]
    #[case("504990", None, Some(Technology::Nr), 2524.95)]
    #[case("283", None, Some(Technology::Cdma), 878.49)]
    #[case("1013", None, Some(Technology::Cdma), 869.7)]
    #[case("60", None, Some(Technology::Gsm), 947.0)]
    #[case("10713", None, Some(Technology::Umts), 2142.6)]
    #[case("2120MHz", None, None, 2120.0)]
    fn channels_are_turned_into_carriers(
        #[case] channel: &str,
        #[case] band: Option<&str>,
        #[case] technology: Option<Technology>,
        #[case] mhz: f64,
    ) {
        let band = band.and_then(|band| frequency_of_band(band, technology));
        let found = carrier(channel, band, technology).expect("a carrier");
        assert!((found - mhz).abs() < 0.01, "{found}");
    }

    #[rstest]
    #[case("2585.0", 2585.0)]
    #[case("1.8G", 1800.0)]
    #[case("Band 41", 2593.0)]
    #[case("B3", 1842.5)]
    #[case("n78", 3550.0)]
    #[case("F频段", 1895.0)]
    #[case("GSM900", 900.0)]
    #[case("FDD 1800", 1800.0)]
    #[case("3.5GHz", 3500.0)]
    fn bands_have_many_names(#[case] text: &str, #[case] mhz: f64) {
        let found = frequency_of_band(text, None).expect(text);
        assert!((found - mhz).abs() < 1.0, "{found}");
    }

    #[rstest]
    #[case("FDD", Technology::Lte)]
    #[case("TD-LTE", Technology::Lte)]
    #[case("LTE", Technology::Lte)]
    #[case("5G", Technology::Nr)]
    #[case("UMTS", Technology::Umts)]
    #[case("TD-SCDMA", Technology::Umts)]
    #[case("GSM", Technology::Gsm)]
    #[case("1X", Technology::Cdma)]
    #[case("CDMA2000", Technology::Cdma)]
    fn technologies_have_many_names(#[case] text: &str, #[case] expected: Technology) {
        assert_eq!(technology(text), Some(expected));
    }

    proptest! {
        #[test]
        fn no_text_makes_them_panic(text in "\\PC*", number in "[0-9.]{0,12}") {
            for technology in [None, Some(Technology::Nr), Some(Technology::Gsm)] {
                let _ = carrier(&number, None, technology);
                let _ = carrier(&text, Some(1800.0), technology);
                let _ = frequency_of_band(&text, technology);
            }
            let _ = technology(&text);
        }
    }
}
