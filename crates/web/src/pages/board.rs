//! 督办看板: what is late, what waits, with whom it lies; every figure leads to its list, every row to its case (M13).

use app::desk::DeskError;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse};
use domain::clock::ClockKind;
use domain::flow::{ASKED, ActionKind};
use domain::id::PersonId;
use domain::person::Person;
use store::{Board, Departed, Filter, Lateness, Load, QueueQuery, View};

use super::view::Row;
use super::workbench::rendered;
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::reader::Reader;

mod narrow;

pub use narrow::{Asked as Question, Narrow};

/// Rows of each list on the board itself.
const ROWS: u32 = 6;
/// People, departments, organisations of each table.
const LINES: usize = 16;
/// Rows to a page of a list.
const PAGE: u32 = 60;
/// Departures counted.
const DEPARTURES: u32 = 20;

#[derive(Debug, Template)]
#[template(path = "board.html")]
struct BoardPage {
    r: Reader,
    frame: Frame,
    body: String,
}

#[derive(Debug, Template)]
#[template(path = "board_part.html")]
struct Body {
    r: Reader,
    more: bool,
    figures: Vec<Figure>,
    asked: Vec<Asked>,
    tables: Vec<Table>,
    lists: Vec<List>,
    departures: Vec<Departure>,
}

/// One number in large type.
#[derive(Debug)]
struct Figure {
    title: &'static str,
    count: u32,
    level: &'static str,
    path: String,
}

/// What is asked beside the flow.
#[derive(Debug)]
struct Asked {
    title: String,
    open: u32,
    overdue: u32,
    path: String,
    late: String,
}

/// Loads by party, person, department or organisation.
#[derive(Debug)]
struct Table {
    title: &'static str,
    /// Whether it says how long they have waited: a party's, of whose waiting the ledger tells.
    waits: bool,
    lines: Vec<LoadLine>,
    /// How many lines are left out.
    left_out: usize,
}

#[derive(Debug)]
struct LoadLine {
    name: String,
    load: Load,
    of: Narrow,
}

impl LoadLine {
    fn path(&self) -> String {
        self.of.path(None)
    }

    fn late(&self, how: &str) -> String {
        self.of.path(Lateness::ALL.into_iter().find(|known| known.as_str() == how))
    }
}

/// The most pressing rows of a list.
#[derive(Debug)]
struct List {
    title: String,
    path: String,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    row: Row,
    /// How long it has waited on whom.
    waited: String,
}

impl Line {
    fn of(r: &Reader, at: store::QueueRow) -> Self {
        let party = r.name(&at.waits_on);
        // Nobody is waited on any more where the complaint is closed.
        let waited = at.waits_since.map_or_else(
            || party.to_string(),
            |since| r.both("board-waited", &party, r.lasting(r.now.seconds_since(since))),
        );
        Self { row: Row::of(r, at), waited }
    }
}

/// Who left the procedure, and where.
#[derive(Debug)]
struct Departure {
    name: String,
    path: Option<String>,
    rule: String,
    times: u32,
    last: String,
}

