//! Stores for tests: a fresh one on either engine, thrown away afterwards.
//!
//! PostgreSQL runs as one private server for all test processes, in a temporary folder, on a socket and nothing else, as
//! an unprivileged user because it refuses to be root's. `SHOUWEN_TEST_POSTGRES` names a server to use instead;
//! `SHOUWEN_SKIP_POSTGRES=1` lets tests pass without one, and says so.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

pub mod installed;
pub mod lossy;
mod postgres;

use crate::{Location, Store};

/// On which engine a test runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
}

/// A store that goes away with the test. Derefs to [`Store`].
#[derive(Debug)]
pub struct TestStore {
    store: Store,
    location: Location,
    _place: Place,
}

/// What is thrown away.
#[derive(Debug)]
pub enum Place {
    /// A folder.
    Folder(TempDir),
    /// A database of the private server.
    Database(postgres::Database),
}

impl TestStore {
    /// A fresh store on that engine; `None` only where PostgreSQL was switched off for this run.
    pub async fn on(engine: Engine) -> Option<Self> {
        let (location, place) = fresh_location(engine).await?;
        let store = Store::open(&location).await.expect("a fresh store opens");
        Some(Self { store, location, _place: place })
    }

    /// Where it lies.
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// The store itself.
    pub fn store(&self) -> Store {
        self.store.clone()
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// All a backup holds, as text, what is packed within it unpacked.
pub fn backup_text(backup: &std::path::Path) -> String {
    crate::backup::text(backup).expect("a backup can be read")
}

/// The schemas released versions had, whose backups are read.
pub const fn released_schemas() -> &'static [i64] {
    &crate::tables::past::RELEASED
}

/// A location on that engine as the version that wrote this backup would have left it.
pub async fn location_of(engine: Engine, backup: &std::path::Path) -> Option<(Location, Place)> {
    let (location, place) = fresh_location(engine).await?;
    crate::backup::as_it_was(backup, &location).await.expect("a kept sample can be read");
    Some((location, place))
}

/// An empty location on that engine, with what must be kept until the test is over.
pub async fn fresh_location(engine: Engine) -> Option<(Location, Place)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    match engine {
        Engine::Sqlite => {
            let folder = TempDir::with_prefix("shouwen-test-").expect("a temporary folder");
            Some((Location::Directory(folder.path().join("data")), Place::Folder(folder)))
        }
        Engine::Postgres => {
            let server = postgres::server().await?;
            let database = server.database(&format!("t{}_{number}", std::process::id())).await;
            Some((Location::Postgres(database.url()), Place::Database(database)))
        }
    }
}
