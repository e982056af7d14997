//! Which flow and which grade: suggested with reasons at intake, never decided silently (M14).
//!
//! Rules only ever raise; lowering needs a supervisor and a reason.

use serde::{Deserialize, Serialize};

use crate::check::Bilingual;
use crate::complaint::Channel;
use crate::flow::Flow;
use crate::policy::{Condition, GradingRule, Policy};

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

/// Suggests flow and grade by the rules of the policy. The order of the rules is the order of the reasons.
pub fn suggest(facts: Facts<'_>, policy: &Policy) -> Suggestion {
    let raised: Vec<(Grade, Bilingual)> =
        policy.grading.iter().filter_map(|rule| Some((rule.grade, reached(rule, facts, &policy.grading)?))).collect();
    let grade = raised.iter().map(|(grade, _)| *grade).max().unwrap_or_default();
    let mut reasons: Vec<Bilingual> = raised.into_iter().map(|(_, reason)| reason).collect();
    if reasons.is_empty() {
        reasons.push(Bilingual::new("没有升级条件命中", "no rule raises the grade"));
    }
    let flow = if facts.upstream {
        reasons.push(Bilingual::new("带上游工单号，走工单流程", "it carries an upstream number: work-order flow"));
        Flow::WorkOrder
    } else if grade >= Grade::Major {
        reasons.push(Bilingual {
            zh: "达到重大等级，走重大投诉流程：半个工作日内提交申告表".into(),
            en: "it is of major grade: major flow, with a declaration within half a working day".into(),
        });
        Flow::Major
    } else {
        reasons.push(Bilingual::new("首问受理，走普通投诉流程", "first asked here: ordinary flow"));
        Flow::Ordinary
    };
    Suggestion { flow, grade, reasons }
}

/// The reason of a rule that applies. Of several rules on one count only the one with the highest threshold speaks.
fn reached(rule: &GradingRule, facts: Facts<'_>, rules: &[GradingRule]) -> Option<Bilingual> {
    let said = |placeholder: &str, found: &str| {
        Bilingual::new(rule.reason.zh.replace(placeholder, found), rule.reason.en.replace(placeholder, found))
    };
    let outdone = |other: fn(&Condition) -> Option<u32>, least: u32, count: u32| {
        rules.iter().filter_map(|rule| other(&rule.when)).any(|higher| higher > least && higher <= count)
    };
    match &rule.when {
        Condition::Channels(channels) => channels.contains(&facts.channel).then(|| rule.reason.clone()),
        Condition::Words(words) => hit(facts.text, words).map(|word| said("{hit}", word)),
        Condition::Levels(words) => hit(facts.level, words).map(|word| said("{hit}", word)),
        Condition::Repeats(least) => {
            let speaks = facts.repeats >= *least && !outdone(Condition::repeats, *least, facts.repeats);
            speaks.then(|| said("{count}", &(facts.repeats + 1).to_string()))
        }
        Condition::Nearby(least) => {
            let speaks = facts.nearby >= *least && !outdone(Condition::nearby, *least, facts.nearby);
            speaks.then(|| said("{count}", &facts.nearby.to_string()))
        }
    }
}

fn hit<'w>(text: &str, words: &'w [String]) -> Option<&'w str> {
    words.iter().map(String::as_str).find(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggest(facts: Facts<'_>) -> Suggestion {
        super::suggest(facts, Policy::standard())
    }

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
