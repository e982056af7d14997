//! Putting a backup's rows into an empty database, in one transaction.

use std::path::Path;

use uuid::Uuid;

use super::digest::TableDigest;
use super::far::Far;
use super::line::{Line, unreadable};
use super::reading::{self, Part};
use super::{Digests, FORMAT, file};
use crate::db::{Arg, Db, Sql, Tx, args};
use crate::indexes::{counted, set_aside};
use crate::search::{self, Words};
use crate::tables::{Table, tables_at};
use crate::{Error, Result, schema};

/// Values in one insert: both engines take as many.
const VALUES: usize = 8_000;

/// What for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To work with.
    Kept,
    /// To be compared and thrown away: nothing will be looked for there.
    Trial,
}

/// What was put back.
pub(super) struct Restored {
    pub branch: Uuid,
    pub tables: Digests,
}

/// What travels along in a checked file.
pub(super) fn extras(path: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let (mut extras, mut at_the_end) = (Vec::new(), true);
    for line in file::lines(path)? {
        let line = line?;
        if line.starts_with('[') {
            continue;
        }
        match serde_json::from_str(&line).map_err(|_| unreadable())? {
            Line::Header { shouwen_backup, .. } => at_the_end = shouwen_backup < 2,
            Line::Extra { extra, hex } => extras.push((extra, hex::decode(hex).map_err(|_| unreadable())?)),
            Line::Table { .. } if !at_the_end => break,
            Line::Table { .. } | Line::End { .. } => {}
        }
    }
    Ok(extras)
}

/// Of which schema a checked file is, and of which branch.
pub(super) fn header(path: &Path) -> Result<(i64, Uuid)> {
    let header = file::lines(path)?.next().ok_or_else(unreadable)??;
    let Ok(Line::Header { shouwen_backup, schema, branch }) = serde_json::from_str(&header) else {
        return Err(unreadable());
    };
    if shouwen_backup > FORMAT || schema > schema::LATEST {
        return Err(Error::refused(
            "这个备份由更新的版本写成，请用那个版本或更新的版本恢复。没有改动任何数据。",
            "this backup was written by a newer version; restore it with that version or a later one. Nothing was \
             changed.",
        ));
    }
    Ok((schema, branch))
}

/// Restores a checked file into a database of the file's own schema, with these secrets in the place of its own; everything
/// or nothing.
pub(super) async fn all(
    db: &Db,
    path: &Path,
    secrets: &[(&str, Vec<u8>)],
    purpose: Purpose,
    far: &mut Far<'_>,
) -> Result<Restored> {
    let (schema, branch) = header(path)?;
    let known = tables_at(schema).ok_or_else(|| too_old(schema))?;
    let mut parts = reading::parts(path, known.clone());
    let mut restored = Restored { branch, tables: Digests::new() };
    let mut tx = db.write_unhurried().await?;
    empty(&mut tx, &known).await?;
    let indexes = set_aside(&mut tx).await?;
    let mut open: Option<Filling> = None;
    while let Some(part) = parts.recv().await {
        match part? {
            Part::Table(table) if open.is_none() => {
                open = Some(Filling { table, purpose, rows: Vec::new(), digest: TableDigest::default() });
            }
            Part::Rows(rows, digest) => {
                far.on(rows.len());
                open.as_mut().ok_or_else(unreadable)?.take(&mut tx, rows, digest).await?;
            }
            Part::End { table, rows, digest } => {
                let mut filling = open.take().ok_or_else(unreadable)?;
                filling.flush(&mut tx).await?;
                let found = filling.digest;
                if table != filling.table.name || rows != found.rows || digest != found.hex() {
                    return Err(unreadable());
                }
                restored.tables.insert(filling.table.name, found);
            }
            Part::Table(_) => return Err(unreadable()),
        }
    }
    if open.is_some() || restored.tables.len() != known.len() {
        return Err(unreadable());
    }
    match purpose {
        Purpose::Kept => {
            indexes.made(&mut tx).await?;
            counted(&mut tx).await?;
        }
        Purpose::Trial => indexes.those_that_refuse(&mut tx).await?,
    }
    for (name, body) in secrets {
        tx.exec(Sql::with("DELETE FROM secret WHERE branch_id = $1 AND name = $2", args![branch, *name])).await?;
        let row = args![branch, *name, body.clone()];
        tx.exec(Sql::with("INSERT INTO secret (branch_id, name, body) VALUES ($1, $2, $3)", row)).await?;
    }
    tx.commit().await?;
    Ok(restored)
}

