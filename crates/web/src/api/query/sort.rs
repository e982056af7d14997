//! The order of a list: `sort=-creationDate,+priority`; newest first unless asked otherwise, ties broken by id.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::filter::{Path, order_texts};
use crate::api::class::{Class, Kind};
use crate::api::error::ApiError;
use crate::api::time;

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
    /// Whether the default order is asked for: newest first.
    pub fn is_default(&self) -> bool {
        self.keys.is_empty()
    }

    /// Reads the value of `sort`. A form decoder has made a blank of `+`.
    pub fn read(&mut self, keys: &str, class: &'static Class) -> Result<(), ApiError> {
        for key in keys.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            let name = key.trim_start_matches(['-', '+', ' ']);
            let (path, kind) = Path::read(name, class)
                .ok_or_else(|| ApiError::query_invalid(format!("不能按此属性排序 (unknown sort attribute): {key}")))?;
            self.keys.push(Key { path, kind, descending: key.starts_with('-') });
        }
        Ok(())
    }

    /// The order of two items.
    pub fn compare(&self, a: &Map<String, Value>, b: &Map<String, Value>) -> Ordering {
        let id = |item: &Map<String, Value>| item.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        if self.is_default() {
            let created = |item: &Map<String, Value>| item.get("creationDate").and_then(instant);
            return created(b).cmp(&created(a)).then_with(|| id(b).cmp(&id(a)));
        }
        let by_keys = self.keys.iter().map(|key| key.compare(a, b)).find(|order| order.is_ne());
        by_keys.unwrap_or_else(|| id(a).cmp(&id(b)))
    }
}

impl Key {
    fn compare(&self, a: &Map<String, Value>, b: &Map<String, Value>) -> Ordering {
        let (a, b) = (self.path.values(a), self.path.values(b));
        match (a.first(), b.first()) {
            // What has no value stands last either way.
            (None, other) => {
                if other.is_none() {
                    Ordering::Equal
                } else {
                    Ordering::Greater
                }
            }
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => {
                let order = order(self.kind, a, b);
                if self.descending { order.reverse() } else { order }
            }
        }
    }
}

fn order(kind: Kind, a: &Value, b: &Value) -> Ordering {
    match kind {
        Kind::Time => instant(a).cmp(&instant(b)),
        Kind::Number => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        Kind::Flag => a.as_bool().cmp(&b.as_bool()),
        Kind::Text | Kind::Words | Kind::OneOf(_) | Kind::Object(_) | Kind::List(_) => {
            order_texts(a.as_str().unwrap_or_default(), b.as_str().unwrap_or_default())
        }
    }
}

fn instant(value: &Value) -> Option<domain::time::Timestamp> {
    value.as_str().and_then(time::parse)
}
