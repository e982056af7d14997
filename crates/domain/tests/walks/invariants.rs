//! What design §3 promises, looked at after every step. Read from the tables and the journal, not from what decided.

use std::collections::BTreeMap;

use domain::clock::{Clock, Rung, Tell};
use domain::complaint::{Complaint, Customer, Duty, PersonRef, Resolution, Verdict};
use domain::declaration::Declaration;
use domain::flow::{Action, ActionKind, Party, State, Transition};
use domain::journal::{Entry, Event};
use domain::person::{Role, Viewer, Who};
use domain::retention::{self, GONE, Retention};
use domain::time::Timestamp;

use crate::desk::Desk;
use crate::invent::{HANDS_OVER, answers_a_customer};

/// One row of the table let this viewer do that.
pub fn was_allowed(before: &Complaint, action: &Action, viewer: &Viewer) {
    let rows = before.flow.table().iter().filter(|row| row.action == action.kind() && row.from.contains(&before.state));
    let may = |row: &Transition| match &viewer.who {
        Who::House => true,
        Who::Machine { .. } => row.machine,
        Who::Person(person) => {
            let own = person.organisation.is_some() && person.organisation == before.organisation;
            let takes = matches!(action.kind(), ActionKind::TakeOver | ActionKind::Feedback);
            let leads = matches!(person.role, Role::TeamLeader | Role::Director);
            let lies_there = before.state != State::Transferred
                || !takes
                || leads
                || before.department.as_ref() == Some(&person.department);
            person.active && row.who.contains(&person.role) && (person.role != Role::Contractor || own) && lies_there
        }
    };
    assert!(rows.clone().any(may), "no row of the table lets {viewer:?} {:?} in {:?}", action.kind(), before.state);
}

/// The state moves along the table and waits on whom its row says.
pub fn along_the_table(before: &Complaint, actions: &[Action], entry: &Entry) {
    let (mut flow, mut state) = (before.flow, before.state);
    for event in &entry.events {
        if let Event::FlowChanged { flow: to, .. } = event {
            flow = *to;
        }
        if let Event::StateMoved { to, waits_on, .. } = event {
            let did = |kind| actions.iter().any(|one| one.kind() == kind);
            // Two moves are not rows: the exception, and another flow's own beginning.
            let departs =
                did(ActionKind::Depart) && flow.departures(state).contains(to) && flow.waits_at(*to) == *waits_on;
            let begins =
                did(ActionKind::ChangeFlow) && flow.rules().working == *to && flow.rules().waits_on == *waits_on;
            if departs || begins {
                state = *to;
                continue;
            }
            let acted = |row: &Transition| actions.is_empty() || actions.iter().any(|one| one.kind() == row.action);
            let row = flow.table().iter().find(|row| row.from.contains(&state) && acted(row) && leads(row, *to));
            let row = row.unwrap_or_else(|| panic!("no row of {flow:?} leads from {state:?} to {to:?} by {actions:?}"));
            // The table cannot tell a suspension for the customer from one for others, nor where an undoing leads.
            let untold = row.action == ActionKind::Suspend || row.action.undoes();
            assert!(row.waits_on == *waits_on || untold, "{row:?} waits on {waits_on:?}");
            state = *to;
        }
    }
}

fn leads(row: &Transition, to: State) -> bool {
    row.leads_to().contains(&to)
}

/// What every entry keeps.
pub fn of_the_step(before: &Complaint, after: &Complaint, entry: &Entry, desk: &Desk<'_>) {
    assert_eq!(entry.sequence, before.version + 1, "sequences increase by one");
    assert_eq!((after.version, after.changed), (entry.sequence, desk.now), "the entry's sequence is the version");
    assert!(!entry.events.is_empty(), "an entry says something");
    rungs_of(entry, desk);
    for clock in &after.clocks {
        ladder(clock, desk.now);
    }
    if after.state == State::Closed && before.state != State::Closed && answers_a_customer(after.flow) {
        closed_with_an_answer(after, desk);
    }
    let moves = entry.events.iter().filter(|event| matches!(event, Event::StateMoved { .. })).count();
    if moves == 1 && entry.events.iter().any(|event| matches!(event, Event::FedBack { .. })) {
        assert!(after.state.is_open(), "M9: a result goes to whoever answers the customer and ends nothing by itself");
    }
}

