//! What the product does around the pure core, as small as it can be: one complaint with its journal, a clock on the wall,
//! and a compare-and-set by which the loser of two commands is refused.

use std::collections::BTreeMap;

use domain::calendar::{HalfDay, WorkingCalendar};
use domain::complaint::{Complaint, NotItsEntry, PersonRef};
use domain::flow::{self, Action, Context, Decision, Flow, Party, Refusal};
use domain::journal::{Entry, Event};
use domain::person::Viewer;
use domain::roster::Roster;
use domain::time::Timestamp;

use crate::crew::{self, called, house};
use crate::dice::Dice;
use crate::{invariants, invent};

/// One complaint on its way, and what was seen of it.
pub struct Desk<'a> {
    pub complaint: Complaint,
    pub journal: Vec<Entry>,
    pub now: Timestamp,
    pub owner: PersonRef,
    /// Microseconds the walk itself saw the complaint wait, by party: an account beside the ledger's.
    pub waited: BTreeMap<Party, i64>,
    /// A result came back that the customer has not been told of since.
    pub untold_result: bool,
    /// Commands that changed something, refused ones, ones that came second, and ticks.
    pub counts: Counts,
    calendar: &'a WorkingCalendar,
    half_day: HalfDay,
    /// Who of the crew is away when, and who stands in.
    pub roster: Roster,
    told: bool,
}

#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub done: u64,
    pub refused: u64,
    pub overtaken: u64,
    pub ticks: u64,
    pub restarts: u64,
    pub closed: u64,
    pub breaches: u64,
}

impl Counts {
    pub fn and(self, other: Self) -> Self {
        Self {
            done: self.done + other.done,
            refused: self.refused + other.refused,
            overtaken: self.overtaken + other.overtaken,
            ticks: self.ticks + other.ticks,
            restarts: self.restarts + other.restarts,
            closed: self.closed + other.closed,
            breaches: self.breaches + other.breaches,
        }
    }
}

impl<'a> Desk<'a> {
    /// Opens a complaint of that flow.
    pub fn open(
        flow: Flow,
        by: &Viewer,
        now: Timestamp,
        calendar: &'a WorkingCalendar,
        told: bool,
        dice: &mut Dice,
    ) -> Self {
        let half_day = *dice.pick(&[HalfDay::Hours, HalfDay::Session]);
        let roster = crew::roster(now, dice);
        let owner = PersonRef { id: by.person().map(|person| person.id), name: called(by) };
        let context = Context {
            now,
            viewer: by,
            calendar,
            half_day,
            policy: domain::policy::Policy::standard(),
            roster: &roster,
        };
        let opened = flow::open(invent::opening(flow, owner.clone(), now, dice), &context);
        let desk = Self {
            complaint: opened.complaint,
            journal: vec![opened.entry],
            now,
            owner,
            waited: BTreeMap::new(),
            untold_result: false,
            counts: Counts::default(),
            calendar,
            half_day,
            roster,
            told,
        };
        desk.say(&format!("opened as {}, {}", flow.as_str(), desk.complaint.grade.as_str()));
        desk
    }

    /// Time passes; whoever is waited on is booked for it.
    pub fn wait_until(&mut self, then: Timestamp) {
        let then = then.max(self.now);
        if self.complaint.state.is_open() {
            *self.waited.entry(self.complaint.waits_on).or_default() += then.as_micros() - self.now.as_micros();
        }
        self.now = then;
    }

    /// What somebody's command would make of the complaint now; nothing is written yet.
    pub fn decide(&mut self, viewer: &Viewer, actions: &[Action]) -> Option<Decision> {
        match flow::decide(&self.complaint, actions, &self.context(viewer)) {
            Ok(decision) if decision.entry.events.is_empty() => {
                assert_eq!(decision.complaint, self.complaint, "nothing done, nothing changed");
                None
            }
            Ok(decision) => {
                invariants::was_allowed(&self.complaint, &actions[0], viewer);
                invariants::along_the_table(&self.complaint, actions, &decision.entry);
                Some(decision)
            }
            Err(refusal) => {
                self.counts.refused += 1;
                let said = refusal.message();
                assert!(!said.zh.is_empty() && !said.en.is_empty(), "a refusal says what to do: {refusal:?}");
                if self.told {
                    self.say(&format!("{}: {} refused: {refusal}", called(viewer), names(actions)));
                }
                if let (Refusal::NotFromHere { allowed, .. }, [_]) = (refusal, actions) {
                    let possible = flow::possible(&self.complaint, viewer).into_iter().map(|row| row.action);
                    assert_eq!(allowed, possible.collect::<Vec<_>>(), "a refusal names what is possible");
                }
                None
            }
        }
    }

