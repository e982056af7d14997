//! Names of a million elements in one piece of memory.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Hashes alike in every run: the crate knows no randomness.
type Steady = BuildHasherDefault<DefaultHasher>;

/// A name kept in a [`Texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text(u32);

impl Text {
    /// The empty text: what is not known.
    pub const NONE: Self = Self(0);

    /// Its number: texts are numbered from one in the order they were first taken.
    pub fn number(self) -> usize {
        self.0 as usize
    }

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// An element's name in words. Most begin with the name of the site they stand on, which is kept once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    begins: Text,
    ends: Text,
}

impl Name {
    pub fn is_none(self) -> bool {
        self.begins.is_none() && self.ends.is_none()
    }

    /// In full.
    pub fn get(self, texts: &Texts) -> Cow<'_, str> {
        match (self.begins.is_none(), self.ends.is_none()) {
            (true, _) => texts.get(self.ends).into(),
            (false, true) => texts.get(self.begins).into(),
            (false, false) => [texts.get(self.begins), texts.get(self.ends)].concat().into(),
        }
    }

    pub fn is(self, name: &str, texts: &Texts) -> bool {
        name.strip_prefix(texts.get(self.begins)) == Some(texts.get(self.ends))
    }
}

impl From<Text> for Name {
    fn from(whole: Text) -> Self {
        Self { begins: Text::NONE, ends: whole }
    }
}

/// Every name once, one after the other.
#[derive(Debug)]
pub(crate) struct Texts {
    bytes: String,
    /// Where text `n` ends; it starts where the one before ends.
    ends: Vec<u32>,
}

impl Texts {
    pub fn get(&self, text: Text) -> &str {
        let index = text.0 as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start as usize..self.ends[index] as usize]
    }

    /// The text, or nothing for [`Text::NONE`].
    pub fn some(&self, text: Text) -> Option<String> {
        (!text.is_none()).then(|| self.get(text).to_owned())
    }

    fn push(&mut self, text: &str) -> Text {
        let fresh = Text(u32::try_from(self.ends.len()).expect("fewer than four thousand million names"));
        self.bytes.push_str(text);
        self.ends.push(u32::try_from(self.bytes.len()).expect("names of a network fit into four gigabytes"));
        fresh
    }

    /// Memory held, bytes.
    pub fn bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}

/// The hash names are looked up by.
pub(crate) fn hash_of(text: &str) -> u64 {
    Steady::default().hash_one(text)
}

/// Takes names in, each once, and can tell whether it has one.
#[derive(Debug)]
pub(crate) struct TextTable {
    texts: Texts,
    /// Hash to the first text with it; the rare second one of the same hash goes to `clashes`.
    known: HashMap<u64, Text, Plain>,
    clashes: Vec<(u64, Text)>,
}

/// The keys are hashes already.
#[derive(Debug, Clone, Copy, Default)]
struct Plain;

impl BuildHasher for Plain {
    type Hasher = Already;

    fn build_hasher(&self) -> Already {
        Already(0)
    }
}

struct Already(u64);

impl std::hash::Hasher for Already {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

impl TextTable {
    pub fn new() -> Self {
        let texts = Texts { bytes: String::new(), ends: vec![0] };
        Self { texts, known: HashMap::with_hasher(Plain), clashes: Vec::new() }
    }

    /// The text's handle, new or known. Blanks around it do not count.
    pub fn take(&mut self, text: &str) -> Text {
        let text = text.trim();
        if text.is_empty() {
            return Text::NONE;
        }
        let hash = hash_of(text);
        if let Some(known) = self.find_hashed(text, hash) {
            return known;
        }
        let fresh = self.texts.push(text);
        if *self.known.entry(hash).or_insert(fresh) != fresh {
            self.clashes.push((hash, fresh));
        }
        fresh
    }

    pub fn take_some(&mut self, text: Option<&str>) -> Text {
        text.map_or(Text::NONE, |text| self.take(text))
    }

    /// A name in words, as a continuation of its site's where it is one.
    pub fn take_name(&mut self, name: &str, site_name: Text) -> Name {
        let name = name.trim();
        match name.strip_prefix(self.texts.get(site_name)) {
            // What continues it after a blank must keep the blank: it is kept whole.
            Some(rest) if !site_name.is_none() && rest.trim_start() == rest => {
                Name { begins: site_name, ends: self.take(rest) }
            }
            Some(_) | None => Name::from(self.take(name)),
        }
    }

    fn find_hashed(&self, text: &str, hash: u64) -> Option<Text> {
        let first = *self.known.get(&hash)?;
        if self.texts.get(first) == text {
            return Some(first);
        }
        let clash = self.clashes.iter().find(|(other, handle)| *other == hash && self.texts.get(*handle) == text);
        clash.map(|(_, handle)| *handle)
    }

    /// Ends the taking in; what was only needed for it is given back.
    pub fn into_texts(mut self) -> Texts {
        self.texts.bytes.shrink_to_fit();
        self.texts.ends.shrink_to_fit();
        self.texts
    }
}

/// Lays texts out anew, in the order in which they are placed: what is read together then lies together.
#[derive(Debug)]
pub(crate) struct Layout {
    former: Texts,
    texts: Texts,
    /// By former handle; [`Text::NONE`] where it is not placed yet.
    placed: Vec<Text>,
}

impl Layout {
    pub fn of(former: Texts) -> Self {
        let texts = Texts { bytes: String::with_capacity(former.bytes.len()), ends: vec![0] };
        Self { placed: vec![Text::NONE; former.ends.len()], former, texts }
    }

    /// The text's new handle.
    pub fn place(&mut self, text: Text) -> Text {
        let placed = &mut self.placed[text.number()];
        if placed.is_none() && !text.is_none() {
            *placed = self.texts.push(self.former.get(text));
        }
        *placed
    }

    pub fn place_name(&mut self, name: Name) -> Name {
        Name { begins: self.place(name.begins), ends: self.place(name.ends) }
    }

    pub fn into_texts(mut self) -> Texts {
        self.texts.ends.shrink_to_fit();
        self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_is_kept_once() {
        let mut table = TextTable::new();
        let (a, b, c) = (table.take("春熙路"), table.take(" 春熙路 "), table.take("天府广场"));
        assert_eq!(a, b);
        assert_ne!(a, c);
        assert!(table.take("  ").is_none());
        let texts = table.into_texts();
        assert_eq!((texts.get(a), texts.get(c), texts.some(Text::NONE)), ("春熙路", "天府广场", None));
    }

    #[test]
    fn laid_out_anew_each_text_reads_as_before() {
        let mut table = TextTable::new();
        let [a, b, c] = ["春熙路", "天府广场", "骡马市"].map(|text| table.take(text));
        let mut layout = Layout::of(table.into_texts());
        let placed = [c, Text::NONE, a, c, b].map(|text| layout.place(text));
        let texts = layout.into_texts();
        assert_eq!(placed.map(|text| texts.get(text)), ["骡马市", "", "春熙路", "骡马市", "天府广场"]);
    }

    #[test]
    fn a_name_reads_as_it_was_given_whether_it_begins_with_its_sites_or_not() {
        for site in ["", "春熙路基站", "天府"] {
            for name in ["春熙路基站-D-1", "春熙路基站", "春熙路基站 1", "天府广场", ""] {
                let mut table = TextTable::new();
                let site = table.take(site);
                let kept = table.take_name(name, site);
                let texts = table.into_texts();
                assert_eq!(kept.get(&texts), name);
                assert!(kept.is(name, &texts) && !kept.is("天府广场东", &texts));
                assert_eq!(kept.is_none(), name.is_empty());
            }
        }
    }
}
