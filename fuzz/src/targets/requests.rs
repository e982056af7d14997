//! What a request says beside its body: headers, and the query strings of lists.

use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use domain::contact::numbers;
use web::api::gate;
use web::guard::{bearer, same_site, signed_out};
use web::i18n::Lang;
use web::pages::board::Narrow;
use web::pages::preferences::is_here;
use web::pages::view::week::Week;
use web::pages::{mails, network, search, workbench};
use web::request::{self, RequestId, traced};
use web::{context, origin, session};

use super::samples::readers;
use super::text;

const HOUSE: &str = "https://desk.example";

/// Lines of `name: value` as the heads of a request: nobody is believed who need not be, and nobody is led elsewhere.
pub fn headers(data: &[u8]) {
    let headers: HeaderMap = data.split(|byte| *byte == b'\n').filter_map(header).collect();
    came_from(&headers);
    let other = headers.get("origin").or_else(|| headers.get("referer"));
    let names_house = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("desk.example"));
    if other.is_some_and(|value| !names_house(value)) && !headers.contains_key("host") {
        let fetched = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin" || site == "none");
        assert_eq!(same_site(HOUSE, &headers), fetched, "{headers:?}");
    }
    let with = |name: &'static str, value: &HeaderValue| {
        let mut headers = headers.clone();
        headers.insert(name, value.clone());
        headers
    };
    assert!(!same_site(HOUSE, &with("sec-fetch-site", &HeaderValue::from_static("cross-site"))));
    if let Some(id) = RequestId::given(&headers) {
        assert!((8..=64).contains(&id.as_str().len()), "{id:?}");
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        assert!(numbers(id.as_str()).into_iter().all(|number| digits(&id.as_str()[number.range]) < 11), "{id:?}");
        let value = HeaderValue::from_str(id.as_str()).expect("plain");
        assert_eq!(RequestId::given(&HeaderMap::from_iter([(request::HEADER, value)])), Some(id));
    }
    if let Some((trace, parent)) = traced(&headers) {
        assert_eq!((trace.len(), parent.len()), (32, 16), "{headers:?}");
    }
    if let Some(token) = bearer(&headers) {
        assert!(!token.is_empty() && token.trim() == token, "{headers:?}");
    }
    if let Some(token) = session::token(&headers) {
        let cookies = headers.get_all("cookie");
        assert!(
            cookies.into_iter().any(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.contains("session"))),
            "{token}"
        );
    }
    if gate::media_type_is(&headers, &[gate::JSON]) {
        let kind = headers["content-type"].to_str().map(str::to_ascii_lowercase);
        assert!(kind.is_ok_and(|kind| kind.contains("json")), "{headers:?}");
    }
    language(&headers);
    led(&headers);
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let at = line.iter().position(|byte| *byte == b':')?;
    let value = line[at + 1..].trim_ascii();
    Some((HeaderName::from_bytes(line[..at].trim_ascii()).ok()?, HeaderValue::from_bytes(value).ok()?))
}

/// What no trusted proxy says is not believed, and of what one says only the last hop.
fn came_from(headers: &HeaderMap) {
    let (here, invented) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::BROADCAST));
    assert_eq!(origin::of(here, headers, &[]), here);
    let told = origin::of(here, headers, &[here]);
    assert_eq!(told, told.to_canonical());
    if told != here {
        let mut longer = headers.clone();
        let lists: Vec<_> = headers.get_all("x-forwarded-for").into_iter().cloned().collect();
        longer.insert("x-forwarded-for", HeaderValue::from_str(&invented.to_string()).expect("digits and dots"));
        for list in lists {
            longer.append("x-forwarded-for", list);
        }
        assert_eq!(origin::of(here, &longer, &[here]), told, "{headers:?}");
    }
}

/// Blanks and case mean nothing.
fn language(headers: &HeaderMap) {
    let Some(asked) = headers.get("accept-language").and_then(|asked| asked.to_str().ok()) else { return };
    let spaced = asked.to_ascii_uppercase().replace(',', " , ").replace(';', " ; ");
    let again = HeaderMap::from_iter([(
        HeaderName::from_static("accept-language"),
        HeaderValue::from_str(&spaced).expect("as plain as before"),
    )]);
    assert_eq!(Lang::accepted(&again), Lang::accepted(headers), "{asked:?}");
}

