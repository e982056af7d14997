//! 受理: one screen, by keyboard. Earlier complaints and the check's answer appear while it is filled in (M1, M2, M14).

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use domain::complaint::{Channel, Complaint, Intake};
use domain::flow::Flow;
use domain::grade::{Grade, Suggestion};
use domain::place::{Datum, Setting};
use domain::policy::Policy;
use ran::network::Question;
use serde::Deserialize;
use store::GazetteerPlace;

use super::act::offers;
use super::view::check::CheckView;
use super::view::spots::Known;
use super::view::{self, Row};
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html, html_with};
use crate::fields::{Choice, Field, Kind, Sent, Wrong, choices, choices_or_none, refilled};
use crate::names::{Named, Spoken};
use crate::reader::Reader;

pub mod parse;
mod repeat;

/// Places offered below the address.
const PLACES: u32 = 12;
/// How precisely a place of the gazetteer is known, metres.
const PLACE_PRECISION_METRES: u32 = 50;

#[derive(Debug, Template)]
#[template(path = "intake.html")]
struct IntakePage {
    r: Reader,
    frame: Frame,
    key: String,
    fields: Vec<Field>,
    /// Whether some of them need attention: the cursor is there, not in the first one.
    wrong: bool,
    notice: Option<String>,
    /// The complaint on record that what was typed would repeat.
    known: Option<Complaint>,
    suggestion: SuggestionView,
}

impl IntakePage {
    /// The field of that name, with its control.
    fn field(&self, name: &str) -> &Field {
        self.fields.iter().find(|field| field.name == name).expect("the page asks for fields of its own list")
    }
}

/// Flow and grade as suggested, with reasons, or as chosen instead.
#[derive(Debug, Template)]
#[template(path = "intake_suggestion.html")]
struct SuggestionView {
    r: Reader,
    flows: Vec<(Choice, bool)>,
    grades: Vec<(Choice, bool)>,
    suggested_flow: &'static str,
    suggested_grade: &'static str,
    reasons: Vec<String>,
}

#[derive(Debug, Template)]
#[template(path = "intake_check.html")]
struct CheckAnswer {
    r: Reader,
    check: Option<CheckView>,
    suggestion: SuggestionView,
}

#[derive(Debug, Template)]
#[template(path = "intake_earlier.html")]
struct Earlier {
    r: Reader,
    /// 黑点 that speak for the place: it can be answered from their plans.
    known: Vec<Known>,
    of_phone: Vec<Row>,
    of_place: Vec<Row>,
    asked: bool,
}

#[derive(Debug, Template)]
#[template(path = "intake_places.html")]
struct PlaceList {
    r: Reader,
    places: Vec<GazetteerPlace>,
    precision: u32,
}

/// The empty page.
pub async fn show(State(web): State<Web>, ask: Ask) -> Answer {
    html(&page(&web, ask, &Sent::default(), &Wrong::default()))
}

fn page(web: &Web, ask: Ask, sent: &Sent, wrong: &Wrong) -> IntakePage {
    let (intake, _) = parse::intake(&ask.reader, sent);
    let suggestion = suggestion(&ask.reader, &web.desk().suggest(&intake), sent);
    let notice = (!wrong.is_empty()).then(|| ask.reader.t("intake-wrong").into_owned());
    let key = sent.filled("key").map_or_else(|| web.desk().fresh_key(), str::to_owned);
    let fields = refilled(fields(&ask.reader, &web.desk().rules().policy), sent, wrong);
    IntakePage {
        frame: ask.frame("/intake"),
        key,
        fields,
        wrong: !wrong.is_empty(),
        notice,
        known: None,
        suggestion,
        r: ask.reader,
    }
}

/// In the order of the page, so that the first wrong one is the uppermost.
fn fields(r: &Reader, policy: &Policy) -> Vec<Field> {
    let line = |name| Field::new(r, name, Kind::Line);
    vec![
        Field::new(r, "channel", Kind::Select(choices::<Channel>(r))).holding(Channel::Phone.word()),
        line("phone"),
        line("customer_name"),
        line("level"),
        line("upstream_number"),
        Field::new(r, "wanted_by", Kind::When),
        Field::new(r, "description", Kind::Area).required(),
        line("title"),
        line("phenomenon").offering(offers::phenomena(r, policy)),
        Field::new(r, "service", Kind::Radios(choices::<domain::check::Service>(r))).holding("data"),
        Field::new(r, "technology", Kind::Select(choices_or_none::<domain::check::Technology>(r, "not-said"))),
        Field::new(r, "occurred_at", Kind::When),
        line("address"),
        Field::new(r, "lon", Kind::Number),
        Field::new(r, "lat", Kind::Number),
        Field::new(r, "datum", Kind::Select(choices::<Datum>(r))).holding(Datum::Wgs84.word()),
        Field::new(r, "precision_m", Kind::Number),
        Field::new(r, "setting", Kind::Radios(choices::<Setting>(r))).holding(Setting::Unstated.word()),
    ]
}

