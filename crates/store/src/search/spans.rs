//! 时段: when a complaint was received, as words of a server's index. That index answers with all that hold a word, in no order:
//! of one in every hundredth complaint, ten thousand rows read and sorted for a page of the newest. Asked for a span as well, it
//! answers for the newest alone; what is older is asked only where those do not fill the page.

use domain::time::Timestamp;

/// The lengths of the spans in days, each eight times the one before: what is read for a page stays within a small multiple of it.
pub(crate) const DAYS: [i64; 3] = [1, 8, 64];
const MICROS_A_DAY: i64 = 86_400_000_000;

/// A complaint's words with its spans, of columns `tokens` and `received`. No token holds an `@`. The tokens stay as they are:
/// PostgreSQL's own parser would take numbers and hashes apart again.
macro_rules! words {
    () => {
        "array_to_tsvector(array_remove(string_to_array(tokens, ' '), '') || ARRAY['@1.' || received / 86400000000, \
         '@8.' || received / 691200000000, '@64.' || received / 5529600000000])"
    };
}
pub(super) use words;

/// The span of so many days that ends with that time's, and the one before it: at least as many days up to then.
pub(super) fn until(newest: Timestamp, days: i64) -> String {
    let span = newest.as_micros() / (MICROS_A_DAY * days);
    format!("('@{days}.{span}' | '@{days}.{}')", span - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m18_a_look_reaches_back_at_least_the_span_it_names() {
        let midnight = Timestamp::from_micros(20_000 * MICROS_A_DAY);
        assert_eq!(until(midnight, 1), "('@1.20000' | '@1.19999')");
        assert_eq!(until(midnight, 8), "('@8.2500' | '@8.2499')");
        for days in DAYS {
            let divided = format!("'@{days}.' || received / {}", MICROS_A_DAY * days);
            assert!(words!().contains(&divided), "{divided}");
        }
    }
}
