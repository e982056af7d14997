//! Finding complaints by their words: our own segmentation, the engine's own index, in the record's transaction.
//!
//! One of the two places that know the engine: FTS5 here, a `tsvector` there. Both hold the very same tokens, so both
//! find the same complaints.

use domain::access::Scope;
use domain::time::Timestamp;

pub(crate) mod spans;
pub(crate) mod tokens;

use crate::commit::Prepared;
use crate::db::{Arg, Dialect, Insert, Sql, Tx, args};
use crate::queue::{COLUMNS, Cursor, Filter, Page, QueueRow, Record, filtered, in_reach, newest_first, paged};
use crate::{Result, SearchTexts, Store};

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery {
    /// Words; every one must be found.
    pub text: String,
    /// Tokens of which any one will do instead of the words: the keyed hash of a phone's tail, say.
    pub alternatives: Vec<String>,
    /// Only complaints of this phone.
    pub phone_digest: Option<String>,
    /// Narrowed to.
    pub filter: Filter,
    /// Behind the last row of the page before.
    pub after: Option<Cursor>,
    /// How many rows.
    pub limit: u32,
}

impl SearchQuery {
    /// Whether the words are found in a complaint of these texts; nothing where there is no word among them.
    pub fn finds(&self, texts: &SearchTexts) -> Option<bool> {
        Some(tokens::wanted(&self.text, &self.alternatives)?.fits(&tokens::of(texts)))
    }
}

impl Store {
    /// Complaints with these words, newest first; without words all that the filter leaves.
    pub async fn search(&self, scope: &Scope, query: &SearchQuery) -> Result<Page<QueueRow>> {
        let dialect = self.db().dialect();
        if let (Some(wanted), Dialect::Postgres) = (wanted(query), dialect)
            && let Some(newest) = self.newest(scope, query).await?
        {
            let found = self.db().all::<Record>(among_newest(scope, query, &wanted)).await?;
            if found.len() > query.limit as usize {
                return paged(found, query.limit);
            }
            for days in spans::DAYS {
                let found = self.db().all::<Record>(within(scope, query, &wanted, (newest, days))).await?;
                if found.len() > query.limit as usize {
                    return paged(found, query.limit);
                }
            }
        }
        paged(self.db().all::<Record>(statement(dialect, scope, query)).await?, query.limit)
    }

    /// No complaint that is looked for was received later; nothing where there is none.
    async fn newest(&self, scope: &Scope, query: &SearchQuery) -> Result<Option<Timestamp>> {
        let row: Option<(i64,)> = self.db().one(newest(scope, query)).await?;
        Ok(row.map(|(received,)| Timestamp::from_micros(received)))
    }
}

/// The newest complaint a page may begin with, whatever its words.
pub(crate) fn newest(scope: &Scope, query: &SearchQuery) -> Sql {
    let mut sql = Sql::new("SELECT c.received FROM complaint c WHERE c.branch_id = ");
    sql.bind(scope.branch().0);
    if let Some(to) = query.filter.to {
        sql.push(" AND c.received < ").bind(to);
    }
    newest_first(&mut sql, query.after.as_ref());
    sql.push(" LIMIT 1");
    sql
}

/// So many of the newest complaints are looked through first: a word in every fourth of them is quickest found there.
const NEWEST: i64 = 200;

fn wanted(query: &SearchQuery) -> Option<tokens::Wanted> {
    tokens::wanted(&query.text, &query.alternatives)
}

/// What is found among so many of the newest: where that fills a page it is what [`statement`] finds.
pub(crate) fn among_newest(scope: &Scope, query: &SearchQuery, wanted: &tokens::Wanted) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("c.received AS sort_key FROM (SELECT * FROM complaint c WHERE c.branch_id = ").bind(scope.branch().0);
    newest_first(&mut sql, query.after.as_ref());
    sql.push(" LIMIT ").bind(NEWEST);
    // The offset keeps the planner from asking the index of words after all.
    sql.push(
        ") AS c CROSS JOIN LATERAL (SELECT s.words FROM complaint_search s WHERE s.branch_id = c.branch_id \
         AND s.complaint_id = c.id OFFSET 0) AS s WHERE s.words @@ CAST(",
    );
    sql.bind(wanted.tsquery()).push(" AS tsquery)");
    narrowed(&mut sql, scope, query);
    newest_first(&mut sql, None);
    sql.push(" LIMIT ").bind(i64::from(query.limit) + 1);
    sql
}

