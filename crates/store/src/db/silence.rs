//! What one line to a server found out, the others need not: a firewall that forgot one has forgotten all that were open, and each
//! of them would be waited for in vain.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Since when, at the latest, a server was found silent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Silence(Arc<Mutex<Option<Instant>>>);

impl Silence {
    /// From then on nothing was heard.
    pub(crate) fn since(&self, then: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = (*known).max(Some(then));
    }

    /// Whether a line last heard of then was heard of after the silence had begun.
    pub(crate) fn spares(&self, heard: Instant) -> bool {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.is_none_or(|then| then < heard)
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
        assert!(silence.spares(at(0)), "nobody has waited in vain");
        silence.since(at(10));
        assert!(!silence.spares(at(9)));
        assert!(silence.spares(at(11)));
        silence.clone().since(at(5));
        assert!(!silence.spares(at(9)), "of two the later counts, whichever was told of last");
    }
}
