//! 《重大投诉申告表》: what an account manager declares of a major complaint, part by part (M8).
//!
//! The table of [`Part`]s drives everything: the form on the page, what is missing, what changed, the printed sheet. The
//! form goes by mail, so it holds masked phones and names only.

use std::fmt;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::calendar::{NotATime, parse_instant};
use crate::check::Bilingual;
use crate::contact::mask_digits;
use crate::time::Timestamp;

mod changes;
mod interface;
mod missing;
mod part;
mod prefill;
mod version;

pub use changes::{Change, Piece, changes};
pub use interface::Interface;
pub use missing::missing;
pub use part::{Need, Part};
pub use prefill::{follow_up, prefill};
pub use version::{Review, ReviewOutcome, Version};

/// Which report of the complaint the form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// 首报.
    #[default]
    First,
    /// 续报.
    Progress,
    /// 终报.
    Final,
}

impl Report {
    /// Every kind, in the order they come.
    pub const ALL: [Self; 3] = [Self::First, Self::Progress, Self::Final];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Progress => "progress",
            Self::Final => "final",
        }
    }

    /// The kind in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::First => ("首报", "First report"),
            Self::Progress => ("续报", "Progress report"),
            Self::Final => ("终报", "Final report"),
        }
    }
}

/// 紧急程度, calmest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 一般.
    Normal,
    /// 紧急.
    Urgent,
    /// 非常紧急.
    VeryUrgent,
}

impl Urgency {
    /// Every urgency, calmest first.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Urgent, Self::VeryUrgent];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Urgent => "urgent",
            Self::VeryUrgent => "very_urgent",
        }
    }

    /// The urgency in Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Normal => ("一般", "normal"),
            Self::Urgent => ("紧急", "urgent"),
            Self::VeryUrgent => ("非常紧急", "very urgent"),
        }
    }
}

/// The form as it is filled in. An empty text or an absent value is a part nobody has filled in yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// 首报, 续报 or 终报.
    pub report: Report,
    /// Which of the complaint's reports: 1 for the first.
    pub ordinal: u32,
    /// 界面.
    #[serde(default)]
    pub interface: Option<Interface>,
    /// 紧急程度.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// 下次报告时间.
    #[serde(default)]
    pub next_report: Option<Timestamp>,
    /// 客户与联系人, masked.
    #[serde(default)]
    pub customer: String,
    /// 影响范围/人数.
    #[serde(default)]
    pub scope: String,
    /// 投诉问题.
    #[serde(default)]
    pub problem: String,
    /// 诉求.
    #[serde(default)]
    pub claim: String,
    /// 溯源结果.
    #[serde(default)]
    pub source_tracing: String,
    /// 调配资源的具体情况.
    #[serde(default)]
    pub resources: String,
    /// 沟通过程.
    #[serde(default)]
    pub communication: String,
    /// 已承诺事项.
    #[serde(default)]
    pub promised: String,
    /// 风险（媒体/监管）.
    #[serde(default)]
    pub risk: String,
    /// 建议方案.
    #[serde(default)]
    pub proposal: String,
}

/// What a part holds, by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Words, empty where nobody wrote any.
    Words(&'a str),
    /// An interface.
    Interface(Option<&'a Interface>),
    /// An urgency.
    Urgency(Option<Urgency>),
    /// An instant.
    Moment(Option<Timestamp>),
}

impl Value<'_> {
    /// The value in Chinese, an instant in the branch's zone to the minute; empty where there is none.
    pub fn said(self, zone: &TimeZone) -> String {
        match self {
            Self::Words(words) => words.to_owned(),
            Self::Interface(interface) => interface.map_or_else(String::new, |interface| interface.as_str().to_owned()),
            Self::Urgency(urgency) => urgency.map_or_else(String::new, |urgency| urgency.title().0.to_owned()),
            Self::Moment(at) => at.map_or_else(String::new, |at| minute(at, zone)),
        }
    }
}

