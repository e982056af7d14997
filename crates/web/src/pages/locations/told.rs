//! What happened to a problem location, in words.

use domain::contact::mask_digits;
use domain::spot::{Entry, Event};

use crate::pages::view::timeline::Happened;
use crate::reader::Reader;

/// The lines of an entry.
pub fn happened(r: &Reader, entry: &Entry) -> Vec<Happened> {
    let line = |event: &Event| {
        let (kind, what, text) = told(r, event);
        Happened { kind, at: entry.at, who: entry.actor.name().to_owned(), what, text: mask_digits(&text) }
    };
    entry.events.iter().map(line).collect()
}

fn told(r: &Reader, event: &Event) -> (&'static str, String, String) {
    let said = |kind, key: &str, text: &String| (kind, r.t(key).into_owned(), text.clone());
    match event {
        Event::Opened(opened) => ("received", r.with("spot-event-opened", opened.expected), opened.measure.clone()),
        Event::ComplaintJoined { number, member } => {
            ("transfer", r.both("spot-event-joined", number, member.promised), String::new())
        }
        Event::ComplaintLeft { number, .. } => ("transfer", r.with("spot-event-left", number), String::new()),
        Event::Progressed { text, corrects: None } => said("note", "spot-event-progress", text),
        Event::Progressed { text, corrects: Some(sequence) } => {
            ("correct", r.with("spot-event-corrected", sequence), text.clone())
        }
        Event::Started { text } => said("accept", "spot-event-started", text),
        Event::DateMoved { from, to, reason } => ("clock", r.both("spot-event-moved", from, to), reason.clone()),
        Event::Amended { name, radius, measure, site } => {
            let what = r.both("spot-event-amended", mask_digits(name), radius.metres());
            ("correct", what, format!("{measure} {}", site.as_deref().unwrap_or_default()).trim().to_owned())
        }
        Event::Solved { text } => said("reply", "spot-event-solved", text),
        Event::GivenUp { reason } => said("close", "spot-event-given-up", reason),
        Event::Reopened { reason } => said("reopen", "spot-event-reopened", reason),
    }
}
