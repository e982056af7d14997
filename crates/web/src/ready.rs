//! Whether the process lives, and whether it is to be sent requests: what a service manager and a proxy ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::Web;

/// How long the database may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer of the database holds: anybody may ask, and the database is asked no oftener.
const HOLDS: Duration = Duration::from_secs(1);

/// Whether this process is to be sent requests. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    draining: AtomicBool,
    looked: Mutex<Option<(Instant, Database)>>,
}

impl Readiness {
    /// From now on no new requests are to be sent here: the process finishes what it has begun and ends.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::SeqCst);
    }

    /// Whether it finishes what it has begun.
    pub fn draining(&self) -> bool {
        self.0.draining.load(Ordering::SeqCst)
    }
}

/// How the database answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Database {
    /// It answers, and its schema is the one this program writes.
    Answers,
    /// It answers, but its schema is another: a newer program has been there.
    OtherSchema,
    /// It does not answer.
    Away,
}

/// What `/readyz` answers.
#[derive(Debug, Serialize)]
struct Told {
    ready: bool,
    draining: bool,
    database: Database,
    /// Generation of the network that checks are made against; it was assembled before the first request was taken.
    network: u64,
}

/// Whether the process lives: it does when it answers, whatever the database does.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Whether requests are to be sent here: 200, else 503 with what is amiss.
pub async fn ready(State(web): State<Web>) -> Response {
    let (draining, database) = (web.readiness().draining(), database(&web).await);
    let ready = !draining && database == Database::Answers;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told = Told { ready, draining, database, network: web.desk().network().generation() };
    (status, Json(told)).into_response()
}

/// One look for all who ask at the same time.
async fn database(web: &Web) -> Database {
    let mut looked = web.readiness().0.looked.lock().await;
    if let Some((at, found)) = *looked
        && at.elapsed() < HOLDS
    {
        return found;
    }
    let found = match tokio::time::timeout(PATIENCE, web.desk().store().stands()).await {
        Ok(Ok(true)) => Database::Answers,
        Ok(Ok(false) | Err(store::Error::Refused(_))) => Database::OtherSchema,
        Ok(Err(_)) | Err(_) => Database::Away,
    };
    *looked = Some((Instant::now(), found));
    found
}
