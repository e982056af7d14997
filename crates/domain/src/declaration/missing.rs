//! What a form still lacks.

use super::{Declaration, Need, Part, Value};

/// What people write to get past a field. Compared without blanks, punctuation and case, and only with the whole text:
/// “无法上网” says something, “无。” does not.
const PLACEHOLDERS: [&str; 24] = [
    "无",
    "暂无",
    "没有",
    "待补充",
    "待补",
    "待填",
    "待填写",
    "待定",
    "待核实",
    "待查",
    "未知",
    "不详",
    "不清楚",
    "略",
    "同上",
    "同前",
    "见附件",
    "none",
    "na",
    "nil",
    "null",
    "tbd",
    "todo",
    "unknown",
];

/// The required parts nobody has filled in, in the order of the form. Blank, punctuation only and a placeholder are not
/// filled in; an optional part may say 无.
pub fn missing(declaration: &Declaration) -> Vec<Part> {
    let required = Part::ALL.into_iter().filter(|part| part.need(declaration.report) == Need::Required);
    required.filter(|part| !is_filled(declaration.value(*part))).collect()
}

fn is_filled(value: Value<'_>) -> bool {
    match value {
        Value::Words(words) => says_something(words),
        Value::Interface(interface) => interface.is_some_and(|interface| says_something(interface.as_str())),
        Value::Urgency(urgency) => urgency.is_some(),
        Value::Moment(at) => at.is_some(),
    }
}

fn says_something(words: &str) -> bool {
    let core: String = words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    !core.is_empty() && !PLACEHOLDERS.contains(&core.as_str())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::declaration::Report;

    #[rstest]
    #[case("")]
    #[case(" \n\u{3000}")]
    #[case("无")]
    #[case("（无）。")]
    #[case(" 待补充…… ")]
    #[case("N/A")]
    #[case("——")]
    fn m8_a_placeholder_does_not_fill_a_required_part(#[case] words: &str) {
        assert!(!says_something(words), "{words}");
        let declaration = Declaration { resources: words.to_owned(), ..Declaration::default() };
        assert!(missing(&declaration).contains(&Part::Resources));
    }

    #[rstest]
    #[case("无法上网")]
    #[case("无资源可调配：附近没有规划站址")]
    #[case("Nanshan site powered by generator")]
    fn m8_words_that_begin_like_a_placeholder_count(#[case] words: &str) {
        assert!(says_something(words), "{words}");
    }

    #[test]
    fn m8_an_empty_first_report_lacks_every_required_part_and_no_other() {
        let lacking = missing(&Declaration::default());
        assert_eq!(lacking.len(), 10);
        assert!(!lacking.contains(&Part::Promised) && !lacking.contains(&Part::Proposal));
        let last = missing(&Declaration { report: Report::Final, ordinal: 3, ..Declaration::default() });
        assert!(last.contains(&Part::Proposal) && !last.contains(&Part::NextReport));
    }
}
