//! Telephone numbers within free text, found however people write them (P-8).
//!
//! The rule. Seven or more digits in one run count, whatever they are. Digits in several groups count where, joined, they
//! are a number of China with its area code, a mobile one, or one that begins with `+`; what may stand between the groups
//! is what [`super::Msisdn`] accepts, or single dots between three groups at most. Dates (`2026-11-26 09:30`), codes of
//! stations, addresses of machines and bands (`2515-2675`) are therefore left alone, and so is a local number in two
//! groups without an area code, which nothing tells from a band.

use std::ops::Range;

use super::{Msisdn, digit, is_plus, is_separator};

/// Digits in one run that are a number whatever they are.
const LONG_RUN: usize = 7;
/// The digits of an international number in groups, with its country code (E.164 allows 15).
const INTERNATIONAL: Range<usize> = 10..16;
/// The digits of the longest number in groups: `0086`, the area code with its nought, eight more.
const LONGEST: usize = 16;

/// A telephone number as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// What is shown in its place.
    pub masked: String,
}

/// The telephone numbers of a text, first to last.
pub fn numbers(text: &str) -> Vec<Written> {
    let groups = groups(text);
    let mut found = Vec::new();
    let mut rest = groups.as_slice();
    while let [first, ..] = rest {
        let taken = number(rest);
        if let Some(taken) = taken {
            let digits: String = rest[..taken].iter().map(|group| group.digits.as_str()).collect();
            let start = first.plus.unwrap_or(first.range.start);
            found.push(Written { range: start..rest[taken - 1].range.end, masked: masked(&digits, first.plus) });
        }
        rest = &rest[taken.or_else(|| date(rest)).unwrap_or(1)..];
    }
    found
}

/// Digits in one run.
struct Group {
    range: Range<usize>,
    /// As ordinary ones.
    digits: String,
    /// What parts it from the group before.
    gap: Gap,
    /// Where a `+` stands right before it.
    plus: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Blanks, dashes, brackets.
    Separators,
    /// One dot.
    Dot,
    /// Anything else: the two belong to different things.
    Words,
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let (mut between, mut plus) = (String::new(), None);
    for (at, c) in text.char_indices() {
        let Some(digit) = digit(c) else {
            between.push(c);
            plus = is_plus(c).then_some(at);
            continue;
        };
        let range = at..at + c.len_utf8();
        match groups.last_mut() {
            Some(group) if between.is_empty() => {
                group.range.end = range.end;
                group.digits.push(digit);
            }
            _ => groups.push(Group { range, digits: digit.into(), gap: gap(&between), plus: plus.take() }),
        }
        between.clear();
    }
    groups
}

fn gap(between: &str) -> Gap {
    match between {
        "." | "．" | "·" => Gap::Dot,
        _ if between.chars().all(is_separator) => Gap::Separators,
        _ => Gap::Words,
    }
}

/// How many of the first groups are one number; the longest reading counts.
fn number(groups: &[Group]) -> Option<usize> {
    let first = groups.first()?;
    let (mut digits, mut taken) = (String::new(), None);
    for (index, group) in groups.iter().enumerate() {
        let apart = match group.gap {
            _ if index == 0 => false,
            Gap::Words => true,
            gap @ (Gap::Separators | Gap::Dot) => gap != groups[1].gap || (gap == Gap::Dot && index > 2),
        };
        if apart || digits.len() + group.digits.len() > LONGEST {
            break;
        }
        digits.push_str(&group.digits);
        if is_number(&digits, first.plus.is_some()) {
            taken = Some(index + 1);
        }
    }
    taken.or((first.digits.len() >= LONG_RUN).then_some(1))
}

fn is_number(digits: &str, plus: bool) -> bool {
    let abroad = if plus { Some(digits) } else { digits.strip_prefix("00") };
    if let Some(national) = abroad.and_then(|digits| digits.strip_prefix("86")) {
        return is_mobile(national) || is_landline(national.strip_prefix('0').unwrap_or(national));
    }
    let home = digits.strip_prefix('0');
    is_mobile(home.unwrap_or(digits))
        || home.is_some_and(is_landline)
        || digits.strip_prefix("86").is_some_and(is_mobile)
        || (plus && INTERNATIONAL.contains(&digits.len()))
}

/// `138 0000 1234`.
fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// The area code without its nought and the local number: eight digits behind the short codes of the largest cities,
/// seven or eight behind the others.
fn is_landline(digits: &str) -> bool {
    match digits.as_bytes() {
        [b'1', b'0', ..] | [b'2', ..] => digits.len() == 10,
        [b'3'..=b'9', ..] => (10..=11).contains(&digits.len()),
        _ => false,
    }
}

/// How many of the first groups are a year, a month and perhaps a day: none of them begins a number.
fn date(groups: &[Group]) -> Option<usize> {
    let [year, month, rest @ ..] = groups else { return None };
    let within = |group: &Group, highest: u8| {
        group.gap != Gap::Words && group.digits.parse::<u8>().is_ok_and(|number| (1..=highest).contains(&number))
    };
    let is_year = year.digits.len() == 4 && (year.digits.starts_with("19") || year.digits.starts_with("20"));
    let has_day = rest.first().is_some_and(|day| within(day, 31));
    (is_year && within(month, 12)).then_some(if has_day { 3 } else { 2 })
}

