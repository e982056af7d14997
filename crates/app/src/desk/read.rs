//! Reads: each through the scope of whoever asks.

use domain::access::{self, Permission, Scope};
use domain::check::NetworkCheck;
use domain::complaint::{Complaint, UpstreamNumber};
use domain::contact::Msisdn;
use domain::id::{ComplaintId, PersonId};
use domain::journal::Entry;
use domain::person::Viewer;
use domain::place::LonLat;
use store::{Counters, GazetteerPlace, ListQuery, Page, QueueQuery, QueueRow, SearchQuery};

use super::{Desk, DeskError, recent};

/// How near an earlier complaint counts as the same place, metres.
const SAME_PLACE_METRES: f64 = 500.0;
/// How many of a phone's last digits its mask shows.
const SHOWN_DIGITS: usize = 4;

impl Desk {
    /// A complaint, if it is within the viewer's scope.
    pub async fn complaint(&self, viewer: &Viewer, id: ComplaintId) -> Result<Option<Complaint>, DeskError> {
        Ok(self.store.complaint(&Scope::of(viewer), id).await?)
    }

    /// The complaint of an upstream number.
    pub async fn by_upstream(
        &self,
        viewer: &Viewer,
        upstream: &UpstreamNumber,
    ) -> Result<Option<Complaint>, DeskError> {
        Ok(self.store.by_upstream(&Scope::of(viewer), upstream).await?)
    }

    /// The complaint a submission made or changed.
    pub async fn by_submission(&self, viewer: &Viewer, key: &str) -> Result<Option<Complaint>, DeskError> {
        match self.store.by_submission(viewer.branch, key).await? {
            Some(id) => self.complaint(viewer, id).await,
            None => Ok(None),
        }
    }

    /// The journal of a complaint, oldest first, whole: what is shown of it says [`domain::access::Part`].
    pub async fn entries(&self, viewer: &Viewer, id: ComplaintId) -> Result<Vec<Entry>, DeskError> {
        Ok(self.store.entries(&Scope::of(viewer), id).await?)
    }

    /// A frozen check.
    pub async fn evidence(
        &self,
        viewer: &Viewer,
        id: ComplaintId,
        ordinal: u32,
    ) -> Result<Option<NetworkCheck>, DeskError> {
        Ok(self.store.evidence(&Scope::of(viewer), id, ordinal).await?)
    }

    /// A page of the queue.
    pub async fn queue(&self, viewer: &Viewer, query: &QueueQuery) -> Result<Page<QueueRow>, DeskError> {
        let mut page = self.store.queue(&Scope::of(viewer), query).await?;
        self.own_due(viewer, &mut page.rows).await?;
        Ok(page)
    }

    /// Whole complaints page by page, newest first: what the open API lists.
    pub async fn complaints(&self, viewer: &Viewer, query: &ListQuery) -> Result<Page<Complaint>, DeskError> {
        Ok(self.store.all_complaints(&Scope::of(viewer), query).await?)
    }

    /// How many of them there are in all.
    pub async fn count_complaints(&self, viewer: &Viewer, query: &ListQuery) -> Result<u64, DeskError> {
        Ok(self.store.count_complaints(&Scope::of(viewer), query).await?)
    }

    /// How many wait in each view.
    pub async fn counts(&self, viewer: &Viewer) -> Result<Counters, DeskError> {
        let nobody = PersonId(uuid::Uuid::nil());
        let person = viewer.person().map_or(nobody, |person| person.id);
        Ok(self.store.counts(&Scope::of(viewer), person).await?)
    }

    /// Searches texts, numbers and phones: whole and by any kept tail for whoever may see a phone, by its last four
    /// digits, which the mask shows anyway, for the others. Longer digits would tell them the masked ones by trying.
    pub async fn search(&self, viewer: &Viewer, mut query: SearchQuery) -> Result<Page<QueueRow>, DeskError> {
        if let Ok(typed) = query.text.parse::<Msisdn>() {
            let digits = typed.reveal().trim_start_matches('+');
            if digits.len() == SHOWN_DIGITS || access::may(viewer, Permission::Unmask) {
                query.alternatives.push(self.vault.tail_token(digits));
            }
        }
        let mut page = self.store.search(&Scope::of(viewer), &query).await?;
        self.own_due(viewer, &mut page.rows).await?;
        Ok(page)
    }

    /// Earlier complaints of the same phone within 30 days and of the same place within 30 days, newest first.
    pub async fn earlier(
        &self,
        viewer: &Viewer,
        phone: Option<&Msisdn>,
        place: Option<LonLat>,
    ) -> Result<(Vec<QueueRow>, Vec<QueueRow>), DeskError> {
        let scope = Scope::of(viewer);
        let since = self.now().plus_seconds(-recent::WINDOW_SECONDS);
        let mut of_phone = match phone {
            Some(phone) => self.store.earlier(&scope, &self.vault.phone_digest(phone), since, 10).await?,
            None => Vec::new(),
        };
        let mut of_place = match place {
            Some(place) => self.store.nearby(&scope, place, SAME_PLACE_METRES, since, 10).await?,
            None => Vec::new(),
        };
        self.own_due(viewer, of_phone.iter_mut().chain(&mut of_place)).await?;
        Ok((of_phone, of_place))
    }

    /// Places of the city's gazetteer whose name or address holds the text.
    pub async fn places(&self, text: &str, limit: u32) -> Result<Vec<GazetteerPlace>, DeskError> {
        Ok(self.store.places(text, limit).await?)
    }

    /// The plain map under the network, GeoJSON text, where one was loaded.
    pub async fn base_map(&self) -> Result<Option<serde_json::Value>, DeskError> {
        Ok(self.store.setting("base_map").await?)
    }

    /// Whether everything here is invented: said on every page.
    pub async fn is_demo(&self) -> Result<bool, DeskError> {
        Ok(self.store.setting("demo").await?.is_some())
    }
}
