//! Random walks hold every invariant of design §3 (M3, M4, M5, M9, M12): thirty people, machines and the house do what
//! comes to their minds with a complaint for thirty virtual days, in every flow, while the service ticks, stands still,
//! races and restarts.
//!
//! `SHOUWEN_WALK_SEED=… cargo test -p domain --test walks -- --nocapture` repeats one walk and prints it step by step;
//! `SHOUWEN_WALKS=…` says how many are walked (`make soak`).

#[path = "walks/crew.rs"]
mod crew;
#[path = "walks/desk.rs"]
mod desk;
#[path = "walks/dice.rs"]
mod dice;
#[path = "walks/invariants.rs"]
mod invariants;
#[path = "walks/invent.rs"]
mod invent;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::calendar::WorkingCalendar;
use domain::flow::{self, Action, ActionKind, Decision, Flow, State, To};
use domain::person::Viewer;
use domain::time::Timestamp;

use desk::{Counts, Desk, names};
use dice::Dice;

/// Walks in `make test`.
const WALKS: u64 = 10_000;
/// How long a walk is.
const DAYS: i64 = 30;
const DAY_MICROS: i64 = 86_400_000_000;
/// 2015-01-01 in China.
const FIRST_MICROS: i64 = 1_420_041_600_000_000;

#[test]
fn m3_m4_m5_m9_m12_thirty_people_over_thirty_days_break_no_invariant() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a whole number"));
    if let Some(seed) = number("SHOUWEN_WALK_SEED") {
        let mut walked = Walked::default();
        walk(seed, &crew::crew(), &WorkingCalendar::china(), true, &mut walked);
        println!("walk {seed} broke nothing: {:?}", walked.counts);
        return;
    }
    let walks = number("SHOUWEN_WALKS").unwrap_or(WALKS);
    let next = AtomicU64::new(0);
    let broken = Mutex::new(None);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let walked = std::thread::scope(|scope| {
        let walkers: Vec<_> = (0..threads).map(|_| scope.spawn(|| walk_on(&next, walks, &broken))).collect();
        walkers.into_iter().map(|walker| walker.join().expect("a broken walk is caught")).reduce(Walked::and)
    });
    if let Some(seed) = broken.into_inner().expect("no walker ends inside") {
        panic!(
            "walk {seed} broke an invariant, which one stands above. Step by step:\n  \
             SHOUWEN_WALK_SEED={seed} cargo test -p domain --test walks -- --nocapture"
        );
    }
    let walked = walked.expect("somebody walked");
    println!("{walks} walks: {:?}", walked.counts);
    // Walks that reach nothing prove nothing.
    for flow in Flow::ALL {
        let named = flow.table().iter().flat_map(|row| {
            let to = if let To::State(to) = row.to { Some(to) } else { None };
            row.from.iter().copied().filter(|_| row.to != To::Same).chain(to)
        });
        for state in named.map(State::as_str).collect::<BTreeSet<_>>() {
            assert!(
                walks < WALKS || walked.places.contains(&(flow.as_str(), state)),
                "no walk came to {flow:?} {state}"
            );
        }
    }
    let Counts { done, refused, overtaken, ticks, restarts, closed, breaches } = walked.counts;
    let least = [done / 10, refused, overtaken, ticks, restarts, closed, breaches].into_iter().min();
    assert!(least >= Some(walks / 10), "too little happens: {:?}", walked.counts);
}

/// What came up on the way.
#[derive(Default)]
struct Walked {
    counts: Counts,
    places: BTreeSet<(&'static str, &'static str)>,
}

impl Walked {
    fn and(mut self, other: Self) -> Self {
        self.counts = self.counts.and(other.counts);
        self.places.extend(other.places);
        self
    }
}

/// Takes one walk after the other until all are walked or one has broken something.
fn walk_on(next: &AtomicU64, walks: u64, broken: &Mutex<Option<u64>>) -> Walked {
    let (crew, calendar) = (crew::crew(), WorkingCalendar::china());
    let mut walked = Walked::default();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= walks || broken.lock().expect("no walker ends inside").is_some() {
            return walked;
        }
        let all_well = catch_unwind(AssertUnwindSafe(|| walk(seed, &crew, &calendar, false, &mut walked)));
        if all_well.is_err() {
            broken.lock().expect("no walker ends inside").get_or_insert(seed);
            return walked;
        }
    }
}

