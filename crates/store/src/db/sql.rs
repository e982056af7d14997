//! A statement with its arguments: text comes from the program only, values are only bound.

use std::borrow::Cow;
use std::fmt::Write as _;
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

/// Rows of values within a statement: their text is made once it is known for which engine.
#[derive(Debug, Clone)]
struct Rows {
    /// Where in the text they stand, behind the word that begins them.
    at: usize,
    args: Range<usize>,
    width: usize,
}

const VALUES: &str = "VALUES ";
/// From so many arguments on SQLite is given unnumbered placeholders.
const MANY: usize = 64;

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
        let (before, mut width) = (self.args.len(), 0);
        for row in rows {
            width = row.len();
            self.args.extend(row);
        }
        self.rows = Some(Rows { at: self.text.len(), args: before..self.args.len(), width });
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
        if let Some(Rows { at, .. }) = &mut self.rows {
            *at += how.len();
        }
        self.one_off()
    }

    /// Text, arguments, and whether to keep it prepared, for SQLite.
    ///
    /// Placeholders lose their numbers where they stand in order anyway: SQLite looks a numbered one up by walking the list of
    /// all, which makes an insert of hundreds of rows slow by the square of their number.
    pub(super) fn for_sqlite(self) -> (SqlStr, Vec<Arg>, bool) {
        let Self { text, args, one_off, in_order, rows } = self;
        if args.len() <= MANY || !in_order {
            return (sql_str(with_rows(text, rows.as_ref())), args, !one_off);
        }
        let (before, behind) = text.split_at(rows.as_ref().map_or(0, |rows| rows.at));
        let mut whole = String::with_capacity(text.len() + 4 * args.len());
        without_numbers(before, &mut whole);
        if let Some(Rows { args, width, .. }) = rows {
            let row = format!("({})", vec!["?"; width].join(", "));
            let many = args.len() / width.max(1);
            whole.push_str(&vec![row.as_str(); many].join(", "));
        }
        without_numbers(behind, &mut whole);
        (sql_str(Cow::Owned(whole)), args, !one_off)
    }

    /// The same for PostgreSQL, many rows as their columns.
    pub(super) fn for_postgres(self) -> (SqlStr, Vec<Given>, bool) {
        let Self { mut text, mut args, one_off, rows, .. } = self;
        let Some(rows) = rows.as_ref().filter(|rows| rows.args.len() > rows.width) else {
            let text = with_rows(text, rows.as_ref());
            return (sql_str(text), args.into_iter().map(Given::One).collect(), !one_off);
        };
        debug_assert_eq!(rows.args.end, args.len(), "nothing is bound behind rows");
        let columns = transposed(args.split_off(rows.args.start), rows.width);
        text.to_mut().replace_range(rows.at - VALUES.len()..rows.at, &unnested(rows.args.start, rows.width));
        (sql_str(text), args.into_iter().map(Given::One).chain(columns).collect(), !one_off)
    }
}

/// The text with its rows, each value by its number.
fn with_rows(mut text: Cow<'static, str>, rows: Option<&Rows>) -> Cow<'static, str> {
    let Some(Rows { at, args, width }) = rows else { return text };
    let mut listed = String::new();
    for arg in args.clone() {
        let begins = match (arg - args.start) % width {
            0 if arg == args.start => "(",
            0 => "), (",
            _ => ", ",
        };
        let _ = write!(listed, "{begins}${}", arg + 1);
    }
    listed.push_str(if args.is_empty() { "" } else { ")" });
    text.to_mut().insert_str(*at, &listed);
    text
}

/// Appends a text whose `$n` are `?`.
fn without_numbers(mut rest: &str, out: &mut String) {
    while let Some(at) = rest.find('$') {
        let after = rest[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = after.len() < rest.len() - at - 1;
        out.push_str(&rest[..at]);
        out.push_str(if numbered { "?" } else { "$" });
        rest = after;
    }
    out.push_str(rest);
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
        assert_eq!(few.clone().for_sqlite().0.as_str(), few.text);
        let mut many = Sql::new("SELECT a ->> '$.b' FROM t WHERE c IN (");
        many.bind_list(0..100_i64).push(")");
        let text = many.for_sqlite().0;
        let text = text.as_str();
        assert_eq!(text.matches('?').count(), 100);
        assert!(text.starts_with("SELECT a ->> '$.b' FROM t WHERE c IN (?, ?,") && text.ends_with(", ?)"), "{text}");
        let mut rows = Sql::new("UPDATE t SET a = ");
        rows.bind(1_i64)
            .push(" FROM (VALUES ")
            .bind_rows((0..50_i64).map(|row| args![row, row]))
            .push(") AS v WHERE b = '$.c'");
        let text = rows.for_sqlite().0;
        let expected =
            format!("UPDATE t SET a = ? FROM (VALUES {}) AS v WHERE b = '$.c'", vec!["(?, ?)"; 50].join(", "));
        assert_eq!(text.as_str(), expected);
    }
}
