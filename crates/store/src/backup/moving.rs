//! A running branch moves between engines: everything, proven at every step, or nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::file::{self, Writing};
use super::{Digests, dump, restore, vacant, write};
use crate::opening::connect;
use crate::tables::TABLES;
use crate::{Error, Location, Result, Store};

/// How far a move has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 读出: the source is written to a file beside nothing else.
    Reading,
    /// 写入: the file is put into the target, in one transaction.
    Writing,
    /// 比对: every table of both is hashed and compared.
    Comparing,
    /// 重放: every journal of the target is replayed.
    Verifying,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Rows of each table, the same at both ends.
    pub tables: BTreeMap<String, u64>,
    /// Journal entries of the target that were replayed.
    pub entries: u64,
}

impl Store {
    /// Copies everything of this store into an empty location, with `secrets` in the place of its own of those names.
    ///
    /// The target is written in one transaction after the whole source was read: interrupted until then, it stays empty and the
    /// move is begun again; interrupted later, it holds the branch unproven and is to be emptied by hand. Both ends are hashed table by table afterwards; where somebody wrote to the source meanwhile, or the
    /// target does not verify, what was moved is taken away again. The source is only read.
    pub async fn move_to(
        &self,
        target: &Location,
        secrets: &[(&str, Vec<u8>)],
        mut tell: impl FnMut(Stage),
    ) -> Result<Moved> {
        let scratch = tempfile::Builder::new()
            .prefix("shouwen-move-")
            .tempdir()
            .map_err(|source| Error::file(&std::env::temp_dir(), source))?;
        let path = scratch.path().join("branch");
        vacant::vacant(target, &path).await?;
        tell(Stage::Reading);
        let read = write(self.db(), self.branch().0, Writing::create(&path)?, Vec::new()).await?;
        file::checked(&path)?;
        tell(Stage::Writing);
        let db = connect(target).await?;
        let written = restore::all(&db, &path, secrets).await;
        db.close().await;
        written?;
        let moved = Self::open(target).await?;
        let proven = self.prove_moved(&moved, secrets, &read, &mut tell).await;
        if proven.is_err() {
            // Whatever was wrong, nobody is left with a branch that is behind, or one nobody can trust.
            vacant::empty(moved.db()).await?;
        }
        moved.close().await;
        let entries = proven?;
        let tables = read.into_iter().map(|(name, digest)| (name.to_owned(), digest.rows)).collect();
        Ok(Moved { tables, entries })
    }

    /// Compares both ends with what was read, and replays the target.
    async fn prove_moved(
        &self,
        moved: &Self,
        secrets: &[(&str, Vec<u8>)],
        read: &Digests,
        tell: &mut impl FnMut(Stage),
    ) -> Result<u64> {
        tell(Stage::Comparing);
        // Its own key wraps the data key there.
        let replaced = |name: &str| name == "secret" && !secrets.is_empty();
        for (is_source, db) in [(false, moved.db()), (true, self.db())] {
            let mut tx = db.snapshot().await?;
            for table in TABLES.iter().filter(|table| !replaced(table.name)) {
                let found = dump(&mut tx, table, self.branch().0, |_| Ok(())).await?;
                if read.get(table.name) != Some(&found) {
                    return Err(differs(is_source, table.name));
                }
            }
        }
        tell(Stage::Verifying);
        let report = moved.verify().await?;
        match report.problems.first() {
            None => Ok(report.entries),
            Some(problem) => Err(Error::refused(
                format!("目标库核对不通过：{}：{}。目标已清空，源库未动。", problem.place(), problem.text.zh),
                format!(
                    "the target does not verify: {}: {}. It was emptied; the source is as it was.",
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
            format!("搬迁期间有人写了源库（表 {table}）：先停止服务再搬。目标已清空，源库未动。"),
            format!(
                "somebody wrote to the source meanwhile (table {table}): stop the service and move again. The target was \
                 emptied; the source is as it was."
            ),
        );
    }
    Error::refused(
        format!("目标库的表 {table} 与源库不一致。目标已清空，源库未动。"),
        format!(
            "table {table} of the target differs from the source. The target was emptied; the source is as it was."
        ),
    )
}
