//! Who becomes first owner of what a machine delivers: the handlers in turn, those on duty where the roster names any, and
//! nobody who is away while anybody is there (M4).

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::complaint::PersonRef;
use domain::person::{Person, Role};
use domain::roster::Roster;
use domain::time::Timestamp;

/// The handlers in turn.
#[derive(Debug, Default)]
pub struct Rota {
    count: AtomicUsize,
}

impl Rota {
    /// Whose turn it is; where all are away any handler, for somebody must own it, and the desk itself where no handler has
    /// been entered yet.
    pub fn turn(&self, roster: &Roster, now: Timestamp) -> PersonRef {
        let there = roster.at_work(Role::Handler, now);
        let handlers: Vec<&Person> = if there.is_empty() {
            roster.people().iter().filter(|person| person.active && person.role == Role::Handler).collect()
        } else {
            there
        };
        if handlers.is_empty() {
            return PersonRef { id: None, name: "首问值班岗".into() };
        }
        handlers[self.count.fetch_add(1, Ordering::Relaxed) % handlers.len()].reference()
    }
}
