//! What a machine is told when something does not go: TM Forum's Error body on every 4xx and 5xx (tmf §2.10).

use axum::Json;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal with its code; made by the constructors, which are named by what the caller did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {code}: {reason}: {message}", status.as_u16())]
pub struct ApiError {
    status: StatusCode,
    code: u8,
    reason: &'static str,
    message: String,
    allow: Option<&'static str>,
}

impl ApiError {
    const fn new(status: StatusCode, code: u8, reason: &'static str, message: String) -> Self {
        Self { status, code, reason, message, allow: None }
    }

    /// Something of ours broke; the log knows what, the client is told to come again.
    pub fn internal() -> Self {
        let message = "暂时无法处理，请稍后重试。 Something went wrong here; please try again later.".to_owned();
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, 1, "Internal error", message)
    }

    /// The database does not answer; what was sent may be sent again and is taken in once.
    pub fn away() -> Self {
        let message = "数据库暂时没有应答，请稍后重发，不会重复受理。 The database does not answer just now; please send it again later, \
                       it is taken in once."
            .to_owned();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, 5, "The service is temporarily unavailable", message)
    }

    /// The disk is full; nothing was taken in.
    pub fn full() -> Self {
        let message = "服务器磁盘已满，没有受理；请通知运维腾出空间，之后重发。 The server's disk is full and nothing was taken in; please tell \
                       whoever runs it to make room, and send it again then."
            .to_owned();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, 5, "The service is temporarily unavailable", message)
    }

    /// The body is absent.
    pub fn body_missing() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 21, "Missing body", "请求没有正文。 The request has no body.".into())
    }

    /// The body is not JSON, or not an object.
    pub fn body_invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 22, "Invalid body", message.into())
    }

    /// A mandatory attribute is absent.
    pub fn field_missing(field: &str) -> Self {
        let message = format!("缺少必填属性 {field}。 Mandatory attribute {field} is missing.");
        Self::new(StatusCode::BAD_REQUEST, 23, "Missing body field", message)
    }

    /// An attribute has a value that cannot be.
    pub fn field_invalid(field: &str, why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 24, "Invalid body field", format!("{field}: {why}"))
    }

    /// The query asks for what cannot be asked.
    pub fn query_invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 28, "Invalid query-string parameter", message.into())
    }

    /// No access token.
    pub fn credentials_missing() -> Self {
        let message = "请带上访问令牌：Authorization: Bearer …。 An access token is required.".to_owned();
        Self::new(StatusCode::UNAUTHORIZED, 40, "Missing credentials", message)
    }

    /// A token nobody issued, or one withdrawn.
    pub fn credentials_invalid() -> Self {
        let message = "访问令牌无效或已撤销。 The access token is not valid, or has been revoked.".to_owned();
        Self::new(StatusCode::UNAUTHORIZED, 41, "Invalid credentials", message)
    }

    /// The token does not carry the grant for this.
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, 50, "Access denied", message.into())
    }

    /// No such item, or none this client may see: both look alike.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 60, "Resource not found", "没有这个资源。 There is no such resource.".into())
    }

    /// The resource has no such verb.
    pub fn method_not_allowed(method: &Method, allow: &'static str) -> Self {
        let message = format!("{method} 不适用于此资源。 {method} is not for this resource; allowed: {allow}.");
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, 61, "Method not allowed", message) }
    }

    /// The request contradicts the state of the item.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, 2, "Conflict", message.into())
    }

    /// Anything else the house refuses before it comes to a ticket.
    pub fn unprocessable(status: StatusCode) -> Self {
        let message = "请求无法处理。 The request cannot be processed.".to_owned();
        Self::new(status, 2, status.canonical_reason().unwrap_or("Unprocessable"), message)
    }

    /// More bytes than any ticket needs.
    pub fn too_large(limit: usize) -> Self {
        let message = format!("正文超过 {limit} 字节。 The body exceeds {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, 22, "Body too large", message)
    }

    /// A media type we do not read.
    pub fn media_type(expected: &str) -> Self {
        let message = format!("内容类型应为 {expected}。 The content type must be {expected}.");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, 26, "Invalid header value", message)
    }

    /// The status it is answered with.
    pub const fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({
            "@type": "Error",
            "code": self.code.to_string(),
            "reason": self.reason,
            "message": self.message,
            "status": self.status.as_u16().to_string(),
        });
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, super::JSON_UTF8);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"shouwen\""));
        }
        response
    }
}
