//! The mapping file: what a file calls things, where the known headings do not fit.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::heading::FieldDef;
use super::value::clean;
use super::{ImportError, Kind};

/// A mapping file `MAPPING.toml`. Unknown keys are refused with their line.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Their heading = our field.
    pub columns: BTreeMap<String, String>,
    /// Our field = value for rows that leave it blank.
    pub defaults: BTreeMap<String, Scalar>,
    /// Our field → their value = our value.
    pub values: BTreeMap<String, BTreeMap<String, Scalar>>,
    /// The only sheets to read, by name; all where empty.
    pub sheets: Vec<String>,
    /// The row the headings stand in, as the spreadsheet counts; found by itself where absent.
    pub header_row: Option<u32>,
}

/// A value as TOML writes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "toml::Value")]
pub struct Scalar(String);

impl From<toml::Value> for Scalar {
    fn from(value: toml::Value) -> Self {
        match value {
            toml::Value::String(text) => Self(text),
            other => Self(other.to_string()),
        }
    }
}

impl Mapping {
    /// Reads a mapping file for one kind of import.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, ImportError> {
        let mapping: Self = toml::from_str(text).map_err(|error| ImportError::Mapping {
            line: error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
            zh: format!("映射文件有误：{}", error.message()),
            en: format!("the mapping file is wrong: {}", error.message()),
        })?;
        mapping.checked(text, kind.fields())
    }

    /// Every field it names exists.
    fn checked(self, text: &str, fields: &[FieldDef]) -> Result<Self, ImportError> {
        let named = self.columns.values().chain(self.defaults.keys()).chain(self.values.keys());
        for name in named {
            if !fields.iter().any(|field| field.name == name) {
                let known = fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
                return Err(ImportError::Mapping {
                    line: text.lines().position(|line| line.contains(name.as_str())).map(|at| at + 1),
                    zh: format!("映射文件中的字段“{name}”不存在，可用字段：{known}"),
                    en: format!(
                        "the mapping file names the field \"{name}\", which does not exist; known fields: {known}"
                    ),
                });
            }
        }
        Ok(self)
    }

    /// The field a heading was mapped to.
    pub(super) fn field_of(&self, heading: &str) -> Option<&str> {
        if self.columns.is_empty() {
            return None;
        }
        self.columns.iter().find(|(theirs, _)| clean(theirs) == heading).map(|(_, ours)| ours.as_str())
    }

    /// The value a blank stands for.
    pub(super) fn default_of(&self, field: &str) -> Option<&str> {
        self.defaults.get(field).map(|value| value.0.as_str())
    }

    /// What a value of theirs means.
    pub(super) fn value_of(&self, field: &str, theirs: &str) -> Option<&str> {
        if self.values.is_empty() {
            return None;
        }
        self.values.get(field)?.get(theirs).map(|value| value.0.as_str())
    }

    /// Whether a sheet is to be read.
    pub(super) fn wants_sheet(&self, name: &str) -> bool {
        self.sheets.is_empty() || self.sheets.iter().any(|wanted| wanted == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_file_is_read() {
        let mapping = Mapping::parse(
            "header_row = 2\nsheets = [\"小区\"]\n[columns]\n\"东坐标\" = \"lon\"\n[defaults]\ntechnology = \"LTE\"\n\
             height = 30\n[values.on_air]\n\"运行\" = true\n",
            Kind::Cells,
        )
        .expect("a mapping");
        assert_eq!(mapping.field_of("东坐标"), Some("lon"));
        assert_eq!(mapping.default_of("height"), Some("30"));
        assert_eq!(mapping.value_of("on_air", "运行"), Some("true"));
        assert!(mapping.wants_sheet("小区") && !mapping.wants_sheet("站点"));
    }

    #[test]
    fn a_wrong_mapping_names_its_line() {
        let unknown_key = Mapping::parse("[columns]\n[colums]\n", Kind::Cells).expect_err("unknown key");
        assert!(matches!(unknown_key, ImportError::Mapping { line: Some(2), .. }), "{unknown_key:?}");
        let unknown_field =
            Mapping::parse("[columns]\n\"经\" = \"longitud\"\n", Kind::Cells).expect_err("unknown field");
        assert!(matches!(unknown_field, ImportError::Mapping { line: Some(2), .. }), "{unknown_field:?}");
    }
}
