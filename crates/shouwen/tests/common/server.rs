//! A private PostgreSQL that flushes, and that may be killed: the tests' own is shared and does not, and would flatter.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server with fsync on, thrown away when dropped.
pub struct DurableServer {
    folder: TempDir,
    programs: PathBuf,
    child: Child,
}

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);

impl DurableServer {
    /// Starts one; nothing where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        };
        let folder = TempDir::with_prefix("shouwen-server-").unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        if let Some(user) = unprivileged() {
            let chown = Command::new("chown").arg(user).args([folder.path(), &data]).status().unwrap();
            assert!(chown.success());
        }
        let run = |program: &str| {
            let mut command = as_user(&programs.join(program));
            command.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let made = run("initdb")
            .args(["--auth=trust", "--username=shouwen", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .status();
        assert!(made.unwrap().success(), "initdb");
        let child = postgres(&programs, folder.path());
        let server = Self { folder, programs, child };
        server.answers();
        assert!(server.program("createdb").arg("bench").status().unwrap().success());
        Some(server)
    }

    /// `kill -9` of the server with everything that works for it, as when the power goes.
    pub fn kill(&mut self) {
        let group = format!("-{}", self.child.id());
        assert!(Command::new("kill").args(["-9", "--", &group]).status().unwrap().success());
        self.child.wait().unwrap();
    }

    /// Starts it again on what lies on the disk, and waits until it answers.
    pub fn revive(&mut self) {
        self.child = postgres(&self.programs, self.folder.path());
        self.answers();
    }

    fn answers(&self) {
        let began = Instant::now();
        while !self.program("pg_isready").arg("-q").status().unwrap().success() {
            assert!(began.elapsed() < PATIENCE, "the server answers in time");
            std::thread::sleep(Duration::from_millis(100));
        }
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

fn postgres(programs: &Path, folder: &Path) -> Child {
    as_user(&programs.join("postgres"))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .args(["-h", "", "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "shared_buffers=128MB"])
        .process_group(0)
        .spawn()
        .unwrap()
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut bins: Vec<PathBuf> =
        versions.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).collect();
    bins.sort();
    bins.pop()
}

/// Whom to become when this is root: PostgreSQL refuses to run as root.
fn unprivileged() -> Option<&'static str> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    root.then_some("postgres")
}

fn as_user(program: &Path) -> Command {
    match unprivileged() {
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", user, "--clear-groups", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}
