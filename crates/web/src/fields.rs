//! Forms as lists of fields: what an action asks for is said once, and the page, the errors and the merge view follow.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::response::IntoResponse;
use jiff::civil::Date;

use crate::error::Failure;
use crate::names::Named;
use crate::reader::Reader;

/// What a form sent, by field; of a field sent twice the last counts.
#[derive(Debug, Clone, Default)]
pub struct Sent(BTreeMap<String, String>);

impl Sent {
    /// The text of a field without blanks around it; empty where it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    /// The text of a field as it was typed, blanks and all: passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The text of a field, where somebody filled it in.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Whether the field was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value of a choice, where one was made.
    pub fn choice<N: Named>(&self, name: &str) -> Option<N> {
        N::of_word(self.text(name))
    }

    /// The value of a choice, or none where none was made; what is no choice of the set is said.
    pub fn choice_or_none<N: Named>(&self, r: &Reader, name: &'static str, wrong: &mut Wrong) -> Option<N> {
        self.read_or_none(r, name, "wrong-choice", wrong, N::of_word)
    }

    /// A day, or none where none is named; what is no day is said.
    pub fn day_or_none(&self, r: &Reader, name: &'static str, wrong: &mut Wrong) -> Option<Date> {
        self.read_or_none(r, name, "wrong-day", wrong, day)
    }

    /// What a field says, or nothing where it was left empty; what cannot be read is said, never passed over.
    pub fn read_or_none<T>(
        &self,
        r: &Reader,
        name: &'static str,
        unread: &str,
        wrong: &mut Wrong,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.filled(name)?;
        let found = read(text);
        if found.is_none() {
            wrong.say(name, r.t(unread));
        }
        found
    }

    /// A number, however its decimal point was typed.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.text(name).replace(['，', ','], ".").parse().ok().filter(|number: &f64| number.is_finite())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Sent {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            // The browser ends lines as mail does.
            Ok(Form(pairs)) => {
                Ok(Self(pairs.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect()))
            }
            Err(rejection) => Err(Failure::of_status(rejection.into_response().status()).unwrap_or(Failure::Senseless)),
        }
    }
}

/// A day as `date` inputs send it, `2026-03-04`. What else jiff takes for one is none: it would set a time or zone aside.
pub fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|day: &Date| day.to_string() == text)
}

/// What is wrong with fields, by field: the message a person reads.
#[derive(Debug, Clone, Default)]
pub struct Wrong(BTreeMap<&'static str, String>);

impl Wrong {
    /// Says what is wrong with a field; the first thing said stands.
    pub fn say(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.entry(field).or_insert_with(|| text.into());
    }

    /// The fields something is wrong with.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with that field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A line of text.
    Line,
    /// Several lines.
    Area,
    /// A decimal number.
    Number,
    /// A local date and time.
    When,
    /// A day.
    Day,
    /// One of a short set, all in sight.
    Radios(Vec<Choice>),
    /// One of a longer set.
    Select(Vec<Choice>),
    /// One of a tree of two levels.
    Tree(Vec<Branch>),
}

/// A branch of a tree to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// What a person reads; empty for what stands above all branches.
    pub label: String,
    /// What can be chosen of it.
    pub choices: Vec<Choice>,
}

/// A text one key puts into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insert {
    /// What it is called.
    pub title: String,
    /// The words.
    pub text: String,
}

/// One value to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: Cow<'static, str>,
    /// What a person reads.
    pub label: String,
}

/// One field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its label.
    pub label: String,
    /// What it takes.
    pub kind: Kind,
    /// What it holds.
    pub value: String,
    /// What a line may be filled in with; anything else may be typed, too.
    pub offers: Vec<Choice>,
    /// Texts that one key inserts.
    pub inserts: Vec<Insert>,
    /// What stands above them.
    pub inserts_title: String,
    /// Words below it.
    pub hint: Option<String>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Whether it is the first that is wrong: where the cursor belongs.
    pub first_wrong: bool,
    /// Whether it must be filled in.
    pub required: bool,
}

impl Field {
    /// A field; its label is the message `field-NAME`.
    pub fn new(r: &Reader, name: &'static str, kind: Kind) -> Self {
        Self::titled(name, &r.t(&format!("field-{}", name.replace('_', "-"))), kind)
    }

    /// A field whose label somebody else words.
    pub fn titled(name: &'static str, label: &str, kind: Kind) -> Self {
        let label = label.to_owned();
        Self {
            name,
            label,
            kind,
            value: String::new(),
            offers: Vec::new(),
            inserts: Vec::new(),
            inserts_title: String::new(),
            hint: None,
            error: None,
            first_wrong: false,
            required: false,
        }
    }

    /// The same field, which must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field, holding a value.
    #[must_use]
    pub fn holding(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The same field with words below it.
    #[must_use]
    pub fn hinting(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same field with values offered below what is typed.
    #[must_use]
    pub fn offering(mut self, offers: Vec<Choice>) -> Self {
        self.offers = offers;
        self
    }

    /// The same field with texts that one key inserts.
    #[must_use]
    pub fn inserting(mut self, r: &Reader, inserts: Vec<Insert>) -> Self {
        self.inserts = inserts;
        self.inserts_title = r.t("inserts").into_owned();
        self
    }

    /// Its id in a form; two forms of a page do not share one.
    pub fn id(&self, prefix: &str) -> String {
        format!("{prefix}-{}", self.name)
    }

    /// The ids of the words that go with its control, where there are any.
    pub fn described_by(&self, id: &str) -> Option<String> {
        let hint = self.hint.is_some().then(|| format!("{id}-hint"));
        let error = self.error.is_some().then(|| format!("{id}-error"));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// Whether a choice is the one held.
    pub fn holds(&self, choice: &Choice) -> bool {
        self.value == choice.value
    }

    /// How the value held reads: a choice by its label.
    pub fn shown(&self) -> &str {
        match &self.kind {
            Kind::Radios(choices) | Kind::Select(choices) => {
                let held = choices.iter().find(|choice| self.holds(choice));
                held.map_or(self.value.as_str(), |choice| choice.label.as_str())
            }
            Kind::Tree(branches) => {
                let held = branches.iter().flat_map(|branch| &branch.choices).find(|choice| self.holds(choice));
                held.map_or(self.value.as_str(), |choice| choice.label.as_str())
            }
            Kind::Line | Kind::Area | Kind::Number | Kind::When | Kind::Day => &self.value,
        }
    }
}

/// The choices of a closed set.
pub fn choices<N: Named>(r: &Reader) -> Vec<Choice> {
    N::EVERY.iter().map(|value| Choice { value: value.word().into(), label: r.name(value).into_owned() }).collect()
}

/// The choices of a closed set, and none of them first.
pub fn choices_or_none<N: Named>(r: &Reader, none: &str) -> Vec<Choice> {
    let none = Choice { value: "".into(), label: r.t(none).into_owned() };
    std::iter::once(none).chain(choices::<N>(r)).collect()
}

/// Fills fields with what was sent and what is wrong with it.
pub fn refilled(mut fields: Vec<Field>, sent: &Sent, wrong: &Wrong) -> Vec<Field> {
    for field in &mut fields {
        if sent.has(field.name) {
            sent.text(field.name).clone_into(&mut field.value);
        }
        field.error = wrong.of(field.name).map(str::to_owned);
    }
    if let Some(first) = fields.iter_mut().find(|field| field.error.is_some()) {
        first.first_wrong = true;
    }
    fields
}
