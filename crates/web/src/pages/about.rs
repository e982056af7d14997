//! What this is, and under which terms the parts the browser loads come.

use askama::Template;

use crate::assets::{PARTS, Part};
use crate::context::{Ask, Frame};
use crate::error::{Answer, html};
use crate::reader::Reader;

#[derive(Debug, Template)]
#[template(path = "about.html")]
struct About {
    r: Reader,
    frame: Frame,
    version: &'static str,
    licences: &'static [Part],
}

/// The page.
pub async fn show(ask: Ask) -> Answer {
    let frame = ask.frame("/about");
    html(&About { r: ask.reader, frame, version: env!("CARGO_PKG_VERSION"), licences: &PARTS })
}
