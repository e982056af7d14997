//! The order of a list: `sort=-creationDate,+priority`; newest first unless asked otherwise, ties broken by id.

use domain::time::Timestamp;
use serde_json::{Map, Value};

use super::filter::Path;
use super::rank::{Placed, Rank, Standing};
use crate::api::class::{Class, Kind};
use crate::api::error::ApiError;

/// The attribute the order is by when nobody asks for another.
const CREATED: &str = "creationDate";

/// How many keys an order has at most: a link carries a value for each.
const MOST: usize = 8;

/// The keys, most important first; none for newest first.
#[derive(Debug, Default)]
pub struct Sort {
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Key {
    path: Path,
    kind: Kind,
    descending: bool,
}

impl Sort {
    /// Whether the newest come first: the order the store has by itself.
    pub fn is_newest_first(&self) -> bool {
        match self.keys.as_slice() {
            [] => true,
            [key] => key.descending && key.path.is(CREATED),
            _ => false,
        }
    }

    /// Reads the value of `sort`. A form decoder has made a blank of `+`.
    pub fn read(&mut self, keys: &str, class: &'static Class) -> Result<(), ApiError> {
        for key in keys.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            let name = key.trim_start_matches(['-', '+', ' ']);
            let (path, kind) = Path::read(name, class)
                .ok_or_else(|| ApiError::query_invalid(format!("不能按此属性排序 (unknown sort attribute): {key}")))?;
            if self.keys.len() == MOST {
                return Err(ApiError::query_invalid(format!("sort: 最多 {MOST} 个属性 (at most {MOST} attributes)")));
            }
            self.keys.push(Key { path, kind, descending: key.starts_with('-') });
        }
        Ok(())
    }

    /// Where an item stands; `created` to the microsecond, of which its `creationDate` shows milliseconds only.
    pub fn rank(&self, item: &Map<String, Value>, created: Timestamp) -> Rank {
        let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
        if self.is_newest_first() {
            return Rank::newest_first(created, id);
        }
        let placed = |key: &Key| Placed {
            value: key.path.values(item).first().map(|value| Standing::of(key.kind, value)),
            down: key.descending,
        };
        Rank::new(self.keys.iter().map(placed).collect(), id)
    }

    /// The rank a link carries; `None` for one this order never makes.
    pub fn read_rank(&self, text: &str) -> Option<Rank> {
        if self.is_newest_first() {
            let rank = Rank::read(text, &[(Kind::Time, true)])?;
            return Some(Rank::newest_first(rank.time()?, rank.id()));
        }
        let keys: Vec<_> = self.keys.iter().map(|key| (key.kind, key.descending)).collect();
        Rank::read(text, &keys)
    }
}
