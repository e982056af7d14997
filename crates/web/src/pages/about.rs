//! What this is, and under which terms the parts the browser loads and the fonts of printed forms come.

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
    licences: Vec<Part>,
}

/// The page.
pub async fn show(ask: Ask) -> Answer {
    let frame = ask.frame("/about");
    let fonts = app::pdf::FONTS.map(|font| Part { name: font.name, home: font.home, licence: font.licence });
    let licences = PARTS.into_iter().chain(fonts).collect();
    html(&About { r: ask.reader, frame, version: env!("CARGO_PKG_VERSION"), licences })
}
