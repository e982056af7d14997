//! A private PostgreSQL that flushes, and that may be killed: the tests' own is shared and does not, and would flatter.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use store::testing::installed;
use tempfile::TempDir;

/// A server with fsync on, thrown away when dropped.
pub struct DurableServer {
    folder: TempDir,
    programs: PathBuf,
    child: Child,
    settings: &'static [&'static str],
}

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);

impl DurableServer {
    /// Starts one for years of complaints; nothing where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        Self::set_up(&std::env::temp_dir(), &LARGE)
    }

    /// The same with PostgreSQL's own settings and its files in a folder below that one.
    pub fn start_in(parent: &Path) -> Option<Self> {
        Self::set_up(parent, &[])
    }

    fn set_up(parent: &Path, settings: &'static [&'static str]) -> Option<Self> {
        let Some(programs) = installed::programs() else {
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        };
        let folder = TempDir::with_prefix_in("shouwen-server-", parent).unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        installed::give(&[folder.path(), &data]);
        let run = |program: &str| {
            let mut command = installed::as_user(&programs.join(program));
            command.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let made = run("initdb")
            .args(["--auth=trust", "--username=shouwen", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .status();
        assert!(made.unwrap().success(), "initdb");
        let child = postgres(&programs, folder.path(), settings);
        let mut server = Self { folder, programs, child, settings };
        server.revive();
        assert!(server.program("createdb").arg("bench").status().unwrap().success());
        Some(server)
    }

    /// `kill -9` of the server with everything that works for it, as when the power goes.
    pub fn kill(&mut self) {
        let group = format!("-{}", self.child.id());
        assert!(Command::new("kill").args(["-9", "--", &group]).status().unwrap().success());
        self.child.wait().unwrap();
    }

    /// Starts it again on what lies on the disk where it has ended, whoever ended it.
    pub fn keep_up(&mut self) {
        if !self.is_running() {
            self.child = postgres(&self.programs, self.folder.path(), self.settings);
        }
    }

    /// The same until it answers: one that is about to give up still runs.
    pub fn revive(&mut self) {
        let began = Instant::now();
        while !self.program("pg_isready").arg("-q").status().unwrap().success() {
            self.keep_up();
            assert!(began.elapsed() < PATIENCE, "the server answers in time");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Whether it runs, well or not.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The socket it listens on, and nothing else.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    /// The process that started all the others.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where its database is.
    pub fn url(&self) -> String {
        format!("postgres:///bench?host={}&user=shouwen&sslmode=disable", self.folder.path().display())
    }

    /// One of its client programs, told where the server is.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.env("PGHOST", self.folder.path()).env("PGUSER", "shouwen");
        command
    }
}

impl Drop for DurableServer {
    fn drop(&mut self) {
        // SIGQUIT ends it at once; its files go with the folder.
        let _ = Command::new("kill").args(["-QUIT", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// As docs/operations.md wants them of a server with years on it.
const LARGE: [&str; 6] = [
    "shared_buffers=4GB",
    "effective_cache_size=16GB",
    "max_wal_size=8GB",
    "checkpoint_timeout=15min",
    "wal_compression=lz4",
    "random_page_cost=1.1",
];

fn postgres(programs: &Path, folder: &Path, settings: &[&str]) -> Child {
    installed::as_user(&programs.join("postgres"))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .args(["-h", "", "-c", "fsync=on", "-c", "synchronous_commit=on"])
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .process_group(0)
        .spawn()
        .unwrap()
}
