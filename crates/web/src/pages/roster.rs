//! 值班表: the week by role, who is on duty, who is away and who stands in; and the forms that enter and take away.

use app::desk::{NewShift, Planned};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{self, Permission};
use domain::id::PersonId;
use domain::person::{Person, Role};
use domain::roster::{self, Roster, RosterEntry};
use domain::time::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::view::week::{Day, RoleRow, Week};
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html_with};
use crate::fields::{self, Choice, Field, Kind, Sent, Wrong, choices, refilled};
use crate::reader::Reader;

pub mod parse;

#[derive(Debug, Template)]
#[template(path = "roster.html")]
struct RosterPage {
    r: Reader,
    frame: Frame,
    days: Vec<Day>,
    rows: Vec<RoleRow>,
    away: Vec<Away>,
    changes: Vec<ChangeLine>,
    monday: Date,
    before: Date,
    after: Date,
    /// The form for a shift, for whoever plans.
    shift: Option<Form>,
    absence: Form,
    /// What was refused.
    notice: Option<String>,
}

/// A form that opens at a click, or stands open where something is wrong with it.
#[derive(Debug)]
struct Form {
    fields: Vec<Field>,
    open: bool,
}

/// Somebody who is away.
#[derive(Debug)]
struct Away {
    id: String,
    who: String,
    role: Role,
    from: Timestamp,
    until: Timestamp,
    reason: String,
    deputy: Option<String>,
    now: bool,
    /// Who entered it and when, where that is known.
    entered: Option<String>,
    /// Whether this viewer may take it away.
    changes: bool,
}

/// Who changed what, and when.
#[derive(Debug)]
struct ChangeLine {
    at: Timestamp,
    by: String,
    what: String,
}

/// As many of the last changes as the page shows.
const CHANGES: usize = 30;

/// Which week, by any of its days.
#[derive(Debug, Default, Deserialize)]
pub struct Wish {
    week: Option<String>,
}

