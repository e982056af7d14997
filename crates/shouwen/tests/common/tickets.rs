//! Tickets over the open API, as an upstream system delivers and lists them.

use serde_json::Value;

use super::http::{Connection, Response};
use super::service::Service;

/// Where they are.
pub const TICKETS: &str = "/tmf-api/troubleTicket/v4/troubleTicket";

/// Upstream number and the id in the answer.
pub type Acknowledged = Vec<(String, String)>;

/// Delivers one; an error means that nobody knows whether it was taken in.
pub fn deliver(line: &mut Connection, token: &str, body: &str) -> std::io::Result<Response> {
    let bearer = format!("Bearer {token}");
    line.send("POST", TICKETS, &[("authorization", &bearer), ("content-type", "application/json")], body)
}

/// One that says nothing of a place.
pub fn plain(number: &str) -> String {
    format!(
        r#"{{"externalId":"{number}","name":"室内信号弱","description":"通话断续","severity":"一般","ticketType":"网络质量"}}"#
    )
}

/// Number and id of a ticket that was taken in.
pub fn taken_in(answer: &Response) -> (String, String) {
    named(&serde_json::from_str(&answer.body).expect("a ticket"))
}

/// Every ticket's number and id.
pub fn listed(service: &Service, token: &str) -> Acknowledged {
    let mut line = Connection::open(service.address).expect("it serves");
    let bearer = format!("Bearer {token}");
    let mut all = Acknowledged::new();
    loop {
        let path = format!("{TICKETS}?fields=externalId&limit=100&offset={}", all.len());
        let answer = line.send("GET", &path, &[("authorization", &bearer)], "").expect("an answer");
        assert_eq!(answer.status, 200, "{answer:?}");
        let page: Vec<Value> = serde_json::from_str(&answer.body).expect("a list");
        if page.is_empty() {
            return all;
        }
        all.extend(page.iter().map(named));
    }
}

fn named(ticket: &Value) -> (String, String) {
    let text = |field: &str| ticket[field].as_str().expect("a text").to_owned();
    (text("externalId"), text("id"))
}
