//! Rows for tables. A server takes those for many tables as one statement: each way there and back costs both sides more than the
//! rows do.

use std::collections::HashSet;
use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use uuid::Uuid;

use super::columns::{Given, transposed, unnested};
use super::line::Line;
use super::{Arg, Db, Dialect, Sql, Tx, in_known_sizes, read, told};
use crate::Result;

/// Rows for one table.
pub(crate) struct Insert {
    /// Up to `VALUES`.
    into: &'static str,
    rows: Vec<Vec<Arg>>,
    /// What stands behind them.
    behind: &'static str,
}

impl Insert {
    /// Rows behind a statement that ends in `VALUES `.
    pub(crate) const fn new(into: &'static str, rows: Vec<Vec<Arg>>) -> Self {
        Self { into, rows, behind: "" }
    }

    /// The same where something follows the rows.
    pub(crate) const fn with(into: &'static str, rows: Vec<Vec<Arg>>, behind: &'static str) -> Self {
        Self { into, rows, behind }
    }

    /// Appends the statement with its rows as columns, of which those are inserted that `which` lets through.
    fn append(self, text: &mut String, args: &mut Vec<Given>, which: &'static str) {
        let Self { into, rows, behind } = self;
        let width = rows[0].len();
        let _ = write!(text, "{}{}{which}{behind}", into.trim_end_matches("VALUES "), unnested(args.len(), width));
        args.extend(transposed(rows.into_iter().flatten().collect(), width));
    }
}

impl Tx {
    /// Inserts the rows, as many to a statement as the engine takes well.
    pub(crate) async fn insert(&mut self, Insert { into, rows, behind }: Insert) -> Result<()> {
        for rows in in_known_sizes(self.dialect(), rows) {
            let mut sql = Sql::new(into);
            sql.bind_rows(rows).push(behind);
            self.exec(sql).await?;
        }
        Ok(())
    }

    /// Inserts rows that refer to nothing but what is there or among them. What is refused is the whole of it, for the first
    /// reason met in no particular order.
    pub(crate) async fn insert_all(&mut self, inserts: Vec<Insert>) -> Result<()> {
        if self.dialect() == Dialect::Sqlite {
            for insert in inserts {
                self.insert(insert).await?;
            }
            return Ok(());
        }
        match (self, Together::of(inserts)) {
            (Self::Postgres(tx), Some(together)) => told(tx, together.for_postgres()).await.map(drop),
            _ => Ok(()),
        }
    }
}

impl Db {
    /// All of it as one statement that is its own transaction: it is durable when the server answers, and nothing is said of
    /// beginning and ending. Nothing where the engine takes a statement for each table.
    pub(crate) async fn insert_at_once(&self, inserts: Vec<Insert>) -> Option<Result<()>> {
        let Self::Postgres { write, .. } = self else { return None };
        let together = Together::of(inserts)?;
        Some(async { told(&mut Line::take(write).await?, together.for_postgres()).await.map(drop) }.await)
    }

    /// Moves heads of complaints on and inserts what goes with those that moved, as one statement that is its own transaction: no
    /// row is written of a complaint that had moved on before. Answers which moved. Each row begins with branch and complaint;
    /// the heads are more than one. Nothing where the engine takes a statement for each table.
    pub(crate) async fn move_at_once(&self, heads: Sql, inserts: Vec<Insert>) -> Option<Result<HashSet<Uuid>>> {
        let Self::Postgres { write, .. } = self else { return None };
        let together = Together::of(inserts)?;
        let moved: Result<Vec<(Uuid,)>> =
            async { read(&mut Line::take(write).await?, together.behind(heads)).await }.await;
        Some(moved.map(|moved| moved.into_iter().map(|(complaint,)| complaint).collect()))
    }
}

/// Rows for some tables, none of them without a row.
struct Together(Vec<Insert>);

impl Together {
    /// Nothing where there is no row at all.
    fn of(inserts: Vec<Insert>) -> Option<Self> {
        let inserts: Vec<_> = inserts.into_iter().filter(|insert| !insert.rows.is_empty()).collect();
        (!inserts.is_empty()).then_some(Self(inserts))
    }

