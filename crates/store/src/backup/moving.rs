//! A running branch moves between engines: everything, proven at every step, or nothing.

use std::collections::BTreeMap;
use std::path::Path;

use domain::check::Bilingual;
use serde::Serialize;

use super::far::{Far, Stage, Tell};
use super::file::{self, Writing};
use super::{Digests, dump, kept, scratch, vacant, write};
use crate::db::{Lasting, Sql, args};
use crate::opening::to_fill;
use crate::tables::TABLES;
use crate::{Error, Location, Result, Store};

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Rows of each table, the same at both ends.
    pub tables: BTreeMap<String, u64>,
    /// Journal entries of the target that were replayed.
    pub entries: u64,
    /// The target held the branch already, by a move that was interrupted or is done: it was compared instead of written.
    pub resumed: bool,
}

impl Moved {
    fn of(read: &Digests, entries: u64) -> Self {
        let tables = read.iter().map(|(name, digest)| ((*name).to_owned(), digest.rows)).collect();
        Self { tables, entries, resumed: false }
    }
}

/// Among the secrets of a target: a move has written it and not proven it yet. Nobody opens such a store to work on it.
pub(super) const UNPROVEN: &str = "unproven_move";

/// What a move finds where it is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Nothing: the branch is written there.
    Vacant,
    /// This branch, by a move that was interrupted before it had proven it: it is compared, and written anew where it differs.
    Unproven,
    /// This branch, in somebody's hands: it is compared and never touched.
    Arrived,
}

impl Store {
    /// What lies at a move's target, found out without changing it. Refuses a place that holds anything but this branch.
    pub async fn ground(&self, target: &Location) -> Result<Ground> {
        match vacant::branch_of(target).await? {
            Some(found) if found.branch == self.branch().0 && found.unproven => Ok(Ground::Unproven),
            Some(found) if found.branch == self.branch().0 && found.used => Ok(Ground::Arrived),
            _ => vacant::vacant(target, Path::new("")).await.map(|()| Ground::Vacant),
        }
    }

    /// Copies everything of this store to another location, with `secrets` in the place of its own of those names.
    ///
    /// The target is written in one transaction after the whole source was read, together with a mark that it is unproven; then both
    /// ends are hashed table by table, the target's journals are replayed and the mark is taken away. Killed at any point and run again
    /// it goes on: an empty target is written, one with the mark is compared, and written anew only where the source has changed. A
    /// target without the mark may be in service: it is compared and left as it is. The source is only read.
    pub async fn move_to(&self, target: &Location, secrets: &[(&str, Vec<u8>)], tell: &mut Tell<'_>) -> Result<Moved> {
        let ground = self.ground(target).await?;
        let scratch = scratch::own()?;
        if ground == Ground::Vacant {
            return self.copy_to(target, secrets, scratch.path(), tell).await;
        }
        let path = scratch.path().join("branch");
        let mut far = Far::begun(Stage::Reading, tell);
        let read = write(self.db(), self.branch().0, Writing::create(&path)?, Vec::new(), &mut far).await?;
        let moved = Self::open(target).await?;
        let proven = self.prove_moved(&moved, &read, tell).await;
        let done = match (proven, ground) {
            (Ok(entries), Ground::Unproven) => moved.proven(secrets).await.map(|()| Some(entries)),
            (Ok(entries), _) => Ok(Some(entries)),
            // Nobody has worked there yet: what is behind or damaged is written again.
            (Err(Error::Refused(_)), Ground::Unproven) => vacant::empty(moved.db()).await.map(|()| None),
            (Err(Error::Refused(reason)), _) => Err(arrived_otherwise(&reason)),
            (Err(error), _) => Err(error),
        };
        moved.close().await;
        if let Some(entries) = done? {
            return Ok(Moved { resumed: true, ..Moved::of(&read, entries) });
        }
        std::fs::remove_file(&path).map_err(|source| Error::file(&path, source))?;
        self.copy_to(target, secrets, scratch.path(), tell).await
    }

