//! Where an item stands in an order: all that is kept of it while a list is put in order, and what a link carries so
//! that the next page begins right behind the one before, whatever was added meanwhile.

use std::cmp::Ordering;

use domain::time::Timestamp;
use serde_json::Value;

use crate::api::class::Kind;
use crate::api::time;

/// Texts stand in the order of so many first characters: a rank stays small, and fits a link.
const SAID: usize = 60;

/// The values of an item under the keys of an order, then its id: no two items share one.
#[derive(Debug, Clone, PartialEq)]
pub struct Rank {
    values: Vec<Placed>,
    id: String,
    /// Whether ids go downwards.
    down: bool,
}

/// What an item has under one key.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The value; none stands last either way.
    pub value: Option<Standing>,
    /// Whether the key goes downwards.
    pub down: bool,
}

/// A value under one key.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// An instant.
    Time(Timestamp),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// A text, cut.
    Text(String),
}

impl Standing {
    /// A value of that kind.
    pub fn of(kind: Kind, value: &Value) -> Self {
        match kind {
            Kind::Time => value.as_str().and_then(time::parse).map(Self::Time),
            Kind::Number => value.as_f64().map(Self::Number),
            Kind::Flag => value.as_bool().map(Self::Flag),
            Kind::Text | Kind::Words | Kind::OneOf(_) | Kind::Object(_) | Kind::List(_) => None,
        }
        .unwrap_or_else(|| Self::Text(value.as_str().unwrap_or_default().chars().take(SAID).collect()))
    }

    fn shown(&self) -> Value {
        match self {
            Self::Time(at) => at.as_micros().into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Text(text) => text.as_str().into(),
        }
    }

    fn read(kind: Kind, value: &Value) -> Option<Self> {
        match (kind, value) {
            (Kind::Time, Value::Number(_)) => value.as_i64().map(|micros| Self::Time(Timestamp::from_micros(micros))),
            (Kind::Number, Value::Number(_)) => value.as_f64().map(Self::Number),
            (Kind::Flag, Value::Bool(flag)) => Some(Self::Flag(*flag)),
            (_, Value::String(text)) => Some(Self::Text(text.chars().take(SAID).collect())),
            _ => None,
        }
    }

    /// A total order: what is of one kind by its value, else by kind.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => compare_texts(a, b),
            (a, b) => a.kind().cmp(&b.kind()),
        }
    }

    const fn kind(&self) -> u8 {
        match self {
            Self::Time(_) => 0,
            Self::Number(_) => 1,
            Self::Flag(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

/// Texts that read as numbers come first, in the order of the numbers; the others in their own.
fn compare_texts(a: &str, b: &str) -> Ordering {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let by_number = match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    by_number.then_with(|| a.cmp(b))
}

impl Rank {
    /// The rank of an item in an order where ids go upwards.
    pub fn new(values: Vec<Placed>, id: &str) -> Self {
        Self { values, id: id.to_owned(), down: false }
    }

    /// The rank of what was created then, the newest first.
    pub fn newest_first(created: Timestamp, id: &str) -> Self {
        let value = Some(Standing::Time(created));
        Self { values: vec![Placed { value, down: true }], id: id.to_owned(), down: true }
    }

    /// Whose it is.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The instant it is ordered by first, if it is.
    pub fn time(&self) -> Option<Timestamp> {
        match self.values.first()?.value.as_ref()? {
            Standing::Time(at) => Some(*at),
            Standing::Number(_) | Standing::Flag(_) | Standing::Text(_) => None,
        }
    }

    /// As a link carries it, not yet escaped.
    pub fn text(&self) -> String {
        let values = self.values.iter().map(|placed| placed.value.as_ref().map_or(Value::Null, Standing::shown));
        Value::Array(values.chain([Value::from(self.id.as_str())]).collect()).to_string()
    }

    /// Reads what [`Self::text`] wrote for keys of these kinds, each with whether it goes downwards; `None` for anything
    /// else.
    pub fn read(text: &str, keys: &[(Kind, bool)]) -> Option<Self> {
        let Ok(Value::Array(mut parts)) = serde_json::from_str(text) else { return None };
        let Some(Value::String(id)) = parts.pop() else { return None };
        if parts.len() != keys.len() {
            return None;
        }
        let mut values = Vec::with_capacity(parts.len());
        for (part, (kind, down)) in parts.iter().zip(keys) {
            let value = if part.is_null() { None } else { Some(Standing::read(*kind, part)?) };
            values.push(Placed { value, down: *down });
        }
        Some(Self::new(values, &id))
    }
}

impl Eq for Rank {}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let turn = |order: Ordering, down: bool| if down { order.reverse() } else { order };
        let by_value = self.values.iter().zip(&other.values).map(|(a, b)| match (&a.value, &b.value) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => turn(one.compare(two), a.down),
        });
        let by_id = || turn(self.id.cmp(&other.id), self.down);
        by_value.into_iter().find(|order| order.is_ne()).unwrap_or_else(by_id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn up(value: Option<Standing>) -> Placed {
        Placed { value, down: false }
    }

    fn text(value: &str) -> Placed {
        up(Some(Standing::of(Kind::Text, &json!(value))))
    }

    #[test]
    fn s5_the_order_of_texts_has_no_circles() {
        let words = ["9", "10", "1x", "9a", "", "inf", "NaN", "-3", "3.50", "3.5", "慢"];
        let ranks: Vec<_> = words.iter().map(|word| Rank::new(vec![text(word)], word)).collect();
        for a in &ranks {
            for b in &ranks {
                assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{a:?} {b:?}");
                for c in &ranks {
                    assert!(!(a < b && b < c) || a < c, "{a:?} {b:?} {c:?}");
                }
            }
        }
    }

    #[test]
    fn s5_a_rank_survives_a_link() {
        let values = vec![
            Placed { value: Some(Standing::Time(Timestamp::from_micros(1_777_777_777_123_456))), down: true },
            up(Some(Standing::Number(104.061))),
            up(Some(Standing::Flag(true))),
            text("慢 \"引号\""),
            up(None),
        ];
        let kinds = [Kind::Time, Kind::Number, Kind::Flag, Kind::Text, Kind::Words];
        let keys: Vec<_> = kinds.into_iter().enumerate().map(|(at, kind)| (kind, at == 0)).collect();
        let rank = Rank::new(values, "an id");
        assert_eq!(Rank::read(&rank.text(), &keys), Some(rank));
        for bad in [
            "",
            "1",
            "[]",
            "[1]",
            "[\"id\"]",
            "[1,2,3,4,5,\"id\"]",
            "[1,1.5,true,\"a\",null,7]",
            "[1.5,1,true,\"a\",null,\"id\"]",
        ] {
            assert_eq!(Rank::read(bad, &keys), None, "{bad}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let rank = Rank::new(vec![text(&"慢".repeat(100_000))], "id");
        assert!(rank.text().len() < 300);
    }
}
