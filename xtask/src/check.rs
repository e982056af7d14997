//! `cargo xtask check`: the rules of ARCHITECTURE.md that no compiler holds. Each rule returns what breaks it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

mod messages;
mod rooms;
mod text;

/// A file under version control, with its text where it has any.
struct Source {
    /// Relative to the root of the repository.
    path: String,
    text: String,
}

impl Source {
    /// Whether its name ends in one of these.
    fn is(&self, extensions: &[&str]) -> bool {
        let own = Path::new(&self.path).extension().and_then(|extension| extension.to_str());
        own.is_some_and(|own| extensions.contains(&own))
    }
}

/// Runs every rule and prints what breaks them.
pub(crate) fn run() -> ExitCode {
    match broken() {
        Ok(broken) if broken.is_empty() => {
            println!("xtask check: rooms, SQL, paths, lock files, messages and lengths are as they should be");
            ExitCode::SUCCESS
        }
        Ok(broken) => {
            eprintln!("{}\nxtask check: {} broken", broken.join("\n"), broken.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("xtask check: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn broken() -> Result<Vec<String>> {
    let root = root();
    let sources = sources(&root)?;
    let mut broken = rooms::broken(&root)?;
    broken.extend(rooms::sql_outside_store(&sources));
    broken.extend(text::machine_paths(&sources));
    broken.extend(text::recorded_addresses(&sources));
    broken.extend(text::too_long(&sources));
    broken.extend(messages::unequal(&sources));
    Ok(broken)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository").to_owned()
}

/// Every file git knows or would add, so that a rule also holds before the commit.
fn sources(root: &Path) -> Result<Vec<Source>> {
    let listed = Command::new("git")
        // The checkout may belong to somebody else than the one who checks it.
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git lists the files")?;
    ensure!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).context("file names are UTF-8")?;
    let texts = names.split('\0').filter(|name| !name.is_empty()).filter_map(|path| {
        let text = std::fs::read(root.join(path)).ok().and_then(|bytes| String::from_utf8(bytes).ok())?;
        Some(Source { path: path.to_owned(), text })
    });
    Ok(texts.collect())
}
