//! What a list's query string asks for: filter, sort, fields and paging (tmf §5).

use serde_json::{Map, Value};

use super::class::Class;
use super::error::ApiError;

pub mod filter;
pub mod page;
pub mod sort;
mod text;

pub use filter::Filter;
pub use page::Page;
pub use sort::Sort;

/// Everything a list is asked for.
#[derive(Debug)]
pub struct Query {
    /// Which items.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Which part of them.
    pub page: Page,
    /// Which attributes; `None` for all.
    pub fields: Option<Vec<String>>,
}

/// Reads the query string of a list of this class.
pub fn parse(raw: &str, class: &'static Class) -> Result<Query, ApiError> {
    let mut filter = Filter::default();
    let mut sort = Sort::default();
    let mut page = Page::default();
    for segment in raw.split('&').filter(|segment| !segment.is_empty()) {
        let segment = text::decode(segment)?;
        match segment.split_once('=') {
            Some(("fields", _)) => {}
            Some(("sort", keys)) => sort.read(keys, class)?,
            Some(("offset", number)) => page.offset = page::number("offset", number)?,
            Some(("limit", number)) => page.limit = page::number("limit", number)?.min(page::LONGEST),
            _ => filter.read(&segment, class)?,
        }
    }
    Ok(Query { filter, sort, page, fields: fields(raw)? })
}

/// The attributes a query names, of a list or a single item; `None` where it names none.
pub fn fields(raw: &str) -> Result<Option<Vec<String>>, ApiError> {
    let mut fields = Vec::new();
    for segment in raw.split('&').filter(|segment| segment.starts_with("fields=")) {
        let names = text::decode(segment)?;
        let names = names["fields=".len()..].split(',').map(str::trim).filter(|name| !name.is_empty());
        fields.extend(names.map(str::to_owned));
    }
    Ok((!fields.is_empty()).then_some(fields))
}

/// The requested attributes of an item, nothing else. On a list, `id` and `href` stay.
pub fn select(mut item: Map<String, Value>, fields: Option<&[String]>, always: &[&str]) -> Map<String, Value> {
    if let Some(fields) = fields {
        item.retain(|name, _| always.contains(&name.as_str()) || fields.iter().any(|field| field == name));
    }
    item
}

#[cfg(test)]
mod tests;