    /// `WITH a0 AS (INSERT …), a1 AS (INSERT …) INSERT …`: foreign keys are looked at when all of it is done.
    fn for_postgres(self) -> (SqlStr, Vec<Given>, bool) {
        let (mut text, mut args) = (String::new(), Vec::new());
        let last = self.0.len() - 1;
        for (at, insert) in self.0.into_iter().enumerate() {
            let begin = match at {
                0 if last > 0 => "WITH a0 AS (".to_owned(),
                0 => String::new(),
                _ if at < last => format!(", a{at} AS ("),
                _ => " ".to_owned(),
            };
            text.push_str(&begin);
            insert.append(&mut text, &mut args, "");
            if at < last {
                text.push(')');
            }
        }
        // Only `&'static str` pieces and placeholders get into it.
        (AssertSqlSafe(text).into_sql_str(), args, true)
    }

    /// `WITH moved AS (UPDATE … RETURNING …), a0 AS (INSERT … of those moved) SELECT … FROM moved`.
    fn behind(self, heads: Sql) -> (SqlStr, Vec<Given>, bool) {
        const MOVED: &str = " WHERE (column1, column2) IN (SELECT branch_id, complaint_id FROM moved)";
        let (heads, mut args, _) = heads.for_postgres();
        let mut text = format!(
            "WITH moved AS ({} RETURNING complaint_head.branch_id, complaint_head.complaint_id)",
            heads.as_str()
        );
        for (at, insert) in self.0.into_iter().enumerate() {
            let _ = write!(text, ", a{at} AS (");
            insert.append(&mut text, &mut args, MOVED);
            text.push(')');
        }
        text.push_str(" SELECT complaint_id FROM moved");
        // As above.
        (AssertSqlSafe(text).into_sql_str(), args, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::args;

    #[test]
    fn rows_for_many_tables_are_one_statement() {
        let one = |into| Insert::new(into, vec![args![1_i64, "a"], args![2_i64, "b"]]);
        let inserts = vec![
            one("INSERT INTO x (n, t) VALUES "),
            one("INSERT INTO y (n, t) VALUES "),
            Insert::with("INSERT INTO z (t) SELECT upper(t) FROM (VALUES ", vec![args!["c"]], ") AS new (t)"),
        ];
        let (text, args, _) = Together(inserts).for_postgres();
        assert_eq!(
            text.as_str(),
            "WITH a0 AS (INSERT INTO x (n, t) SELECT * FROM unnest($1, $2) AS rows (column1, column2)), \
             a1 AS (INSERT INTO y (n, t) SELECT * FROM unnest($3, $4) AS rows (column1, column2)) \
             INSERT INTO z (t) SELECT upper(t) FROM (SELECT * FROM unnest($5) AS rows (column1)) AS new (t)"
        );
        assert_eq!(args.len(), 5);
    }

    #[test]
    fn m5_rows_behind_heads_are_those_of_complaints_that_moved() {
        let mut heads = Sql::new("UPDATE h SET v = v.column3 FROM (VALUES ");
        heads.bind_rows([args!["b", "c", 1_i64], args!["b", "d", 2_i64]]).push(") AS v");
        let insert =
            Insert::new("INSERT INTO x (b, c, n) VALUES ", vec![args!["b", "c", 1_i64], args!["b", "d", 2_i64]]);
        let (text, args, _) = Together(vec![insert]).behind(heads);
        assert_eq!(
            text.as_str(),
            "WITH moved AS (UPDATE h SET v = v.column3 FROM (SELECT * FROM unnest($1, $2, $3) AS rows (column1, column2, \
             column3)) AS v RETURNING complaint_head.branch_id, complaint_head.complaint_id), a0 AS (INSERT INTO x (b, c, n) \
             SELECT * FROM unnest($4, $5, $6) AS rows (column1, column2, column3) WHERE (column1, column2) IN (SELECT \
             branch_id, complaint_id FROM moved)) SELECT complaint_id FROM moved"
        );
        assert_eq!(args.len(), 6);
    }
}
