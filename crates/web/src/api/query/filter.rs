//! Filters over whole records: typed, nested by dots, bounded in cost (tmf §5).

use std::cmp::Ordering;

use domain::time::Timestamp;
use regex::Regex;
use serde_json::{Map, Value};

use super::text;
use crate::api::class::{Class, Kind};
use crate::api::error::ApiError;
use crate::api::time;

/// The longest regular expression taken, characters.
const LONGEST_PATTERN: usize = 200;
/// The largest compiled expression, bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// Several attributes must all fit.
#[derive(Debug, Default)]
pub struct Filter {
    conditions: Vec<Condition>,
}

/// One attribute with one operator: one of its alternatives fits; for `ne`, none of them.
#[derive(Debug)]
struct Condition {
    path: Path,
    operator: Operator,
    wanted: Vec<Wanted>,
}

/// An attribute, nested by dots.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    names: Vec<String>,
}

/// How a value is asked to stand to the wanted ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal to one of them.
    Equal,
    /// Equal to none.
    NotEqual,
    /// Greater than one.
    Greater,
    /// Not less than one.
    GreaterOrEqual,
    /// Less than one.
    Less,
    /// Not greater than one.
    LessOrEqual,
    /// Matched by one.
    Matches,
}

#[derive(Debug)]
enum Wanted {
    Text(String),
    Time(Timestamp),
    Number(f64),
    Flag(bool),
    Pattern(Regex),
}

/// Longest first, so that `>=` is not read as `>`.
const SIGNS: [(&str, Operator); 8] = [
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("==", Operator::Equal),
    ("=~", Operator::Matches),
    ("!=", Operator::NotEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("=", Operator::Equal),
];
const SUFFIXES: [(&str, Operator); 7] = [
    (".gte", Operator::GreaterOrEqual),
    (".lte", Operator::LessOrEqual),
    (".gt", Operator::Greater),
    (".lt", Operator::Less),
    (".eq", Operator::Equal),
    (".ne", Operator::NotEqual),
    (".regex", Operator::Matches),
];

impl Filter {
    /// How many attributes with their operators it names.
    pub fn count(&self) -> usize {
        self.conditions.len()
    }

    /// How many operators it names with this attribute, not nested.
    pub fn on(&self, name: &str) -> usize {
        self.of(name).count()
    }

    /// Whether an item fits as far as this one attribute goes, if it has that text there.
    pub fn lets(&self, name: &str, text: &str) -> bool {
        let item = Map::from_iter([(name.to_owned(), Value::from(text))]);
        self.of(name).all(|condition| condition.fits(&item))
    }

    /// Every operator it names with this attribute, and the instants asked for.
    pub fn instants(&self, name: &str) -> impl Iterator<Item = (Operator, Vec<Timestamp>)> {
        self.of(name).map(|condition| {
            let instants = condition.wanted.iter().filter_map(|wanted| match wanted {
                Wanted::Time(at) => Some(*at),
                Wanted::Text(_) | Wanted::Number(_) | Wanted::Flag(_) | Wanted::Pattern(_) => None,
            });
            (condition.operator, instants.collect())
        })
    }

    fn of(&self, name: &str) -> impl Iterator<Item = &Condition> {
        self.conditions.iter().filter(move |condition| condition.path.is(name))
    }

    /// Whether an item fits.
    pub fn fits(&self, item: &Map<String, Value>) -> bool {
        self.conditions.iter().all(|condition| condition.fits(item))
    }

    /// The texts an attribute is asked to equal, where the filter asks for equality at all: what an index can find.
    pub fn equals(&self, name: &str) -> Option<Vec<&str>> {
        let condition = self.of(name).find(|condition| condition.operator == Operator::Equal)?;
        condition
            .wanted
            .iter()
            .map(|wanted| if let Wanted::Text(text) = wanted { Some(text.as_str()) } else { None })
            .collect()
    }

    /// Reads one decoded segment, `attr=value` in any of its forms.
    pub fn read(&mut self, segment: &str, class: &'static Class) -> Result<(), ApiError> {
        let mut last: Option<(Path, Kind, Operator, String)> = None;
        for part in text::split(segment, ';') {
            // A semicolon begins another alternative only before an attribute; else it belongs to the value.
            match (head(part, class), &mut last) {
                (Some((path, kind, operator, value)), _) => {
                    if let Some(done) = last.replace((path, kind, operator, value.to_owned())) {
                        self.add(done)?;
                    }
                }
                (None, Some((_, _, _, value))) => {
                    value.push(';');
                    value.push_str(part);
                }
                (None, None) => {
                    let name: String = part.chars().take(60).collect();
                    return Err(ApiError::query_invalid(format!(
                        "未知的查询条件 (unknown attribute or operator): {name}"
                    )));
                }
            }
        }
        last.map_or(Ok(()), |done| self.add(done))
    }

    fn add(&mut self, (path, kind, operator, value): (Path, Kind, Operator, String)) -> Result<(), ApiError> {
        let wanted = wanted(&path, kind, operator, &value)?;
        match self.conditions.iter_mut().find(|known| known.path == path && known.operator == operator) {
            Some(known) => known.wanted.extend(wanted),
            None => self.conditions.push(Condition { path, operator, wanted }),
        }
        Ok(())
    }
}

/// Attribute, operator and value of a part; `None` where it does not begin with a known attribute and an operator.
fn head<'p>(part: &'p str, class: &'static Class) -> Option<(Path, Kind, Operator, &'p str)> {
    let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '-')))?;
    let (name, rest) = part.split_at(end);
    let (sign, operator) = SIGNS.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
    let value = &rest[sign.len()..];
    if let Some((path, kind)) = Path::read(name, class) {
        return Some((path, kind, operator, value));
    }
    let (suffix, operator) = SUFFIXES.into_iter().find(|(suffix, _)| name.ends_with(suffix))?;
    let (path, kind) = Path::read(name.strip_suffix(suffix)?, class)?;
    // After a suffix the sign is only a separator: what follows `=` belongs to the value.
    rest.strip_prefix('=').map(|value| (path, kind, operator, value))
}

