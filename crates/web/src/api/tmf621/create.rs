//! `POST /troubleTicket`: a complaint is delivered (M1).

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{eye, intake, ticket};
use crate::Web;
use crate::api::error::ApiError;
use crate::api::gate::{self, Client};

/// 201 with the ticket; the same upstream number again answers 201 with the first one.
pub async fn create(
    State(web): State<Web>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let body = gate::object(&headers, body, &[gate::JSON]).await?;
    let intake = intake::intake(&body, &client.name, web.desk().now())?;
    let complaint = web.desk().receive(&client.viewer, intake).await?.complaint;
    let first = ticket::lives(&complaint).swap_remove(0);
    let ticket = ticket::ticket(&complaint, &first, eye(&web, &client));
    let mut response = gate::answer(StatusCode::CREATED, &ticket);
    let href = ticket::href(web.public_url(), &ticket::id(complaint.id, 1));
    let location = HeaderValue::from_str(&href).map_err(|_| ApiError::internal())?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}
