//! PostgreSQL's own programs as this machine has them, run as somebody they agree to be run by.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian and others put `initdb` and `postgres`, newest first.
pub fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
        .collect();
    versions.sort();
    versions.pop().or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
    })
}

/// Whom to become when this is root: PostgreSQL refuses to run as root.
fn unprivileged() -> Option<&'static str> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    let known = |user: &str| Command::new("id").arg(user).output().is_ok_and(|output| output.status.success());
    root.then(|| if known("postgres") { "postgres" } else { "nobody" })
}

/// Gives folders to whoever the programs run as.
pub fn give(folders: &[&Path]) {
    if let Some(user) = unprivileged() {
        let status = Command::new("chown").arg(user).args(folders).status().expect("chown");
        assert!(status.success(), "chown {user} {folders:?}");
    }
}

/// The program, run as whoever it agrees to.
pub fn as_user(program: &Path) -> Command {
    match unprivileged() {
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", user, "--clear-groups", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}
