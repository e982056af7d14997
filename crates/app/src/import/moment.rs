//! Dates and times as spreadsheets, exports and machines write them.

use domain::time::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::value::half_width;

/// Why a text is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotATime {
    /// Not a date and time at all.
    Unreadable,
    /// `03/04/2026`: day and month cannot be told apart.
    Ambiguous,
}

/// An instant: RFC 3339, local time of the zone in many spellings, Unix seconds or milliseconds, an Excel serial number.
pub fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp, NotATime> {
    if let Ok(plain) = text.parse::<f64>() {
        return from_number(text, plain, zone);
    }
    let first = text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    if first
        && text.as_bytes().get(10).is_some_and(|b| matches!(b, b'T' | b't'))
        && let Ok(instant) = text.parse::<jiff::Timestamp>()
    {
        return Ok(instant.into());
    }
    let folded: String = text.chars().map(half_width).collect();
    let (body, offset) = split_offset(folded.trim());
    let local = civil(body)?;
    match offset {
        Some(seconds) => TimeZone::UTC.to_timestamp(local).map(|t| Timestamp::from(t).plus_seconds(-seconds)),
        None => zone.to_timestamp(local).map(Timestamp::from),
    }
    .map_err(|_| NotATime::Unreadable)
}

fn from_number(text: &str, number: f64, zone: &TimeZone) -> Result<Timestamp, NotATime> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    if digits && matches!(text.len(), 8 | 12 | 14) {
        return zone.to_timestamp(compact(text)?).map(Timestamp::from).map_err(|_| NotATime::Unreadable);
    }
    if digits && text.len() == 10 {
        return Ok(Timestamp::from_micros((number * 1e6) as i64));
    }
    if digits && text.len() == 13 {
        return Ok(Timestamp::from_micros((number * 1e3) as i64));
    }
    if !(20_000.0..80_000.0).contains(&number) {
        return Err(NotATime::Unreadable);
    }
    let epoch = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
    let seconds = (number * 86_400.0).round() as i64;
    let local = epoch.checked_add(jiff::SignedDuration::from_secs(seconds)).map_err(|_| NotATime::Unreadable)?;
    zone.to_timestamp(local).map(Timestamp::from).map_err(|_| NotATime::Unreadable)
}

/// `20150917`, `201509172354` or `20150917235459`.
fn compact(text: &str) -> Result<DateTime, NotATime> {
    let part = |from: usize, to: usize| text.get(from..to).and_then(|t| t.parse::<i16>().ok()).unwrap_or(0);
    build([part(0, 4), part(4, 6), part(6, 8)], [part(8, 10), part(10, 12), part(12, 14)])
}

/// Splits `Z`, `+08:00` or `+0800` off the end of a time of day.
fn split_offset(text: &str) -> (&str, Option<i64>) {
    if let Some(body) = text.strip_suffix(['Z', 'z']) {
        return (body, Some(0));
    }
    let Some(at) = text.rfind(['+', '-']).filter(|&at| text[..at].contains(':')) else { return (text, None) };
    let sign = if text[at..].starts_with('-') { -1 } else { 1 };
    let digits: String = text[at + 1..].chars().filter(|&c| c != ':').collect();
    match digits.parse::<i64>() {
        Ok(hours) if digits.len() == 2 => (text[..at].trim_end(), Some(sign * hours * 3600)),
        Ok(both) if digits.len() == 4 => {
            (text[..at].trim_end(), Some(sign * ((both / 100) * 3600 + (both % 100) * 60)))
        }
        _ => (text, None),
    }
}

/// A date with or without a time of day, separated by anything.
fn civil(text: &str) -> Result<DateTime, NotATime> {
    let lower = text.to_lowercase();
    let afternoon = lower.contains("pm") || lower.contains("下午") || lower.contains("晚上");
    let morning = lower.contains("am") || lower.contains("上午") || lower.contains("凌晨");
    if lower
        .chars()
        .any(|c| !(c.is_ascii_digit() || c.is_whitespace() || "-/.:年月日号时点分秒tapm上下午晚凌晨,".contains(c)))
    {
        return Err(NotATime::Unreadable);
    }
    let numbers: Vec<&str> = lower.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let digits = numbers.concat();
    if numbers.len() <= 2
        && numbers.first().is_some_and(|first| first.len() >= 8)
        && matches!(digits.len(), 8 | 12 | 14)
    {
        return compact(&digits);
    }
    if !(3..=7).contains(&numbers.len()) {
        return Err(NotATime::Unreadable);
    }
    let number = |at: usize| match numbers.get(at) {
        Some(digits) => digits.parse::<i16>().map_err(|_| NotATime::Unreadable),
        None => Ok(0),
    };
    let date = if numbers[0].len() == 4 {
        [number(0)?, number(1)?, number(2)?]
    } else if numbers[2].len() == 4 {
        day_and_month(number(0)?, number(1)?, number(2)?)?
    } else {
        return Err(NotATime::Unreadable);
    };
    let mut hour = number(3)?;
    if afternoon && hour < 12 {
        hour += 12;
    } else if morning && hour == 12 {
        hour = 0;
    }
    build(date, [hour, number(4)?, number(5)?])
}

