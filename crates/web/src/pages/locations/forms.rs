//! What each action on a problem location asks for, and what a form sent becomes.

use domain::contact::mask_digits;
use domain::spot::{Action, ActionKind, Entry, Event, ProblemLocation, Radius};

use crate::fields::{Choice, Field, Kind, Sent, Wrong};
use crate::pages::act::parse::{day, unmasked};
use crate::reader::Reader;

/// The fields of an action.
pub fn fields(r: &Reader, kind: ActionKind, spot: &ProblemLocation, entries: &[Entry]) -> Vec<Field> {
    let area = |name| Field::new(r, name, Kind::Area).required();
    let expected = || {
        let still = if spot.expected > r.today() { spot.expected.to_string() } else { String::new() };
        Field::new(r, "plan_expected", Kind::Day).required().holding(still)
    };
    match kind {
        ActionKind::Progress => vec![area("text"), Field::new(r, "corrects", Kind::Select(progress(r, entries)))],
        ActionKind::Start | ActionKind::Solve => vec![area("text")],
        ActionKind::MoveDate | ActionKind::Reopen => vec![expected(), area("reason")],
        ActionKind::GiveUp => vec![area("reason")],
        ActionKind::Amend => vec![
            Field::new(r, "spot_name", Kind::Line).required().holding(mask_digits(&spot.name)),
            Field::new(r, "radius", Kind::Number).required().holding(spot.radius.metres().to_string()),
            area("plan_measure").holding(mask_digits(&spot.measure)),
            Field::new(r, "plan_site", Kind::Line).holding(mask_digits(spot.site.as_deref().unwrap_or_default())),
        ],
    }
}

/// The entries that tell of progress: what may be corrected.
fn progress(r: &Reader, entries: &[Entry]) -> Vec<Choice> {
    let words = |entry: &Entry| {
        entry.events.iter().find_map(|event| match event {
            Event::Progressed { text, .. } | Event::Started { text } => Some(text.chars().take(24).collect::<String>()),
            _ => None,
        })
    };
    let none = Choice { value: "".into(), label: r.t("corrects-none").into_owned() };
    let known = entries.iter().filter_map(|entry| {
        let label = format!("#{} {}", entry.sequence, mask_digits(&words(entry)?));
        Some(Choice { value: entry.sequence.to_string().into(), label })
    });
    std::iter::once(none).chain(known).collect()
}

/// The action a form asks for, or what is wrong with it field by field. Whether it may be done is decided elsewhere.
pub fn action(r: &Reader, kind: ActionKind, spot: &ProblemLocation, sent: &Sent, wrong: &mut Wrong) -> Option<Action> {
    let mut words = |name: &'static str| {
        if sent.filled(name).is_none() {
            wrong.say(name, r.t("wrong-missing"));
        }
        sent.text(name).to_owned()
    };
    let action = match kind {
        ActionKind::Progress => {
            let text = words("text");
            let corrects = sent.read_or_none(r, "corrects", "wrong-choice", wrong, |entry| entry.parse().ok());
            Action::Progress { text, corrects }
        }
        ActionKind::Start => Action::Start { text: words("text") },
        ActionKind::Solve => Action::Solve { text: words("text") },
        ActionKind::GiveUp => Action::GiveUp { reason: words("reason") },
        ActionKind::MoveDate => {
            let reason = words("reason");
            Action::MoveDate { expected: day(r, sent, "plan_expected", wrong)?, reason }
        }
        ActionKind::Reopen => {
            let reason = words("reason");
            Action::Reopen { expected: day(r, sent, "plan_expected", wrong)?, reason }
        }
        ActionKind::Amend => {
            for name in ["spot_name", "plan_measure"] {
                words(name);
            }
            let radius = sent.text("radius").parse().ok().and_then(|metres: u32| Radius::try_from(metres).ok());
            if radius.is_none() {
                wrong.say("radius", r.say(&Radius::told()));
            }
            // What was shown masked is what stood there.
            let mut again = |name, before: &str| unmasked(r, sent, name, before, wrong);
            let (name, measure) = (again("spot_name", &spot.name), again("plan_measure", &spot.measure));
            let site = again("plan_site", spot.site.as_deref().unwrap_or_default());
            Action::Amend { name, radius: radius?, measure, site: Some(site).filter(|site| !site.is_empty()) }
        }
    };
    wrong.is_empty().then_some(action)
}
