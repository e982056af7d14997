//! From the intake form to an [`Intake`]: as far as it was filled in, with what is still wrong beside it.

use domain::complaint::{Channel, Intake, Matter, UpstreamNumber};

use crate::fields::{Sent, Wrong};
use crate::pages::act::parse::{occurred, place};
use crate::reader::Reader;

/// The intake, and what stands against taking it in.
pub fn intake(r: &Reader, sent: &Sent) -> (Intake, Wrong) {
    let mut wrong = Wrong::default();
    let text = |name: &str| sent.text(name).to_owned();
    if sent.filled("description").is_none() {
        wrong.say("description", r.t("wrong-matter"));
    }
    let phone = sent.filled("phone").and_then(|typed| {
        let phone = typed.parse().ok();
        if phone.is_none() {
            wrong.say("phone", r.t("wrong-phone"));
        }
        phone
    });
    let wanted_by = sent.filled("wanted_by").and_then(|typed| {
        let at = r.instant(typed);
        if at.is_none() {
            wrong.say("wanted_by", r.t("wrong-time"));
        }
        at
    });
    let occurred = occurred(r, sent, &mut wrong);
    let place = place(r, sent, None, &mut wrong);
    if place.point.is_none() && place.address.is_empty() {
        wrong.say("address", r.t("wrong-place"));
    }
    let channel = sent.choice_or_none(r, "channel", &mut wrong).unwrap_or(Channel::Phone);
    let service = sent.choice_or_none(r, "service", &mut wrong).unwrap_or_default();
    let technology = sent.choice_or_none(r, "technology", &mut wrong);
    let (flow, grade) = (sent.choice_or_none(r, "flow", &mut wrong), sent.choice_or_none(r, "grade", &mut wrong));
    let intake = Intake {
        matter: Matter {
            title: text("title"),
            description: text("description"),
            phenomenon: text("phenomenon"),
            channel,
            level: text("level"),
            service,
            technology,
            occurred,
            complained: r.now,
            serving_cell: None,
            wanted_by,
        },
        place,
        phone,
        customer: sent.filled("customer_name").map(str::to_owned),
        upstream: sent
            .filled("upstream_number")
            .map(|number| UpstreamNumber { client: UpstreamNumber::BRANCH.to_owned(), number: number.to_owned() }),
        submission: sent.filled("key").map(str::to_owned),
        flow,
        grade,
        document: None,
    };
    (intake, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn m1_a_concrete_matter_and_a_place_are_asked_for() {
        let (_, wrong) = intake(&Reader::sample(Lang::Zh), &Sent::default());
        assert!(wrong.of("description").is_some() && wrong.of("address").is_some());
        let (_, wrong) =
            intake(&Reader::sample(Lang::Zh), &Sent::from([("description", "慢"), ("address", "文三路 188 号")]));
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn m1_what_is_wrong_is_said_beside_its_field() {
        let sent = Sent::from([
            ("description", "慢"),
            ("phone", "老王"),
            ("lon", "200"),
            ("lat", "30"),
            ("occurred_at", "2027-01-01T00:00"),
        ]);
        let (_, wrong) = intake(&Reader::sample(Lang::Zh), &sent);
        for field in ["phone", "lon", "occurred_at"] {
            assert!(wrong.of(field).is_some(), "{field}");
        }
        assert!(wrong.of("lat").is_none());
    }

    #[test]
    fn m2_a_point_keeps_its_datum_and_its_original() {
        let sent = Sent::from([("description", "慢"), ("lon", "104.06"), ("lat", "30,65"), ("datum", "bd09")]);
        let (intake, wrong) = intake(&Reader::sample(Lang::Zh), &sent);
        assert!(wrong.is_empty(), "{wrong:?}");
        let point = intake.place.point.expect("a point");
        assert_eq!((point.given_lon, point.given_lat), (104.06, 30.65));
        assert!((point.wgs84.lon() - 104.06).abs() > 0.001);
    }
}
