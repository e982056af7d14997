//! The live stream: topic and version, never content. A page that hears of a topic fetches itself again through its own
//! authorised address, so that no side door can leak.

use std::convert::Infallible;
use std::time::Duration;

use app::bus::{Told, Topic};
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::access::{self, Permission, Reach, Scope};
use domain::person::Viewer;
use futures::stream::{self, Stream};
use tokio::sync::broadcast::error::RecvError;

use crate::Web;
use crate::context::Ask;

/// A stream ends after so long and the browser comes again: by then the session may have ended.
const LONGEST: Duration = Duration::from_mins(10);
/// A sign of life for proxies in between.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Whether the house is up.
pub async fn health(State(web): State<Web>) -> String {
    format!("ok {}\n", web.desk().now())
}

/// What changes, as far as this viewer may hear of it.
pub async fn stream(State(web): State<Web>, ask: Ask) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let listening = web.desk().bus().listen();
    let stopping = web.stopping();
    let until = tokio::time::Instant::now() + LONGEST;
    // Counted for as long as the stream is kept.
    let here = web.watch().listening();
    let start = (web, ask.viewer().clone(), listening, stopping, until, here);
    let events = stream::unfold(start, |(web, viewer, mut listening, mut stopping, until, here)| async move {
        loop {
            let told = tokio::select! {
                told = listening.recv() => told,
                _ = stopping.wait_for(|stopping| *stopping) => return None,
                () = tokio::time::sleep_until(until) => return None,
            };
            let event = match told {
                Ok(told) if hears(&web, &viewer, &told).await => event(&told),
                Ok(_) => continue,
                // Too much at once: the browser comes again and fetches everything.
                Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
            };
            return Some((Ok(event), (web, viewer, listening, stopping, until, here)));
        }
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE))
}

fn event(told: &Told) -> Event {
    Event::default().data(format!(r#"{{"topic":"{}","version":{}}}"#, told.topic, told.version))
}

/// A contractor hears of the own organisation's orders only, a tester of what was sent for a test, the administrator of
/// no complaint.
async fn hears(web: &Web, viewer: &Viewer, told: &Told) -> bool {
    match (told.topic, Scope::of(viewer).reach()) {
        // Says nothing about anything.
        (Topic::Anything, _) => true,
        (Topic::Network, _) => access::may(viewer, Permission::ReadNetwork),
        (Topic::Post, _) => access::may(viewer, Permission::ReadPost),
        (_, Reach::Nothing) => false,
        (Topic::Queue, _) | (Topic::Complaint(_), Reach::Branch) => true,
        (Topic::Complaint(id), Reach::Organisation(_) | Reach::Tested) => {
            matches!(web.desk().complaint(viewer, id).await, Ok(Some(_)))
        }
    }
}
