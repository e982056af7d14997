//! The machine door: TM Forum's open APIs for upstream systems, and their description (tmf.md).
//!
//! Bytes become an intake or actions of the desk here; nothing is decided. What leaves is masked.

use axum::http::{HeaderValue, Method};
use domain::access::Permission;

use crate::doors::{Door, Need};

pub mod class;
pub mod error;
pub mod gate;
pub mod json;
pub mod openapi;
pub mod patch;
pub mod query;
mod reference;
pub mod refusal;
pub mod time;
pub mod tmf621;

use error::ApiError;
use tmf621::{change, create, list, read, remove};

/// What every address of an open API begins with: refusals under it are JSON.
pub const PREFIX: &str = "/tmf-api";
/// Every address under it; the last one leads nowhere, whatever it is.
const BELOW: [&str; 3] = ["/tmf-api", "/tmf-api/", "/tmf-api/{*rest}"];
/// Where people read the description.
pub const REFERENCE: &str = "/api";
/// Where machines read it.
pub const DOCUMENT: &str = "/api/openapi.json";
/// Chinese goes out as UTF-8, and says so.
pub const JSON_UTF8: HeaderValue = HeaderValue::from_static("application/json;charset=utf-8");

/// Every door for machines. A slash at the end means the same as none; what is not listed is refused in JSON.
pub fn doors() -> Vec<Door> {
    let may = Need::Machine;
    let mut doors = Vec::new();
    for path in [tmf621::TICKETS, tmf621::TICKETS_SLASH] {
        doors.push(Door::new(Method::GET, path, may(Permission::ApiRead), list::list));
        doors.push(Door::new(Method::POST, path, may(Permission::ApiCreate), create::create));
        refuse(&mut doors, path, &[Method::GET, Method::POST], OF_LIST);
    }
    for path in [tmf621::TICKET, tmf621::TICKET_SLASH] {
        doors.push(Door::new(Method::GET, path, may(Permission::ApiRead), read::read));
        doors.push(Door::new(Method::PATCH, path, may(Permission::ApiPatch), change::change));
        doors.push(Door::new(Method::DELETE, path, may(Permission::ApiRead), remove::remove));
        refuse(&mut doors, path, &[Method::GET, Method::PATCH, Method::DELETE], OF_ITEM);
    }
    for path in BELOW {
        let nothing = METHODS.map(|method| Door::new(method, path, may(Permission::ApiRead), nothing_here));
        doors.extend(nothing);
    }
    doors.push(Door::new(Method::GET, tmf621::SCHEMA, Need::Public, openapi::schema));
    doors.push(Door::new(Method::GET, DOCUMENT, Need::Public, openapi::openapi));
    doors.push(Door::new(Method::GET, REFERENCE, Need::Public, reference::show));
    doors
}

/// Whether an address is one of the open APIs.
pub fn is_below(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The verbs of an address of the open APIs, as `Allow` tells them; `None` where there is no resource.
pub fn allowed(path: &str) -> Option<&'static str> {
    if path == tmf621::SCHEMA {
        return Some(OF_SCHEMA);
    }
    let rest = path.strip_prefix(tmf621::TICKETS)?;
    match rest.strip_suffix('/').unwrap_or(rest) {
        "" => Some(OF_LIST),
        item => item.strip_prefix('/').filter(|id| !id.is_empty() && !id.contains('/')).map(|_| OF_ITEM),
    }
}

/// The verbs of the collection.
const OF_LIST: &str = "GET, HEAD, POST";
/// The verbs of a ticket.
const OF_ITEM: &str = "GET, HEAD, PATCH, DELETE";
/// The verbs of the schema.
const OF_SCHEMA: &str = "GET, HEAD";

/// Every method a door can be made for.
const METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::TRACE];

/// The verbs a resource has not: 405 with those it has.
fn refuse(doors: &mut Vec<Door>, path: &'static str, known: &[Method], allow: &'static str) {
    for method in METHODS.into_iter().filter(|method| !known.contains(method)) {
        let refused = move |method: Method| async move { ApiError::method_not_allowed(&method, allow) };
        doors.push(Door::new(method, path, Need::Machine(Permission::ApiRead), refused));
    }
}

/// An address under the open APIs that leads nowhere.
async fn nothing_here() -> ApiError {
    ApiError::not_found()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_open_apis_are_below() {
        for (path, below) in [
            ("/tmf-api", true),
            ("/tmf-api/", true),
            ("/tmf-api/x", true),
            ("/tmf-apis", false),
            ("/api", false),
            ("/", false),
        ] {
            assert_eq!(is_below(path), below, "{path}");
        }
    }

    #[test]
    fn the_verbs_are_those_of_the_resource() {
        let tickets = tmf621::TICKETS;
        for (path, verbs) in [
            (tickets.to_owned(), Some(OF_LIST)),
            (format!("{tickets}/"), Some(OF_LIST)),
            (format!("{tickets}/1"), Some(OF_ITEM)),
            (format!("{tickets}/1/"), Some(OF_ITEM)),
            (format!("{tickets}/1/note"), None),
            (format!("{tickets}//"), None),
            (format!("{tickets}s"), None),
            (tmf621::SCHEMA.to_owned(), Some(OF_SCHEMA)),
            (PREFIX.to_owned(), None),
        ] {
            assert_eq!(allowed(&path), verbs, "{path}");
        }
    }
}