/// Makes sure nothing is there but what opening a fresh store makes, and takes that away.
async fn empty(tx: &mut Tx, known: &[&Table]) -> Result<()> {
    let branches: Vec<(Uuid,)> = tx.all("SELECT branch_id FROM branch").await?;
    for (branch,) in branches {
        for table in known {
            // A fresh store has a branch, and the key made for it that has not sealed anything yet.
            if ["branch", "secret"].contains(&table.name) {
                continue;
            }
            let mut sql = Sql::new("SELECT 1 FROM ");
            sql.push(table.name).push(" WHERE branch_id = ").bind(branch).push(" LIMIT 1");
            // An integer literal is a smaller type on one of the engines: only whether there is a row counts.
            if !tx.all::<Nothing>(sql).await?.is_empty() {
                return Err(not_empty(table));
            }
        }
        for sql in [
            "DELETE FROM session WHERE branch_id = $1",
            "DELETE FROM secret WHERE branch_id = $1",
            "DELETE FROM branch WHERE branch_id = $1",
        ] {
            tx.exec(Sql::with(sql, args![branch])).await?;
        }
    }
    Ok(())
}

fn too_old(schema: i64) -> Error {
    Error::refused(
        format!("这个备份的结构步骤为 {schema}，没有正式版本用过它，无法恢复。没有改动任何数据。"),
        format!("this backup is of schema step {schema}, which no released version had. Nothing was changed."),
    )
}

pub(super) fn not_empty(table: &Table) -> Error {
    let table = table.name;
    Error::refused(
        format!("恢复目标不是空的：表 {table} 已有数据。只能恢复到空的位置。没有改动任何数据。"),
        format!(
            "the target is not empty: it has rows in {table}. Restore goes into an empty place only. Nothing was changed."
        ),
    )
}

/// A row nobody looks into.
#[derive(sqlx::FromRow)]
pub(super) struct Nothing {}

/// A table being filled.
struct Filling {
    table: &'static Table,
    purpose: Purpose,
    rows: Vec<Vec<Arg>>,
    digest: TableDigest,
}

impl Filling {
    async fn take(&mut self, tx: &mut Tx, rows: Vec<Vec<Arg>>, digest: TableDigest) -> Result<()> {
        self.digest.add(digest);
        for row in rows {
            self.rows.push(row);
            if (self.rows.len() + 1) * self.table.columns.len() > VALUES {
                self.flush(tx).await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rows);
        if self.table.name == "complaint_search" {
            let words = rows.iter().map(|row| match row.as_slice() {
                [Arg::Uuid(Some(branch)), Arg::Uuid(Some(complaint)), Arg::Text(Some(tokens))] => {
                    Ok(Words { branch: *branch, complaint: *complaint, received: None, tokens })
                }
                _ => Err(unreadable()),
            });
            let words = words.collect::<Result<Vec<_>>>()?;
            let inserts = match self.purpose {
                Purpose::Kept => search::rows(tx, &words).await?,
                Purpose::Trial => search::rows_without_index(tx, &words).await?,
            };
            return tx.insert_all(inserts).await;
        }
        let mut sql = self.table.insert();
        sql.bind_rows(rows);
        tx.exec(sql).await.map(drop)
    }
}
