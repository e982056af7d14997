//! 通知: what this person was told of limits that near, are missed or go up the ladder (M5).

use app::desk::Desk;
use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect};
use domain::clock::Rung;
use domain::contact::mask_digits;
use domain::id::SpotNumber;
use domain::time::Timestamp;
use store::{Notice, SpotNotice};

use super::view::Row;
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::fields::Sent;
use crate::reader::Reader;

/// Notices shown: older ones stand in the complaints' own timelines.
const SHOWN: u32 = 200;

#[derive(Debug, Template)]
#[template(path = "notices.html")]
struct Notices {
    r: Reader,
    frame: Frame,
    lines: Vec<Line>,
    /// 黑点动态: what customers of this person's wait for.
    places: Vec<Place>,
    /// What this person sent that has not arrived: something to do.
    troubled: Vec<super::mails::Line>,
    /// How many are unread; empty where none is.
    unseen: String,
    /// Until when reading this page reads: nothing told later is passed over.
    until: Option<i64>,
}

/// One notice.
#[derive(Debug)]
struct Line {
    clock: &'static str,
    rung: Rung,
    /// How grave, as colours show it.
    level: &'static str,
    reached: Timestamp,
    seen: bool,
    row: Row,
}

/// What happened to a problem location.
#[derive(Debug)]
struct Place {
    path: String,
    number: SpotNumber,
    name: String,
    what: String,
    told: Timestamp,
    seen: bool,
}

impl Place {
    fn of(r: &Reader, notice: SpotNotice) -> Self {
        let SpotNotice { spot, entry, told, seen } = notice;
        let what = super::locations::happened(r, &entry).into_iter().map(|line| format!("{} {}", line.what, line.text));
        Self {
            path: format!("/locations/{}", spot.id),
            number: spot.number,
            name: mask_digits(&spot.name),
            what: what.collect::<Vec<_>>().join(" · "),
            told,
            seen,
        }
    }
}

impl Line {
    fn of(r: &Reader, notice: Notice) -> Self {
        Self {
            clock: r.pick(notice.clock.title()),
            rung: notice.rung,
            level: match notice.rung {
                Rung::Warning => "soon",
                Rung::Breach | Rung::Escalation => "late",
            },
            reached: notice.reached,
            seen: notice.seen,
            row: Row::of(r, notice.complaint),
        }
    }
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask) -> Answer {
    let r = ask.reader.clone();
    let notices = web.desk().notices(ask.viewer(), SHOWN).await?;
    let places = web.desk().location_notices(ask.viewer(), SHOWN).await?;
    let told = notices.first().map(|notice| notice.told).max(places.first().map(|notice| notice.told));
    let until = told.map(Timestamp::as_micros);
    let unseen = counted(&ask, web.desk().unseen(ask.viewer()).await?);
    let troubled = web.desk().troubled(ask.viewer()).await?.into_iter().map(super::mails::Line::of).collect();
    let lines = notices.into_iter().map(|notice| Line::of(&r, notice)).collect();
    let places = places.into_iter().map(|notice| Place::of(&r, notice)).collect();
    html(&Notices { frame: ask.frame("/notices"), lines, places, troubled, unseen, until, r })
}

/// How many are unread, and how many mails have to be looked after, for the mark in the rail; empty where none is.
pub async fn count(State(web): State<Web>, ask: Ask) -> Answer {
    let unseen = web.desk().unseen(ask.viewer()).await?;
    let troubled = web.desk().troubled(ask.viewer()).await?.len() as u32;
    Ok(Html(counted(&ask, unseen + troubled)).into_response())
}

fn counted(ask: &Ask, count: u32) -> String {
    match count {
        0 => String::new(),
        most if most >= Desk::MOST_UNSEEN => ask.reader.with("count-more", Desk::MOST_UNSEEN),
        some => some.to_string(),
    }
}

/// Everything told until then is read.
pub async fn seen(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let until: i64 = sent.text("until").parse().map_err(|_| Failure::Senseless)?;
    // Nobody reads what has not been told yet.
    let until = Timestamp::from_micros(until).min(ask.reader.now);
    web.desk().see_notices(ask.viewer(), until).await?;
    Ok(Redirect::to("/notices").into_response())
}