fn wanted(path: &Path, kind: Kind, operator: Operator, value: &str) -> Result<Vec<Wanted>, ApiError> {
    if operator == Operator::Matches {
        return pattern(text::unquoted(value)).map(|pattern| vec![Wanted::Pattern(pattern)]);
    }
    let parts = text::split(value, ',');
    let texts = matches!(kind, Kind::Text | Kind::Words | Kind::OneOf(_) | Kind::Object(_) | Kind::List(_));
    let bad = |expected: &str, part: &str| {
        let part: String = part.chars().take(60).collect();
        ApiError::query_invalid(format!("{}: {expected}: {part}", path.names.join(".")))
    };
    let mut wanted = Vec::with_capacity(parts.len());
    for part in &parts {
        let part = text::unquoted(part);
        wanted.push(match kind {
            Kind::Time => Wanted::Time(time::parse_in_query(part).ok_or_else(|| {
                bad("应为日期或带时区的 RFC 3339 时间 (a date or an RFC 3339 date-time is expected)", part)
            })?),
            Kind::Number => {
                let number = part.parse::<f64>().ok().filter(|number| number.is_finite());
                Wanted::Number(number.ok_or_else(|| bad("应为数字 (a number is expected)", part))?)
            }
            Kind::Flag => {
                Wanted::Flag(part.parse().map_err(|_| bad("应为 true 或 false (true or false is expected)", part))?)
            }
            Kind::Text | Kind::Words | Kind::OneOf(_) | Kind::Object(_) | Kind::List(_) => {
                Wanted::Text(part.to_owned())
            }
        });
    }
    // A text may itself hold a comma.
    if texts && parts.len() > 1 {
        wanted.push(Wanted::Text(value.to_owned()));
    }
    Ok(wanted)
}

