//! 导出: asking for a file of complaints, deciding on what others ask for, fetching what was approved (domain.md §11, P-3).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{self, Permission};
use domain::export::{Entry, Event, Format, OPEN_HOURS, Refusal, Request, Selection, State as Standing, may_decide};
use domain::flow::{Flow, State as Step};
use domain::grade::Grade;
use domain::id::ExportId;
use domain::person::Viewer;
use domain::time::Timestamp;

use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html_with};
use crate::fields::{Choice, Field, Kind, Sent, Wrong, choices, choices_or_none, refilled};
use crate::guard::escaped;
use crate::pages::search::Wish;
use crate::reader::Reader;

pub mod parse;
mod wording;

use wording::Words;

#[derive(Debug, Template)]
#[template(path = "exports.html")]
struct Exports {
    r: Reader,
    frame: Frame,
    lines: Vec<Line>,
    fields: Vec<Field>,
    /// Whether the form stands open.
    open: bool,
    notice: Option<String>,
    hours: i64,
}

#[derive(Debug, Template)]
#[template(path = "export.html")]
struct ExportPage {
    r: Reader,
    frame: Frame,
    line: Line,
    facts: Vec<(String, String)>,
    steps: Vec<StepLine>,
    /// The forms of whoever decides: to approve, to refuse.
    decide: Option<(Vec<Field>, Vec<Field>)>,
    may_fetch: bool,
    may_withdraw: bool,
    notice: Option<String>,
}

/// A request in a list.
#[derive(Debug)]
pub struct Line {
    /// Which.
    pub id: ExportId,
    /// The number people quote.
    pub number: String,
    /// Who asked.
    pub asker: String,
    /// What for.
    pub reason: String,
    /// How it stands.
    pub state: Standing,
    /// The state's colour.
    pub tone: &'static str,
    /// When it was asked.
    pub at: Timestamp,
    /// Which rows, in words.
    pub chosen: String,
    /// How many rows: of the file, or found when it was asked.
    pub rows: u64,
    /// Until when the file can be fetched.
    pub expires: Option<Timestamp>,
    /// Whether something waits on this viewer.
    pub is_task: bool,
}

impl Line {
    /// A request as this viewer sees it.
    pub fn of(r: &Reader, viewer: &Viewer, request: &Request) -> Self {
        let decides = access::may(viewer, Permission::ApproveExport) && may_decide(request, viewer).is_ok();
        Self {
            id: request.id,
            number: request.asked.number.clone(),
            asker: request.asked.asker.name.clone(),
            reason: request.asked.reason.clone(),
            state: request.state,
            tone: match request.state {
                Standing::Asked => "soon",
                Standing::Approved => "ok",
                Standing::Refused => "late",
                Standing::Withdrawn | Standing::Expired => "mute",
            },
            at: request.at,
            chosen: chosen(r, &request.asked.selection),
            rows: request.file.as_ref().map_or(request.asked.found, |file| file.rows),
            expires: request.expires.filter(|_| request.state == Standing::Approved),
            is_task: decides || (can_fetch(r, viewer, request) && request.fetched == 0),
        }
    }
}

/// A step on record.
#[derive(Debug)]
struct StepLine {
    at: Timestamp,
    who: String,
    what: String,
    text: String,
}

impl StepLine {
    fn of(r: &Reader, entry: &Entry) -> Self {
        let (what, text) = match &entry.event {
            Event::Asked(asked) => (r.with("export-step-asked", asked.found), asked.reason.clone()),
            Event::Approved { reason, unmasked, file, expires } => {
                let key = if *unmasked { "export-step-approved-clear" } else { "export-step-approved" };
                let made = r.both(key, file.rows, r.full(expires));
                (made, format!("{reason} SHA-256 {}", file.digest).trim().to_owned())
            }
            Event::Refused { reason } => (r.t("export-step-refused").into_owned(), reason.clone()),
            Event::Withdrawn => (r.t("export-step-withdrawn").into_owned(), String::new()),
            Event::Fetched => (r.t("export-step-fetched").into_owned(), String::new()),
            Event::Expired => (r.t("export-step-expired").into_owned(), String::new()),
        };
        Self { at: entry.at, who: entry.actor.name().to_owned(), what, text }
    }
}

