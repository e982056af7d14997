//! The number of a request: in the head of its answer, in every line the log has of it, and on the page that says it failed.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use domain::time::Timestamp;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::Web;

/// The header it comes in by and goes out by.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request, made here unless a proxy or client gave one that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The one a request brings: 8 to 64 letters, digits, `-` and `_`. Eleven digits in a row or in groups may be a phone,
    /// which no log keeps.
    pub fn given(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(&HEADER)?.to_str().ok()?;
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let joined = text.replace(['-', '_'], "");
        let phone = joined.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 11);
        ((8..=64).contains(&text.len()) && plain && !phone).then(|| Self(text.to_owned()))
    }

    /// A fresh one: short enough to be read out on the phone.
    pub fn fresh(now: Timestamp) -> Self {
        let hex = app::clock::fresh_uuid(now).simple().to_string();
        Self(hex[hex.len() - 16..].to_owned())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Gives every request its number, logs how it was answered and counts it. What is logged of a request is its door, not its
/// address: an address may hold somebody's name or phone.
pub async fn numbered(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::given(request.headers()).unwrap_or_else(|| RequestId::fresh(web.desk().now()));
    let door = request.extensions().get::<MatchedPath>().cloned();
    let door = door.as_ref().map_or("none", MatchedPath::as_str);
    let method = method_of(request.method());
    // An error's span: whatever the log keeps, the number is in it.
    let span = tracing::error_span!(
        "request",
        id = id.as_str(),
        method,
        door,
        trace_id = Empty,
        parent_id = Empty,
        status = Empty
    );
    if let Some((trace, parent)) = traced(request.headers()) {
        span.record("trace_id", trace).record("parent_id", parent);
    }
    request.extensions_mut().insert(id.clone());
    let answered = async {
        let response = next.run(request).await;
        let (status, took) = (response.status(), begun.elapsed());
        let ms = took.as_secs_f64() * 1e3;
        if status.is_server_error() {
            tracing::error!(status = status.as_u16(), ms, "answered");
        } else {
            tracing::info!(status = status.as_u16(), ms, "answered");
        }
        Span::current().record("status", status.as_u16());
        web.watch().answered(door, method, status, took);
        response
    };
    let mut response = answered.instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The trace a request belongs to, and the span it comes from, as W3C's `traceparent` says.
pub fn traced(headers: &HeaderMap) -> Option<(&str, &str)> {
    let mut parts = headers.get("traceparent")?.to_str().ok()?.split('-');
    let (version, trace, parent) = (parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length: usize| {
        let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        plain && text.len() == length && text.bytes().any(|byte| byte != b'0')
    };
    (version.len() == 2 && hex(trace, 32) && hex(parent, 16)).then_some((trace, parent))
}

/// A method's name; whatever else a stranger makes up is one.
fn method_of(method: &axum::http::Method) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method.as_str())
        .unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_str(text).expect("a header"))]);
        RequestId::given(&headers).map(|id| id.0)
    }

    #[test]
    fn a_number_that_is_brought_is_kept_where_it_can_be_no_phone_and_no_break_in_the_log() {
        for kept in ["0190c7a2-7b1e-7c3d-9e5f-001122334455".replace('0', "a").as_str(), "edge_1-4711", &"a".repeat(64)]
        {
            assert_eq!(given(kept).as_deref(), Some(kept));
        }
        let phones =
            ["13800001234", "tel-13800001234", "x_13800001234_y", "138-0000-1234", "138_0000_1234", "852-9123-4567"];
        for other in ["short", "with space", "a;b;c;d;e;f", "quote\"quote\"", &"a".repeat(65)].iter().chain(&phones) {
            assert_eq!(given(other), None, "{other}");
        }
    }

    #[test]
    fn the_trace_of_another_house_is_taken_up_where_it_is_one() {
        let of = |text: &'static str| {
            let headers =
                HeaderMap::from_iter([(HeaderName::from_static("traceparent"), HeaderValue::from_static(text))]);
            traced(&headers).map(|(trace, parent)| format!("{trace} {parent}"))
        };
        let whole = of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assert_eq!(whole.as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7"));
        for wrong in [
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "13800001234",
            "",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_fresh_number_is_one_that_would_be_kept() {
        let fresh = RequestId::fresh(Timestamp::from_micros(1_700_000_000_000_000));
        assert_eq!(fresh.0.len(), 16);
        assert!(fresh != RequestId::fresh(Timestamp::from_micros(1_700_000_000_000_000)));
    }
}
