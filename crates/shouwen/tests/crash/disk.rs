//! A disk small enough to be filled.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A file system in memory, mounted for one test and gone with it.
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    /// So many megabytes; nothing where mounting is not permitted.
    pub fn of(megabytes: u32) -> Option<Self> {
        let folder = TempDir::with_prefix("shouwen-disk-").unwrap();
        let options = format!("size={megabytes}m,mode=755");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("skipped: a disk that fills up, since a tmpfs may not be mounted here (it takes root)");
        }
        mounted.then_some(Self { folder })
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Leaves no byte free.
    pub fn fill(&self) {
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).unwrap();
        for size in [1 << 20, 4096, 1] {
            let zeros = vec![0_u8; size];
            while ballast.write_all(&zeros).is_ok() {}
        }
    }

    /// Makes room again.
    pub fn relieve(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whoever still has a file open on it keeps it for so long.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