/// Takes the complaint in. The same key twice is the same complaint.
pub async fn save(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    // Whoever signs in beside a form that waits does not come to own what somebody else wrote (首问负责).
    let own = ask.viewer().person().map(|person| person.id.to_string());
    if sent.filled("writer").is_some_and(|writer| own.as_deref() != Some(writer)) {
        return Err(Failure::Forbidden);
    }
    let (intake, wrong) = parse::intake(&ask.reader, &sent);
    if !wrong.is_empty() {
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&web, ask, &sent, &wrong));
    }
    let receipt = web.desk().receive(ask.viewer(), intake.clone()).await?;
    let (known, repeated) = (receipt.complaint, receipt.repeated);
    if repeated && !repeat::is_same(&web, &intake, &web.desk().entries(ask.viewer(), known.id).await?) {
        return html_with(StatusCode::CONFLICT, &conflicting(&web, ask, &sent, &intake, known));
    }
    Ok(Redirect::to(&format!("/complaints/{}", known.id)).into_response())
}

/// What was typed, beside the complaint that is known by its number or its form. With a key of its own it can be saved
/// once the number is corrected, or as a complaint of its own.
fn conflicting(web: &Web, ask: Ask, sent: &Sent, intake: &Intake, known: Complaint) -> IntakePage {
    let by_number = intake.upstream.is_some() && intake.upstream == known.upstream;
    let notice = ask.reader.t(if by_number { "intake-known-number" } else { "intake-known-form" }).into_owned();
    let mut page = page(web, ask, sent, &Wrong::default());
    (page.key, page.notice, page.known) = (web.desk().fresh_key(), Some(notice), Some(known));
    page
}

/// What is typed into the address; the input's own name, or `q`.
#[derive(Debug, Deserialize)]
pub struct Typed {
    address: Option<String>,
    q: Option<String>,
}

/// Places that match what is typed.
pub async fn places(State(web): State<Web>, ask: Ask, Query(typed): Query<Typed>) -> Answer {
    let text = typed.address.or(typed.q).unwrap_or_default();
    let text: String = text.trim().chars().take(60).collect();
    let places = if text.is_empty() { Vec::new() } else { web.desk().places(&text, PLACES).await? };
    html(&PlaceList { r: ask.reader, places, precision: PLACE_PRECISION_METRES })
}

/// Earlier complaints of the same phone and of the same place.
pub async fn earlier(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let (intake, _) = parse::intake(&ask.reader, &sent);
    let point = intake.place.point.map(|point| point.wgs84);
    let asked = intake.phone.is_some() || point.is_some();
    let (of_phone, of_place) = web.desk().earlier(ask.viewer(), intake.phone.as_ref(), point).await?;
    let known = web.desk().known_locations(ask.viewer(), point).await?;
    let r = ask.reader;
    let known = known.iter().map(|spot| Known::of(&r, spot)).collect();
    html(&Earlier { known, of_phone: view::rows(&r, of_phone), of_place: view::rows(&r, of_place), asked, r })
}

/// What the network says of the place, before anything is saved.
pub async fn check(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let r = ask.reader.clone();
    let (intake, _) = parse::intake(&r, &sent);
    let suggestion = suggestion(&r, &web.desk().suggest(&intake), &sent);
    let check = intake.place.point.map(|point| {
        let question = Question {
            place: point.wgs84,
            precision_m: intake.place.precision_metres,
            setting: intake.place.setting,
            at: intake.matter.judged_at(),
            service: intake.matter.service,
            technology: intake.matter.technology,
        };
        CheckView::on_intake_map(&r, web.desk().preview(&question))
    });
    html(&CheckAnswer { r, check, suggestion })
}

/// The suggestion, unless somebody chose otherwise than was suggested before.
fn suggestion(r: &Reader, suggested: &Suggestion, sent: &Sent) -> SuggestionView {
    let flow = chosen(sent, "flow", "suggested_flow").unwrap_or(suggested.flow);
    let grade: Grade = chosen(sent, "grade", "suggested_grade").unwrap_or(suggested.grade);
    let marked = |choices: Vec<Choice>, held: &str| {
        choices
            .into_iter()
            .map(|choice| {
                let held = choice.value == held;
                (choice, held)
            })
            .collect()
    };
    SuggestionView {
        flows: marked(choices::<Flow>(r), flow.word()),
        grades: marked(choices::<Grade>(r), grade.word()),
        suggested_flow: suggested.flow.word(),
        suggested_grade: suggested.grade.word(),
        reasons: suggested.reasons.iter().map(|reason| r.say(reason).to_owned()).collect(),
        r: r.clone(),
    }
}

/// A choice that differs from what was suggested when it was made.
fn chosen<N: Named>(sent: &Sent, name: &str, suggested: &str) -> Option<N> {
    let differs = sent.has(suggested) && sent.text(name) != sent.text(suggested);
    sent.choice(name).filter(|_| differs)
}
