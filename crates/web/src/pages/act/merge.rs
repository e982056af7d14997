//! A stale correction: what stands now and what was typed, side by side; nothing is lost, nothing overwritten.

use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::complaint::Complaint;
use domain::flow::ActionKind;
use domain::journal::Entry;

use super::forms::{Beside, fields};
use crate::Web;
use crate::context::Ask;
use crate::error::{Answer, html, html_with};
use crate::fields::{Field, Kind, Sent, Wrong, refilled};
use crate::pages::workbench::{Wish, Workbench, help_part, queue_part, rendered};
use crate::reader::Reader;

/// The merge view.
#[derive(Debug, Template)]
#[template(path = "merge.html")]
pub struct Merge {
    r: Reader,
    action: ActionKind,
    key: String,
    who: String,
    when: String,
    rows: Vec<Row>,
    c: Complaint,
}

/// One field in both forms.
#[derive(Debug)]
struct Row {
    theirs: Field,
    mine: Field,
    differs: bool,
    /// I left it as it was: what stands now is the natural result.
    take_theirs: bool,
}

/// The complaint as it stood at a version.
pub fn as_of(entries: &[Entry], version: u64) -> Option<Complaint> {
    Complaint::replay(entries.iter().take_while(|entry| entry.sequence <= version)).ok()
}

/// What stands now beside what was sent.
pub fn view(
    r: &Reader,
    c: Complaint,
    before: Option<&Complaint>,
    sent: &Sent,
    key: String,
    who: String,
    when: String,
) -> Merge {
    let action = ActionKind::Correct;
    let beside = Beside::default();
    let theirs = fields(r, action, &c, &beside);
    let mine = refilled(theirs.clone(), sent, &Wrong::default());
    let before = before.map(|before| fields(r, action, before, &beside)).unwrap_or_default();
    let rows = theirs.into_iter().zip(mine).map(|(theirs, mine)| {
        let stood = before.iter().find(|field| field.name == mine.name);
        let take_theirs = stood.is_some_and(|stood| stood.value == mine.value);
        Row { differs: theirs.value != mine.value, take_theirs, theirs, mine }
    });
    Merge { r: r.clone(), action, key, who, when, rows: rows.collect(), c }
}

/// The merge view for htmx, or on a whole page.
pub async fn answer(web: &Web, ask: &Ask, view: Merge) -> Answer {
    if ask.htmx {
        return html_with(StatusCode::CONFLICT, &view);
    }
    let r = ask.reader.clone();
    let queue = queue_part(web, ask, &Wish::default(), Some(view.c.id)).await?;
    let title = Some(r.t("merge-title").into_owned());
    let (case, help) = (rendered(&view)?, help_part(&r, None)?);
    let page = html(&Workbench { frame: ask.frame("/workbench"), title, queue, case, help, r })?;
    Ok((StatusCode::CONFLICT, page).into_response())
}
