//! The radio network as imported: the inventory versioned by validity, and what is known of its elements over time.
//!
//! Written in chunks, a transaction each: an import that is killed leaves whole rows, and running it again changes
//! nothing it had already written.

use domain::check::ElementKind;
use domain::id::BranchId;
use domain::time::Timestamp;
use ran::element::ElementVersion;
use serde::{Deserialize, Serialize};

mod alone;
pub(crate) mod facts;

use crate::db::{Arg, Db, Sql, Tx, args, retry};
use crate::values::{document, name_of};
use crate::{Result, Store};

/// Elements to a transaction: long enough to spare commits, short enough that a clerk's command behind it hardly waits.
const ELEMENTS_A_COMMIT: usize = 4_000;
/// Rows to a statement.
const ROWS: usize = 500;
/// Rows read at once.
const READ: i64 = 20_000;

/// A version that ends earlier than it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Cell or repeater.
    pub kind: ElementKind,
    /// Its id.
    pub id: String,
    /// Which version: the one that began then.
    pub valid_from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

/// What an import changes of one element; both parts in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementChange {
    /// A version that ends.
    pub end: Option<Ended>,
    /// A version to add, or to put in place of the one that began at the same time.
    pub put: Option<ElementVersion>,
}

/// What became of a record that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applied {
    /// It is new.
    Added,
    /// It was known and says something else now.
    Changed,
    /// It was known and says the same.
    Unchanged,
}

/// What a chunk of an import is of.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// Alarms, and nothing else.
    Alarms,
    /// Elements or other facts.
    Anything,
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    kind: String,
    element_id: String,
    valid_from: i64,
    valid_until: i64,
    document: String,
}

impl Store {
    /// How often the network has changed: whoever holds an older one loads it again.
    pub async fn generation(&self) -> Result<u64> {
        let row: Option<(i64,)> = self
            .db()
            .one(Sql::with("SELECT generation FROM network_generation WHERE branch_id = $1", args![self.branch().0]))
            .await?;
        Ok(row.map_or(0, |(generation,)| generation as u64))
    }

    /// Every version of every element.
    pub async fn inventory(&self) -> Result<Vec<ElementVersion>> {
        let mut versions = Vec::new();
        let mut after = (String::new(), String::new(), i64::MIN);
        loop {
            let behind = (after.0.as_str(), after.1.as_str(), after.2);
            let rows: Vec<VersionRow> = self.db().all(versions_behind(self.branch(), behind)).await?;
            let Some(last) = rows.last() else { return Ok(versions) };
            after = (last.kind.clone(), last.element_id.clone(), last.valid_from);
            for row in &rows {
                versions.push(ElementVersion {
                    element: document(&row.document, "element_version", "document", &row.element_id)?,
                    valid_from: Timestamp::from_micros(row.valid_from),
                    valid_until: Timestamp::from_micros(row.valid_until),
                });
            }
        }
    }

    /// Writes an import's changes and answers the network's new generation.
    pub async fn inventory_apply(
        &self,
        changes: &[ElementChange],
        mut progress: impl FnMut(usize) + Send,
    ) -> Result<u64> {
        for (at, chunk) in changes.chunks(ELEMENTS_A_COMMIT).enumerate() {
            self.in_chunk(Of::Anything, chunk, |tx, branch, chunk| Box::pin(write_elements(tx, branch, chunk))).await?;
            progress(at * ELEMENTS_A_COMMIT + chunk.len());
        }
        self.generation().await
    }

    /// Forgets the whole network: a demonstration that begins anew.
    pub async fn network_clear(&self) -> Result<()> {
        retry(|| async {
            let mut tx = self.db().write_unhurried().await?;
            tx.exec(Sql::with("DELETE FROM element_version WHERE branch_id = $1", args![self.branch().0])).await?;
            tx.exec(Sql::with("DELETE FROM network_fact WHERE branch_id = $1", args![self.branch().0])).await?;
            next_generation(&mut tx, self.branch().0).await?;
            tx.commit().await
        })
        .await
    }

