//! `GET /troubleTicket/{id}`.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::find;
use crate::Web;
use crate::api::error::ApiError;
use crate::api::gate::{self, Client};
use crate::api::query;

/// The ticket; with `fields`, exactly those attributes of it.
pub async fn read(
    State(web): State<Web>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(raw): RawQuery,
    client: Client,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found())?;
    let ticket = find(&web, &client, &id).await?.shown(&web, &client);
    let fields = query::fields(&raw.unwrap_or_default())?;
    Ok(gate::answer(StatusCode::OK, &query::select(ticket, fields.as_deref(), &[])))
}