/// Which form was sent and what came of it.
enum Tried<'a> {
    Nothing,
    Shift(&'a Sent, Wrong, Option<String>),
    Absence(&'a Sent, Wrong, Option<String>),
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    page(&web, ask, wish.week.as_deref(), Tried::Nothing).await
}

async fn page(web: &Web, ask: Ask, week: Option<&str>, tried: Tried<'_>) -> Answer {
    let (desk, viewer) = (web.desk(), ask.viewer());
    let week = Week::of(week, &ask.reader);
    let planned = desk.planned(viewer, week.from(), week.until()).await?;
    let now = ask.reader.now;
    // What holds now may lie in another week than the one shown.
    let current = desk.planned(viewer, now, now.next()).await?;
    let changes = changes(&ask.reader, &current.people, desk.roster_changes(viewer, CHANGES).await?);
    let roster = Roster::new(current.people, current.shifts, current.absences);
    let plans = |person: &Person| access::may_to(viewer, Permission::PlanShifts, person);
    let (r, monday) = (&ask.reader, week.monday());
    let rows = week.rows(r, &planned, &roster, &plans);
    let away = away(r, &planned, now, |person| access::may_to(viewer, Permission::EnterAbsence, person));
    let (nothing, no_wrong) = (Sent::default(), Wrong::default());
    let (status, shift_tried, absence_tried, notice) = match &tried {
        Tried::Nothing => (StatusCode::OK, None, None, None),
        Tried::Shift(sent, wrong, why) => (StatusCode::UNPROCESSABLE_ENTITY, Some((*sent, wrong)), None, why.clone()),
        Tried::Absence(sent, wrong, why) => (StatusCode::UNPROCESSABLE_ENTITY, None, Some((*sent, wrong)), why.clone()),
    };
    let form = |fields: Vec<Field>, tried: Option<(&Sent, &Wrong)>| {
        let (sent, wrong) = tried.unwrap_or((&nothing, &no_wrong));
        Form { fields: refilled(fields, sent, wrong), open: tried.is_some() }
    };
    let plannable: Vec<&Person> = planned.people.iter().filter(|person| person.active && plans(person)).collect();
    let may_plan = access::may(viewer, Permission::PlanShifts);
    let shift = may_plan.then(|| form(shift_fields(r, &plannable, week.default_day()), shift_tried));
    let enters = |person: &&Person| person.active && access::may_to(viewer, Permission::EnterAbsence, person);
    let enterable: Vec<&Person> = planned.people.iter().filter(enters).collect();
    let deputies: Vec<&Person> = planned.people.iter().filter(|person| person.active).collect();
    let absence = form(absence_fields(r, &enterable, &deputies, week.default_day()), absence_tried);
    let page = RosterPage {
        days: week.days(r),
        rows,
        away,
        changes,
        monday,
        before: monday.saturating_sub(7.days()),
        after: monday.saturating_add(7.days()),
        shift,
        absence,
        notice,
        frame: ask.frame("/roster"),
        r: ask.reader,
    };
    html_with(status, &page)
}

fn away(r: &Reader, planned: &Planned, now: Timestamp, changes: impl Fn(&Person) -> bool) -> Vec<Away> {
    let person = |id: PersonId| planned.people.iter().find(|person| person.id == id);
    let line = |absence: &domain::roster::Absence| {
        let who = person(absence.person)?;
        Some(Away {
            id: absence.id.to_string(),
            who: who.name.clone(),
            role: who.role,
            from: absence.from,
            until: absence.until,
            reason: absence.reason.clone(),
            deputy: absence.deputy.and_then(person).map(|deputy| deputy.name.clone()),
            now: absence.covers(now),
            entered: planned.entered.get(&absence.id.0).map(|entry| signed(r, entry)),
            changes: changes(who),
        })
    };
    planned.absences.iter().filter_map(line).collect()
}

/// By whom and when something was entered.
pub(crate) fn signed(r: &Reader, entry: &RosterEntry) -> String {
    r.both("roster-entered-by", entry.by.name(), r.full(&entry.at))
}

fn changes(r: &Reader, people: &[Person], entries: Vec<RosterEntry>) -> Vec<ChangeLine> {
    let name = |id: PersonId| people.iter().find(|person| person.id == id).map_or("", |person| person.name.as_str());
    let line = |entry: RosterEntry| {
        let (person, from, until, more) = match &entry.planned {
            roster::Planned::Shift { person, role, from, until, .. } => {
                (person, from, until, r.with("roster-change-shift", r.name(role)))
            }
            roster::Planned::Absence { person, from, until, deputy, .. } => {
                let more = match deputy {
                    Some(deputy) => r.with("roster-away-deputy", name(*deputy)),
                    None => r.t("roster-away").into_owned(),
                };
                (person, from, until, more)
            }
        };
        let key = match entry.change {
            roster::Change::Entered => "roster-change-entered",
            roster::Change::Removed => "roster-change-removed",
        };
        let what = r.both(key, name(*person), more);
        let what = format!("{what} {}", r.both("roster-span", r.full(from), r.full(until)));
        ChangeLine { at: entry.at, by: entry.by.name().to_owned(), what }
    };
    entries.into_iter().map(line).collect()
}

fn people(r: &Reader, people: &[&Person]) -> Vec<Choice> {
    let mut people = people.to_vec();
    people.sort_by(|one, other| (one.role, &one.name).cmp(&(other.role, &other.name)));
    let choice = |person: &Person| Choice {
        value: person.id.to_string().into(),
        label: format!("{} · {}", person.name, r.name(&person.role)),
    };
    people.into_iter().map(choice).collect()
}

fn none(r: &Reader, key: &'static str) -> Choice {
    Choice { value: "".into(), label: r.t(key).into_owned() }
}

fn shift_fields(r: &Reader, plannable: &[&Person], day: Date) -> Vec<Field> {
    let choose = |choices: Vec<Choice>| std::iter::once(none(r, "choose")).chain(choices).collect();
    vec![
        Field::new(r, "person", Kind::Select(choose(people(r, plannable)))).required(),
        Field::new(
            r,
            "duty_role",
            Kind::Select(std::iter::once(none(r, "roster-own-role")).chain(choices::<Role>(r)).collect()),
        ),
        Field::new(r, "starts", Kind::When).required().holding(format!("{day}T08:30")),
        Field::new(r, "ends", Kind::When).required().holding(format!("{day}T17:30")),
    ]
}

/// Whoever may enter only the own absence is not asked whose.
fn absence_fields(r: &Reader, enterable: &[&Person], deputies: &[&Person], day: Date) -> Vec<Field> {
    let own = matches!(enterable, [_]);
    let person = (!own).then(|| {
        let everybody = std::iter::once(none(r, "choose")).chain(people(r, enterable)).collect();
        Field::new(r, "person", Kind::Select(everybody)).required()
    });
    let nobody = std::iter::once(none(r, "roster-no-deputy")).chain(people(r, deputies)).collect();
    let fields = [
        Field::new(r, "starts", Kind::When).required().holding(format!("{day}T08:30")),
        Field::new(r, "ends", Kind::When).required().holding(format!("{day}T17:30")),
        Field::new(r, "deputy", Kind::Select(nobody)).hinting(r.t("hint-deputy")),
        Field::new(r, "absence_reason", Kind::Line).hinting(r.t("hint-absence-reason")),
    ];
    person.into_iter().chain(fields).collect()
}

/// Puts somebody on duty.
pub async fn add_shift(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let week = sent.text("week").to_owned();
    let shift = match parse::shift(&ask.reader, &sent) {
        Ok(shift) => shift,
        Err(wrong) => return page(&web, ask, Some(&week), Tried::Shift(&sent, wrong, None)).await,
    };
    let parse::Shift { person, role, from, until } = shift;
    let own = web.desk().people().await?.into_iter().find(|known| known.id == person).map(|person| person.role);
    let Some(role) = role.or(own) else { return Err(Failure::Senseless) };
    match web.desk().add_shift(ask.viewer(), NewShift { person, role, from, until }).await? {
        Ok(_) => Ok(back(&week)),
        Err(why) => {
            let why = Some(ask.reader.say(&why).to_owned());
            page(&web, ask, Some(&week), Tried::Shift(&sent, Wrong::default(), why)).await
        }
    }
}

/// Enters an absence, one's own where nobody else is named.
pub async fn add_absence(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let week = sent.text("week").to_owned();
    let absence = match parse::absence(&ask.reader, &sent, ask.viewer().person().map(|person| person.id)) {
        Ok(absence) => absence,
        Err(wrong) => return page(&web, ask, Some(&week), Tried::Absence(&sent, wrong, None)).await,
    };
    match web.desk().add_absence(ask.viewer(), absence).await? {
        Ok(_) => Ok(back(&week)),
        Err(why) => {
            let why = Some(ask.reader.say(&why).to_owned());
            page(&web, ask, Some(&week), Tried::Absence(&sent, Wrong::default(), why)).await
        }
    }
}

/// Takes a shift away.
pub async fn remove_shift(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    web.desk().remove_shift(ask.viewer(), id).await?;
    Ok(back(sent.text("week")))
}

/// Takes an absence away.
pub async fn remove_absence(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    web.desk().remove_absence(ask.viewer(), id).await?;
    Ok(back(sent.text("week")))
}

fn back(week: &str) -> Response {
    let to = fields::day(week).map_or_else(|| "/roster".to_owned(), |week| format!("/roster?week={week}"));
    Redirect::to(&to).into_response()
}
