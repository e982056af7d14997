//! Whether what was sent again is what was taken in.

use domain::complaint::{Intake, Matter};
use domain::journal::{Entry, Event, Received};

use crate::Web;

/// Whether the complaint of this journal was taken in with what the form says; what became of it since does not count.
pub fn is_same(web: &Web, intake: &Intake, entries: &[Entry]) -> bool {
    let begun = entries.first().and_then(|entry| entry.events.first());
    matches!(begun, Some(Event::Received(received)) if says(web, intake, received))
}

fn says(web: &Web, intake: &Intake, received: &Received) -> bool {
    let vault = web.desk().vault();
    let phone = intake.phone.as_ref().map(|phone| vault.phone_digest(phone));
    let name = intake.customer.as_deref().map(|name| vault.seal_name(name).digest);
    // The form is filled in anew: when somebody complained is when it is sent.
    let matter = Matter { complained: received.matter.complained, ..intake.matter.clone() };
    matter == received.matter
        && intake.place == received.place
        && phone.as_ref() == received.customer.phone.as_ref().map(|sealed| &sealed.digest)
        && name.as_ref() == received.customer.name.as_ref().map(|sealed| &sealed.digest)
        && intake.upstream == received.upstream
        && intake.flow.is_none_or(|flow| flow == received.flow)
        && intake.grade.is_none_or(|grade| grade == received.grade)
}
