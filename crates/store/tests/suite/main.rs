//! One suite, every test on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test says by panicking what went wrong")]

/// A fresh store, or nothing where PostgreSQL was switched off for this run.
macro_rules! store_or_skip {
    ($engine:expr) => {
        match store::testing::TestStore::on($engine).await {
            Some(store) => store,
            None => return,
        }
    };
}

mod board;
mod commits;
mod common;
mod figures;
mod histories;
mod lists;
mod lost_lines;
mod model;
mod moving;
mod network;
mod outbox;
mod policies;
mod retention;
mod roster;
mod safekeeping;
mod schema;
mod spots;
mod together;
mod versions;
