//! A backup of an earlier version: restored as that version had it, brought forward, and written anew.

use std::path::{Path, PathBuf};

use super::far::{Far, Stage};
use super::file::Writing;
use super::restore::{self, Purpose};
use super::write;
use crate::db::Db;
use crate::opening::FILE;
use crate::{Error, Result, schema};

/// The same branch in a file of today's schema within `scratch`; the file itself where it is of today's.
pub(super) async fn brought_forward(file: &Path, scratch: &Path) -> Result<PathBuf> {
    let (step, branch) = restore::header(file)?;
    if step == schema::LATEST {
        return Ok(file.to_owned());
    }
    let db = Db::sqlite(&scratch.join(FILE)).await?;
    let done = forward(&db, file, step, branch, scratch).await;
    db.close().await;
    done
}

async fn forward(db: &Db, file: &Path, step: i64, branch: uuid::Uuid, scratch: &Path) -> Result<PathBuf> {
    filled(db, file, step).await?;
    schema::migrate(db).await?;
    let forward = scratch.join("forward");
    write(
        db,
        branch,
        Writing::create(&forward)?,
        restore::extras(file)?,
        &mut Far::begun(Stage::Writing, &mut |_, _| {}),
    )
    .await?;
    Ok(forward)
}

/// Makes of an empty database what the file was made from, in the schema of that time.
pub(super) async fn filled(db: &Db, file: &Path, step: i64) -> Result<()> {
    let steps = usize::try_from(step).map_err(|_| Error::Transient("a schema step is a number from 1".into()))?;
    schema::migrate_to(db, steps).await?;
    restore::all(db, file, &[], Purpose::Kept, &mut Far::begun(Stage::Writing, &mut |_, _| {})).await.map(drop)
}
