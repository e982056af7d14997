//! A whole house on SQLite in a folder of its own, spoken to as upstream systems do.

use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, NewPerson};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request};
use domain::person::{Role, Viewer, Who};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Where the tests' house is reached.
pub const BASE: &str = "http://desk.example";
/// The collection.
pub const TICKETS: &str = "/tmf-api/troubleTicket/v4/troubleTicket";
/// When the house opens.
pub const OPENING: &str = "2026-05-06T01:00:00.123456Z";

/// The house.
pub struct House {
    /// Its desk, for what people do.
    pub desk: Arc<Desk>,
    /// Its clock, moved by hand.
    pub clock: Arc<HandClock>,
    router: Router,
    token: String,
    _folder: tempfile::TempDir,
}

/// An answer as it came.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Bytes,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("{}: {}", self.status, String::from_utf8_lossy(&self.bytes)))
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }
}

impl House {
    /// A fresh house with one client called `crm`.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(HandClock::at(OPENING.parse().expect("an instant")));
        let desk =
            Desk::open(&store::Location::Directory(folder.path().to_owned()), clock.clone()).await.expect("a desk");
        let token = desk.create_token("crm").await.expect("a token");
        let router = web::router(&web::Web::new(desk.clone(), BASE, false));
        Self { desk, clock, router, token, _folder: folder }
    }

    /// The same house spoken to by another client.
    pub async fn as_client(&self, name: &str) -> Caller<'_> {
        Caller { house: self, token: self.desk.create_token(name).await.expect("a token") }
    }

    /// A person of that role, signed in.
    pub async fn person(&self, name: &str, role: Role) -> Viewer {
        let new = NewPerson {
            sign_in: name.to_owned(),
            name: name.to_owned(),
            role,
            department: "优化中心".into(),
            organisation: None,
            password: "long enough".into(),
        };
        let person = self.desk.add_person(&self.desk.house(), new).await.expect("stored").expect("accepted");
        Viewer { branch: self.desk.house().branch, who: Who::Person(person) }
    }

    /// Moves the clock on.
    pub fn later(&self, seconds: i64) {
        self.clock.set(self.desk.now().plus_seconds(seconds));
    }

    /// Sends a request as it stands, without a token.
    pub async fn raw(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    /// Sends a request with the client's token and these headers.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        self.send_as(&self.token, method, path, headers, body.into()).await
    }

    async fn send_as(&self, token: &str, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request =
            Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.raw(request.body(body).expect("a request")).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty()).await
    }

    /// The list with this query.
    pub async fn list(&self, query: &str) -> Answer {
        self.get(&format!("{TICKETS}?{query}")).await
    }

    /// POST of a ticket.
    pub async fn post(&self, body: &Value) -> Answer {
        self.send("POST", TICKETS, &[("content-type", "application/json;charset=utf-8")], body.to_string()).await
    }

    /// PATCH of a ticket.
    pub async fn patch(&self, id: &str, body: &Value) -> Answer {
        let kind = [("content-type", "application/merge-patch+json")];
        self.send("PATCH", &format!("{TICKETS}/{id}"), &kind, body.to_string()).await
    }

    /// The ticket of that id.
    pub async fn ticket(&self, id: &str) -> Value {
        self.get(&format!("{TICKETS}/{id}")).await.expect(200)
    }

    /// The id of a fresh ticket with these attributes besides the mandatory ones.
    pub async fn fresh(&self, more: Value) -> String {
        self.post(&plain(more)).await.expect(201)["id"].as_str().expect("an id").to_owned()
    }
}

/// Another client of the house.
pub struct Caller<'h> {
    house: &'h House,
    token: String,
}

impl Caller<'_> {
    /// POST of a ticket.
    pub async fn post(&self, body: &Value) -> Answer {
        let kind = [("content-type", "application/json")];
        self.house.send_as(&self.token, "POST", TICKETS, &kind, body.to_string().into()).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.house.send_as(&self.token, "GET", path, &[], Body::empty()).await
    }
}

/// A ticket with its mandatory attributes and these.
#[expect(clippy::needless_pass_by_value, reason = "callers write the value where they call")]
pub fn plain(more: Value) -> Value {
    let mut body = json!({"description": "家里上网很慢", "severity": "Minor", "ticketType": "上网慢"});
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}