/// Whoever is signed out is led to a page of this house, and from there to one of this house.
fn led(headers: &HeaderMap) {
    let mut request = Request::get("/workbench?view=mine").body(Body::empty()).expect("a request");
    *request.headers_mut() = headers.clone();
    let page = context::wants_page(headers) && !context::is_htmx(headers);
    let answer = signed_out(&request);
    let to = ["location", "hx-redirect"].iter().find_map(|name| answer.headers().get(*name));
    assert!(to.is_some() || !page, "{headers:?}");
    if let Some(to) = to {
        assert!(to.to_str().is_ok_and(|to| is_here(to) && to.starts_with("/sign-in")), "{to:?}");
    }
}

/// A query string as every list reads it: what is asked for is what is listed, and its own address asks the same.
pub fn page_query(data: &[u8]) {
    let Some(raw) = text(data).map(str::trim_end) else { return };
    let Some(uri) = address(raw) else { return };
    let words = Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|Query(words)| words).unwrap_or_default();
    if let Ok(Query(wish)) = Query::<search::Wish>::try_from_uri(&uri) {
        searched(&wish);
    }
    if let Ok(Query(narrow)) = Query::<Narrow>::try_from_uri(&uri)
        && let Some(asked) = narrow.asked()
    {
        let after = asked.after.map(|after| format!("&after={after}")).unwrap_or_default();
        let own = address(narrow.path(asked.late).trim_start_matches("/board/cases?")).expect("an address of ours");
        let own: Uri = format!("{own}{after}").parse().expect("an address of ours");
        let Query(again) = Query::<Narrow>::try_from_uri(&own).expect("our own question");
        assert_eq!(again.asked(), Some(asked), "{raw:?}");
        assert!(!again.title(&readers()[0], &[]).is_empty(), "{raw:?}");
    }
    if let Ok(Query(wish)) = Query::<workbench::Wish>::try_from_uri(&uri)
        && let Ok(Some(after)) = wish.after()
    {
        assert_eq!(after.to_string().parse(), Ok(after));
    }
    for (name, value) in &words {
        if name == "before"
            && let Some((created, id)) = mails::read_cursor(value)
        {
            let own = format!("{}_{id}", created.as_micros());
            assert_eq!(mails::read_cursor(&own), Some((created, id)), "{value:?}");
        }
        if name == "bbox"
            && let Some(window) = network::window(value)
        {
            let edges = [window.west, window.south, window.east, window.north];
            assert!(edges.iter().all(|edge| edge.is_finite()), "{value:?}");
        }
        if name == "week" {
            let week = Week::of(Some(value), &readers()[0]);
            assert_eq!(week.monday().weekday(), jiff::civil::Weekday::Monday, "{value:?}");
            assert!(week.from() < week.until(), "{value:?}");
        }
    }
}

fn address(raw: &str) -> Option<Uri> {
    format!("/x?{raw}").parse().ok()
}

fn searched(wish: &search::Wish) {
    const FIELDS: [&str; 7] = ["q", "state", "flow", "grade", "from", "to", "after"];
    let [zh, en] = readers().map(|r| wish.query(&r));
    let sent = wish.sent();
    match (zh, en) {
        (Ok(query), Ok(other)) => {
            assert_eq!(query, other, "in either language");
            let filter = &query.filter;
            let narrowed = [
                ("state", !filter.states.is_empty()),
                ("flow", !filter.flows.is_empty()),
                ("grade", !filter.grades.is_empty()),
                ("from", filter.from.is_some()),
                ("after", query.after.is_some()),
            ];
            assert!(narrowed.iter().all(|(name, narrowed)| *narrowed == sent.filled(name).is_some()), "{wish:?}");
            let own = address(&wish.parts().join("&")).expect("an address of ours");
            let Query(again) = Query::<search::Wish>::try_from_uri(&own).expect("our own question");
            let again = again.query(&readers()[0]).expect("asked before");
            assert_eq!(again, store::SearchQuery { after: None, ..query }, "{wish:?}");
        }
        (Err(wrong), Err(_)) => {
            assert!(!wrong.is_empty() && wrong.fields().all(|field| FIELDS.contains(&field)), "{wrong:?}");
        }
        (zh, en) => panic!("{zh:?} {en:?}"),
    }
}
