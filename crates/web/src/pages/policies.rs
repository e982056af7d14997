//! 策略: the versions a branch has put in force; a text checked line by line, tried on the open complaints, put in force.

use app::desk::{PolicyRefused, Preview};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use domain::access::{self, Permission};
use domain::clock::ClockKind;
use domain::id::{ComplaintId, ComplaintNumber};
use domain::policy::{Policy, Problem};
use domain::time::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use store::PolicyVersion;

use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html_with};
use crate::fields::Sent;
use crate::reader::Reader;

#[derive(Debug, Template)]
#[template(path = "policies.html")]
struct Policies {
    r: Reader,
    frame: Frame,
    versions: Vec<PolicyVersion>,
    /// Which one is in force, 0 for the shipped one.
    in_force: u32,
    /// Which one the text is of; absent once somebody has sent a text.
    shown: Option<u32>,
    text: String,
    from: String,
    note: String,
    /// Whether this viewer may put one in force.
    manages: bool,
    /// Whether this viewer may open the complaints named.
    reads: bool,
    faults: Vec<Fault>,
    /// What is wrong with the day.
    wrong_day: Option<String>,
    trial: Option<Trial>,
    rules: Vec<RuleLine>,
}

/// A rule item in force.
#[derive(Debug)]
struct RuleLine {
    title: String,
    text: String,
    /// The number of the complaint whose dispute it was made of, and the complaint where the viewer may open it.
    origin: Option<(String, Option<ComplaintId>)>,
}

/// A fault with the line it stands on.
#[derive(Debug)]
struct Fault {
    line: usize,
    source: String,
    what: String,
}

/// What the text would do.
#[derive(Debug)]
struct Trial {
    open: u64,
    changed: u64,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    id: ComplaintId,
    number: ComplaintNumber,
    clock: &'static str,
    due: Timestamp,
    then: Timestamp,
}

/// Which version to show.
#[derive(Debug, Default, Deserialize)]
pub struct Wish {
    version: Option<u32>,
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask, Query(wish): Query<Wish>) -> Answer {
    let version = wish.version.unwrap_or_else(|| web.desk().rules().version);
    let text = web.desk().policy_text(Some(version)).await?;
    let page = Policies { shown: Some(version), text, ..blank(&web, ask).await? };
    html_with(StatusCode::OK, &page)
}

/// Checks a text and says what it would change; with `step=activate` puts it in force.
pub async fn send(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let (desk, text) = (web.desk(), sent.raw("text").to_owned());
    let viewer = ask.viewer().clone();
    let mut page = Policies {
        text: text.clone(),
        from: sent.text("from").to_owned(),
        note: sent.text("note").to_owned(),
        ..blank(&web, ask).await?
    };
    let Ok(from) = sent.filled("from").map(str::parse::<Date>).transpose() else {
        page.wrong_day = Some(page.r.t("policies-wrong-day").into_owned());
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let policy = match Policy::read(&text) {
        Ok(policy) => policy,
        Err(problems) => {
            page.faults = problems.iter().map(|problem| fault(&page.r, &text, problem)).collect();
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    if sent.text("step") != "activate" {
        page.trial = Some(trial(&page.r, desk.preview_policy(&policy).await?));
        return html_with(StatusCode::OK, &page);
    }
    match desk.import_policy(&viewer, text, from, page.note.clone()).await? {
        Ok(_) => Ok(Redirect::to("/policies").into_response()),
        Err(refused) => {
            let told = refused.told();
            page.wrong_day = match refused {
                PolicyRefused::Earlier { .. } => told.first().map(|told| page.r.say(told).to_owned()),
                PolicyRefused::Wrong(_) => return Err(Failure::Senseless),
            };
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn blank(web: &Web, ask: Ask) -> Result<Policies, Failure> {
    let desk = web.desk();
    let may = |permission| access::may(ask.viewer(), permission);
    let (manages, reads) = (may(Permission::ManagePolicies), may(Permission::ReadComplaints));
    let mut rules = Vec::new();
    for rule in desk.rules().policy.rules.iter().rev() {
        let mut origin = None;
        if let Some(from) = &rule.origin {
            let complaint = desk.by_number(ask.viewer(), from.number.as_str()).await?.map(|complaint| complaint.id);
            origin = Some((from.number.to_string(), complaint));
        }
        let (title, text) = (ask.reader.say(&rule.leaf.title).to_owned(), ask.reader.say(&rule.text).to_owned());
        rules.push(RuleLine { title, text, origin });
    }
    let mut versions = desk.policies().await?;
    versions.reverse();
    Ok(Policies {
        frame: ask.frame("/policies"),
        versions,
        in_force: desk.rules().version,
        shown: None,
        text: String::new(),
        from: String::new(),
        note: String::new(),
        manages,
        reads,
        faults: Vec::new(),
        wrong_day: None,
        trial: None,
        rules,
        r: ask.reader,
    })
}

fn fault(r: &Reader, text: &str, problem: &Problem) -> Fault {
    let source = text.lines().nth(problem.line - 1).unwrap_or_default();
    Fault { line: problem.line, source: source.chars().take(160).collect(), what: r.say(&problem.what).to_owned() }
}

fn trial(r: &Reader, preview: Preview) -> Trial {
    let title = |kind: ClockKind| r.pick(kind.title());
    let rows = preview.first.into_iter().map(|clock| Row {
        id: clock.complaint,
        number: clock.number,
        clock: title(clock.kind),
        due: clock.due,
        then: clock.then,
    });
    Trial { open: preview.open, changed: preview.changed, rows: rows.collect() }
}
