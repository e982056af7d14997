//! Query text: percent-decoding, quotes, and splitting that leaves quoted text alone.

use crate::api::error::ApiError;

/// Decodes `%XX` and `+`.
pub fn decode(segment: &str) -> Result<String, ApiError> {
    let bad = || ApiError::query_invalid("百分号编码有误 (broken percent encoding)");
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let high = rest.next().and_then(hex).ok_or_else(bad)?;
                let low = rest.next().and_then(hex).ok_or_else(bad)?;
                bytes.push(high * 16 + low);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| bad())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A value in paired quotes without them.
pub fn unquoted(value: &str) -> &str {
    let value = value.trim();
    ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)))
        .unwrap_or(value)
}

/// Splits at a separator outside quotes.
pub fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        let opens = text[start..at].trim().is_empty() || text[..at].ends_with(['=', '>', '<', '~']);
        match quote {
            Some(open) if open == c => quote = None,
            None if (c == '"' || c == '\'') && opens && text[at + 1..].contains(c) => quote = Some(c),
            None if c == separator => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            Some(_) | None => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_plus_are_decoded_and_nonsense_refused() {
        assert_eq!(decode("%E6%85%A2+a%3E%3D5").expect("text"), "慢 a>=5");
        for bad in ["%", "%1", "%zz", "%ff"] {
            assert!(decode(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn quotes_hold_a_value_together() {
        assert_eq!(split(r#""a,b",c"#, ','), [r#""a,b""#, "c"]);
        assert_eq!(split("it's,b", ','), ["it's", "b"]);
        assert_eq!(split(r#"n="a;b";n=c"#, ';'), [r#"n="a;b""#, "n=c"]);
        assert_eq!(unquoted(r#" "a,b" "#), "a,b");
        assert_eq!(unquoted("\""), "\"");
    }
}
