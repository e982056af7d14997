//! 受理: one way in for a typed-in, an imported and a delivered complaint (M1, M2).

use std::sync::atomic::Ordering;

use domain::access::{self, Permission};
use domain::check::NetworkCheck;
use domain::complaint::{CheckRef, Complaint, Customer, Intake, Matter, PersonRef, UpstreamNumber};
use domain::contact::mask_digits;
use domain::flow::{self, Opening};
use domain::grade::{self, Suggestion};
use domain::id::{ComplaintId, ComplaintNumber};
use domain::person::{Viewer, Who};
use domain::place::Place;
use domain::time::Timestamp;
use ran::network::Question;
use rayon::prelude::*;
use store::{Commit, Evidence, SearchTexts, Signal};

use super::recent::Noted;
use super::{Desk, DeskError};
use crate::bus::Topic;
use crate::clock::fresh_uuid;

/// An accepted complaint.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// As it stands.
    pub complaint: Complaint,
    /// It was here already: the same upstream number or the same submission again.
    pub repeated: bool,
}

impl Desk {
    /// Receives a complaint. When this returns, it is on disk.
    pub async fn receive(&self, viewer: &Viewer, intake: Intake) -> Result<Receipt, DeskError> {
        self.receive_at(viewer, intake, self.now()).await
    }