fn walk(seed: u64, crew: &[Viewer], calendar: &WorkingCalendar, told: bool, walked: &mut Walked) {
    let mut dice = Dice::new(seed);
    // Any microsecond of the twelve years whose holidays are known.
    let start = Timestamp::from_micros(FIRST_MICROS + dice.below(12 * 365 * DAY_MICROS));
    let end = Timestamp::from_micros(start.as_micros() + DAYS * DAY_MICROS);
    let mut flow = Flow::ALL[(seed % Flow::ALL.len() as u64) as usize];
    let mut desk = Desk::open(flow, dice.pick(crew), start, calendar, told, &mut dice);
    let mut stands_until = start;
    while desk.now < end {
        if !desk.complaint.flow.leads_on_from(desk.complaint.state) && dice.chance(30) {
            // Nothing leads on from there: the desk takes in the next one.
            let (now, ended) = (desk.now, desk);
            finish(ended, now, walked);
            flow = *dice.pick(&Flow::ALL);
            desk = Desk::open(flow, dice.pick(crew), now, calendar, told, &mut dice);
        }
        if dice.chance(2) {
            stands_until = Timestamp::from_micros(desk.now.as_micros() + 7 * DAY_MICROS);
            desk.say("the service stands still for a week");
        }
        let then = later(&desk, &mut dice).min(end);
        desk.wait_until(then);
        let serves = desk.now >= stands_until;
        step(&mut desk, crew, serves, &mut dice);
        invariants::hold(&desk);
        walked.places.insert((desk.complaint.flow.as_str(), desk.complaint.state.as_str()));
    }
    finish(desk, end, walked);
}

/// A year later somebody looks again.
fn finish(mut desk: Desk<'_>, end: Timestamp, walked: &mut Walked) {
    desk.wait_until(Timestamp::from_micros(end.as_micros() + 365 * DAY_MICROS));
    for _ in 0..50 {
        let Some(decision) = desk.tick() else { break };
        desk.commit(decision, "house", "ticks");
        invariants::hold(&desk);
    }
    invariants::of_the_end(&desk);
    walked.counts = walked.counts.and(desk.counts);
}

/// When the next thing happens: at once, soon, tomorrow, or exactly when something is due.
fn later(desk: &Desk<'_>, dice: &mut Dice) -> Timestamp {
    let now = desk.now.as_micros();
    Timestamp::from_micros(match dice.below(10) {
        0 => now,
        1 => now + dice.below(60_000_000),
        2 => desk.complaint.next_tick().map_or(now, |at| at.as_micros() - dice.below(3) + 1),
        3..=5 => now + dice.below(4 * 3_600_000_000),
        _ => now + dice.below(36 * 3_600_000_000),
    })
}

/// One thing happens, or two at the same time.
fn step(desk: &mut Desk<'_>, crew: &[Viewer], serves: bool, dice: &mut Dice) {
    if serves && dice.chance(50) {
        let decision = desk.tick();
        // Somebody may act between the tick's look and its writing: then the tick is refused and the next one looks again.
        if dice.chance(10) {
            act(desk, crew, dice);
        }
        if let Some(decision) = decision {
            desk.counts.ticks += 1;
            desk.commit(decision, "house", "ticks");
        }
        if let Some(decision) = desk.tick() {
            desk.commit(decision, "house", "ticks again");
        }
        assert!(desk.tick().is_none(), "M5: a rung fires once");
        assert!(desk.complaint.next_tick().is_none_or(|at| at > desk.now), "M5: nothing due is left");
    }
    if dice.chance(90) {
        act(desk, crew, dice);
    }
    if dice.chance(3) {
        desk.restart(dice.chance(30));
    }
}

/// Somebody does something; now and then somebody else does too, having seen the same version.
fn act(desk: &mut Desk<'_>, crew: &[Viewer], dice: &mut Dice) {
    let first = command(desk, crew, dice);
    let second = if dice.chance(10) { command(desk, crew, dice) } else { None };
    for (decision, who, what) in [first, second].into_iter().flatten() {
        desk.counts.done += 1;
        desk.commit(decision, &who, &what);
    }
}

fn command(desk: &mut Desk<'_>, crew: &[Viewer], dice: &mut Dice) -> Option<(Decision, String, String)> {
    let viewer = dice.pick(crew);
    let count = if dice.chance(5) { 2 } else { 1 };
    let actions: Vec<Action> = (0..count)
        .map(|_| {
            let kind = kind(desk, viewer, dice);
            invent::action(kind, &desk.complaint, desk.now, dice)
        })
        .collect();
    let decision = desk.decide(viewer, &actions)?;
    Some((decision, crew::called(viewer), names(&actions)))
}

/// Mostly what the page would offer, and of that mostly what leads on.
fn kind(desk: &Desk<'_>, viewer: &Viewer, dice: &mut Dice) -> ActionKind {
    if dice.chance(15) {
        return *dice.pick(&ActionKind::ALL);
    }
    let mut rows = flow::possible(&desk.complaint, viewer);
    if dice.chance(60) && rows.iter().any(|row| row.to != To::Same) {
        rows.retain(|row| row.to != To::Same);
    }
    let goes_on = |to| if let To::State(state) = to { state.is_open() } else { true };
    if dice.chance(60) && rows.iter().any(|row| goes_on(row.to)) {
        rows.retain(|row| goes_on(row.to));
    }
    if rows.is_empty() { *dice.pick(&ActionKind::ALL) } else { dice.pick(&rows).action }
}
