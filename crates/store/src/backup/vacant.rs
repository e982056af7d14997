//! Whether a location is empty, found out without changing anything in it.

use std::path::Path;

use super::restore::{Nothing, not_empty};
use crate::db::{Db, Sql};
use crate::opening::FILE;
use crate::tables::TABLES;
use crate::{Error, Location, Result};

/// What an empty directory may hold: a store nobody has used yet, its key, and what a fresh file system brings.
const OURS: [&str; 3] = [FILE, "vault.key", "lost+found"];

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
    let answer = unused(&db).await;
    db.close().await;
    answer
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

/// No table holds a row but those that opening a fresh store fills.
async fn unused(db: &Db) -> Result<()> {
    for table in TABLES.iter().filter(|table| !["branch", "secret"].contains(&table.name)) {
        let mut sql = Sql::new("SELECT 1 FROM ");
        sql.push(table.name).push(" LIMIT 1");
        match db.all::<Nothing>(sql).await {
            // A table that is not there yet holds nothing.
            Ok(rows) if rows.is_empty() => {}
            Err(Error::Database(_)) => {}
            Ok(_) => return Err(not_empty(table)),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
