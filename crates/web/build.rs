//! Says in one sentence what is missing when the browser's third-party files were not fetched.

use std::path::Path;

/// Third-party files the binary embeds, below `web/node_modules`.
const VENDOR: [&str; 7] = [
    "htmx.org/dist/htmx.min.js",
    "htmx.org/LICENSE",
    "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl/LICENSE.txt",
    "maplibre-gl/package.json",
];

fn main() {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/node_modules");
    for file in VENDOR {
        let path = modules.join(file);
        println!("cargo:rerun-if-changed={}", path.display());
        assert!(
            path.is_file(),
            "web/node_modules/{file} is missing: run `make web/node_modules/.package-lock.json` first"
        );
    }
}
