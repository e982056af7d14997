//! Candidates as evidence: ranked, with every fact known of them.

use domain::check::{Candidate, Fact, FactKind, Service, Technology};
use domain::time::Timestamp;

use super::gather::{Found, Standing};
use super::{Network, Question};

/// A candidate with what the verdict needs beside it.
#[derive(Debug, Clone)]
pub(super) struct Assessed<'a> {
    pub candidate: &'a Candidate,
    /// On air at the time, as far as the inventory says.
    pub serving: bool,
    pub technology: Option<Technology>,
    /// The service asked about.
    service: Service,
    /// Whether it is the way a customer inside a building is served.
    pub indoor: bool,
    pub height_known: bool,
    /// The level its former place gave, when it has moved since and serves from elsewhere now.
    pub former_dbm: Option<f64>,
}

impl Assessed<'_> {
    /// Whether its technology carries the service asked about; an unknown one may.
    pub fn carries(&self) -> bool {
        match (self.service, self.technology) {
            (Service::Data, Some(Technology::Gsm | Technology::Cdma)) => false,
            (Service::Data, None | Some(Technology::Umts | Technology::Lte | Technology::Nr)) | (Service::Voice, _) => {
                true
            }
        }
    }

    /// Whether it carries voice without VoLTE or VoNR; an unknown technology may.
    pub fn carries_classic_voice(&self) -> bool {
        !matches!(self.technology, Some(Technology::Lte | Technology::Nr))
    }

    /// On air, carrying the service, with nothing known that takes it away.
    pub fn healthy(&self) -> bool {
        self.serving && self.carries() && !self.candidate.facts.iter().any(|fact| fact.active && fact.takes_service)
    }
}

