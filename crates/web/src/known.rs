//! The browser somebody signed in from before: a signed cookie by which nobody else's guesses lock its owner out.
//!
//! It opens nothing. It only has a budget of guesses of its own at the one name it was given for, see [`crate::throttle`].

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::CookieJar;
use domain::time::Timestamp;

use crate::throttle::plain;
use crate::{Web, session};

/// How long a browser is known after the last sign-in: a year.
const SECONDS: i64 = 365 * 86_400;
/// Letters of the hash that tells the cookies of several persons at one desk apart.
const TOLD_APART: usize = 12;

/// The browser, where the person of that name signed in from it before.
pub fn browser(web: &Web, headers: &HeaderMap, name: &str, now: Timestamp) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let (claim, signature) = jar.get(&cookie_of(web, name))?.value().rsplit_once('.')?;
    let (browser, until) = claim.split_once('.')?;
    let until = Timestamp::from_micros(until.parse::<i64>().ok()?.checked_mul(1_000_000)?);
    let signed = web.desk().vault().signed(&said(claim, name), signature);
    (signed && now < until).then(|| browser.to_owned())
}

/// The cookie after a good sign-in.
pub fn cookie(web: &Web, name: &str, browser: &str, now: Timestamp) -> HeaderValue {
    let claim = format!("{browser}.{}", now.plus_seconds(SECONDS).as_micros() / 1_000_000);
    let signature = web.desk().vault().sign(&said(&claim, name));
    session::cookie(web, &cookie_of(web, name), &format!("{claim}.{signature}"), SECONDS)
}

fn cookie_of(web: &Web, name: &str) -> String {
    let hash = web.desk().vault().sign(&format!("known browser of\n{}", plain(name)));
    format!("known-{}", &hash[..TOLD_APART])
}

fn said(claim: &str, name: &str) -> String {
    format!("known browser\n{claim}\n{}", plain(name))
}
