//! Instants as people and programs write them, read and written in the branch's zone.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::check::Bilingual;
use crate::time::Timestamp;

/// A text that names no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a time: `{0}`; written as 2026-03-04 09:15, 2026-03-04T09:15:00 or 2026-03-04T09:15:00+08:00")]
pub struct NotATime(pub String);

impl NotATime {
    /// What is wrong and how it is written, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh =
            format!("不是时间：“{}”；可写 2026-03-04 09:15、2026-03-04T09:15:00 或 2026-03-04T09:15:00+08:00", self.0);
        Bilingual::new(zh, self.to_string())
    }
}

/// Reads RFC 3339, or a local date and time of day in `zone`.
///
/// A date alone is refused: a limit that starts "on the fourth" may be wrong by a day.
pub fn parse_instant(text: &str, zone: &TimeZone) -> Result<Timestamp, NotATime> {
    let text = text.trim();
    let refused = || NotATime(text.to_owned());
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(instant.into());
    }
    // What jiff reads beyond this (a zone's name, an offset it would set aside) means something else than local time.
    let time_of_day = text.get(10..).and_then(|rest| rest.strip_prefix(['T', 't', ' '])).ok_or_else(refused)?;
    if time_of_day.is_empty() || !time_of_day.chars().all(|c| c.is_ascii_digit() || ":.".contains(c)) {
        return Err(refused());
    }
    let local: DateTime = text.parse().map_err(|_| refused())?;
    zone.to_timestamp(local).map(Timestamp::from).map_err(|_| refused())
}

/// Writes an instant as RFC 3339 with the zone's offset: `2026-03-04T14:45:00+08:00`.
pub fn format_instant(at: Timestamp, zone: &TimeZone) -> String {
    at.to_jiff().to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}
