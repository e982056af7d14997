//! A statement with its arguments: text comes from the program only, values are only bound.

use std::borrow::Cow;
use std::ops::Range;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::columns::{Given, transposed, unnested};
use super::{Arg, Dialect};

/// A statement being put together. A filter cannot lose its binding and cannot carry a user's text.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    text: Cow<'static, str>,
    args: Vec<Arg>,
    one_off: bool,
    /// Every placeholder was appended by [`Self::bind`]: the first stands for the first argument, and so on.
    in_order: bool,
    /// Where the rows stand.
    rows: Option<Rows>,
}

/// Rows of values within a statement, behind the word that begins them.
#[derive(Debug, Clone)]
struct Rows {
    text: Range<usize>,
    args: Range<usize>,
    width: usize,
}

const VALUES: &str = "VALUES ";

impl Sql {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), args: Vec::new(), one_off: false, in_order: true, rows: None }
    }

    /// A statement whose `$1…` are these.
    pub(crate) const fn with(text: &'static str, args: Vec<Arg>) -> Self {
        Self { text: Cow::Borrowed(text), args, one_off: false, in_order: false, rows: None }
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

    /// Appends rows of values as `(…), (…)` behind `VALUES`; nothing is bound behind them.
    pub(crate) fn bind_rows(&mut self, rows: impl IntoIterator<Item = Vec<Arg>>) -> &mut Self {
        debug_assert!(self.text.ends_with(VALUES), "{}", self.text);
        let (text, args) = (self.text.len(), self.args.len());
        let (mut separator, mut width) = ("(", 0);
        for row in rows {
            width = row.len();
            self.push(separator).bind_list(row).push(")");
            separator = ", (";
        }
        self.rows = Some(Rows { text: text - VALUES.len()..self.text.len(), args: args..self.args.len(), width });
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
        if let Some(Rows { text, .. }) = &mut self.rows {
            *text = text.start + how.len()..text.end + how.len();
        }
        self.one_off()
    }

    /// The same with unnumbered placeholders where they stand in order anyway: SQLite looks a numbered one up by walking
    /// the list of all, which makes an insert of hundreds of rows slow by the square of their number.
    fn unnumbered(mut self) -> Self {
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

    /// Text, arguments, and whether to keep it prepared, for SQLite.
    pub(super) fn for_sqlite(self) -> (SqlStr, Vec<Arg>, bool) {
        let Self { text, args, one_off, .. } = self.unnumbered();
        (sql_str(text), args, !one_off)
    }

    /// The same for PostgreSQL, many rows as their columns.
    pub(super) fn for_postgres(self) -> (SqlStr, Vec<Given>, bool) {
        let Self { mut text, mut args, one_off, rows, .. } = self;
        let Some(rows) = rows.filter(|rows| rows.args.len() > rows.width) else {
            return (sql_str(text), args.into_iter().map(Given::One).collect(), !one_off);
        };
        debug_assert_eq!(rows.args.end, args.len(), "nothing is bound behind rows");
        let columns = transposed(args.split_off(rows.args.start), rows.width);
        text.to_mut().replace_range(rows.text, &unnested(rows.args.start, rows.width));
        (sql_str(text), args.into_iter().map(Given::One).chain(columns).collect(), !one_off)
    }
}

fn sql_str(text: Cow<'static, str>) -> SqlStr {
    match text {
        Cow::Borrowed(text) => text.into_sql_str(),
        // Only `&'static str` pieces and placeholders get into a statement.
        Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
    }
}

/// Rows in runs of 256, 128, 64 … 1, so that a handful of texts, kept prepared, inserts any number of them. On PostgreSQL the
/// number does not show in the text.
pub(crate) fn in_known_sizes<T>(dialect: Dialect, rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    const LARGEST: usize = 256;
    const COLUMNS: usize = 1_024;
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let largest = 1 << rows.len().checked_ilog2()?;
        let size = match dialect {
            Dialect::Sqlite => LARGEST.min(largest),
            Dialect::Postgres => COLUMNS,
        };
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
    use crate::db::args;

    #[test]
    fn rows_come_in_few_sizes_and_in_their_order() {
        for (dialect, sizes) in [(Dialect::Sqlite, &[256, 256, 64, 16, 8][..]), (Dialect::Postgres, &[600])] {
            let runs: Vec<Vec<i32>> = in_known_sizes(dialect, (0..600).collect()).collect();
            assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
            assert_eq!(runs.concat(), (0..600).collect::<Vec<_>>());
            assert_eq!(in_known_sizes(dialect, Vec::<i32>::new()).count(), 0);
        }
    }

    #[test]
    fn a_server_is_given_many_rows_as_their_columns() {
        let row = |number: i64| args![number, Some("text"), None::<bool>];
        let mut sql = Sql::new("UPDATE t SET a = v.column2 FROM (VALUES ");
        sql.bind_rows((1..=3).map(row)).push(") AS v WHERE t.id = v.column1");
        let (text, given, _) = sql.clone().for_postgres();
        assert_eq!(
            text.as_str(),
            "UPDATE t SET a = v.column2 FROM (SELECT * FROM unnest($1, $2, $3) AS rows (column1, column2, column3)) \
             AS v WHERE t.id = v.column1"
        );
        assert!(matches!(&given[..], [Given::Ints(ints), Given::Texts(_), Given::Bools(bools)]
            if *ints == [Some(1), Some(2), Some(3)] && bools.len() == 3));
        let (text, args, _) = sql.for_sqlite();
        assert!(text.as_str().contains("(VALUES ($1, $2, $3), ($4, $5, $6), ($7, $8, $9))"), "{}", text.as_str());
        assert_eq!(args.len(), 9);
        let mut one = Sql::new("INSERT INTO t VALUES ");
        one.bind_rows([row(1)]);
        assert_eq!(one.for_postgres().0.as_str(), "INSERT INTO t VALUES ($1, $2, $3)");
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
