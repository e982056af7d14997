//! What is wrong with a policy text: the line, and what is allowed there, in both languages.

use crate::check::Bilingual;

/// One thing wrong with a policy text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what is allowed.
    pub what: Bilingual,
    /// Something is not said that must be: a text accepted before the program knew of it is filled from the shipped policy.
    pub(super) missing: bool,
}

impl Problem {
    /// `第 N 行：…` and `line N: …`.
    pub fn told(&self) -> Bilingual {
        Bilingual::new(
            format!("第 {} 行：{}", self.line, self.what.zh),
            format!("line {}: {}", self.line, self.what.en),
        )
    }

    /// `FILE:LINE: …`, as compilers say it.
    pub(super) fn in_english(&self, file: &str) -> String {
        format!("{file}:{}: {}", self.line, self.what.en)
    }
}