/// An instant as the form writes it: `2026-03-04 09:15`, in the branch's zone.
pub fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_jiff().to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Why a part does not take what was typed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAnswer {
    /// Not a time.
    #[error(transparent)]
    Time(#[from] NotATime),
    /// None of the urgencies.
    #[error("not an urgency: `{0}`; one of normal, urgent, very_urgent")]
    Urgency(String),
    /// Longer than a name of an interface is.
    #[error("the name of an interface has at most {} characters", Interface::LONGEST)]
    Interface,
    /// More than a sheet of paper can sensibly hold.
    #[error("{part}: at most {longest} characters", longest = Declaration::LONGEST)]
    TooLong {
        /// Where.
        part: Part,
    },
}

impl NotAnAnswer {
    /// What is wrong and how it is put right, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh = match self {
            Self::Time(error) => return error.told(),
            Self::Urgency(text) => format!("没有这种紧急程度：“{text}”；可选一般、紧急、非常紧急"),
            Self::Interface => format!("界面名称不超过{}个字", Interface::LONGEST),
            Self::TooLong { part } => {
                format!("“{}”不超过{}个字，请摘要填写，原文留在投诉记录里", part.title().0, Declaration::LONGEST)
            }
        };
        Bilingual::new(zh, self.to_string())
    }
}

impl Declaration {
    /// Characters a part takes at most: some six pages.
    pub const LONGEST: usize = 6_000;

    /// What a part holds.
    pub fn value(&self, part: Part) -> Value<'_> {
        match part {
            Part::Interface => Value::Interface(self.interface.as_ref()),
            Part::Urgency => Value::Urgency(self.urgency),
            Part::NextReport => Value::Moment(self.next_report),
            Part::Customer => Value::Words(&self.customer),
            Part::Scope => Value::Words(&self.scope),
            Part::Problem => Value::Words(&self.problem),
            Part::Claim => Value::Words(&self.claim),
            Part::SourceTracing => Value::Words(&self.source_tracing),
            Part::Resources => Value::Words(&self.resources),
            Part::Communication => Value::Words(&self.communication),
            Part::Promised => Value::Words(&self.promised),
            Part::Risk => Value::Words(&self.risk),
            Part::Proposal => Value::Words(&self.proposal),
        }
    }

    /// Writes what somebody typed into a part; blank empties it. Times are read in the branch's zone, phones masked.
    pub fn write(&mut self, part: Part, typed: &str, zone: &TimeZone) -> Result<(), NotAnAnswer> {
        let typed = typed.trim();
        if typed.chars().count() > Self::LONGEST {
            return Err(NotAnAnswer::TooLong { part });
        }
        match part {
            Part::Interface => {
                self.interface =
                    (!typed.is_empty()).then(|| Interface::new(typed).ok_or(NotAnAnswer::Interface)).transpose()?;
            }
            Part::Urgency => {
                let named = |urgency: &Urgency| urgency.as_str() == typed || urgency.title().0 == typed;
                let found = Urgency::ALL.into_iter().find(named);
                if found.is_none() && !typed.is_empty() {
                    return Err(NotAnAnswer::Urgency(typed.to_owned()));
                }
                self.urgency = found;
            }
            Part::NextReport => {
                self.next_report = (!typed.is_empty()).then(|| parse_instant(typed, zone)).transpose()?;
            }
            Part::Customer
            | Part::Scope
            | Part::Problem
            | Part::Claim
            | Part::SourceTracing
            | Part::Resources
            | Part::Communication
            | Part::Promised
            | Part::Risk
            | Part::Proposal => {
                if let Some(words) = self.words_mut(part) {
                    *words = mask_digits(typed);
                }
            }
        }
        Ok(())
    }

    /// The form with every telephone number in its words masked, however it came there: what may leave the house (P-8).
    #[must_use]
    pub fn masked(mut self) -> Self {
        for part in Part::ALL {
            if let Some(words) = self.words_mut(part) {
                *words = mask_digits(words);
            }
        }
        self
    }

    /// The kind of report with its ordinal, in Chinese: 首报, 续报（第2号）, 终报（第3号）.
    pub fn report_title(&self) -> String {
        match self.report {
            Report::First => self.report.title().0.to_owned(),
            Report::Progress | Report::Final => format!("{}（第{}号）", self.report.title().0, self.ordinal),
        }
    }

    /// The words of a part that holds words.
    fn words_mut(&mut self, part: Part) -> Option<&mut String> {
        match part {
            Part::Interface | Part::Urgency | Part::NextReport => None,
            Part::Customer => Some(&mut self.customer),
            Part::Scope => Some(&mut self.scope),
            Part::Problem => Some(&mut self.problem),
            Part::Claim => Some(&mut self.claim),
            Part::SourceTracing => Some(&mut self.source_tracing),
            Part::Resources => Some(&mut self.resources),
            Part::Communication => Some(&mut self.communication),
            Part::Promised => Some(&mut self.promised),
            Part::Risk => Some(&mut self.risk),
            Part::Proposal => Some(&mut self.proposal),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
