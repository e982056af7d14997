//! A statement with its arguments: text comes from the program only, values are only bound.

use std::borrow::Cow;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::Arg;

/// A statement being put together. A filter cannot lose its binding and cannot carry a user's text.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    text: Cow<'static, str>,
    args: Vec<Arg>,
    one_off: bool,
    /// Every placeholder was appended by [`Self::bind`]: the first stands for the first argument, and so on.
    in_order: bool,
}

impl Sql {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), args: Vec::new(), one_off: false, in_order: true }
    }

    /// A statement whose `$1…` are these.
    pub(crate) const fn with(text: &'static str, args: Vec<Arg>) -> Self {
        Self { text: Cow::Borrowed(text), args, one_off: false, in_order: false }
    }

    /// Appends text.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends a value as the next `$n`.
    pub(crate) fn bind(&mut self, value: impl Into<Arg>) -> &mut Self {
        self.args.push(value.into());
        let placeholder = format!("${}", self.args.len());
        self.text.to_mut().push_str(&placeholder);
        self
    }

    /// Appends values as `$n, $n+1, …`; never empty, for `IN ()` is no SQL.
    pub(crate) fn bind_list<T: Into<Arg>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        let mut separator = "";
        for value in values {
            self.push(separator).bind(value);
            separator = ", ";
        }
        self
    }

    /// Appends rows of values as `(…), (…)`.
    pub(crate) fn bind_rows(&mut self, rows: impl IntoIterator<Item = Vec<Arg>>) -> &mut Self {
        let mut separator = "(";
        for row in rows {
            self.push(separator).bind_list(row).push(")");
            separator = ", (";
        }
        self
    }

    /// Not worth keeping prepared: its text differs from call to call.
    pub(crate) const fn one_off(mut self) -> Self {
        self.one_off = true;
        self
    }

    /// The same statement to be explained instead of run.
    #[cfg(test)]
    pub(crate) fn explained(mut self, how: &'static str) -> Self {
        self.text.to_mut().insert_str(0, how);
        self.one_off()
    }

    /// The same with unnumbered placeholders where they stand in order anyway: SQLite looks a numbered one up by walking
    /// the list of all, which makes an insert of hundreds of rows slow by the square of their number.
    pub(super) fn unnumbered(mut self) -> Self {
        const MANY: usize = 64;
        if self.args.len() > MANY && self.in_order {
            let mut text = String::with_capacity(self.text.len());
            let mut rest = self.text.as_ref();
            while let Some(at) = rest.find('$') {
                let after = rest[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit());
                let numbered = after.len() < rest.len() - at - 1;
                text.push_str(&rest[..at]);
                text.push_str(if numbered { "?" } else { "$" });
                rest = after;
            }
            text.push_str(rest);
            self.text = Cow::Owned(text);
        }
        self
    }

    /// Text, arguments, and whether to keep it prepared.
    pub(super) fn into_parts(self) -> (SqlStr, Vec<Arg>, bool) {
        let text = match self.text {
            Cow::Borrowed(text) => text.into_sql_str(),
            // Only `&'static str` pieces and placeholders get in above.
            Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
        };
        (text, self.args, !self.one_off)
    }
}

/// Rows in runs of 64, 32, 16 … 1, so that a handful of texts, kept prepared, inserts any number of them.
pub(crate) fn in_known_sizes<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    const LARGEST: usize = 64;
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let size = LARGEST.min(1 << rows.len().checked_ilog2()?);
        Some(rows.by_ref().take(size).collect())
    })
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_few_sizes_and_in_their_order() {
        let runs: Vec<Vec<i32>> = in_known_sizes((0..200).collect()).collect();
        assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), [64, 64, 64, 8]);
        assert_eq!(runs.concat(), (0..200).collect::<Vec<_>>());
        assert_eq!(in_known_sizes(Vec::<i32>::new()).count(), 0);
    }

    #[test]
    fn many_placeholders_lose_their_numbers_and_keep_their_order() {
        let mut few = Sql::new("SELECT a ->> '$.b' FROM t WHERE c IN (");
        few.bind_list(0..3_i64).push(")");
        assert_eq!(few.clone().unnumbered().text, few.text);
        let mut many = Sql::new("SELECT a ->> '$.b' FROM t WHERE c IN (");
        many.bind_list(0..100_i64).push(")");
        let text = many.unnumbered().text;
        assert_eq!(text.matches('?').count(), 100);
        assert!(text.starts_with("SELECT a ->> '$.b' FROM t WHERE c IN (?, ?,") && text.ends_with(", ?)"), "{text}");
    }
}
