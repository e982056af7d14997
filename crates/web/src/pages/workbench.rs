//! The workbench: the queue by due time, the case, what helps to answer (design §7).

use askama::Template;
use axum::extract::{Query, State};
use domain::id::ComplaintId;
use domain::person::{Role, Viewer};
use serde::Deserialize;
use store::{Count, Counters, Cursor, Filter, QueueQuery, View};

use super::view::{self, Row};
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::reader::Reader;

/// Rows to a page.
const ROWS: u32 = 60;

/// Which list, and from where on.
#[derive(Debug, Default, Deserialize)]
pub struct Wish {
    view: Option<String>,
    after: Option<String>,
    open: Option<String>,
}

impl Wish {
    /// Behind which row the page begins. A place that is none is not taken for the beginning.
    pub fn after(&self) -> Result<Option<Cursor>, Failure> {
        let after = self.after.as_deref().filter(|after| !after.is_empty());
        after.map(|after| after.parse().map_err(|_| Failure::Senseless)).transpose()
    }
}

/// The whole page: queue, case, help, each rendered.
#[derive(Debug, Template)]
#[template(path = "workbench.html")]
pub struct Workbench {
    /// Who reads.
    pub r: Reader,
    /// What surrounds it.
    pub frame: Frame,
    /// What the page is called where a case is open.
    pub title: Option<String>,
    /// The list on the left.
    pub queue: String,
    /// The case in the middle.
    pub case: String,
    /// What helps, on the right.
    pub help: String,
}

#[derive(Debug, Template)]
#[template(path = "queue.html")]
struct Queue {
    r: Reader,
    view: &'static str,
    count: String,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    open: Option<ComplaintId>,
    /// Behind which row this page begins: a live refresh fetches the same page again.
    after: Option<Cursor>,
    next: Option<Cursor>,
}

#[derive(Debug)]
struct Tab {
    view: &'static str,
    title: &'static str,
    count: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "no_case.html")]
struct NoCase {
    r: Reader,
}

/// What helps to answer.
#[derive(Debug, Template)]
#[template(path = "help.html")]
struct Help {
    r: Reader,
    near: Option<Vec<Row>>,
}

/// The page without a case.
pub async fn show(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    let queue = queue_part(&web, &ask, &wish, None).await?;
    let r = ask.reader.clone();
    let case = rendered(&NoCase { r: r.clone() })?;
    let help = help_part(&r, None)?;
    html(&Workbench { frame: ask.frame("/workbench"), title: None, queue, case, help, r })
}

/// The list alone, for a live refresh.
pub async fn queue(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    let open = wish.open.as_deref().and_then(|id| id.parse().ok());
    Ok(axum::response::IntoResponse::into_response(axum::response::Html(queue_part(&web, &ask, &wish, open).await?)))
}

/// The list, rendered, with the open case marked.
pub async fn queue_part(web: &Web, ask: &Ask, wish: &Wish, open: Option<ComplaintId>) -> Result<String, Failure> {
    let viewer = ask.viewer();
    let person = viewer.person().ok_or(Failure::Forbidden)?;
    let name = wish.view.as_deref().and_then(known).unwrap_or_else(|| default_view(viewer));
    let view = match name {
        "mine" => View::Mine(person.id),
        "owned" => View::Owned(person.id),
        "unassigned" => View::Unassigned,
        "all" => View::All,
        _ => View::Open,
    };
    let after = wish.after()?;
    let query = QueueQuery { view, filter: Filter::default(), after, limit: ROWS };
    let (page, counts) = tokio::join!(web.desk().queue(viewer, &query), web.desk().counts(viewer));
    let (page, counts) = (page?, counts?);
    let r = ask.reader.clone();
    let count = count_of(name, &counts).map(|count| shown(&r, count)).unwrap_or_default();
    let tabs = VIEWS.iter().map(|(view, title)| Tab {
        view,
        title,
        count: count_of(view, &counts).map(|count| shown(&r, count)),
    });
    let tabs = tabs.collect();
    rendered(&Queue { view: name, count, tabs, rows: view::rows(&r, page.rows), open, after, next: page.next, r })
}

const VIEWS: [(&str, &str); 5] = [
    ("mine", "view-mine"),
    ("owned", "view-owned"),
    ("unassigned", "view-unassigned"),
    ("open", "view-open"),
    ("all", "view-all"),
];

fn known(view: &str) -> Option<&'static str> {
    VIEWS.iter().map(|(name, _)| *name).find(|name| *name == view)
}

/// Handlers begin with what they own for life (M4), those who dispatch with what nobody has, everybody else with all
/// that is open.
fn default_view(viewer: &Viewer) -> &'static str {
    match viewer.person().map(|person| person.role) {
        Some(Role::Handler) => "owned",
        Some(Role::Triage) => "unassigned",
        _ => "open",
    }
}

const fn count_of(view: &str, counts: &Counters) -> Option<Count> {
    match view.as_bytes() {
        b"mine" => Some(counts.mine),
        b"owned" => Some(counts.owned),
        b"unassigned" => Some(counts.unassigned),
        b"open" => Some(counts.open),
        _ => None,
    }
}

fn shown(r: &Reader, count: Count) -> String {
    if count.more { r.with("count-more", count.n) } else { count.n.to_string() }
}

/// What helps, rendered; `near` are the complaints of the same place.
pub fn help_part(r: &Reader, near: Option<Vec<Row>>) -> Result<String, Failure> {
    rendered(&Help { r: r.clone(), near })
}

/// A part of a page as text.
pub fn rendered(template: &impl Template) -> Result<String, Failure> {
    template.render().map_err(|error| {
        tracing::error!(%error, "a template failed");
        Failure::Broken
    })
}