/// The list and the form.
pub async fn show(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    let open = !wish.parts().is_empty() || ask.path.contains('?');
    let sent = wish.sent();
    list(&web, ask, &sent, &Wrong::default(), None, open).await
}

async fn list(web: &Web, ask: Ask, sent: &Sent, wrong: &Wrong, notice: Option<String>, open: bool) -> Answer {
    let (r, viewer) = (&ask.reader, ask.viewer());
    let requests = web.desk().exports(viewer).await?;
    let status = if wrong.is_empty() && notice.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Exports {
        lines: requests.iter().map(|request| Line::of(r, viewer, request)).collect(),
        fields: refilled(fields(r, viewer), sent, wrong),
        open,
        notice,
        hours: OPEN_HOURS,
        frame: ask.frame("/exports"),
        r: ask.reader.clone(),
    };
    html_with(status, &page)
}

fn fields(r: &Reader, viewer: &Viewer) -> Vec<Field> {
    let mut fields = vec![
        Field::titled("reason", &r.t("export-reason"), Kind::Area).required(),
        Field::titled("q", &r.t("search-words"), Kind::Line),
        Field::new(r, "state", Kind::Select(choices_or_none::<Step>(r, "any"))),
        Field::new(r, "flow", Kind::Select(choices_or_none::<Flow>(r, "any"))),
        Field::new(r, "grade", Kind::Select(choices_or_none::<Grade>(r, "any"))),
        Field::titled("from", &r.t("search-from"), Kind::Day),
        Field::titled("to", &r.t("search-to"), Kind::Day),
        Field::titled("format", &r.t("export-format"), Kind::Radios(choices::<Format>(r)))
            .holding(Format::default().as_str()),
    ];
    if access::may(viewer, Permission::Unmask) {
        fields.push(clear(r).hinting(r.with("export-clear-hint", Request::most(true))));
    }
    fields
}

/// 脱敏或明文.
fn clear(r: &Reader) -> Field {
    let choice = |value: &'static str, key| Choice { value: value.into(), label: r.t(key).into_owned() };
    let both = vec![choice("no", "export-masked"), choice("yes", "export-clear")];
    Field::titled("clear", &r.t("export-customer"), Kind::Radios(both)).holding("no")
}

/// Asks for a file.
pub async fn send(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let new = match parse::asked(&ask.reader, &sent) {
        Ok(new) => new,
        Err(wrong) => return list(&web, ask, &sent, &wrong, None, true).await,
    };
    match web.desk().ask_export(ask.viewer(), new).await? {
        Ok(request) => Ok(Redirect::to(&format!("/exports/{}", request.id)).into_response()),
        Err(refusal) => {
            let (mut wrong, message) = (Wrong::default(), ask.reader.say(&refusal.message()).to_owned());
            let field = match refusal {
                Refusal::NoReason => Some("reason"),
                Refusal::ByPhone => Some("q"),
                Refusal::NotUnmasked => Some("clear"),
                Refusal::Empty
                | Refusal::TooMany { .. }
                | Refusal::Own
                | Refusal::NotOwn
                | Refusal::Settled { .. }
                | Refusal::NotApproved { .. }
                | Refusal::Expired
                | Refusal::AskerGone => None,
            };
            let notice = field.is_none().then(|| message.clone());
            if let Some(field) = field {
                wrong.say(field, message.as_str());
            }
            list(&web, ask, &sent, &wrong, notice, true).await
        }
    }
}

/// One of them.
pub async fn open(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    page(&web, ask, known(&id)?, &Sent::default(), None).await
}

async fn page(web: &Web, ask: Ask, id: ExportId, sent: &Sent, refused: Option<Refusal>) -> Answer {
    let (r, viewer) = (&ask.reader, ask.viewer());
    let (request, entries) = web.desk().export(viewer, id).await?;
    let decides = access::may(viewer, Permission::ApproveExport) && may_decide(&request, viewer).is_ok();
    let (mut wrong, mut notice) = (Wrong::default(), refused.map(|refusal| r.say(&refusal.message()).to_owned()));
    if refused == Some(Refusal::NoReason)
        && let Some(text) = notice.take()
    {
        wrong.say("reason", text);
    }
    let decide = decides.then(|| {
        let mut approve = vec![Field::titled("reason", &r.t("export-remark"), Kind::Line)];
        if request.asked.unmasked && access::may(viewer, Permission::Unmask) {
            approve.push(clear(r));
        }
        let refuse = vec![Field::new(r, "reason", Kind::Line).required()];
        (refilled(approve, sent, &Wrong::default()), refilled(refuse, sent, &wrong))
    });
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ExportPage {
        line: Line::of(r, viewer, &request),
        facts: facts(r, &request),
        steps: entries.iter().map(|entry| StepLine::of(r, entry)).collect(),
        decide,
        may_fetch: can_fetch(r, viewer, &request),
        may_withdraw: request.is_of(viewer) && request.state == Standing::Asked,
        notice,
        frame: ask.frame("/exports"),
        r: ask.reader.clone(),
    };
    html_with(status, &page)
}

