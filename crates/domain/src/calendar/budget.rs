//! How long something may take: `half-day`, `2-half-days`, `PT3H30M/working`, `PT48H`, `P15D`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::check::Bilingual;

/// A time limit, by the clock on the wall or by working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Budget {
    /// 自然时间: nights and holidays count too.
    Elapsed {
        /// Calendar days of the branch's zone, to the same time of day.
        days: u32,
        /// Seconds on top of them.
        seconds: u32,
    },
    /// 工作时间: seconds inside working sessions.
    Working(u32),
    /// That many half working days 半个工作日 (M7, M8), counted as [`HalfDay`] says.
    HalfDays(u32),
}

/// What half a working day is (domain.md §13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HalfDay {
    /// A: half the configured daily working time, counted in working sessions.
    #[default]
    Hours,
    /// B: inside a session until the end of the next one, outside until the end of the first one that follows.
    Session,
}

/// Why a text is not a budget.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotABudget {
    /// No known form.
    #[error("not a budget: `{0}`; written as half-day, 2-half-days, PT3H30M/working, PT48H or P15D")]
    Form(String),
    /// A sign in front.
    #[error("a budget runs forward, `{0}` is negative")]
    Negative(String),
    /// Nothing to count.
    #[error("`{0}` is no time at all")]
    Zero(String),
    /// Longer than ten years.
    #[error("`{0}` is longer than ten years")]
    TooLong(String),
    /// Years, months or weeks of working time and the like, which have no fixed length.
    #[error("`{0}`: {1}")]
    Senseless(String, &'static str),
}

impl NotABudget {
    /// What is wrong and how it is written, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh = match self {
            Self::Form(text) => {
                format!("不是时限：“{text}”；可写 half-day、2-half-days、PT3H30M/working、PT48H 或 P15D")
            }
            Self::Negative(text) => format!("时限只能向前算，“{text}” 是负数"),
            Self::Zero(text) => format!("“{text}” 没有时长"),
            Self::TooLong(text) => format!("“{text}” 超过十年"),
            Self::Senseless(text, why) => {
                format!("“{text}” 无法换算：只用整数的周、天、时、分、秒，工作日写成半天数（{why}）")
            }
        };
        Bilingual::new(zh, self.to_string())
    }
}

const DAY_SECONDS: u64 = 86_400;
const TEN_YEARS_DAYS: u64 = 3_653;
const TEN_YEARS: u64 = TEN_YEARS_DAYS * DAY_SECONDS;

impl Budget {
    /// Half a working day, the limit of M7 and M8.
    pub const HALF_DAY: Self = Self::HalfDays(1);

    /// Hours by the clock on the wall.
    pub const fn hours(hours: u32) -> Self {
        Self::Elapsed { days: 0, seconds: hours * 3_600 }
    }

    /// Minutes by the clock on the wall.
    pub const fn minutes(minutes: u32) -> Self {
        Self::Elapsed { days: 0, seconds: minutes * 60 }
    }

    /// Calendar days, to the same time of day.
    pub const fn days(days: u32) -> Self {
        Self::Elapsed { days, seconds: 0 }
    }

    /// Hours of working time.
    pub const fn working_hours(hours: u32) -> Self {
        Self::Working(hours * 3_600)
    }
}

impl FromStr for Budget {
    type Err = NotABudget;

    fn from_str(text: &str) -> Result<Self, NotABudget> {
        let text = text.trim();
        match Self::written(text)? {
            Self::Elapsed { days: 0, seconds: 0 } | Self::Working(0) | Self::HalfDays(0) => {
                Err(NotABudget::Zero(text.to_owned()))
            }
            Self::Elapsed { days, seconds } if u64::from(days) * DAY_SECONDS + u64::from(seconds) > TEN_YEARS => {
                Err(NotABudget::TooLong(text.to_owned()))
            }
            Self::Working(seconds) if u64::from(seconds) > TEN_YEARS => Err(NotABudget::TooLong(text.to_owned())),
            Self::HalfDays(count) if u64::from(count) > 2 * TEN_YEARS_DAYS => Err(NotABudget::TooLong(text.to_owned())),
            budget => Ok(budget),
        }
    }
}

