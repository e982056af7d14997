//! `DELETE /troubleTicket/{id}`: needs an administrator's grant, which no access token carries yet.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};

use super::find;
use crate::Web;
use crate::api::error::ApiError;
use crate::api::gate::Client;

/// 404 for what is not there, 403 for what is.
pub async fn remove(
    State(web): State<Web>,
    id: Result<Path<String>, PathRejection>,
    client: Client,
) -> Result<(), ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found())?;
    find(&web, &client, &id).await?;
    Err(ApiError::access_denied("删除需要管理员授权。 Deleting needs an administrator's grant."))
}