    /// One chunk of an import in a transaction of its own, together with the new generation.
    async fn in_chunk<T: Sync, R>(
        &self,
        of: Of,
        chunk: &[T],
        write: impl for<'a> Fn(&'a mut Tx, uuid::Uuid, &'a [T]) -> futures::future::BoxFuture<'a, Result<R>> + Sync,
    ) -> Result<R> {
        let db: &Db = self.db();
        let branch = self.branch().0;
        retry(|| async {
            let mut tx = db.write().await?;
            let answer = write(&mut tx, branch, chunk).await?;
            next_generation(&mut tx, branch).await?;
            match of {
                Of::Alarms => alone::note(&mut tx, branch).await?,
                Of::Anything => {}
            }
            tx.commit().await?;
            Ok(answer)
        })
        .await
    }
}

/// The next versions behind that of a kind, an id and a beginning.
pub(crate) fn versions_behind(branch: BranchId, (kind, id, from): (&str, &str, i64)) -> Sql {
    Sql::with(
        "SELECT kind, element_id, valid_from, valid_until, document FROM element_version \
         WHERE branch_id = $1 AND (kind, element_id, valid_from) > ($2, $3, $4) \
         ORDER BY kind, element_id, valid_from LIMIT $5",
        args![branch.0, kind, id, from, READ],
    )
}

async fn next_generation(tx: &mut Tx, branch: uuid::Uuid) -> Result<()> {
    tx.exec(Sql::with(
        "INSERT INTO network_generation (branch_id, generation) VALUES ($1, 1) \
         ON CONFLICT (branch_id) DO UPDATE SET generation = network_generation.generation + 1",
        args![branch],
    ))
    .await
    .map(|_| ())
}

async fn write_elements(tx: &mut Tx, branch: uuid::Uuid, changes: &[ElementChange]) -> Result<()> {
    for ends in changes.iter().filter_map(|change| change.end.as_ref()).collect::<Vec<_>>().chunks(ROWS) {
        let mut sql = Sql::new("WITH ended (branch_id, kind, element_id, valid_from, until) AS (VALUES ");
        let row = |end: &&Ended| args![branch, name_of(&end.kind), end.id.as_str(), end.valid_from, end.until];
        sql.bind_rows(ends.iter().map(row));
        sql.push(
            ") UPDATE element_version SET valid_until = ended.until FROM ended \
             WHERE element_version.kind = ended.kind AND element_version.element_id = ended.element_id \
             AND element_version.valid_from = ended.valid_from AND element_version.branch_id = ended.branch_id",
        );
        tx.exec(kept_when_full(sql, ends.len())).await?;
    }
    for puts in changes.iter().filter_map(|change| change.put.as_ref()).collect::<Vec<_>>().chunks(ROWS) {
        let mut sql = Sql::new(
            "INSERT INTO element_version (branch_id, kind, element_id, valid_from, valid_until, document) VALUES ",
        );
        sql.bind_rows(puts.iter().map(|version| version_row(branch, version)));
        sql.push(
            " ON CONFLICT (branch_id, kind, element_id, valid_from) \
             DO UPDATE SET valid_until = excluded.valid_until, document = excluded.document",
        );
        tx.exec(kept_when_full(sql, puts.len())).await?;
    }
    Ok(())
}

/// A full chunk's text comes again and again, the last one's does not.
fn kept_when_full(sql: Sql, rows: usize) -> Sql {
    if rows == ROWS { sql } else { sql.one_off() }
}

fn version_row(branch: uuid::Uuid, version: &ElementVersion) -> Vec<Arg> {
    let element = &version.element;
    args![
        branch,
        name_of(&element.kind),
        element.id.as_str(),
        version.valid_from,
        version.valid_until,
        serde_json::to_string(element).expect("an element has string keys and no failing serialiser")
    ]
}
