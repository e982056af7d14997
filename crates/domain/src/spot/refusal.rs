//! Why something cannot be done to a problem location, and what to do instead: the same words on every door.

use super::{ActionKind, Radius, Status};
use crate::check::Bilingual;
use crate::complaint::Plan;

/// What a move asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// What happened, or why, in words.
    Words,
    /// 黑点名称.
    Name,
    /// 解决措施.
    Measure,
}

impl Part {
    /// The part in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Words => ("文字说明", "a few words"),
            Self::Name => ("黑点名称", "its name"),
            Self::Measure => ("解决措施", "the measure"),
        }
    }
}

/// A move that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not as it stands.
    #[error("{} is not possible while {}", action.as_str(), status.as_str())]
    NotNow {
        /// What was asked.
        action: ActionKind,
        /// How it stands.
        status: Status,
    },
    /// Not for this viewer.
    #[error("{} is not for this role", action.as_str())]
    NotYours {
        /// What was asked.
        action: ActionKind,
    },
    /// Something was not said.
    #[error("{} needs {part:?}", action.as_str())]
    Missing {
        /// What was asked.
        action: ActionKind,
        /// What is missing.
        part: Part,
    },
    /// A day that has come, too far ahead, or the one expected already.
    #[error("a day that cannot be expected")]
    Date,
    /// No entry of that number tells of progress.
    #[error("no such entry to correct")]
    NothingToCorrect,
}

impl Refusal {
    /// What happened and what to do next, in both languages.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::NotNow { action, status } => {
                let ((zh, en), (zh_status, en_status)) = (action.title(), status.title());
                Bilingual {
                    zh: format!("黑点“{zh_status}”时不能“{zh}”，请刷新后查看现在可以做什么。"),
                    en: format!("“{en}” is not possible while it is {en_status}: reload and see what is."),
                }
            }
            Self::NotYours { action } => {
                let (zh, en) = action.title();
                Bilingual {
                    zh: format!("您的角色不能“{zh}”，请交给有权限的同事。"),
                    en: format!("“{en}” is not for your role; hand it to a colleague who may."),
                }
            }
            Self::Missing { action, part } => {
                let ((zh, en), (zh_part, en_part)) = (action.title(), part.title());
                Bilingual {
                    zh: format!("“{zh}”之前请先补上：{zh_part}。"),
                    en: format!("Before “{en}”, please supply: {en_part}."),
                }
            }
            Self::Date => Bilingual {
                zh: format!("预期解决日期应晚于今天、不超过{}年，并与原日期不同。", Plan::LONGEST_YEARS),
                en: format!(
                    "The expected date lies after today, within {} years, and is another one.",
                    Plan::LONGEST_YEARS
                ),
            },
            Self::NothingToCorrect => Bilingual::new(
                "没有这条进展可更正，请刷新后再选。",
                "There is no such progress to correct: reload and choose again.",
            ),
        }
    }
}

impl Status {
    /// 中文 and English titles.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("未解决", "open"),
            Self::Building => ("实施中", "being built"),
            Self::Solved => ("已解决", "solved"),
            Self::GivenUp => ("不再实施", "given up"),
        }
    }
}

impl Radius {
    /// What a radius may be, in both languages.
    pub fn told() -> Bilingual {
        let (least, most) = (Self::SMALLEST.metres(), Self::LARGEST.metres());
        Bilingual {
            zh: format!("半径应为 {least} 至 {most} 米。"),
            en: format!("A radius is {least} to {most} metres."),
        }
    }
}
