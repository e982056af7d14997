//! Walks a TOML document that knows where everything stands, and collects every problem instead of stopping at the first.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::names::Named;
use super::problem::Problem;
use crate::calendar::{Budget, NotABudget};
use crate::check::Bilingual;

/// A value with where it stands.
pub(super) type Node<'t> = Spanned<DeValue<'t>>;
/// Where something stands in the text.
pub(super) type At = Range<usize>;

/// The text being read and what was found wrong with it.
pub(super) struct Reader<'t> {
    /// Where each line ends.
    ends: Vec<usize>,
    text: &'t str,
    problems: Vec<Problem>,
    /// Tables with a name nobody knows: what they seem to lack is most likely that one, mistyped, and not told besides.
    mistyped: BTreeSet<usize>,
}

/// A table of the text.
#[derive(Clone)]
pub(super) struct Fields<'d, 't> {
    /// As somebody would look for it: `clocks.acceptance`.
    pub(super) path: String,
    /// Where it stands.
    pub(super) at: At,
    entries: &'d DeTable<'t>,
}

impl<'d, 't> Fields<'d, 't> {
    pub(super) fn root(document: &'d Spanned<DeTable<'t>>) -> Self {
        Self { path: String::new(), at: document.span(), entries: document.get_ref() }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'d Node<'t>> {
        self.entries.get(key)
    }

    /// Its keys and values in the order of the text.
    pub(super) fn entries(&self) -> Vec<(&'d str, At, &'d Node<'t>)> {
        let mut all: Vec<_> =
            self.entries.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
        all.sort_by_key(|(_, at, _)| at.start);
        all
    }

    fn inner(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { ends, text, problems: Vec::new(), mistyped: BTreeSet::new() }
    }

    /// Every problem, in the order of lines.
    pub(super) fn problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.line);
        self.problems.dedup();
        self.problems
    }

    pub(super) fn wrong(&mut self, at: &At, zh: impl Into<String>, en: impl Into<String>) {
        self.note(at, zh.into(), en.into(), false);
    }

    /// Something that the table, which stands there, does not say.
    pub(super) fn missing(&mut self, at: &At, zh: impl Into<String>, en: impl Into<String>) {
        if !self.mistyped.contains(&at.start) {
            self.note(at, zh.into(), en.into(), true);
        }
    }

    fn note(&mut self, at: &At, zh: String, en: String, missing: bool) {
        let start = at.start.min(self.text.len());
        let line = 1 + self.ends.partition_point(|end| *end < start);
        self.problems.push(Problem { line, what: Bilingual { zh, en }, missing });
    }

    /// Refuses every key that is not one of these.
    pub(super) fn only(&mut self, fields: &Fields<'_, 't>, known: &[&str]) {
        for (key, at, _) in fields.entries() {
            if !known.contains(&key) {
                self.mistyped.insert(fields.at.start);
                let (key, known) = (fields.inner(key), known.join(", "));
                self.wrong(
                    &at,
                    format!("未知的键“{key}”；这里可用：{known}"),
                    format!("unknown key `{key}`; known here: {known}"),
                );
            }
        }
    }

    /// A value that must be there.
    pub(super) fn needed<'d>(&mut self, fields: &Fields<'d, 't>, key: &str) -> Option<&'d Node<'t>> {
        let found = fields.get(key);
        if found.is_none() && !self.mistyped.contains(&fields.at.start) {
            let key = fields.inner(key);
            self.wrong(&fields.at, format!("缺少“{key}”"), format!("`{key}` is missing"));
        }
        found
    }

    fn kind(&mut self, path: &str, node: &Node<'t>, zh: &str, en: &str) {
        let found = node.get_ref().type_str();
        self.wrong(
            &node.span(),
            format!("“{path}”应为{zh}，这里是 {found}"),
            format!("`{path}` must be {en}, this is of type {found}"),
        );
    }

    pub(super) fn table<'d>(
        &mut self,
        fields: &Fields<'d, 't>,
        key: &str,
        node: &'d Node<'t>,
    ) -> Option<Fields<'d, 't>> {
        let path = fields.inner(key);
        let DeValue::Table(entries) = node.get_ref() else {
            self.kind(&path, node, "表", "a table");
            return None;
        };
        Some(Fields { path, at: node.span(), entries })
    }

    /// The tables of an array of tables; none where the key is absent.
    pub(super) fn tables<'d>(&mut self, fields: &Fields<'d, 't>, key: &str) -> Vec<Fields<'d, 't>> {
        let Some(node) = fields.get(key) else { return Vec::new() };
        let DeValue::Array(nodes) = node.get_ref() else {
            self.kind(&fields.inner(key), node, "表的数组（[[…]]）", "an array of tables ([[…]])");
            return Vec::new();
        };
        nodes.iter().filter_map(|node| self.table(fields, key, node)).collect()
    }

    pub(super) fn string<'d>(&mut self, path: &str, node: &'d Node<'t>) -> Option<&'d str> {
        let found = node.get_ref().as_str();
        match found {
            None => self.kind(path, node, "字符串", "a string"),
            Some(text) if text.trim().is_empty() => {
                self.wrong(&node.span(), format!("“{path}”是空的"), format!("`{path}` is empty"));
                return None;
            }
            Some(_) => {}
        }
        found
    }

    /// A text that must be there.
    pub(super) fn text<'d>(&mut self, fields: &Fields<'d, 't>, key: &str) -> Option<&'d str> {
        let node = self.needed(fields, key)?;
        self.string(&fields.inner(key), node)
    }

    pub(super) fn yes_or_no(&mut self, fields: &Fields<'_, 't>, key: &str) -> Option<bool> {
        let node = self.needed(fields, key)?;
        let found = node.get_ref().as_bool();
        if found.is_none() {
            self.kind(&fields.inner(key), node, "true 或 false", "true or false");
        }
        found
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, path: &str, node: &Node<'t>, bounds: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let Some(integer) = node.get_ref().as_integer() else {
            self.kind(path, node, "整数", "a whole number");
            return None;
        };
        let found = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = found.and_then(|number| u32::try_from(number).ok()).filter(|number| bounds.contains(number));
        if number.is_none() {
            let (least, most) = (bounds.start(), bounds.end());
            self.wrong(
                &node.span(),
                format!("“{path}”为 {}，只能在 {least} 与 {most} 之间", integer.as_str()),
                format!("`{path}` is {}, it must be from {least} to {most}", integer.as_str()),
            );
        }
        number
    }

    /// A title or reason in both languages: `{ zh = "…", en = "…" }`.
    pub(super) fn bilingual(&mut self, fields: &Fields<'_, 't>, key: &str) -> Option<Bilingual> {
        let node = self.needed(fields, key)?;
        let inner = self.table(fields, key, node)?;
        self.only(&inner, &["zh", "en"]);
        let (zh, en) = (self.text(&inner, "zh"), self.text(&inner, "en"));
        Some(Bilingual::new(zh?, en?))
    }

    /// A key that names a member of a closed set.
    pub(super) fn key<T: Named>(&mut self, fields: &Fields<'_, 't>, key: &str, at: &At) -> Option<T> {
        let found = self.named(key, at);
        if found.is_none() {
            self.mistyped.insert(fields.at.start);
        }
        found
    }

    /// A member of a closed set.
    pub(super) fn named<T: Named>(&mut self, text: &str, at: &At) -> Option<T> {
        let all = T::all();
        let found = all.iter().find(|(name, _)| *name == text).map(|(_, one)| *one);
        if found.is_none() {
            let ((zh, en), known) = (T::WHAT, listed::<T>());
            self.wrong(
                at,
                format!("未知的{zh}“{text}”；可用：{known}"),
                format!("unknown {en} `{text}`; known: {known}"),
            );
        }
        found
    }

    /// The member of a closed set that a key must name.
    pub(super) fn one<T: Named>(&mut self, fields: &Fields<'_, 't>, key: &str) -> Option<T> {
        let node = self.needed(fields, key)?;
        let text = self.string(&fields.inner(key), node)?;
        self.named(text, &node.span())
    }

    /// A list of texts, each once and none empty; nothing where it is no list or an empty one.
    pub(super) fn words<'d>(&mut self, path: &str, node: &'d Node<'t>) -> Option<Vec<(&'d str, At)>> {
        let Some(nodes) = node.get_ref().as_array() else {
            self.kind(path, node, "字符串的数组", "a list of strings");
            return None;
        };
        if nodes.is_empty() {
            self.wrong(
                &node.span(),
                format!("“{path}”是空的，至少写一个"),
                format!("`{path}` is empty: name at least one"),
            );
            return None;
        }
        let (mut words, mut seen) = (Vec::new(), BTreeSet::new());
        for node in nodes {
            let Some(word) = self.string(path, node) else { continue };
            if seen.insert(word) {
                words.push((word, node.span()));
            } else {
                self.twice(&node.span(), path, word);
            }
        }
        Some(words)
    }

    /// A list of members of a closed set.
    pub(super) fn list<T: Named>(&mut self, fields: &Fields<'_, 't>, key: &str, node: &Node<'t>) -> Option<Vec<T>> {
        let words = self.words(&fields.inner(key), node)?;
        Some(words.into_iter().filter_map(|(word, at)| self.named(word, &at)).collect())
    }

    /// A time limit, as `shouwen due --budget` takes it.
    pub(super) fn budget(&mut self, fields: &Fields<'_, 't>, key: &str, node: &Node<'t>) -> Option<Budget> {
        let path = fields.inner(key);
        let text = self.string(&path, node)?;
        match text.parse::<Budget>() {
            Ok(budget) => Some(budget),
            Err(error) => {
                let told = NotABudget::told(&error);
                self.wrong(&node.span(), format!("“{path}”：{}", told.zh), format!("`{path}`: {}", told.en));
                None
            }
        }
    }

    /// A stable name: lower-case letters, digits and underscores, once only.
    pub(super) fn name<'d>(&mut self, fields: &Fields<'d, 't>, seen: &mut BTreeSet<&'d str>) -> Option<&'d str> {
        let node = self.needed(fields, "name")?;
        let path = fields.inner("name");
        let name = self.string(&path, node)?;
        let sound = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !sound {
            self.wrong(
                &node.span(),
                format!("名称“{name}”只能用小写字母、数字和下划线，以字母开头"),
                format!("the name `{name}` may hold lower-case letters, digits and underscores only, a letter first"),
            );
        } else if !seen.insert(name) {
            self.twice(&node.span(), &path, name);
        }
        Some(name)
    }

    pub(super) fn twice(&mut self, at: &At, path: &str, name: &str) {
        self.wrong(at, format!("“{path}”里“{name}”出现了两次"), format!("`{path}` names `{name}` twice"));
    }
}

/// The names of a closed set.
pub(super) fn listed<T: Named>() -> String {
    T::all().into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
}