impl Budget {
    /// Reads the form alone. A limit somebody else set may be no time at all or longer than any of ours, and what is on
    /// record must read back whatever it says.
    fn written(text: &str) -> Result<Self, NotABudget> {
        if text.starts_with(['-', '−']) {
            return Err(NotABudget::Negative(text.to_owned()));
        }
        if let Some(count) = text.strip_suffix("half-days").or_else(|| text.strip_suffix("half-day")) {
            return half_days(text, count);
        }
        let (duration, working) = text.strip_suffix("/working").map_or((text, false), |duration| (duration, true));
        let (days, seconds) = iso_duration(text, duration)?;
        if working && days > 0 {
            let hint = "working days are written as half days: P3D of working time is 6-half-days";
            return Err(NotABudget::Senseless(text.to_owned(), hint));
        }
        match (u32::try_from(days), u32::try_from(seconds)) {
            (Ok(days), Ok(seconds)) => {
                Ok(if working { Self::Working(seconds) } else { Self::Elapsed { days, seconds } })
            }
            _ => Err(NotABudget::TooLong(text.to_owned())),
        }
    }
}

/// `half-day`, `2-half-days`: what stands before the word is a count and a hyphen, or nothing.
fn half_days(text: &str, count: &str) -> Result<Budget, NotABudget> {
    if count.is_empty() {
        return if text == "half-day" { Ok(Budget::HALF_DAY) } else { Err(NotABudget::Form(text.to_owned())) };
    }
    let digits = count.strip_suffix('-').filter(|digits| is_number(digits));
    match digits.ok_or_else(|| NotABudget::Form(text.to_owned()))?.parse::<u32>() {
        Ok(count) => Ok(Budget::HalfDays(count)),
        Err(_) => Err(NotABudget::TooLong(text.to_owned())),
    }
}

/// An ISO 8601 duration of weeks, days, hours, minutes and seconds in whole numbers, as days and seconds.
fn iso_duration(text: &str, duration: &str) -> Result<(u64, u64), NotABudget> {
    let form = || NotABudget::Form(text.to_owned());
    let senseless = |why| NotABudget::Senseless(text.to_owned(), why);
    let body = duration.strip_prefix('P').ok_or_else(form)?;
    let (date, time) = body.split_once('T').map_or((body, None), |(date, time)| (date, Some(time)));
    if body.is_empty() || time.is_some_and(str::is_empty) {
        return Err(form());
    }
    if body.contains('-') {
        return Err(NotABudget::Negative(text.to_owned()));
    }
    if body.contains(['.', ',']) {
        return Err(senseless("whole numbers only: half an hour is PT30M"));
    }
    let days = components(date, &[('Y', None), ('M', None), ('W', Some(7)), ('D', Some(1))]).ok_or_else(form)?;
    let days = days.ok_or_else(|| senseless("years and months have no fixed length: give days"))?;
    let seconds = components(time.unwrap_or(""), &[('H', Some(3_600)), ('M', Some(60)), ('S', Some(1))]);
    Ok((days, seconds.flatten().ok_or_else(form)?))
}

/// The sum of `number unit` pairs in the order of `units`: `None` for a wrong form, `Some(None)` for a unit without length.
#[expect(clippy::option_option, reason = "a wrong form and a unit without length are told apart by the caller")]
fn components(text: &str, units: &[(char, Option<u64>)]) -> Option<Option<u64>> {
    let (mut rest, mut units, mut sum) = (text, units.iter(), Some(0_u64));
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (digits, unit) = (&rest[..end], rest[end..].chars().next()?);
        let (_, length) = units.find(|(name, _)| *name == unit)?;
        if !is_number(digits) {
            return None;
        }
        let number = digits.parse().unwrap_or(u64::MAX);
        sum = sum.zip(*length).map(|(sum, length)| sum.saturating_add(length.saturating_mul(number)));
        rest = &rest[end + unit.len_utf8()..];
    }
    Some(sum)
}

