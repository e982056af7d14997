//! What each action asks for: its form as a list of fields. No action has HTML of its own.

use std::sync::Arc;

use app::desk::Rules;
use domain::check::Bilingual;
use domain::clock::ClockKind;
use domain::complaint::{Channel, Complaint, Means, PersonRef, RejectionGround, Resolution};
use domain::contact::mask_digits;
use domain::declaration::Declaration;
use domain::flow::{ActionKind, Flow, PaperKind};
use domain::grade::Grade;
use domain::journal::MaskedField;
use domain::place::{Datum, Setting};
use domain::policy::Policy;
use domain::spot::ProblemLocation;

use super::offers;
use crate::fields::{Choice, Field, Kind, choices, choices_or_none};
use crate::names::Spoken;
use crate::pages::declaration;
use crate::reader::Reader;

/// What a form needs besides the complaint.
#[derive(Debug, Default)]
pub struct Beside {
    /// The rules in force, whose trees and templates the form offers.
    pub rules: Option<Arc<Rules>>,
    /// The draft of the check's reply.
    pub draft: Option<Bilingual>,
    /// Who may be named: handlers, or those who approve.
    pub people: Vec<PersonRef>,
    /// 部门或外部单位 to which it may be sent.
    pub receivers: Vec<String>,
    /// 申告表 as far as it is written, or as the record fills it.
    pub declaration: Option<Declaration>,
    /// The answer its lead was given.
    pub common: Option<String>,
    /// The other complaint somebody named by its number.
    pub other: Option<Complaint>,
    /// 黑点 a closing may belong to, the first one unless somebody chooses, with the distance where one is known.
    pub places: Vec<(ProblemLocation, Option<f64>)>,
}

/// The fields of an action on this complaint.
pub fn fields(r: &Reader, kind: ActionKind, c: &Complaint, beside: &Beside) -> Vec<Field> {
    let area = |name| Field::new(r, name, Kind::Area);
    let line = |name| Field::new(r, name, Kind::Line);
    let reason = || area("reason").required();
    let policy = beside.rules.as_ref().map_or_else(|| Policy::standard(), |rules| &rules.policy);
    let inserts = || offers::inserts(r, policy, c, beside.draft.as_ref());
    if let Some(paper) = PaperKind::of(kind) {
        return vec![words(r, paper, c)];
    }
    match kind {
        ActionKind::Contact => vec![
            Field::new(r, "means", Kind::Radios(choices::<Means>(r))).required().holding(Means::Call.word()),
            Field::new(r, "reached", Kind::Radios(yes_no(r, "reached"))).required().holding("yes"),
            Field::new(r, "took_place", Kind::When).required().holding(r.input(&r.now)),
            area("summary").required().inserting(r, inserts()),
        ],
        ActionKind::Note => vec![area("text").required()],
        ActionKind::Transfer => vec![known(r, Field::new(r, "department", receivers(r, beside))), reason()],
        ActionKind::Outsource => {
            vec![known(r, Field::new(r, "organisation", receivers(r, beside))), area("task").required()]
        }
        ActionKind::Feedback => vec![area("result").required()],
        ActionKind::Suspend => {
            let week = r.now.plus_seconds(7 * 86_400);
            vec![
                Field::new(r, "waits_on", Kind::Radios(waits(r))).required().holding("customer"),
                Field::new(r, "until", Kind::When)
                    .required()
                    .holding(r.input(&week))
                    .hinting(r.t("hint-until").into_owned()),
                reason(),
            ]
        }
        ActionKind::Resume => vec![area("reason")],
        ActionKind::Reply | ActionKind::DirectReply => {
            let draft = beside.draft.as_ref().map(|draft| draft.zh.clone()).unwrap_or_default();
            let hint = r.t("hint-reply").into_owned();
            vec![Field::new(r, "text", Kind::Area).required().holding(draft).hinting(hint).inserting(r, inserts())]
        }
        ActionKind::Close => closing(r, policy, &beside.places),
        ActionKind::RejectBack => {
            let grounds = choices_or_none::<RejectionGround>(r, "choose");
            vec![Field::new(r, "ground", Kind::Select(grounds)).required(), reason()]
        }
        ActionKind::Merge | ActionKind::Tie => {
            let hint = r.t(if kind == ActionKind::Merge { "hint-merge" } else { "hint-tie" }).into_owned();
            vec![line("number").required().hinting(hint), reason()]
        }
        ActionKind::Split => {
            vec![line("title"), area("description").required().hinting(r.t("hint-split").into_owned()), reason()]
        }
        ActionKind::AnswerWithLead => {
            let hint = r.t("hint-answer-with-lead").into_owned();
            vec![area("text").required().holding(beside.common.clone().unwrap_or_default()).hinting(hint)]
        }
        ActionKind::Reopen | ActionKind::Withdraw | ActionKind::Unmerge | ActionKind::Untie | ActionKind::TakeBack => {
            vec![reason()]
        }
        ActionKind::Correct => correction(r, c, policy),
        ActionKind::Assign => {
            vec![Field::new(r, "handler", Kind::Select(people(r, &beside.people, "choose"))).required(), reason()]
        }
        ActionKind::Regrade => {
            vec![Field::new(r, "grade", Kind::Radios(choices::<Grade>(r))).required().holding(c.grade.word()), reason()]
        }
        ActionKind::ChangeFlow => {
            vec![Field::new(r, "flow", Kind::Radios(choices::<Flow>(r))).required().holding(c.flow.word()), reason()]
        }
        ActionKind::SaveDeclaration | ActionKind::SubmitDeclaration => {
            let submit = kind == ActionKind::SubmitDeclaration;
            beside.declaration.as_ref().map(|form| declaration::fields(r, form, submit, policy)).unwrap_or_default()
        }
        ActionKind::Mobilise => vec![
            area("resources").required(),
            Field::new(r, "since", Kind::When).required().holding(r.input(&r.now)),
            area("result").required(),
        ],
        ActionKind::AskExtension => {
            let due = c.running(ClockKind::Handling).map_or(r.now, |clock| clock.due);
            let later = due.plus_seconds(2 * 86_400);
            vec![Field::new(r, "extended_until", Kind::When).required().holding(r.input(&later)), reason()]
        }
        ActionKind::DecideExtension | ActionKind::DecideExemption => {
            vec![Field::new(r, "granted", Kind::Radios(yes_no(r, "granted"))).required().holding("yes"), reason()]
        }
        ActionKind::Depart => vec![
            Field::new(r, "to", Kind::Select(departures(r, c))).required(),
            reason(),
            Field::new(r, "approver", Kind::Select(people(r, &beside.people, "approved-afterwards"))),
        ],
        ActionKind::Unmask => vec![
            Field::new(r, "field", Kind::Radios(choices::<MaskedField>(r)))
                .required()
                .holding(MaskedField::Phone.word()),
            reason(),
        ],
        // Papers, above; what needs no more than a yes: accept, take over, check again.
        _ => vec![],
    }
}