impl Network {
    /// What was found of each element, strongest first. An element found at its present and at its former place is one
    /// candidate: the present one.
    pub(super) fn ranked<'a>(&self, found: &'a mut [Found]) -> Vec<&'a [Found]> {
        // Where each has one version only, each is one already.
        let several = |one: &Found| self.inventory.history(one.identity).len() > 1;
        if self.inventory.slots.len() > self.inventory.elements() && found.iter().any(several) {
            found.sort_unstable_by(|a, b| {
                let level = || b.level_dbm.total_cmp(&a.level_dbm);
                let order = a.identity.cmp(&b.identity).then(a.moved().cmp(&b.moved())).then_with(level);
                order.then(a.slot.cmp(&b.slot))
            });
        }
        // In the order of what is written down, by name at last, so that it is one and the same on every machine.
        let written = |each: &[Found]| (hundredths(each[0].level_dbm), hundredths(each[0].distance_m));
        let name = |each: &[Found]| {
            let slot = &self.inventory.slots[each[0].slot as usize];
            (self.inventory.texts.get(slot.id), slot.kind as u8)
        };
        let each = found.chunk_by(|a, b| a.identity == b.identity);
        let mut each: Vec<((f64, f64), &[Found])> = each.map(|each| (written(each), each)).collect();
        each.sort_unstable_by(|((level_a, far_a), a), ((level_b, far_b), b)| {
            level_b.total_cmp(level_a).then(far_a.total_cmp(far_b)).then_with(|| name(a).cmp(&name(b)))
        });
        each.into_iter().map(|(_, each)| each).collect()
    }

    /// One candidate per element.
    pub(super) fn candidates(&self, question: &Question, ranked: &[&[Found]]) -> Vec<Candidate> {
        let texts = &self.inventory.texts;
        let candidate = |(rank, each): (u32, &&[Found])| {
            let one = &each[0];
            let slot = &self.inventory.slots[one.slot as usize];
            let predicted_dbm = hundredths(one.level_dbm);
            let mut facts = self.facts_at(slot.identity, one.standing, question.at);
            for former in &each[1..] {
                facts.extend(standing_fact(former.standing, former.level_dbm > predicted_dbm + 3.0));
            }
            Candidate {
                id: texts.get(slot.id).to_owned(),
                name: slot.name.get(texts).into_owned(),
                kind: slot.kind,
                site: texts.some(slot.site).or_else(|| texts.some(slot.site_name)),
                position: slot.position,
                azimuth_deg: slot.emitter.azimuth_deg.get(),
                beam_width_deg: slot.beam_width_deg.get(),
                distance_m: hundredths(one.distance_m),
                bearing_deg: hundredths(one.bearing_deg) % 360.0,
                off_axis_deg: hundredths(one.off_axis_deg),
                predicted_dbm,
                rank,
                donor: texts.some(slot.donor),
                facts,
            }
        };
        (1..).zip(ranked).map(candidate).collect()
    }

    /// The candidates with what the verdict needs beside them.
    pub(super) fn assessed<'a>(
        &self,
        question: &Question,
        candidates: &'a [Candidate],
        ranked: &[&[Found]],
    ) -> Vec<Assessed<'a>> {
        let assessed = |(candidate, each): (&'a Candidate, &&[Found])| {
            let slot = &self.inventory.slots[each[0].slot as usize];
            Assessed {
                candidate,
                serving: each[0].standing == Standing::Serving,
                technology: slot.technology,
                service: question.service,
                indoor: slot.indoor,
                height_known: slot.stated.height,
                former_dbm: each[1..].last().filter(|former| former.moved()).map(|former| former.level_dbm),
            }
        };
        candidates.iter().zip(ranked).map(assessed).collect()
    }

    /// Everything known of an element around a time, a repeater's donor included.
    pub(super) fn facts_at(&self, identity: u32, standing: Standing, at: Timestamp) -> Vec<Fact> {
        let mut facts: Vec<Fact> = standing_fact(standing, true).into_iter().collect();
        facts.extend(self.records.facts_of(identity, at, &self.inventory.texts));
        if let Some(donor) = self.inventory.donors.get(&identity) {
            facts.extend(self.donor_facts(*donor, at));
        }
        facts.sort_by_key(|fact| (!fact.active, !fact.takes_service, fact.since));
        facts
    }

    fn donor_facts(&self, donor: u32, at: Timestamp) -> Vec<Fact> {
        let mut facts = self.records.facts_of(donor, at, &self.inventory.texts);
        let versions: Vec<_> = self.inventory.history(donor).collect();
        let standings = versions.iter().filter_map(|(index, _)| self.standing(*index, at));
        facts.extend(standings.filter_map(|standing| standing_fact(standing, true)));
        let name = versions.last().map(|(_, slot)| self.inventory.texts.get(slot.id).to_owned());
        for fact in &mut facts {
            fact.via.clone_from(&name);
        }
        facts
    }
}

/// To the hundredth: what is written down claims no more than it knows.
fn hundredths(value: f64) -> f64 {
    // No level, angle or distance on earth is beyond the whole numbers; the half away from zero, as `round` does it.
    ((value * 100.0 + 0.5_f64.copysign(value)) as i64) as f64 / 100.0
}

/// What the inventory itself tells of an element.
fn standing_fact(standing: Standing, loses_service: bool) -> Option<Fact> {
    let (kind, since, until, value) = match standing {
        Standing::Serving => return None,
        Standing::OffAir { since, served_before: true } => (FactKind::Outage, since, None, None),
        Standing::OffAir { since, served_before: false } => (FactKind::NotYetInService, since, None, None),
        Standing::Moved { at, metres } => (FactKind::Relocation, at, None, Some(format!("moved {metres:.0} m"))),
        Standing::Removed { at } => (FactKind::Removal, at, None, None),
        Standing::NotYet { from } => (FactKind::NotYetInService, Timestamp::BEGINNING, Some(from), None),
    };
    Some(Fact {
        kind,
        active: true,
        takes_service: loses_service,
        severity: None,
        announced: false,
        title: String::new(),
        since: (since > Timestamp::BEGINNING).then_some(since),
        until,
        value,
        via: None,
    })
}
