//! Problem locations 黑点 as other pages show them: in a sentence, so that a handler can answer from the plan.

use domain::contact::mask_digits;
use domain::id::{SpotId, SpotNumber};
use domain::spot::{ProblemLocation, Status};

use crate::reader::Reader;

/// A known problem location at a place.
#[derive(Debug, Clone)]
pub struct Known {
    /// Which.
    pub id: SpotId,
    /// Its number.
    pub number: SpotNumber,
    /// What is known and promised there.
    pub text: String,
}

impl Known {
    /// In a sentence.
    pub fn of(r: &Reader, spot: &ProblemLocation) -> Self {
        let site = spot.site.as_ref().map(|site| r.with("known-spot-site", mask_digits(site)));
        let late = spot.is_overdue(r.today()).then(|| r.t("known-spot-overdue").into_owned());
        let parts = [
            Some(r.both("known-spot", mask_digits(&spot.name), mask_digits(&spot.measure))),
            site,
            Some(r.both("known-spot-expected", spot.expected, r.name(&spot.status))),
            late,
            Some(r.with("known-spot-count", spot.members.len())),
        ];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Self { id: spot.id, number: spot.number.clone(), text }
    }
}

/// The colour of a status.
pub const fn tone(status: Status) -> &'static str {
    match status {
        Status::Open => "warn",
        Status::Building => "info",
        Status::Solved => "ok",
        Status::GivenUp => "mute",
    }
}
