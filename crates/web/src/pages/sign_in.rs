//! Signing in: a plain form that works without script, slow to guess at, and silent about who exists.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::preferences::is_here;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html, html_with};
use crate::fields::Sent;
use crate::origin::Origin;
use crate::reader::Reader;
use crate::throttle::{Attempt, Guess, Ruling};
use crate::{Web, known, session};

#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    r: Reader,
    frame: Frame,
    next: String,
    name: String,
    notice: Option<String>,
}

/// Where to go on afterwards.
#[derive(Debug, Deserialize)]
pub struct Onward {
    next: Option<String>,
}

/// The form.
pub async fn show(ask: Ask, Query(onward): Query<Onward>) -> Answer {
    html(&page(&ask, onward.next.as_deref(), "", None))
}

fn page(ask: &Ask, next: Option<&str>, name: &str, notice: Option<String>) -> SignIn {
    let next = next.filter(|next| is_here(next)).unwrap_or("/").to_owned();
    let mut frame = ask.frame("");
    frame.me = None;
    SignIn { r: ask.reader.clone(), frame, next, name: name.to_owned(), notice }
}

/// Somebody wants in.
pub async fn enter(
    State(web): State<Web>,
    ask: Ask,
    headers: HeaderMap,
    Origin(address): Origin,
    sent: Sent,
) -> Answer {
    let (name, password) = (sent.text("name"), sent.raw("password"));
    let now = ask.reader.now;
    let refused = |status: StatusCode, seconds: Option<u64>| refusal(&ask, &sent, status, seconds);
    let browser = known::browser(&web, &headers, name, now);
    let attempt = match web.throttle().attempt(Guess { name, address, browser: browser.as_deref() }, now) {
        Ruling::Wait { seconds } => return refused(StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
        Ruling::Verify(attempt) => attempt,
    };
    if !attempt.after.is_zero() {
        let _waiting = Waiting { web: &web, attempt: &attempt };
        tokio::time::sleep(attempt.after).await;
    }
    let looked_at = web.desk().sign_in(name, password.to_owned()).await;
    let Some(person) = looked_at.inspect_err(|_| web.throttle().unheard(&attempt, now))? else {
        let status = attempt.retry.map_or(StatusCode::UNAUTHORIZED, |_| StatusCode::TOO_MANY_REQUESTS);
        return refused(status, attempt.retry);
    };
    web.throttle().succeeded(&attempt, now);
    if let Some(former) = session::token(&headers) {
        web.desk().end_session(&former).await?;
    }
    let token = web.desk().begin_session(person.id).await?;
    let next = sent.text("next");
    let target = if is_here(next) { next } else { "/" };
    let mut response = Redirect::to(target).into_response();
    let browser = browser.unwrap_or_else(|| web.desk().fresh_key());
    response.headers_mut().append(header::SET_COOKIE, session::begun(&web, &token));
    response.headers_mut().append(header::SET_COOKIE, known::cookie(&web, name, &browser, now));
    Ok(response)
}

/// A slowed answer under way; counted off also when its asker goes away.
struct Waiting<'a> {
    web: &'a Web,
    attempt: &'a Attempt,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.web.throttle().waited(self.attempt);
    }
}

fn refusal(ask: &Ask, sent: &Sent, status: StatusCode, seconds: Option<u64>) -> Answer {
    let notice = match seconds {
        None => ask.reader.t("sign-in-wrong").into_owned(),
        Some(seconds) => ask.reader.with("sign-in-wait", seconds),
    };
    let mut response = html_with(status, &page(ask, Some(sent.text("next")), sent.text("name"), Some(notice)))?;
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// Signs out.
pub async fn leave(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Failure> {
    if let Some(token) = session::token(&headers) {
        web.desk().end_session(&token).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().insert(header::SET_COOKIE, session::ended(&web));
    Ok(response)
}
