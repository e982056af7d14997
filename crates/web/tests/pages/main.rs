//! The pages as a browser without script meets them: every door, every role, the handler's day.

mod away;
mod board;
mod case;
mod declaration;
mod doors;
mod house;
mod lists;
mod locations;
mod mails;
mod messages;
mod notices;
mod part;
mod policies;
mod privacy;
mod roster;
mod rule;
mod search;
mod sign_in;
mod tied;
mod walk;
mod watch;