/// A regular expression that runs in linear time and compiles to a bounded size.
fn pattern(text: &str) -> Result<Regex, ApiError> {
    if text.chars().count() > LONGEST_PATTERN {
        let message =
            format!("正则表达式最长 {LONGEST_PATTERN} 个字符 (at most {LONGEST_PATTERN} characters in an expression)");
        return Err(ApiError::query_invalid(message));
    }
    regex::RegexBuilder::new(text)
        .size_limit(LARGEST_PATTERN)
        .dfa_size_limit(LARGEST_PATTERN)
        .nest_limit(50)
        .build()
        .map_err(|_| ApiError::query_invalid("正则表达式有误或过大 (not a regular expression, or too large)"))
}

impl Path {
    /// Reads a name nested by dots; `None` where the class has no such attribute.
    pub fn read(name: &str, class: &'static Class) -> Option<(Self, Kind)> {
        let mut class = Some(class);
        let mut kind = None;
        for name in name.split('.') {
            let attribute = class?.attribute(name)?;
            class = match attribute.kind {
                Kind::Object(inner) | Kind::List(inner) => Some(inner),
                Kind::Text | Kind::Words | Kind::OneOf(_) | Kind::Time | Kind::Number | Kind::Flag => None,
            };
            kind = Some(attribute.kind);
        }
        Some((Self { names: name.split('.').map(str::to_owned).collect() }, kind?))
    }

    /// Whether it is this attribute, not nested.
    pub fn is(&self, name: &str) -> bool {
        self.names == [name]
    }

    /// Every value at this path; lists are entered, any member counts.
    pub fn values<'v>(&self, item: &'v Map<String, Value>) -> Vec<&'v Value> {
        let Some((first, rest)) = self.names.split_first() else { return Vec::new() };
        let mut found: Vec<&Value> = item.get(first).map(members).unwrap_or_default();
        for name in rest {
            found = found.into_iter().filter_map(|value| value.get(name)).flat_map(members).collect();
        }
        found
    }
}

fn members(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

impl Condition {
    fn fits(&self, item: &Map<String, Value>) -> bool {
        let values = self.path.values(item);
        let any = |holds: &dyn Fn(Ordering) -> bool| {
            values.iter().any(|value| self.wanted.iter().any(|wanted| wanted.order(value).is_some_and(holds)))
        };
        match self.operator {
            Operator::Equal => any(&Ordering::is_eq),
            Operator::NotEqual => !any(&Ordering::is_eq),
            Operator::Greater => any(&Ordering::is_gt),
            Operator::GreaterOrEqual => any(&Ordering::is_ge),
            Operator::Less => any(&Ordering::is_lt),
            Operator::LessOrEqual => any(&Ordering::is_le),
            Operator::Matches => values.iter().any(|value| self.wanted.iter().any(|wanted| wanted.matches(value))),
        }
    }
}

impl Wanted {
    /// How a stored value stands to the wanted one; `None` where the two cannot be compared.
    fn order(&self, value: &Value) -> Option<Ordering> {
        match self {
            Self::Time(at) => value.as_str().and_then(time::parse).map(|stored| stored.cmp(at)),
            Self::Number(number) => value.as_f64().and_then(|stored| stored.partial_cmp(number)),
            Self::Flag(flag) => value.as_bool().map(|stored| stored.cmp(flag)),
            Self::Text(text) => value.as_str().map(|stored| order_texts(stored, text)),
            Self::Pattern(_) => None,
        }
    }

    fn matches(&self, value: &Value) -> bool {
        let Self::Pattern(pattern) = self else { return false };
        match value {
            Value::String(text) => pattern.is_match(text),
            Value::Number(_) | Value::Bool(_) => pattern.is_match(&value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        }
    }
}

/// Texts that both read as numbers are in the order of the numbers; they are equal only when the texts are.
fn order_texts(a: &str, b: &str) -> Ordering {
    let numbers = a.parse::<f64>().ok().zip(b.parse::<f64>().ok());
    numbers.and_then(|(a, b)| a.partial_cmp(&b)).filter(|order| order.is_ne()).unwrap_or_else(|| a.cmp(b))
}
