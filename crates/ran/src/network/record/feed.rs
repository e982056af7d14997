//! Of what time a source of records speaks.

use domain::time::Timestamp;

/// The stretch of time a feed is known for: from its first to its last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::network) struct Span {
    pub first: Timestamp,
    pub last: Timestamp,
}

impl Span {
    /// Whether the feed says something of that time. A quiet week is possible, a longer silence is a feed that stopped.
    pub fn covers(self, at: Timestamp) -> bool {
        const QUIET_S: i64 = 7 * 24 * 3600;
        self.first.plus_seconds(-QUIET_S) <= at && at <= self.last.plus_seconds(QUIET_S)
    }
}

/// One source of records: of what time it speaks, and whether it speaks of this network at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::network) struct Feed {
    span: Option<Span>,
    /// Records of an element of the inventory.
    matched: usize,
    /// Records whose element is not in the inventory.
    pub unmatched: usize,
}

impl Feed {
    /// One record more.
    pub fn note(&mut self, from: Timestamp, until: Timestamp, matched: bool) {
        let held = self.span.get_or_insert(Span { first: from, last: until });
        held.first = held.first.min(from);
        held.last = held.last.max(until);
        *(if matched { &mut self.matched } else { &mut self.unmatched }) += 1;
    }

    /// One record less, of a time within the span.
    pub fn uncount(&mut self, matched: bool) {
        *(if matched { &mut self.matched } else { &mut self.unmatched }) -= 1;
    }

    /// Whether the span begins or ends with such a record.
    pub fn ends_at(&self, from: Timestamp, until: Timestamp) -> bool {
        self.span.is_some_and(|span| span.first == from || span.last == until)
    }

    /// The records of both.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        let span = match (self.span, other.span) {
            (Some(a), Some(b)) => Some(Span { first: a.first.min(b.first), last: a.last.max(b.last) }),
            (one, None) | (None, one) => one,
        };
        Self { span, matched: self.matched + other.matched, unmatched: self.unmatched + other.unmatched }
    }

    /// The time the feed is known for; nothing where none of its records names an element of the inventory, for such a feed
    /// is another network's, or names its elements in another way.
    pub fn span(&self) -> Option<Span> {
        self.span.filter(|_| self.matched > 0)
    }

    /// Whether the feed says something of that time.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.span().is_some_and(|span| span.covers(at))
    }
}
