//! Every parser reachable from outside, each with what must hold of whatever it is given: no panic, nothing lost, and what
//! it reads and writes again reads the same.

mod doors;
mod files;
mod places;
mod times;

pub use doors::{cursor, intake_form, ticket, ticket_query, words};
pub use files::{backup, bounce, import, mapping, table, workbook};
pub use places::{coordinates, phone, value};
pub use times::{budget, moment, policy};

/// What is done with whatever comes.
pub type Target = fn(&[u8]);

/// Every target by the name of its corpus.
pub const TARGETS: [(&str, Target); 17] = [
    ("table", table),
    ("workbook", workbook),
    ("import", import),
    ("mapping", mapping),
    ("policy", policy),
    ("moment", moment),
    ("value", value),
    ("ticket", ticket),
    ("ticket_query", ticket_query),
    ("intake_form", intake_form),
    ("cursor", cursor),
    ("backup", backup),
    ("bounce", bounce),
    ("words", words),
    ("budget", budget),
    ("coordinates", coordinates),
    ("phone", phone),
];

/// The text of the bytes; nothing where they are none.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// One of a few by the first byte, and the rest.
fn choice<'d, T: Copy>(data: &'d [u8], of: &[T]) -> Option<(T, &'d [u8])> {
    let (first, rest) = data.split_first()?;
    Some((of[usize::from(*first) % of.len()], rest))
}

/// The zone of the branch.
fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Asia/Shanghai").expect("bundled")
}
