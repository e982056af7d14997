//! Rule items 规则条目: what the house holds itself to, in words that one key quotes. One made of a decided dispute keeps
//! where it came from (M13).

use std::collections::BTreeSet;
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use super::reader::{Fields, Reader};
use super::{Leaf, Policy, Problem, trees};
use crate::check::Bilingual;
use crate::id::ComplaintNumber;

/// A rule item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleItem {
    /// Name and title.
    pub leaf: Leaf,
    /// The words.
    pub text: Bilingual,
    /// 出处: the decision it was made of; absent for what somebody wrote into the policy.
    pub origin: Option<RuleOrigin>,
}

/// The decision a rule item was made of: the complaint, and the journal entry that decided. `TS-20261123-0042#7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOrigin {
    /// Of which complaint.
    pub number: ComplaintNumber,
    /// By which entry of its journal.
    pub entry: u64,
}

/// A text that names no decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is a complaint's number and a journal entry, TS-20261123-0042#7")]
pub struct NotAnOrigin;

impl fmt::Display for RuleOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.number, self.entry)
    }
}

impl FromStr for RuleOrigin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let (number, entry) = text.split_once('#').ok_or(NotAnOrigin)?;
        let entry = entry.parse().ok().filter(|entry| *entry > 0).ok_or(NotAnOrigin)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if number.is_empty() || !number.chars().all(fits) {
            return Err(NotAnOrigin);
        }
        Ok(Self { number: ComplaintNumber::from(number.to_owned()), entry })
    }
}

impl RuleItem {
    /// The rule a decision becomes: named by where it came from, so that the same decision is always the same rule.
    pub fn decided(origin: RuleOrigin, title: &str, text: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let name = format!("decided_{}", origin.to_string().chars().map(plain).collect::<String>());
        let (title, text) = (title.trim(), text.trim());
        Self {
            leaf: Leaf { name, title: Bilingual::new(title, title) },
            text: Bilingual::new(text, text),
            origin: Some(origin),
        }
    }

    /// As the policy file writes it.
    fn written(&self) -> String {
        let pair = |one: &Bilingual| format!("{{ zh = {}, en = {} }}", quoted(&one.zh), quoted(&one.en));
        let (name, title, text) = (quoted(&self.leaf.name), pair(&self.leaf.title), pair(&self.text));
        let mut table = format!("\n[[rules]]\nname = {name}\ntitle = {title}\ntext = {text}\n");
        if let Some(origin) = &self.origin {
            let _ = writeln!(table, "origin = {}", quoted(&origin.to_string()));
        }
        table
    }
}

impl Policy {
    /// The rule item that decision became.
    pub fn rule_of(&self, origin: &RuleOrigin) -> Option<&RuleItem> {
        self.rules.iter().find(|rule| rule.origin.as_ref() == Some(origin))
    }

