//! 群诉: the complaints a lead leads, one answer for those that were looked at, and its taking back (M9).

use std::collections::HashMap;

use app::desk::{Answered, DeskError};
use askama::Template;
use axum::extract::{Path, Query, State};
use domain::complaint::{Bond, Complaint, Reply};
use domain::contact::mask_digits;
use domain::flow::{self, ActionKind};
use domain::id::ComplaintId;

use super::complaint::load;
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::fields::Sent;
use crate::reader::Reader;

/// As many stand on a page: what is answered together was looked at together.
const ON_A_PAGE: usize = 50;

#[derive(Debug, Template)]
#[template(path = "led.html")]
struct Led {
    r: Reader,
    frame: Frame,
    lead: Complaint,
    lines: Vec<Line>,
    /// How many it leads in all.
    all: usize,
    /// This page, from 1.
    number: usize,
    /// How many pages there are.
    pages: usize,
    before: Option<usize>,
    after: Option<usize>,
    /// What they would be answered with.
    text: String,
    reason: String,
    may_answer: bool,
    may_take_back: bool,
    notice: Option<(String, &'static str)>,
}

/// One of those a lead leads.
#[derive(Debug)]
struct Line {
    c: Complaint,
    headline: String,
    may_answer: bool,
    may_take_back: bool,
    /// Why it was not done.
    failed: Option<String>,
}

/// Which page of them.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Wish {
    page: Option<usize>,
}

/// What stands in the page's fields, and what has just become of it.
#[derive(Debug, Default)]
struct Filled {
    number: usize,
    text: String,
    reason: String,
    answered: Vec<Answered>,
    notice: Option<(String, &'static str)>,
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask, Path(id): Path<String>, Query(wish): Query<Wish>) -> Answer {
    let lead = load(&web, &ask, &id).await?;
    let text = lead.reply.as_ref().map(|reply: &Reply| reply.text.clone()).unwrap_or_default();
    page(&web, &ask, lead, Filled { number: wish.page.unwrap_or(1), text, ..Filled::default() }).await
}

/// One answer for the chosen ones, or its taking back.
pub async fn take(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let lead = load(&web, &ask, &id).await?;
    let chosen: Vec<ComplaintId> = lead
        .tied(Bond::Leads)
        .filter(|member| sent.has(&format!("led_{}", member.id)))
        .map(|member| member.id)
        .collect();
    let r = &ask.reader;
    let (text, reason) = (sent.text("text").to_owned(), sent.text("reason").to_owned());
    let mut filled = Filled { number: sent.text("page").parse().unwrap_or(1), ..Filled::default() };
    if chosen.is_empty() {
        filled.notice = Some((r.t("led-none-chosen").into_owned(), "late"));
        return page(&web, &ask, lead, Filled { text, reason, ..filled }).await;
    }
    let (done, key) = match sent.text("step") {
        "answer" => (web.desk().answer_led(ask.viewer(), &lead, &chosen, &text).await, "led-answered"),
        "take_back" => (web.desk().take_back_led(ask.viewer(), &lead, &chosen, &reason).await, "led-taken-back"),
        _ => return Err(Failure::Senseless),
    };
    match done {
        Ok(answered) => {
            let failed = answered.iter().filter(|one| one.failed.is_some()).count();
            let notice = if failed == 0 {
                (r.with(key, answered.len()), "ok")
            } else {
                (r.both("led-some-failed", answered.len() - failed, failed), "warn")
            };
            page(&web, &ask, lead, Filled { text, reason, answered, notice: Some(notice), ..filled }).await
        }
        Err(DeskError::Refused(refusal)) => {
            filled.notice = Some((r.say(&refusal.message()).to_owned(), "late"));
            page(&web, &ask, lead, Filled { text, reason, ..filled }).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(web: &Web, ask: &Ask, lead: Complaint, filled: Filled) -> Answer {
    let r = &ask.reader;
    let failed: HashMap<ComplaintId, String> = filled
        .answered
        .iter()
        .filter_map(|one| Some((one.complaint.id, r.say(&one.failed.as_ref()?.told()).to_owned())))
        .collect();
    let line = |c: Complaint| {
        let possible: Vec<_> = flow::possible(&c, ask.viewer()).into_iter().map(|row| row.action).collect();
        Line {
            headline: mask_digits(&c.headline()),
            may_answer: possible.contains(&ActionKind::AnswerWithLead),
            may_take_back: possible.contains(&ActionKind::TakeBack),
            failed: failed.get(&c.id).cloned(),
            c,
        }
    };
    let all = lead.tied(Bond::Leads).count();
    let pages = all.div_ceil(ON_A_PAGE).max(1);
    let number = filled.number.clamp(1, pages);
    let members = web.desk().led(ask.viewer(), &lead, (number - 1) * ON_A_PAGE, ON_A_PAGE).await?;
    let lines: Vec<Line> = members.into_iter().map(line).collect();
    html(&Led {
        may_answer: lines.iter().any(|line| line.may_answer),
        may_take_back: lines.iter().any(|line| line.may_take_back),
        frame: ask.frame("/workbench"),
        r: r.clone(),
        lead,
        lines,
        all,
        number,
        pages,
        before: (number > 1).then(|| number - 1),
        after: (number < pages).then_some(number + 1),
        text: filled.text,
        reason: filled.reason,
        notice: filled.notice,
    })
}
