//! Who becomes first owner of what a machine delivers: the active handlers in turn (M4).

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::complaint::PersonRef;
use domain::person::{Person, Role};

/// The handlers in turn.
#[derive(Debug, Default)]
pub struct Rota {
    handlers: Mutex<Vec<PersonRef>>,
    count: AtomicUsize,
}

impl Rota {
    /// Takes the people as they are now.
    pub fn fill(&self, people: &[Person]) {
        let handlers = people
            .iter()
            .filter(|person| person.active && person.role == Role::Handler)
            .map(|person| PersonRef { id: Some(person.id), name: person.name.clone() })
            .collect();
        *self.handlers.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = handlers;
    }

    /// Whose turn it is; the desk itself where no handler has been entered yet.
    pub fn turn(&self) -> PersonRef {
        let handlers = self.handlers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if handlers.is_empty() {
            return PersonRef { id: None, name: "首问值班岗".into() };
        }
        handlers[self.count.fetch_add(1, Ordering::Relaxed) % handlers.len()].clone()
    }
}
