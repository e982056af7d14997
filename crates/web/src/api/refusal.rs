//! What the house itself refuses under the open APIs, told in a machine's words: no page, no bare status (tmf §2.10).

use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;

use super::error::ApiError;
use super::{allowed, gate};
use crate::error::Failure;

/// The refusal an answer to a machine stands for; `None` for an answer in JSON, and for one that is no refusal.
pub fn of(response: &Response, method: &Method, path: &str) -> Option<ApiError> {
    if let Some(failure) = response.extensions().get::<Failure>() {
        return Some(of_failure(failure, method, path));
    }
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    (refused && is_bare(response.headers())).then(|| of_status(status, method, path))
}

fn is_bare(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn of_failure(failure: &Failure, method: &Method, path: &str) -> ApiError {
    match failure {
        Failure::NotFound => ApiError::not_found(),
        Failure::Forbidden => ApiError::access_denied("没有这项权限。 Not permitted."),
        Failure::CrossSite => ApiError::access_denied("请求来自别的网站。 The request comes from another site."),
        Failure::Senseless => ApiError::unprocessable(StatusCode::BAD_REQUEST),
        Failure::Refused(refusal) => {
            let said = refusal.message();
            ApiError::conflict(format!("{} {}", said.zh, said.en))
        }
        Failure::Conflict => ApiError::conflict("别处同时作了修改。 It was changed meanwhile."),
        Failure::Busy => ApiError::away(),
        Failure::Full => ApiError::full(),
        Failure::TooLong => ApiError::too_large(gate::LARGEST),
        Failure::Method => of_status(StatusCode::METHOD_NOT_ALLOWED, method, path),
        Failure::Broken => ApiError::internal(),
    }
}

fn of_status(status: StatusCode, method: &Method, path: &str) -> ApiError {
    match status {
        StatusCode::UNAUTHORIZED => ApiError::credentials_missing(),
        StatusCode::NOT_FOUND => ApiError::not_found(),
        // A verb nobody knows is refused before the address is looked at.
        StatusCode::METHOD_NOT_ALLOWED => {
            allowed(path).map_or_else(ApiError::not_found, |allow| ApiError::method_not_allowed(method, allow))
        }
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large(gate::LARGEST),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::media_type(gate::JSON),
        StatusCode::INTERNAL_SERVER_ERROR => ApiError::internal(),
        other => ApiError::unprocessable(other),
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;
    use crate::api::tmf621::{SCHEMA, TICKETS};

    fn told(answer: impl IntoResponse, path: &str) -> Option<u16> {
        of(&answer.into_response(), &Method::PUT, path).map(|error| error.status().as_u16())
    }

    #[test]
    fn s2_10_every_refusal_of_the_house_becomes_one_of_the_api() {
        for (failure, status) in [
            (Failure::NotFound, 404),
            (Failure::Forbidden, 403),
            (Failure::CrossSite, 403),
            (Failure::Senseless, 400),
            (Failure::Conflict, 409),
            (Failure::Busy, 503),
            (Failure::Full, 503),
            (Failure::TooLong, 413),
            (Failure::Method, 405),
            (Failure::Broken, 500),
        ] {
            assert_eq!(told(failure.clone(), SCHEMA), Some(status), "{failure:?}");
        }
    }

    #[test]
    fn s2_10_bare_answers_are_told_and_others_left_alone() {
        for status in [400, 401, 403, 404, 405, 408, 409, 413, 415, 429, 500, 503] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(told(status, TICKETS), Some(status.as_u16()));
            assert_eq!(told((status, "in plain words"), TICKETS), Some(status.as_u16()));
        }
        assert_eq!(told(StatusCode::METHOD_NOT_ALLOWED, "/tmf-api/none"), Some(404));
        assert_eq!(told(StatusCode::OK, TICKETS), None);
        assert_eq!(told(ApiError::not_found(), TICKETS), None, "it is JSON already");
    }
}
