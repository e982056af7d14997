//! Phones and names: parsed once, masked by default, sealed at rest (domain.md §11, rules P-2 and P-4).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

mod unmasked;
mod written;

pub use unmasked::{NoSuchMask, unmasked};
pub use written::{Written, numbers};

/// A telephone number 号码: digits, an optional leading `+`. Never printed whole by `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Msisdn(String);

/// Why a text is not a telephone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number: 3 to 20 digits are expected")]
pub struct NotAPhone;

impl Msisdn {
    /// The number in clear. Only the vault and an unmasked, recorded answer ask for it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// `138****1234`; shorter numbers keep their last two digits.
    pub fn masked(&self) -> String {
        let digits = self.0.trim_start_matches('+');
        let count = digits.len();
        if count >= 10 {
            format!("{}****{}", &digits[..(count - 8).min(4)], &digits[count - 4..])
        } else {
            format!("{}{}", "*".repeat(count.saturating_sub(2)), &digits[count.saturating_sub(2)..])
        }
    }
}

impl FromStr for Msisdn {
    type Err = NotAPhone;

    /// Accepts blanks, dashes, brackets and full-width forms, drops China's country code, refuses the rest.
    fn from_str(text: &str) -> Result<Self, NotAPhone> {
        let mut digits = String::with_capacity(text.len());
        for c in text.trim().chars() {
            match digit(c) {
                Some(digit) => digits.push(digit),
                None if is_plus(c) && digits.is_empty() => digits.push('+'),
                None if is_separator(c) => {}
                None => return Err(NotAPhone),
            }
        }
        let mut national = digits.as_str();
        // More than once: forms put the code before what already has it.
        while let Some(rest) = without_china(national) {
            national = rest;
        }
        if !(3..=20).contains(&national.trim_start_matches('+').len()) {
            return Err(NotAPhone);
        }
        Ok(Self(national.to_owned()))
    }
}

impl fmt::Debug for Msisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Msisdn({})", self.masked())
    }
}

/// `王**`: the family name stays (P-2). Letters of other scripts keep their first.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.trim().chars();
    chars.next().map_or_else(String::new, |first| {
        let rest = chars.count().clamp(1, 2);
        format!("{first}{}", "*".repeat(rest))
    })
}

/// Replaces every telephone number of a free text by its masked form, so that one typed into a description is not shown
/// (P-8). What counts as one, says [`numbers`].
pub fn mask_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for number in numbers(text) {
        out.extend([&text[done..number.range.start], &number.masked]);
        done = number.range.end;
    }
    out.push_str(&text[done..]);
    out
}

/// What follows China's country code.
fn without_china(digits: &str) -> Option<&str> {
    let mobile = |rest: &&str| rest.len() == 11 && rest.starts_with('1');
    digits
        .strip_prefix("+86")
        .or_else(|| digits.strip_prefix("0086"))
        .or_else(|| digits.strip_prefix("86").filter(mobile))
}

/// An ordinary or a full-width digit as an ordinary one.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => Some(char::from(b'0' + (c as u32 - '０' as u32) as u8)),
        _ => None,
    }
}

const fn is_plus(c: char) -> bool {
    matches!(c, '+' | '＋')
}

/// What people put between the groups of a number.
const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{3000}' | '-' | '－' | '‐'..='—' | '(' | ')' | '（' | '）')
}

/// A phone or name as the record keeps it: ciphertext for the vault, keyed hash for equality, mask for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Nonce and ciphertext, base64; opened by the vault only.
    pub cipher: String,
    /// Keyed hash, hex; equal values have equal digests under one key.
    pub digest: String,
    /// What everybody sees.
    pub masked: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_phone_is_read_in_every_way_people_write_it() {
        for text in ["13800001234", "+86 138 0000 1234", "0086-13800001234", "８６13800001234"] {
            assert_eq!(text.parse::<Msisdn>().expect(text).masked(), "138****1234", "{text}");
        }
        assert_eq!("0755-8888123".parse::<Msisdn>().expect("landline").masked(), "075****8123");
        assert_eq!("10086".parse::<Msisdn>().expect("short").masked(), "***86");
        assert!("老王的电话".parse::<Msisdn>().is_err());
    }

    #[test]
    fn a_name_keeps_its_family_name_only() {
        assert_eq!(mask_name("王小明"), "王**");
        assert_eq!(mask_name("李四"), "李*");
        assert_eq!(mask_name(""), "");
    }

    proptest! {
        #[test]
        fn masking_never_shows_a_phone_whole(digits in "1[0-9]{10}") {
            let phone: Msisdn = digits.parse().expect("a phone");
            prop_assert!(!phone.masked().contains(&digits));
            let shown = format!("{phone:?}");
            prop_assert!(!shown.contains(&digits));
        }

        #[test]
        fn a_phone_read_again_is_the_same(text in "[+0-9]{3,20}|(\\+86|0086|86){0,3}1[0-9]{10}") {
            if let Ok(phone) = text.parse::<Msisdn>() {
                prop_assert_eq!(phone.reveal().parse::<Msisdn>(), Ok(phone));
            }
        }

        #[test]
        fn parsing_never_panics(text in "\\PC*") {
            let _ = text.parse::<Msisdn>().map(|phone| phone.masked());
            let _ = mask_name(&text);
            let _ = mask_digits(&text);
        }
    }
}
