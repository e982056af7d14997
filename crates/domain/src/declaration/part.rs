//! The parts of the form: one table for page, check and print.

use serde::{Deserialize, Serialize};

use super::Report;

/// A part of the 《重大投诉申告表》, by its stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 界面.
    Interface,
    /// 紧急程度.
    Urgency,
    /// 下次报告时间.
    NextReport,
    /// 客户与联系人.
    Customer,
    /// 影响范围/人数.
    Scope,
    /// 投诉问题.
    Problem,
    /// 诉求.
    Claim,
    /// 溯源结果.
    SourceTracing,
    /// 调配资源的具体情况.
    Resources,
    /// 沟通过程.
    Communication,
    /// 已承诺事项.
    Promised,
    /// 风险（媒体/监管）.
    Risk,
    /// 建议方案.
    Proposal,
}

/// Whether a report asks for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Without it the form is not sent.
    Required,
    /// May be left out.
    Optional,
    /// Not asked for at all.
    Absent,
}

/// One row of the table.
struct Row {
    part: Part,
    name: &'static str,
    title: (&'static str, &'static str),
    /// For 首报, 续报, 终报.
    needs: [Need; 3],
}

const fn row(part: Part, name: &'static str, zh: &'static str, en: &'static str, needs: [Need; 3]) -> Row {
    Row { part, name, title: (zh, en), needs }
}

const ALWAYS: [Need; 3] = [Need::Required; 3];
const IF_ANY: [Need; 3] = [Need::Optional; 3];
/// A first report may still look for a way; later ones propose one, the last says what was done.
const LATER: [Need; 3] = [Need::Optional, Need::Required, Need::Required];
/// After the last report there is none.
const NOT_AT_THE_END: [Need; 3] = [Need::Required, Need::Required, Need::Absent];

/// The table, in the order of the form. The four parts M8 names are asked for by every report.
#[rustfmt::skip]
const TABLE: [Row; 13] = [
    row(Part::Interface,     "interface",      "界面",               "Interface",                 ALWAYS),
    row(Part::Urgency,       "urgency",        "紧急程度",           "Urgency",                   ALWAYS),
    row(Part::NextReport,    "next_report",    "下次报告时间",       "Next report at",            NOT_AT_THE_END),
    row(Part::Customer,      "customer",       "客户与联系人",       "Customer and contacts",     ALWAYS),
    row(Part::Scope,         "scope",          "影响范围/人数",      "Scope and people affected", ALWAYS),
    row(Part::Problem,       "problem",        "投诉问题",           "Problem",                   ALWAYS),
    row(Part::Claim,         "claim",          "诉求",               "What the customer asks for", ALWAYS),
    row(Part::SourceTracing, "source_tracing", "溯源结果",           "Source-tracing result",     ALWAYS),
    row(Part::Resources,     "resources",      "调配资源的具体情况", "Resources mobilised",       ALWAYS),
    row(Part::Communication, "communication",  "沟通过程",           "Communication",             ALWAYS),
    row(Part::Promised,      "promised",       "已承诺事项",         "Promises made",             IF_ANY),
    row(Part::Risk,          "risk",           "风险（媒体/监管）",  "Risk (media, regulator)",   IF_ANY),
    row(Part::Proposal,      "proposal",       "建议方案",           "Proposal",                  LATER),
];

impl Part {
    /// Every part, in the order of the form.
    pub const ALL: [Self; 13] = {
        let mut all = [Self::Interface; 13];
        let mut i = 0;
        while i < all.len() {
            all[i] = TABLE[i].part;
            i += 1;
        }
        all
    };

    const fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The stable name, also of its field.
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The part of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }

    /// 中文 and English titles.
    pub const fn title(self) -> (&'static str, &'static str) {
        self.row().title
    }

    /// Whether a report asks for it.
    pub const fn need(self, report: Report) -> Need {
        self.row().needs[report as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m8_the_four_parts_of_the_mission_are_asked_for_by_every_report() {
        for part in [Part::Problem, Part::SourceTracing, Part::Resources, Part::Communication] {
            assert!(Report::ALL.iter().all(|report| part.need(*report) == Need::Required), "{part}");
        }
        assert_eq!(Part::NextReport.need(Report::Final), Need::Absent);
        assert_eq!(Part::Proposal.need(Report::First), Need::Optional);
    }

    #[test]
    fn every_part_finds_its_own_row_and_name() {
        for part in Part::ALL {
            assert_eq!(part.row().part, part);
            assert_eq!(Part::named(part.as_str()), Some(part));
            assert_eq!(serde_json::to_value(part).expect("a name"), part.as_str());
        }
        assert_eq!(Part::named("remarks"), None);
    }
}