fn masked(digits: &str, plus: Option<usize>) -> String {
    let sign = if plus.is_some() { "+" } else { "" };
    match format!("{sign}{digits}").parse::<Msisdn>() {
        Ok(phone) if is_number(digits, plus.is_some()) => phone.masked(),
        Ok(_) | Err(_) if digits.len() < 11 => format!("{}****{}", &digits[..2], &digits[digits.len() - 2..]),
        Ok(_) | Err(_) => format!("{}****{}", &digits[..3], &digits[digits.len() - 4..]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contact::mask_digits;

    #[test]
    fn p8_a_number_is_found_however_people_write_it() {
        for (text, shown) in [
            ("回拨13800001234，工单2026", "回拨138****1234，工单2026"),
            ("回拨138-0000-1234", "回拨138****1234"),
            ("回拨138 0000 1234或１３８００００１２３４", "回拨138****1234或138****1234"),
            ("(0571) 8888-1234", "(0571****1234"),
            ("138.0000.1234", "138****1234"),
            ("+86 138 0000 1234", "138****1234"),
            ("+86-571-8888-1234", "571****1234"),
            ("机主在香港：+852 9123 4567", "机主在香港：852****4567"),
            ("13800001234 13900005678", "138****1234 139****5678"),
            ("1380000123413900005678", "138****5678"),
            ("3幢138 0000 1234", "3幢138****1234"),
            ("座机88881234", "座机88****34"),
            ("2026-11-26 138 0000 1234", "2026-11-26 138****1234"),
        ] {
            assert_eq!(mask_digits(text), shown, "{text}");
        }
    }

    #[test]
    fn p8_what_is_no_number_is_left_alone() {
        for text in [
            "2026-11-26 09:30",
            "2026.11.26 09:30-12:00",
            "2026-07-14 2026-07-15",
            "2026-07 2026-08 2026-09",
            "小区 CD-4411，460-00-6123-12345",
            "频段 2515-2675，800 900 1800 2100",
            "192.168.10.101",
            "104.061234 30.657123",
            "3 幢 2 单元 1402 室，30 秒 5 次",
        ] {
            assert_eq!(mask_digits(text), text);
        }
    }

    /// A number's digits as somebody may write them: full-width or not, with anything accepted between any two.
    fn spelled(digits: &'static str) -> impl Strategy<Value = (String, String)> {
        let between = "(|[- ()（）－—\u{a0}\u{3000}]{1,3})";
        let spelling = digits.prop_flat_map(move |digits| {
            let one = (proptest::collection::vec((any::<bool>(), between), digits.len()), Just(digits));
            one.prop_map(|(signs, digits)| {
                let written = digits.chars().zip(signs).map(|(c, (wide, between))| match (wide, c) {
                    (_, '+') => "+".to_owned(),
                    (true, c) => format!("{}{between}", char::from_u32(c as u32 + 0xfee0).expect("a full-width digit")),
                    (false, c) => format!("{c}{between}"),
                });
                (written.collect::<String>(), digits)
            })
        });
        spelling.boxed()
    }

    fn holds(written: &str, digits: &str) -> Result<(), TestCaseError> {
        let phone: Msisdn = written.parse().expect("an accepted spelling");
        let shown = mask_digits(&format!("请回拨{written}谢谢"));
        let left: String = shown.chars().filter_map(digit).collect();
        prop_assert!(left.len() <= 8, "{written} of {digits} is shown as {shown}");
        prop_assert!(!left.contains(phone.reveal().trim_start_matches('+')));
        prop_assert_eq!(shown, format!("请回拨{}{}谢谢", phone.masked(), trailing(written)));
        Ok(())
    }

    /// What stands behind the last digit belongs to the text.
    fn trailing(written: &str) -> String {
        let end = written.char_indices().rfind(|(_, c)| digit(*c).is_some());
        end.map_or_else(String::new, |(at, c)| written[at + c.len_utf8()..].to_owned())
    }

    proptest! {
        #[test]
        fn p8_every_accepted_spelling_of_a_mobile_is_masked((written, digits) in spelled("(\\+86|0086|86|)1[3-9][0-9]{9}")) {
            holds(&written, &digits)?;
        }

        #[test]
        fn p8_every_accepted_spelling_of_a_landline_is_masked(
            (written, digits) in spelled("(\\+860|00860|0)(10[0-9]{8}|2[0-9]{9}|[3-9][0-9]{9,10})"),
        ) {
            holds(&written, &digits)?;
        }

        #[test]
        fn p8_no_long_run_is_left(text in "[0-9０-９]{7,60}") {
            let left: String = mask_digits(&text).chars().filter_map(digit).collect();
            prop_assert!(left.len() <= 8, "{left}");
        }

        #[test]
        fn p8_finding_never_panics(text in "\\PC*") {
            let found = numbers(&text);
            prop_assert!(found.iter().all(|one| text.get(one.range.clone()).is_some()));
            prop_assert!(found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        }
    }
}
