//! Acting on a complaint: the form of an action, and what becomes of it when it is sent (M6, M12).

use app::desk::DeskError;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use domain::access::Permission;
use domain::complaint::{Bond, Complaint, PersonRef};
use domain::flow::{self, Action, ActionKind, PaperKind, Part, Refusal, Senseless};
use domain::id::ComplaintId;
use domain::person::Role;

use super::complaint::{load, of, page};
use super::toast;
use super::workbench::rendered;
use crate::Web;
use crate::context::Ask;
use crate::error::{Answer, Failure, html};
use crate::fields::{Field, Kind, Sent, Wrong, refilled};
use crate::reader::Reader;

pub mod forms;
mod merge;
pub mod offers;
pub mod parse;

use forms::Beside;

/// The form of an action.
#[derive(Debug, Template)]
#[template(path = "act_form.html")]
struct ActForm {
    r: Reader,
    id: ComplaintId,
    action: ActionKind,
    version: u64,
    key: String,
    fields: Vec<Field>,
    notice: Option<String>,
    tone: &'static str,
    /// Which complaint, for a form that stands beside others.
    number: domain::id::ComplaintNumber,
    /// Where it leads back to once it is done, where that is not the case.
    back: Option<&'static str>,
}

/// From which page a form was opened.
#[derive(Debug, Default, serde::Deserialize)]
pub struct From {
    back: Option<String>,
}

/// The page of that name, of the few that open forms of their own.
fn back_to(name: &str) -> Option<&'static str> {
    ["board"].into_iter().find(|known| *known == name)
}

/// The form, for the place below the buttons, or on a whole page.
pub async fn form(
    State(web): State<Web>,
    ask: Ask,
    Path((id, action)): Path<(String, String)>,
    Query(from): Query<From>,
) -> Answer {
    let complaint = load(&web, &ask, &id).await?;
    let kind = named(&action)?;
    allowed(&complaint, &ask, kind)?;
    let fields = forms::fields(&ask.reader, kind, &complaint, &beside(&web, &ask, kind, &complaint).await?);
    let mut form = blank(&web, &ask, kind, &complaint, fields);
    form.back = from.back.as_deref().and_then(back_to);
    if ask.htmx {
        return html(&form);
    }
    let form = rendered(&form)?;
    page(&web, &ask, complaint, Some(form), None).await
}

/// What was sent.
pub async fn take(State(web): State<Web>, ask: Ask, Path((id, action)): Path<(String, String)>, sent: Sent) -> Answer {
    let complaint = load(&web, &ask, &id).await?;
    let kind = named(&action)?;
    let (viewer, id) = (ask.viewer(), complaint.id);
    let (version, key) = (sent.text("version").parse().ok(), sent.filled("key").map(str::to_owned));
    if let Err(refused) = allowed(&complaint, &ask, kind) {
        return Box::pin(too_late(&web, &ask, kind, complaint, version, &sent, refused)).await;
    }
    // Who does not say what they looked at is not let write over what they may not have seen.
    if version.is_none() && kind != ActionKind::Unmask {
        return stale(&web, &ask, kind, id, &sent).await;
    }
    let mut beside = beside(&web, &ask, kind, &complaint).await?;
    if matches!(kind, ActionKind::Merge | ActionKind::Tie) {
        beside.other = web.desk().by_number(viewer, sent.text("number")).await?;
    }
    let done = match kind {
        ActionKind::Split => match parse::split(&ask.reader, &sent) {
            Err(wrong) => return again(&web, &ask, kind, complaint, &sent, &beside, &wrong, None).await,
            Ok(part) => {
                let reason = sent.text("reason").to_owned();
                web.desk().split(viewer, id, version, part, reason, key).await.map(|(complaint, _)| complaint)
            }
        },
        ActionKind::Recheck => web.desk().recheck(viewer, id, version).await,
        ActionKind::Unmask => return Box::pin(unmask(&web, &ask, complaint, &sent, &beside)).await,
        _ => match parse::action(&ask.reader, kind, &complaint, &sent, &beside) {
            // What was shown masked was another version's.
            Err(_) if kind == ActionKind::Correct && version != Some(complaint.version) => {
                return stale(&web, &ask, kind, id, &sent).await;
            }
            Err(wrong) => return again(&web, &ask, kind, complaint, &sent, &beside, &wrong, None).await,
            Ok(action) => web.desk().act_on(viewer, complaint.clone(), version, vec![action], key).await,
        },
    };
    match done {
        Ok(_) if back_to(sent.text("back")).is_some() => Ok(Redirect::to("/board").into_response()),
        Ok(complaint) => saved(&web, &ask, kind, complaint).await,
        Err(DeskError::Conflict) => stale(&web, &ask, kind, id, &sent).await,
        Err(DeskError::Refused(refusal)) => {
            let wrong = wrong_of(&ask.reader, kind, &refusal);
            let notice = wrong.is_empty().then(|| ask.reader.say(&refusal.message()).to_owned());
            again(&web, &ask, kind, complaint, &sent, &beside, &wrong, notice).await
        }
        Err(error) => Err(error.into()),
    }
}

