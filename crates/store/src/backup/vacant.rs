//! Whether a location is empty, found out without changing anything in it.

use std::path::Path;

use uuid::Uuid;

use super::restore::{Nothing, not_empty};
use crate::db::{Db, Dialect, Sql, args};
use crate::opening::FILE;
use crate::tables::{TABLES, Table};
use crate::{Error, Location, Result, schema};

/// What an empty directory may hold: a store nobody has used yet, its key, and what a fresh file system brings.
const OURS: [&str; 4] = [FILE, "vault.key", "shouwen.lock", "lost+found"];

/// Refuses a location that holds anything; `backup` itself may lie there.
pub(super) async fn vacant(location: &Location, backup: &Path) -> Result<()> {
    let db = match location {
        Location::Directory(directory) => {
            if let Some(name) = stranger(directory, backup)? {
                return Err(Error::refused(
                    format!("恢复目标不是空的：目录里有 {name}。只能恢复到空的位置。没有改动任何数据。"),
                    format!(
                        "the target is not empty: the directory holds {name}. Restore goes into an empty place only. \
                         Nothing was changed."
                    ),
                ));
            }
            let file = directory.join(FILE);
            if !file.exists() {
                return Ok(());
            }
            Db::sqlite_untouched(&file).await?
        }
        Location::Postgres(url) => Db::postgres(url).await?,
    };
    let answer = used(&db).await;
    db.close().await;
    answer?.map_or(Ok(()), |table| Err(not_empty(table)))
}

/// The branch a location holds.
pub(super) struct Found {
    pub branch: Uuid,
    /// Whether anybody has put anything into it.
    pub used: bool,
    /// Whether a move wrote it and did not end.
    pub unproven: bool,
}

/// Which branch lies there, found out without changing anything; nothing where no store of today's schema is.
pub(super) async fn branch_of(location: &Location) -> Result<Option<Found>> {
    let db = match location {
        Location::Directory(directory) => {
            let file = directory.join(FILE);
            if !file.exists() {
                return Ok(None);
            }
            Db::sqlite_untouched(&file).await?
        }
        Location::Postgres(url) => Db::postgres(url).await?,
    };
    let found = found(&db).await;
    db.close().await;
    found
}

async fn found(db: &Db) -> Result<Option<Found>> {
    if schema::taken_or_none(db).await? != schema::LATEST {
        return Ok(None);
    }
    let Some((branch,)) = db.one::<(Uuid,)>("SELECT branch_id FROM branch ORDER BY branch_id LIMIT 1").await? else {
        return Ok(None);
    };
    let marks: Vec<(String,)> = db
        .all(Sql::with(
            "SELECT name FROM secret WHERE branch_id = $1 AND name = $2",
            args![branch, super::moving::UNPROVEN],
        ))
        .await?;
    Ok(Some(Found { branch, used: used(db).await?.is_some(), unproven: !marks.is_empty() }))
}

/// Something in the directory that is not ours.
fn stranger(directory: &Path, backup: &Path) -> Result<Option<String>> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::file(directory, source)),
    };
    let backup = backup.canonicalize().ok();
    for entry in entries {
        let entry = entry.map_err(|source| Error::file(directory, source))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = OURS.iter().any(|ours| name == *ours) || name.starts_with(&format!("{FILE}-"));
        if !ours && entry.path().canonicalize().ok() != backup {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// A table that holds a row, but for those that opening a fresh store fills.
pub(super) async fn used(db: &Db) -> Result<Option<&'static Table>> {
    for table in TABLES.iter().filter(|table| !["branch", "secret"].contains(&table.name)) {
        let mut sql = Sql::new("SELECT 1 FROM ");
        sql.push(table.name).push(" LIMIT 1");
        match db.all::<Nothing>(sql).await {
            Ok(rows) if !rows.is_empty() => return Ok(Some(table)),
            // A table that is not there yet holds nothing.
            Ok(_) | Err(Error::Database(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Takes everything away again that a move has put there.
pub(super) async fn empty(db: &Db) -> Result<()> {
    let mut tx = db.write_unhurried().await?;
    for table in TABLES.iter().rev() {
        let mut sql = Sql::new("DELETE FROM ");
        sql.push(table.name);
        tx.exec(sql).await?;
    }
    if tx.dialect() == Dialect::Sqlite {
        tx.exec("DELETE FROM search_index").await?;
    }
    tx.commit().await
}
