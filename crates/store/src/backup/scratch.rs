//! Where a move lays a branch between its two ends: private, and gone with it, however it ends.

use std::fs::{File, TryLockError};
use std::path::Path;

use tempfile::TempDir;

use crate::{Error, Result};

const PREFIX: &str = "shouwen-move-";
/// Locked while its move runs: the system lets go of it when the process ends.
const LOCK: &str = "lock";

/// A folder that is somebody's as long as this lives.
pub(super) struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A folder of one's own, after those of killed moves were taken away: they hold a whole branch.
pub(super) fn own() -> Result<Scratch> {
    let parent = std::env::temp_dir();
    let failed = |source| Error::file(&parent, source);
    for entry in std::fs::read_dir(&parent).map_err(failed)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && is_left(&entry.path()) {
            // Another account's cannot be taken away; that is that account's matter.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir().map_err(failed)?;
    // Named once it is locked: somebody who sweeps at this moment does not find one that is not.
    let (making, made) = (folder.path().join("making"), folder.path().join(LOCK));
    let lock = File::create(&making).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => std::fs::rename(&making, &made).map_err(failed)?,
        // A file system without locks: what is left there stays until somebody sweeps.
        Err(TryLockError::Error(_) | TryLockError::WouldBlock) => {}
    }
    Ok(Scratch { folder, _lock: lock })
}

/// Whether nobody works there any more. A folder without its lock is being made this moment, or was not made here.
fn is_left(folder: &Path) -> bool {
    File::options().write(true).open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok())
}
