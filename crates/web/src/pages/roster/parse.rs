//! From the forms of the duty roster to what is to be entered, or to what is wrong with them field by field.

use app::desk::NewAbsence;
use domain::id::PersonId;
use domain::person::Role;
use domain::time::Timestamp;

use crate::fields::{Sent, Wrong};
use crate::reader::Reader;

/// The longest reason kept of an absence.
const LONGEST_REASON: usize = 200;

/// A shift as the form asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Whose.
    pub person: PersonId,
    /// As what; the person's own role where nobody says.
    pub role: Option<Role>,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// The shift a form asks for.
pub fn shift(r: &Reader, sent: &Sent) -> Result<Shift, Wrong> {
    let mut wrong = Wrong::default();
    let (times, person) = (times(r, sent, &mut wrong), person(r, sent, &mut wrong));
    let role = sent.choice_or_none(r, "duty_role", &mut wrong);
    let shift = times.zip(person).map(|((from, until), person)| Shift { person, role, from, until });
    shift.filter(|_| wrong.is_empty()).ok_or(wrong)
}

/// The absence a form asks for, `own` where it names nobody.
pub fn absence(r: &Reader, sent: &Sent, own: Option<PersonId>) -> Result<NewAbsence, Wrong> {
    let mut wrong = Wrong::default();
    let times = times(r, sent, &mut wrong);
    let own = own.filter(|_| !sent.has("person"));
    let person = own.or_else(|| person(r, sent, &mut wrong));
    let deputy = sent.read_or_none(r, "deputy", "wrong-choice", &mut wrong, |id| id.parse().ok());
    let reason = sent.text("absence_reason").chars().take(LONGEST_REASON).collect();
    let absence = times.zip(person).map(|((from, until), person)| NewAbsence { person, from, until, reason, deputy });
    absence.filter(|_| wrong.is_empty()).ok_or(wrong)
}

fn times(r: &Reader, sent: &Sent, wrong: &mut Wrong) -> Option<(Timestamp, Timestamp)> {
    let mut time = |name: &'static str| {
        let found = r.instant(sent.text(name));
        if found.is_none() {
            wrong.say(name, r.t("wrong-time"));
        }
        found
    };
    let (from, until) = (time("starts"), time("ends"));
    Some((from?, until?))
}

fn person(r: &Reader, sent: &Sent, wrong: &mut Wrong) -> Option<PersonId> {
    let found = sent.text("person").parse().ok();
    if found.is_none() {
        wrong.say("person", r.t("wrong-missing"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    const WHO: &str = "00000000-0000-0000-0000-000000000007";

    fn sent(name: &'static str, value: &'static str) -> Sent {
        let whole = [("person", WHO), ("starts", "2026-03-05T08:30"), ("ends", "2026-03-05T17:30")];
        Sent::from([whole[0], whole[1], whole[2], (name, value)])
    }

    #[test]
    fn m5_what_cannot_be_read_of_a_shift_is_said_beside_its_field() {
        assert_eq!(shift(&Reader::sample(Lang::Zh), &sent("duty_role", "")).map(|shift| shift.role).ok(), Some(None));
        for (name, value) in
            [("duty_role", "boss"), ("person", "me"), ("starts", "2026-02-30T08:30"), ("ends", "2026-03-05")]
        {
            let refused = shift(&Reader::sample(Lang::Zh), &sent(name, value)).expect_err(value);
            assert_eq!(refused.fields().collect::<Vec<_>>(), [name]);
        }
    }

    #[test]
    fn m5_an_absence_is_ones_own_unless_it_names_somebody() {
        let own = PersonId("00000000-0000-0000-0000-000000000009".parse().expect("an id"));
        let times = Sent::from([("starts", "2026-03-05T08:30"), ("ends", "2026-03-05T17:30")]);
        assert_eq!(absence(&Reader::sample(Lang::Zh), &times, Some(own)).map(|one| one.person).ok(), Some(own));
        assert_eq!(
            absence(&Reader::sample(Lang::Zh), &sent("deputy", ""), Some(own)).map(|one| one.person.to_string()).ok(),
            Some(WHO.into())
        );
        let refused =
            absence(&Reader::sample(Lang::Zh), &sent("deputy", "somebody"), Some(own)).expect_err("nobody's id");
        assert_eq!(refused.fields().collect::<Vec<_>>(), ["deputy"]);
    }
}
