//! The grading rules of a policy text.

use super::reader::{Fields, Node, Reader};
use super::{Condition, GradingRule};
use crate::check::Bilingual;
use crate::grade::Grade;

const CONDITIONS: [&str; 5] = ["channels", "words", "levels", "repeats", "nearby"];
/// More complaints of one number or one place than any branch counts.
const MOST: u32 = 10_000;

/// Every rule, in the order of the text.
pub(super) fn rules<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Vec<GradingRule> {
    let tables = reader.tables(root, "grading");
    tables.iter().filter_map(|fields| rule(reader, fields)).collect()
}

fn rule<'t>(reader: &mut Reader<'t>, fields: &Fields<'_, 't>) -> Option<GradingRule> {
    reader.only(fields, &["grade", "channels", "words", "levels", "repeats", "nearby", "reason"]);
    let grade: Option<Grade> = reader.one(fields, "grade");
    if let (Some(Grade::Ordinary), Some(node)) = (grade, fields.get("grade")) {
        reader.wrong(
            &node.span(),
            "规则只升不降：ordinary 不能作为结果；可用：significant, major, critical",
            "rules only raise, so none leads to ordinary; known: significant, major, critical",
        );
    }
    let when = condition(reader, fields);
    let reason = reader.bilingual(fields, "reason");
    if let (Some(when), Some(reason), Some(node)) = (&when, &reason, fields.get("reason")) {
        placeholders(reader, when, reason, node);
    }
    Some(GradingRule { grade: grade?, when: when?, reason: reason? })
}

fn condition<'t>(reader: &mut Reader<'t>, fields: &Fields<'_, 't>) -> Option<Condition> {
    let given: Vec<&str> = CONDITIONS.into_iter().filter(|key| fields.get(key).is_some()).collect();
    let [key] = given[..] else {
        let (found, known) = (given.join(", "), CONDITIONS.join(", "));
        if given.is_empty() {
            reader.wrong(
                &fields.at,
                format!("规则没有条件；写且只写其中一个：{known}"),
                format!("the rule has no condition; give exactly one of {known}"),
            );
        } else {
            reader.wrong(
                &fields.at,
                format!("规则有几个条件（{found}）；只能写一个，另写一条规则"),
                format!("the rule has several conditions ({found}); give one, and the others a rule of their own"),
            );
        }
        return None;
    };
    let node = fields.get(key)?;
    let path = format!("grading.{key}");
    let owned = |words: Vec<(&str, _)>| words.into_iter().map(|(word, _)| word.to_owned()).collect();
    match key {
        "channels" => reader.list(fields, key, node).map(Condition::Channels),
        "words" => reader.words(&path, node).map(owned).map(Condition::Words),
        "levels" => reader.words(&path, node).map(owned).map(Condition::Levels),
        "repeats" => reader.number(&path, node, 1..=MOST).map(Condition::Repeats),
        _ => reader.number(&path, node, 1..=MOST).map(Condition::Nearby),
    }
}

/// A reason may name what was found, and only that.
fn placeholders<'t>(reader: &mut Reader<'t>, when: &Condition, reason: &Bilingual, node: &Node<'t>) {
    let allowed = match when {
        Condition::Channels(_) => "",
        Condition::Words(_) | Condition::Levels(_) => "{hit}",
        Condition::Repeats(_) | Condition::Nearby(_) => "{count}",
    };
    for text in [&reason.zh, &reason.en] {
        let rest = if allowed.is_empty() { text.clone() } else { text.replace(allowed, "") };
        if rest.contains(['{', '}']) {
            let known = if allowed.is_empty() { "—" } else { allowed };
            reader.wrong(
                &node.span(),
                format!("理由“{text}”里的占位符不认识；这里可用：{known}"),
                format!("the reason `{text}` has an unknown placeholder; known here: {known}"),
            );
            return;
        }
    }
}
