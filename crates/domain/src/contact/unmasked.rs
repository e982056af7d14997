//! A text that was shown masked comes back from a form: its masks are the numbers they were shown for (P-8).
//!
//! The rule. The first mask of its kind stands for the first number shown by it, the second for the second, each once. Of
//! several numbers shown alike either all come back or none: which of them is gone cannot be told. A mask nothing was shown by
//! is refused, never guessed at and never kept as if it were a number.

use std::collections::HashMap;
use std::ops::Range;

use super::{digit, numbers};
use crate::check::Bilingual;

/// What every mask of a number in a text has in it.
const STARS: &str = "****";

/// A mask that stands for no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{mask} stands for no number here, or it cannot be told for which: write the number in full, or leave the mask out"
)]
pub struct NoSuchMask {
    /// As it was written.
    pub mask: String,
}

impl NoSuchMask {
    /// What is wrong and what to do, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh = format!("{} 在这里不对应任何号码，或无法确定是哪一个：请写出完整号码，或去掉打码。", self.mask);
        Bilingual::new(zh, format!("{self}."))
    }
}

/// What somebody wrote over the masked form of `before`, with the numbers in it again.
pub fn unmasked(written: &str, before: &str) -> Result<String, NoSuchMask> {
    let shown = Shown::of(before);
    let mut slots: HashMap<&str, Vec<&str>> = HashMap::new();
    for run in masks(&shown.text) {
        slots.entry(&shown.text[run.clone()]).or_default().push(&before[shown.origin(&run)]);
    }
    let given = masks(written);
    let mut left: HashMap<&str, usize> = HashMap::new();
    for run in &given {
        *left.entry(&written[run.clone()]).or_default() += 1;
    }
    let all = left.clone();
    let (mut text, mut done) = (String::with_capacity(written.len()), 0);
    for run in given {
        let mask = &written[run.clone()];
        let alike = slots.get(mask).map_or(&[][..], Vec::as_slice);
        let certain = all[mask] >= alike.len() || alike.windows(2).all(|pair| pair[0] == pair[1]);
        let earlier = left.get_mut(mask).map_or(0, |left| {
            *left -= 1;
            all[mask] - *left - 1
        });
        let number = alike.get(earlier).filter(|_| certain).ok_or_else(|| NoSuchMask { mask: mask.to_owned() })?;
        text.extend([&written[done..run.start], number]);
        done = run.end;
    }
    text.push_str(&written[done..]);
    Ok(text)
}

/// The masked form of a text, and where each part of it comes from.
struct Shown {
    text: String,
    /// What is shown, and what it stands for, first to last.
    parts: Vec<(Range<usize>, Range<usize>)>,
}

impl Shown {
    fn of(before: &str) -> Self {
        let (mut text, mut parts, mut done) = (String::with_capacity(before.len()), Vec::new(), 0);
        let mut put = |part: &str, from: Range<usize>| {
            let start = text.len();
            text.push_str(part);
            parts.push((start..text.len(), from));
        };
        for number in numbers(before) {
            put(&before[done..number.range.start], done..number.range.start);
            done = number.range.end;
            put(&number.masked, number.range);
        }
        put(&before[done..], done..before.len());
        Self { text, parts }
    }

    /// What a run of the masked form stands for. A number's mask is digits and stars, so no run ends within one.
    fn origin(&self, run: &Range<usize>) -> Range<usize> {
        let part = |at: usize| self.parts.get(self.parts.partition_point(|(shown, _)| shown.end <= at));
        let (start, end) = (part(run.start), part(run.end - 1));
        let start = start.map_or(0, |(shown, from)| from.start + (run.start - shown.start));
        let end = end.map_or(start, |(shown, from)| from.end - (shown.end - run.end));
        start..end
    }
}

/// The runs of digits and stars that read like a number's mask. Whatever is joined to one by a digit or star is part of it.
fn masks(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| digit(*c).is_some() || is_star(*c)) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += c.len_utf8(),
            _ => runs.push(at..at + c.len_utf8()),
        }
    }
    runs.retain(|run| {
        let plain: String = text[run.clone()].chars().map(|c| if is_star(c) { '*' } else { c }).collect();
        plain.contains(STARS) && plain.contains(|c| digit(c).is_some())
    });
    runs
}

