//! What one version of a form changed of another, for a review with the changes tracked.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::{Declaration, Part, Value};

/// A part that reads otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'a> {
    /// Which.
    pub part: Part,
    /// What stood there.
    pub before: Value<'a>,
    /// What stands there now.
    pub after: Value<'a>,
    /// The words in pieces, kept, removed and added; empty for a part that holds no words.
    pub pieces: Vec<Piece>,
}

/// A run of words with the same fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "piece", content = "words", rename_all = "snake_case")]
pub enum Piece {
    /// As before.
    Kept(String),
    /// Gone.
    Removed(String),
    /// New.
    Added(String),
}

/// Every part that changed from one version to the next, in the order of the form.
pub fn changes<'a>(before: &'a Declaration, after: &'a Declaration) -> Vec<Change<'a>> {
    let parts = Part::ALL.into_iter().map(|part| (part, before.value(part), after.value(part)));
    let changed = parts.filter(|(_, before, after)| before != after);
    changed.map(|(part, before, after)| Change { part, before, after, pieces: pieces(before, after) }).collect()
}

/// A Chinese character counts as a word, as Unicode cuts text.
fn pieces(before: Value<'_>, after: Value<'_>) -> Vec<Piece> {
    let (Value::Words(before), Value::Words(after)) = (before, after) else { return Vec::new() };
    let mut pieces: Vec<Piece> = Vec::new();
    for change in TextDiff::from_unicode_words(before, after).iter_all_changes() {
        let words = change.value();
        match (change.tag(), pieces.last_mut()) {
            (ChangeTag::Equal, Some(Piece::Kept(run)))
            | (ChangeTag::Delete, Some(Piece::Removed(run)))
            | (ChangeTag::Insert, Some(Piece::Added(run))) => run.push_str(words),
            (ChangeTag::Equal, _) => pieces.push(Piece::Kept(words.to_owned())),
            (ChangeTag::Delete, _) => pieces.push(Piece::Removed(words.to_owned())),
            (ChangeTag::Insert, _) => pieces.push(Piece::Added(words.to_owned())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declaration::Urgency;

    #[test]
    fn m8_a_review_shows_the_very_words_that_changed() {
        let before = Declaration { problem: "三楼无信号，客户不满".into(), ..Declaration::default() };
        let after = Declaration {
            problem: "五楼无信号，客户很不满".into(),
            urgency: Some(Urgency::Urgent),
            ..Declaration::default()
        };
        let found = changes(&before, &after);
        assert_eq!(found.iter().map(|change| change.part).collect::<Vec<_>>(), [Part::Urgency, Part::Problem]);
        assert!(found[0].pieces.is_empty());
        let kept = |words: &str| Piece::Kept(words.into());
        let expected = [
            Piece::Removed("三".into()),
            Piece::Added("五".into()),
            kept("楼无信号，客户"),
            Piece::Added("很".into()),
            kept("不满"),
        ];
        assert_eq!(found[1].pieces, expected);
    }
}
