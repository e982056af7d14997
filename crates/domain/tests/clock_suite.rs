//! The clocks beside an account of every minute from 2015 to 2026, and the mistakes others' users have reported (M5, M7, M8).
//!
//! `SHOUWEN_EVERY_MINUTE=1` starts a limit at each of the six million minutes instead of at some (`make soak`).

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "clock_suite/clocks.rs"]
mod clocks;
#[path = "common/mod.rs"]
#[expect(dead_code, reason = "the suite has people and complaints of its own")]
mod common;
#[path = "walks/dice.rs"]
#[expect(dead_code, reason = "the walks need more of it")]
mod dice;
#[path = "clock_suite/intervals.rs"]
mod intervals;
#[path = "clock_suite/peers.rs"]
mod peers;
#[path = "clock_suite/reference.rs"]
mod reference;