    /// What time alone would make of the complaint now.
    pub fn tick(&self) -> Option<Decision> {
        let due = self.complaint.next_tick().is_some_and(|at| at <= self.now);
        let decision = flow::tick(&self.complaint, &self.context(&house()));
        assert_eq!(
            decision.is_some(),
            due,
            "M5: the instant by which the service finds it tells whether a tick changes it"
        );
        if let Some(decision) = &decision {
            invariants::along_the_table(&self.complaint, &[], &decision.entry);
        }
        decision
    }

    /// Writes a decision as the store does: guarded by the version, from the journal entry alone.
    pub fn commit(&mut self, decision: Decision, who: &str, what: &str) {
        self.say(&format!("{who}: {what}"));
        let before = self.complaint.clone();
        let stands = self.complaint.apply(&decision.entry);
        if let Err(NotItsEntry::OutOfOrder { version, found }) = stands {
            assert!(found <= version, "sequences have no gap");
            assert_eq!(self.complaint, before, "the loser of a race changes nothing");
            self.counts.overtaken += 1;
            self.say("  came second and is refused");
            return;
        }
        stands.expect("the entry of a decision fits the complaint it was made for");
        assert_eq!(self.complaint, decision.complaint, "the entry explains the whole change");
        self.notice(&before, &decision.entry);
        self.journal.push(decision.entry);
        if self.told {
            let at = &self.complaint;
            let running = at.clocks.iter().filter(|clock| clock.is_running()).map(|clock| clock.kind.as_str());
            self.say(&format!(
                "  → version {}, {}, waits on {}, runs {:?}",
                at.version,
                at.state.as_str(),
                at.waits_on.as_str(),
                running.collect::<Vec<_>>()
            ));
        }
    }

    /// The process ends and another one begins: what it knows is what was written.
    pub fn restart(&mut self, from_the_journal: bool) {
        let read = if from_the_journal {
            let text = serde_json::to_string(&self.journal).expect("a journal is JSON");
            self.journal = serde_json::from_str(&text).expect("a journal reads back");
            Complaint::replay(&self.journal).expect("a journal replays")
        } else {
            let text = serde_json::to_string(&self.complaint).expect("a complaint is JSON");
            serde_json::from_str(&text).expect("a complaint reads back")
        };
        assert_eq!(read, self.complaint, "a restart changes nothing");
        self.complaint = read;
        self.counts.restarts += 1;
        self.say(if from_the_journal { "restart, replayed from the journal" } else { "restart, read back" });
    }

    pub fn say(&self, what: &str) {
        if self.told {
            println!("{}  {what}", self.now);
        }
    }

    fn context<'b>(&'b self, viewer: &'b Viewer) -> Context<'b> {
        Context {
            now: self.now,
            viewer,
            calendar: self.calendar,
            half_day: self.half_day,
            policy: domain::policy::Policy::standard(),
            roster: &self.roster,
        }
    }

    fn notice(&mut self, before: &Complaint, entry: &Entry) {
        for event in &entry.events {
            if matches!(event, Event::FedBack { .. }) {
                self.untold_result = true;
            }
            if matches!(event, Event::Replied { .. }) {
                self.untold_result = false;
            }
            if matches!(event, Event::RungFired { rung: domain::clock::Rung::Breach, .. }) {
                self.counts.breaches += 1;
            }
        }
        self.counts.closed += u64::from(before.state.is_open() && !self.complaint.state.is_open());
        invariants::of_the_step(before, &self.complaint, entry, self);
    }
}

pub fn names(actions: &[Action]) -> String {
    actions.iter().map(|action| action.kind().as_str()).collect::<Vec<_>>().join(" + ")
}
