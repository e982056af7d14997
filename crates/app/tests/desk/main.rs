//! The desk, on both engines.

mod board;
mod common;
mod exports;
mod imports;
mod nodes;
mod policies;
mod retention;
mod roster;
mod spots;
mod tick;
mod ties;
mod way;
