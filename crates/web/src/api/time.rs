//! Times on the wire: RFC 3339 with any offset in, UTC with `Z` out, milliseconds kept.

use std::borrow::Cow;

use domain::time::Timestamp;

/// Reads an RFC 3339 date-time; a date alone or a time without offset is none.
pub fn parse(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let shape = b"0000-00-00T00:00:00";
    let head = bytes.get(..shape.len())?;
    let fits = head.iter().zip(shape).all(|(byte, expected)| match expected {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        other => byte == other,
    });
    if !fits {
        return None;
    }
    let rest = &text[shape.len()..];
    let fraction = rest.strip_prefix('.').map_or(0, |after| 1 + after.bytes().take_while(u8::is_ascii_digit).count());
    if fraction == 1 {
        return None;
    }
    let (fraction, zone) = rest.split_at(fraction);
    let zone_fits = match zone.as_bytes() {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    // Finer than a nanosecond is nobody's clock.
    let fraction = &fraction[..fraction.len().min(10)];
    zone_fits.then(|| format!("{}{fraction}{zone}", &text[..shape.len()]).to_ascii_uppercase().parse().ok()).flatten()
}

/// As [`parse`], for a query, where a form decoder has made a blank of an offset's `+`. There a date alone is the beginning
/// of that day in UTC, and what lies past the last instant of the house, up to the end of the year 9999, is that instant.
pub fn parse_in_query(text: &str) -> Option<Timestamp> {
    let day = || text.len() == "0000-00-00".len();
    let whole = if day() { Cow::Owned(format!("{text}T00:00:00Z")) } else { Cow::Borrowed(text) };
    parse(&whole).or_else(|| past_the_last(&whole)).or_else(|| {
        let (head, zone) = whole.rsplit_once(' ')?;
        let plus = format!("{head}+{zone}");
        parse(&plus).or_else(|| past_the_last(&plus))
    })
}

/// The end of the year 9999 is a time like any other, though no clock here goes so far.
fn past_the_last(text: &str) -> Option<Timestamp> {
    let year_before = format!("9998{}", text.strip_prefix("9999")?);
    // Both years have 365 days: what is a time in the one is a time in the other.
    parse(&year_before).map(|_| Timestamp::END)
}

/// `2026-03-04T01:15:00Z`, with three digits where there are milliseconds, six where somebody gave microseconds.
pub fn show(at: Timestamp) -> String {
    let micros = at.as_micros().rem_euclid(1_000_000);
    let whole = Timestamp::from_micros(at.as_micros() - micros).to_string();
    let whole = whole.trim_end_matches('Z');
    match (micros, micros % 1_000) {
        (0, _) => format!("{whole}Z"),
        (_, 0) => format!("{whole}.{:03}Z", micros / 1_000),
        _ => format!("{whole}.{micros:06}Z"),
    }
}

/// An instant of the server's own clock: milliseconds are enough, and every client's date type keeps them.
pub fn show_own(at: Timestamp) -> String {
    show(Timestamp::from_micros(at.as_micros() - at.as_micros().rem_euclid(1_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_offset_comes_in_and_utc_goes_out() {
        for (given, shown) in [
            ("2026-03-04T09:15:00+08:00", "2026-03-04T01:15:00Z"),
            ("2026-03-04t01:15:00.5z", "2026-03-04T01:15:00.500Z"),
            ("2026-03-04 01:15:00.123Z", "2026-03-04T01:15:00.123Z"),
            ("2026-03-04T01:15:00.1234567890123Z", "2026-03-04T01:15:00.123456Z"),
        ] {
            let at = parse(given).unwrap_or_else(|| panic!("{given}"));
            assert_eq!(show(at), shown);
            assert_eq!(parse(shown), Some(at), "a returned time fits a query as it is");
        }
    }

    #[test]
    fn malformed_times_are_none() {
        for text in [
            "",
            "2026-03-04",
            "2026-03-04T09:15:00",
            "2026-03-04T09:15Z",
            "2026-13-04T09:15:00Z",
            "2026-02-30T00:00:00Z",
            "2026-03-04T09:15:00+0800",
            "2026-03-04T09:15:00.Z",
            "2026-03-04T25:15:00Z",
            "昨天",
            "20260304T091500Z",
            "2026-03-04T09:15:00Z[UTC]",
            "2026-03-04T09:15:00+08:00 ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_blank_in_a_query_stands_for_the_plus_of_an_offset() {
        assert_eq!(parse_in_query("2026-03-04T09:15:00 08:00"), parse("2026-03-04T01:15:00Z"));
        assert_eq!(parse_in_query("2026-03-04 09:15:00 08:00"), parse("2026-03-04T01:15:00Z"));
        assert_eq!(parse_in_query("2026-03-04 0800"), None);
    }

    #[test]
    fn any_date_and_any_time_up_to_the_year_9999_fits_a_query() {
        assert_eq!(parse_in_query("2026-03-04"), parse("2026-03-04T00:00:00Z"));
        for last in [
            "9999-12-31",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59.999999Z",
            "9999-12-31T23:59:59+08:00",
            "9999-12-31T23:59:59 08:00",
            "9999-12-31T23:59:59-12:00",
        ] {
            assert_eq!(parse_in_query(last), Some(Timestamp::END), "{last}");
        }
        assert!(parse_in_query("9999-12-30").is_some_and(|at| at < Timestamp::END), "as it stands where it is known");
        assert_eq!(parse_in_query("0001-01-01"), Some(Timestamp::BEGINNING));
        for none in
            ["9999-02-29", "9999-12-32", "9999-13-01", "2026-02-30", "2026-3-4", "9999-12-31T24:00:00Z", "99999-1-1"]
        {
            assert_eq!(parse_in_query(none), None, "{none}");
        }
    }

    #[test]
    fn the_servers_own_clock_shows_milliseconds() {
        let at = Timestamp::from_micros(1_700_000_000_123_456);
        assert_eq!(show_own(at), "2023-11-14T22:13:20.123Z");
    }
}
