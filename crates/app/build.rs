//! Says in one sentence what is missing when the fonts of the printed forms were not fetched.

use std::path::Path;

/// Fonts and their licence, below `web/node_modules/@expo-google-fonts`: what `src/pdf/fonts.rs` embeds.
const FONTS: [&str; 4] = [
    "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
    "noto-sans-sc/LICENSE_FONT",
    "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    "noto-serif-sc/LICENSE_FONT",
];

fn main() {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/node_modules/@expo-google-fonts");
    for file in FONTS {
        let path = modules.join(file);
        println!("cargo:rerun-if-changed={}", path.display());
        assert!(
            path.is_file(),
            "web/node_modules/@expo-google-fonts/{file} is missing: run `make web/node_modules/.package-lock.json` first"
        );
    }
}
