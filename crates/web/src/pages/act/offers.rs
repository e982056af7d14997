//! What forms offer out of the policy in force: templates and rules to quote, the trees of phenomena and causes, interfaces.

use domain::check::Bilingual;
use domain::complaint::{Attribution, CauseName, Complaint};
use domain::policy::Policy;

use crate::fields::{Branch, Choice, Insert};
use crate::names::Spoken;
use crate::reader::Reader;

/// As many rule items as a form offers: the newest ones.
const RULES: usize = 20;

/// What is put into an explanation, the first nine by one key: the check's own draft, the policy's templates of this flow
/// and state, its rule items, those made last first. In Chinese whoever reads the form: the words are the customer's.
pub fn inserts(r: &Reader, policy: &Policy, c: &Complaint, draft: Option<&Bilingual>) -> Vec<Insert> {
    let insert = |title: &str, text: &str| Insert { title: title.to_owned(), text: text.to_owned() };
    let draft = draft.map(|draft| insert(&r.t("check-reply"), &draft.zh));
    let templates = policy.templates_in(c.flow, c.state).map(|one| insert(r.say(&one.leaf.title), &one.text.zh));
    let rules = policy.rules.iter().rev().take(RULES);
    let rules = rules.map(|rule| insert(&r.with("insert-rule", r.say(&rule.leaf.title)), &rule.text.zh));
    draft.into_iter().chain(templates).chain(rules).collect()
}

/// 投诉现象: the leaves with their branches, as they are stored.
pub fn phenomena(r: &Reader, policy: &Policy) -> Vec<Choice> {
    let leaves = policy.phenomena.iter().flat_map(|group| group.leaves.iter().map(move |leaf| (&group.group, leaf)));
    leaves
        .map(|(group, leaf)| Choice {
            value: format!("{}→{}", group.title.zh, leaf.title.zh).into(),
            label: format!("{} → {}", r.say(&group.title), r.say(&leaf.title)),
        })
        .collect()
}

/// 归因: an attribution alone, or a leaf below it.
pub fn causes(r: &Reader, policy: &Policy) -> Vec<Branch> {
    let none =
        Branch { label: String::new(), choices: vec![Choice { value: "".into(), label: r.t("choose").into_owned() }] };
    let branches = policy.causes.iter().map(|causes| {
        let word = causes.attribution.word();
        let title = r.say(&causes.title);
        let whole = Choice { value: word.into(), label: r.with("cause-whole", title) };
        let leaves = causes.leaves.iter().map(|leaf| Choice {
            value: format!("{word}/{}", leaf.leaf.name).into(),
            label: r.say(&leaf.leaf.title).to_owned(),
        });
        Branch { label: title.to_owned(), choices: leaves.chain([whole]).collect() }
    });
    std::iter::once(none).chain(branches).collect()
}

/// What a choice of [`causes`] says.
pub fn cause_of(word: &str) -> (Option<Attribution>, Option<CauseName>) {
    use crate::names::Named;
    let (attribution, leaf) = word.split_once('/').unwrap_or((word, ""));
    (Attribution::of_word(attribution), Some(leaf).filter(|leaf| !leaf.is_empty()).map(CauseName::new))
}

/// 界面, by the names declarations keep.
pub fn interfaces(r: &Reader, policy: &Policy) -> Vec<Choice> {
    let choice = |title: &Bilingual| Choice { value: title.zh.clone().into(), label: r.say(title).to_owned() };
    policy.interfaces.iter().map(|interface| choice(&interface.leaf.title)).collect()
}
