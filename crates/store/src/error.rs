//! What can go wrong, by what the caller can do about it.

use domain::check::Bilingual;

/// Which uniqueness a write would have broken: the caller reads the first one and answers with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duplicate {
    /// The upstream number is already on record for that client.
    Upstream,
    /// The submission was already accepted.
    Submission,
    /// The complaint's own number is taken.
    Number,
    /// The complaint's id is taken.
    Complaint,
    /// Somebody signs in by that name already.
    SignIn,
    /// An access token of that name is valid already.
    TokenName,
    /// Any other key.
    Key,
}

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing there, or out of the asker's scope.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it first: read again and merge. Nothing was written.
    #[error("changed by somebody else in the meantime")]
    Conflict,
    /// It exists already. Nothing was written.
    #[error("already on record ({0:?})")]
    Duplicate(Duplicate),
    /// The store will not, and says why: a newer schema, a target that is not empty, a damaged file.
    #[error("{}", .0.en)]
    Refused(Bilingual),
    /// The same call may succeed later: the engine is busy, away or out of connections.
    #[error("the database cannot answer now: {0}")]
    Transient(String),
    /// The disk is full: nothing was written, and the same call succeeds once there is room.
    #[error("the disk is full: {0}")]
    Full(String),
    /// A stored value is not what this program writes.
    #[error("damaged record: {table}.{column} of {row}")]
    Damaged {
        /// In which table.
        table: &'static str,
        /// In which column.
        column: &'static str,
        /// In which row.
        row: String,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Anything else the engine reports: a mistake of this program.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
}

impl Error {
    /// A refusal in both languages.
    pub(crate) fn refused(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Refused(Bilingual::new(zh, en))
    }

    /// What happened and what to do next.
    pub fn told(&self) -> Bilingual {
        let en = self.to_string();
        match self {
            Self::Refused(reason) => reason.clone(),
            Self::NotFound => Bilingual::new("没有找到", en),
            Self::Conflict => Bilingual::new("已被别人改动，请重新读取后再改", en),
            Self::Duplicate(_) => Bilingual::new("已有记录", en),
            Self::Transient(why) => Bilingual::new(format!("数据库暂时没有应答，请稍后再试：{why}"), en),
            Self::Full(why) => Bilingual::new(format!("磁盘已满，没有写入；请腾出空间后重试：{why}"), en),
            Self::Damaged { table, column, row } => {
                Bilingual::new(format!("记录损坏：{table}.{column}，{row}；请用 verify 核对，必要时从备份恢复"), en)
            }
            Self::File { path, source } => Bilingual::new(format!("文件 {path}：{source}"), en),
            Self::Database(source) => Bilingual::new(format!("数据库出错：{source}"), en),
        }
    }

    /// Whether repeating the same unit of work may help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_))
    }

    /// A file that could not be read or written.
    pub fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }
}
