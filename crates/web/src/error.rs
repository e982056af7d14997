//! What goes wrong on a page, and the page that says so.

use app::desk::DeskError;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use domain::flow::Refusal;

use crate::context::{Ask, Frame};
use crate::reader::Reader;

/// Why a page was not answered as asked. The guard makes the page of it, in the reader's language.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// No such thing, or not for this viewer: the two answer alike.
    #[error("not found")]
    NotFound,
    /// Not for this role.
    #[error("forbidden")]
    Forbidden,
    /// The request comes from another site.
    #[error("from another site")]
    CrossSite,
    /// The request makes no sense.
    #[error("bad request")]
    Senseless,
    /// The rules forbid it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody was quicker, and there is nothing to merge.
    #[error("changed meanwhile")]
    Conflict,
    /// Busy for the moment.
    #[error("busy")]
    Busy,
    /// The body is longer than the door takes.
    #[error("too long")]
    TooLong,
    /// No such verb at this address.
    #[error("method not allowed")]
    Method,
    /// The disk is full.
    #[error("disk full")]
    Full,
    /// Something of ours broke; the log knows what.
    #[error("broken")]
    Broken,
}

/// What a handler of a page answers.
pub type Answer = Result<Response, Failure>;

impl Failure {
    /// The status it is answered with.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Senseless => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Busy | Self::Full => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The failure a bare status of the framework stands for.
    pub const fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::Method),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLong),
            StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Self::Senseless),
            _ => None,
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross-site",
            Self::Senseless => "senseless",
            Self::Refused(_) => "refused",
            Self::Conflict => "conflict",
            Self::Busy => "busy",
            Self::Full => "full",
            Self::TooLong => "too-long",
            Self::Method => "method",
            Self::Broken => "broken",
        }
    }

    /// What happened.
    pub fn title(&self, r: &Reader) -> String {
        r.t(&format!("error-{}", self.word())).into_owned()
    }

    /// What to do next.
    pub fn advice(&self, r: &Reader) -> String {
        match self {
            Self::Refused(refusal) => r.say(&refusal.message()).to_owned(),
            _ => r.t(&format!("error-{}-advice", self.word())).into_owned(),
        }
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => Self::NotFound,
            DeskError::Conflict => Self::Conflict,
            DeskError::Refused(refusal) => Self::Refused(refusal),
            DeskError::Forbidden => Self::Forbidden,
            DeskError::Transient => Self::Busy,
            DeskError::Full(why) => {
                tracing::error!(%why, "the disk is full: nothing is taken in until there is room");
                Self::Full
            }
            broken @ (DeskError::Vault(_) | DeskError::Store(_)) => {
                tracing::error!(error = &broken as &dyn std::error::Error, "a page failed");
                Self::Broken
            }
        }
    }
}

impl IntoResponse for Failure {
    /// A bare answer that carries the failure along; [`crate::guard::explain`] makes the page of it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The answer to an address that is no door.
pub async fn no_such_page() -> Failure {
    Failure::NotFound
}

/// Renders a page or a part of one.
pub fn html(template: &impl Template) -> Answer {
    match template.render() {
        Ok(text) => Ok(Html(text).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            Err(Failure::Broken)
        }
    }
}

/// The same with another status.
pub fn html_with(status: StatusCode, template: &impl Template) -> Answer {
    let mut response = html(template)?;
    *response.status_mut() = status;
    Ok(response)
}

/// The page that says what went wrong.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    r: Reader,
    frame: Frame,
    code: u16,
    title: String,
    advice: String,
    number: String,
}

/// The part of a page that says what went wrong.
#[derive(Debug, Template)]
#[template(path = "error_part.html")]
pub struct ErrorPart {
    r: Reader,
    title: String,
    advice: String,
    number: String,
}

impl Failure {
    /// The page, or for htmx the part, that says it.
    pub fn page(&self, ask: &Ask) -> Response {
        let r = ask.reader.clone();
        let (title, advice, status) = (self.title(&r), self.advice(&r), self.status());
        let number = ask.number.as_ref().map(|number| number.as_str().to_owned()).unwrap_or_default();
        let rendered = if ask.htmx {
            html_with(status, &ErrorPart { r, title, advice, number })
        } else {
            html_with(status, &ErrorPage { frame: ask.frame(""), code: status.as_u16(), title, advice, number, r })
        };
        rendered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

/// Every key a failure may ask for, for the test of messages.
pub fn keys() -> Vec<String> {
    let words = [
        "not-found",
        "forbidden",
        "cross-site",
        "senseless",
        "conflict",
        "busy",
        "full",
        "too-long",
        "method",
        "broken",
    ];
    let both = words.iter().flat_map(|word| [format!("error-{word}"), format!("error-{word}-advice")]);
    both.chain(["error-refused".to_owned()]).collect()
}
