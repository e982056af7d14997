//! The figures of the whole product, each beside its reference in the same run: `cargo bench -p shouwen`.
//!
//! Drives the real program from outside (`SHOUWEN_BIN` names another build) and prints; nothing here fails for being slow.
//! A word on the command line runs the sections whose name holds it: `import`, `intake`, `nodes`, `slow-disk`, `pages`, `start`,
//! `tick`, `recount`, `million`.

#![expect(clippy::unwrap_used, reason = "a measurement that fails says so by panicking")]

#[path = "product/bare.rs"]
mod bare;
#[path = "../tests/common/mod.rs"]
mod common;
#[path = "product/import.rs"]
mod import;
#[path = "product/intake.rs"]
mod intake;
#[path = "product/machine.rs"]
mod machine;
#[path = "product/million.rs"]
mod million;
#[path = "product/nodes.rs"]
mod nodes;
#[path = "product/pages.rs"]
mod pages;
#[path = "product/recount.rs"]
mod recount;
#[path = "product/rtree.rs"]
mod rtree;
#[path = "product/start.rs"]
mod start;
#[path = "product/tick.rs"]
mod tick;

use std::time::Duration;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let [verb, folder] = &words[..]
        && verb == "bare-sqlite"
    {
        println!("{}", bare::sqlite(folder.as_ref()));
        return;
    }
    if let [verb, location, open] = &words[..]
        && verb == "tick-inside"
    {
        tick::inside(location, open);
        return;
    }
    if let [verb, location, complaints, days] = &words[..]
        && verb == "million-inside"
    {
        million::inside(location, complaints, days);
        return;
    }
    let wanted = |section: &str| words.is_empty() || words.iter().any(|word| section.contains(word.as_str()));
    println!("{:<66} {:>16} {:>22}   target", "figure", "measured", "reference");
    machine::told();
    for (section, measure) in [
        ("rtree", rtree::measure as fn()),
        ("start", start::measure),
        ("import", import::measure),
        ("intake", intake::measure),
        ("nodes", nodes::measure),
        ("slow-disk", intake::measure_on_a_slow_disk),
        ("pages", pages::measure),
        ("tick", tick::measure),
        ("recount", recount::measure),
        // Takes an hour and eighty gigabytes: only where it is asked for by name.
        ("million", if words.is_empty() { million::named } else { million::measure }),
    ] {
        if wanted(section) {
            measure();
            machine::told();
        }
    }
}

/// One line of the table.
fn figure(name: &str, measured: &str, reference: &str, target: &str) {
    println!("{name:<66} {measured:>16} {reference:>22}   {target}");
}

/// The value below which that share of the sorted waits lies.
fn quantile(waits: &mut [Duration], share: f64) -> Duration {
    waits.sort_unstable();
    waits[((waits.len() as f64 * share) as usize).min(waits.len() - 1)]
}

fn millis(wait: Duration) -> String {
    format!("{:.2} ms", wait.as_secs_f64() * 1e3)
}
