//! 查询: words, numbers, tails of phones; narrowed by state, flow, grade and date.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use domain::access::{self, Permission};
use domain::flow::{Flow, State as Step};
use domain::grade::Grade;
use domain::time::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use store::{Filter, SearchQuery};

use super::view::{self, Row};
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html_with};
use crate::fields::{self, Field, Kind, Sent, Wrong, choices_or_none, refilled};
use crate::guard::escaped;
use crate::reader::Reader;

/// Rows to a page.
const ROWS: u32 = 50;
/// The longest words to be found.
const LONGEST: usize = 200;

/// What is looked for; a file of what was found is asked for by the same.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    q: String,
    state: String,
    flow: String,
    grade: String,
    from: String,
    to: String,
    after: String,
}

#[derive(Debug, Template)]
#[template(path = "search.html")]
struct Search {
    r: Reader,
    frame: Frame,
    q: String,
    filters: Vec<Field>,
    /// What is wrong with the question.
    notice: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
    /// Where a file of what is listed is asked for, for whoever may.
    export: Option<String>,
}

impl Wish {
    /// As a form would send it.
    pub fn sent(&self) -> Sent {
        Sent::from([
            ("q", self.q.as_str()),
            ("state", self.state.as_str()),
            ("flow", self.flow.as_str()),
            ("grade", self.grade.as_str()),
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("after", self.after.as_str()),
        ])
    }

    /// What is looked for, or what is wrong with it field by field: what cannot be read never widens the list.
    pub fn query(&self, r: &Reader) -> Result<SearchQuery, Wrong> {
        let (sent, mut wrong) = (self.sent(), Wrong::default());
        let mut bound = |name, day: fn(Date) -> Option<Date>| {
            sent.read_or_none(r, name, "wrong-day", &mut wrong, |text| midnight(r, day(fields::day(text)?)?))
        };
        let (from, to) = (bound("from", Some), bound("to", |day| day.tomorrow().ok()));
        let query = SearchQuery {
            text: words(r, &sent, &mut wrong),
            filter: Filter {
                states: sent.choice_or_none::<Step>(r, "state", &mut wrong).into_iter().collect(),
                flows: sent.choice_or_none::<Flow>(r, "flow", &mut wrong).into_iter().collect(),
                grades: sent.choice_or_none::<Grade>(r, "grade", &mut wrong).into_iter().collect(),
                from,
                to,
                ..Filter::default()
            },
            after: sent.read_or_none(r, "after", "wrong-choice", &mut wrong, |after| after.parse().ok()),
            limit: ROWS,
            ..SearchQuery::default()
        };
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    /// The same question as a query, from its beginning.
    pub fn parts(&self) -> Vec<String> {
        let said = [("q", &self.q), ("state", &self.state), ("flow", &self.flow), ("grade", &self.grade)];
        let said = said.into_iter().chain([("from", &self.from), ("to", &self.to)]);
        let said = said.filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| format!("{name}={}", escaped(value))).collect()
    }
}

/// Words to be found; cut short they would find more.
pub(super) fn words(r: &Reader, sent: &Sent, wrong: &mut Wrong) -> String {
    let words = sent.text("q");
    if words.chars().count() > LONGEST {
        wrong.say("q", r.with("wrong-words-long", LONGEST));
    }
    words.to_owned()
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    let r = ask.reader.clone();
    let (found, wrong) = match wish.query(&r) {
        Ok(query) => (Some(web.desk().search(ask.viewer(), query).await?), Wrong::default()),
        Err(wrong) if wrong.of("after").is_some() => return Err(Failure::Senseless),
        Err(wrong) => (None, wrong),
    };
    let filters = vec![
        Field::new(&r, "state", Kind::Select(choices_or_none::<Step>(&r, "any"))),
        Field::new(&r, "flow", Kind::Select(choices_or_none::<Flow>(&r, "any"))),
        Field::new(&r, "grade", Kind::Select(choices_or_none::<Grade>(&r, "any"))),
        Field::titled("from", &r.t("search-from"), Kind::Day),
        Field::titled("to", &r.t("search-to"), Kind::Day),
    ];
    let filters = refilled(filters, &wish.sent(), &wrong);
    let (status, notice) = match (wrong.of("q"), wrong.is_empty()) {
        (_, true) => (StatusCode::OK, None),
        (Some(why), false) => (StatusCode::UNPROCESSABLE_ENTITY, Some(why.to_owned())),
        (None, false) => (StatusCode::UNPROCESSABLE_ENTITY, Some(r.t("intake-wrong").into_owned())),
    };
    let parts = wish.parts();
    let may_export = access::may(ask.viewer(), Permission::AskExport) && found.is_some();
    let export = may_export.then(|| format!("/exports?{}#ask", parts.join("&")));
    let (rows, next) = found.map_or_else(|| (Vec::new(), None), |page| (page.rows, page.next));
    let next = next.map(|after| parts.into_iter().chain([format!("after={after}")]).collect::<Vec<_>>().join("&"));
    let (rows, frame) = (view::rows(&r, rows), ask.frame("/search"));
    html_with(status, &Search { frame, q: wish.q, filters, rows, next, export, notice, r })
}

/// The first instant of a day in the branch's zone.
fn midnight(r: &Reader, day: Date) -> Option<Timestamp> {
    r.zone.to_timestamp(day.at(0, 0, 0, 0)).ok().map(Timestamp::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn what_cannot_be_read_is_said_and_never_widens_the_list() {
        let wrong =
            |wish: Wish| wish.query(&Reader::sample(Lang::Zh)).expect_err("refused").fields().collect::<Vec<_>>();
        assert_eq!(wrong(Wish { from: "2026-02-30".into(), ..Wish::default() }), ["from"]);
        assert_eq!(wrong(Wish { to: "tomorrow".into(), ..Wish::default() }), ["to"]);
        assert_eq!(wrong(Wish { to: "9999-12-31".into(), ..Wish::default() }), ["to"], "no day after it");
        assert_eq!(wrong(Wish { state: "opened".into(), after: "3".into(), ..Wish::default() }), ["after", "state"]);
        assert_eq!(wrong(Wish { q: "长".repeat(LONGEST + 1), ..Wish::default() }), ["q"]);
        let day = Wish { from: "2026-03-04".into(), to: "2026-03-04".into(), ..Wish::default() };
        let filter = day.query(&Reader::sample(Lang::Zh)).expect("a question").filter;
        let instant = |text: &str| Some(text.parse::<Timestamp>().expect("an instant"));
        assert_eq!((filter.from, filter.to), (instant("2026-03-03T16:00:00Z"), instant("2026-03-04T16:00:00Z")));
    }
}
