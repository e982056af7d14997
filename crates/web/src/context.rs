//! What a request says of whoever reads the answer, and the frame around every page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use domain::access::{self, Permission};
use domain::person::{Person, Viewer, Who};

use crate::Web;
use crate::i18n::Lang;
use crate::reader::Reader;
use crate::request::RequestId;

/// The request as pages see it.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who reads the answer.
    pub reader: Reader,
    /// Who signed in; the guard put it there.
    pub viewer: Option<Viewer>,
    /// Whether htmx asks, which takes a part of a page for an answer.
    pub htmx: bool,
    /// Path and query.
    pub path: String,
    /// Its number, to be quoted when something went wrong.
    pub number: Option<RequestId>,
    theme: Option<&'static str>,
    demo: bool,
}

impl Ask {
    /// Reads it from a request.
    pub fn of(web: &Web, parts: &Parts) -> Self {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = |name: &str| jar.get(name).map(|cookie| cookie.value().to_owned());
        let lang = cookie("lang").and_then(|name| Lang::named(&name));
        let desk = web.desk();
        Self {
            reader: Reader {
                lang: lang.unwrap_or_else(|| Lang::accepted(&parts.headers)),
                now: desk.now(),
                zone: desk.calendar().zone().clone(),
            },
            viewer: parts.extensions.get::<Viewer>().cloned(),
            htmx: is_htmx(&parts.headers),
            path: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            number: parts.extensions.get::<RequestId>().cloned(),
            theme: cookie("theme").and_then(|theme| theme_named(&theme)),
            demo: web.is_demo(),
        }
    }

    /// Who signed in.
    pub fn viewer(&self) -> &Viewer {
        self.viewer.as_ref().expect("a door for persons lets nobody else in")
    }

    /// The frame of a page; `here` is the rail's entry it belongs to.
    pub fn frame(&self, here: &'static str) -> Frame {
        let me = self.viewer.as_ref().and_then(Viewer::person).cloned();
        let rail = self.viewer.as_ref().map(rail).unwrap_or_default();
        let (other_lang, other_name) = match self.reader.lang {
            Lang::Zh => (Lang::En, "English"),
            Lang::En => (Lang::Zh, "中文"),
        };
        let back = if self.htmx || self.path.starts_with("//") { "/".to_owned() } else { self.path.clone() };
        Frame { me, rail, here, theme: self.theme, demo: self.demo, back, other_lang, other_name }
    }
}

impl FromRequestParts<Web> for Ask {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        Ok(Self::of(web, parts))
    }
}

/// Whether htmx asks.
pub fn is_htmx(headers: &HeaderMap) -> bool {
    headers.get("hx-request").is_some_and(|value| value == "true")
}

/// Whether the answer is looked at as a page.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_none_or(|accept| accept.contains("text/html"))
}

fn theme_named(name: &str) -> Option<&'static str> {
    ["light", "dark"].into_iter().find(|theme| *theme == name)
}

/// What surrounds every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Who signed in.
    pub me: Option<Person>,
    /// The doors of the rail.
    pub rail: Vec<RailDoor>,
    /// The rail's door this page belongs to.
    pub here: &'static str,
    /// Light or dark where chosen.
    pub theme: Option<&'static str>,
    /// Whether everything here is invented.
    pub demo: bool,
    /// Where to return to from the preferences.
    pub back: String,
    /// The other language.
    pub other_lang: Lang,
    /// The other language's own name.
    pub other_name: &'static str,
}

impl Frame {
    /// What stands in the round mark of whoever signed in.
    pub fn initial(&self) -> String {
        self.me.as_ref().and_then(|me| me.name.chars().next()).map(String::from).unwrap_or_default()
    }

    /// Whether the network's elements may be drawn.
    pub fn may_read_network(&self) -> bool {
        self.rail.iter().any(|door| door.path == "/network")
    }

    /// The themes to choose from.
    pub fn themes(&self) -> impl Iterator<Item = &'static str> {
        let current = self.theme.unwrap_or("system");
        ["light", "dark", "system"].into_iter().filter(move |theme| *theme != current)
    }
}

/// One door of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RailDoor {
    /// Where it leads.
    pub path: &'static str,
    /// The key that goes there after `g`.
    pub goto: &'static str,
    /// Its picture.
    pub icon: &'static str,
    /// The key of its name.
    pub title: &'static str,
}

const RAIL: [(Permission, RailDoor); 13] = [
    (Permission::OwnSession, RailDoor { path: "/home", goto: "h", icon: "flag", title: "rail-home" }),
    (Permission::ReadComplaints, RailDoor { path: "/workbench", goto: "w", icon: "desk", title: "rail-workbench" }),
    (Permission::Receive, RailDoor { path: "/intake", goto: "i", icon: "intake", title: "rail-intake" }),
    (Permission::ReadBoard, RailDoor { path: "/board", goto: "b", icon: "clock", title: "rail-board" }),
    (Permission::ReadComplaints, RailDoor { path: "/search", goto: "s", icon: "search", title: "rail-search" }),
    (Permission::ReadComplaints, RailDoor { path: "/notices", goto: "t", icon: "alert", title: "rail-notices" }),
    (Permission::ReadSpots, RailDoor { path: "/locations", goto: "l", icon: "pin", title: "rail-locations" }),
    (Permission::ReadPost, RailDoor { path: "/mails", goto: "m", icon: "transfer", title: "rail-mails" }),
    (Permission::AskExport, RailDoor { path: "/exports", goto: "e", icon: "download", title: "rail-exports" }),
    (Permission::ReadNetwork, RailDoor { path: "/network", goto: "n", icon: "network", title: "rail-network" }),
    (Permission::ReadRoster, RailDoor { path: "/roster", goto: "d", icon: "users", title: "rail-roster" }),
    (Permission::ManagePeople, RailDoor { path: "/people", goto: "p", icon: "people", title: "rail-people" }),
    (Permission::ReadPolicies, RailDoor { path: "/policies", goto: "r", icon: "list", title: "rail-policies" }),
];

/// The doors of the rail this viewer may open.
pub fn rail(viewer: &Viewer) -> Vec<RailDoor> {
    if !matches!(viewer.who, Who::Person(_)) {
        return Vec::new();
    }
    RAIL.into_iter().filter(|(permission, _)| access::may(viewer, *permission)).map(|(_, door)| door).collect()
}