/// What is found of so many days up to a time.
pub(crate) fn within(
    scope: &Scope,
    query: &SearchQuery,
    wanted: &tokens::Wanted,
    (newest, days): (Timestamp, i64),
) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    with_words(&mut sql, scope, format!("({}) & {}", wanted.tsquery(), spans::until(newest, days)));
    narrowed(&mut sql, scope, query);
    newest_first(&mut sql, query.after.as_ref());
    sql.push(" LIMIT ").bind(i64::from(query.limit) + 1);
    sql
}

fn with_words(sql: &mut Sql, scope: &Scope, words: String) {
    sql.push(
        "c.received AS sort_key FROM complaint_search s \
         JOIN complaint c ON c.branch_id = s.branch_id AND c.id = s.complaint_id \
         WHERE s.words @@ CAST(",
    );
    sql.bind(words).push(" AS tsquery) AND s.branch_id = ").bind(scope.branch().0);
}

fn narrowed(sql: &mut Sql, scope: &Scope, query: &SearchQuery) {
    if let Some(digest) = &query.phone_digest {
        sql.push(" AND c.phone_digest IS NOT NULL AND c.phone_digest = ").bind(digest.as_str());
    }
    in_reach(sql, scope);
    filtered(sql, &query.filter);
}

pub(crate) fn statement(dialect: Dialect, scope: &Scope, query: &SearchQuery) -> Sql {
    let wanted = wanted(query);
    let mut sql = Sql::new(COLUMNS);
    match (&wanted, dialect) {
        (None, _) => {
            sql.push("c.received AS sort_key FROM complaint c WHERE c.branch_id = ").bind(scope.branch().0);
        }
        // Document numbers rise in the order of writing: the newest come first without sorting all that is found.
        (Some(wanted), Dialect::Sqlite) => {
            sql.push(
                "s.docid AS sort_key FROM search_index \
                 CROSS JOIN complaint_search s ON s.docid = search_index.rowid \
                 CROSS JOIN complaint c ON c.branch_id = s.branch_id AND c.id = s.complaint_id \
                 WHERE search_index MATCH ",
            );
            sql.bind(wanted.fts5()).push(" AND s.branch_id = ").bind(scope.branch().0);
            if let Some(after) = &query.after {
                sql.push(" AND search_index.rowid < ").bind(after.key);
            }
        }
        (Some(wanted), Dialect::Postgres) => with_words(&mut sql, scope, wanted.tsquery()),
    }
    narrowed(&mut sql, scope, query);
    if wanted.is_some() && dialect == Dialect::Sqlite {
        sql.push(" ORDER BY search_index.rowid DESC");
    } else {
        newest_first(&mut sql, query.after.as_ref());
    }
    sql.push(" LIMIT ").bind(i64::from(query.limit) + 1);
    sql
}

/// The tokens of one complaint.
pub(crate) struct Words<'a> {
    pub branch: uuid::Uuid,
    pub complaint: uuid::Uuid,
    /// When it came in; absent where its row is there already and says so.
    pub received: Option<Timestamp>,
    pub tokens: &'a str,
}

impl<'a> Words<'a> {
    /// Those of a command that says all its complaint is found by.
    pub(crate) fn of(one: &'a Prepared) -> Self {
        Self {
            branch: one.branch.0,
            complaint: one.complaint.0,
            received: Some(one.received),
            tokens: one.tokens.as_deref().unwrap_or_default(),
        }
    }
}

/// Indexes the words of one command's complaint, in place of those it had.
pub(crate) async fn put(tx: &mut Tx, one: &Prepared) -> Result<()> {
    index(tx, &Words::of(one)).await
}

