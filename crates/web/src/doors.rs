//! Every door of the house: method, path, who may, what it does. The router is built from this table and from nothing
//! else, so a route without a permission cannot exist.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{MethodFilter, MethodRouter, on};
use domain::access::Permission;
use tower_http::compression::CompressionLayer;

use crate::{Web, assets, error, guard, headers, live, pages, ready, request, watch};

/// Who may come in by a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Anybody.
    Public,
    /// Somebody signed in who holds the permission.
    Person(Permission),
    /// Whoever watches the service: from this machine, or with the token for it.
    Watcher,
    /// An upstream system whose access token carries the permission.
    Machine(Permission),
}

/// One door.
#[derive(Debug, Clone)]
pub struct Door {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may.
    pub need: Need,
    /// The longest body taken, bytes.
    pub limit: usize,
    handler: MethodRouter<Web>,
}

/// The longest body of a form: a long description and every field around it.
const FORM_BYTES: usize = 256 * 1024;

impl Door {
    /// A door; its body is limited as a form's is.
    pub fn new<H, T>(method: Method, path: &'static str, need: Need, handler: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("a door's method is one of HTTP's own");
        Self { method, path, need, limit: FORM_BYTES, handler: on(filter, handler) }
    }

    /// The same door with another limit of its body, bytes.
    #[must_use]
    pub fn limited(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
}

/// Every door.
pub fn doors() -> Vec<Door> {
    let mut doors = public();
    doors.extend(complaints());
    doors.extend(board());
    doors.extend(intake());
    doors.extend(network());
    doors.extend(locations());
    doors.extend(people());
    doors.extend(roster());
    doors.extend(policies());
    doors.extend(post_office());
    doors.extend(exports());
    doors.extend(crate::api::doors());
    doors
}

fn get<H: Handler<T, Web>, T: 'static>(path: &'static str, need: Need, handler: H) -> Door {
    Door::new(Method::GET, path, need, handler)
}

fn post<H: Handler<T, Web>, T: 'static>(path: &'static str, need: Need, handler: H) -> Door {
    Door::new(Method::POST, path, need, handler)
}

fn public() -> Vec<Door> {
    let own = Need::Person(Permission::OwnSession);
    vec![
        get("/health", Need::Public, live::health),
        get("/healthz", Need::Public, ready::alive),
        get("/readyz", Need::Public, ready::ready),
        get("/metrics", Need::Watcher, watch::show),
        get("/assets/{*path}", Need::Public, assets::serve),
        get("/favicon.ico", Need::Public, assets::favicon),
        get("/sign-in", Need::Public, pages::sign_in::show),
        post("/sign-in", Need::Public, pages::sign_in::enter),
        post("/sign-out", Need::Public, pages::sign_in::leave),
        get("/preferences", Need::Public, pages::preferences::set),
        get("/", own, pages::home::go),
        get("/home", own, pages::home::show),
        get("/about", own, pages::about::show),
        get("/flows/{flow}", own, pages::flows::show),
        get("/live", own, live::stream),
    ]
}

fn complaints() -> Vec<Door> {
    let read = Need::Person(Permission::ReadComplaints);
    let (handle, rule) = (Need::Person(Permission::Handle), Need::Person(Permission::MakeRules));
    let declarations = Need::Person(Permission::ReadDeclarations);
    vec![
        get("/workbench", read, pages::workbench::show),
        get("/workbench/queue", read, pages::workbench::queue),
        get("/complaints/{id}", read, pages::complaint::show),
        get("/complaints/{id}/case", read, pages::complaint::case),
        get("/complaints/{id}/checks/{ordinal}", read, pages::complaint::check),
        get("/complaints/{id}/declaration", declarations, pages::declaration::show),
        get("/complaints/{id}/declaration.pdf", declarations, pages::declaration::print),
        get("/complaints/{id}/led", read, pages::led::show),
        post("/complaints/{id}/led", handle, pages::led::take),
        get("/complaints/{id}/rules/{entry}", rule, pages::rule::show),
        post("/complaints/{id}/rules/{entry}", rule, pages::rule::make),
        get("/complaints/{id}/act/{action}", read, pages::act::form),
        post("/complaints/{id}/act/{action}", read, pages::act::take),
        get("/search", read, pages::search::show),
        get("/notices", read, pages::notices::show),
        get("/notices/count", read, pages::notices::count),
        post("/notices/seen", read, pages::notices::seen),
    ]
}