const fn is_star(c: char) -> bool {
    matches!(c, '*' | '＊')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contact::mask_digits;

    fn refused(written: &str, before: &str) -> String {
        unmasked(written, before).expect_err("refused").mask
    }

    #[test]
    fn p8_a_mask_given_back_is_the_number_it_was_shown_for() {
        let before = "回拨138-0000-1234，或 057188881234，或 13800001234";
        let shown = mask_digits(before);
        assert_eq!(unmasked(&shown, before).as_deref(), Ok(before));
        assert_eq!(unmasked(&shown.replace("回拨", "请回拨"), before), Ok(format!("请{before}")));
        assert_eq!(unmasked("不用回拨", before).as_deref(), Ok("不用回拨"));
        assert_eq!(unmasked("改打 13900005678", before).as_deref(), Ok("改打 13900005678"), "a new one in full");
    }

    #[test]
    fn p8_a_mask_that_was_in_the_text_itself_is_no_number() {
        let before = "上游写 138****1234，实为 13800001234";
        assert_eq!(unmasked(&mask_digits(before), before).as_deref(), Ok(before));
        assert_eq!(refused("实为 138****1234", before), "138****1234", "one of two that read alike");
        assert_eq!(unmasked("139****0000", "139****0000").as_deref(), Ok("139****0000"));
    }

    #[test]
    fn p8_a_mask_is_good_once_and_none_is_guessed_at() {
        let before = "回拨13800001234";
        assert_eq!(refused("回拨138****1234，再拨138****1234", before), "138****1234");
        for mistyped in ["138****1235", "8138****1234", "138****12345", "138*****1234", "138＊＊＊＊1234"] {
            assert_eq!(refused(mistyped, before), mistyped);
        }
        assert_eq!(refused("138****1234", ""), "138****1234");
    }

    #[test]
    fn p8_of_two_numbers_shown_alike_both_come_back_or_none() {
        let before = "13800001234 13811111234";
        assert_eq!(unmasked("138****1234 或 138****1234", before).as_deref(), Ok("13800001234 或 13811111234"));
        assert_eq!(refused("138****1234", before), "138****1234");
        assert_eq!(
            unmasked("138****1234", "13800001234 13800001234").as_deref(),
            Ok("13800001234"),
            "one and the same"
        );
    }

    #[test]
    fn what_is_no_mask_is_left_alone() {
        for text in ["重要***", "****", "**加急**", "3*4=12", "2****", ""] {
            assert_eq!(unmasked(text, "13800001234").ok().as_deref(), (text != "2****").then_some(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn p8_what_nobody_changed_comes_back_as_it_was(before in "([0-9*+() \\-.，一]|1380000123[0-9]|0571 8888123[0-9]){0,12}") {
            prop_assert_eq!(unmasked(&mask_digits(&before), &before), Ok(before));
        }

        #[test]
        fn p8_each_number_comes_back_at_most_once_and_in_order(
            tails in proptest::collection::vec(0..10_000_u32, 1..5),
            picked in proptest::collection::vec(0..5_usize, 0..6),
        ) {
            let all: Vec<String> = tails.iter().enumerate().map(|(at, tail)| format!("13{at}5555{tail:04}")).collect();
            let before = all.join("，");
            let written: Vec<String> = picked.iter().filter_map(|at| all.get(*at)).map(|one| mask_digits(one)).collect();
            let mut once = written.clone();
            once.sort();
            once.dedup();
            match unmasked(&written.join("、"), &before) {
                Ok(text) => {
                    let back: Vec<String> = picked.iter().filter_map(|at| all.get(*at)).cloned().collect();
                    prop_assert_eq!(text, back.join("、"));
                    prop_assert_eq!(once.len(), written.len());
                }
                Err(refused) => {
                    prop_assert!(once.len() < written.len());
                    prop_assert!(written.contains(&refused.mask));
                }
            }
        }

        #[test]
        fn p8_no_digits_come_from_nowhere(written in "([0-9*＊ 一]|138\\*\\*\\*\\*1234){0,9}", before in "([0-9*一]|13800001234){0,6}") {
            if let Ok(text) = unmasked(&written, &before) {
                let mut runs = text.split(|c| digit(c).is_none());
                prop_assert!(runs.all(|run| written.contains(run) || before.contains(run)), "{}", text);
            }
        }
    }
}