/// The rows by which new complaints are found.
pub(crate) async fn rows(tx: &mut Tx, new: &[Words<'_>]) -> Result<Vec<Insert>> {
    let Some(first) = next_id(tx).await? else { return Ok(vec![rows_on_a_server(new)]) };
    let indexed = |(one, id): (&Words<'_>, i64)| args![id, one.tokens];
    let index = "INSERT INTO search_index (rowid, tokens) VALUES ";
    Ok(vec![rows_in_a_file(first, new), Insert::new(index, new.iter().zip(first..).map(indexed).collect())])
}

/// The same where nobody will look for a word: without an index of them that is beside the table.
pub(crate) async fn rows_without_index(tx: &mut Tx, new: &[Words<'_>]) -> Result<Vec<Insert>> {
    Ok(vec![next_id(tx).await?.map_or_else(|| rows_on_a_server(new), |first| rows_in_a_file(first, new))])
}

/// The number of the next row where an index beside the table needs one.
async fn next_id(tx: &mut Tx) -> Result<Option<i64>> {
    if tx.dialect() == Dialect::Postgres {
        return Ok(None);
    }
    let row: Option<(i64,)> = tx.one("SELECT coalesce(max(docid), 0) + 1 FROM complaint_search").await?;
    Ok(row.map(|(first,)| first))
}

fn rows_in_a_file(first: i64, new: &[Words<'_>]) -> Insert {
    let row = |(one, id): (&Words<'_>, i64)| args![one.branch, one.complaint, one.tokens, id];
    Insert::new(
        "INSERT INTO complaint_search (branch_id, complaint_id, tokens, docid) VALUES ",
        new.iter().zip(first..).map(row).collect(),
    )
}

/// Up to the rows of [`server_row`].
const INTO_A_SERVER: &str = concat!(
    "INSERT INTO complaint_search (branch_id, complaint_id, tokens, words) SELECT branch_id, complaint_id, tokens, ",
    spans::words!(),
    " FROM (SELECT branch_id, complaint_id, tokens, coalesce(known, (SELECT c.received FROM complaint c \
     WHERE c.branch_id = new.branch_id AND c.id = new.complaint_id)) AS received FROM (VALUES "
);
const BEHIND_ROWS: &str = ") AS new (branch_id, complaint_id, tokens, known)) AS new";

fn server_row(one: &Words<'_>) -> Vec<Arg> {
    args![one.branch, one.complaint, one.tokens, one.received.map(Timestamp::as_micros)]
}

/// The rows by which new complaints are found on a server.
pub(crate) fn rows_on_a_server(new: &[Words<'_>]) -> Insert {
    Insert::with(INTO_A_SERVER, new.iter().map(server_row).collect(), BEHIND_ROWS)
}

/// Indexes the words of one complaint, in place of those it had.
pub(crate) async fn index(tx: &mut Tx, words: &Words<'_>) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => {
            let (docid,): (i64,) = tx
                .one(Sql::with(
                    "INSERT INTO complaint_search (branch_id, complaint_id, tokens, docid) \
                     VALUES ($1, $2, $3, (SELECT coalesce(max(docid), 0) + 1 FROM complaint_search)) \
                     ON CONFLICT (branch_id, complaint_id) DO UPDATE SET tokens = excluded.tokens RETURNING docid",
                    args![words.branch, words.complaint, words.tokens],
                ))
                .await?
                .expect("an upsert returns its row");
            tx.exec(Sql::with(
                "INSERT OR REPLACE INTO search_index (rowid, tokens) VALUES ($1, $2)",
                args![docid, words.tokens],
            ))
            .await?;
        }
        Dialect::Postgres => {
            let mut sql = Sql::new(INTO_A_SERVER);
            sql.bind_rows(vec![server_row(words)]).push(BEHIND_ROWS).push(
                " ON CONFLICT (branch_id, complaint_id) DO UPDATE SET tokens = excluded.tokens, words = excluded.words",
            );
            tx.exec(sql).await?;
        }
    }
    Ok(())
}