/// Rungs are told of in the order in which they were reached, none before its time, each to somebody.
fn rungs_of(entry: &Entry, desk: &Desk<'_>) {
    let (mut last, now) = (None, desk.now);
    for event in &entry.events {
        // What an act itself shows to be late, a talk put on record days afterwards or something undone, comes after what
        // time had brought.
        if matches!(event, Event::ClockStarted { .. } | Event::ClockRestored { .. }) {
            last = None;
        }
        if let Event::RungFired { kind, rung, reached, tells, skipped } = event {
            assert!(*reached <= now, "M5: {kind:?} {rung:?} fired before its time");
            assert!(last <= Some(*reached), "M5: {kind:?} {rung:?} fired out of order");
            assert!(!tells.is_empty(), "M5: {kind:?} {rung:?} reached nobody");
            for tell in tells {
                assert!(skipped.iter().all(|one| one.who != *tell), "M5: {tell:?} was passed over and told");
                if let Tell::Person(PersonRef { id: Some(id), .. }) = tell
                    && let Some(absence) = desk.roster.absence(*id, now)
                {
                    let deputy = absence.deputy.and_then(|deputy| desk.roster.person(deputy));
                    // An outsider stands in only for what was sent to that house.
                    let inside =
                        deputy.filter(|deputy| deputy.role != Role::Contractor && deputy.role != Role::FieldTester);
                    let there = inside
                        .is_some_and(|deputy| deputy.role != Role::Administrator && desk.roster.is_there(deputy, now));
                    assert!(!there, "M5: {id} is away, somebody stands in, and {id} was told");
                }
            }
            last = Some(*reached);
        }
    }
}

/// Every breach has been warned of and escalated once its time has passed, each rung once, lowest first.
fn ladder(clock: &Clock, now: Timestamp) {
    let fired = clock.fired.as_slice();
    assert_eq!(fired, &Rung::ALL[..fired.len().min(Rung::ALL.len())], "M5: each rung once and in order: {clock:?}");
    assert!(clock.warn <= clock.due && clock.due <= clock.severe, "a clock's marks are in order: {clock:?}");
    let passed = |until: Timestamp| {
        // In time at the very instant, late a microsecond after.
        usize::from(clock.warn <= until) + usize::from(clock.due < until) + usize::from(clock.severe < until)
    };
    match (clock.stopped, clock.paused()) {
        (None, None) if clock.started < now => {
            assert_eq!(fired.len(), passed(now), "M5: every rung that stands has been told of at {now}: {clock:?}");
        }
        (None, None) => assert!(fired.is_empty(), "M5: a clock that just began has told nobody: {clock:?}"),
        (None, Some(pause)) => {
            assert!(pause.until > now, "M5: a pause that is over has ended: {clock:?}");
            assert!(fired.len() <= passed(pause.since), "M5: a clock that stands still tells nobody: {clock:?}");
        }
        (Some(stopped), _) => {
            // Stopped in a pause it ran until that pause; it may also have run on at that very instant.
            let stood_still = clock.pauses.last().filter(|pause| pause.ended == Some(stopped));
            let ran_until = stood_still.map_or(stopped, |pause| pause.since);
            let told = passed(ran_until)..=passed(stopped);
            assert!(
                clock.started == stopped || told.contains(&fired.len()),
                "M5: a limit met late was told of: {clock:?}"
            );
        }
    }
}

/// M3, the loop guard: a record closes after the customer has heard of the result, or the machine that closed it owes that.
fn closed_with_an_answer(complaint: &Complaint, desk: &Desk<'_>) {
    assert!(complaint.reply.is_some(), "M3: nothing closes without an answer");
    assert!(!desk.untold_result, "M9: a result was not fed back to the customer before the record closed");
    let spoken = complaint.reached + complaint.attempts > 0 || complaint.duties.contains(&Duty::Contact);
    assert!(spoken, "M3: nobody has spoken to the customer, and nobody owes it");
    let closure = complaint.closure.as_ref().expect("a closed complaint says how");
    let promises = closure.resolution.is_some_and(Resolution::promises);
    assert!(promises || closure.plan.is_none(), "M3: only a promise closes with a plan");
    let dated = closure.plan.as_ref().is_some_and(|plan| !plan.measure.trim().is_empty());
    assert!(!promises || dated || complaint.duties.contains(&Duty::Plan), "M3: a promise has a date, or is owed one");
}

