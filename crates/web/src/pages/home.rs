//! The first page: the first door of the rail this person may open.

use axum::response::Redirect;

use crate::context::{Ask, rail};

/// Leads there.
pub async fn go(ask: Ask) -> Redirect {
    let first = ask.viewer.as_ref().and_then(|viewer| rail(viewer).first().copied());
    Redirect::to(first.map_or("/about", |door| door.path))
}
