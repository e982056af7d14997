//! Mail through a real server, and through those that refuse, hang, send back or are not there (M8); the webhook (M5).

mod exim;
mod guarded;
mod house;
mod mail;
mod told;
mod webhook;