fn can_fetch(r: &Reader, viewer: &Viewer, request: &Request) -> bool {
    domain::export::fetch(request, viewer, r.now).is_ok()
}

fn facts(r: &Reader, request: &Request) -> Vec<(String, String)> {
    let asked = &request.asked;
    let clear = |unmasked| r.t(if unmasked { "export-clear" } else { "export-masked" }).into_owned();
    let mut facts = vec![
        ("export-asker", asked.asker.name.clone()),
        ("export-reason", asked.reason.clone()),
        ("export-chosen", chosen(r, &asked.selection)),
        ("export-format", r.name(&asked.format).into_owned()),
        ("export-customer", clear(if request.file.is_some() { request.unmasked } else { asked.unmasked })),
        ("export-found", asked.found.to_string()),
    ];
    if let Some(by) = &request.decided_by {
        facts.push(("export-decided-by", by.clone()));
    }
    if let Some(file) = &request.file {
        facts.push(("export-rows", file.rows.to_string()));
        facts.push(("export-fetched", request.fetched.to_string()));
    }
    if let Some(expires) = &request.expires {
        facts.push(("export-expires", r.full(expires)));
    }
    facts.into_iter().map(|(key, value)| (r.t(key).into_owned(), value)).collect()
}

/// Which rows, in words.
fn chosen(r: &Reader, selection: &Selection) -> String {
    let Selection { text, state, flow, grade, from, to } = selection;
    let parts = [
        Some(text.clone()).filter(|text| !text.is_empty()).map(|text| format!("“{text}”")),
        state.map(|state| r.name(&state).into_owned()),
        flow.map(|flow| r.name(&flow).into_owned()),
        grade.map(|grade| r.name(&grade).into_owned()),
        from.map(|from| r.with("export-from", from)),
        to.map(|to| r.with("export-to", to)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { r.t("export-all").into_owned() } else { parts.join(" · ") }
}

/// 批准.
pub async fn approve(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let (id, unmasked) = (known(&id)?, sent.text("clear") == "yes");
    let (request, _) = web.desk().export(ask.viewer(), id).await?;
    let words = Words::of(&ask.reader, request.asked.language);
    let approving = web.desk().approve_export(ask.viewer(), id, sent.text("reason"), unmasked, &words);
    let done = Box::pin(approving).await?;
    stepped(&web, ask, id, &sent, done).await
}

/// 不批准.
pub async fn refuse(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let id = known(&id)?;
    let done = web.desk().refuse_export(ask.viewer(), id, sent.text("reason")).await?;
    stepped(&web, ask, id, &sent, done).await
}

/// 撤回.
pub async fn withdraw(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let id = known(&id)?;
    let done = web.desk().withdraw_export(ask.viewer(), id).await?;
    stepped(&web, ask, id, &sent, done).await
}

async fn stepped(web: &Web, ask: Ask, id: ExportId, sent: &Sent, done: Result<Request, Refusal>) -> Answer {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/exports/{id}")).into_response()),
        Err(refusal) => page(web, ask, id, sent, Some(refusal)).await,
    }
}

/// The file; that it was fetched is on record before.
pub async fn fetch(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let id = known(&id)?;
    let (request, bytes) = match web.desk().fetch_export(ask.viewer(), id).await? {
        Ok(fetched) => fetched,
        Err(refusal) => return page(&web, ask, id, &sent, Some(refusal)).await,
    };
    let format = request.asked.format;
    let name = format!("{}.{}", request.asked.number, format.as_str());
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", escaped(&name))),
    ];
    let mut response: Response = bytes.into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().map_err(|_| Failure::Broken)?);
    }
    Ok(response)
}

fn known(id: &str) -> Result<ExportId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}
