//! Language and theme: kept in a cookie, changed by a link.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::i18n::Lang;
use crate::{Web, session};

/// What is to be changed, and where to go on.
#[derive(Debug, Deserialize)]
pub struct Wish {
    lang: Option<String>,
    theme: Option<String>,
    back: Option<String>,
}

/// Keeps the wish and goes back.
pub async fn set(State(web): State<Web>, Query(wish): Query<Wish>) -> Response {
    let back = wish.back.filter(|back| is_here(back)).unwrap_or_else(|| "/".to_owned());
    let mut response = Redirect::to(&back).into_response();
    let lang = wish.lang.as_deref().and_then(Lang::named).map(|lang| ("lang", lang.as_str()));
    let theme = ["light", "dark", "system"].into_iter().find(|theme| wish.theme.as_deref() == Some(theme));
    for (name, value) in lang.into_iter().chain(theme.map(|theme| ("theme", theme))) {
        response.headers_mut().append(header::SET_COOKIE, session::preference(&web, name, value));
    }
    response
}

/// A path of this house and of no other: a link that leads elsewhere would be ours in name only.
pub fn is_here(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|byte| (b'!'..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert!(is_here("/workbench?view=mine"));
        for path in ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb", "/ü"] {
            assert!(!is_here(path), "{path}");
        }
    }
}
