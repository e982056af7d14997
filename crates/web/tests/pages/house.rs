//! A whole house on SQLite in a folder of its own, visited as a browser does.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, NewPerson};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use domain::person::Role;
use tower::ServiceExt;
use web::Web;

/// Everybody's password.
pub const PASSWORD: &str = "a good password";
/// The proxy this house stands behind.
pub const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// The house.
pub struct House {
    /// Its desk.
    pub desk: Arc<Desk>,
    /// Its clock, moved by hand.
    pub clock: Arc<HandClock>,
    /// Its edge.
    pub web: Web,
    router: Router,
    _folder: tempfile::TempDir,
}

/// An answer as it came.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The cookies it sets, as the browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all("set-cookie").into_iter();
        let pairs = set.map(|value| value.to_str().expect("text").split(';').next().expect("a pair").to_owned());
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// What stands between the first `before` and the next `after`.
    pub fn between(&self, before: &str, after: &str) -> &str {
        let (_, rest) = self.text.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.text));
        rest.split_once(after).expect("an end").0
    }
}

/// Somebody at a browser: a session, and who else asks.
#[derive(Default, Clone)]
pub struct Browser {
    /// The cookie header.
    pub cookie: String,
    /// Headers of every request.
    pub headers: Vec<(&'static str, String)>,
    /// Who asks on the wire: the browser itself, or the proxy in front.
    pub peer: Option<IpAddr>,
}

impl House {
    /// A fresh house with one person of each role, called by the role.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(HandClock::at("2026-03-04T01:15:00Z".parse().expect("an instant")));
        let place = store::Location::Directory(folder.path().to_owned());
        let desk = Desk::open(&place, clock.clone()).await.expect("a desk");
        let web = Web::new(desk.clone(), "http://desk.example", true).behind(vec![PROXY]);
        let router = web::router(&web);
        Self { desk, clock, web, router, _folder: folder }
    }

    /// Enters somebody of that role and gives the browser of theirs, signed in without the slow form.
    pub async fn person(&self, role: Role) -> Browser {
        let new = NewPerson {
            sign_in: role.as_str().replace('_', "-"),
            name: format!("某{role}"),
            role,
            department: "网优中心".into(),
            organisation: (role == Role::Contractor).then(|| "维护甲".to_owned()),
            password: PASSWORD.into(),
        };
        let person = self.desk.add_person(&self.desk.house(), new).await.expect("stored").expect("accepted");
        let token = self.desk.begin_session(person.id).await.expect("a session");
        Browser { cookie: format!("session={token}"), ..Browser::default() }
    }

    /// A fresh session of somebody entered before: the former one has run out.
    pub async fn sign_in_again(&self, sign_in: &str) -> String {
        let people = self.desk.people().await.expect("listed");
        let person = people.iter().find(|person| person.sign_in == sign_in).expect("entered before");
        format!("session={}", self.desk.begin_session(person.id).await.expect("a session"))
    }

    /// Sends a request.
    pub async fn send(&self, browser: &Browser, method: &str, path: &str, form: Option<&[(&str, &str)]>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "desk.example");
        if !browser.cookie.is_empty() {
            request = request.header("cookie", &browser.cookie);
        }
        if let Some(peer) = browser.peer {
            request = request.extension(ConnectInfo(SocketAddr::from((peer, 4711))));
        }
        for (name, value) in &browser.headers {
            request = request.header(*name, value);
        }
        let body = form.map(|fields| {
            let pairs = fields.iter().map(|(name, value)| format!("{name}={}", web::guard::escaped(value)));
            pairs.collect::<Vec<_>>().join("&")
        });
        if body.is_some() {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let request = request.body(Body::from(body.unwrap_or_default())).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = answer.into_parts();
        // The live stream has no end of its own.
        let stream = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let bytes = if stream { axum::body::Bytes::new() } else { to_bytes(body, 1 << 24).await.expect("a body") };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// Looks at a page.
    pub async fn get(&self, browser: &Browser, path: &str) -> Answer {
        self.send(browser, "GET", path, None).await
    }

    /// Sends a form.
    pub async fn post(&self, browser: &Browser, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(browser, "POST", path, Some(form)).await
    }

    /// Does an action by its form; the status of the answer.
    pub async fn act(&self, browser: &Browser, case: &str, action: &str, fields: &[(&str, &str)]) -> u16 {
        let form = self.get(browser, &format!("{case}/act/{action}")).await;
        assert_eq!(form.status, 200, "{action}: {}", form.text);
        let version = form.between("name=\"version\" value=\"", "\"").to_owned();
        let mut sent = vec![("version", version.as_str())];
        sent.extend(fields);
        self.post(browser, &format!("{case}/act/{action}"), &sent).await.status
    }

    /// Takes a complaint in by the page; its address.
    pub async fn take_in(&self, browser: &Browser, form: &[(&str, &str)]) -> String {
        let answer = self.post(browser, "/intake", form).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.header("location").to_owned()
    }
}
