//! The first page of everybody: what waits on this person, most urgent first, and nothing else (M12).

use app::desk::Todo;
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::{self, Permission, Reach, Scope};

use super::view::Row;
use crate::Web;
use crate::context::{Ask, Frame, RailDoor};
use crate::error::{Answer, html};
use crate::reader::Reader;

/// Rows shown; what is less urgent comes up when these are done.
const SHOWN: u32 = 100;

#[derive(Debug, Template)]
#[template(path = "home.html")]
struct Home {
    r: Reader,
    frame: Frame,
    lines: Vec<Line>,
    more: bool,
    /// What this person sent that has not arrived: something to do.
    troubled: Vec<super::mails::Line>,
    /// Exports to decide on or to fetch.
    exports: Vec<super::exports::Line>,
    /// Where those work who have no complaints.
    doors: Vec<RailDoor>,
}

/// Something to do.
#[derive(Debug)]
struct Line {
    row: Row,
    /// 督办、延期 …, where that is asked beside the flow.
    asked: Option<String>,
    /// Since when it waits.
    since: Option<String>,
}

impl Line {
    fn of(r: &Reader, todo: Todo) -> Self {
        let asked = todo.asked.map(|kind| super::board::asked_title(r, kind));
        let since = todo.row.waits_since.map(|since| r.lasting(r.now.seconds_since(since)));
        Self { row: Row::of(r, todo.row), asked, since }
    }
}

/// Leads there.
pub async fn go() -> Redirect {
    Redirect::to("/home")
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask) -> Answer {
    let r = ask.reader.clone();
    let viewer = ask.viewer();
    let (todos, more) = web.desk().waiting_on(viewer, SHOWN).await?;
    let troubled = web.desk().troubled(viewer).await?.into_iter().map(super::mails::Line::of).collect();
    let exports = web.desk().exports_to_do(viewer).await?;
    let exports = exports.iter().map(|request| super::exports::Line::of(&r, viewer, request)).collect();
    let frame = ask.frame("/home");
    let has_complaints =
        access::may(viewer, Permission::ReadComplaints) && *Scope::of(viewer).reach() != Reach::Nothing;
    let doors = if has_complaints { Vec::new() } else { frame.rail.clone() };
    let doors = doors.into_iter().filter(|door| door.path != "/home").collect();
    let lines = todos.into_iter().map(|todo| Line::of(&r, todo)).collect();
    html(&Home { r, frame, lines, more, troubled, exports, doors })
}
