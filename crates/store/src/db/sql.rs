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
}

impl Sql {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), args: Vec::new(), one_off: false }
    }

    /// A statement whose `$1…` are these.
    pub(crate) const fn with(text: &'static str, args: Vec<Arg>) -> Self {
        Self { text: Cow::Borrowed(text), args, one_off: false }
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

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}
