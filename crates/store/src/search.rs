//! Finding complaints by their words: our own segmentation, the engine's own index, in the record's transaction.
//!
//! One of the two places that know the engine: FTS5 here, a `tsvector` there. Both hold the very same tokens, so both
//! find the same complaints.

use domain::access::Scope;

pub(crate) mod tokens;

use crate::commit::Prepared;
use crate::db::{Dialect, Sql, Tx, args, in_known_sizes};
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
        let sql = statement(self.db().dialect(), scope, query);
        paged(self.db().all::<Record>(sql).await?, query.limit)
    }
}

pub(crate) fn statement(dialect: Dialect, scope: &Scope, query: &SearchQuery) -> Sql {
    let wanted = tokens::wanted(&query.text, &query.alternatives);
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
        (Some(wanted), Dialect::Postgres) => {
            sql.push(
                "c.received AS sort_key FROM complaint_search s \
                 JOIN complaint c ON c.branch_id = s.branch_id AND c.id = s.complaint_id \
                 WHERE s.words @@ CAST(",
            );
            sql.bind(wanted.tsquery()).push(" AS tsquery) AND s.branch_id = ").bind(scope.branch().0);
        }
    }
    if let Some(digest) = &query.phone_digest {
        sql.push(" AND c.phone_digest IS NOT NULL AND c.phone_digest = ").bind(digest.as_str());
    }
    in_reach(&mut sql, scope);
    filtered(&mut sql, &query.filter);
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
    pub tokens: &'a str,
}

/// Indexes the words of these commits; several are commits of new complaints, whose words are indexed together.
pub(crate) async fn put(tx: &mut Tx, prepared: &[&Prepared]) -> Result<()> {
    let tokens = |one: &Prepared| one.tokens.clone().unwrap_or_default();
    if let [one] = prepared {
        return index(tx, &Words { branch: one.branch.0, complaint: one.complaint.0, tokens: &tokens(one) }).await;
    }
    match tx.dialect() {
        Dialect::Sqlite => {
            let (last,): (i64,) = tx
                .one("SELECT coalesce(max(docid), 0) FROM complaint_search")
                .await?
                .expect("an aggregate without groups has one row");
            for rows in in_known_sizes(tx.dialect(), prepared.iter().zip(last + 1..).collect()) {
                let mut sql = Sql::new("INSERT INTO complaint_search (branch_id, complaint_id, tokens, docid) VALUES ");
                sql.bind_rows(rows.iter().map(|(one, id)| args![one.branch.0, one.complaint.0, tokens(one), *id]));
                tx.exec(sql).await?;
                let mut sql = Sql::new("INSERT INTO search_index (rowid, tokens) VALUES ");
                sql.bind_rows(rows.iter().map(|(one, id)| args![*id, tokens(one)]));
                tx.exec(sql).await?;
            }
        }
        Dialect::Postgres => {
            for rows in in_known_sizes(tx.dialect(), prepared.to_vec()) {
                let mut sql = Sql::new(
                    "INSERT INTO complaint_search (branch_id, complaint_id, tokens, words) \
                     SELECT branch_id, complaint_id, tokens, \
                     array_to_tsvector(array_remove(string_to_array(tokens, ' '), '')) FROM (VALUES ",
                );
                sql.bind_rows(rows.iter().map(|one| args![one.branch.0, one.complaint.0, tokens(one)]));
                sql.push(") AS new (branch_id, complaint_id, tokens)");
                tx.exec(sql).await?;
            }
        }
    }
    Ok(())
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
        // The tokens as they are: PostgreSQL's own parser would take numbers and hashes apart again.
        Dialect::Postgres => {
            tx.exec(Sql::with(
                "INSERT INTO complaint_search (branch_id, complaint_id, tokens, words) \
                 VALUES ($1, $2, $3, array_to_tsvector(array_remove(string_to_array($3, ' '), ''))) \
                 ON CONFLICT (branch_id, complaint_id) DO UPDATE SET tokens = excluded.tokens, words = excluded.words",
                args![words.branch, words.complaint, words.tokens],
            ))
            .await?;
        }
    }
    Ok(())
}
