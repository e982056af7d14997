//! TMF621 Trouble Ticket v4: the door by which upstream systems deliver complaints (tmf §3, §7).
//!
//! TM Forum's words live here and nowhere else: a ticket is made from a complaint, and a request becomes an intake or
//! actions of the domain.

use app::desk::DeskError;
use domain::complaint::Complaint;
use serde_json::{Map, Value};

use super::error::ApiError;
use super::gate::Client;
use crate::Web;

pub mod attributes;
pub mod change;
pub mod create;
pub mod intake;
pub mod list;
pub mod mask;
pub mod narrowed;
pub mod own;
pub mod parties;
pub mod people;
pub mod pick;
pub mod priority;
pub mod read;
pub mod remove;
pub mod revise;
pub mod status;
pub mod ticket;
pub mod words;

use ticket::{Eye, Life};

/// Where the API lives below the public base URL.
pub const BASE: &str = "/tmf-api/troubleTicket/v4";
/// The collection.
pub const TICKETS: &str = "/tmf-api/troubleTicket/v4/troubleTicket";
/// The collection, with the slash some clients add.
pub const TICKETS_SLASH: &str = "/tmf-api/troubleTicket/v4/troubleTicket/";
/// One ticket.
pub const TICKET: &str = "/tmf-api/troubleTicket/v4/troubleTicket/{id}";
/// One ticket, with the slash some clients add.
pub const TICKET_SLASH: &str = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/";
/// The schema of what we add to a trouble ticket.
pub const SCHEMA: &str = "/tmf-api/troubleTicket/v4/schema/NetworkComplaint.schema.json";

/// A ticket as a client finds it.
struct Found {
    complaint: Complaint,
    life: Life,
    /// Whether it is the complaint's newest ticket; an older one was reopened as another.
    latest: bool,
}

/// The ticket of an id; absent and foreign ids look alike.
async fn find(web: &Web, client: &Client, id: &str) -> Result<Found, ApiError> {
    let (complaint, ordinal) = ticket::parse_id(id).ok_or_else(ApiError::not_found)?;
    let complaint = web.desk().complaint(&client.viewer, complaint).await?.ok_or(DeskError::NotFound)?;
    let mut lives = ticket::lives(&complaint);
    if ordinal > lives.len() {
        return Err(ApiError::not_found());
    }
    let latest = ordinal == lives.len();
    let life = lives.swap_remove(ordinal - 1);
    Ok(Found { complaint, life, latest })
}

impl Found {
    fn shown(&self, web: &Web, client: &Client) -> Map<String, Value> {
        ticket::ticket(&self.complaint, &self.life, eye(web, client))
    }
}

fn eye<'a>(web: &'a Web, client: &'a Client) -> Eye<'a> {
    Eye { viewer: &client.viewer, client: &client.name, base: web.public_url() }
}
