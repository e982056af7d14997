//! Backup and restore: one file, the same whichever engine it comes from or goes to, that has proven itself.
//!
//! The file is a Zstandard stream of lines (a header; extras; per table its rows as JSON arrays and a closing line with count
//! and digest), followed by the SHA-256 of everything before it: one changed byte anywhere is found before a target is
//! touched. The first layout was packed with gzip and had its extras at the end; it is read for ever.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use serde::Serialize;

mod digest;
mod dump;
mod far;
mod file;
mod line;
mod moving;
mod older;
mod reading;
mod restore;
mod scratch;
mod vacant;

use digest::TableDigest;
use far::Far;
pub use far::{Stage, Tell};
use file::Writing;
use line::Line;
pub use moving::{Ground, Moved};
use restore::{Purpose, Restored};

use crate::db::{Db, Lasting};
use crate::indexes::settled;
use crate::opening::to_fill;
#[cfg(feature = "testing")]
use crate::packed;
use crate::tables::TABLES;
use crate::{Error, Location, Result, Store, schema};

/// The version of the file's layout.
const FORMAT: u32 = 2;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows of each table.
    pub tables: BTreeMap<String, u64>,
    /// SHA-256 of the file, hex: to be noted elsewhere.
    pub sha256: String,
}

/// A row of a backup as it is read, written again; refuses what `restore` refuses.
pub fn reread(table: &str, row: &str) -> Result<String> {
    let table = TABLES.iter().find(|known| known.name == table).ok_or_else(line::unreadable)?;
    let row = line::row(&line::cells(row, &table.kinds())?);
    String::from_utf8(row).map_err(|_| line::unreadable())
}

impl Store {
    /// Writes a backup of one consistent state while the service runs on, and answers only after the file was restored
    /// into a scratch store and every table compared. `extra` travels along: keys that are not in the database.
    ///
    /// The file is readable by its owner only; a file of that name is replaced at the very end or not at all.
    pub async fn backup(&self, file: &Path, extra: Vec<(String, Vec<u8>)>, tell: &mut Tell<'_>) -> Result<Summary> {
        let folder = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let scratch = tempfile::Builder::new()
            .prefix(".shouwen-backup-")
            .tempdir_in(folder)
            .map_err(|source| Error::file(folder, source))?;
        let unproven = scratch.path().join("backup");
        let mut far = Far::begun(Stage::Reading, tell);
        let written = write(self.db(), self.branch().0, Writing::create(&unproven)?, extra, &mut far).await?;
        let sha256 = prove(&unproven, &scratch.path().join("store"), &written, tell).await?;
        std::fs::rename(&unproven, file).map_err(|source| Error::file(file, source))?;
        // The new name is durable once the folder is.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|source| Error::file(folder, source))?;
        let tables = written.into_iter().map(|(name, digest)| (name.to_owned(), digest.rows)).collect();
        Ok(Summary { tables, sha256 })
    }

    /// The extras that travel along with a backup. Refuses a damaged file.
    pub fn carried_by(file: &Path) -> Result<Vec<(String, Vec<u8>)>> {
        file::checked(file)?;
        restore::extras(file)
    }

    /// Refuses a location that already holds something, without touching it.
    pub async fn vacant(location: &Location, backup: &Path) -> Result<()> {
        vacant::vacant(location, backup).await
    }

    /// Whether nobody has put anything into this store yet.
    pub async fn is_unused(&self) -> Result<bool> {
        Ok(vacant::used(self.db()).await?.is_none())
    }

    /// Puts a backup back into an empty location, with `secrets` in the place of its own of those names; everything or
    /// nothing. Refuses a damaged file, and a location that already holds something, before touching anything.
    pub async fn restore(
        file: &Path,
        location: &Location,
        secrets: &[(&str, Vec<u8>)],
        tell: &mut Tell<'_>,
    ) -> Result<Summary> {
        let sha256 = file::checked(file)?;
        vacant::vacant(location, file).await?;
        let scratch = tempfile::Builder::new()
            .prefix("shouwen-restore-")
            .tempdir()
            .map_err(|source| Error::file(&std::env::temp_dir(), source))?;
        let forward = older::brought_forward(file, scratch.path()).await?;
        let db = to_fill(location, Lasting::Yes).await?;
        let restored = kept(&db, &forward, secrets, &mut Far::begun(Stage::Writing, tell)).await;
        db.close().await;
        let tables = restored?.tables.into_iter().map(|(name, digest)| (name.to_owned(), digest.rows)).collect();
        Ok(Summary { tables, sha256 })
    }
}

