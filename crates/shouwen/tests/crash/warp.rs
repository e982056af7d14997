//! The clock of running nodes, moved by hand as a wrong time server moves it: `libfaketime`, Debian's, reads from a file by how much.
//! Only what the program takes for the present moves; how long it waits does not.

use std::path::{Path, PathBuf};
use std::process::Command;

use app::clock::{Clock, SystemClock};

/// The clock of every process that was dressed in it.
pub struct Warp {
    library: PathBuf,
    file: PathBuf,
    ahead: i64,
    /// The furthest it ever was.
    furthest: i64,
}

impl Warp {
    /// One with its file in this folder; nothing where the library is not installed.
    pub fn find(folder: &Path) -> Option<Self> {
        let places = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
        let library =
            places.map(|place| place.path().join("faketime/libfaketimeMT.so.1")).find(|library| library.exists());
        if library.is_none() {
            eprintln!("skipped: clocks that jump, since libfaketime is not installed: apt-get install -y libfaketime");
        }
        let mut warp = Self { library: library?, file: folder.join("clock"), ahead: 0, furthest: 0 };
        warp.to(0);
        Some(warp)
    }

    /// Makes a program live by this clock.
    pub fn dress(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }

    /// Jumps.
    pub fn by(&mut self, seconds: i64) {
        self.to(self.ahead + seconds);
    }

    /// Jumps to the furthest it ever was, and so much further.
    pub fn past_all(&mut self, seconds: i64) {
        self.to(self.furthest + seconds);
    }

    fn to(&mut self, ahead: i64) {
        (self.ahead, self.furthest) = (ahead, ahead.max(self.furthest));
        // Whole or not at all: it is read while it is written.
        let fresh = self.file.with_extension("fresh");
        std::fs::write(&fresh, format!("{ahead:+}\n")).unwrap();
        std::fs::rename(fresh, &self.file).unwrap();
    }

    /// The present by it, microseconds since 1970.
    pub fn now_micros(&self) -> i64 {
        SystemClock.now().as_micros() + self.ahead * 1_000_000
    }
}
