//! The pages: each a handler and a view, one template each. Handlers parse, ask the desk and render.

pub mod about;
pub mod act;
pub mod board;
pub mod complaint;
pub mod declaration;
pub mod exports;
pub mod flows;
pub mod home;
pub mod intake;
pub mod led;
pub mod locations;
pub mod mails;
pub mod network;
pub mod notices;
pub mod people;
pub mod policies;
pub mod preferences;
pub mod roster;
pub mod rule;
pub mod search;
pub mod sign_in;
pub mod telling;
pub mod view;
pub mod workbench;

use std::fmt::Write as _;

use axum::http::HeaderValue;
use axum::response::Response;

/// Lets the page say something for a few seconds. A header carries Latin letters only, so everything else is escaped.
pub fn toast(response: &mut Response, text: &str, tone: &str) {
    let mut ascii = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ (b' '..=b'~')) if byte != b'"' && byte != b'\\' => ascii.push(char::from(byte)),
            Ok(_) | Err(_) => {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    let value = format!(r#"{{"toast":{{"text":"{ascii}","tone":"{tone}"}}}}"#);
    response.headers_mut().insert("hx-trigger", HeaderValue::from_str(&value).expect("escaped to ASCII"));
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn a_toast_travels_in_a_header() {
        let mut response = ().into_response();
        toast(&mut response, "已保存 \"x\"", "ok");
        let value = response.headers()["hx-trigger"].to_str().expect("ASCII");
        let said: serde_json::Value = serde_json::from_str(value).expect("JSON");
        assert_eq!(said["toast"]["text"], "已保存 \"x\"");
    }
}
