//! The use cases: what pages, open APIs and the command line all call.
//!
//! One way in: load, decide, commit, tell. Nothing here knows HTML, HTTP or SQL.

pub mod bus;
pub mod clock;
pub mod demo;
pub mod desk;
pub mod doctor;
pub mod export;
pub mod figures;
pub mod import;
pub mod password;
pub mod pdf;
pub mod points;
pub mod post;
pub mod safekeeping;
pub mod vault;