fn is_number(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Elapsed { days, seconds: 0 } if days > 0 => write!(f, "P{days}D"),
            Self::Elapsed { days: 0, seconds } => write!(f, "PT{}", Clockwise(seconds)),
            Self::Elapsed { days, seconds } => write!(f, "P{days}DT{}", Clockwise(seconds)),
            Self::Working(seconds) => write!(f, "PT{}/working", Clockwise(seconds)),
            Self::HalfDays(1) => f.write_str("half-day"),
            Self::HalfDays(count) => write!(f, "{count}-half-days"),
        }
    }
}

/// Seconds as `48H`, `3H30M`, `0S`.
struct Clockwise(u32);

impl fmt::Display for Clockwise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(self.0 / 3_600, 'H'), (self.0 / 60 % 60, 'M'), (self.0 % 60, 'S')];
        for (number, unit) in parts.into_iter().filter(|(number, _)| *number > 0) {
            write!(f, "{number}{unit}")?;
        }
        if self.0 == 0 { f.write_str("0S") } else { Ok(()) }
    }
}

impl TryFrom<String> for Budget {
    type Error = NotABudget;

    fn try_from(text: String) -> Result<Self, NotABudget> {
        Self::written(&text)
    }
}

impl From<Budget> for String {
    fn from(budget: Budget) -> Self {
        budget.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_contract_is_read_and_written_back() {
        let cases = [
            ("half-day", Budget::HALF_DAY, "half-day"),
            ("1-half-day", Budget::HALF_DAY, "half-day"),
            ("2-half-days", Budget::HalfDays(2), "2-half-days"),
            ("PT3H30M/working", Budget::Working(12_600), "PT3H30M/working"),
            ("PT210M/working", Budget::Working(12_600), "PT3H30M/working"),
            ("PT48H", Budget::hours(48), "PT48H"),
            ("PT90S", Budget::Elapsed { days: 0, seconds: 90 }, "PT1M30S"),
            ("P15D", Budget::days(15), "P15D"),
            ("P2W", Budget::days(14), "P14D"),
            ("P1DT12H", Budget::Elapsed { days: 1, seconds: 43_200 }, "P1DT12H"),
        ];
        for (text, budget, written) in cases {
            assert_eq!(text.parse(), Ok(budget), "{text}");
            assert_eq!(budget.to_string(), written);
            assert_eq!(written.parse(), Ok(budget));
        }
    }

    #[test]
    fn what_is_senseless_is_refused_with_its_reason() {
        let cases = [
            ("", "not a budget"),
            ("half", "not a budget"),
            ("half-days", "not a budget"),
            ("two-half-days", "not a budget"),
            ("2half-days", "not a budget"),
            ("P", "not a budget"),
            ("PT", "not a budget"),
            ("P1DT", "not a budget"),
            ("PT5", "not a budget"),
            ("PTH", "not a budget"),
            ("PT3M2H", "not a budget"),
            ("48H", "not a budget"),
            ("PT48H/office", "not a budget"),
            ("-PT48H", "negative"),
            ("PT-5H", "negative"),
            ("-1-half-days", "negative"),
            ("PT0S", "no time at all"),
            ("P0D", "no time at all"),
            ("0-half-days", "no time at all"),
            ("PT0H/working", "no time at all"),
            ("P3D/working", "6-half-days"),
            ("P1M", "no fixed length"),
            ("P1Y", "no fixed length"),
            ("PT1.5H", "whole numbers"),
            ("P9999D", "ten years"),
            ("PT99999999999999999999H", "ten years"),
            ("99999999999-half-days", "ten years"),
        ];
        for (text, reason) in cases {
            let error = text.parse::<Budget>().expect_err(text).to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
