//! What a complaint is and what may be done with it.
//!
//! Types and pure functions: no input or output, no clock, no randomness. The present time, identifiers and the person
//! acting come in as arguments, so that every rule can be proven without a server.

pub mod access;
pub mod calendar;
pub mod check;
pub mod clock;
pub mod complaint;
pub mod contact;
pub mod declaration;
pub mod export;
pub mod flow;
pub mod grade;
pub mod id;
pub mod journal;
pub mod person;
pub mod place;
pub mod policy;
pub mod post;
pub mod retention;
pub mod roster;
pub mod spot;
pub mod time;
