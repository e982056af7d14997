//! Messages in the user's language: Chinese unless the environment asks for English.

use std::sync::LazyLock;

use domain::check::Bilingual;

/// Whether the environment asks for English: `SHOUWEN_LANG`, then `LC_ALL`, then `LANG`.
static ENGLISH: LazyLock<bool> = LazyLock::new(|| {
    ["SHOUWEN_LANG", "LC_ALL", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("en"))
});

/// Picks the language.
pub fn say<T>(zh: T, en: T) -> T {
    if *ENGLISH { en } else { zh }
}

/// Picks the language of a sentence that exists in both.
pub fn told(text: &Bilingual) -> &str {
    say(text.zh.as_str(), text.en.as_str())
}

/// An error in the user's language.
pub fn refuse(text: &Bilingual) -> anyhow::Error {
    anyhow::anyhow!("{}", told(text))
}