fn named(action: &str) -> Result<ActionKind, Failure> {
    ActionKind::named(action).filter(|kind| *kind != ActionKind::Revise).ok_or(Failure::NotFound)
}

/// Says before a form is filled in what deciding would say afterwards.
fn allowed(complaint: &Complaint, ask: &Ask, kind: ActionKind) -> Result<(), Failure> {
    let possible: Vec<_> = flow::possible(complaint, ask.viewer()).into_iter().map(|row| row.action).collect();
    if possible.contains(&kind) {
        return Ok(());
    }
    let here = complaint.flow.table().iter().any(|row| row.action == kind && row.from.contains(&complaint.state));
    Err(Failure::Refused(if here {
        Refusal::NotYours { action: kind }
    } else {
        Refusal::NotFromHere { action: kind, state: complaint.state, allowed: possible }
    }))
}

/// What may not be done now. Whoever could when they opened the form is told what changed meanwhile and keeps what they
/// wrote, and a form sent twice has done its work; everybody else learns no more than that they may not.
async fn too_late(
    web: &Web,
    ask: &Ask,
    kind: ActionKind,
    complaint: Complaint,
    version: Option<u64>,
    sent: &Sent,
    refused: Failure,
) -> Answer {
    if let Some(key) = sent.filled("key")
        && web.desk().by_submission(ask.viewer(), key).await?.is_some_and(|known| known.id == complaint.id)
    {
        return saved(web, ask, kind, complaint).await;
    }
    let Some(version) = version.filter(|version| *version != complaint.version) else { return Err(refused) };
    let entries = web.desk().entries(ask.viewer(), complaint.id).await?;
    match merge::as_of(&entries, version) {
        Some(before) if allowed(&before, ask, kind).is_ok() => stale(web, ask, kind, complaint.id, sent).await,
        Some(_) | None => Err(refused),
    }
}

async fn beside(web: &Web, ask: &Ask, kind: ActionKind, complaint: &Complaint) -> Result<Beside, Failure> {
    let mut beside = Beside { rules: Some(web.desk().rules()), ..Beside::default() };
    match kind {
        ActionKind::Reply | ActionKind::DirectReply | ActionKind::Contact => {
            if let Some(last) = complaint.checks.iter().map(|check| check.ordinal).max() {
                let check = web.desk().evidence(ask.viewer(), complaint.id, last).await?;
                beside.draft = check.map(|check| check.reply);
            }
        }
        ActionKind::Assign | ActionKind::Depart => {
            let needed = if kind == ActionKind::Assign { Permission::Handle } else { Permission::Lead };
            let fits = |role: Role| needed.relation(role).is_some() && role != Role::Contractor;
            let people = web.desk().people().await?.into_iter();
            let people = people.filter(|person| person.active && fits(person.role));
            beside.people = people.map(|person| PersonRef { id: Some(person.id), name: person.name }).collect();
        }
        ActionKind::Transfer => {
            beside.receivers = web.desk().roster().departments().into_iter().map(str::to_owned).collect();
        }
        ActionKind::Outsource => {
            beside.receivers = web.desk().roster().organisations().into_iter().map(str::to_owned).collect();
        }
        // Its lead's answer is what it is answered with.
        ActionKind::AnswerWithLead => {
            if let Some(lead) = complaint.tied(Bond::LedBy).next() {
                let lead = web.desk().complaint(ask.viewer(), lead.id).await?;
                beside.common = lead.and_then(|lead| lead.reply).map(|reply| reply.text);
            }
        }
        ActionKind::Close => beside.places = web.desk().offered_locations(ask.viewer(), complaint).await?,
        ActionKind::SaveDeclaration | ActionKind::SubmitDeclaration => {
            beside.declaration = Some(web.desk().declaration(ask.viewer(), complaint).await?);
        }
        _ => {}
    }
    Ok(beside)
}

