//! Closed sets as the store writes them: by their stable names.

use serde::de::value::StrDeserializer;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The stable name of a value of a closed set.
pub(crate) fn name_of<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => unreachable!("a unit variant serialises as its name"),
    }
}

/// The value of that name.
pub(crate) fn named<'de, T: Deserialize<'de>>(
    name: &'de str,
    table: &'static str,
    column: &'static str,
    row: &impl ToString,
) -> Result<T> {
    T::deserialize(StrDeserializer::<serde::de::value::Error>::new(name)).map_err(|_| Error::Damaged {
        table,
        column,
        row: row.to_string(),
    })
}

/// A document of a row, read back.
pub(crate) fn document<'de, T: Deserialize<'de>>(
    text: &'de str,
    table: &'static str,
    column: &'static str,
    row: &impl ToString,
) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(table, column, row = row.to_string(), %error, "damaged record");
        Error::Damaged { table, column, row: row.to_string() }
    })
}
