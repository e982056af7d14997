//! Times on the wire: RFC 3339 with any offset in, UTC with `Z` out, milliseconds kept.

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

/// As [`parse`], for a query, where a form decoder has made a blank of an offset's `+`.
pub fn parse_in_query(text: &str) -> Option<Timestamp> {
    parse(text).or_else(|| {
        let (head, zone) = text.rsplit_once(' ')?;
        parse(&format!("{head}+{zone}"))
    })
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
    fn the_servers_own_clock_shows_milliseconds() {
        let at = Timestamp::from_micros(1_700_000_000_123_456);
        assert_eq!(show_own(at), "2023-11-14T22:13:20.123Z");
    }
}