/// `25/12/2026` and `12/25/2026` can be told apart, `03/04/2026` cannot.
fn day_and_month(first: i16, second: i16, year: i16) -> Result<[i16; 3], NotATime> {
    match (first, second) {
        (13.., 1..=12) => Ok([year, second, first]),
        (1..=12, 13..) => Ok([year, first, second]),
        (same, again) if same == again => Ok([year, same, same]),
        _ => Err(NotATime::Ambiguous),
    }
}

fn build(date: [i16; 3], time: [i16; 3]) -> Result<DateTime, NotATime> {
    let small = |n: i16| i8::try_from(n).map_err(|_| NotATime::Unreadable);
    let date = Date::new(date[0], small(date[1])?, small(date[2])?).map_err(|_| NotATime::Unreadable)?;
    if time == [24, 0, 0] {
        return Ok(date.tomorrow().map_err(|_| NotATime::Unreadable)?.at(0, 0, 0, 0));
    }
    let time = Time::new(small(time[0])?, small(time[1])?, small(time[2])?, 0).map_err(|_| NotATime::Unreadable)?;
    Ok(date.to_datetime(time))
}

/// A span in words, `7天`, `36小时`, `90 min`, in seconds.
pub fn span_seconds(text: &str) -> Option<i64> {
    let (number, unit) = super::value::number_and_unit(text)?;
    let each = match unit.as_str() {
        "天" | "日" | "d" | "day" | "days" | "个自然日" | "自然日" => 86_400.0,
        "小时" | "h" | "hour" | "hours" | "时" | "hr" | "hrs" => 3_600.0,
        "分钟" | "分" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "秒" | "s" | "sec" | "second" | "seconds" => 1.0,
        _ => return None,
    };
    (0.0..1e9).contains(&(number * each)).then_some((number * each) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").expect("bundled")
    }

    #[rstest]
    #[case("2015-09-17 23:54:59")]
    #[case("2015/9/17 23:54:59")]
    #[case("2015.09.17 23:54:59")]
    #[case("2015年9月17日 23时54分59秒")]
    #[case("2015年9月17日 下午11:54:59")]
    #[case("20150917235459")]
    #[case("20150917 235459")]
    #[case("2015-09-17T23:54:59+08:00")]
    #[case("2015-09-17T15:54:59Z")]
    #[case("2015-09-17 23:54:59.000")]
    #[case("2015-09-17 15:54:59+0000")]
    #[case("9/17/2015 11:54:59 PM")]
    #[case("17/09/2015 23:54:59")]
    #[case("1442505299")]
    #[case("1442505299000")]
    #[case("42264.9965162037")]
    fn one_instant_in_many_spellings(#[case] text: &str) {
        assert_eq!(moment(text, &shanghai()).map(|t| t.to_string()), Ok("2015-09-17T15:54:59Z".to_owned()), "{text}");
    }

    #[test]
    fn minutes_and_bare_dates_are_enough() {
        let zone = shanghai();
        assert_eq!(moment("2015-11-17 08:22", &zone).expect("minutes").to_string(), "2015-11-17T00:22:00Z");
        assert_eq!(moment("2015-11-17", &zone).expect("a day").to_string(), "2015-11-16T16:00:00Z");
        assert_eq!(moment("20151117", &zone).expect("a day").to_string(), "2015-11-16T16:00:00Z");
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        let zone = shanghai();
        assert_eq!(moment("03/04/2026 10:00", &zone), Err(NotATime::Ambiguous));
        for text in ["", "昨天", "2026-13-01", "2026-02-30 10:00", "10:00", "7", "2026-01-01 25:00"] {
            assert_eq!(moment(text, &zone), Err(NotATime::Unreadable), "{text}");
        }
    }

    #[test]
    fn spans_are_read_in_words() {
        assert_eq!(span_seconds("7天"), Some(7 * 86_400));
        assert_eq!(span_seconds("1.5小时"), Some(5_400));
        assert_eq!(span_seconds("soon"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = moment(&text, &shanghai());
            let _ = span_seconds(&text);
        }

        #[test]
        fn no_figures_make_it_panic(text in "[0-9:/.T+年月日 -]{0,24}") {
            let _ = moment(&text, &shanghai());
        }
    }
}
