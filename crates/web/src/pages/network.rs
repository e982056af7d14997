//! The network as it stands: every element with its state, on a map and in a table (M2).

use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::time::Timestamp;
use ran::network::{ElementState, ElementView, Network, Window};
use serde::{Deserialize, Serialize};

use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::names::{Named, Spoken};
use crate::reader::Reader;

/// The most elements sent at a time.
const MOST: usize = 20_000;
/// The most rows of the table beside the map.
const ROWS: usize = 200;
/// Everywhere.
const GLOBE: Window = Window { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

/// What is listed beside the map, the gravest first.
const AFFECTED: [ElementState; 7] = [
    ElementState::Fault,
    ElementState::Outage,
    ElementState::EnergySaving,
    ElementState::PlannedWork,
    ElementState::Interference,
    ElementState::Alarm,
    ElementState::Removed,
];

#[derive(Debug, Template)]
#[template(path = "network.html")]
struct NetworkPage {
    r: Reader,
    frame: Frame,
    total: usize,
    affected: usize,
    counts: Vec<(&'static str, String, usize)>,
    rows: Vec<AffectedRow>,
}

#[derive(Debug)]
struct AffectedRow {
    view: ElementView,
    cause: &'static str,
    note: String,
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask) -> Answer {
    let r = ask.reader.clone();
    let network = web.desk().network();
    let (whole, now) = (network.clone(), r.now);
    // A whole province's elements are looked at: not on a thread that answers others meanwhile.
    let census = tokio::task::spawn_blocking(move || whole.census(now, &AFFECTED, ROWS));
    let (known, views) = census.await.map_err(|_| Failure::Broken)?;
    let counted = |state: &ElementState| known.get(state).copied().unwrap_or(0);
    let counts = ElementState::EVERY.iter().map(|state| (drawn(*state), r.name(state).into_owned(), counted(state)));
    let counts = counts.filter(|(_, _, count)| *count > 0).collect();
    let rows = views.into_iter().map(|view| AffectedRow {
        cause: drawn(view.state),
        note: note(&r, &network, &view, r.now),
        view,
    });
    let (total, affected) = (known.values().sum(), AFFECTED.iter().map(counted).sum());
    let rows = rows.collect();
    html(&NetworkPage { frame: ask.frame("/network"), total, affected, counts, rows, r })
}

/// The word a state is drawn by on the map.
const fn drawn(state: ElementState) -> &'static str {
    match state {
        ElementState::NothingKnown | ElementState::Alarm => "clear",
        ElementState::Unknown => "unknown",
        ElementState::Fault => "fault",
        ElementState::Outage | ElementState::EnergySaving | ElementState::OffAir => "outage",
        ElementState::PlannedWork => "planned_work",
        ElementState::Interference => "interference",
        ElementState::Removed => "relocation",
    }
}

/// The gravest fact in words: `停服告警 10:02 起`.
fn note(r: &Reader, network: &Network, view: &ElementView, at: Timestamp) -> String {
    if !AFFECTED.contains(&view.state) {
        return String::new();
    }
    let detail = network.element(view.kind, &view.id, at);
    let facts = detail.map(|detail| detail.facts).unwrap_or_default();
    let Some(fact) = facts.iter().filter(|fact| fact.active).max_by_key(|fact| fact.takes_service) else {
        return r.name(&view.state).into_owned();
    };
    let title = if fact.title.is_empty() { r.name(&fact.kind).into_owned() } else { fact.title.clone() };
    match &fact.since {
        Some(since) => format!("{title} {}", r.with("fact-since", r.when(since))),
        None => title,
    }
}

/// Which part of the map.
#[derive(Debug, Deserialize)]
pub struct Part {
    bbox: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Listing {
    version: u64,
    truncated: bool,
    bbox: Option<[f64; 4]>,
    elements: Vec<Drawn>,
}

#[derive(Debug, Serialize)]
struct Drawn {
    id: String,
    name: String,
    kind: &'static str,
    site: Option<String>,
    lon: f64,
    lat: f64,
    azimuth: Option<f32>,
    beam: Option<f32>,
    technology: Option<&'static str>,
    indoor: bool,
    state: &'static str,
    note: String,
}

/// The elements of a part of the map, as the browser draws them.
pub async fn elements(State(web): State<Web>, ask: Ask, Query(part): Query<Part>) -> Answer {
    let r = ask.reader;
    let network = web.desk().network();
    let limit = part.limit.unwrap_or(MOST).min(MOST);
    let window = part.bbox.as_deref().and_then(window);
    let mut views = network.visible(window.unwrap_or(GLOBE), r.now, limit + 1);
    let truncated = views.len() > limit;
    views.truncate(limit);
    let bbox = match window {
        Some(window) => Some([window.west, window.south, window.east, window.north]),
        None => extent(&views),
    };
    let elements = views.into_iter().map(|view| Drawn {
        note: note(&r, &network, &view, r.now),
        kind: view.kind.word(),
        lon: view.position.lon(),
        lat: view.position.lat(),
        azimuth: view.azimuth_deg,
        beam: view.beam_width_deg,
        technology: view.technology.map(|technology| technology.word()),
        indoor: view.indoor,
        state: drawn(view.state),
        id: view.id,
        name: view.name,
        site: view.site,
    });
    Ok(Json(Listing { version: network.generation(), truncated, bbox, elements: elements.collect() }).into_response())
}

/// The part of the map between four edges, west, south, east, north.
pub fn window(bbox: &str) -> Option<Window> {
    let edges: Vec<f64> = bbox.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [west, south, east, north] = edges[..] else { return None };
    edges.iter().all(|edge| edge.is_finite()).then_some(Window { west, south, east, north })
}

fn extent(views: &[ElementView]) -> Option<[f64; 4]> {
    views.iter().fold(None, |extent, view| {
        let (lon, lat) = (view.position.lon(), view.position.lat());
        let [west, south, east, north] = extent.unwrap_or([lon, lat, lon, lat]);
        Some([f64::min(west, lon), f64::min(south, lat), f64::max(east, lon), f64::max(north, lat)])
    })
}

/// The plain ground under the network, where one was loaded.
pub async fn base(State(web): State<Web>) -> Answer {
    Ok(match web.desk().base_map().await? {
        Some(base) => Json(base).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}
