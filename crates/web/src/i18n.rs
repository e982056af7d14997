//! Two languages: every text a person reads is a message of both `locales/zh.ftl` and `locales/en.ftl`.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

/// The messages in Chinese.
pub const ZH: &str = include_str!("../locales/zh.ftl");
/// The messages in English.
pub const EN: &str = include_str!("../locales/en.ftl");

/// The language a page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| [bundle("zh-CN", ZH), bundle("en", EN)]);

fn bundle(language: &str, text: &str) -> Bundle {
    let language: LanguageIdentifier = language.parse().expect("a language tag");
    let resource = FluentResource::try_new(text.to_owned()).expect("a test reads both files");
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Else every argument would carry invisible marks.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).expect("a test finds keys that stand twice");
    bundle
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The language's name for `lang` attributes.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The name the cookie keeps.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == name)
    }

    /// The language a browser asks for; Chinese where it names neither.
    pub fn accepted(headers: &HeaderMap) -> Self {
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let ranges = asked.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let language = parts.next()?.split('-').next()?;
            let lang = Self::ALL.into_iter().find(|lang| lang.as_str().eq_ignore_ascii_case(language))?;
            let weights = parts.filter_map(|part| part.split_once('='));
            let weight =
                weights.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q")).map(|(_, weight)| weight).next();
            let known = |weight: &f32| (0.0..=1.0).contains(weight);
            Some((weight.unwrap_or("1").trim().parse().ok().filter(known).unwrap_or(0.0), lang))
        });
        // The first of equal weight wins.
        ranges.fold((0.0, Self::Zh), |best, next| if next.0 > best.0 { next } else { best }).1
    }

    /// The message of that key; the key itself where there is none, which a test forbids.
    pub fn text(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle = &BUNDLES[self as usize];
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return Cow::Owned(key.to_owned());
        };
        let mut errors = Vec::new();
        match args {
            None => bundle.format_pattern(pattern, None, &mut errors),
            Some(args) => Cow::Owned(bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()),
        }
    }

    /// Whether a message of that key is there.
    pub fn knows(self, key: &str) -> bool {
        BUNDLES[self as usize].has_message(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(value: &str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, value.parse().expect("a header"));
        Lang::accepted(&headers)
    }

    #[test]
    fn chinese_comes_first_unless_the_browser_prefers_english() {
        assert_eq!(Lang::accepted(&HeaderMap::new()), Lang::Zh);
        assert_eq!(accepted("fr, de;q=0.9"), Lang::Zh);
        assert_eq!(accepted("en-US,en;q=0.9"), Lang::En);
        assert_eq!(accepted("en;q=0.5, zh-CN;q=0.9"), Lang::Zh);
        assert_eq!(accepted("zh-CN,zh;q=0.9,en;q=0.8"), Lang::Zh);
        assert_eq!(accepted("zh-CN; q=0.5, EN ; Q = 0.8"), Lang::En, "blanks and case mean nothing");
        assert_eq!(accepted("zh;q=0.5,en;q=7"), Lang::Zh, "a weight there is not");
    }
}