fn known(r: &Reader, receiver: Field) -> Field {
    receiver.required().hinting(r.t("hint-receiver").into_owned())
}

/// Where it is sent: to one of those that somebody belongs to who sees it there.
fn receivers(r: &Reader, beside: &Beside) -> Kind {
    let none = Choice { value: "".into(), label: r.t("choose").into_owned() };
    let known = beside.receivers.iter().map(|name| Choice { value: name.clone().into(), label: name.clone() });
    Kind::Select(std::iter::once(none).chain(known).collect())
}

/// How it ends, and the plan of what is promised: seen where the resolution asks for one, begun from the place's own.
fn closing(r: &Reader, policy: &Policy, places: &[(ProblemLocation, Option<f64>)]) -> Vec<Field> {
    let first = places.first().map(|(spot, _)| spot);
    let hint = || r.t("hint-plan").into_owned();
    let expected = first.filter(|spot| spot.expected > r.today()).map(|spot| spot.expected.to_string());
    vec![
        Field::new(r, "attribution", Kind::Tree(offers::causes(r, policy))).required(),
        Field::new(r, "resolution", Kind::Select(choices_or_none::<Resolution>(r, "choose"))).required(),
        Field::new(r, "plan_measure", Kind::Area)
            .holding(first.map(|spot| mask_digits(&spot.measure)).unwrap_or_default())
            .hinting(hint()),
        Field::new(r, "plan_expected", Kind::Day).holding(expected.unwrap_or_default()).hinting(hint()),
        Field::new(r, "plan_site", Kind::Line)
            .holding(first.and_then(|spot| spot.site.as_deref().map(mask_digits)).unwrap_or_default()),
        Field::new(r, "plan_spot", Kind::Select(spots(r, places)))
            .holding(first.map_or_else(|| "new".to_owned(), |spot| spot.id.to_string()))
            .hinting(r.t("hint-plan-spot").into_owned()),
        Field::new(r, "remark", Kind::Area),
    ]
}

