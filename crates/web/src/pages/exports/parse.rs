//! From the form that asks for a file to the request, or to what is wrong with it field by field: what cannot be read never
//! widens the choice.

use app::desk::NewExport;
use domain::export::{Language, Selection};

use crate::fields::{Sent, Wrong};
use crate::i18n::Lang;
use crate::pages::search::words;
use crate::reader::Reader;

/// The request a form makes.
pub fn asked(r: &Reader, sent: &Sent) -> Result<NewExport, Wrong> {
    let mut wrong = Wrong::default();
    let selection = Selection {
        text: words(r, sent, &mut wrong),
        state: sent.choice_or_none(r, "state", &mut wrong),
        flow: sent.choice_or_none(r, "flow", &mut wrong),
        grade: sent.choice_or_none(r, "grade", &mut wrong),
        from: sent.day_or_none(r, "from", &mut wrong),
        to: sent.day_or_none(r, "to", &mut wrong),
    };
    let language = match r.lang {
        Lang::Zh => Language::Zh,
        Lang::En => Language::En,
    };
    let format = sent.choice_or_none(r, "format", &mut wrong).unwrap_or_default();
    let (reason, unmasked) = (sent.text("reason").to_owned(), sent.text("clear") == "yes");
    if wrong.is_empty() { Ok(NewExport { reason, selection, format, language, unmasked }) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_what_cannot_be_read_is_refused_and_never_widens_the_file() {
        let long = "长".repeat(201);
        for (name, value) in [
            ("from", "2026-02-30"),
            ("to", "yesterday"),
            ("to", "2026-03-04T10:00"),
            ("from", "20260304"),
            ("state", "open"),
            ("flow", "minor"),
            ("grade", "5"),
            ("format", "pdf"),
            ("q", &long),
        ] {
            let refused =
                asked(&Reader::sample(Lang::Zh), &Sent::from([("reason", "月报"), (name, value)])).expect_err(value);
            assert_eq!(refused.fields().collect::<Vec<_>>(), [name], "{value}");
        }
    }

    #[test]
    fn p3_what_is_left_empty_narrows_nothing() {
        let sent = [("reason", "月报"), ("from", "2026-02-28"), ("to", ""), ("state", ""), ("grade", "major")];
        let new = asked(&Reader::sample(Lang::Zh), &Sent::from(sent)).expect("a request");
        let Selection { state, from, to, .. } = new.selection;
        assert_eq!((state, from, to), (None, Some(jiff::civil::date(2026, 2, 28)), None));
    }
}