/// What holds at any instant, also between two steps.
pub fn hold(desk: &Desk<'_>) {
    let complaint = &desk.complaint;
    let handed_over = desk.journal.len() > 1 && !HANDS_OVER.is_empty();
    assert!(complaint.first_owner == desk.owner || handed_over, "M4: the first owner never changes");
    let running = complaint.clocks.iter().filter(|clock| clock.is_running()).count();
    assert_eq!(
        complaint.waits.last().map(|wait| wait.party),
        Some(complaint.waits_on),
        "M12: exactly one is waited on"
    );
    if complaint.state.is_open() {
        assert!(running > 0, "a clock runs while the complaint is open in {:?}", complaint.state);
        assert_ne!(complaint.waits_on, Party::Nobody, "M12: somebody is waited on in {:?}", complaint.state);
        let named = match complaint.waits_on {
            Party::Handler => complaint.handler.is_some(),
            Party::Department => complaint.department.is_some(),
            Party::Contractor => complaint.organisation.is_some(),
            Party::Desk
            | Party::Leader
            | Party::Director
            | Party::ProjectManager
            | Party::AccountManager
            | Party::AreaSupervisor
            | Party::InterfaceAdmin
            | Party::Chief
            | Party::Tester
            | Party::Customer
            | Party::Others
            | Party::Nobody => true,
        };
        assert!(named, "M12: in {:?} it waits on a {:?} nobody has named", complaint.state, complaint.waits_on);
        assert!(complaint.flow.leads_on_from(complaint.state), "M3: there is a way on from {:?}", complaint.state);
    } else {
        assert_eq!(running, 0, "a closed record has no running clock");
        assert_eq!(complaint.waits_on, Party::Nobody, "a closed record waits on nobody");
        assert_eq!((complaint.suspended_until, complaint.next_tick()), (None, None), "nothing happens to it by itself");
    }
    assert_eq!(complaint.history.last().map(|step| step.to), Some(complaint.state), "the history ends where it stands");
    let suspended = matches!(complaint.state, State::AwaitingCustomer | State::Held);
    assert_eq!(complaint.suspended_until.is_some(), suspended, "M5: a suspension has an end, and nothing else has");
    waiting(desk);
}

/// M12: to the microsecond, and in the ledger to its second.
fn waiting(desk: &Desk<'_>) {
    let complaint = &desk.complaint;
    let ends = complaint.waits.iter().skip(1).map(|wait| wait.since).chain([desk.now]);
    let mut booked: BTreeMap<Party, (i64, i64)> = BTreeMap::new();
    for (wait, end) in complaint.waits.iter().zip(ends).filter(|(wait, _)| wait.party != Party::Nobody) {
        let (micros, times) = booked.entry(wait.party).or_default();
        *micros += end.as_micros() - wait.since.as_micros();
        *times += 1;
    }
    let ledger = desk.complaint.ledger(desk.now);
    for (party, (micros, times)) in &booked {
        let seen = desk.waited.get(party).copied().unwrap_or_default();
        assert_eq!(*micros, seen, "M12: what is booked to {party:?} is what it was waited for");
        let seconds = ledger.seconds.get(party).copied().unwrap_or_default();
        assert!((seconds - micros / 1_000_000).abs() <= *times, "M12: the ledger books {seconds} s to {party:?}");
    }
    assert!(
        ledger.seconds.keys().all(|party| booked.contains_key(party)),
        "M12: the ledger books to nobody else: {ledger:?}"
    );
    let total: i64 = booked.values().map(|(micros, _)| micros).sum();
    assert_eq!(total, desk.waited.values().sum::<i64>(), "M12: the parts add up to the time the record was open");
    let ends = complaint.history.iter().skip(1).map(|step| step.at).chain([desk.now]);
    let open = complaint.history.iter().zip(ends).filter(|(step, _)| step.to.is_open());
    let open: i64 = open.map(|(step, end)| end.as_micros() - step.at.as_micros()).sum();
    assert_eq!(total, open, "M12: and to what the states say");
}