fn spots(r: &Reader, places: &[(ProblemLocation, Option<f64>)]) -> Vec<Choice> {
    let known = places.iter().map(|(spot, metres)| {
        let name = format!("{} {}", spot.number, mask_digits(&spot.name));
        let label =
            metres.map_or_else(|| name.clone(), |metres| r.both("plan-spot-known", &name, format!("{metres:.0}")));
        Choice { value: spot.id.to_string().into(), label }
    });
    known.chain([Choice { value: "new".into(), label: r.t("plan-spot-new").into_owned() }]).collect()
}

/// What was taken in, as it stands, to be corrected. Phones in free text stay masked; see [`super::unmasked`].
fn correction(r: &Reader, c: &Complaint, policy: &Policy) -> Vec<Field> {
    let matter = &c.matter;
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let point = c.place.point;
    let when = |at: Option<domain::time::Timestamp>| at.map(|at| r.input(&at)).unwrap_or_default();
    vec![
        Field::new(r, "title", Kind::Line).holding(mask_digits(&matter.title)),
        Field::new(r, "description", Kind::Area).required().holding(mask_digits(&matter.description)),
        Field::new(r, "phenomenon", Kind::Line)
            .holding(mask_digits(&matter.phenomenon))
            .offering(offers::phenomena(r, policy)),
        Field::new(r, "channel", Kind::Select(choices::<Channel>(r))).holding(matter.channel.word()),
        Field::new(r, "level", Kind::Line).holding(mask_digits(&matter.level)),
        Field::new(r, "service", Kind::Select(choices::<domain::check::Service>(r)))
            .holding(Spoken::word(&matter.service)),
        Field::new(r, "technology", Kind::Select(choices_or_none::<domain::check::Technology>(r, "not-said")))
            .holding(matter.technology.as_ref().map_or("", Spoken::word)),
        Field::new(r, "occurred_at", Kind::When).holding(when(matter.occurred)),
        Field::new(r, "address", Kind::Line).holding(mask_digits(&c.place.address)),
        Field::new(r, "lon", Kind::Number).holding(number(point.map(|point| point.given_lon))),
        Field::new(r, "lat", Kind::Number).holding(number(point.map(|point| point.given_lat))),
        Field::new(r, "datum", Kind::Select(choices::<Datum>(r)))
            .holding(point.map_or(Datum::Wgs84, |point| point.datum).word()),
        Field::new(r, "precision_m", Kind::Number).holding(number(c.place.precision_metres)),
        Field::new(r, "setting", Kind::Select(choices::<Setting>(r))).holding(c.place.setting.word()),
    ]
}

fn yes_no(r: &Reader, key: &str) -> Vec<Choice> {
    ["yes", "no"].map(|value| Choice { value: value.into(), label: r.choice(key, value) }).into()
}

fn waits(r: &Reader) -> Vec<Choice> {
    ["customer", "others"].map(|value| Choice { value: value.into(), label: r.choice("party", value) }).into()
}

/// What is only words: plans, reports, remarks and decisions. A plan begins with the one it revises.
fn words(r: &Reader, paper: PaperKind, c: &Complaint) -> Field {
    let field = Field::new(r, "text", Kind::Area);
    let field = if paper.needs_words() { field.required() } else { field };
    if !matches!(paper, PaperKind::Plan | PaperKind::PlanRevision) {
        return field;
    }
    let mut plans = c.papers.iter().filter(|paper| matches!(paper.kind, PaperKind::Plan | PaperKind::PlanRevision));
    field.holding(plans.next_back().map(|plan| plan.text.clone()).unwrap_or_default())
}

/// The states of the flow in which somebody works, but for the present one.
fn departures(r: &Reader, c: &Complaint) -> Vec<Choice> {
    let none = Choice { value: "".into(), label: r.t("choose").into_owned() };
    let goals = c.flow.departures(c.state).into_iter();
    std::iter::once(none)
        .chain(goals.map(|state| Choice { value: state.word().into(), label: r.name(&state).into_owned() }))
        .collect()
}

fn people(r: &Reader, people: &[PersonRef], none: &str) -> Vec<Choice> {
    let none = Choice { value: "".into(), label: r.t(none).into_owned() };
    let named = people.iter().filter_map(|person| {
        let id = person.id?;
        Some(Choice { value: id.to_string().into(), label: person.name.clone() })
    });
    std::iter::once(none).chain(named).collect()
}
