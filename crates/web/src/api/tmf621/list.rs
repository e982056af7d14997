//! `GET /troubleTicket`: the list with filter, fields, paging and order (tmf §5).
//!
//! What the store can find it finds; the rest is read page by page and judged on the ticket as this client sees it, so
//! that a masked attribute does not leak by filtering. Of what is judged only its place in the order is held; the tickets of
//! the page are read again.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::access::Scope;
use domain::complaint::Complaint;
use serde_json::{Map, Value};

use super::attributes::TICKET;
use super::pick::Picked;
use super::status::Status;
use super::{TICKETS, eye, find, ticket};
use crate::Web;
use crate::api::error::ApiError;
use crate::api::gate::{self, Client};
use crate::api::query::{self, Edge, Found, Query, Rank};

/// How many complaints are read at a time.
const BATCH: u32 = 500;
/// How many ids a filter may name to be looked up one by one.
const MANY_IDS: usize = 1000;

/// 200 with the page, its counts and its links; also past the end.
pub async fn list(State(web): State<Web>, client: Client, RawQuery(raw): RawQuery) -> Result<Response, ApiError> {
    let raw = raw.unwrap_or_default();
    let query = query::parse(&raw, &TICKET)?;
    let (items, found) = found(&web, &client, &query).await?;
    let items: Vec<_> =
        items.into_iter().map(|item| query::select(item, query.fields.as_deref(), &["id", "href"])).collect();

    let mut response = gate::answer(StatusCode::OK, &items);
    let links = query.page.links(&format!("{}{TICKETS}", web.public_url()), &raw, &found);
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-total-count"), HeaderValue::from(found.total));
    headers.insert(HeaderName::from_static("x-result-count"), HeaderValue::from(items.len()));
    headers.insert(header::LINK, HeaderValue::from_str(&links).map_err(|_| ApiError::internal())?);
    Ok(response)
}

/// The tickets of a page, and what it turned out to be.
type Listed = (Vec<Map<String, Value>>, Found);

async fn found(web: &Web, client: &Client, query: &Query) -> Result<Listed, ApiError> {
    if let Some(ids) = query.filter.equals("id").filter(|ids| ids.len() <= MANY_IDS) {
        return by_ids(web, client, query, ids).await;
    }
    let narrowed = Narrowed::of(query);
    if narrowed.exact && query.sort.is_newest_first() {
        return paged_by_store(web, client, query, narrowed.query).await;
    }
    scanned(web, client, query, narrowed.query).await
}

async fn by_ids(web: &Web, client: &Client, query: &Query, mut ids: Vec<&str>) -> Result<Listed, ApiError> {
    ids.sort_unstable();
    ids.dedup();
    let mut picked = Picked::of(&query.page, ids.len());
    for id in ids {
        if let Some((ticket, rank)) = named(web, client, query, id).await?
            && query.filter.fits(&ticket)
        {
            picked.offer(rank);
        }
    }
    loaded(web, client, query, picked).await
}

async fn paged_by_store(
    web: &Web,
    client: &Client,
    query: &Query,
    mut narrowed: store::ListQuery,
) -> Result<Listed, ApiError> {
    let (store, scope, page) = (web.desk().store(), Scope::of(&client.viewer), &query.page);
    let total = counted(web, client, &narrowed).await?;
    let before = page.edge != Edge::Counted || page.offset > 0;
    match &page.edge {
        Edge::Counted if page.offset >= total => {
            return Ok((Vec::new(), Found { total, before, ..Found::default() }));
        }
        Edge::Counted => narrowed.offset = u32::try_from(page.offset).unwrap_or(u32::MAX),
        Edge::After(rank) => narrowed.after = Some(cursor(rank)?),
        // The store goes one way only: what came no later is looked through for the nearest.
        Edge::Before(rank) => {
            narrowed.filter.from = rank.time();
            let (items, found) = scanned(web, client, query, narrowed).await?;
            return Ok((items, Found { total, ..found }));
        }
    }
    narrowed.limit = u32::try_from(page.limit).unwrap_or(u32::MAX);
    let rows = store.all_complaints(&scope, &narrowed).await?;
    let (mut items, mut ranks) = (Vec::new(), Vec::new());
    for complaint in &rows.rows {
        if let Some(ticket) = latest(web, client, complaint) {
            ranks.push(query.sort.rank(&ticket, complaint.received));
            items.push(ticket);
        }
    }
    let (first, last) = (ranks.first().cloned(), ranks.pop());
    Ok((items, Found { total, first, last, before, behind: rows.next.is_some() }))
}

async fn scanned(
    web: &Web,
    client: &Client,
    query: &Query,
    mut narrowed: store::ListQuery,
) -> Result<Listed, ApiError> {
    let (store, scope) = (web.desk().store(), Scope::of(&client.viewer));
    let mut picked = Picked::of(&query.page, counted(web, client, &narrowed).await?);
    narrowed.limit = BATCH;
    loop {
        let page = store.all_complaints(&scope, &narrowed).await?;
        for complaint in &page.rows {
            if let Some(ticket) = latest(web, client, complaint).filter(|ticket| query.filter.fits(ticket)) {
                picked.offer(query.sort.rank(&ticket, complaint.received));
            }
        }
        match page.next {
            Some(next) => narrowed.after = Some(next),
            None => return loaded(web, client, query, picked).await,
        }
    }
}

/// The tickets of the picked page as they read now; one that meanwhile does not fit any more is left out.
async fn loaded(web: &Web, client: &Client, query: &Query, picked: Picked<'_>) -> Result<Listed, ApiError> {
    let (ranks, found) = picked.page();
    let mut items = Vec::with_capacity(ranks.len());
    for rank in &ranks {
        let ticket = named(web, client, query, rank.id()).await?;
        items.extend(ticket.map(|(ticket, _)| ticket).filter(|ticket| query.filter.fits(ticket)));
    }
    Ok((items, found))
}

/// The ticket of an id with its rank; `None` where this client has none.
async fn named(
    web: &Web,
    client: &Client,
    query: &Query,
    id: &str,
) -> Result<Option<(Map<String, Value>, Rank)>, ApiError> {
    match find(web, client, id).await {
        Ok(found) => {
            let ticket = found.shown(web, client);
            let rank = query.sort.rank(&ticket, found.complaint.received);
            Ok(Some((ticket, rank)))
        }
        Err(error) if error.status() == StatusCode::NOT_FOUND => Ok(None),
        Err(error) => Err(error),
    }
}

async fn counted(web: &Web, client: &Client, narrowed: &store::ListQuery) -> Result<usize, ApiError> {
    let total = web.desk().store().count_complaints(&Scope::of(&client.viewer), narrowed).await?;
    Ok(usize::try_from(total).unwrap_or(usize::MAX))
}

/// Where the store goes on behind a ticket, the newest first.
fn cursor(rank: &Rank) -> Result<store::Cursor, ApiError> {
    let place = rank.time().zip(ticket::parse_id(rank.id()));
    place
        .and_then(|(at, (complaint, _))| format!("{}_{complaint}", at.as_micros()).parse().ok())
        .ok_or_else(|| ApiError::query_invalid("after: 没有这张工单 (no such ticket)"))
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
