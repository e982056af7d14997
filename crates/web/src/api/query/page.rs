//! Paging by `offset` and `limit`, with counts and links that are true on every page (tmf §5).
//!
//! The links to the next and the former page also carry between which items they lie, so that pages stay disjoint while
//! items are added.

use super::rank::Rank;
use crate::api::error::ApiError;
use crate::guard::escaped;

/// How many items are answered unless asked otherwise.
const USUAL: usize = 100;
/// The most items answered at once; a higher `limit` means this.
pub const LONGEST: usize = 1000;

/// Which part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many items came before it when it was first counted.
    pub offset: usize,
    /// How many items it has at most.
    pub limit: usize,
    /// Where it lies.
    pub edge: Edge,
}

/// Where a page lies.
#[derive(Debug, Clone, PartialEq)]
pub enum Edge {
    /// Behind `offset` items.
    Counted,
    /// Right behind this item.
    After(Rank),
    /// Right before this item.
    Before(Rank),
}

/// What a page turned out to be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// How many items there are on all pages.
    pub total: usize,
    /// The first item of this page.
    pub first: Option<Rank>,
    /// The last one.
    pub last: Option<Rank>,
    /// Whether any come before this page.
    pub before: bool,
    /// Whether any come behind it.
    pub behind: bool,
}

impl Default for Page {
    fn default() -> Self {
        Self { offset: 0, limit: USUAL, edge: Edge::Counted }
    }
}

/// Reads `offset` or `limit`.
pub fn number(name: &str, text: &str) -> Result<usize, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let wrong = || ApiError::query_invalid(format!("{name}: 应为非负整数 (a non-negative whole number is expected)"));
    // More digits than a number holds lie past every end.
    if digits { Ok(text.parse().unwrap_or(usize::MAX / 2)) } else { Err(wrong()) }
}

impl Page {
    /// The `Link` header of this page of a list at `address`, the other parts of the query kept.
    pub fn links(&self, address: &str, raw_query: &str, found: &Found) -> String {
        let own = ["offset=", "limit=", "after=", "before="];
        let kept: Vec<_> = raw_query
            .split('&')
            .filter(|part| !part.is_empty() && !own.iter().any(|name| part.starts_with(name)))
            .map(safe)
            .collect();
        let link = |rel: &str, offset: usize, edge: &Edge| {
            let mut own = format!("offset={offset}&limit={}", self.limit);
            match edge {
                Edge::Counted => {}
                Edge::After(rank) => own.extend(["&after=", &escaped(&rank.text())]),
                Edge::Before(rank) => own.extend(["&before=", &escaped(&rank.text())]),
            }
            let query: Vec<&str> = kept.iter().map(String::as_str).chain([own.as_str()]).collect();
            format!("<{address}?{}>; rel=\"{rel}\"", query.join("&"))
        };
        let mut links = vec![link("self", self.offset, &self.edge), link("first", 0, &Edge::Counted)];
        if let Some(pages) = found.total.saturating_sub(1).checked_div(self.limit) {
            let last = pages * self.limit;
            if found.behind {
                let edge = found.last.clone().map_or(Edge::Counted, Edge::After);
                links.push(link("next", self.offset.saturating_add(self.limit), &edge));
            }
            if found.before {
                let edge = found.first.clone().map_or(Edge::Counted, Edge::Before);
                links.push(link("prev", self.offset.saturating_sub(self.limit).min(last), &edge));
            }
            links.push(link("last", last, &Edge::Counted));
        }
        links.join(", ")
    }
}

/// A part of a query as it came, without the characters that would end or break the header.
fn safe(part: &str) -> String {
    part.bytes()
        .map(|byte| {
            let plain = byte.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&byte);
            if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a counted page of a list of so many turns out to be.
    fn found(page: &Page, total: usize) -> Found {
        let end = page.offset.saturating_add(page.limit);
        Found { total, before: page.offset > 0, behind: end < total, ..Found::default() }
    }

    fn rels(page: &Page, found: &Found) -> Vec<(String, usize)> {
        page.links("http://x/t", "status=closed&offset=7&after=5&a=b%20c", found)
            .split(", ")
            .map(|link| {
                assert!(link.starts_with("<http://x/t?status=closed&a=b%20c&offset="), "{link}");
                let rel = link.split("rel=\"").nth(1).expect("rel").trim_end_matches('"').to_owned();
                let offset = link.split("offset=").nth(1).expect("offset").split('&').next().expect("number");
                (rel, offset.parse().expect("a number"))
            })
            .collect()
    }

    fn expect(page: &Page, total: usize, expected: &[(&str, usize)]) {
        let expected: Vec<_> = expected.iter().map(|(rel, offset)| ((*rel).to_owned(), *offset)).collect();
        assert_eq!(rels(page, &found(page, total)), expected, "{page:?} of {total}");
    }

    #[test]
    fn s5_links_are_true_on_every_page() {
        let page = |offset, limit| Page { offset, limit, edge: Edge::Counted };
        expect(&page(0, 10), 0, &[("self", 0), ("first", 0), ("last", 0)]);
        expect(&page(0, 10), 10, &[("self", 0), ("first", 0), ("last", 0)]);
        expect(&page(0, 10), 25, &[("self", 0), ("first", 0), ("next", 10), ("last", 20)]);
        expect(&page(10, 10), 25, &[("self", 10), ("first", 0), ("next", 20), ("prev", 0), ("last", 20)]);
        expect(&page(20, 10), 25, &[("self", 20), ("first", 0), ("prev", 10), ("last", 20)]);
        expect(&page(90, 10), 25, &[("self", 90), ("first", 0), ("prev", 20), ("last", 20)]);
        expect(&page(0, 0), 25, &[("self", 0), ("first", 0)]);
    }

    #[test]
    fn s9_5_the_neighbours_of_a_page_are_held_by_its_first_and_last_item() {
        let rank = |id: &str| Rank::new(Vec::new(), id);
        let page = Page { offset: 10, limit: 10, edge: Edge::After(rank("i")) };
        let found = Found { total: 40, first: Some(rank("j")), last: Some(rank("s")), before: true, behind: true };
        let links = page.links("http://x/t", "", &found);
        let links: Vec<_> = links.split(", ").map(|link| link.trim_start_matches("<http://x/t?")).collect();
        assert_eq!(
            links,
            [
                "offset=10&limit=10&after=%5B%22i%22%5D>; rel=\"self\"",
                "offset=0&limit=10>; rel=\"first\"",
                "offset=20&limit=10&after=%5B%22s%22%5D>; rel=\"next\"",
                "offset=0&limit=10&before=%5B%22j%22%5D>; rel=\"prev\"",
                "offset=30&limit=10>; rel=\"last\"",
            ]
        );
    }

    #[test]
    fn s5_bad_numbers_are_refused_and_large_ones_lie_past_the_end() {
        for bad in ["", "-1", "1.5", "x", " 1", "1e3", "١"] {
            assert!(number("offset", bad).is_err(), "{bad}");
        }
        assert!(number("offset", "99999999999999999999999").expect("large") > 1_000_000_000);
    }

    #[test]
    fn a_link_never_breaks_out_of_its_header() {
        let links = Page::default().links("http://x/t", "name=>\"<\r\n慢", &Found { total: 1, ..Found::default() });
        assert!(links.is_ascii() && !links.contains('\n'));
        assert_eq!(links.matches('<').count(), links.matches('>').count());
    }
}