#[derive(Debug, Template)]
#[template(path = "board_cases.html")]
struct Cases {
    r: Reader,
    frame: Frame,
    title: String,
    here: String,
    lateness: Vec<(&'static str, String, bool)>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// The whole page.
pub async fn show(State(web): State<Web>, ask: Ask) -> Answer {
    let body = body(&web, &ask).await?;
    html(&BoardPage { frame: ask.frame("/board"), body, r: ask.reader })
}

/// The figures alone, for a live refresh.
pub async fn part(State(web): State<Web>, ask: Ask) -> Answer {
    Ok(Html(body(&web, &ask).await?).into_response())
}

/// The list behind a figure.
pub async fn cases(State(web): State<Web>, ask: Ask, Query(narrow): Query<Narrow>) -> Answer {
    let r = ask.reader.clone();
    let narrow::Asked { view, late, after } = narrow.asked().ok_or(Failure::Senseless)?;
    let people = web.desk().people().await?;
    let filter = Filter { late: late.map(|how| (how, r.now)), ..Filter::default() };
    let query = QueueQuery { view, filter, after, limit: PAGE };
    let page = web.desk().queue(ask.viewer(), &query).await?;
    let mut lateness = vec![("board-any", narrow.path(None), late.is_none())];
    if narrow.may_be_late() {
        let other = Lateness::ALL.into_iter().map(|how| (title_of(how), narrow.path(Some(how)), late == Some(how)));
        lateness.extend(other);
    }
    let next = page.next.map(|after| format!("{}&after={after}", narrow.path(late)));
    let lines = page.rows.into_iter().map(|row| Line::of(&r, row)).collect();
    // A live refresh fetches the same page again.
    let here = after.map_or_else(|| narrow.path(late), |after| format!("{}&after={after}", narrow.path(late)));
    let title = narrow.title(&r, &people);
    html(&Cases { frame: ask.frame("/board"), title, here, lateness, lines, next, r })
}

const fn title_of(how: Lateness) -> &'static str {
    match how {
        Lateness::Soon => "board-soon",
        Lateness::Overdue => "board-overdue",
        Lateness::Severe => "board-severe",
    }
}

async fn body(web: &Web, ask: &Ask) -> Result<String, Failure> {
    let (r, desk, viewer) = (&ask.reader, web.desk(), ask.viewer());
    let (board, people, departures) =
        tokio::try_join!(desk.board(viewer), desk.people(), desk.departures(viewer, DEPARTURES))?;
    rendered(&Body {
        more: board.more,
        figures: figures(&board),
        asked: asked(r, &board),
        lists: lists(web, ask).await?,
        departures: departures.into_iter().map(|one| departure(r, one)).collect(),
        tables: tables(r, &people, board),
        r: r.clone(),
    })
}

fn figures(board: &Board) -> Vec<Figure> {
    let whole = &board.whole;
    let unassigned = board.by_handler.get(&None).map_or(0, |load| load.open);
    let open = Narrow::to("open", "");
    let late = |how| open.path(Some(how));
    vec![
        Figure { title: "board-severe", count: whole.severe, level: "late", path: late(Lateness::Severe) },
        Figure { title: "board-overdue", count: whole.overdue, level: "late", path: late(Lateness::Overdue) },
        Figure { title: "board-soon", count: whole.soon, level: "soon", path: late(Lateness::Soon) },
        Figure { title: "board-open", count: whole.open, level: "ok", path: open.path(None) },
        Figure {
            title: "board-unassigned",
            count: unassigned,
            level: "ok",
            path: Narrow::to("handler", "none").path(None),
        },
        Figure {
            title: "board-paused",
            count: whole.paused,
            level: "still",
            path: Narrow::to("open", "paused").path(None),
        },
    ]
}

fn asked(r: &Reader, board: &Board) -> Vec<Asked> {
    let one = |kind: ClockKind| {
        let (heap, of) = (board.asked.get(&kind).copied().unwrap_or_default(), Narrow::to("asked", kind.as_str()));
        let (open, overdue) = (heap.open, heap.overdue);
        Asked {
            title: asked_title(r, kind),
            open,
            overdue,
            path: of.path(None),
            late: of.path(Some(Lateness::Overdue)),
        }
    };
    ASKED.map(one).into()
}

/// What is asked, by its own name rather than by that of its answer.
pub fn asked_title(r: &Reader, kind: ClockKind) -> String {
    const TITLES: [(ClockKind, &str); 5] = [
        (ClockKind::Supervision, "asked-supervision"),
        (ClockKind::Dispute, "asked-dispute"),
        (ClockKind::ExceptionReview, "asked-exception-review"),
        (ClockKind::Extension, "asked-extension"),
        (ClockKind::Exemption, "asked-exemption"),
    ];
    let own = TITLES.into_iter().find(|(known, _)| *known == kind);
    own.map_or_else(|| r.pick(kind.title()).to_owned(), |(_, key)| r.t(key).into_owned())
}

fn tables(r: &Reader, people: &[Person], board: Board) -> Vec<Table> {
    let person = |by: &'static str, (id, load): (Option<PersonId>, Load)| {
        let of = id.map_or_else(|| Narrow::to(by, "none"), |id| Narrow::to(by, id.to_string()));
        LoadLine { name: narrow::name_of(r, people, id), load, of }
    };
    let named = |by: &'static str, (name, load): (String, Load)| LoadLine { of: Narrow::to(by, &*name), name, load };
    let party = |(party, load): (domain::flow::Party, Load)| LoadLine {
        name: r.name(&party).into_owned(),
        load,
        of: Narrow::to("party", party.as_str()),
    };
    [
        ("board-by-party", board.by_party.into_iter().map(party).collect::<Vec<_>>()),
        ("board-by-handler", board.by_handler.into_iter().map(|one| person("handler", one)).collect()),
        ("board-by-owner", board.by_owner.into_iter().map(|one| person("owner", one)).collect()),
        ("board-by-department", board.by_department.into_iter().map(|one| named("department", one)).collect()),
        ("board-by-organisation", board.by_organisation.into_iter().map(|one| named("organisation", one)).collect()),
    ]
    .into_iter()
    .map(|(title, mut lines)| {
        lines.sort_by_key(|line| {
            std::cmp::Reverse((line.load.severe, line.load.overdue, line.load.soon, line.load.open))
        });
        let left_out = lines.len().saturating_sub(LINES);
        lines.truncate(LINES);
        Table { title, waits: title == "board-by-party", lines, left_out }
    })
    .collect()
}

async fn lists(web: &Web, ask: &Ask) -> Result<Vec<List>, Failure> {
    let r = &ask.reader;
    let open = Narrow::to("open", "");
    let mut wanted = vec![
        (open.clone(), Some(Lateness::Severe), r.t("board-severe").into_owned()),
        (Narrow::to("longest", ""), None, r.t("board-longest").into_owned()),
        (open, Some(Lateness::Soon), r.t("board-soon").into_owned()),
    ];
    let watched = [ClockKind::Supervision, ClockKind::Dispute, ClockKind::ExceptionReview];
    wanted.extend(watched.map(|kind| (Narrow::to("asked", kind.as_str()), None, asked_title(r, kind))));
    let mut lists = Vec::with_capacity(wanted.len());
    for (narrow, late, title) in wanted {
        let view = narrow.view().unwrap_or(View::Open);
        let filter = Filter { late: late.map(|how| (how, r.now)), ..Filter::default() };
        let query = QueueQuery { view, filter, after: None, limit: ROWS };
        let page = web.desk().queue(ask.viewer(), &query).await.map_err(|error: DeskError| Failure::from(error))?;
        let lines = page.rows.into_iter().map(|row| Line::of(r, row)).collect();
        lists.push(List { title, path: narrow.path(late), lines });
    }
    Ok(lists)
}

fn departure(r: &Reader, one: Departed) -> Departure {
    Departure {
        path: one.person.map(|id| Narrow::to("departed", id.to_string()).path(None)),
        rule: r.both("board-rule", r.name(&one.flow), r.both("board-from-to", r.name(&one.from), r.name(&one.to))),
        name: one.name,
        times: one.times,
        last: r.when(&one.last),
    }
}
