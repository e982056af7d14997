//! The guard of every door: who comes, may they, and does the request come from this very site.

use std::fmt::Write as _;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{self, Permission};

use crate::api;
use crate::api::error::ApiError;
use crate::context::{Ask, is_htmx, wants_page};
use crate::doors::Need;
use crate::error::Failure;
use crate::request::RequestId;
use crate::{Web, session, watch};

/// How long anybody waits for a page. Whoever only looks loses nothing by being told; a write goes on.
const PATIENCE: Duration = Duration::from_secs(15);

/// Lets in who may, tells the others why not, and whoever looks while the database does not answer, that it does not.
pub async fn guard(State((web, need)): State<(Web, Need)>, request: Request, next: Next) -> Response {
    let only_looks = request.method().is_safe();
    let answered = admit(web, need, request, next);
    if !only_looks {
        return answered.await;
    }
    tokio::time::timeout(PATIENCE, answered).await.unwrap_or_else(|_| Failure::Busy.into_response())
}

async fn admit(web: Web, need: Need, mut request: Request, next: Next) -> Response {
    let ours = request.method().is_safe() || same_site(web.public_url(), request.headers());
    let admitted = match need {
        Need::Machine(permission) => machine(&web, &mut request, permission).await.map_err(IntoResponse::into_response),
        // To everybody else there is nothing here.
        Need::Watcher if watch::may_watch(&web, &request) => Ok(()),
        Need::Watcher => Err(Failure::NotFound.into_response()),
        Need::Public if ours => Ok(()),
        Need::Person(permission) if ours => person(&web, &mut request, permission).await,
        Need::Public | Need::Person(_) => Err(Failure::CrossSite.into_response()),
    };
    match admitted {
        Ok(()) => next.run(request).await,
        Err(refused) => refused,
    }
}

async fn person(web: &Web, request: &mut Request, permission: Permission) -> Result<(), Response> {
    let viewer = match session::token(request.headers()) {
        None => None,
        Some(token) => web.desk().session(&token).await.map_err(|error| Failure::from(error).into_response())?,
    };
    let Some(viewer) = viewer else { return Err(signed_out(request)) };
    let allowed = access::may(&viewer, permission);
    request.extensions_mut().insert(viewer);
    if allowed { Ok(()) } else { Err(Failure::Forbidden.into_response()) }
}

async fn machine(web: &Web, request: &mut Request, permission: Permission) -> Result<(), ApiError> {
    let token = bearer(request.headers()).ok_or_else(ApiError::credentials_missing)?;
    let viewer = web.desk().machine(token).await?;
    let viewer = viewer.ok_or_else(ApiError::credentials_invalid)?;
    if !access::may(&viewer, permission) {
        return Err(ApiError::access_denied("令牌没有此权限。 The token does not carry this permission."));
    }
    request.extensions_mut().insert(viewer);
    Ok(())
}

/// The token of an `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

/// To the sign-in page and back; a script is told where to go, a write is not repeated.
pub fn signed_out(request: &Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if is_htmx(request.headers()) {
        let current = request.headers().get("hx-current-url").and_then(|url| url.to_str().ok());
        let back = current.and_then(|url| url.parse::<axum::http::Uri>().ok());
        let back = back.and_then(|uri| uri.path_and_query().map(ToString::to_string)).unwrap_or_else(|| "/".to_owned());
        let target = HeaderValue::from_str(&sign_in(&back)).unwrap_or(HeaderValue::from_static("/sign-in"));
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", target)]).into_response();
    }
    match *request.method() {
        Method::GET | Method::HEAD if wants_page(request.headers()) => Redirect::to(&sign_in(path)).into_response(),
        Method::GET | Method::HEAD => StatusCode::UNAUTHORIZED.into_response(),
        _ => Redirect::to("/sign-in").into_response(),
    }
}

fn sign_in(back: &str) -> String {
    if back == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={}", escaped(back)) }
}

/// A path as the value of a query.
pub fn escaped(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Whether a write comes from a page of this house. A browser says so in one of three headers; what is no browser sends
/// none of them and has no cookie of ours that it did not mean to send. One that cannot be read is not ours.
pub fn same_site(public_url: &str, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text("origin").or_else(|| text("referer")) {
        None => true,
        Some(origin) => is_here(public_url, headers, origin),
    }
}

fn is_here(public_url: &str, headers: &HeaderMap, origin: &str) -> bool {
    let authority = |url: &str| url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or("").to_owned());
    let Some(from) = authority(origin) else { return false };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    host == Some(&from) || authority(public_url).is_some_and(|own| own == from)
}

/// Makes a page of a failure, in the reader's language; under the open APIs, a refusal in JSON.
pub async fn explain(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut seen = axum::http::Request::new(()).into_parts().0;
    (seen.method, seen.uri, seen.headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
    if let Some(id) = parts.extensions.get::<RequestId>() {
        seen.extensions.insert(id.clone());
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    if api::is_below(seen.uri.path()) {
        return api::refusal::of(&response, &seen.method, seen.uri.path())
            .map_or(response, IntoResponse::into_response);
    }
    let Some(failure) = failure_of(&response) else { return response };
    // A database that does not answer is not asked who reads that it does not.
    if !matches!(failure, Failure::Busy | Failure::Full)
        && let Some(token) = session::token(&seen.headers)
        && let Ok(Some(viewer)) = web.desk().session(&token).await
    {
        seen.extensions.insert(viewer);
    }
    let mut page = failure.page(&Ask::of(&web, &seen));
    if let Some(allow) = response.headers().get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allow.clone());
    }
    page
}

/// The failure an answer carries, or the one a bare answer of the framework stands for.
fn failure_of(response: &Response) -> Option<Failure> {
    if let Some(failure) = response.extensions().get::<Failure>() {
        return Some(failure.clone());
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    let bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    Failure::of_status(response.status()).filter(|_| bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_ours_unless_a_browser_names_another_site_or_none_that_can_be_read() {
        let ours = |headers: &[(&'static str, &[u8])]| {
            let headers = headers.iter().map(|(name, value)| {
                let name = axum::http::HeaderName::from_static(name);
                (name, HeaderValue::from_bytes(value).expect("a value"))
            });
            same_site("https://desk.example", &headers.collect())
        };
        assert!(ours(&[]), "what is no browser");
        assert!(ours(&[("origin", b"https://desk.example")]));
        assert!(ours(&[("host", b"10.0.0.5:8080"), ("referer", b"http://10.0.0.5:8080/intake")]));
        assert!(ours(&[("sec-fetch-site", b"same-origin"), ("origin", b"null")]));
        for named in [&b"https://evil.example"[..], b"https://desk.example.evil.example", b"null", b"\xe6\x9d\xa5"] {
            assert!(!ours(&[("origin", named)]), "{named:?}");
        }
        assert!(!ours(&[("sec-fetch-site", b"cross-site"), ("origin", b"https://desk.example")]));
        assert!(!ours(&[("sec-fetch-site", b"\xff")]));
    }
}
