//! Words into tokens, the same for both engines.
//!
//! Indexed is every dictionary word that occurs anywhere, every single character, and the pinyin initials of each word.
//! A query is cut into dictionary words, so whatever it is cut into is found wherever the query's text stands: a search
//! never misses a complaint that holds the words literally.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jieba_rs::Jieba;
use pinyin::ToPinyin;

use crate::SearchTexts;

/// Tokens of one complaint at most: a novel pasted into a description does not swell the index.
const MOST: usize = 3_000;
/// Digits in a row that may be a phone: never indexed in clear.
const PHONE_LIKE: std::ops::RangeInclusive<usize> = 7..=20;
/// The longest word whose initials are worth a token.
const LONGEST_INITIALS: usize = 12;

static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    for word in ["弱覆盖", "室分", "直放站", "掉话", "退服", "停闭", "割接", "小区", "基站", "网速", "限速", "断流"]
    {
        jieba.add_word(word, None, None);
    }
    jieba
});

/// Loads the dictionary in the background: the first intake does not wait for it.
pub(crate) fn warm() {
    std::thread::spawn(|| LazyLock::force(&JIEBA));
}

/// What a query asks for: all of the words, or any one of the alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    all: Vec<Term>,
    any: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// The token as it is.
    Word(String),
    /// Tokens that begin so: numbers, codes and initials are typed in part.
    Beginning(String),
}

/// The tokens of a complaint, separated by blanks.
pub(crate) fn of(texts: &SearchTexts) -> String {
    let mut tokens = BTreeSet::new();
    for token in &texts.tokens {
        tokens.extend(runs(token).into_iter().map(|run| run.text));
        tokens.insert(joined(token));
    }
    for text in &texts.texts {
        for run in runs(text) {
            if run.chinese {
                chinese(&run.text, &mut tokens);
            } else if !is_phone_like(&run.text) {
                tokens.insert(run.text);
            }
        }
    }
    tokens.remove("");
    let tokens: Vec<String> = tokens.into_iter().take(MOST).collect();
    tokens.join(" ")
}

/// What to look for, or nothing when no word is left.
pub(crate) fn wanted(text: &str, alternatives: &[String]) -> Option<Wanted> {
    let mut all = Vec::new();
    for run in runs(text) {
        if run.chinese {
            all.extend(JIEBA.cut(&run.text, false).into_iter().map(|word| Term::Word(word.word.to_owned())));
        } else {
            all.push(Term::Beginning(run.text));
        }
    }
    let any: Vec<String> = alternatives.iter().map(|token| joined(token)).filter(|token| !token.is_empty()).collect();
    (!all.is_empty() || !any.is_empty()).then_some(Wanted { all, any })
}

impl Wanted {
    /// As FTS5 reads it. Tokens hold letters and digits only, so nothing of the query language can get in.
    pub(crate) fn fts5(&self) -> String {
        self.written(" AND ", " OR ", |term| match term {
            Term::Word(word) => format!("\"{word}\""),
            Term::Beginning(word) => format!("\"{word}\"*"),
        })
    }

    /// Whether a complaint of these tokens is meant, as both engines find it.
    pub(crate) fn fits(&self, tokens: &str) -> bool {
        let known: BTreeSet<&str> = tokens.split(' ').collect();
        let stands = |term: &Term| match term {
            Term::Word(word) => known.contains(word.as_str()),
            Term::Beginning(word) => known.iter().any(|token| token.starts_with(word.as_str())),
        };
        (!self.all.is_empty() && self.all.iter().all(stands)) || self.any.iter().any(|one| known.contains(one.as_str()))
    }

    /// As PostgreSQL's `tsquery` reads it.
    pub(crate) fn tsquery(&self) -> String {
        self.written(" & ", " | ", |term| match term {
            Term::Word(word) => format!("'{word}'"),
            Term::Beginning(word) => format!("'{word}':*"),
        })
    }

    fn written(&self, and: &str, or: &str, term: impl Fn(&Term) -> String) -> String {
        let mut choices = Vec::new();
        if !self.all.is_empty() {
            choices.push(format!("({})", self.all.iter().map(&term).collect::<Vec<_>>().join(and)));
        }
        choices.extend(self.any.iter().map(|token| term(&Term::Word(token.clone()))));
        choices.join(or)
    }
}

struct Run {
    text: String,
    chinese: bool,
}

/// Cuts a text where script or punctuation changes; letters become small, full-width forms ordinary.
fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut within = false;
    for c in text.chars().map(narrow) {
        if !c.is_alphanumeric() {
            within = false;
            continue;
        }
        let chinese = is_chinese(c);
        match runs.last_mut() {
            Some(run) if within && run.chinese == chinese => run.text.extend(c.to_lowercase()),
            _ => runs.push(Run { text: c.to_lowercase().collect(), chinese }),
        }
        within = true;
    }
    // Lower-casing may yield a combining mark, which the engines would take for a separator.
    for run in &mut runs {
        run.text.retain(char::is_alphanumeric);
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

fn joined(token: &str) -> String {
    token.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Full-width letters and digits as ordinary ones.
const fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(c as u32 - 0xfee0) {
            Some(narrow) => narrow,
            None => c,
        },
        _ => c,
    }
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

fn is_phone_like(run: &str) -> bool {
    PHONE_LIKE.contains(&run.len()) && run.bytes().all(|byte| byte.is_ascii_digit())
}

fn chinese(run: &str, tokens: &mut BTreeSet<String>) {
    tokens.extend(run.chars().map(String::from));
    for word in JIEBA.cut_all(run) {
        tokens.insert(word.word.to_owned());
    }
    for word in JIEBA.cut(run, false) {
        let count = word.word.chars().count();
        if (2..=LONGEST_INITIALS).contains(&count) {
            tokens.insert(word.word.to_pinyin().flatten().filter_map(|sound| sound.plain().chars().next()).collect());
        }
    }
    // A short run is mostly a name or an address: its initials are typed in one go.
    if (2..=LONGEST_INITIALS).contains(&run.chars().count()) {
        tokens.insert(run.to_pinyin().flatten().filter_map(|sound| sound.plain().chars().next()).collect());
    }
}
