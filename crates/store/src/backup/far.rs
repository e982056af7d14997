//! How far a backup, a restore or a move is: with a million complaints each of them takes minutes.

use serde::Serialize;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 读出: the source is written to a file.
    Reading,
    /// 写入: the file is put into the target, in one transaction; a backup's own trial, too.
    Writing,
    /// 比对: every table is hashed and compared.
    Comparing,
    /// 重放: every journal of the target is replayed.
    Verifying,
}

/// Told what is being done and how many rows of it are done; first with none.
pub type Tell<'t> = dyn FnMut(Stage, u64) + Send + 't;

/// How far one stage is.
pub(super) struct Far<'t> {
    tell: &'t mut Tell<'t>,
    stage: Stage,
    rows: u64,
}

impl<'t> Far<'t> {
    pub(super) fn begun(stage: Stage, tell: &'t mut Tell<'_>) -> Self {
        tell(stage, 0);
        Self { tell, stage, rows: 0 }
    }

    /// So many rows more.
    pub(super) fn on(&mut self, more: usize) {
        self.rows += more as u64;
        (self.tell)(self.stage, self.rows);
    }
}
