//! Classes of resources as tables of typed attributes. Validation, filters and the OpenAPI document read the same table.

use serde_json::{Map, Value};

use super::error::ApiError;
use super::time;

/// A class: its name and what it may carry.
#[derive(Debug)]
pub struct Class {
    /// The name, as `@type` says it.
    pub name: &'static str,
    /// Every attribute it knows.
    pub attributes: &'static [Attribute],
    /// What `@referredType` is when a reference of this class does not say.
    pub refers_to: Option<&'static str>,
}

/// One attribute.
#[derive(Debug)]
pub struct Attribute {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Who writes it.
    pub rule: Rule,
    /// What it means, for the description.
    pub about: &'static str,
}

/// What an attribute holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// A text that says something.
    Words,
    /// One of a closed set of texts.
    OneOf(&'static [&'static str]),
    /// An RFC 3339 time.
    Time,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// An object.
    Object(&'static Class),
    /// A list of objects.
    List(&'static Class),
}

/// Who writes an attribute, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The client must give it, may change it, cannot remove it.
    Mandatory,
    /// The client may give, change and remove it.
    Free,
    /// The client gives it at creation only.
    AtCreation,
    /// The server's own: ignored in a POST whatever its value, fixed in a PATCH.
    Server,
    /// The server's own at creation, the client's by PATCH.
    ByPatch,
}

/// What to do with an attribute the class does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Leave it out: POST.
    Ignore,
    /// 400: PATCH.
    Refuse,
}

impl Class {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Checks an object against the class and puts it in order: times in UTC, absent for `null`, references completed.
    pub fn clean(
        &self,
        given: &Map<String, Value>,
        path: &str,
        unknown: Unknown,
    ) -> Result<Map<String, Value>, ApiError> {
        let mut clean = Map::new();
        for (name, value) in given {
            let place = joined(path, name);
            match self.attribute(name) {
                None if unknown == Unknown::Ignore => {}
                None => return Err(ApiError::field_invalid(&place, "未知属性 (unknown attribute)")),
                Some(_) if value.is_null() => {}
                Some(attribute) => {
                    if let Some(value) = attribute.kind.clean(value, &place, unknown)? {
                        clean.insert(name.clone(), value);
                    }
                }
            }
        }
        if let Some(target) = self.refers_to {
            clean.entry("@referredType").or_insert_with(|| Value::from(target));
        }
        if clean.get("@schemaLocation").is_some_and(|location| location == "") {
            clean.remove("@schemaLocation");
        }
        match self
            .attributes
            .iter()
            .find(|attribute| attribute.rule == Rule::Mandatory && !clean.contains_key(attribute.name))
        {
            Some(missing) => Err(ApiError::field_missing(&joined(path, missing.name))),
            None => Ok(clean),
        }
    }
}

impl Kind {
    /// Checks a value; `None` for a text that stands for nothing.
    pub fn clean(self, value: &Value, path: &str, unknown: Unknown) -> Result<Option<Value>, ApiError> {
        let wrong = |expected: &str| Err(ApiError::field_invalid(path, expected));
        match (self, value) {
            (Self::Text, Value::String(_)) | (Self::Number, Value::Number(_)) | (Self::Flag, Value::Bool(_)) => {
                Ok(Some(value.clone()))
            }
            (Self::Words, Value::String(text)) if !text.trim().is_empty() => Ok(Some(value.clone())),
            (Self::OneOf(set), Value::String(text)) if set.contains(&text.as_str()) => Ok(Some(value.clone())),
            (Self::Time, Value::String(text)) => match time::parse(text) {
                Some(at) => Ok(Some(Value::from(time::show(at)))),
                None => wrong("应为带时区的 RFC 3339 时间 (an RFC 3339 date-time with an offset is expected)"),
            },
            (Self::Object(class), Value::Object(map)) => {
                class.clean(map, path, unknown).map(|map| Some(Value::Object(map)))
            }
            (Self::List(class), Value::Array(items)) => {
                let clean = items.iter().enumerate().map(|(i, item)| match item {
                    Value::Object(map) => class.clean(map, &format!("{path}[{i}]"), unknown).map(Value::Object),
                    _ => Err(ApiError::field_invalid(&format!("{path}[{i}]"), "应为对象 (an object is expected)")),
                });
                clean.collect::<Result<Vec<_>, _>>().map(|items| Some(Value::Array(items)))
            }
            (Self::Text, _) => wrong("应为文本 (a text is expected)"),
            (Self::Words, _) => wrong("应为非空文本 (a non-empty text is expected)"),
            (Self::OneOf(set), _) => wrong(&format!("应为其中之一 (expected one of): {}", set.join(", "))),
            (Self::Time, _) => wrong("应为时间文本 (a text holding an RFC 3339 time is expected)"),
            (Self::Number, _) => wrong("应为数字 (a number is expected)"),
            (Self::Flag, _) => wrong("应为 true 或 false (true or false is expected)"),
            (Self::Object(_), _) => wrong("应为对象 (an object is expected)"),
            (Self::List(_), _) => wrong("应为数组 (an array is expected)"),
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::tmf621::attributes::TICKET;

    fn clean(body: &Value) -> Result<Map<String, Value>, ApiError> {
        TICKET.clean(body.as_object().expect("an object"), "", Unknown::Ignore)
    }

    fn with(name: &str, value: Value) -> Value {
        let mut body = json!({"description": "慢", "severity": "Minor", "ticketType": "上网"});
        body[name] = value;
        body
    }

    #[test]
    fn m1_s2_7_mandatory_attributes_are_asked_for_by_name() {
        for name in ["description", "severity", "ticketType"] {
            for value in [Value::Null, json!(""), json!(" "), json!(5)] {
                let error = clean(&with(name, value)).expect_err(name);
                assert!(error.to_string().contains(name), "{error}");
            }
        }
        assert!(clean(&with("name", json!("标题"))).is_ok());
    }

    #[test]
    fn m1_s2_7_wrong_types_and_malformed_times_are_refused() {
        for (name, value) in [
            ("name", json!(1)),
            ("requestedResolutionDate", json!("2026-05-01")),
            ("requestedResolutionDate", json!(1_700_000_000)),
            ("note", json!({"text": "对象不是数组"})),
            ("note", json!([{"author": "没有正文"}])),
            ("note", json!(["text"])),
            ("channel", json!({"name": "没有编号"})),
            ("channel", json!([{"id": "x"}])),
            ("relatedEntity", json!([{"id": "x"}])),
            ("relatedParty", json!([{"role": "customer"}])),
            ("place", json!({"longitude": "104.06"})),
            ("place", json!({"indoor": "yes"})),
        ] {
            assert!(clean(&with(name, value.clone())).is_err(), "{name}: {value}");
        }
    }

    #[test]
    fn m1_s2_9_an_empty_schema_location_is_dropped_and_a_missing_referred_type_filled() {
        let body = with("relatedParty", json!([{"id": "1", "role": "customer", "@schemaLocation": ""}]));
        let party = clean(&body).expect("clean")["relatedParty"][0].clone();
        assert_eq!(party, json!({"id": "1", "role": "customer", "@referredType": "Party"}));
    }

    #[test]
    fn m1_s2_7_unknown_attributes_are_ignored_or_refused() {
        let body = with("note", json!([{"text": "好", "colour": "red"}]));
        assert_eq!(clean(&body).expect("clean")["note"], json!([{"text": "好"}]));
        let refused = TICKET.clean(body.as_object().expect("object"), "", Unknown::Refuse);
        assert!(refused.expect_err("refused").to_string().contains("note[0].colour"));
    }
}
