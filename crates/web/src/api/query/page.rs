//! Paging by `offset` and `limit`, with counts and links that are true on every page (tmf §5).

use crate::api::error::ApiError;

/// How many items are answered unless asked otherwise.
const USUAL: usize = 100;
/// The most items answered at once; a higher `limit` means this.
pub const LONGEST: usize = 1000;

/// Which part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many items come before it.
    pub offset: usize,
    /// How many items it has at most.
    pub limit: usize,
}

impl Default for Page {
    fn default() -> Self {
        Self { offset: 0, limit: USUAL }
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
    pub fn links(self, address: &str, raw_query: &str, total: usize) -> String {
        let kept: Vec<_> = raw_query
            .split('&')
            .filter(|part| !part.is_empty() && !part.starts_with("offset=") && !part.starts_with("limit="))
            .map(safe)
            .collect();
        let link = |rel: &str, offset: usize| {
            let own = format!("offset={offset}&limit={}", self.limit);
            let query: Vec<&str> = kept.iter().map(String::as_str).chain([own.as_str()]).collect();
            format!("<{address}?{}>; rel=\"{rel}\"", query.join("&"))
        };
        let mut links = vec![link("self", self.offset), link("first", 0)];
        if let Some(pages) = total.saturating_sub(1).checked_div(self.limit) {
            let last = pages * self.limit;
            if self.offset.saturating_add(self.limit) < total {
                links.push(link("next", self.offset + self.limit));
            }
            if self.offset > 0 {
                links.push(link("prev", self.offset.saturating_sub(self.limit).min(last)));
            }
            links.push(link("last", last));
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

    fn rels(page: Page, total: usize) -> Vec<(String, usize)> {
        page.links("http://x/t", "status=closed&offset=7&a=b%20c", total)
            .split(", ")
            .map(|link| {
                assert!(link.starts_with("<http://x/t?status=closed&a=b%20c&offset="), "{link}");
                let rel = link.split("rel=\"").nth(1).expect("rel").trim_end_matches('"').to_owned();
                let offset = link.split("offset=").nth(1).expect("offset").split('&').next().expect("number");
                (rel, offset.parse().expect("a number"))
            })
            .collect()
    }

    fn expect(page: Page, total: usize, expected: &[(&str, usize)]) {
        let expected: Vec<_> = expected.iter().map(|(rel, offset)| ((*rel).to_owned(), *offset)).collect();
        assert_eq!(rels(page, total), expected, "{page:?} of {total}");
    }

    #[test]
    fn s5_links_are_true_on_every_page() {
        let page = |offset, limit| Page { offset, limit };
        expect(page(0, 10), 0, &[("self", 0), ("first", 0), ("last", 0)]);
        expect(page(0, 10), 10, &[("self", 0), ("first", 0), ("last", 0)]);
        expect(page(0, 10), 25, &[("self", 0), ("first", 0), ("next", 10), ("last", 20)]);
        expect(page(10, 10), 25, &[("self", 10), ("first", 0), ("next", 20), ("prev", 0), ("last", 20)]);
        expect(page(20, 10), 25, &[("self", 20), ("first", 0), ("prev", 10), ("last", 20)]);
        expect(page(90, 10), 25, &[("self", 90), ("first", 0), ("prev", 20), ("last", 20)]);
        expect(page(0, 0), 25, &[("self", 0), ("first", 0)]);
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
        let links = Page::default().links("http://x/t", "name=>\"<\r\n慢", 1);
        assert!(links.is_ascii() && !links.contains('\n'));
        assert_eq!(links.matches('<').count(), links.matches('>').count());
    }
}
