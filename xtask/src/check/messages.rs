//! Every message exists in both languages: the `.ftl` files of a folder hold the same keys.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;

/// Keys one language has and another has not, and keys that stand twice.
pub(super) fn unequal(sources: &[Source]) -> Vec<String> {
    let mut folders: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.is(&["ftl"])) {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push(source);
    }
    folders.values().flat_map(|languages| in_folder(languages)).collect()
}

fn in_folder(languages: &[&Source]) -> Vec<String> {
    let all: BTreeSet<&str> = languages.iter().flat_map(|source| keys(&source.text)).collect();
    let mut found = Vec::new();
    for source in languages {
        let mut own = BTreeSet::new();
        let twice = keys(&source.text).filter(|key| !own.insert(*key)).collect::<Vec<_>>();
        found.extend(twice.iter().map(|key| format!("{}: the message {key} stands twice", source.path)));
        found.extend(all.difference(&own).map(|key| format!("{}: the message {key} is missing", source.path)));
    }
    found
}

/// The keys of a Fluent file: what stands before `=` at the beginning of a line.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        let named = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-');
        (named && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))).then_some(key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_one_language_only_is_named() {
        let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let zh = file("web/locales/zh.ftl", "queue = 队列\n# note = x\nreply =\n    .title = 答复\n");
        let en = file("web/locales/en.ftl", "queue = Queue\nqueue = Queue\n");
        let found = unequal(&[zh, en]);
        assert_eq!(
            found,
            ["web/locales/en.ftl: the message queue stands twice", "web/locales/en.ftl: the message reply is missing"]
        );
    }
}
