//! Cookies: the session's, the preferences' and the known browser's. The session itself lives at the desk, under the token's hash.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::CookieJar;

use crate::Web;

const NAME: &str = "session";
/// Preferences are kept a year.
const YEAR_SECONDS: i64 = 365 * 86_400;

/// The token a request carries.
pub fn token(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(NAME).map(|cookie| cookie.value().to_owned())
}

/// The cookie of a new session.
pub fn begun(web: &Web, token: &str) -> HeaderValue {
    cookie(web, NAME, token, app::desk::Desk::longest_session_seconds())
}

/// The cookie that ends a session.
pub fn ended(web: &Web) -> HeaderValue {
    cookie(web, NAME, "", 0)
}

/// The cookie of a preference.
pub fn preference(web: &Web, name: &str, value: &'static str) -> HeaderValue {
    cookie(web, name, value, YEAR_SECONDS)
}

/// No script reads it and no other site sends it along with a write; over TLS only where the house is reached so.
pub(crate) fn cookie(web: &Web, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let secure = if web.public_url().starts_with("https://") { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("tokens, preferences and signatures are plain ASCII")
}
