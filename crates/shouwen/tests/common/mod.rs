//! Runs the real program against a store of its own and reads its answers.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![expect(dead_code, reason = "each test file uses its part")]

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use store::Location;
use store::testing::{Engine, Place, fresh_location};
use tempfile::TempDir;

pub mod dice;
pub mod http;
pub mod schema;
pub mod server;
pub mod service;
pub mod tickets;

/// A store nobody has touched, with a folder for files and keys; all of it goes away with the test.
pub struct House {
    pub location: Location,
    pub files: TempDir,
    _place: Place,
}

/// What a run of the program left behind.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl House {
    /// On SQLite, in a directory that does not exist yet.
    pub fn sqlite() -> Self {
        Self::on(Engine::Sqlite).unwrap()
    }

    /// On either engine; nothing where PostgreSQL was switched off for this run.
    pub fn on(engine: Engine) -> Option<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (location, place) = runtime.block_on(fresh_location(engine))?;
        Some(Self { location, files: TempDir::with_prefix("shouwen-files-").unwrap(), _place: place })
    }

    /// On a server of its own.
    pub fn of(server: &server::DurableServer) -> Self {
        Self { location: Location::Postgres(server.url()), ..Self::sqlite() }
    }

    /// The data directory of a SQLite house.
    pub fn directory(&self) -> &Path {
        match &self.location {
            Location::Directory(directory) => directory,
            Location::Postgres(_) => panic!("a directory"),
        }
    }

    /// A file for the program to read.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program with these arguments, on this store.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = program(self.files.path());
        command.args(args);
        match &self.location {
            Location::Directory(directory) => command.arg("--data").arg(directory),
            Location::Postgres(url) => command.arg("--database").arg(url),
        };
        command
    }

    /// Runs it.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Answer {
        Answer::of(&self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs it and expects success.
    pub fn done<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Answer {
        let answer = self.run(args);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer
    }

    /// Runs it with `--json`, expects success and an answer of the documented form.
    pub fn json<S: AsRef<OsStr>>(&self, schema: &str, args: impl IntoIterator<Item = S>) -> Value {
        let mut command = self.command(args);
        let answer = Answer::of(&command.arg("--json").stdin(Stdio::null()).output().unwrap());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.json(schema)
    }
}

impl Answer {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the program speaks UTF-8");
        let answer = Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        assert!(!answer.err.contains("panicked"), "{}", answer.err);
        assert!(answer.code.is_some(), "ended by a signal: {answer:?}");
        answer
    }

    /// The answer as JSON of the documented form.
    pub fn json(&self, schema: &str) -> Value {
        let value = serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        schema::hold(schema, &value);
        value
    }
}

/// The program, or the build `SHOUWEN_BIN` names, with nothing of this machine's settings but a folder to call home. It
/// speaks English.
pub fn program(home: &Path) -> Command {
    let built = std::env::var_os("SHOUWEN_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_shouwen").into());
    let mut command = Command::new(built);
    command.env_clear().env("HOME", home).env("XDG_CONFIG_HOME", home).env("SHOUWEN_LANG", "en").current_dir(home);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Runs a command that is told something on its standard input.
pub fn told(mut command: Command, input: &str) -> Answer {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).unwrap();
    Answer::of(&child.wait_with_output().unwrap())
}

/// Runs the program without a store.
pub fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Answer {
    let home = TempDir::with_prefix("shouwen-home-").unwrap();
    Answer::of(&program(home.path()).args(args).stdin(Stdio::null()).output().unwrap())
}

/// Both engines, those that are not switched off.
pub fn houses() -> impl Iterator<Item = House> {
    [Engine::Sqlite, Engine::Postgres].into_iter().filter_map(House::on)
}

/// The complaints it holds.
pub const SHEET: &str = "工单编号,投诉时间,客户电话,客户姓名,投诉内容,经度,纬度\nTS1,2026-11-20 09:00,19900000001,王小明,室内没有信号,113.10,23.10\nTS2,2026-11-20 09:10,19900000002,李大为,上网慢,113.11,23.10\n";

/// A house with a network, complaints, a person and a token.
pub fn furnish(house: &House) -> String {
    let cells = house.file("cells.csv", "cell_id,lon,lat,azimuth\nA,113.10,23.11,180\nB,113.12,23.10,270\n");
    house.done(["import", "cells", cells.to_str().unwrap(), "--datum", "wgs84"]);
    let sheet = house.file("complaints.csv", SHEET);
    house.done(["import", "complaints", sheet.to_str().unwrap(), "--datum", "wgs84"]);
    house.done(["user", "add", "li.min"]);
    house.done(["token", "create", "eoms"]).out.trim().to_owned()
}
