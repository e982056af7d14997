//! The radio access network around a place: what stands there, what is known of it, and what that explains.
//!
//! Pure: no input or output, no clock, no randomness; knows no complaint.

pub mod calibrate;
pub mod element;
pub mod fact;
pub mod geo;
pub mod network;
pub mod propagation;
