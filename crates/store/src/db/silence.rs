//! What one line to a server found out, the others need not: a firewall that forgot one has forgotten all that were open, and each
//! of them would be waited for in vain.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Since when, at the latest, a server was found silent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Silence(Arc<Mutex<Option<Instant>>>);

impl Silence {
    /// What was asked then got no answer.
    pub(crate) fn since(&self, asked: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = (*known).max(Some(asked));
    }

    /// Whether a line last heard of then was heard of after the silence had begun.
    pub(crate) fn was_broken(&self, heard: Instant) -> bool {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.is_none_or(|asked| asked < heard)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn m6_a_line_not_heard_of_since_the_server_fell_silent_is_given_up_and_one_heard_of_later_is_not() {
        let (silence, begin) = (Silence::default(), Instant::now());
        let at = |seconds| begin + Duration::from_secs(seconds);
        assert!(silence.was_broken(at(0)), "nobody has waited in vain");
        silence.since(at(10));
        assert!(!silence.was_broken(at(9)));
        assert!(silence.was_broken(at(11)));
        silence.clone().since(at(5));
        assert!(!silence.was_broken(at(9)), "of two the later counts, whichever was told of last");
    }
}
