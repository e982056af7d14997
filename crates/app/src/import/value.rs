//! Single values as people write them: missing marks, numbers with units, yes and no, coordinates.

/// Cuts blanks of every kind, byte-order marks and zero-width characters from both ends.
pub(super) fn clean(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0')),
    }
}

/// Whether a cleaned text says that nothing is known: empty, `-`, `无` and what spreadsheets put there.
pub(super) fn is_missing(text: &str) -> bool {
    const MARKS: [&str; 14] =
        ["-", "--", "—", "——", "/", "\\", "无", "NULL", "null", "N/A", "n/a", "#N/A", "NaN", "None"];
    text.is_empty() || (text.len() <= 6 && MARKS.contains(&text))
}

/// A number and the unit behind it, lower case without blanks: `20MHz` is `(20.0, "mhz")`, `3 米` is `(3.0, "米")`.
///
/// Full-width digits, thousands separators (`1,234.5`) and a decimal comma (`2585,0`) are understood.
pub fn number_and_unit(text: &str) -> Option<(f64, String)> {
    if let Ok(plain) = text.parse::<f64>()
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
    {
        return plain.is_finite().then(|| (plain, String::new()));
    }
    let folded: String = text.chars().map(half_width).collect();
    let end = folded
        .char_indices()
        .find(|&(at, c)| !(c.is_ascii_digit() || matches!(c, '.' | ',') || (at == 0 && matches!(c, '-' | '+'))))
        .map_or(folded.len(), |(at, _)| at);
    let (digits, unit) = folded.split_at(end);
    if !digits.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = ungroup(digits)?.parse::<f64>().ok().filter(|n| n.is_finite())?;
    let unit: String = unit.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    Some((number, unit))
}

/// Takes the commas out of a number: groups of three, or one decimal comma.
fn ungroup(digits: &str) -> Option<String> {
    if !digits.contains(',') {
        return Some(digits.to_owned());
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let groups: Vec<&str> = whole.trim_start_matches(['-', '+']).split(',').collect();
    if groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3) && !groups[0].is_empty() {
        let joined = whole.replace(',', "");
        return Some(if fraction.is_empty() { joined } else { format!("{joined}.{fraction}") });
    }
    (groups.len() == 2 && fraction.is_empty()).then(|| digits.replace(',', "."))
}

/// Full-width letters, digits and signs as their half-width selves.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '—' | '−' => '-',
        _ => c,
    }
}

/// 是/否 and their many spellings.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    if text.len() > 9 {
        return None;
    }
    match text.to_lowercase().as_str() {
        "是" | "有" | "y" | "yes" | "true" | "1" | "1.0" | "√" | "对" | "on" => Some(true),
        "否" | "没有" | "n" | "no" | "false" | "0" | "0.0" | "×" | "x" | "不是" | "非" | "off" => Some(false),
        _ => None,
    }
}

/// Degrees in decimals (`113.26`, `113.26°`, `E113.26`) or in degrees, minutes and seconds (`113°15′51.8″E`).
pub fn degrees(text: &str) -> Option<f64> {
    if let Ok(plain) = text.parse::<f64>() {
        return plain.is_finite().then_some(plain);
    }
    let folded: String = text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let upper = folded.to_uppercase();
    let bare = upper
        .trim_matches(|c: char| matches!(c, 'E' | 'W' | 'N' | 'S' | ':'))
        .trim_start_matches(['东', '西', '南', '北', '经', '纬', ':']);
    let negative = upper.contains(['W', 'S', '西', '南']);
    let mut parts = bare
        .split(['°', '度', '\'', '′', '’', '分', '"', '″', '”', '秒'])
        .filter(|part| !part.is_empty())
        .map(|part| ungroup(part).and_then(|number| number.parse::<f64>().ok()));
    let whole = parts.next()??;
    let minutes = parts.next().unwrap_or(Some(0.0))?;
    let seconds = parts.next().unwrap_or(Some(0.0))?;
    if parts.next().is_some() || !(0.0..60.0).contains(&minutes) || !(0.0..60.0).contains(&seconds) {
        return None;
    }
    let size = whole.abs() + minutes / 60.0 + seconds / 3600.0;
    (size.is_finite()).then(|| if negative || whole.is_sign_negative() { -size } else { size })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("20MHz", 20.0, "mhz")]
    #[case("20 Mhz", 20.0, "mhz")]
    #[case("65°", 65.0, "°")]
    #[case("３．５米", 3.5, "米")]
    #[case("1,234.5", 1234.5, "")]
    #[case("2585,0", 2585.0, "")]
    #[case("-3", -3.0, "")]
    #[case("98.5%", 98.5, "%")]
    #[case("1.8G", 1.8, "g")]
    fn a_number_is_read_with_its_unit(#[case] text: &str, #[case] number: f64, #[case] unit: &str) {
        assert_eq!(number_and_unit(text), Some((number, unit.to_owned())));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "室分", "MHz", "inf", "NaN", "1e999", "-", "."] {
            assert_eq!(number_and_unit(text), None, "{text}");
        }
    }

    #[test]
    fn missing_marks_are_known() {
        for text in ["", "-", "无", "N/A", "NULL"] {
            assert!(is_missing(text), "{text}");
        }
        assert!(!is_missing("0") && !is_missing("无线"));
    }

    #[test]
    fn degrees_come_in_many_forms() {
        for text in ["113.5", "113.5°", "E113.5", "113.5E", "东经113.5", "113°30′", "113°30'0.0\"E", "113度30分0秒"]
        {
            assert_eq!(degrees(text), Some(113.5), "{text}");
        }
        assert_eq!(degrees("33.5S"), Some(-33.5));
        assert_eq!(degrees("113°75′"), None);
        assert_eq!(degrees("somewhere"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_them_panic(text in "\\PC*") {
            let _ = number_and_unit(&text);
            let _ = degrees(&text);
            let _ = yes_or_no(&text);
            let _ = is_missing(clean(&text));
        }
    }
}
