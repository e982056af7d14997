//! Holds answers against the schemas printed in `docs/cli.md`: the part of JSON Schema that page uses, and not more.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

/// The page itself.
const PAGE: &str = include_str!("../../../../docs/cli.md");

static SCHEMAS: LazyLock<HashMap<&'static str, Value>> = LazyLock::new(|| {
    let blocks = PAGE.split("```json schema=").skip(1);
    let schemas = blocks.map(|block| {
        let (name, rest) = block.split_once('\n').expect("a name ends its line");
        let (text, _) = rest.split_once("\n```").expect("a block ends");
        (name.trim(), serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}")))
    });
    schemas.collect()
});

/// Fails unless the value has the documented form.
pub fn hold(schema: &str, value: &Value) {
    let mut wrong = Vec::new();
    check(named(schema), value, "$", &mut wrong);
    assert!(wrong.is_empty(), "not as docs/cli.md says ({schema}): {wrong:#?}\n{value:#}");
}

fn named(name: &str) -> &'static Value {
    SCHEMAS.get(name).unwrap_or_else(|| panic!("docs/cli.md has no schema {name}"))
}

fn check(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        return check(named(name), value, at, wrong);
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        wrong.push(format!("{at}: {value} is none of {known:?}"));
    }
    if !is_of_type(&schema["type"], value) {
        wrong.push(format!("{at}: {value} is not {}", schema["type"]));
    }
    if let (Some(number), minimum, maximum) = (value.as_f64(), schema["minimum"].as_f64(), schema["maximum"].as_f64())
        && (minimum.is_some_and(|minimum| number < minimum) || maximum.is_some_and(|maximum| number > maximum))
    {
        wrong.push(format!("{at}: {number} is out of bounds"));
    }
    if let (Some(format), Some(text)) = (schema["format"].as_str(), value.as_str())
        && !is_in_format(format, text)
    {
        wrong.push(format!("{at}: {text:?} is no {format}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            wrong.push(format!("{at}: lacks {name}"));
        }
    }
    for (name, of) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(inner) = value.get(name) {
            check(of, inner, &format!("{at}.{name}"), wrong);
        }
    }
    if let (Some(of), Some(items)) = (schema.get("items"), value.as_array()) {
        for (index, item) in items.iter().enumerate() {
            check(of, item, &format!("{at}[{index}]"), wrong);
        }
    }
}

fn is_of_type(wanted: &Value, value: &Value) -> bool {
    match wanted {
        Value::Null => true,
        Value::Array(any) => any.iter().any(|one| is_of_type(one, value)),
        Value::String(name) => match name.as_str() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            other => panic!("docs/cli.md: unknown type {other}"),
        },
        other => panic!("docs/cli.md: {other}"),
    }
}

fn is_in_format(format: &str, text: &str) -> bool {
    let instant = text.parse::<jiff::Timestamp>().is_ok();
    match format {
        "utc-time" => instant && text.ends_with('Z'),
        "local-time" => instant && text.ends_with("+08:00"),
        "date" => text.parse::<jiff::civil::Date>().is_ok(),
        other => panic!("docs/cli.md: unknown format {other}"),
    }
}
