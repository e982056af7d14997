//! Putting the invented city into an empty store, by the ways everything else takes.

use std::collections::HashMap;

use domain::complaint::Complaint;
use domain::flow::{self, Decision};
use domain::id::{AbsenceId, RosterEntryId, ShiftId};
use domain::journal::Entry;
use domain::person::{Actor, Role, Viewer, Who};
use domain::roster::{Absence, Shift, Signature};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Commit, ElementChange};

use super::complaints::DemoComplaint;
use super::dice::Dice;
use super::loading;
use super::people::{DemoPerson, people};
use super::plan::Plan;
use super::roster::DemoRoster;
use super::spots::Places;
use super::years::Past;
use crate::clock::fresh_uuid;
use crate::desk::{Desk, DeskError, NewPerson};

/// The setting that marks a store as a demo city.
const SETTING: &str = "demo";
/// Mails of so long ago are there to be looked at; older ones would be years of them.
const RECENT_SECONDS: i64 = 86_400;
/// Commands to one durable commit.
const BATCH: usize = 250;

/// How far the composing has come.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What is being done, 中文.
    pub zh: &'static str,
    /// What is being done, English.
    pub en: &'static str,
    /// So many are done.
    pub done: u64,
    /// Of so many.
    pub of: u64,
}

/// One sign-in of the demo city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// What the person is.
    pub role: Role,
    /// The name typed at sign-in.
    pub name: String,
    /// The password.
    pub password: String,
}

/// What the store remembers of its city. Passwords are not among it: they follow from the seed.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    seed: u64,
    complete: bool,
}

/// Where progress is told.
pub(super) type Progress<'a> = &'a mut (dyn FnMut(Step) + Send);

/// The sign-ins of the demo city in this store; nothing where there is none, or one whose composing was cut short.
pub async fn sign_ins(desk: &Desk) -> Result<Option<Vec<SignIn>>, DeskError> {
    let mark = marked(desk).await?;
    Ok(mark.filter(|mark| mark.complete).map(|mark| first_of_each_role(&people(&mut Dice::of(mark.seed, "people")))))
}

/// Whether composing was cut short here: what is there is part of a city and nothing else.
pub async fn is_cut_short(desk: &Desk) -> Result<bool, DeskError> {
    Ok(marked(desk).await?.is_some_and(|mark| !mark.complete))
}

async fn marked(desk: &Desk) -> Result<Option<Mark>, DeskError> {
    Ok(desk.store().setting(SETTING).await?.and_then(|value| serde_json::from_value(value).ok()))
}

/// Composes the city of a seed, as it stands now, into an empty store, and answers one sign-in per role.
pub async fn compose(
    desk: &Desk,
    seed: u64,
    now: Timestamp,
    past: Past,
    progress: Progress<'_>,
) -> Result<Vec<SignIn>, DeskError> {
    mark(desk, seed, false).await?;
    progress(Step { zh: "构思城市", en: "inventing the city", done: 0, of: 1 });
    let invent = move || Plan::with_years(seed, now, past);
    let (plan, years) = tokio::task::spawn_blocking(invent).await.map_err(|_| DeskError::Transient)?;
    enter_people(desk, &plan.people, progress).await?;
    enter_roster(desk, &plan.roster).await?;
    lay_out(desk, &plan, progress).await?;
    let sign_ins = first_of_each_role(&plan.people);
    if let Some(years) = years {
        desk.catch_up().await?;
        loading::load(desk, &years, &viewers(desk).await?, now, progress).await?;
    }
    Box::pin(tell_complaints(desk, plan.complaints, now, progress)).await?;
    mark(desk, seed, true).await?;
    Ok(sign_ins)
}

async fn mark(desk: &Desk, seed: u64, complete: bool) -> Result<(), DeskError> {
    let value = serde_json::to_value(Mark { seed, complete }).expect("two plain values");
    Ok(desk.store().put_setting(SETTING, &value).await?)
}

fn first_of_each_role(people: &[DemoPerson]) -> Vec<SignIn> {
    let first = |role| people.iter().find(|person| person.role == role);
    let sign_in = |person: &DemoPerson| SignIn {
        role: person.role,
        name: person.sign_in.clone(),
        password: person.password.clone(),
    };
    Role::ALL.into_iter().filter_map(first).map(sign_in).collect()
}

async fn enter_people(desk: &Desk, people: &[DemoPerson], progress: Progress<'_>) -> Result<(), DeskError> {
    let house = desk.house();
    for (done, person) in people.iter().enumerate() {
        progress(Step { zh: "登记人员", en: "entering people", done: done as u64, of: people.len() as u64 });
        let new = NewPerson {
            sign_in: person.sign_in.clone(),
            name: person.name.clone(),
            role: person.role,
            department: person.department.clone(),
            organisation: person.organisation.clone(),
            password: person.password.clone(),
        };
        let entered = desk.add_person(&house, new).await?;
        let entered =
            entered.expect("invented people keep the rules for sign-in names and passwords, and the store is empty");
        // Reserved for examples: whatever server is configured, nobody is there.
        desk.store().put_mail(entered.id, Some(&format!("{}@demo.example", person.sign_in))).await?;
    }
    Ok(())
}

