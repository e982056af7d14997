//! Which flow and which grade: suggested with reasons at intake, never decided silently (M14).
//!
//! Rules only ever raise; lowering needs a supervisor and a reason.

use serde::{Deserialize, Serialize};

use crate::check::Bilingual;
use crate::complaint::Channel;
use crate::flow::Flow;

/// Grade 等级 of a complaint, mildest first (domain.md §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 普通.
    #[default]
    Ordinary,
    /// 较大: hot or difficult.
    Significant,
    /// 重大.
    Major,
    /// 特大.
    Critical,
}

impl Grade {
    /// Every grade, mildest first.
    pub const ALL: [Self; 4] = [Self::Ordinary, Self::Significant, Self::Major, Self::Critical];

    /// What people read: Chinese and English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Ordinary => ("普通", "ordinary"),
            Self::Significant => ("较大", "significant"),
            Self::Major => ("重大", "major"),
            Self::Critical => ("特大", "critical"),
        }
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Significant => "significant",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// By which way it came.
    pub channel: Channel,
    /// Whether an upstream system numbered it.
    pub upstream: bool,
    /// Title, description and the customer's wish in one.
    pub text: &'a str,
    /// The customer's level as upstream names it: 五星, VIP, A类 …
    pub level: &'a str,
    /// Earlier complaints of this phone within 30 days.
    pub repeats: u32,
    /// Complaints within 500 m in the last 24 hours, this one not counted.
    pub nearby: u32,
}

/// A suggested flow and grade with every reason that led there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The flow to take.
    pub flow: Flow,
    /// The grade to give.
    pub grade: Grade,
    /// Why, strongest first.
    pub reasons: Vec<Bilingual>,
}

/// Words that announce a way past the branch: exposure, regulator, law (domain.md §7, tendency).
const THREATS: [&str; 14] = [
    "曝光",
    "媒体",
    "记者",
    "工信部",
    "通管局",
    "通信管理局",
    "12300",
    "12315",
    "12345",
    "消协",
    "消委会",
    "信访",
    "起诉",
    "律师",
];
/// Words that announce harm beyond one customer.
const CRITICAL: [&str; 6] = ["人员伤亡", "群体性", "聚集", "全市", "高考考点", "医院急救"];
/// Several people at once.
const MANY: [&str; 5] = ["多名用户", "大面积", "整个小区", "整栋楼", "全村"];
/// Customer levels whose complaint is never ordinary.
const IMPORTANT: [&str; 8] = ["VIP", "贵宾", "钻石", "五星", "要客", "政企关键人", "A类", "敏感"];

/// Suggests flow and grade. The order of the rules is the order of the reasons.
pub fn suggest(facts: Facts<'_>) -> Suggestion {
    let mut found: Vec<(Grade, Bilingual)> = Vec::new();
    let mut rule = |grade: Grade, zh: String, en: String| found.push((grade, Bilingual { zh, en }));

    if let Some(word) = hit(facts.text, &CRITICAL) {
        rule(Grade::Critical, format!("内容提到“{word}”"), format!("the text mentions “{word}”"));
    }
    match facts.channel {
        Channel::Regulator => {
            rule(Grade::Major, "经监管或申诉渠道到达".into(), "it came by the regulator or the appeal body".into());
        }
        Channel::Media => rule(Grade::Major, "经媒体到达".into(), "it came by the media".into()),
        Channel::Phone
        | Channel::Counter
        | Channel::Mail
        | Channel::Upstream
        | Channel::Spreadsheet
        | Channel::Visit
        | Channel::Other => {}
    }
    if let Some(word) = hit(facts.text, &THREATS) {
        rule(Grade::Major, format!("有越级或曝光倾向：“{word}”"), format!("a threat to go further: “{word}”"));
    }
    if facts.nearby >= 10 {
        rule(
            Grade::Major,
            format!("同一地点24小时内已有{}件", facts.nearby),
            format!("{} complaints at this place within 24 hours", facts.nearby),
        );
    }
    if facts.repeats >= 3 {
        rule(
            Grade::Major,
            format!("同一号码30天内第{}次投诉", facts.repeats + 1),
            format!("complaint number {} of this phone within 30 days", facts.repeats + 1),
        );
    }
    if let Some(level) = hit(facts.level, &IMPORTANT) {
        rule(Grade::Significant, format!("客户级别：{level}"), format!("customer level: {level}"));
    }
    if (3..10).contains(&facts.nearby) {
        rule(
            Grade::Significant,
            format!("同一地点24小时内已有{}件", facts.nearby),
            format!("{} complaints at this place within 24 hours", facts.nearby),
        );
    }
    if (1..3).contains(&facts.repeats) {
        rule(
            Grade::Significant,
            format!("同一号码30天内第{}次投诉", facts.repeats + 1),
            format!("complaint number {} of this phone within 30 days", facts.repeats + 1),
        );
    }
    if let Some(word) = hit(facts.text, &MANY) {
        rule(Grade::Significant, format!("影响多人：“{word}”"), format!("several people affected: “{word}”"));
    }
    if found.is_empty() {
        let (zh, en) = ("没有升级条件命中".into(), "no rule raises the grade".into());
        found.push((Grade::Ordinary, Bilingual { zh, en }));
    }

    let grade = found.iter().map(|(grade, _)| *grade).max().unwrap_or_default();
    let mut reasons: Vec<Bilingual> = found.into_iter().map(|(_, reason)| reason).collect();
    let flow = if facts.upstream {
        reasons.push(Bilingual {
            zh: "带上游工单号，走工单流程".into(),
            en: "it carries an upstream number: work-order flow".into(),
        });
        Flow::WorkOrder
    } else {
        reasons.push(Bilingual {
            zh: "首问受理，走普通投诉流程".into(), en: "first asked here: ordinary flow".into()
        });
        Flow::Ordinary
    };
    Suggestion { flow, grade, reasons }
}

fn hit<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    words.iter().copied().find(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Facts<'_> =
        Facts { channel: Channel::Phone, upstream: false, text: "家里信号弱", level: "", repeats: 0, nearby: 0 };

    #[test]
    fn m14_a_plain_call_is_ordinary_and_says_why() {
        let suggestion = suggest(PLAIN);
        assert_eq!((suggestion.flow, suggestion.grade), (Flow::Ordinary, Grade::Ordinary));
        assert_eq!(suggestion.reasons.len(), 2);
    }

    #[test]
    fn m14_rules_only_raise() {
        let mut repeats = PLAIN;
        let mut before = Grade::Ordinary;
        for n in 0..6 {
            repeats.repeats = n;
            let grade = suggest(repeats).grade;
            assert!(grade >= before, "{n} repeats");
            before = grade;
        }
        assert_eq!(before, Grade::Major);
        assert_eq!(suggest(Facts { text: "再不解决就找媒体曝光", ..PLAIN }).grade, Grade::Major);
        assert_eq!(suggest(Facts { level: "五星钻石", ..PLAIN }).grade, Grade::Significant);
    }

    #[test]
    fn m14_an_upstream_number_makes_a_work_order() {
        assert_eq!(suggest(Facts { upstream: true, ..PLAIN }).flow, Flow::WorkOrder);
    }
}
