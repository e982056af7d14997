//! JSON as machines send it, read strictly: no key twice, no NUL, bounded depth. What is doubtful is refused, not guessed.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a body is not JSON we take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadJson(String);

/// Reads one JSON value and nothing after it.
pub fn parse(bytes: &[u8]) -> Result<Value, BadJson> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict.deserialize(&mut reader).map_err(|error| BadJson(error.to_string()))?;
    reader.end().map_err(|error| BadJson(error.to_string()))?;
    Ok(value)
}

/// A seed that builds a value and looks at every key and text on the way.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        checked(text).map(|text| Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Strict)?;
            if map.contains_key(checked(&key)?) {
                return Err(A::Error::custom(format!("key \"{key}\" stands twice")));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// A NUL cannot be kept by every store, and nobody means one.
fn checked<E: serde::de::Error>(text: &str) -> Result<&str, E> {
    if text.contains('\0') { Err(E::custom("a NUL character in a text")) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_body_reads_as_it_is() {
        let body = r#"{"名":"首问 👩🏽‍🚀 é","n":[1,-2,3.5,true,null],"o":{}}"#;
        assert_eq!(parse(body.as_bytes()).expect("json"), serde_json::from_str::<Value>(body).expect("json"));
    }

    #[test]
    fn doubtful_bodies_are_refused() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        for body in
            [r#"{"a":1,"a":2}"#, r#"{"a":{"b":1,"b":1}}"#, r#"{"a":"\u0000"}"#, r#"{"a\u0000":1}"#, "", "{", "{} x"]
        {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
        assert!(parse(deep.as_bytes()).is_err(), "10,000 levels");
        assert!(parse(b"{\"a\":\"\xff\"}").is_err(), "not UTF-8");
        assert!(parse(br#"{"a":"\ud800"}"#).is_err(), "half a surrogate pair");
        assert!(parse(br#"{"a":1e999}"#).is_err(), "no number");
    }
}
