//! What every machine's request passes after the guard: its media type, its size, its JSON.

use app::desk::DeskError;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::person::{Viewer, Who};
use futures::StreamExt;
use serde_json::{Map, Value};

use super::error::ApiError;
use super::json;

/// The largest body read, bytes: a ticket with many notes and attachments in text is far smaller.
pub const LARGEST: usize = 1 << 20;
/// How much of a larger body is read and thrown away, so that the client hears the answer instead of a broken pipe.
const DRAINED: usize = 64 << 20;

/// The media type of an ordinary body.
pub const JSON: &str = "application/json";
/// The media type of a merge patch.
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// An upstream system; the guard of its door has looked at its token.
pub struct Client {
    /// As the desk knows it.
    pub viewer: Viewer,
    /// The token's name.
    pub name: String,
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let viewer = parts.extensions.get::<Viewer>().cloned().ok_or_else(ApiError::credentials_missing)?;
        let Who::Machine { name, .. } = &viewer.who else { return Err(ApiError::credentials_invalid()) };
        let name = name.clone();
        Ok(Self { viewer, name })
    }
}

/// The JSON object of a body in one of these media types.
pub async fn object(headers: &HeaderMap, body: Body, types: &[&str]) -> Result<Map<String, Value>, ApiError> {
    if !media_type_is(headers, types) {
        drain(body).await;
        return Err(ApiError::media_type(&types.join(" / ")));
    }
    let bytes = read(headers, body).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ApiError::body_missing());
    }
    match json::parse(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ApiError::body_invalid("正文应为一个 JSON 对象。 The body must be a JSON object.")),
        Err(why) => Err(ApiError::body_invalid(format!("正文不是可用的 JSON。 The body is not JSON we take: {why}"))),
    }
}

/// Whether a body is said to be of one of these media types, in UTF-8.
pub fn media_type_is(headers: &HeaderMap, types: &[&str]) -> bool {
    let Some(given) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = given.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let charset =
        parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let utf8 = charset.is_none_or(|(_, name)| {
        let name = name.trim().trim_matches('"');
        name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8")
    });
    utf8 && types.iter().any(|known| known.eq_ignore_ascii_case(essence))
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, ApiError> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST) {
        drain(body).await;
        return Err(ApiError::too_large(LARGEST));
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0));
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ApiError::body_invalid("正文没有传完。 The body broke off."))?;
        if bytes.len() + chunk.len() > LARGEST {
            drain(Body::from_stream(chunks)).await;
            return Err(ApiError::too_large(LARGEST));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn drain(body: Body) {
    let mut left = DRAINED;
    let mut chunks = body.into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            return;
        }
    }
}

/// An answer in JSON.
pub fn answer(status: StatusCode, value: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, super::JSON_UTF8)], bytes).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            ApiError::internal().into_response()
        }
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => Self::not_found(),
            DeskError::Conflict => Self::conflict(
                "别处同时作了修改，请重新读取后再试。 It was changed meanwhile; read it again and retry.",
            ),
            DeskError::Refused(refusal) => {
                let said = refusal.message();
                Self::conflict(format!("{} {}", said.zh, said.en))
            }
            DeskError::Forbidden => Self::access_denied("此令牌没有这项权限。 The token does not carry this grant."),
            DeskError::Transient => Self::away(),
            DeskError::Full(why) => {
                tracing::error!(%why, "the disk is full: nothing is taken in until there is room");
                Self::full()
            }
            DeskError::Vault(_) | DeskError::Store(_) => {
                tracing::error!(%error, "a machine's request failed here");
                Self::internal()
            }
        }
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        DeskError::from(error).into()
    }
}
