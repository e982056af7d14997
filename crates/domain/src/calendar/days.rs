//! Days that differ from their weekday: the text format of `china.txt`, which a branch's own days are written in too.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::check::Bilingual;

/// A day that is not what its weekday says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SpecialDay {
    pub(super) worked: bool,
    pub(super) local: bool,
    pub(super) name: Arc<Bilingual>,
}

/// All special days, the years they are complete for, and where each year was announced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) special: BTreeMap<Date, SpecialDay>,
    pub(super) sources: BTreeMap<i16, Vec<String>>,
    names: BTreeMap<String, Arc<Bilingual>>,
}

/// A line of a calendar text that says nothing understandable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("calendar line {line}: {reason}: {text}")]
pub struct NotACalendar {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: &'static str,
    /// The line itself.
    pub text: String,
}

/// Whose word a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// The State Council's notices.
    National,
    /// The branch's own days, which win.
    Local,
}

impl Days {
    /// Lays the days of a text over those already there.
    pub(super) fn lay(&mut self, text: &str, layer: Layer) -> Result<(), NotACalendar> {
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                self.line(line, layer).map_err(|reason| NotACalendar {
                    line: index + 1,
                    reason,
                    text: line.to_owned(),
                })?;
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &str, layer: Layer) -> Result<(), &'static str> {
        let (word, rest) = line.split_once(' ').ok_or("nothing follows the first word")?;
        let (first, rest) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        match word {
            "name" => {
                let name = Bilingual { zh: first.to_owned(), en: rest.trim().to_owned() };
                self.names.insert(first.to_owned(), Arc::new(name));
            }
            "year" if layer == Layer::Local => return Err("only the national calendar loads a year"),
            "year" => {
                let year = first.parse().map_err(|_| "not a year")?;
                self.sources.insert(year, rest.split_whitespace().map(str::to_owned).collect());
            }
            "off" => self.days(first, rest, false, layer)?,
            "work" => self.days(first, rest, true, layer)?,
            _ => return Err("a line begins with name, year, off or work"),
        }
        Ok(())
    }

    fn days(&mut self, range: &str, name: &str, worked: bool, layer: Layer) -> Result<(), &'static str> {
        let (first, last) = range.split_once("..").unwrap_or((range, range));
        let first: Date = first.parse().map_err(|_| "not a date")?;
        let last: Date = last.parse().map_err(|_| "not a date")?;
        let length = (last.duration_since(first).as_hours() / 24) + 1;
        if !(1..=366).contains(&length) {
            return Err("the days must run forward, a year at most");
        }
        let name = self.name(name.trim())?;
        for date in std::iter::successors(Some(first), |date| date.tomorrow().ok()).take_while(|date| *date <= last) {
            let day = SpecialDay { worked, local: layer == Layer::Local, name: Arc::clone(&name) };
            self.special.insert(date, day);
        }
        Ok(())
    }

    /// The name in both languages: a known holiday, `中文/English`, or one wording for both.
    fn name(&self, name: &str) -> Result<Arc<Bilingual>, &'static str> {
        if name.is_empty() {
            return Err("a day needs its reason");
        }
        Ok(self.names.get(name).map_or_else(
            || {
                let (zh, en) = name.split_once('/').unwrap_or((name, name));
                Arc::new(Bilingual { zh: zh.trim().to_owned(), en: en.trim().to_owned() })
            },
            Arc::clone,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_line_is_named_with_its_number_and_reason() {
        let refused = |text: &str| Days::default().lay(text, Layer::Local).expect_err("a wrong line").to_string();
        assert_eq!(refused("# fine\noff 2026-02-30 台风"), "calendar line 2: not a date: off 2026-02-30 台风");
        assert!(refused("off 2026-08-20").contains("a day needs its reason"));
        assert!(refused("off 2026-08-20..2026-08-19 台风").contains("run forward"));
        assert!(refused("year 2027 hearsay").contains("only the national calendar"));
        assert!(refused("holiday 2026-08-20 台风").contains("begins with"));
    }
}
