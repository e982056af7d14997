//! Complaints of the demo city that belong together: who called twice is merged, who complains of the same trouble at the same
//! place is tied to whoever called first.

use domain::check::Cause;
use domain::complaint::Complaint;
use domain::flow::{Action, ActionKind, possible};
use domain::person::Viewer;
use domain::time::Timestamp;
use ran::geo::distance_m;
use store::{Filter, ListQuery};

use crate::desk::{Desk, DeskError};

/// How many complaints a crowd is looked for among, newest first.
const AMONG: u32 = 400;
/// From how many on they are a crowd; one network event seldom has more than the demo needs.
const CROWD: std::ops::RangeInclusive<usize> = 3..=9;
/// What counts as one place.
const NEAR_METRES: f64 = 800.0;

/// Merges a repeated call into the first one, and ties the largest crowd of open complaints of one cause to the first of them.
pub(super) async fn gather(desk: &Desk, triage: &Viewer, now: Timestamp) -> Result<(), DeskError> {
    let query = ListQuery { filter: Filter::default(), limit: AMONG, ..ListQuery::default() };
    let mut open = desk.complaints(&desk.house(), &query).await?.rows;
    open.retain(|one| one.state.is_open());
    open.sort_by_key(|one| one.received);
    let may = |one: &Complaint, action| possible(one, triage).iter().any(|row| row.action == action);
    let digest = |one: &Complaint| one.customer.phone.as_ref().map(|phone| phone.digest.clone());
    let again = |at: usize, later: &Complaint| {
        open[..at].iter().find(|first| digest(first).is_some() && digest(first) == digest(later))
    };
    let repeated = open.iter().enumerate().filter(|(_, one)| may(one, ActionKind::Merge));
    let merged = repeated.filter_map(|(at, later)| Some((later, again(at, later)?))).next_back();
    if let Some((later, first)) = merged {
        let action = Action::Merge {
            into: Box::new(first.clone()), reason: "同一客户同一问题，重复来电".to_owned()
        };
        desk.act_at(triage, later.id, action, now).await?;
    }
    let gone = merged.map(|(later, _)| later.id);
    open.retain(|one| Some(one.id) != gone && may(one, ActionKind::Tie));
    let crowds = open.iter().map(|first| open.iter().filter(|other| alike(first, other)).collect::<Vec<_>>());
    let Some(crowd) = crowds.filter(|crowd| crowd.len() >= *CROWD.start()).max_by_key(Vec::len) else {
        return Ok(());
    };
    let (lead, members) = crowd.split_first().expect("a crowd has a first one");
    for member in members.iter().take(*CROWD.end() - 1) {
        let lead = desk.complaint(triage, lead.id).await?.ok_or(DeskError::NotFound)?;
        let action = Action::Tie { lead: Box::new(lead), reason: "同一区域同一原因，一并处理".to_owned() };
        desk.act_at(triage, member.id, action, now).await?;
    }
    Ok(())
}

/// Whether two are of one trouble: the same cause that has a cause, near each other.
fn alike(one: &Complaint, other: &Complaint) -> bool {
    let cause = |complaint: &Complaint| complaint.checks.first().map(|check| check.cause);
    let known = |cause: &Cause| !matches!(cause, Cause::NothingFound | Cause::Unknown);
    let point = |complaint: &Complaint| complaint.place.point.map(|point| point.wgs84);
    let near = point(one).zip(point(other)).is_some_and(|(one, other)| distance_m(one, other) <= NEAR_METRES);
    cause(one).filter(known).is_some_and(|found| cause(other) == Some(found)) && near
}
