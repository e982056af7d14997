//! Facts in, outcomes out: of several rows of one record the last counts.

use std::collections::HashMap;

use store::Applied;

use super::{Outcome, Summary};
use crate::import::Located;

/// One row for each record, the last of it, in the order of the file; and how many rows were repeats.
pub(super) fn last_of_each<T>(items: Vec<Located<T>>, key: impl Fn(&T) -> String) -> (Vec<T>, u64) {
    let last: HashMap<String, usize> = items.iter().enumerate().map(|(at, located)| (key(&located.item), at)).collect();
    let all = items.len();
    let rows: Vec<T> = items
        .into_iter()
        .enumerate()
        .filter(|(at, located)| last.get(&key(&located.item)) == Some(at))
        .map(|(_, located)| located.item)
        .collect();
    let repeated = (all - rows.len()) as u64;
    (rows, repeated)
}

/// What writing answered.
pub(super) fn written(applied: Vec<Applied>) -> Vec<Outcome> {
    applied
        .into_iter()
        .map(|one| match one {
            Applied::Added => Outcome::Added,
            Applied::Changed => Outcome::Changed,
            Applied::Unchanged => Outcome::Unchanged,
        })
        .collect()
}

/// What writing would answer.
pub(super) fn compared<T: PartialEq>(known: Vec<T>, rows: &[T], key: impl Fn(&T) -> String) -> Vec<Outcome> {
    let known: HashMap<String, T> = known.into_iter().map(|one| (key(&one), one)).collect();
    rows.iter()
        .map(|row| match known.get(&key(row)) {
            None => Outcome::Added,
            Some(old) if old == row => Outcome::Unchanged,
            Some(_) => Outcome::Changed,
        })
        .collect()
}

/// The account so far; repeats left everything as it was.
pub(super) fn summary(outcomes: Vec<Outcome>, repeated: u64) -> Summary {
    let mut summary = Summary { unchanged: repeated, ..Summary::default() };
    for outcome in outcomes {
        summary.count(outcome);
    }
    summary
}
