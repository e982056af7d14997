//! Every parser reachable from outside, each with what must hold of whatever it is given: no panic, nothing lost, and what
//! it reads and writes again reads the same.

mod addresses;
mod doors;
mod files;
mod forms;
mod places;
mod requests;
mod samples;
mod times;

pub use addresses::address;
pub use doors::{cursor, intake_form, ticket, ticket_patch, ticket_query, words};
pub use files::{backup, bounce, import, mapping, points, table, workbook};
pub use forms::action_form;
pub use places::{coordinates, phone, value};
pub use requests::{headers, page_query};
pub use times::{budget, moment, policy};

/// What is done with whatever comes.
pub type Target = fn(&[u8]);

/// Every target by the name of its corpus.
pub const TARGETS: [(&str, Target); 23] = [
    ("table", table),
    ("workbook", workbook),
    ("import", import),
    ("mapping", mapping),
    ("policy", policy),
    ("moment", moment),
    ("value", value),
    ("ticket", ticket),
    ("ticket_patch", ticket_patch),
    ("ticket_query", ticket_query),
    ("intake_form", intake_form),
    ("action_form", action_form),
    ("headers", headers),
    ("page_query", page_query),
    ("cursor", cursor),
    ("backup", backup),
    ("bounce", bounce),
    ("points", points),
    ("address", address),
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
