//! What a list's query string asks for: filter, sort, fields and paging (tmf §5).

use serde_json::{Map, Value};

use super::class::Class;
use super::error::ApiError;

pub mod filter;
pub mod page;
pub mod rank;
pub mod sort;
mod text;

pub use filter::Filter;
pub use page::{Edge, Found, Page};
pub use rank::Rank;
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
    let (mut after, mut before) = (None, None);
    for segment in raw.split('&').filter(|segment| !segment.is_empty()) {
        let segment = text::decode(segment)?;
        match segment.split_once('=') {
            Some(("fields", _)) => {}
            Some(("sort", keys)) => sort.read(keys, class)?,
            Some(("offset", number)) => page.offset = page::number("offset", number)?,
            Some(("limit", number)) => page.limit = page::number("limit", number)?.min(page::LONGEST),
            Some(("after", rank)) => after = Some(rank.to_owned()),
            Some(("before", rank)) => before = Some(rank.to_owned()),
            _ => filter.read(&segment, class)?,
        }
    }
    page.edge = edge(&sort, after.as_deref(), before.as_deref())?;
    Ok(Query { filter, sort, page, fields: fields(raw)? })
}

/// Where a page lies that a link led to.
fn edge(sort: &Sort, after: Option<&str>, before: Option<&str>) -> Result<Edge, ApiError> {
    let wrong = || ApiError::query_invalid("after, before: 请照 Link 原样使用 (use them as a Link gave them)");
    let rank = |text| sort.read_rank(text).ok_or_else(wrong);
    match (after, before) {
        (None, None) => Ok(Edge::Counted),
        (Some(text), None) => rank(text).map(Edge::After),
        (None, Some(text)) => rank(text).map(Edge::Before),
        (Some(_), Some(_)) => Err(wrong()),
    }
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
