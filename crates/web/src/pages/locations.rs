//! 黑点: places whose trouble cannot be mended now, with what is planned and by when; what happened there since (M3).

use app::desk::DeskError;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use domain::contact::mask_digits;
use domain::id::{SpotId, SpotNumber};
use domain::spot::{self, ActionKind, ProblemLocation, Status};
use domain::time::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use store::SpotQuery;

use super::view::Row;
use super::view::spots::tone;
use super::view::timeline::Happened;
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html, html_with};
use crate::fields::{Field, Kind, Sent, Wrong, refilled};
use crate::names::Named;
use crate::reader::Reader;

pub mod forms;
mod told;

pub use told::happened;

/// Lines to a page.
const LINES: u32 = 50;

#[derive(Debug, Template)]
#[template(path = "locations.html")]
struct Locations {
    r: Reader,
    frame: Frame,
    lines: Vec<Line>,
    /// The statuses to look at alone.
    statuses: &'static [Status],
    status: Option<Status>,
    next: Option<String>,
}

/// A problem location in the list.
#[derive(Debug)]
struct Line {
    id: SpotId,
    number: SpotNumber,
    name: String,
    status: Status,
    tone: &'static str,
    expected: Date,
    overdue: bool,
    measure: String,
    site: String,
    complaints: usize,
    last: Option<Timestamp>,
}

