//! What the browser loads: our own modules and styles, and the third-party files npm brought, all embedded.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::RustEmbed;

use crate::error::Failure;

#[derive(RustEmbed)]
#[folder = "../../web/css/"]
struct Styles;

#[derive(RustEmbed)]
#[folder = "../../web/js/"]
struct Modules;

/// A third-party part of the page, with the terms it comes under.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Its name and version.
    pub name: &'static str,
    /// Where it comes from.
    pub home: &'static str,
    /// Its licence in full.
    pub licence: &'static str,
}

/// Every third-party part the browser is sent; the fonts of printed forms are [`app::pdf::FONTS`].
pub const PARTS: [Part; 2] = [
    Part {
        name: "htmx",
        home: "https://htmx.org",
        licence: include_str!("../../../web/node_modules/htmx.org/LICENSE"),
    },
    Part {
        name: "MapLibre GL JS",
        home: "https://maplibre.org",
        licence: include_str!("../../../web/node_modules/maplibre-gl/LICENSE.txt"),
    },
];

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// An asset: its bytes and its type.
fn find(path: &str) -> Option<(Cow<'static, [u8]>, &'static str)> {
    if let Some(name) = path.strip_prefix("css/") {
        return Styles::get(name).map(|file| (file.data, STYLE));
    }
    if let Some(name) = path.strip_prefix("js/") {
        return Modules::get(name).map(|file| (file.data, SCRIPT));
    }
    let (bytes, kind): (&'static [u8], _) = match path {
        "icons.svg" => (include_bytes!("../../../web/icons.svg"), PICTURE),
        "favicon.svg" => (include_bytes!("../../../web/favicon.svg"), PICTURE),
        "vendor/htmx.min.js" => (include_bytes!("../../../web/node_modules/htmx.org/dist/htmx.min.js"), SCRIPT),
        "vendor/maplibre-gl.mjs" => {
            (include_bytes!("../../../web/node_modules/maplibre-gl/dist/maplibre-gl.mjs"), SCRIPT)
        }
        "vendor/maplibre-gl-worker.mjs" => {
            (include_bytes!("../../../web/node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"), SCRIPT)
        }
        "vendor/maplibre-gl.css" => {
            (include_bytes!("../../../web/node_modules/maplibre-gl/dist/maplibre-gl.css"), STYLE)
        }
        _ => return None,
    };
    Some((bytes.into(), kind))
}

/// Serves an asset; one the browser has already is not sent again.
pub async fn serve(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let (bytes, kind) = find(&path).ok_or(Failure::NotFound)?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    let tag = HeaderValue::from_str(&format!("W/\"{:016x}\"", hasher.finish())).expect("hexadecimal digits");
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag);
    let common = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    Ok((common, [(header::CONTENT_TYPE, kind)], bytes).into_response())
}

/// Where browsers look for the icon unasked.
pub async fn favicon() -> Redirect {
    Redirect::permanent("/assets/favicon.svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_a_page_names_is_there() {
        for path in ["css/shouwen.css", "js/main.js", "js/map.js", "icons.svg", "favicon.svg", "vendor/htmx.min.js"] {
            assert!(find(path).is_some_and(|(bytes, _)| !bytes.is_empty()), "{path}");
        }
        assert!(find("js/../css/shouwen.css").is_none() && find("vendor/none.js").is_none());
        assert!(PARTS.iter().all(|part| part.licence.len() > 300));
    }
}
