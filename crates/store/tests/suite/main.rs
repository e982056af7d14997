//! One suite, every test on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test says by panicking what went wrong")]

mod commits;
mod common;
mod lists;
mod network;
mod safekeeping;
