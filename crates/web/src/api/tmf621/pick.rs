//! The tickets of one page, picked while all are seen once. Of a ticket only its rank is held, and never more ranks than
//! reach from the nearer end of the list to the page.

use std::collections::BTreeSet;

use crate::api::query::{Edge, Found, Page, Rank};

/// A page being picked.
#[derive(Debug)]
pub struct Picked<'a> {
    page: &'a Page,
    held: BTreeSet<Rank>,
    hold: Hold,
    found: Found,
}

/// Which ranks are held of those that may be on the page.
#[derive(Debug, Clone, Copy)]
enum Hold {
    First(usize),
    Last(usize),
}

impl<'a> Picked<'a> {
    /// Nothing yet, of a list that has at most so many.
    pub fn of(page: &'a Page, most: usize) -> Self {
        let end = page.offset.saturating_add(page.limit);
        let behind = most.saturating_sub(page.offset);
        let hold = match page.edge {
            Edge::Counted if behind < end => Hold::Last(behind),
            Edge::Counted => Hold::First(end),
            Edge::After(_) => Hold::First(page.limit),
            Edge::Before(_) => Hold::Last(page.limit),
        };
        Self { page, held: BTreeSet::new(), hold, found: Found::default() }
    }

    /// Looks at one that fits the filter.
    pub fn offer(&mut self, rank: Rank) {
        self.found.total += 1;
        match &self.page.edge {
            Edge::After(edge) if rank <= *edge => {
                self.found.before = true;
                return;
            }
            Edge::Before(edge) if rank >= *edge => {
                self.found.behind = true;
                return;
            }
            Edge::Counted | Edge::After(_) | Edge::Before(_) => {}
        }
        self.held.insert(rank);
        match self.hold {
            Hold::First(most) if self.held.len() > most => {
                self.held.pop_last();
                self.found.behind = true;
            }
            Hold::Last(most) if self.held.len() > most => {
                self.held.pop_first();
                self.found.before = true;
            }
            Hold::First(_) | Hold::Last(_) => {}
        }
    }

    /// How many are held.
    #[cfg(test)]
    fn weight(&self) -> usize {
        self.held.len()
    }

    /// The ranks on the page, and what it turned out to be.
    pub fn page(self) -> (Vec<Rank>, Found) {
        let Self { page, held, hold, mut found } = self;
        let skipped = match (&page.edge, hold) {
            (Edge::After(_) | Edge::Before(_), _) => 0,
            (Edge::Counted, Hold::First(_)) => page.offset,
            (Edge::Counted, Hold::Last(_)) => held.len().saturating_sub(found.total.saturating_sub(page.offset)),
        };
        let ranks: Vec<_> = held.into_iter().skip(skipped).take(page.limit).collect();
        if page.edge == Edge::Counted {
            found.before = page.offset > 0;
            found.behind = page.offset.saturating_add(page.limit) < found.total;
        }
        (found.first, found.last) = (ranks.first().cloned(), ranks.last().cloned());
        (ranks, found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::class::Kind;
    use crate::api::query::rank::{Placed, Standing};

    fn rank(n: usize) -> Rank {
        let value = Some(Standing::of(Kind::Number, &n.into()));
        Rank::new(vec![Placed { value, down: false }], &n.to_string())
    }

    /// Numbers below `total` in an order that is none.
    fn shuffled(total: usize) -> impl Iterator<Item = usize> {
        (0..total).map(move |n| (n * 7919 + 13) % total)
    }

    /// The page as ids, the most ever held, and what was found.
    fn picked(page: &Page, total: usize, most: usize) -> (Vec<usize>, usize, Found) {
        let mut picked = Picked::of(page, most);
        let mut weight = 0;
        for n in shuffled(total) {
            picked.offer(rank(n));
            weight = weight.max(picked.weight());
        }
        let (ranks, found) = picked.page();
        (ranks.iter().map(|rank| rank.id().parse().expect("a number")).collect(), weight, found)
    }

    #[test]
    fn s5_every_page_is_the_one_asked_for_whichever_end_is_nearer() {
        for most in [100, 101, 150, 5000] {
            for offset in [0, 1, 49, 50, 51, 95, 99, 100, 1_000_000, usize::MAX / 2] {
                for limit in [0, 1, 10, 1000] {
                    let page = Page { offset, limit, edge: Edge::Counted };
                    let (ids, _, found) = picked(&page, 100, most);
                    let expected: Vec<_> = (0..100).skip(offset).take(limit).collect();
                    assert_eq!(ids, expected, "{page:?} of at most {most}");
                    assert_eq!((found.total, found.before), (100, offset > 0));
                    assert_eq!(found.behind, offset + limit < 100, "{page:?}");
                }
            }
        }
    }

    #[test]
    fn s5_little_is_held_near_the_ends_and_nothing_past_them() {
        let weight = |offset, limit| picked(&Page { offset, limit, edge: Edge::Counted }, 1000, 1000).1;
        assert_eq!(weight(0, 10), 10);
        assert_eq!(weight(980, 10), 20);
        assert_eq!(weight(1000, 10), 0);
        assert_eq!(weight(1_000_000, 1000), 0);
        assert!(weight(500, 10) <= 500);
        let page = Page { offset: 700, limit: 10, edge: Edge::After(rank(500)) };
        assert_eq!(picked(&page, 1000, 1000).1, 10, "a page behind a ticket needs no count");
    }

    #[test]
    fn s9_5_a_page_begins_behind_and_ends_before_its_edge() {
        let around = |edge, limit| picked(&Page { offset: 7, limit, edge }, 20, 20);
        let (ids, _, found) = around(Edge::After(rank(4)), 3);
        assert_eq!((ids, found.before, found.behind), (vec![5, 6, 7], true, true));
        let (ids, _, found) = around(Edge::After(rank(17)), 3);
        assert_eq!((ids, found.before, found.behind), (vec![18, 19], true, false));
        let (ids, _, found) = around(Edge::Before(rank(4)), 3);
        assert_eq!((ids, found.before, found.behind), (vec![1, 2, 3], true, true));
        let (ids, _, found) = around(Edge::Before(rank(2)), 3);
        assert_eq!((ids, found.before, found.behind, found.total), (vec![0, 1], false, true, 20));
    }
}