    /// A policy's text with one rule item more; what is wrong with it where the text cannot take one.
    pub fn with_rule(text: &str, rule: &RuleItem) -> Result<String, Vec<Problem>> {
        let before = Self::read(text)?;
        let mut longer = text.trim_end().to_owned();
        longer.push('\n');
        // A text of before there were rule items has the shipped ones, and says so from now on.
        if !before.rules.is_empty() && !text.lines().any(|line| line.trim_start().starts_with("[[rules]]")) {
            longer.extend(before.rules.iter().map(RuleItem::written));
        }
        longer.push_str(&rule.written());
        Self::read(&longer).map(|_| longer)
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The rule items of a policy text; nothing where it does not speak of them.
pub(super) fn rules<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Option<Vec<RuleItem>> {
    root.get("rules")?;
    let (mut names, mut rules) = (BTreeSet::new(), Vec::new());
    for fields in reader.tables(root, "rules") {
        reader.only(&fields, &["name", "title", "text", "origin"]);
        let leaf = trees::leaf(reader, &fields, &mut names);
        let text = reader.bilingual(&fields, "text");
        let origin = fields.get("origin").and_then(|node| {
            let said = reader.string("rules.origin", node)?;
            let origin = said.parse::<RuleOrigin>().ok();
            if origin.is_none() {
                reader.wrong(
                    &node.span(),
                    format!("“{said}”不是出处，写成投诉编号和流水号，例如 TS-20261123-0042#7"),
                    format!(
                        "`{said}` is no origin; write a complaint's number and a journal entry, TS-20261123-0042#7"
                    ),
                );
            }
            origin
        });
        rules.extend(leaf.zip(text).map(|(leaf, text)| RuleItem { leaf, text, origin }));
    }
    Some(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::DEFAULT_TEXT;

    fn origin() -> RuleOrigin {
        "TS-20261123-0042#7".parse().expect("an origin")
    }

    #[test]
    fn m13_a_decision_becomes_a_rule_item_of_the_policy_that_says_where_it_came_from() {
        let said = "现场复测\t由\"维护\"负责\\\n第二行\u{7}";
        let rule = RuleItem::decided(origin(), " 复测归谁 ", said);
        let text = Policy::with_rule(DEFAULT_TEXT, &rule).expect("it fits");
        let policy = Policy::read(&text).expect("a policy");
        let kept = policy.rule_of(&origin()).expect("it is there");
        assert_eq!((kept.leaf.title.zh.as_str(), kept.text.zh.as_str()), ("复测归谁", said));
        assert_eq!(kept.origin.as_ref().map(ToString::to_string).as_deref(), Some("TS-20261123-0042#7"));
        assert_eq!(policy.rules.len(), Policy::standard().rules.len() + 1, "the others stay");
    }

    #[test]
    fn m13_the_same_decision_is_the_same_rule_and_not_written_twice() {
        let rule = RuleItem::decided(origin(), "复测归谁", "由维护负责");
        let once = Policy::with_rule(DEFAULT_TEXT, &rule).expect("it fits");
        let again = RuleItem::decided(origin(), "别的标题", "别的话");
        let refused = Policy::with_rule(&once, &again).expect_err("the name is taken");
        assert!(refused[0].told().en.contains("twice"), "{refused:?}");
    }

    #[test]
    fn m13_a_text_of_before_there_were_rule_items_keeps_the_shipped_ones() {
        let from = DEFAULT_TEXT.find("[[rules]]").expect("rules");
        let until = DEFAULT_TEXT.find("[quiet_hours]").expect("what follows");
        let older = format!("{}{}", &DEFAULT_TEXT[..from], &DEFAULT_TEXT[until..]);
        assert_eq!(Policy::read(&older).expect("a policy").rules, Policy::standard().rules);
        let text = Policy::with_rule(&older, &RuleItem::decided(origin(), "复测归谁", "由维护负责")).expect("it fits");
        assert_eq!(Policy::read(&text).expect("a policy").rules.len(), Policy::standard().rules.len() + 1);
        let none = older.replacen("[ladder]", "rules = []\n\n[ladder]", 1);
        assert!(Policy::read(&none).is_err(), "a key after a table belongs to that table");
        assert_eq!(Policy::read(&format!("rules = []\n{older}")).expect("a policy").rules, []);
    }

    #[test]
    fn an_origin_that_is_none_is_refused_on_its_line() {
        for wrong in ["TS-20261123-0042", "#7", "TS-1#0", "TS-1#x", "TS 1#2"] {
            assert_eq!(wrong.parse::<RuleOrigin>(), Err(NotAnOrigin), "{wrong}");
            let text = format!(
                "{DEFAULT_TEXT}\n[[rules]]\nname = \"one\"\ntitle = {{ zh = \"一\", en = \"one\" }}\ntext = {{ zh = \"一\", en = \"one\" }}\norigin = \"{wrong}\"\n"
            );
            let problems = Policy::read(&text).expect_err("refused");
            assert_eq!(problems[0].line, text.trim_end().lines().count(), "{wrong}");
            assert!(problems[0].told().en.contains("origin"));
        }
    }
}
