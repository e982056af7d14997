//! Signing in: a plain form that works without script, slow to guess at, and silent about who exists.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, Extension, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::preferences::is_here;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html, html_with};
use crate::fields::Sent;
use crate::reader::Reader;
use crate::throttle::Ruling;
use crate::{Web, session};

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
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    sent: Sent,
) -> Answer {
    let address = from.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Extension(ConnectInfo(socket))| socket.ip());
    let (name, password) = (sent.text("name"), sent.raw("password"));
    let now = ask.reader.now;
    let refused = |status: StatusCode, seconds: Option<u64>| refusal(&ask, &sent, status, seconds);
    match web.throttle().attempt(name, address, now) {
        Ruling::Wait { seconds } => return refused(StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
        Ruling::Verify { after } if after.is_zero() => {}
        Ruling::Verify { after } => {
            let _waiting = Waiting { web: &web, address };
            tokio::time::sleep(after).await;
        }
    }
    let Some(person) = web.desk().sign_in(name, password.to_owned()).await? else {
        return match web.throttle().failed(name, address, now) {
            Some(seconds) => refused(StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
            None => refused(StatusCode::UNAUTHORIZED, None),
        };
    };
    web.throttle().succeeded(name, address, now);
    if let Some(former) = session::token(&headers) {
        web.desk().end_session(&former).await?;
    }
    let token = web.desk().begin_session(person.id).await?;
    let next = sent.text("next");
    let target = if is_here(next) { next } else { "/" };
    let mut response = Redirect::to(target).into_response();
    response.headers_mut().insert(header::SET_COOKIE, session::begun(&web, &token));
    Ok(response)
}

/// A slowed answer under way; counted off also when its asker goes away.
struct Waiting<'a> {
    web: &'a Web,
    address: IpAddr,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.web.throttle().waited(self.address);
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
