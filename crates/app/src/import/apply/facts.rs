//! Facts in, outcomes out: of several rows of one record the last counts.

use std::collections::{HashMap, HashSet};

use ran::fact::Alarm;
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

/// One alarm for each id, in the order of the file: what was known and every row about it told together; and how many rows
/// were repeats.
pub(super) fn told_together(items: Vec<Located<Alarm>>, known: Vec<Alarm>) -> (Vec<Alarm>, u64) {
    let mut known: HashMap<String, Alarm> = known.into_iter().map(|alarm| (alarm.id.clone(), alarm)).collect();
    let (all, mut order, mut seen) = (items.len(), Vec::new(), HashSet::new());
    for Located { item: later, .. } in items {
        let id = later.id.clone();
        if seen.insert(id.clone()) {
            order.push(id.clone());
        }
        let told = match known.remove(&id) {
            Some(before) => before.told_again(later),
            None => later,
        };
        known.insert(id, told);
    }
    let alarms: Vec<Alarm> = order.iter().filter_map(|id| known.remove(id)).collect();
    let repeated = (all - alarms.len()) as u64;
    (alarms, repeated)
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
