//! `GET /troubleTicket`: the list with filter, fields, paging and order (tmf §5).
//!
//! What the store can find it finds; the rest is read page by page and judged on the ticket as this client sees it, so
//! that a masked attribute does not leak by filtering.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::access::Scope;
use domain::complaint::Complaint;
use serde_json::{Map, Value};

use super::attributes::TICKET;
use super::status::Status;
use super::{TICKETS, eye, find, ticket};
use crate::Web;
use crate::api::error::ApiError;
use crate::api::gate::{self, Client};
use crate::api::query::{self, Query};

/// How many complaints are read at a time.
const BATCH: u32 = 500;
/// How many ids a filter may name to be looked up one by one.
const MANY_IDS: usize = 1000;

/// 200 with the page, its counts and its links; also past the end.
pub async fn list(State(web): State<Web>, client: Client, RawQuery(raw): RawQuery) -> Result<Response, ApiError> {
    let raw = raw.unwrap_or_default();
    let query = query::parse(&raw, &TICKET)?;
    let (items, total) = found(&web, &client, &query).await?;
    let items: Vec<_> =
        items.into_iter().map(|item| query::select(item, query.fields.as_deref(), &["id", "href"])).collect();

    let mut response = gate::answer(StatusCode::OK, &items);
    let links = query.page.links(&format!("{}{TICKETS}", web.public_url()), &raw, total);
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-total-count"), HeaderValue::from(total));
    headers.insert(HeaderName::from_static("x-result-count"), HeaderValue::from(items.len()));
    headers.insert(header::LINK, HeaderValue::from_str(&links).map_err(|_| ApiError::internal())?);
    Ok(response)
}

/// The tickets of the page, and how many there are on all pages.
async fn found(web: &Web, client: &Client, query: &Query) -> Result<(Vec<Map<String, Value>>, usize), ApiError> {
    if let Some(ids) = query.filter.equals("id").filter(|ids| ids.len() <= MANY_IDS) {
        return by_ids(web, client, query, ids).await;
    }
    let narrowed = Narrowed::of(query);
    if narrowed.exact && query.sort.is_default() {
        return paged_by_store(web, client, query, narrowed.query).await;
    }
    scanned(web, client, query, narrowed.query).await
}

async fn by_ids(
    web: &Web,
    client: &Client,
    query: &Query,
    mut ids: Vec<&str>,
) -> Result<(Vec<Map<String, Value>>, usize), ApiError> {
    ids.sort_unstable();
    ids.dedup();
    let mut picked = Picked { in_order: false, ..Picked::of(query) };
    for id in ids {
        match find(web, client, id).await {
            Ok(found) => picked.offer(found.shown(web, client)),
            Err(error) if error.status() == StatusCode::NOT_FOUND => {}
            Err(error) => return Err(error),
        }
    }
    Ok(picked.page())
}

async fn paged_by_store(
    web: &Web,
    client: &Client,
    query: &Query,
    mut narrowed: store::ListQuery,
) -> Result<(Vec<Map<String, Value>>, usize), ApiError> {
    let (store, scope) = (web.desk().store(), Scope::of(&client.viewer));
    let total = store.count_complaints(&scope, &narrowed).await?;
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    if query.page.limit == 0 || query.page.offset >= total {
        return Ok((Vec::new(), total));
    }
    narrowed.offset = u32::try_from(query.page.offset).unwrap_or(u32::MAX);
    narrowed.limit = u32::try_from(query.page.limit).unwrap_or(u32::MAX);
    let page = store.all_complaints(&scope, &narrowed).await?;
    Ok((page.rows.iter().filter_map(|complaint| latest(web, client, complaint)).collect(), total))
}

async fn scanned(
    web: &Web,
    client: &Client,
    query: &Query,
    mut narrowed: store::ListQuery,
) -> Result<(Vec<Map<String, Value>>, usize), ApiError> {
    let (store, scope) = (web.desk().store(), Scope::of(&client.viewer));
    narrowed.limit = BATCH;
    let mut picked = Picked::of(query);
    loop {
        let page = store.all_complaints(&scope, &narrowed).await?;
        for ticket in page.rows.iter().filter_map(|complaint| latest(web, client, complaint)) {
            picked.offer(ticket);
        }
        match page.next {
            Some(next) => narrowed.after = Some(next),
            None => return Ok(picked.page()),
        }
    }
}

/// A complaint stands in lists as its newest ticket; an older one is read by its id.
fn latest(web: &Web, client: &Client, complaint: &Complaint) -> Option<Map<String, Value>> {
    let life = ticket::lives(complaint).pop()?;
    Some(ticket::ticket(complaint, &life, eye(web, client)))
}

/// What of a filter the store can look for.
struct Narrowed {
    query: store::ListQuery,
    /// Whether the store's answer needs no further judging.
    exact: bool,
}

impl Narrowed {
    fn of(query: &Query) -> Self {
        let filter = &query.filter;
        let one =
            |name: &str| filter.equals(name).filter(|wanted| wanted.len() == 1).map(|wanted| wanted[0].to_owned());
        let states = one("status").and_then(|name| Status::named(&name)).map(Status::states).unwrap_or_default();
        let state = if let [state] = states.as_slice() { Some(*state) } else { None };
        let (from, to) = filter.within("creationDate");
        // Answered times are cut to milliseconds: the store's are up to one later.
        let to = to.map(|to| to.plus_seconds(1));
        Self {
            exact: filter.is_empty() || (state.is_some() && filter.len() == 1),
            query: store::ListQuery {
                filter: store::Filter { state, from, to, ..store::Filter::default() },
                number: one("complaintNumber"),
                upstream: one("externalId"),
                ..store::ListQuery::default()
            },
        }
    }
}

/// The items of one page, picked while all are seen once; never more than two pages' worth is held.
struct Picked<'a> {
    query: &'a Query,
    items: Vec<Map<String, Value>>,
    total: usize,
    /// Whether items come in the order asked for.
    in_order: bool,
}

impl<'a> Picked<'a> {
    fn of(query: &'a Query) -> Self {
        Self { query, items: Vec::new(), total: 0, in_order: query.sort.is_default() }
    }

    fn offer(&mut self, item: Map<String, Value>) {
        if !self.query.filter.fits(&item) {
            return;
        }
        self.total += 1;
        let needed = self.query.page.offset.saturating_add(self.query.page.limit);
        if self.in_order {
            if self.total > self.query.page.offset && self.total <= needed {
                self.items.push(item);
            }
            return;
        }
        self.items.push(item);
        if self.items.len() > needed.saturating_mul(2).saturating_add(1000) {
            self.items.sort_by(|a, b| self.query.sort.compare(a, b));
            self.items.truncate(needed);
        }
    }

    fn page(mut self) -> (Vec<Map<String, Value>>, usize) {
        if !self.in_order {
            self.items.sort_by(|a, b| self.query.sort.compare(a, b));
            self.items = self.items.into_iter().skip(self.query.page.offset).take(self.query.page.limit).collect();
        }
        (self.items, self.total)
    }
}
