//! 通知方式: how whoever signed in wants to be told besides in the product (M5).

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use domain::post::{Choice, Hour, PostKind, Quiet};

use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::fields::{self, Field, Kind, Sent};
use crate::reader::Reader;

#[derive(Debug, Template)]
#[template(path = "telling.html")]
struct Telling {
    r: Reader,
    frame: Frame,
    fields: Vec<Field>,
    /// Where mails go; only the administrator changes it.
    mail: Option<String>,
    sends_mails: bool,
    pushes: bool,
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask) -> Answer {
    let reach = web.desk().own_reach(ask.viewer()).await?;
    let (fields, post) = (fields(&ask.reader, reach.choice), web.desk().post());
    let (r, frame) = (ask.reader.clone(), ask.frame("/notices"));
    let (sends_mails, pushes) = (post.carries(PostKind::Mail), post.carries(PostKind::Webhook));
    html(&Telling { frame, fields, mail: reach.mail, sends_mails, pushes, r })
}

fn fields(r: &Reader, choice: Choice) -> Vec<Field> {
    let each = |on: bool| if on { "yes" } else { "no" };
    let hour = |hour: Option<Hour>| hour.map_or_else(String::new, |hour| hour.get().to_string());
    let quiet = |of: fn(Quiet) -> Hour| hour(choice.quiet.map(of));
    vec![
        Field::new(r, "tell_mail", Kind::Select(yes_or_no(r))).holding(each(choice.mail)),
        Field::new(r, "tell_push", Kind::Select(yes_or_no(r))).holding(each(choice.webhook)),
        Field::new(r, "tell_digest", Kind::Select(hours(r, "tell-no-digest"))).holding(hour(choice.digest)),
        Field::new(r, "quiet_from", Kind::Select(hours(r, "tell-no-quiet"))).holding(quiet(|quiet| quiet.from)),
        Field::new(r, "quiet_until", Kind::Select(hours(r, "tell-no-quiet")))
            .holding(quiet(|quiet| quiet.until))
            .hinting(r.t("hint-quiet")),
    ]
}

fn yes_or_no(r: &Reader) -> Vec<fields::Choice> {
    [("yes", "tell-each"), ("no", "tell-never")]
        .map(|(value, label)| fields::Choice { value: value.into(), label: r.t(label).into_owned() })
        .into()
}

fn hours(r: &Reader, none: &str) -> Vec<fields::Choice> {
    let none = fields::Choice { value: "".into(), label: r.t(none).into_owned() };
    let hour = |hour: u8| fields::Choice { value: hour.to_string().into(), label: format!("{hour:02}:00") };
    std::iter::once(none).chain((0..24).map(hour)).collect()
}

/// Keeps what was chosen.
pub async fn choose(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let hour = |name: &str| {
        let typed = sent.filled(name).map(|text| text.parse::<u8>().map_err(|_| Failure::Senseless)).transpose()?;
        typed.map(|hour| Hour::try_from(hour).map_err(|_| Failure::Senseless)).transpose()
    };
    let quiet = match (hour("quiet_from")?, hour("quiet_until")?) {
        (Some(from), Some(until)) => Some(Quiet { from, until }),
        // Half a span is none.
        _ => None,
    };
    let choice = Choice {
        mail: sent.text("tell_mail") == "yes",
        webhook: sent.text("tell_push") == "yes",
        digest: hour("tell_digest")?,
        quiet,
    };
    web.desk().choose(ask.viewer(), choice).await?;
    Ok(Redirect::to("/telling").into_response())
}