/// At the end of a walk: the whole journal explains the complaint, and each rung stands in it once.
pub fn of_the_end(desk: &Desk<'_>) {
    let complaint = &desk.complaint;
    assert_eq!(desk.journal.len() as u64, complaint.version, "an entry for every version");
    assert_eq!(Complaint::replay(&desk.journal).as_ref(), Ok(complaint), "replaying the journal gives the complaint");
    let told =
        desk.journal.iter().flat_map(|entry| &entry.events).filter(|event| matches!(event, Event::RungFired { .. }));
    let fired: usize = complaint.clocks.iter().map(|clock| clock.fired.len()).sum();
    assert_eq!(told.count(), fired, "M5: each rung stands in the journal exactly once");
    for clock in complaint.clocks.iter().filter(|clock| clock.is_running()) {
        assert_eq!(clock.fired, Rung::ALL, "M5: after a year every rung of a clock that still runs has fired");
    }
    anonymised(desk);
}

/// Years later nothing tells who complained, and what counts reads as before (domain.md §11, P-6).
fn anonymised(desk: &Desk<'_>) {
    let complaint = &desk.complaint;
    let retention = Retention { closed_days: 730 };
    let later = desk.now.plus_seconds(730 * 86_400);
    let hash = |entry: &Entry| entry.sequence.to_string();
    assert_eq!(retention::anonymise(complaint, &desk.journal, retention, desk.now, hash), None, "not before its time");
    let Some(done) = retention::anonymise(complaint, &desk.journal, retention, later, hash) else {
        assert!(complaint.state.is_open(), "closed for two years it goes");
        return;
    };
    let words = |complaint: &Complaint| {
        let Complaint { customer, matter, place, reply, .. } = complaint;
        let reply = reply.as_ref().map(|reply| reply.text.clone());
        let own = [Some(matter.description.clone()), Some(matter.title.clone()), Some(place.address.clone()), reply];
        let papers = complaint.papers.iter().map(|paper| Some(paper.text.clone()));
        let said: Vec<String> = own.into_iter().chain(papers).flatten().filter(|text| !text.is_empty()).collect();
        (customer.clone(), said)
    };
    let (customer, said) = words(&done.complaint);
    assert_eq!(customer, Customer::default());
    assert!(said.iter().all(|words| words == GONE), "{said:?}");
    // What counts, written over what the words were.
    let counts = |complaint: &Complaint| {
        let mut one = complaint.clone();
        (one.matter.title, one.matter.description) = (String::new(), String::new());
        (one.place.address, one.customer, one.document) = (String::new(), Customer::default(), None);
        (one.version, one.changed, one.anonymised, one.set_aside) = (0, desk.now, None, None);
        one.history.iter_mut().for_each(|change| change.reason.clear());
        one.papers.iter_mut().for_each(|paper| paper.text.clear());
        one.reply.iter_mut().for_each(|reply| reply.text.clear());
        for order in &mut one.orders {
            order.task.clear();
            order.reported.iter_mut().for_each(|(_, result)| result.clear());
            if let Some((_, Verdict::SentBack(why))) = &mut order.judged {
                why.clear();
            }
        }
        for mobilised in &mut one.mobilisations {
            (mobilised.resources, mobilised.result) = (String::new(), String::new());
        }
        if let Some(closure) = &mut one.closure {
            closure.remark.clear();
        }
        if let Some(version) = &mut one.declaration {
            let kept = std::mem::take(&mut version.declaration);
            let Declaration { report, ordinal, interface, urgency, next_report, .. } = kept;
            version.declaration =
                Declaration { report, ordinal, interface, urgency, next_report, ..Declaration::default() };
        }
        one
    };
    assert_eq!(counts(&done.complaint), counts(complaint), "what counts stays");
    // The journal replays to it, and taking out twice takes out no more.
    let mut journal = desk.journal.clone();
    for entry in &done.rewritten {
        assert_eq!(retention::redacted(entry), *entry);
        journal[entry.sequence as usize - 1] = entry.clone();
    }
    journal.push(done.entry.clone());
    assert_eq!(Complaint::replay(&journal).as_ref(), Ok(&done.complaint));
    assert_eq!(retention::anonymise(&done.complaint, &journal, retention, later, hash), None, "once");
}
