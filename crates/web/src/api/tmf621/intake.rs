//! A delivered ticket becomes an intake: the same way in as a typed-in and an imported complaint (M1).

use domain::complaint::{Intake, Matter, UpstreamNumber};
use domain::place::{GivenPoint, Place, Setting};
use domain::time::Timestamp;
use serde_json::{Map, Value};

use super::attributes::TICKET;
use super::own::{KEPT, Own, TEXTS};
use super::{people, words};
use crate::api::class::{Rule, Unknown};
use crate::api::error::ApiError;
use crate::api::time;

/// The longest upstream number we take; the longest in the trade has some thirty characters.
pub const LONGEST_NUMBER: usize = 200;

/// Reads a POSTed ticket of a client.
pub fn intake(body: &Map<String, Value>, client: &str, now: Timestamp) -> Result<Intake, ApiError> {
    let ours = |name: &str| {
        TICKET.attribute(name).is_some_and(|attribute| matches!(attribute.rule, Rule::Server | Rule::ByPatch))
    };
    let asked: Map<_, _> = body.iter().filter(|(name, _)| !ours(name)).map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut ticket = TICKET.clean(&asked, "", Unknown::Ignore)?;

    let customer = name_of_customer(&mut ticket);
    let text = |name: &str| ticket.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let moment = |name: &str| ticket.get(name).and_then(Value::as_str).and_then(time::parse);
    let channel = ticket.get("channel").and_then(|channel| channel["id"].as_str());
    let (place, crs) = place(ticket.get("place"))?;
    let phone = match text("contactNumber").trim() {
        "" => None,
        number => Some(number.parse().map_err(|_| {
            ApiError::field_invalid(
                "contactNumber",
                "应为 3 至 20 位电话号码 (a telephone number of 3 to 20 digits is expected)",
            )
        })?),
    };
    let own = own(&ticket, client, crs);
    Ok(Intake {
        matter: Matter {
            title: text("name"),
            description: text("description"),
            phenomenon: text("ticketType"),
            channel: words::channel_named(channel),
            level: String::new(),
            service: words::service(&text("ticketType")),
            technology: words::technology(&text("rat")),
            occurred: moment("troubleTime"),
            complained: now,
            serving_cell: Some(text("servingCell")).filter(|cell| !cell.is_empty()).or_else(|| cell(&ticket)),
            wanted_by: moment("requestedResolutionDate"),
        },
        place,
        phone,
        customer,
        upstream: upstream(&text("externalId"), client)?,
        submission: None,
        flow: None,
        grade: None,
        document: Some(own.text()),
    })
}

/// The upstream number of a client; blank means none.
pub fn upstream(number: &str, client: &str) -> Result<Option<UpstreamNumber>, ApiError> {
    if number.chars().count() > LONGEST_NUMBER {
        return Err(ApiError::field_invalid("externalId", "最长 200 个字符 (at most 200 characters)"));
    }
    let given = !number.trim().is_empty();
    Ok(given.then(|| UpstreamNumber { client: client.to_owned(), number: number.to_owned() }))
}

/// What the document keeps of a ticket in the client's own words.
fn own(ticket: &Map<String, Value>, client: &str, crs: Option<String>) -> Own {
    let kept = KEPT.iter().filter_map(|name| ticket.get(*name).map(|value| ((*name).to_owned(), value.clone())));
    let mut own = Own { given: kept.collect(), crs, ..Own::default() };
    for name in ticket.keys() {
        own.by(name, client);
    }
    for (name, text) in TEXTS.iter().filter_map(|name| Some((name, ticket.get(*name)?.as_str()?))) {
        own.wrote(name, text, client);
    }
    if let Some(why) = ticket.get("statusChangeReason").and_then(Value::as_str) {
        own.said(0, why, client);
    }
    own
}

/// Takes the customer's name out of the parties: it is sealed with the complaint, the document keeps masks only.
fn name_of_customer(ticket: &mut Map<String, Value>) -> Option<String> {
    let parties = ticket.get_mut("relatedParty").and_then(Value::as_array_mut)?;
    let found = people::complainant(parties).map(str::to_owned);
    people::mask(parties);
    found
}

/// The serving cell where it stands among the related entities.
fn cell(ticket: &Map<String, Value>) -> Option<String> {
    let entities = ticket.get("relatedEntity").and_then(Value::as_array)?;
    let cell = entities.iter().find(|entity| entity["role"] == "servingCell")?;
    cell["id"].as_str().map(str::to_owned)
}

/// The place, and what the client called its datum.
fn place(given: Option<&Value>) -> Result<(Place, Option<String>), ApiError> {
    let none = Value::Null;
    let given = given.unwrap_or(&none);
    let crs = given["crs"].as_str();
    let point = match (given["longitude"].as_f64(), given["latitude"].as_f64()) {
        (Some(lon), Some(lat)) => {
            let datum = words::datum(crs.unwrap_or("wgs84"))?;
            let point = GivenPoint::new(lon, lat, datum);
            Some(point.map_err(|why| ApiError::field_invalid("place", &why.to_string()))?)
        }
        (None, None) => None,
        (Some(_), None) => return Err(ApiError::field_missing("place.latitude")),
        (None, Some(_)) => return Err(ApiError::field_missing("place.longitude")),
    };
    let setting = match given["indoor"].as_bool() {
        Some(true) => Setting::Indoor,
        Some(false) => Setting::Outdoor,
        None => Setting::Unstated,
    };
    let address = given["address"].as_str().unwrap_or_default().to_owned();
    Ok((Place { point, precision_metres: None, setting, address }, crs.map(str::to_owned)))
}