/// Who is on duty and who is away; the desk takes it up with the people.
async fn enter_roster(desk: &Desk, roster: &DemoRoster) -> Result<(), DeskError> {
    let people = desk.people().await?;
    let id = |sign_in: &str| people.iter().find(|person| person.sign_in == sign_in).map(|person| person.id);
    let fresh = || fresh_uuid(desk.now());
    let leader = people.iter().find(|person| person.role == Role::TeamLeader).ok_or(DeskError::NotFound)?;
    let signed = || Signature {
        id: RosterEntryId(fresh()),
        at: desk.now(),
        by: Actor::Person { id: leader.id, name: leader.name.clone() },
    };
    for (who, role, from, until) in &roster.shifts {
        let person = id(who).ok_or(DeskError::NotFound)?;
        let shift = Shift { id: ShiftId(fresh()), person, role: *role, from: *from, until: *until };
        desk.store().add_shift(&shift, &signed()).await?;
    }
    for absence in &roster.absences {
        let absence = Absence {
            id: AbsenceId(fresh()),
            person: id(&absence.who).ok_or(DeskError::NotFound)?,
            from: absence.from,
            until: absence.until,
            reason: absence.reason.clone(),
            deputy: absence.deputy.as_deref().and_then(id),
        };
        desk.store().add_absence(&absence, &signed()).await?;
    }
    Ok(())
}

/// The map, the gazetteer, the inventory and everything known of it.
async fn lay_out(desk: &Desk, plan: &Plan, progress: Progress<'_>) -> Result<(), DeskError> {
    let store = desk.store();
    let of = plan.inventory.len() as u64;
    progress(Step { zh: "建立工参", en: "raising the network", done: 0, of });
    store.put_setting("base_map", &plan.base).await?;
    store.add_places(&plan.gazetteer).await?;
    let changes: Vec<ElementChange> =
        plan.inventory.iter().map(|version| ElementChange { end: None, put: Some(version.clone()) }).collect();
    store
        .inventory_apply(&changes, |done| {
            progress(Step { zh: "建立工参", en: "raising the network", done: done as u64, of });
        })
        .await?;
    let records = (plan.alarms.len() + plan.outages.len() + plan.interference.len()) as u64;
    progress(Step { zh: "写入告警", en: "writing alarms", done: 0, of: records });
    store.alarms_put(&plan.alarms).await?;
    store.outages_put(&plan.outages).await?;
    store.interference_put(&plan.interference).await?;
    progress(Step { zh: "写入告警", en: "writing alarms", done: records, of: records });
    desk.reload_network().await
}

/// Receives every complaint at its time and does with it what was done, each as its own command.
async fn tell_complaints(
    desk: &Desk,
    complaints: Vec<DemoComplaint>,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<(), DeskError> {
    desk.catch_up().await?;
    let viewers = viewers(desk).await?;
    let of = complaints.len() as u64;
    let mut waiting: Vec<Commit> = Vec::with_capacity(BATCH + 16);
    let mut places = Places::default();
    let told = |complaint: &Complaint, entry: Entry, at: Timestamp| {
        let complaint = complaint.clone();
        let recent = now.seconds_since(at) < RECENT_SECONDS;
        if recent { desk.commit_of(Decision { complaint, entry }, at) } else { Commit::new(complaint, entry) }
    };
    for (done, complaint) in complaints.into_iter().enumerate() {
        let DemoComplaint { intake, at, by, steps } = complaint;
        let received = desk.prepare(&viewers[&by], intake, at).await?;
        desk.remember(&received.complaint);
        let mut state = received.complaint.clone();
        waiting.push(received);
        for (at, who, action) in steps {
            pass_time(desk, &mut state, at, |complaint, entry, at| waiting.push(told(complaint, entry, at)));
            let action = places.settle(&state, action, at);
            let decided = flow::decide(&state, &[action], &desk.rules().context(&viewers[&who], &desk.roster(), at))?;
            state = decided.complaint;
            let mut commit = Commit::new(state.clone(), decided.entry);
            commit.spots = places.place(desk, &viewers[&who], &state, &commit.entry.events, at).await?;
            if now.seconds_since(at) < RECENT_SECONDS {
                commit.outbox = desk.declaration_mails(&state, &commit.entry, at).await?;
            }
            waiting.push(commit);
        }
        pass_time(desk, &mut state, now, |complaint, entry, at| waiting.push(told(complaint, entry, at)));
        if waiting.len() >= BATCH {
            write(desk, &mut waiting).await?;
            progress(Step { zh: "讲述投诉", en: "telling the complaints", done: done as u64 + 1, of });
        }
    }
    write(desk, &mut waiting).await?;
    let triage = viewers.values().find(|viewer| viewer.person().is_some_and(|person| person.role == Role::Triage));
    if let Some(triage) = triage {
        Box::pin(super::crowd::gather(desk, triage, now)).await?;
    }
    places.live_on(desk, &viewers, now).await
}

/// What happens to a complaint by itself until then, each at its own instant, told one after the other.
pub(super) fn pass_time(
    desk: &Desk,
    complaint: &mut Complaint,
    until: Timestamp,
    mut tell: impl FnMut(&Complaint, Entry, Timestamp),
) {
    let (house, rules, roster) = (desk.house(), desk.rules(), desk.roster());
    while let Some(at) = complaint.next_tick().filter(|at| *at <= until) {
        let Some(decided) = flow::tick(complaint, &rules.context(&house, &roster, at)) else { return };
        *complaint = decided.complaint;
        tell(complaint, decided.entry, at);
    }
}

async fn write(desk: &Desk, waiting: &mut Vec<Commit>) -> Result<(), DeskError> {
    for answer in desk.store().commit_all(std::mem::take(waiting)).await {
        answer?;
    }
    Ok(())
}

pub(super) async fn viewers(desk: &Desk) -> Result<HashMap<String, Viewer>, DeskError> {
    let branch = desk.store().branch();
    let viewer = |person: domain::person::Person| (person.sign_in.clone(), Viewer { branch, who: Who::Person(person) });
    Ok(desk.people().await?.into_iter().map(viewer).collect())
}
