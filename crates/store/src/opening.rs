//! Opening and closing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::BranchId;
use uuid::Uuid;

use crate::commit::Writer;
use crate::db::{Db, Lasting, Sql, args};
use crate::{Error, Result, schema, search};

/// The file of an embedded store within its directory.
pub(crate) const FILE: &str = "shouwen.db";

/// Where a store lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A directory with an SQLite file, made when absent.
    Directory(PathBuf),
    /// A PostgreSQL database, `postgres://user@host/name`.
    Postgres(String),
}

/// The store, open. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    branch: BranchId,
    writer: Writer,
}

impl Store {
    /// Opens the store, brings its schema forward, and makes the default branch in a fresh one.
    ///
    /// Refuses a store written by a newer version, without touching it.
    pub async fn open(location: &Location) -> Result<Self> {
        let db = connect(location).await?;
        let branch = default_branch(&db).await?;
        Ok(Self::over(db, branch))
    }

    fn over(db: Db, branch: BranchId) -> Self {
        search::tokens::warm();
        let writer = Writer::start(&db);
        Self(Arc::new(Inner { db, branch, writer }))
    }

    /// The branch everything in this store belongs to.
    pub fn branch(&self) -> BranchId {
        self.0.branch
    }

    /// Lets go of the database once what was acknowledged is on disk; other clones of this store are closed with it.
    pub async fn close(self) {
        self.0.db.close().await;
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.0.writer
    }
}

/// Connects and brings the schema forward.
pub(crate) async fn connect(location: &Location) -> Result<Db> {
    opened(location, None).await
}

/// The same to be filled in one transaction and opened anew for anything else.
pub(crate) async fn to_fill(location: &Location, lasting: Lasting) -> Result<Db> {
    opened(location, Some(lasting)).await
}

async fn opened(location: &Location, filled: Option<Lasting>) -> Result<Db> {
    let db = match location {
        Location::Directory(directory) => {
            tokio::fs::create_dir_all(directory).await.map_err(|source| Error::file(directory, source))?;
            private(directory).await?;
            let file = directory.join(FILE);
            match filled {
                None => Db::sqlite(&file).await?,
                Some(lasting) => Db::sqlite_to_fill(&file, lasting).await?,
            }
        }
        Location::Postgres(url) => Db::postgres(url).await?,
    };
    schema::migrate(&db).await?;
    Ok(db)
}

/// The directory holds customers' words: nobody else on the machine reads it.
#[cfg(unix)]
async fn private(directory: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let empty = std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none());
    if empty {
        let mode = std::fs::Permissions::from_mode(0o700);
        tokio::fs::set_permissions(directory, mode).await.map_err(|source| Error::file(directory, source))?;
    }
    Ok(())
}

#[cfg(not(unix))]
async fn private(_: &Path) -> Result<()> {
    Ok(())
}

async fn default_branch(db: &Db) -> Result<BranchId> {
    const FIRST: &str = "SELECT branch_id FROM branch ORDER BY branch_id LIMIT 1";
    if let Some((id,)) = db.one::<(Uuid,)>(FIRST).await? {
        return Ok(BranchId(id));
    }
    let mut tx = db.write().await?;
    // Two nodes that open a fresh database at once agree on one branch: the lock row lets one of them in at a time.
    tx.exec_one("UPDATE schema_lock SET taken = taken + 1 WHERE id = 1").await?;
    if let Some((id,)) = tx.one::<(Uuid,)>(FIRST).await? {
        return Ok(BranchId(id));
    }
    let id = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    tx.exec(Sql::with("INSERT INTO branch (branch_id, name) VALUES ($1, $2)", args![id, ""])).await?;
    tx.commit().await?;
    Ok(BranchId(id))
}
