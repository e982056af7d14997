//! Which column holds which field: headings are matched by synonyms, whatever their width, case, blanks and brackets.

use std::collections::HashMap;

use csv::StringRecord;

use super::mapping::Mapping;
use super::reject;
use super::value::{clean, half_width};

/// A field of an importer and the headings it is known by, the most telling first.
#[derive(Debug, Clone, Copy)]
pub struct FieldDef {
    /// Its name in mapping files; itself a heading that is understood.
    pub name: &'static str,
    /// Synonyms in Chinese and English.
    pub headings: &'static [&'static str],
}

/// Declares an importer's fields once: the enum that code uses and the table of headings cannot get out of step.
macro_rules! fields {
    ($(#[$doc:meta])* $enum:ident: $($variant:ident $name:literal [$($heading:literal),* $(,)?]),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::import) enum $enum { $($variant),+ }

        impl From<$enum> for usize {
            fn from(field: $enum) -> Self {
                field as usize
            }
        }

        impl $enum {
            /// Every field with its headings.
            pub(in crate::import) const ALL: &'static [$crate::import::heading::FieldDef] =
                &[$($crate::import::heading::FieldDef { name: $name, headings: &[$($heading),*] }),+];
        }
    };
}
pub(super) use fields;

/// A heading without what people write differently: width, case, blanks, underscores, brackets, dots.
pub(super) fn normalise(heading: &str) -> String {
    heading
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !"_-()[]{}<>【】（）/\\.:：·'\"*#\u{feff}\u{200b}".contains(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The heading up to its first bracket, unless the bracket names a unit that makes it another quantity.
fn without_bracket(heading: &str) -> Option<String> {
    let at = heading.find(['(', '（', '[', '【'])?;
    let inside = normalise(&heading[at..]);
    let bare = normalise(&heading[..at]);
    (!matches!(inside.as_str(), "kbps" | "mbps" | "bps") && !bare.is_empty()).then_some(bare)
}

/// Finds an importer's fields by heading.
pub(super) struct Dictionary<'a> {
    known: HashMap<String, (usize, u16)>,
    mapping: &'a Mapping,
    fields: &'static [FieldDef],
}

impl<'a> Dictionary<'a> {
    /// Over one importer's fields; the mapping file's own headings go first.
    pub(super) fn new(fields: &'static [FieldDef], mapping: &'a Mapping) -> Self {
        let mut known = HashMap::new();
        for (index, field) in fields.iter().enumerate() {
            for (rank, heading) in std::iter::once(&field.name).chain(field.headings).enumerate() {
                known.entry(normalise(heading)).or_insert((index, rank as u16 + 1));
            }
        }
        Self { known, mapping, fields }
    }

    /// The field a heading stands for and how telling it is, 0 best.
    fn find(&self, heading: &str) -> Option<(usize, u16)> {
        if let Some(name) = self.mapping.field_of(heading) {
            return self.fields.iter().position(|field| field.name == name).map(|index| (index, 0));
        }
        if heading.is_empty() || heading.len() > 120 || reject::is_own_heading(heading) {
            return None;
        }
        let whole = self.known.get(&normalise(heading)).copied();
        whole.or_else(|| {
            let (index, rank) = self.known.get(&without_bracket(heading)?).copied()?;
            Some((index, rank + 1000))
        })
    }

    /// The columns a row of headings would give.
    pub(super) fn columns(&self, headings: &StringRecord) -> Columns {
        let mut found: Vec<(usize, u16, usize)> = headings
            .iter()
            .enumerate()
            .filter_map(|(at, heading)| self.find(clean(heading)).map(|(field, rank)| (field, rank, at)))
            .collect();
        found.sort_unstable();
        let mut places = vec![Vec::new(); self.fields.len()];
        for (field, _, at) in found {
            places[field].push(at);
        }
        Columns { places, headings: headings.clone() }
    }
}

/// Where each field of an importer stands in one sheet.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    places: Vec<Vec<usize>>,
    headings: StringRecord,
}

impl Columns {
    /// The columns of a field, the most telling first.
    pub(super) fn of(&self, field: impl Into<usize>) -> &[usize] {
        self.places.get(field.into()).map_or(&[], Vec::as_slice)
    }

    /// Whether the sheet has the field at all.
    pub(super) fn has(&self, field: impl Into<usize>) -> bool {
        !self.of(field).is_empty()
    }

    /// How many different fields were recognised.
    pub(super) fn recognised(&self) -> usize {
        self.places.iter().filter(|places| !places.is_empty()).count()
    }

    /// The headings as the file has them.
    pub(super) const fn headings(&self) -> &StringRecord {
        &self.headings
    }

    /// Headings no field was found for.
    pub(super) fn unknown(&self) -> Vec<String> {
        let used: Vec<usize> = self.places.iter().flatten().copied().collect();
        (0..self.headings.len())
            .filter(|at| !used.contains(at))
            .filter_map(|at| self.headings.get(at).map(clean))
            .filter(|heading| !heading.is_empty() && !reject::is_own_heading(heading))
            .map(str::to_owned)
            .collect()
    }

    /// Whether a row is the heading row over again (tables pasted below each other, a second language).
    pub(super) fn is_repeated_by(&self, row: &StringRecord, dictionary: &Dictionary<'_>) -> bool {
        let again = dictionary.columns(row);
        let same = self.places.iter().zip(&again.places).filter(|(a, b)| a.iter().any(|at| b.contains(at))).count();
        same >= 2 && same * 2 >= self.recognised()
    }
}

/// Two rows of headings read as one: the lower says what the upper's group is about.
pub(super) fn merge(upper: &StringRecord, lower: &StringRecord) -> StringRecord {
    (0..upper.len().max(lower.len()))
        .map(|at| match lower.get(at).map(clean) {
            Some(text) if !text.is_empty() => text,
            _ => upper.get(at).map_or("", clean),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fields! {
        /// Sample.
        Sample:
        Lon "lon" ["经度"],
        Tilt "downtilt" ["下倾角"],
        Mechanical "mechanical_tilt" ["下倾角机械"],
        Bandwidth "bandwidth" ["带宽"],
    }

    fn columns(headings: &[&str]) -> Columns {
        Dictionary::new(Sample::ALL, &Mapping::default()).columns(&StringRecord::from(headings))
    }

    #[test]
    fn width_case_blanks_and_brackets_do_not_matter() {
        let found = columns(&[" 经 度 ", "下倾角（机械）", "下倾角（°）", "带宽(MHz)   "]);
        assert_eq!(found.of(Sample::Lon), [0]);
        assert_eq!(found.of(Sample::Mechanical), [1]);
        assert_eq!(found.of(Sample::Tilt), [2]);
        assert_eq!(found.of(Sample::Bandwidth), [3]);
        assert_eq!(columns(&["ＬＯＮ"]).of(Sample::Lon), [0]);
    }

    #[test]
    fn every_heading_stands_for_one_field() {
        for kind in crate::import::ALL {
            let mut known = HashMap::new();
            for field in kind.fields() {
                for heading in std::iter::once(&field.name).chain(field.headings) {
                    let other = known.insert(normalise(heading), field.name);
                    assert!(other.is_none_or(|other| other == field.name), "{kind:?}: {heading}");
                }
            }
        }
    }

    #[test]
    fn a_bracket_may_name_another_quantity() {
        assert!(!columns(&["带宽(Kbps)"]).has(Sample::Bandwidth));
    }

    #[test]
    fn two_rows_of_headings_are_one() {
        let merged =
            merge(&StringRecord::from(vec!["位置", "", "带宽"]), &StringRecord::from(vec!["经度", "纬度", ""]));
        assert_eq!(merged, StringRecord::from(vec!["经度", "纬度", "带宽"]));
    }
}
