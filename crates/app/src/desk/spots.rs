//! 黑点: places whose trouble cannot be mended now. A closing with a plan finds or registers its place; afterwards people
//! record progress there, move the date, settle it, and the first owners of its complaints are told (M3).

use domain::access::{self, Permission, Scope};
use domain::complaint::{Complaint, Plan, SpotChoice};
use domain::contact::mask_digits;
use domain::flow::{Action, ActionKind, Refusal, Senseless};
use domain::id::{ComplaintId, SpotId};
use domain::journal::Event;
use domain::person::{Viewer, Who};
use domain::place::LonLat;
use domain::spot::{self, Decision, Entry, Joining, Opening, ProblemLocation, Radius};
use domain::time::Timestamp;
use jiff::civil::Date;
use store::{Page, QueueRow, SpotNotice, SpotQuery, SpotWrite};

use super::{Desk, DeskError};
use crate::bus::Topic;
use crate::clock::fresh_uuid;
use crate::post::spot::SpotTold;

/// Known places shown beside a complaint at most.
const SHOWN: usize = 3;
/// Places offered to a closing at most.
const OFFERED: usize = 5;
/// Complaints of a place that its page lists.
const LISTED: u32 = 200;

impl Desk {
    /// The branch's day at that instant.
    pub fn day_of(&self, now: Timestamp) -> Date {
        self.calendar().zone().to_datetime(now.to_jiff()).date()
    }

    /// A page of problem locations, open ones first, by the day expected.
    pub async fn locations(&self, viewer: &Viewer, query: &SpotQuery) -> Result<Page<ProblemLocation>, DeskError> {
        Ok(self.store.problem_locations(&Scope::of(viewer), query).await?)
    }

    /// One of them, where this viewer may see it.
    pub async fn location_of(&self, viewer: &Viewer, id: SpotId) -> Result<Option<ProblemLocation>, DeskError> {
        Ok(self.store.problem_location(&Scope::of(viewer), id).await?)
    }

    /// What happened there, oldest first.
    pub async fn location_entries(&self, viewer: &Viewer, id: SpotId) -> Result<Vec<Entry>, DeskError> {
        Ok(self.store.problem_location_entries(&Scope::of(viewer), id).await?)
    }

    /// The complaints that belong to it, newest first.
    pub async fn location_complaints(&self, viewer: &Viewer, id: SpotId) -> Result<Vec<QueueRow>, DeskError> {
        Ok(self.store.problem_location_complaints(&Scope::of(viewer), id, LISTED).await?)
    }

    /// Where this complaint belongs.
    pub async fn location_of_complaint(
        &self,
        viewer: &Viewer,
        complaint: ComplaintId,
    ) -> Result<Option<ProblemLocation>, DeskError> {
        Ok(self.store.problem_location_of(&Scope::of(viewer), complaint).await?)
    }

    /// Open problem locations that speak for this place: it can be answered from their plans.
    pub async fn known_locations(
        &self,
        viewer: &Viewer,
        place: Option<LonLat>,
    ) -> Result<Vec<ProblemLocation>, DeskError> {
        let Some(place) = place else { return Ok(Vec::new()) };
        let largest = f64::from(Radius::LARGEST.metres());
        let near = self.store.open_locations_around(&Scope::of(viewer), place, largest).await?;
        let speaks = |(spot, metres): &(ProblemLocation, f64)| *metres <= f64::from(spot.radius.metres());
        Ok(near.into_iter().filter(speaks).map(|(spot, _)| spot).take(SHOWN).collect())
    }

    /// Open problem locations a closing at this complaint's place may belong to, with the distance where one is known. The
    /// first is taken unless somebody chooses: the one it belongs to already, else the nearest.
    pub async fn offered_locations(
        &self,
        viewer: &Viewer,
        complaint: &Complaint,
    ) -> Result<Vec<(ProblemLocation, Option<f64>)>, DeskError> {
        let scope = Scope::of(viewer);
        let own = self.store.problem_location_of(&scope, complaint.id).await?.filter(|spot| spot.status.is_open());
        let largest = f64::from(Radius::LARGEST.metres());
        let near = match complaint.place.point {
            Some(point) => self.store.open_locations_around(&scope, point.wgs84, largest).await?,
            None => Vec::new(),
        };
        let same_place =
            |(spot, metres): &(ProblemLocation, f64)| *metres <= f64::from(spot.radius.max(Radius::USUAL).metres());
        let mut offered: Vec<_> =
            near.into_iter().filter(same_place).map(|(spot, metres)| (spot, Some(metres))).take(OFFERED).collect();
        if let Some(own) = own {
            let known = offered.iter().position(|(spot, _)| spot.id == own.id);
            let metres = known.and_then(|at| offered.remove(at).1);
            offered.insert(0, (own, metres));
        }
        Ok(offered)
    }

    /// Does something to a problem location. A refusal says what would be possible.
    pub async fn act_on_location(
        &self,
        viewer: &Viewer,
        id: SpotId,
        version: Option<u64>,
        action: &spot::Action,
    ) -> Result<Result<ProblemLocation, spot::Refusal>, DeskError> {
        self.act_on_location_at(viewer, id, version, action, self.now()).await
    }

