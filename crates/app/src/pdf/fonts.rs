//! The fonts of printed forms, whole: names of people and villages use rare characters.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{self, FontBook};
use typst::utils::LazyHash;

/// A font with the terms it comes under.
#[derive(Debug, Clone, Copy)]
pub struct Font {
    /// Its family.
    pub name: &'static str,
    /// Where it comes from.
    pub home: &'static str,
    /// Its licence in full.
    pub licence: &'static str,
    data: &'static [u8],
}

/// 黑体 for titles, 宋体 for text.
pub const FONTS: [Font; 2] = [
    Font {
        name: "Noto Sans SC",
        home: "https://fonts.google.com/noto/specimen/Noto+Sans+SC",
        licence: include_str!("../../../../web/node_modules/@expo-google-fonts/noto-sans-sc/LICENSE_FONT"),
        data: include_bytes!(
            "../../../../web/node_modules/@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf"
        ),
    },
    Font {
        name: "Noto Serif SC",
        home: "https://fonts.google.com/noto/specimen/Noto+Serif+SC",
        licence: include_str!("../../../../web/node_modules/@expo-google-fonts/noto-serif-sc/LICENSE_FONT"),
        data: include_bytes!(
            "../../../../web/node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf"
        ),
    },
];

/// The fonts as the typesetter wants them.
pub(super) struct Case {
    pub(super) book: LazyHash<FontBook>,
    pub(super) fonts: Vec<text::Font>,
}

/// Read at the first form, not at start: many a process never prints one.
pub(super) static CASE: LazyLock<Case> = LazyLock::new(|| {
    let fonts: Vec<_> = FONTS.iter().filter_map(|font| text::Font::new(Bytes::new(font.data), 0)).collect();
    Case { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});
