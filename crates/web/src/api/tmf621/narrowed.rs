//! What of a list's filter the store can look for, and whether its answer then needs no judging ticket by ticket.

use domain::flow::{Flow, State};
use domain::grade::Grade;
use domain::time::Timestamp;

use super::status::Status;
use crate::api::query::Filter;
use crate::api::query::filter::Operator;

/// A filter as the store is asked.
#[derive(Debug)]
pub struct Narrowed {
    /// What it can look for; never narrower than the filter.
    pub query: store::ListQuery,
    /// Whether that is all of the filter.
    pub exact: bool,
}

impl Narrowed {
    /// `None` where no ticket at all can fit.
    pub fn of(filter: &Filter) -> Option<Self> {
        let states = shown(filter, "status", State::ALL, |state| Status::of(*state).as_str())?;
        let grades = shown(filter, "grade", Grade::ALL, |grade| grade.as_str())?;
        let flows = shown(filter, "flow", Flow::ALL, |flow| flow.as_str())?;
        let created = Span::of(filter, "creationDate")?;
        let number = sole(filter, "complaintNumber");
        let upstream = sole(filter, "externalId");
        // A NUL is refused wherever a text comes in, and by PostgreSQL also in a question.
        if number.into_iter().chain(upstream).any(|text| text.contains('\0')) {
            return None;
        }

        let mut judged: usize = ["status", "grade", "flow"].iter().map(|name| filter.on(name)).sum();
        judged += if created.exact { filter.on("creationDate") } else { 0 };
        judged += usize::from(number.is_some()) + usize::from(upstream.is_some());
        let Span { from, to, .. } = created;
        let narrowed = store::Filter { states, flows, grades, from, to, ..store::Filter::default() };
        Some(Self {
            exact: judged == filter.count(),
            query: store::ListQuery {
                filter: narrowed,
                number: number.map(str::to_owned),
                upstream: upstream.map(str::to_owned),
                ..store::ListQuery::default()
            },
        })
    }
}

/// Which of all values a column has fit by the name every ticket shows for them: judged once for each value instead of
/// once for each ticket. Empty where all do, `None` where none does.
fn shown<T, const N: usize>(
    filter: &Filter,
    attribute: &str,
    all: [T; N],
    name: impl Fn(&T) -> &'static str,
) -> Option<Vec<T>> {
    let fitting: Vec<T> = all.into_iter().filter(|value| filter.lets(attribute, name(value))).collect();
    match fitting.len() {
        0 => None,
        many if many == N => Some(Vec::new()),
        _ => Some(fitting),
    }
}

/// The one text a column has to equal, where the filter asks for one.
fn sole<'f>(filter: &'f Filter, attribute: &str) -> Option<&'f str> {
    filter.equals(attribute).filter(|texts| texts.len() == 1)?.pop()
}

/// When what fits was received.
#[derive(Debug, Default)]
struct Span {
    /// At or after.
    from: Option<Timestamp>,
    /// Before.
    to: Option<Timestamp>,
    /// Whether all received then fits.
    exact: bool,
}

impl Span {
    /// `None` where it would lie past the last instant there is.
    fn of(filter: &Filter, attribute: &str) -> Option<Self> {
        let mut span = Self { exact: true, ..Self::default() };
        for (operator, instants) in filter.instants(attribute) {
            // Of several alternatives the widest decides, but for those between which there is room.
            let ends = instants.iter().min().zip(instants.iter().max());
            let (Some((least, most)), false) = (ends, operator == Operator::NotEqual) else {
                span.exact = false;
                continue;
            };
            match operator {
                Operator::Equal => {
                    span.exact &= least == most;
                    span.begins(shown_from(*least));
                    span.ends(shown_behind(*most));
                }
                Operator::Greater => span.begins(shown_behind(*least)?),
                Operator::GreaterOrEqual => span.begins(shown_from(*least)),
                Operator::Less => span.ends(Some(shown_from(*most))),
                Operator::LessOrEqual => span.ends(shown_behind(*most)),
                Operator::NotEqual | Operator::Matches => span.exact = false,
            }
        }
        Some(span)
    }

    fn begins(&mut self, from: Timestamp) {
        self.from = self.from.max(Some(from));
    }

    fn ends(&mut self, to: Option<Timestamp>) {
        self.to = match (self.to, to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// A ticket shows its creation cut to milliseconds: the first instant that is shown as this one or a later one.
fn shown_from(at: Timestamp) -> Timestamp {
    let over = at.as_micros().rem_euclid(MILLISECOND);
    if over == 0 { at } else { Timestamp::from_micros(at.as_micros() - over + MILLISECOND) }
}

/// The first instant that is shown as later than this one; `None` past the last there is.
fn shown_behind(at: Timestamp) -> Option<Timestamp> {
    let behind = at.as_micros() - at.as_micros().rem_euclid(MILLISECOND) + MILLISECOND;
    (behind <= Timestamp::END.as_micros()).then(|| Timestamp::from_micros(behind))
}

const MILLISECOND: i64 = 1_000;

#[cfg(test)]
mod tests;
