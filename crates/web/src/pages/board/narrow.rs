//! What a figure of the board counts, as an address: the list behind it is the very same question.

use domain::clock::ClockKind;
use domain::flow::{ASKED, Party};
use domain::id::PersonId;
use domain::person::Person;
use serde::Deserialize;
use store::{Cursor, Lateness, View};

use crate::guard::escaped;
use crate::names::Named;
use crate::reader::Reader;

/// By what, of whom, how late, and from where on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Narrow {
    by: String,
    of: String,
    late: String,
    after: String,
}

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Which list.
    pub view: View,
    /// How late.
    pub late: Option<Lateness>,
    /// Where the page begins.
    pub after: Option<Cursor>,
}

impl Narrow {
    /// Those of one party, person, department …
    pub fn to(by: &str, of: impl Into<String>) -> Self {
        Self { by: by.to_owned(), of: of.into(), ..Self::default() }
    }

    /// The address of the list.
    pub fn path(&self, late: Option<Lateness>) -> String {
        let mut path = format!("/board/cases?by={}", escaped(&self.by));
        for (name, value) in [("of", self.of.as_str()), ("late", late.map_or("", Lateness::as_str))] {
            if !value.is_empty() {
                path.push('&');
                path.push_str(name);
                path.push('=');
                path.push_str(&escaped(value));
            }
        }
        path
    }

    /// The list it leads to.
    pub fn view(&self) -> Option<View> {
        let person = || self.of.parse::<PersonId>().ok();
        match (self.by.as_str(), self.of.as_str()) {
            ("open", "paused") => Some(View::Paused),
            ("open", _) => Some(View::Open),
            ("longest", _) => Some(View::Longest),
            ("party", of) => Party::of_word(of).map(View::WaitingOn),
            ("handler", "none") => Some(View::Unassigned),
            ("handler", _) => person().map(View::Mine),
            ("owner", "none") => Some(View::Unowned),
            ("owner", _) => person().map(View::Owned),
            ("department", of) => Some(View::Department(of.to_owned())),
            ("organisation", of) => Some(View::Organisation(of.to_owned())),
            ("asked", of) => asked(of).map(View::Asked),
            ("departed", _) => person().map(View::Departed),
            _ => None,
        }
    }

    /// Whether it makes sense to ask how late they are.
    pub fn may_be_late(&self) -> bool {
        !matches!((self.by.as_str(), self.of.as_str()), ("departed", _) | ("open", "paused"))
    }

    /// The whole question; nothing where a part of it cannot be read, for the list is never longer than its figure.
    pub fn asked(&self) -> Option<Asked> {
        let late = Lateness::ALL.into_iter().find(|how| how.as_str() == self.late);
        let after = self.after.parse().ok();
        let read = (late.is_some() || self.late.is_empty()) && (after.is_some() || self.after.is_empty());
        self.view().filter(|_| read).map(|view| Asked { view, late, after })
    }

    /// What the list is called.
    pub fn title(&self, r: &Reader, people: &[Person]) -> String {
        let person = || name_of(r, people, self.of.parse().ok());
        match (self.by.as_str(), self.of.as_str()) {
            ("open", "paused") => r.t("board-paused").into_owned(),
            ("longest", _) => r.t("board-longest").into_owned(),
            ("party", of) => {
                r.with("board-of-party", Party::of_word(of).map_or_else(String::new, |one| r.name(&one).into_owned()))
            }
            ("handler", _) => r.with("board-of-handler", person()),
            ("owner", _) => r.with("board-of-owner", person()),
            ("department", of) => r.with("board-of-department", of),
            ("organisation", of) => r.with("board-of-organisation", of),
            ("asked", of) => asked(of).map_or_else(String::new, |kind| super::asked_title(r, kind)),
            ("departed", _) => r.with("board-of-departed", person()),
            _ => r.t("board-open").into_owned(),
        }
    }
}

fn asked(word: &str) -> Option<ClockKind> {
    ASKED.into_iter().find(|kind| kind.as_str() == word)
}

/// The name of a person, or that it is nobody.
pub fn name_of(r: &Reader, people: &[Person], id: Option<PersonId>) -> String {
    let known = id.and_then(|id| people.iter().find(|person| person.id == id));
    known.map_or_else(|| r.t("nobody-yet").into_owned(), |person| person.name.clone())
}
