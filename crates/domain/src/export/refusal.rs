//! Why a step of an export was refused, and what to do instead.

use super::State;
use crate::check::Bilingual;

/// A step the rules forbid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody said why.
    #[error("a reason is needed")]
    NoReason,
    /// Rows chosen by a phone.
    #[error("chosen by a phone")]
    ByPhone,
    /// Nothing is found.
    #[error("nothing is found")]
    Empty,
    /// More rows than a file may hold.
    #[error("more than {most} rows")]
    TooMany {
        /// How many it may hold.
        most: u64,
    },
    /// Phones and names as they are: not asked for, or not for one of the two to see.
    #[error("phones and names stay masked")]
    NotUnmasked,
    /// Who asked does not decide.
    #[error("one's own request")]
    Own,
    /// Only who asked may.
    #[error("somebody else's request")]
    NotOwn,
    /// It was decided or withdrawn already.
    #[error("it is {} already", state.as_str())]
    Settled {
        /// How it stands.
        state: State,
    },
    /// There is no file to fetch.
    #[error("it is {}, not approved", state.as_str())]
    NotApproved {
        /// How it stands.
        state: State,
    },
    /// The file is gone.
    #[error("its time is over")]
    Expired,
    /// Who asked may not ask any more.
    #[error("who asked may not any more")]
    AskerGone,
}

impl Refusal {
    /// What happened and what to do next, in both languages.
    pub fn message(self) -> Bilingual {
        match self {
            Self::NoReason => Bilingual::new("请写明原因。", "Say why."),
            Self::ByPhone => Bilingual::new(
                "导出不能按电话号码选取：请去掉号码，改用时间、状态等条件。",
                "Rows cannot be chosen by a phone number: leave it out and choose by time, state and the like.",
            ),
            Self::Empty => {
                Bilingual::new("没有符合条件的投诉，请放宽条件。", "No complaint is chosen: widen the choice.")
            }
            Self::TooMany { most } => Bilingual::new(
                format!("一份文件最多 {most} 行，请缩小范围分次申请。"),
                format!("A file holds {most} rows at most: narrow the choice and ask for several."),
            ),
            Self::NotUnmasked => Bilingual::new(
                "电话和姓名不能以明文导出：须申请时提出，且申请人和批准人都有查看明文的权限。",
                "Phones and names stay masked: in clear they go out only where that was asked for, and both who asked and who approves may see them.",
            ),
            Self::Own => Bilingual::new(
                "不能批准自己的申请，请由另一位有权限的同事决定。",
                "One's own request is decided by somebody else who may.",
            ),
            Self::NotOwn => Bilingual::new("只有申请人本人可以这样做。", "Only who asked may do that."),
            Self::Settled { state } => Bilingual::new(
                "申请已有结果，请刷新查看。",
                format!("It is {} already: reload and see.", state.as_str()),
            ),
            Self::NotApproved { state } => Bilingual::new(
                "申请没有获批，没有文件可下载。",
                format!("It is {}: there is no file to fetch.", state.as_str()),
            ),
            Self::Expired => Bilingual::new(
                "下载期限已过，文件已删除；仍需要请重新申请。",
                "Its time is over and the file is gone: ask anew if it is still needed.",
            ),
            Self::AskerGone => Bilingual::new(
                "申请人已停用或不再有导出权限，请不批准。",
                "Who asked is switched off or may not export any more: refuse it.",
            ),
        }
    }
}
