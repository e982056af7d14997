//! 查询: words, numbers, tails of phones; narrowed by state, flow, grade and date.

use askama::Template;
use axum::extract::{Query, State};
use domain::access::{self, Permission};
use domain::flow::{Flow, State as Step};
use domain::grade::Grade;
use domain::time::Timestamp;
use serde::Deserialize;
use store::{Filter, SearchQuery};

use super::view::{self, Row};
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, html};
use crate::fields::{Field, Kind, choices_or_none};
use crate::guard::escaped;
use crate::names::Named;
use crate::reader::Reader;

/// Rows to a page.
const ROWS: u32 = 50;

/// What is looked for; a file of what was found is asked for by the same.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    pub(super) q: String,
    pub(super) state: String,
    pub(super) flow: String,
    pub(super) grade: String,
    pub(super) from: String,
    pub(super) to: String,
    after: String,
}

#[derive(Debug, Template)]
#[template(path = "search.html")]
struct Search {
    r: Reader,
    frame: Frame,
    q: String,
    filters: Vec<Field>,
    from: String,
    to: String,
    rows: Vec<Row>,
    next: Option<String>,
    /// Where a file of what is listed is asked for, for whoever may.
    export: Option<String>,
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    let r = ask.reader.clone();
    let query = SearchQuery {
        text: wish.q.chars().take(200).collect(),
        filter: Filter {
            states: Step::of_word(&wish.state).into_iter().collect(),
            flows: Flow::of_word(&wish.flow).into_iter().collect(),
            grades: Grade::of_word(&wish.grade).into_iter().collect(),
            from: midnight(&r, &wish.from),
            to: midnight(&r, &wish.to).map(|day| day.plus_seconds(86_400)),
            ..Filter::default()
        },
        after: wish.after.parse().ok(),
        limit: ROWS,
        ..SearchQuery::default()
    };
    let page = web.desk().search(ask.viewer(), query).await?;
    let filters = vec![
        Field::new(&r, "state", Kind::Select(choices_or_none::<Step>(&r, "any"))).holding(wish.state.as_str()),
        Field::new(&r, "flow", Kind::Select(choices_or_none::<Flow>(&r, "any"))).holding(wish.flow.as_str()),
        Field::new(&r, "grade", Kind::Select(choices_or_none::<Grade>(&r, "any"))).holding(wish.grade.as_str()),
    ];
    let said = [("q", &wish.q), ("state", &wish.state), ("flow", &wish.flow), ("grade", &wish.grade)];
    let said = said.into_iter().chain([("from", &wish.from), ("to", &wish.to)]);
    let said = said.filter(|(_, value)| !value.is_empty());
    let parts: Vec<_> = said.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let may_export = access::may(ask.viewer(), Permission::AskExport);
    let export = may_export.then(|| format!("/exports?{}#ask", parts.join("&")));
    let next = page.next.map(|after| parts.into_iter().chain([format!("after={after}")]).collect::<Vec<_>>().join("&"));
    let rows = view::rows(&r, page.rows);
    let frame = ask.frame("/search");
    html(&Search { frame, q: wish.q, filters, from: wish.from, to: wish.to, rows, next, export, r })
}

/// The first instant of a date in the branch's zone.
fn midnight(r: &Reader, date: &str) -> Option<Timestamp> {
    r.instant(&format!("{date}T00:00"))
}