fn blank(web: &Web, ask: &Ask, action: ActionKind, complaint: &Complaint, fields: Vec<Field>) -> ActForm {
    let key = web.desk().fresh_key();
    let (id, version, number) = (complaint.id, complaint.version, complaint.number.clone());
    ActForm { r: ask.reader.clone(), id, action, version, key, fields, notice: None, tone: "late", number, back: None }
}

/// The new state: htmx takes the case, a plain form is led to the page.
async fn saved(web: &Web, ask: &Ask, kind: ActionKind, complaint: Complaint) -> Answer {
    if !ask.htmx {
        return Ok(Redirect::to(&format!("/complaints/{}", complaint.id)).into_response());
    }
    // A contractor who fed back may have handed the order out of the own sight.
    let mut response = html(&of(web, ask, complaint, None).await?)?;
    toast(&mut response, &ask.reader.with("done", ask.reader.pick(kind.title())), "ok");
    Ok(response)
}

/// The same form with what is wrong beside each field; what was typed stays.
#[expect(clippy::too_many_arguments, reason = "everything the form was made of, and what is wrong with it")]
async fn again(
    web: &Web,
    ask: &Ask,
    kind: ActionKind,
    complaint: Complaint,
    sent: &Sent,
    beside: &Beside,
    wrong: &Wrong,
    notice: Option<String>,
) -> Answer {
    let mut form =
        blank(web, ask, kind, &complaint, refilled(forms::fields(&ask.reader, kind, &complaint, beside), sent, wrong));
    // The version and key it began with: a later conflict is still seen, a repeat still recognised.
    form.version = sent.text("version").parse().unwrap_or(form.version);
    form.key = sent.filled("key").map_or(form.key, str::to_owned);
    form.notice = notice;
    form.back = back_to(sent.text("back"));
    with_form(web, ask, complaint, &form, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn with_form(web: &Web, ask: &Ask, complaint: Complaint, form: &ActForm, status: StatusCode) -> Answer {
    let form = rendered(form)?;
    let mut response = if ask.htmx {
        let mut case = of(web, ask, complaint, None).await?;
        case.form = Some(form);
        html(&case)?
    } else {
        page(web, ask, complaint, Some(form), None).await?
    };
    *response.status_mut() = status;
    Ok(response)
}

/// Somebody was quicker. A correction is merged field by field; anything else is shown again over the new state.
async fn stale(web: &Web, ask: &Ask, kind: ActionKind, id: ComplaintId, sent: &Sent) -> Answer {
    let complaint = web.desk().complaint(ask.viewer(), id).await?.ok_or(Failure::NotFound)?;
    let entries = web.desk().entries(ask.viewer(), id).await?;
    let r = &ask.reader;
    let last = entries.last().map(|entry| (entry.actor.name().to_owned(), r.when(&entry.at)));
    let (who, when) = last.unwrap_or_default();
    let version = sent.text("version").parse().ok();
    let possible = allowed(&complaint, ask, kind);
    if kind == ActionKind::Correct && possible.is_ok() {
        let before = merge::as_of(&entries, version.unwrap_or(0));
        let view = merge::view(r, complaint, before.as_ref(), sent, web.desk().fresh_key(), who, when);
        return merge::answer(web, ask, view).await;
    }
    let beside = if possible.is_ok() { beside(web, ask, kind, &complaint).await? } else { Beside::default() };
    let fields = refilled(forms::fields(r, kind, &complaint, &beside), sent, &Wrong::default());
    let mut form = blank(web, ask, kind, &complaint, fields);
    let changed = version.map_or_else(|| r.t("stale-unversioned").into_owned(), |_| r.both("stale", &who, &when));
    form.notice = Some(match possible {
        Ok(()) => changed,
        Err(refused) => format!("{changed} {}", refused.advice(r)),
    });
    form.tone = "warn";
    with_form(web, ask, complaint, &form, StatusCode::CONFLICT).await
}

/// A masked value: the reason is on record before the value is shown, and it is shown this once.
async fn unmask(web: &Web, ask: &Ask, complaint: Complaint, sent: &Sent, beside: &Beside) -> Answer {
    let kind = ActionKind::Unmask;
    let action = match parse::action(&ask.reader, kind, &complaint, sent, beside) {
        Ok(Action::Unmask { field, reason }) => (field, reason),
        Ok(_) => return Err(Failure::Senseless),
        Err(wrong) => return again(web, ask, kind, complaint, sent, beside, &wrong, None).await,
    };
    let (field, reason) = action;
    match web.desk().unmask(ask.viewer(), complaint.id, field, reason).await {
        Ok(value) => {
            let complaint = web.desk().complaint(ask.viewer(), complaint.id).await?.ok_or(Failure::NotFound)?;
            let revealed = Some((field, value));
            if ask.htmx {
                html(&of(web, ask, complaint, revealed).await?)
            } else {
                page(web, ask, complaint, None, revealed).await
            }
        }
        Err(DeskError::Refused(refusal)) => {
            let wrong = wrong_of(&ask.reader, kind, &refusal);
            let notice = wrong.is_empty().then(|| ask.reader.say(&refusal.message()).to_owned());
            again(web, ask, kind, complaint, sent, beside, &wrong, notice).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The field a missing part belongs to. What has no field of its own is said above the form.
fn wrong_of(r: &Reader, kind: ActionKind, refusal: &Refusal) -> Wrong {
    let mut wrong = Wrong::default();
    let message = refusal.message();
    match refusal {
        Refusal::Missing { parts, .. } => {
            let field = |part: &Part| match (part, kind) {
                (Part::Reason | Part::Result, _) if PaperKind::of(kind).is_some() => Some("text"),
                (Part::Reason, _) => Some("reason"),
                (Part::ReplyText, _) => Some("text"),
                (Part::Receiver, ActionKind::Outsource) => Some("organisation"),
                (Part::Receiver, _) => Some("department"),
                (Part::Plan, _) => Some("plan_expected"),
                (Part::Result, ActionKind::Outsource) => Some("task"),
                (Part::Result, _) => Some("result"),
                (Part::Ground, _) => Some("ground"),
                (
                    Part::Contact
                    | Part::Attribution
                    | Part::Told
                    | Part::Declaration
                    | Part::Mobilisation
                    | Part::FinalReport
                    | Part::Oversight
                    | Part::Meeting
                    | Part::Settled,
                    _,
                ) => None,
            };
            // One part without a field of its own is said above the form, with all the others.
            if parts.iter().all(|part| field(part).is_some()) {
                parts.iter().filter_map(field).for_each(|field| wrong.say(field, r.say(&message)));
            }
        }
        Refusal::Senseless { why: Senseless::PlanDate, .. } => wrong.say("plan_expected", r.say(&message)),
        Refusal::Senseless { why: Senseless::NoSuchDepartment, .. } => wrong.say("department", r.say(&message)),
        Refusal::Senseless { why: Senseless::NoSuchOrganisation, .. } => wrong.say("organisation", r.say(&message)),
        Refusal::Senseless { why: Senseless::PlanSpot, .. } => wrong.say("plan_spot", r.say(&message)),
        Refusal::NotFromHere { .. } | Refusal::NotYours { .. } | Refusal::Senseless { .. } | Refusal::Anonymised => {}
    }
    wrong
}
