//! 外发: what went out by mail and push, how far it has come, and what to do about what has not arrived (M8).

use app::desk::Letter;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::OutboxId;
use domain::post::{PostKind, PostState, masked_address};
use domain::time::Timestamp;
use serde::Deserialize;
use store::{AttachmentName, Posted};

use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::guard::escaped;
use crate::names::Named;
use crate::reader::Reader;

/// Lines to a page.
const LINES: u32 = 50;

#[derive(Debug, Template)]
#[template(path = "mails.html")]
struct Mails {
    r: Reader,
    frame: Frame,
    lines: Vec<Line>,
    /// The states to look at alone.
    states: &'static [PostState],
    state: Option<PostState>,
    /// Where the next page begins.
    next: Option<String>,
    /// Where this one begins: a live refresh fetches the same page again.
    before: Option<String>,
    /// Whether mails go out at all.
    sends: bool,
}

#[derive(Debug, Template)]
#[template(path = "mail.html")]
struct MailPage {
    r: Reader,
    frame: Frame,
    line: Line,
    message_id: String,
    /// The text and its files; absent where this viewer may only know of it.
    content: Option<(String, Vec<AttachmentName>)>,
    sends: bool,
}

/// One line of the list.
#[derive(Debug)]
pub struct Line {
    /// Where it is opened.
    pub path: String,
    /// By which way.
    pub kind: PostKind,
    /// To whom; masked in lists.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// How far it has come.
    pub state: PostState,
    /// The state's colour.
    pub tone: &'static str,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, where it is going to be.
    pub next: Option<Timestamp>,
    /// Why it has not arrived.
    pub error: Option<String>,
    /// When it was written.
    pub created: Timestamp,
    /// The complaint it is about.
    pub complaint: Option<String>,
    /// Whether it failed and nobody has done anything about it.
    pub is_task: bool,
}

impl Line {
    /// A line of something posted, the address masked.
    pub fn of(posted: Posted) -> Self {
        Self {
            path: format!("/mails/{}", posted.id),
            kind: posted.kind,
            recipient: masked_address(&posted.recipient),
            subject: posted.subject,
            state: posted.state,
            tone: match posted.state {
                PostState::Waiting | PostState::Sending => "soon",
                PostState::Sent | PostState::Delivered => "ok",
                PostState::Bounced | PostState::Failed => "late",
                PostState::Kept => "mute",
            },
            attempts: posted.attempts,
            next: (posted.state == PostState::Waiting).then_some(posted.next_try),
            error: posted.last_error,
            created: posted.created,
            complaint: posted.complaint.map(|id| format!("/complaints/{id}")),
            is_task: posted.state.is_trouble() && posted.settled.is_none(),
        }
    }
}

/// Which part of the list is asked for.
#[derive(Debug, Deserialize)]
pub struct Wish {
    state: Option<String>,
    before: Option<String>,
}

/// The list.
pub async fn show(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    let state = wish.state.as_deref().filter(|word| !word.is_empty());
    let state = state.map(|word| PostState::of_word(word).ok_or(Failure::Senseless)).transpose()?;
    let before = wish.before.as_deref().map(|text| read_cursor(text).ok_or(Failure::Senseless)).transpose()?;
    let mut found = web.desk().posted(ask.viewer(), state, before, LINES + 1).await?;
    let more = found.len() > LINES as usize;
    found.truncate(LINES as usize);
    let next = found.last().filter(|_| more).map(|last| format!("{}_{}", last.created.as_micros(), last.id));
    let lines = found.into_iter().map(Line::of).collect();
    let sends = web.desk().post().carries(PostKind::Mail);
    let (r, frame) = (ask.reader.clone(), ask.frame("/mails"));
    html(&Mails { frame, lines, states: PostState::EVERY, state, next, before: wish.before, sends, r })
}

/// The end of a page as its address carries it.
pub fn read_cursor(text: &str) -> Option<(Timestamp, OutboxId)> {
    let (created, id) = text.split_once('_')?;
    Some((Timestamp::from_micros(created.parse().ok()?), id.parse().ok()?))
}

/// One of them, opened.
pub async fn open(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    let Letter { posted, content } = web.desk().letter(ask.viewer(), known(&id)?).await?;
    let (message_id, whole) = (posted.message_id.clone(), posted.recipient.clone());
    let mut line = Line::of(posted);
    if content.is_some() {
        line.recipient = whole;
    }
    let sends = web.desk().post().carries(line.kind);
    let (r, frame) = (ask.reader.clone(), ask.frame("/mails"));
    html(&MailPage { r, frame, line, message_id, content, sends })
}

/// A file that went with it; always saved, never shown: it need not be what it says it is.
pub async fn file(State(web): State<Web>, ask: Ask, Path((id, ordinal)): Path<(String, String)>) -> Answer {
    let ordinal = ordinal.parse().map_err(|_| Failure::NotFound)?;
    let file = web.desk().letter_file(ask.viewer(), known(&id)?, ordinal).await?;
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, file.media_type),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", escaped(&file.name))),
    ];
    let mut response: Response = file.bytes.into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().map_err(|_| Failure::Broken)?);
    }
    Ok(response)
}

/// Has it tried again.
pub async fn again(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    web.desk().send_again(ask.viewer(), id).await?;
    Ok(Redirect::to(&format!("/mails/{id}")).into_response())
}

/// It was seen to otherwise.
pub async fn aside(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    let id = known(&id)?;
    web.desk().put_aside(ask.viewer(), id).await?;
    Ok(Redirect::to(&format!("/mails/{id}")).into_response())
}

fn known(id: &str) -> Result<OutboxId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}
