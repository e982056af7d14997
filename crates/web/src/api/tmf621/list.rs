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
use super::narrowed::Narrowed;
use super::pick::Picked;
use super::{TICKETS, eye, find, ticket};
use crate::Web;
use crate::api::error::ApiError;
use crate::api::gate::{self, Client};
use crate::api::query::{self, Edge, Found, Query, Rank};

/// How many complaints are read at a time.
const BATCH: u32 = 500;
/// How many complaints are judged one by one at most: two seconds of a quiet house, seven of a busy one.
const MOST_JUDGED: u32 = 50_000;
/// By what the store narrows a list.
const NARROWING: &str = "creationDate, status, grade, flow, externalId, complaintNumber";
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
    match Narrowed::of(&query.filter) {
        None => Ok((Vec::new(), Picked::of(&query.page, 0).page().1)),
        Some(narrowed) if narrowed.exact && query.sort.is_newest_first() => {
            paged_by_store(web, client, query, narrowed.query).await
        }
        Some(narrowed) => scanned(web, client, query, narrowed.query).await,
    }
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
    let total = store.count_complaints(&scope, &narrowed).await?;
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    match &page.edge {
        Edge::Counted if page.offset >= total => {
            return Ok((Vec::new(), Found { total, before: page.offset > 0, ..Found::default() }));
        }
        Edge::Counted => narrowed.offset = u32::try_from(page.offset).unwrap_or(u32::MAX),
        Edge::After(rank) => narrowed.after = Some(cursor(rank)?),
        Edge::Before(rank) => narrowed.before = Some(cursor(rank)?),
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
    let more = rows.next.is_some();
    let (before, behind) = match page.edge {
        Edge::Counted => (page.offset > 0, more),
        Edge::After(_) => (true, more),
        Edge::Before(_) => (more, true),
    };
    Ok((items, Found { total, first, last, before, behind }))
}

async fn scanned(
    web: &Web,
    client: &Client,
    query: &Query,
    mut narrowed: store::ListQuery,
) -> Result<Listed, ApiError> {
    let (store, scope) = (web.desk().store(), Scope::of(&client.viewer));
    let many = store.count_complaints_past(&scope, &narrowed, MOST_JUDGED).await?;
    let mut picked = Picked::of(&query.page, bearable(many)?);
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

/// How many complaints may be judged one by one, if not too many for the time a request has.
fn bearable(many: u64) -> Result<usize, ApiError> {
    match usize::try_from(many) {
        Ok(few) if many <= u64::from(MOST_JUDGED) => Ok(few),
        _ => Err(ApiError::query_invalid(format!(
            "这样查询须逐张查看 {MOST_JUDGED} 件以上的投诉；请用 {NARROWING} 缩小范围，只用这些条件且不另行排序时不限件数。 \
             This query would have to look at more than {MOST_JUDGED} complaints one by one; please narrow it by \
             {NARROWING}. With these alone, and in no other order, there is no such limit."
        ))),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_what_would_take_too_long_to_judge_is_refused_in_both_languages() {
        let most = u64::from(MOST_JUDGED);
        assert_eq!((bearable(0), bearable(most)), (Ok(0), Ok(MOST_JUDGED as usize)));
        for many in [most + 1, u64::MAX] {
            let error = bearable(many).expect_err("too many");
            assert_eq!(error.status(), StatusCode::BAD_REQUEST);
            let text = error.to_string();
            let [chinese, english] = ["逐张查看", "one by one"].map(|words| text.find(words).expect(words));
            assert!(chinese < english && text.matches(&MOST_JUDGED.to_string()).count() == 2, "{text}");
            assert_eq!(text.matches(NARROWING).count(), 2, "{text}");
        }
    }
}