    /// Writes everything into an empty place and proves it there.
    async fn copy_to(
        &self,
        target: &Location,
        secrets: &[(&str, Vec<u8>)],
        scratch: &Path,
        tell: &mut Tell<'_>,
    ) -> Result<Moved> {
        let path = scratch.join("branch");
        let mut far = Far::begun(Stage::Reading, tell);
        let read = write(self.db(), self.branch().0, Writing::create(&path)?, Vec::new(), &mut far).await?;
        file::checked(&path)?;
        let mut marked = secrets.to_vec();
        marked.push((UNPROVEN, Vec::new()));
        let db = to_fill(target, Lasting::Yes).await?;
        let written = kept(&db, &path, &marked, &mut Far::begun(Stage::Writing, tell)).await;
        db.close().await;
        written?;
        let moved = Self::open(target).await?;
        let proven = self.prove_moved(&moved, &read, tell).await;
        let done = match proven {
            Ok(entries) => moved.proven(secrets).await.map(|()| entries),
            // Whatever was wrong, nobody is left with a branch that is behind, or one nobody can trust.
            Err(error) => vacant::empty(moved.db()).await.and(Err(error)),
        };
        moved.close().await;
        Ok(Moved::of(&read, done?))
    }

    /// Whether a move wrote this store and has not proven it yet.
    pub async fn is_unproven(&self) -> Result<bool> {
        Ok(self.secret(UNPROVEN).await?.is_some())
    }

    /// Takes the mark away. The key of this run replaces the one of the run before: its file may have gone with it.
    async fn proven(&self, secrets: &[(&str, Vec<u8>)]) -> Result<()> {
        let mut tx = self.db().write().await?;
        for (name, body) in secrets {
            let row = args![body.clone(), self.branch().0, *name];
            tx.exec(Sql::with("UPDATE secret SET body = $1 WHERE branch_id = $2 AND name = $3", row)).await?;
        }
        let mark = args![self.branch().0, UNPROVEN];
        tx.exec(Sql::with("DELETE FROM secret WHERE branch_id = $1 AND name = $2", mark)).await?;
        tx.commit().await
    }

    /// Compares both ends with what was read, and replays the target.
    async fn prove_moved(&self, moved: &Self, read: &Digests, tell: &mut Tell<'_>) -> Result<u64> {
        let mut far = Far::begun(Stage::Comparing, tell);
        // Its own key wraps the data key there, and the mark lies among the keys.
        let replaced = |name: &str| name == "secret";
        for (is_source, db) in [(false, moved.db()), (true, self.db())] {
            let mut tx = db.snapshot().await?;
            for table in TABLES.iter().filter(|table| !replaced(table.name)) {
                let found = dump::digest(&mut tx, table, self.branch().0, &mut far).await?;
                if read.get(table.name) != Some(&found) {
                    return Err(differs(is_source, table.name));
                }
            }
        }
        tell(Stage::Verifying, 0);
        let report = moved.verify().await?;
        match report.problems.first() {
            None => Ok(report.entries),
            Some(problem) => Err(Error::refused(
                format!("目标库核对不通过：{}：{}。源库未动。", problem.place(), problem.text.zh),
                format!(
                    "the target does not verify: {}: {}. The source is as it was.",
                    problem.place(),
                    problem.text.en
                ),
            )),
        }
    }
}

fn differs(is_source: bool, table: &str) -> Error {
    if is_source {
        return Error::refused(
            format!("搬迁期间有人写了源库（表 {table}）：先停止服务再搬。源库未动。"),
            format!(
                "somebody wrote to the source meanwhile (table {table}): stop the service and move again. \
                 The source is as it was."
            ),
        );
    }
    Error::refused(
        format!("目标库的表 {table} 与源库不一致。源库未动。"),
        format!("table {table} of the target differs from the source. The source is as it was."),
    )
}

fn arrived_otherwise(reason: &Bilingual) -> Error {
    Error::refused(
        format!(
            "目标库已有本分公司，但与源库不一致：目标可能已投入使用，或搬迁之后源库又有写入。两边都没有改动。要重新搬迁，请先人工清空目标。（{}）",
            reason.zh
        ),
        format!(
            "the target holds this branch already and differs from the source: it may be in service, or the source was written to since. Nothing was changed at either end. To move anew, empty the target by hand first. ({})",
            reason.en
        ),
    )
}