impl Line {
    fn of(r: &Reader, spot: &ProblemLocation) -> Self {
        Self {
            id: spot.id,
            number: spot.number.clone(),
            name: mask_digits(&spot.name),
            status: spot.status,
            tone: tone(spot.status),
            expected: spot.expected,
            overdue: spot.is_overdue(r.today()),
            measure: mask_digits(&spot.measure),
            site: mask_digits(spot.site.as_deref().unwrap_or_default()),
            complaints: spot.members.len(),
            last: spot.last_complained(),
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "location.html")]
struct LocationPage {
    r: Reader,
    frame: Frame,
    line: Line,
    version: u64,
    facts: Vec<(String, String)>,
    forms: Vec<ActForm>,
    notice: Option<String>,
    events: Vec<(u64, Happened)>,
    members: Vec<MemberLine>,
}

/// A complaint that belongs there.
#[derive(Debug)]
struct MemberLine {
    row: Row,
    promised: Option<Date>,
    /// It was promised for a day before the one expected now.
    early: bool,
}

/// The form of an action.
#[derive(Debug)]
struct ActForm {
    kind: ActionKind,
    fields: Vec<Field>,
    open: bool,
}

/// Which part of the list is asked for.
#[derive(Debug, Deserialize)]
pub struct Wish {
    status: Option<String>,
    after: Option<String>,
}

/// The list: open ones first, by the day expected.
pub async fn show(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    let status = wish.status.as_deref().filter(|word| !word.is_empty());
    let status = status.map(|word| Status::of_word(word).ok_or(Failure::Senseless)).transpose()?;
    let after = wish.after.as_deref().map(|text| text.parse().map_err(|_| Failure::Senseless)).transpose()?;
    let page = web.desk().locations(ask.viewer(), &SpotQuery { status, after, limit: LINES }).await?;
    let (r, frame) = (ask.reader.clone(), ask.frame("/locations"));
    let lines = page.rows.iter().map(|spot| Line::of(&r, spot)).collect();
    let next = page.next.map(|next| next.to_string());
    html(&Locations { lines, statuses: Status::EVERY, status, next, frame, r })
}

/// One of them.
pub async fn open(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    let spot = load(&web, &ask, &id).await?;
    html(&page(&web, &ask, spot, None).await?)
}

/// Does something to it; what was refused is said above the form, and what was typed stays.
pub async fn act(State(web): State<Web>, ask: Ask, Path((id, action)): Path<(String, String)>, sent: Sent) -> Answer {
    let spot = load(&web, &ask, &id).await?;
    let kind = ActionKind::named(&action).ok_or(Failure::NotFound)?;
    let mut wrong = Wrong::default();
    let stale = || Some(ask.reader.t("spot-stale").into_owned());
    // Who looked at another version, or does not say at which, is not let write over what they may not have seen; nor is
    // what they typed read against it.
    let version = spot.version;
    if sent.text("version").parse() != Ok(version) {
        return again(&web, &ask, spot, (kind, &sent, &wrong), stale(), StatusCode::CONFLICT).await;
    }
    let Some(action) = forms::action(&ask.reader, kind, &spot, &sent, &mut wrong) else {
        return again(&web, &ask, spot, (kind, &sent, &wrong), None, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match web.desk().act_on_location(ask.viewer(), spot.id, Some(version), &action).await {
        Ok(Ok(spot)) => Ok(Redirect::to(&format!("/locations/{}", spot.id)).into_response()),
        Ok(Err(refusal)) => {
            let notice = Some(ask.reader.say(&refusal.message()).to_owned());
            again(&web, &ask, spot, (kind, &sent, &wrong), notice, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(DeskError::Conflict) => {
            let spot = load(&web, &ask, &id).await?;
            again(&web, &ask, spot, (kind, &sent, &wrong), stale(), StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn load(web: &Web, ask: &Ask, id: &str) -> Result<ProblemLocation, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    web.desk().location_of(ask.viewer(), id).await?.ok_or(Failure::NotFound)
}

async fn again(
    web: &Web,
    ask: &Ask,
    spot: ProblemLocation,
    sent: (ActionKind, &Sent, &Wrong),
    notice: Option<String>,
    status: StatusCode,
) -> Answer {
    let mut page = page(web, ask, spot, Some(sent)).await?;
    page.notice = notice.or_else(|| Some(ask.reader.t("intake-wrong").into_owned()));
    html_with(status, &page)
}

async fn page(
    web: &Web,
    ask: &Ask,
    spot: ProblemLocation,
    sent: Option<(ActionKind, &Sent, &Wrong)>,
) -> Result<LocationPage, Failure> {
    let (desk, viewer, r) = (web.desk(), ask.viewer(), ask.reader.clone());
    let (entries, rows) =
        tokio::join!(desk.location_entries(viewer, spot.id), desk.location_complaints(viewer, spot.id));
    let (entries, rows) = (entries?, rows?);
    let form = |kind: ActionKind| {
        let fields = forms::fields(&r, kind, &spot, &entries);
        match sent {
            Some((asked, sent, wrong)) if asked == kind => {
                ActForm { kind, fields: refilled(fields, sent, wrong), open: true }
            }
            Some(_) | None => ActForm { kind, fields, open: false },
        }
    };
    let member = |row: store::QueueRow| {
        let promised = spot.members.iter().find(|member| member.complaint == row.id).map(|member| member.promised);
        let early = spot.status.is_open() && promised.is_some_and(|day| day < spot.expected);
        MemberLine { row: Row::of(&r, row), promised, early }
    };
    let events = entries
        .iter()
        .flat_map(|entry| told::happened(&r, entry).into_iter().map(|happened| (entry.sequence, happened)));
    Ok(LocationPage {
        frame: ask.frame("/locations"),
        line: Line::of(&r, &spot),
        version: spot.version,
        facts: facts(&r, &spot),
        forms: spot::possible(&spot, viewer).into_iter().map(form).collect(),
        notice: None,
        events: events.collect(),
        members: rows.into_iter().map(member).collect(),
        r: r.clone(),
    })
}

fn facts(r: &Reader, spot: &ProblemLocation) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut line = |key: &str, value: String| {
        if !value.is_empty() {
            lines.push((r.t(key).into_owned(), value));
        }
    };
    line("field-plan-measure", mask_digits(&spot.measure));
    line("field-plan-site", mask_digits(spot.site.as_deref().unwrap_or_default()));
    line("field-plan-expected", spot.expected.to_string());
    line("field-attribution", spot.cause.map(|cause| r.name(&cause).into_owned()).unwrap_or_default());
    line("field-address", mask_digits(&spot.place.address));
    let point = spot
        .place
        .point
        .map(|point| format!("{:.6}, {:.6} {}", point.given_lon, point.given_lat, r.name(&point.datum)));
    line("field-point", point.unwrap_or_default());
    line("field-radius", spot.radius.metres().to_string());
    line("column-complaints", spot.members.len().to_string());
    line("column-last-complained", spot.last_complained().map(|at| r.full(&at)).unwrap_or_default());
    line("spot-registered", r.full(&spot.opened));
    lines
}
