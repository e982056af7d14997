//! `PATCH /troubleTicket/{id}`: what upstream changes of its words, and moves of the status.

use app::desk::DeskError;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{Found, find, revise};
use crate::Web;
use crate::api::error::ApiError;
use crate::api::gate::{self, Client};

/// How often a patch is read anew when others were quicker. Each round somebody wins, so many writers all get through.
const TRIES: usize = 50;

/// 200 with the ticket as it now reads: attributes and status in one commit, decided on one version, so that racing
/// patches lose nothing.
pub async fn change(
    State(web): State<Web>,
    id: Result<Path<String>, PathRejection>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found())?;
    let body = gate::object(&headers, body, &[gate::MERGE_PATCH, gate::JSON]).await?;
    for _ in 0..TRIES {
        let found = find(&web, &client, &id).await?;
        let shown = found.shown(&web, &client);
        let actions = revise::actions(&found.complaint, &shown, &body, &client.name)?;
        if actions.is_empty() {
            return Ok(gate::answer(StatusCode::OK, &shown));
        }
        if !found.latest {
            return Err(ApiError::conflict("这张工单已重开为新工单。 This ticket was reopened as a new one."));
        }
        let version = found.complaint.version;
        match web.desk().act_on(&client.viewer, found.complaint.clone(), Some(version), actions, None).await {
            Ok(complaint) if complaint.version > version => {
                let life = super::ticket::lives(&complaint).pop().ok_or_else(ApiError::internal)?;
                let changed = Found { complaint, life, latest: true };
                return Ok(gate::answer(StatusCode::OK, &changed.shown(&web, &client)));
            }
            // The desk answers a number that is taken by leaving everything as it was.
            Ok(_) => {
                return Err(ApiError::conflict(
                    "externalId 已属于另一张工单。 This externalId belongs to another ticket.",
                ));
            }
            Err(DeskError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(DeskError::Conflict.into())
}
