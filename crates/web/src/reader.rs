//! Whoever reads a page: language, present and zone. Templates ask it for every text and time.

use std::borrow::Cow;
use std::fmt::Display;

use domain::calendar::parse_instant;
use domain::check::Bilingual;
use domain::time::Timestamp;
use fluent_bundle::{FluentArgs, FluentValue};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::i18n::Lang;
use crate::names::Spoken;

/// The one for whom a page is written.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The language.
    pub lang: Lang,
    /// The present.
    pub now: Timestamp,
    /// The branch's zone.
    pub zone: TimeZone,
}

impl Reader {
    /// The message of that key.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.lang.text(key, None)
    }

    /// The message of that key with its `$x`.
    pub fn with(&self, key: &str, x: impl Display) -> String {
        self.both(key, x, "")
    }

    /// The message of that key with its `$x` and `$y`.
    pub fn both(&self, key: &str, x: impl Display, y: impl Display) -> String {
        let mut args = FluentArgs::new();
        args.set("x", FluentValue::from(x.to_string()));
        args.set("y", FluentValue::from(y.to_string()));
        self.lang.text(key, Some(&args)).into_owned()
    }

    /// The name of a value of a closed set.
    pub fn name(&self, value: &impl Spoken) -> Cow<'static, str> {
        self.t(&value.key())
    }

    /// The stable name of a value, as attributes carry it.
    pub fn word(&self, value: &impl Spoken) -> &'static str {
        value.word()
    }

    /// The message of a family's member: `choice("party", "others")` is `party-others`.
    pub fn choice(&self, family: &str, member: &str) -> String {
        self.t(&format!("{family}-{member}")).into_owned()
    }

    /// The reader's side of a sentence in both languages.
    pub fn say<'a>(&self, text: &'a Bilingual) -> &'a str {
        match self.lang {
            Lang::Zh => &text.zh,
            Lang::En => &text.en,
        }
    }

    /// The reader's side of a title in both languages.
    pub fn pick(&self, (zh, en): (&'static str, &'static str)) -> &'static str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A time as people say it beside the present: `今天 17:30`, `11-23 10:12`, with the year where it is another.
    pub fn when(&self, at: &Timestamp) -> String {
        let local = self.zone.to_datetime(at.to_jiff());
        let today = self.zone.to_datetime(self.now.to_jiff()).date();
        let days = today.duration_until(local.date()).as_hours() / 24;
        let time = local.strftime("%H:%M");
        match days {
            0 => self.with("time-today", &time),
            1 => self.with("time-tomorrow", &time),
            -1 => self.with("time-yesterday", &time),
            _ if local.year() == today.year() => local.strftime("%m-%d %H:%M").to_string(),
            _ => local.strftime("%Y-%m-%d %H:%M").to_string(),
        }
    }

    /// The day of the present, in the branch's zone.
    pub fn today(&self) -> Date {
        self.zone.to_datetime(self.now.to_jiff()).date()
    }

    /// A time in full, `2026-11-23 10:12`.
    pub fn full(&self, at: &Timestamp) -> String {
        self.zone.to_datetime(at.to_jiff()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// How long something took, in its two largest units: `2 天 3 小时`, `4 小时 10 分`, `5 分`.
    pub fn lasting(&self, seconds: i64) -> String {
        let minutes = seconds.max(0) / 60;
        match (minutes / 1_440, minutes / 60 % 24, minutes % 60) {
            (0, 0, minutes) => self.with("lasting-minutes", minutes),
            (0, hours, minutes) => self.both("lasting-hours", hours, minutes),
            (days, hours, _) => self.both("lasting-days", days, hours),
        }
    }

    /// A time as `datetime-local` inputs take it, `2026-11-23T10:12`.
    pub fn input(&self, at: &Timestamp) -> String {
        self.zone.to_datetime(at.to_jiff()).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// What a `datetime-local` input holds, in the branch's zone.
    pub fn instant(&self, text: &str) -> Option<Timestamp> {
        parse_instant(text, &self.zone).ok()
    }
}

#[cfg(test)]
impl Reader {
    /// Somebody who reads at nine in the morning of 4 March 2026, in Shanghai's zone.
    pub fn sample(lang: Lang) -> Self {
        let zone = jiff::tz::TimeZoneDatabase::bundled().get("Asia/Shanghai").expect("bundled");
        Self { lang, now: "2026-03-04T01:00:00Z".parse().expect("an instant"), zone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_beside_the_present_in_the_branchs_zone() {
        let zh = Reader::sample(Lang::Zh);
        let told = |text: &str| zh.when(&text.parse().expect("an instant"));
        assert_eq!(told("2026-03-04T09:30:00Z"), "今天 17:30");
        assert_eq!(told("2026-03-04T16:30:00Z"), "明天 00:30");
        assert_eq!(told("2026-03-03T15:59:00Z"), "昨天 23:59");
        assert_eq!(told("2026-02-01T00:00:00Z"), "02-01 08:00");
        assert_eq!(told("2025-12-31T00:00:00Z"), "2025-12-31 08:00");
        assert_eq!(Reader::sample(Lang::En).when(&"2026-03-04T09:30:00Z".parse().expect("an instant")), "today 17:30");
    }

    #[test]
    fn an_inputs_time_is_the_branchs_own() {
        let reader = Reader::sample(Lang::Zh);
        let at = reader.instant("2026-03-04T09:00").expect("an instant");
        assert_eq!(at.to_string(), "2026-03-04T01:00:00Z");
        assert_eq!(reader.input(&at), "2026-03-04T09:00");
        for none in ["gestern", "2026-02-30T09:00", "2026-03-04", "2026-03-04T09:00[Asia/Tokyo]"] {
            assert_eq!(reader.instant(none), None, "{none}");
        }
    }
}
