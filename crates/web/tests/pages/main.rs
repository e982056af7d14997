//! The pages as a browser without script meets them: every door, every role, the handler's day.

mod board;
mod case;
mod declaration;
mod doors;
mod house;
mod lists;
mod mails;
mod messages;
mod notices;
mod policies;
mod search;
mod sign_in;