fn board() -> Vec<Door> {
    let read = Need::Person(Permission::ReadBoard);
    vec![
        get("/board", read, pages::board::show),
        get("/board/part", read, pages::board::part),
        get("/board/cases", read, pages::board::cases),
    ]
}

fn intake() -> Vec<Door> {
    let receive = Need::Person(Permission::Receive);
    vec![
        get("/intake", receive, pages::intake::show),
        post("/intake", receive, pages::intake::save),
        get("/intake/places", receive, pages::intake::places),
        post("/intake/earlier", receive, pages::intake::earlier),
        post("/intake/check", receive, pages::intake::check),
    ]
}

fn network() -> Vec<Door> {
    let read = Need::Person(Permission::ReadNetwork);
    vec![
        get("/network", read, pages::network::show),
        get("/network/elements.json", read, pages::network::elements),
        // The ground under the map of a case, too, whoever may read that case.
        get("/network/base.json", Need::Person(Permission::OwnSession), pages::network::base),
    ]
}

fn locations() -> Vec<Door> {
    let (read, manage) = (Need::Person(Permission::ReadSpots), Need::Person(Permission::ManageSpots));
    vec![
        get("/locations", read, pages::locations::show),
        get("/locations/{id}", read, pages::locations::open),
        post("/locations/{id}/act/{action}", manage, pages::locations::act),
    ]
}

fn people() -> Vec<Door> {
    let manage = Need::Person(Permission::ManagePeople);
    vec![
        get("/people", manage, pages::people::show),
        post("/people", manage, pages::people::add),
        post("/people/{id}/password", manage, pages::people::password),
        post("/people/{id}/active", manage, pages::people::active),
        post("/people/{id}/mail", manage, pages::people::mail),
    ]
}

/// Whose roster one may change, says the desk: what is not for oneself is not there.
fn roster() -> Vec<Door> {
    let (plan, absence) = (Need::Person(Permission::PlanShifts), Need::Person(Permission::EnterAbsence));
    vec![
        get("/roster", Need::Person(Permission::ReadRoster), pages::roster::show),
        post("/roster/shifts", plan, pages::roster::add_shift),
        post("/roster/shifts/{id}/remove", plan, pages::roster::remove_shift),
        post("/roster/absences", absence, pages::roster::add_absence),
        post("/roster/absences/{id}/remove", absence, pages::roster::remove_absence),
    ]
}

/// Everybody may look after what is one's own; who sees more, says the desk.
fn post_office() -> Vec<Door> {
    let own = Need::Person(Permission::OwnSession);
    vec![
        get("/mails", own, pages::mails::show),
        get("/mails/{id}", own, pages::mails::open),
        get("/mails/{id}/files/{ordinal}", own, pages::mails::file),
        post("/mails/{id}/again", own, pages::mails::again),
        post("/mails/{id}/aside", own, pages::mails::aside),
        get("/telling", own, pages::telling::show),
        post("/telling", own, pages::telling::choose),
    ]
}

/// Whose request it is, says the desk: somebody else's is not there but for whoever decides.
fn exports() -> Vec<Door> {
    let (ask, approve) = (Need::Person(Permission::AskExport), Need::Person(Permission::ApproveExport));
    vec![
        get("/exports", ask, pages::exports::show),
        post("/exports", ask, pages::exports::send),
        get("/exports/{id}", ask, pages::exports::open),
        post("/exports/{id}/file", ask, pages::exports::fetch),
        post("/exports/{id}/withdraw", ask, pages::exports::withdraw),
        post("/exports/{id}/approve", approve, pages::exports::approve),
        post("/exports/{id}/refuse", approve, pages::exports::refuse),
    ]
}

fn policies() -> Vec<Door> {
    vec![
        get("/policies", Need::Person(Permission::ReadPolicies), pages::policies::show),
        // Chinese text is three times as long in a form as in a file.
        post("/policies", Need::Person(Permission::ManagePolicies), pages::policies::send).limited(1 << 20),
    ]
}

/// The router of the whole house.
pub fn router(web: &Web) -> Router {
    let mut router = Router::new();
    for door in doors() {
        let guarded = door
            .handler
            .layer(DefaultBodyLimit::max(door.limit))
            .layer(from_fn_with_state((web.clone(), door.need), guard::guard));
        router = router.route(door.path, guarded);
    }
    router
        .fallback(error::no_such_page)
        .layer(from_fn_with_state(web.clone(), guard::explain))
        .layer(map_response(headers::secured))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(web.clone(), request::numbered))
        .with_state(web.clone())
}