    /// Receives a complaint at a given present.
    pub async fn receive_at(&self, viewer: &Viewer, intake: Intake, now: Timestamp) -> Result<Receipt, DeskError> {
        may_receive(viewer)?;
        let upstream = intake.upstream.clone();
        let submission = intake.submission.clone();
        if let Some(complaint) = self.numbered_alike(upstream.as_ref()).await? {
            return Ok(Receipt { complaint, repeated: true });
        }
        let commit = self.prepare(viewer, intake, now).await?;
        let complaint = commit.complaint.clone();
        match self.store.commit(commit).await {
            Ok(()) => {
                self.remember(&complaint);
                Ok(Receipt { complaint, repeated: false })
            }
            Err(store::Error::Duplicate(_)) => {
                let house = self.house();
                let known = match (&upstream, &submission) {
                    (Some(upstream), _) => self.by_upstream(&house, upstream).await?,
                    (None, _) => None,
                };
                let known = match (known, &submission) {
                    (None, Some(key)) => self.by_submission(&house, key).await?,
                    (known, _) => known,
                };
                known.map(|complaint| Receipt { complaint, repeated: true }).ok_or(DeskError::Conflict)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The complaint on record under this number, by whichever door it came (M1).
    pub async fn numbered_alike(&self, upstream: Option<&UpstreamNumber>) -> Result<Option<Complaint>, DeskError> {
        let Some(upstream) = upstream else { return Ok(None) };
        // A system's own numbers the unique index tells apart; others are looked for only where there are any.
        if upstream.names_its_system() && !self.unnamed_numbers.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let numbered = self.store.numbered(self.store.branch(), &[&upstream.number]).await?;
        match numbered.into_iter().find(|(known, _)| known.may_be(upstream)) {
            Some((_, id)) => self.complaint(&self.house(), id).await,
            None => Ok(None),
        }
    }

    /// Receives many complaints in one durable commit, each for itself: a repeated one is no failure of the others.
    pub async fn receive_many(
        &self,
        viewer: &Viewer,
        intakes: Vec<Intake>,
        now: Timestamp,
    ) -> Result<Vec<Result<Outcome, DeskError>>, DeskError> {
        may_receive(viewer)?;
        let mut commits = Vec::with_capacity(intakes.len());
        let mut noted: Vec<(ComplaintId, Noted)> = Vec::with_capacity(intakes.len());
        for (intake, evidence) in self.weighed(intakes, now) {
            let commit = match self.prepare_weighed(viewer, intake, evidence, now).await {
                Ok(commit) => commit,
                Err(error) => {
                    for (_, noted) in &noted {
                        self.recent.forget(noted);
                    }
                    return Err(error);
                }
            };
            // Remembered before the commit, so that the next row of the batch is graded as the next call would be.
            noted.push((commit.complaint.id, self.note(&commit.complaint)));
            commits.push(commit);
        }
        let results = self.store.commit_all(commits).await;
        let outcome = |((id, noted), result)| {
            let Err(error) = result else {
                self.others.received(id);
                return Ok(Outcome::Added(id));
            };
            self.recent.forget(&noted);
            match error {
                store::Error::Duplicate(_) => Ok(Outcome::Repeated),
                error => Err(error.into()),
            }
        };
        let outcomes = noted.into_iter().zip(results).map(outcome).collect();
        self.bus.tell(Topic::Queue, 0);
        Ok(outcomes)
    }

    /// The network check before anything is saved: what the intake screen shows (M2).
    pub fn preview(&self, question: &Question) -> NetworkCheck {
        self.figures.checked(|| self.network().check(question))
    }

    /// Flow and grade as the rules suggest them for this intake, with reasons (M14).
    pub fn suggest(&self, intake: &Intake) -> Suggestion {
        let digest = intake.phone.as_ref().map(|phone| self.vault.phone_digest(phone));
        self.suggestion(intake, digest.as_deref(), self.now())
    }

    /// The checks of many intakes, on every core: they are most of the work and know nothing of each other.
    fn weighed(&self, intakes: Vec<Intake>, now: Timestamp) -> Vec<(Intake, Weighed)> {
        let weigh = |intake: Intake| {
            let evidence = self.weigh(&intake, now);
            (intake, evidence)
        };
        intakes.into_par_iter().map(weigh).collect()
    }

    pub(crate) fn weigh(&self, intake: &Intake, now: Timestamp) -> Weighed {
        question(&intake.matter, &intake.place).map(|question| freeze(self.preview(&question), 1, now))
    }

    pub(crate) async fn prepare(&self, viewer: &Viewer, intake: Intake, now: Timestamp) -> Result<Commit, DeskError> {
        let evidence = self.weigh(&intake, now);
        self.prepare_weighed(viewer, intake, evidence, now).await
    }

    /// The next number of the day.
    pub(crate) async fn fresh_number(&self, now: Timestamp) -> Result<ComplaintNumber, DeskError> {
        self.numbers.give(&self.store, self.day_of(now)).await
    }

    /// Reserves as many numbers as will be taken of that time's day.
    pub(crate) async fn reserve_numbers(&self, at: Timestamp, count: u32) -> Result<(), DeskError> {
        self.numbers.reserve(&self.store, self.day_of(at), count).await
    }

    async fn prepare_weighed(
        &self,
        viewer: &Viewer,
        intake: Intake,
        evidence: Weighed,
        now: Timestamp,
    ) -> Result<Commit, DeskError> {
        let number = self.fresh_number(now).await?;
        Ok(self.prepare_numbered(viewer, intake, evidence, number, now))
    }

    /// The same under a number that was reserved.
    pub(crate) fn prepare_numbered(
        &self,
        viewer: &Viewer,
        intake: Intake,
        evidence: Weighed,
        number: ComplaintNumber,
        now: Timestamp,
    ) -> Commit {
        let phone = intake.phone.as_ref().map(|phone| self.vault.seal_phone(phone));
        let suggestion = self.suggestion(&intake, phone.as_ref().map(|sealed| sealed.digest.as_str()), now);
        let name = intake.customer.as_deref().filter(|name| !name.trim().is_empty());
        let opening = Opening {
            id: ComplaintId(fresh_uuid(now)),
            branch: viewer.branch,
            number,
            customer: Customer { phone, name: name.map(|name| self.vault.seal_name(name)) },
            first_owner: self.first_owner(viewer, now),
            suggestion,
            flow: intake.flow,
            grade: intake.grade,
            check: evidence.as_ref().map(|(check, _)| check.clone()),
            matter: intake.matter,
            place: intake.place,
            upstream: intake.upstream,
            document: intake.document,
            split_from: None,
        };
        let decision = flow::open(opening, &self.rules().context(viewer, &self.roster(), now));
        let search = Some(self.found_by(&decision.complaint));
        Commit {
            evidence: evidence.map(|(_, evidence)| evidence),
            submission: intake.submission,
            search,
            ..self.commit_of(decision, now)
        }
    }

    /// What a complaint is found by: its words, its numbers, and the hashed tails of the phone.
    pub(super) fn found_by(&self, complaint: &Complaint) -> SearchTexts {
        let matter = &complaint.matter;
        let texts = [&matter.title, &matter.description, &matter.phenomenon, &matter.level, &complaint.place.address];
        let phone = complaint.customer.phone.as_ref().and_then(|sealed| self.vault.open(sealed).ok());
        let mut tokens = phone.map(|phone| self.vault.phone_tokens(&phone)).unwrap_or_default();
        tokens.push(complaint.number.to_string());
        tokens.extend(complaint.upstream.as_ref().map(|upstream| upstream.number.clone()));
        tokens.extend(matter.serving_cell.clone());
        // Found by is what may be read: a number somebody wrote into the text is masked for both alike.
        let texts = texts.into_iter().filter(|text| !text.is_empty()).map(|text| mask_digits(text)).collect();
        SearchTexts { texts, tokens }
    }

    fn suggestion(&self, intake: &Intake, digest: Option<&str>, now: Timestamp) -> Suggestion {
        let text = format!("{} {}", intake.matter.title, intake.matter.description);
        let point = intake.place.point.map(|point| point.wgs84);
        let at = intake.matter.complained.min(now);
        let facts = grade::Facts {
            channel: intake.matter.channel,
            upstream: intake.upstream.is_some(),
            text: &text,
            level: &intake.matter.level,
            repeats: digest.map_or(0, |digest| self.recent.repeats(digest, at)),
            nearby: point.map_or(0, |point| self.recent.nearby(point, at)),
        };
        grade::suggest(facts, &self.rules().policy)
    }

    /// Whoever is asked first owns the complaint; what no person took in goes to the handlers who are there in turn.
    fn first_owner(&self, viewer: &Viewer, now: Timestamp) -> PersonRef {
        match &viewer.who {
            Who::Person(person) => PersonRef { id: Some(person.id), name: person.name.clone() },
            Who::Machine { .. } | Who::House => self.rota.turn(&self.roster(), now),
        }
    }

    fn note(&self, complaint: &Complaint) -> Noted {
        if complaint.upstream.as_ref().is_some_and(|upstream| !upstream.names_its_system()) {
            self.unnamed_numbers.store(true, Ordering::Relaxed);
        }
        self.recent.note(signal(complaint))
    }

    pub(crate) fn remember(&self, complaint: &Complaint) {
        self.note(complaint);
        self.others.received(complaint.id);
        self.bus.tell(Topic::Queue, complaint.version);
    }
}

/// The check of an intake, frozen; nothing where no point is known.
pub(crate) type Weighed = Option<(CheckRef, Evidence)>;

/// What became of one of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new complaint.
    Added(ComplaintId),
    /// It was here already.
    Repeated,
}

fn may_receive(viewer: &Viewer) -> Result<(), DeskError> {
    let may = access::may(viewer, Permission::Receive) || access::may(viewer, Permission::ApiCreate);
    may.then_some(()).ok_or(DeskError::Forbidden)
}

/// What repeats and crowds are counted by.
fn signal(complaint: &Complaint) -> Signal {
    Signal {
        complaint: complaint.id,
        digest: complaint.customer.phone.as_ref().map(|sealed| sealed.digest.clone()),
        point: complaint.place.point.map(|point| point.wgs84),
        at: complaint.complained(),
    }
}

/// What to ask the network for a complaint; nothing where no point is known.
pub(super) fn question(matter: &Matter, place: &Place) -> Option<Question> {
    Some(Question {
        place: place.point?.wgs84,
        precision_m: place.precision_metres,
        setting: place.setting,
        at: matter.judged_at(),
        service: matter.service,
        technology: matter.technology,
    })
}

/// How many candidates the record keeps whole, strongest first; the others are counted, and those with facts stay.
const KEPT: u32 = 40;

/// Freezes a check: the evidence, and the reference by which the journal vouches for it.
pub(super) fn freeze(check: NetworkCheck, ordinal: u32, made: Timestamp) -> (CheckRef, Evidence) {
    let (cause, confidence) = (check.verdict.cause, check.verdict.confidence);
    let evidence = Evidence::freeze(ordinal, &check.condensed(KEPT));
    (CheckRef { ordinal, digest: evidence.digest.clone(), made, cause, confidence }, evidence)
}
