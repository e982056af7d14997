//! The machine door, proven rule by rule of the TMF621 contract (M1): each test is named by the section it proves.

mod harness;

mod errors;
mod filters;
mod lists;
mod news;
mod patches;
mod privacy;
mod receiving;
mod states;