/// Puts a file's rows where people will work with them.
async fn kept(db: &Db, file: &Path, secrets: &[(&str, Vec<u8>)], far: &mut Far<'_>) -> Result<Restored> {
    let restored = restore::all(db, file, secrets, Purpose::Kept, far).await?;
    // It is all there, whatever comes of this.
    let _ = settled(db).await;
    Ok(restored)
}

/// Writes every table of the branch, as of one moment, and what travels along.
async fn write(
    db: &Db,
    branch: uuid::Uuid,
    mut out: Writing,
    extra: Vec<(String, Vec<u8>)>,
    far: &mut Far<'_>,
) -> Result<Digests> {
    out.line(&Line::Header { shouwen_backup: FORMAT, schema: schema::LATEST, branch })?;
    for (name, bytes) in extra {
        out.line(&Line::Extra { extra: name, hex: hex::encode(bytes) })?;
    }
    let mut digests = Digests::new();
    let mut tx = db.snapshot().await?;
    for table in TABLES {
        out.line(&Line::Table { table: table.name.into() })?;
        let digest;
        (digest, out) = dump::into_file(&mut tx, table, branch, out, far).await?;
        out.line(&Line::End { end: table.name.into(), rows: digest.rows, digest: digest.hex() })?;
        digests.insert(table.name, digest);
    }
    drop(tx);
    out.finish()?;
    Ok(digests)
}

/// All a backup holds, as text, what is packed within it unpacked.
#[cfg(feature = "testing")]
pub(crate) fn text(file: &Path) -> Result<String> {
    let mut text = String::new();
    for line in file::lines(file)? {
        let line = line?;
        let packed = line.split('"').filter_map(|cell| hex::decode(cell).ok()).filter(|cell| packed::is_packed(cell));
        for cell in packed {
            text.push_str(&packed::unpacked(&cell).ok_or_else(line::unreadable)?);
            text.push('\n');
        }
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

/// Makes of an empty location what a backup of an earlier version was made from, as that version had it.
#[cfg(feature = "testing")]
pub(crate) async fn as_it_was(file: &Path, location: &Location) -> Result<()> {
    let db = match location {
        Location::Directory(directory) => {
            std::fs::create_dir_all(directory).map_err(|source| Error::file(directory, source))?;
            Db::sqlite(&directory.join(crate::opening::FILE)).await?
        }
        Location::Postgres(url) => Db::postgres(url).await?,
    };
    let (step, _) = restore::header(file)?;
    let filled = older::filled(&db, file, step).await;
    db.close().await;
    filled
}

/// Count and digest of each table.
type Digests = BTreeMap<&'static str, TableDigest>;

/// Restores the file into a scratch store and compares every table with what was written; the file's SHA-256.
async fn prove(file: &Path, scratch: &Path, written: &Digests, tell: &mut Tell<'_>) -> Result<String> {
    let sha256 = file::checked(file)?;
    let db = to_fill(&Location::Directory(scratch.to_owned()), Lasting::No).await?;
    let answer = compare(&db, file, written, tell).await;
    db.close().await;
    answer.map(|()| sha256)
}

async fn compare(db: &Db, file: &Path, written: &Digests, tell: &mut Tell<'_>) -> Result<()> {
    let mut far = Far::begun(Stage::Writing, tell);
    let restored = restore::all(db, file, &[], Purpose::Trial, &mut far).await?;
    let mut far = Far::begun(Stage::Comparing, tell);
    let mut tx = db.snapshot().await?;
    for table in TABLES {
        let found = dump::digest(&mut tx, table, restored.branch, &mut far).await?;
        if written.get(table.name) != Some(&found) {
            return Err(Error::refused(
                format!("备份试恢复后与原数据不一致（表 {}），没有写出备份。", table.name),
                format!(
                    "the backup does not restore to what it was made from: table {} differs. No backup was written.",
                    table.name
                ),
            ));
        }
    }
    Ok(())
}