    /// The same at a given present: what composing the demo city's past needs.
    pub(crate) async fn act_on_location_at(
        &self,
        viewer: &Viewer,
        id: SpotId,
        version: Option<u64>,
        action: &spot::Action,
        now: Timestamp,
    ) -> Result<Result<ProblemLocation, spot::Refusal>, DeskError> {
        access::may(viewer, Permission::ManageSpots).then_some(()).ok_or(DeskError::Forbidden)?;
        let spot = self.location_of(viewer, id).await?.ok_or(DeskError::NotFound)?;
        if version.is_some_and(|version| version != spot.version) {
            return Err(DeskError::Conflict);
        }
        let entries = self.location_entries(viewer, id).await?;
        let decision = match spot::decide(&spot, action, &entries, viewer, self.day_of(now), now) {
            Ok(decision) => decision,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let outgoing = self.told_of(&decision, now).await?;
        let Decision { spot, entry } = decision;
        self.store.write_location(SpotWrite { spot: spot.clone(), entry }, &outgoing).await?;
        self.bus.tell(Topic::Queue, spot.version);
        Ok(Ok(spot))
    }

    /// What first owners are told outside the product; in it the store keeps a notice for each.
    async fn told_of(&self, decision: &Decision, now: Timestamp) -> Result<Vec<store::Outgoing>, DeskError> {
        if !decision.entry.events.iter().any(spot::Event::concerns_customers) {
            return Ok(Vec::new());
        }
        let owners = self.store.problem_location_owners(decision.spot.id).await?;
        let (post, people) = (self.post(), self.book.all());
        let told = SpotTold { post: &post, calendar: &self.calendar(), now };
        Ok(told.of(decision, people.iter().filter(|known| owners.contains(&known.person.id))))
    }

    /// What this person was told of problem locations, newest first.
    pub async fn location_notices(&self, viewer: &Viewer, limit: u32) -> Result<Vec<SpotNotice>, DeskError> {
        let Who::Person(person) = &viewer.who else { return Ok(Vec::new()) };
        Ok(self.store.location_notices(&Scope::of(viewer), person, limit).await?)
    }

    /// The actions with a problem location named in each closing that promises something. What somebody chose must be open.
    pub(super) async fn with_places(
        &self,
        viewer: &Viewer,
        complaint: &Complaint,
        actions: &[Action],
        now: Timestamp,
    ) -> Result<Vec<Action>, DeskError> {
        let mut actions = actions.to_vec();
        for action in &mut actions {
            let Action::Close { resolution: Some(resolution), plan: Some(plan), .. } = action else { continue };
            if !resolution.promises() {
                continue;
            }
            // A machine sees no problem locations; the house places what it closes.
            let house = self.house();
            let who = if matches!(viewer.who, Who::Machine { .. }) { &house } else { viewer };
            let id = match plan.spot {
                SpotChoice::This(id) => {
                    let open = self.location_of(who, id).await?.filter(|spot| spot.status.is_open());
                    let why = Refusal::Senseless { action: ActionKind::Close, why: Senseless::PlanSpot };
                    open.map(|spot| spot.id).ok_or(DeskError::Refused(why))?
                }
                SpotChoice::Nearest => {
                    let offered = self.offered_locations(who, complaint).await?;
                    offered.first().map_or_else(|| SpotId(fresh_uuid(now)), |(spot, _)| spot.id)
                }
                SpotChoice::New => SpotId(fresh_uuid(now)),
            };
            plan.spot = SpotChoice::This(id);
        }
        Ok(actions)
    }

    /// What closings with a plan write to problem locations: theirs is joined or registered, a former one is left.
    pub(super) async fn placed(
        &self,
        viewer: &Viewer,
        complaint: &Complaint,
        events: &[Event],
        now: Timestamp,
    ) -> Result<Vec<SpotWrite>, DeskError> {
        let Some((plan, id)) = events.iter().rev().find_map(planned) else { return Ok(Vec::new()) };
        let house = Scope::of(&self.house());
        let mut writes = Vec::new();
        let former = self.store.problem_location_of(&house, complaint.id).await?;
        if let Some(former) = former.filter(|former| former.id != id) {
            writes.push(write(spot::leave(&former, complaint, viewer, now)));
        }
        let joining = Joining { complaint, plan };
        let decision = if let Some(there) = self.store.problem_location(&house, id).await? {
            spot::join(&there, joining, viewer, now)
        } else {
            let number = self.store.reserve_location_number(self.day_of(now)).await?;
            spot::open(opening(id, number, complaint), joining, viewer, now)
        };
        writes.push(write(decision));
        Ok(writes)
    }
}

/// The plan of a closing and the problem location it names.
pub(crate) fn planned(event: &Event) -> Option<(&Plan, SpotId)> {
    let Event::Closed { closure } = event else { return None };
    let plan = closure.plan.as_ref()?;
    match plan.spot {
        SpotChoice::This(id) => Some((plan, id)),
        SpotChoice::Nearest | SpotChoice::New => None,
    }
}

/// A place as its first complaint tells of it.
pub(crate) fn opening(id: SpotId, number: domain::id::SpotNumber, complaint: &Complaint) -> Opening {
    let address = complaint.place.address.trim();
    let name = if address.is_empty() { complaint.headline() } else { address.to_owned() };
    Opening {
        id,
        branch: complaint.branch,
        number,
        name: mask_digits(&name),
        place: complaint.place.clone(),
        cause: complaint.closure.as_ref().and_then(|closure| closure.attribution),
    }
}

/// A decision as it is written.
pub(crate) fn write(decision: Decision) -> SpotWrite {
    SpotWrite { spot: decision.spot, entry: decision.entry }
}
