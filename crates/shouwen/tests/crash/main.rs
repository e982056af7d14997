//! Whatever happens to a desk in the middle of intake at two nodes: what was acknowledged is there, once, each rung fires once and in
//! order, whoever asks meanwhile is told what is amiss, and everybody goes on by himself (M1, M5). What may happen stands in [`kinds`].
//!
//! `SHOUWEN_CRASH_ROUNDS` says how often (`make crash` asks for a hundred; otherwise each kind once), `SHOUWEN_CRASH_SEED` where the dice
//! begin, `SHOUWEN_CRASH_KIND` which kinds. A run prints its seed: the same one draws the same kinds and moments.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../common/mod.rs"]
mod common;

mod account;
mod disk;
mod kinds;
mod load;
mod proxy;
mod stage;
mod warp;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use common::dice::Dice;
use common::http::Connection;
use common::tickets::{self, Acknowledged};
use kinds::Kind;
use load::{BOUND, Round};
use rstest::rstest;
use stage::{Stage, within};
use store::testing::Engine;

/// How long everybody may take to go on once all is well again.
const PATIENCE: Duration = Duration::from_mins(1);

fn number_of(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Every kind once, mixed; then whichever the dice say.
fn hand(kinds: &[Kind], dice: &mut Dice) -> impl Iterator<Item = Kind> {
    let mut first = kinds.to_vec();
    dice.shuffle(&mut first);
    let mut later = Dice::of(dice.below(u64::MAX));
    let kinds = kinds.to_vec();
    first.into_iter().chain(std::iter::repeat_with(move || kinds[later.below(kinds.len() as u64) as usize]))
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn m1_m5_whatever_happens_what_was_acknowledged_is_there_and_each_rung_fires_once(#[case] engine: Engine) {
    let Some(mut stage) = Stage::set(engine) else { return };
    let seed = number_of("SHOUWEN_CRASH_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish() >> 40);
    eprintln!("{engine:?}: SHOUWEN_CRASH_SEED={seed}");
    let wished = std::env::var("SHOUWEN_CRASH_KIND").unwrap_or_default();
    let kinds: Vec<Kind> = kinds::of(&stage).into_iter().filter(|kind| kind.name.contains(&wished)).collect();
    assert!(!kinds.is_empty(), "no kind is called so: {wished}");
    let rounds = number_of("SHOUWEN_CRASH_ROUNDS").map_or(kinds.len(), |rounds| rounds as usize);
    let mut dice = Dice::of(seed);
    let hand: Vec<Kind> = hand(&kinds, &mut dice).take(rounds).collect();
    let (mut acknowledged, mut tally) = (Acknowledged::new(), BTreeMap::<_, u32>::new());
    for (number, kind) in hand.into_iter().enumerate() {
        // A round's own dice: how often an earlier one threw is then no matter.
        let mut dice = Dice::of(seed.wrapping_add(1 + number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        acknowledged.extend(round(&mut stage, number, kind, &mut dice, seed));
        *tally.entry(kind.name).or_default() += 1;
    }
    let record = account::of(&mut stage);
    account::holds(&record, &acknowledged);
    eprintln!("{engine:?}: {tally:#?}");
    eprintln!(
        "{engine:?}: seed {seed}, {rounds} rounds, {} tickets acknowledged, {} on record, {} rungs; 0 lost, 0 doubled, \
         every rung once, verify clean",
        acknowledged.len(),
        record.complaints.len(),
        record.rungs
    );
}

/// One kind under load, and everybody back.
fn round(stage: &mut Stage, number: usize, kind: Kind, dice: &mut Dice, seed: u64) -> Acknowledged {
    let (engine, token, began) = (stage.engine, stage.token.clone(), Instant::now());
    let addresses = std::sync::Arc::clone(&stage.addresses);
    let left = Round::default().play(&addresses, &token, &format!("C{number}"), |round| {
        std::thread::sleep(dice.millis(100, 900));
        (kind.strike)(stage, round, dice);
        for node in 0..2 {
            let before = round.taken(node);
            let back = within(PATIENCE, || {
                // As a service manager does.
                if let Some(server) = &mut stage.server {
                    server.keep_up();
                }
                round.taken(node) >= before + 5
            });
            assert!(back, "round {number} of seed {seed}, {}: node {node} goes on by itself", kind.name);
        }
    });
    eprintln!(
        "{engine:?} {number}: {}; {:.1} s, {} tickets acknowledged, {} pages shown, {} told why not, longest wait {:.1} s",
        kind.name,
        began.elapsed().as_secs_f64(),
        left.acknowledged.len(),
        left.shown,
        left.told,
        left.longest.as_secs_f64()
    );
    assert!(left.longest < BOUND, "round {number} of seed {seed}, {}: everybody is answered in time", kind.name);
    left.acknowledged
}

/// A firewall that forgot one line has forgotten all that were open: the first who waits in vain does so for everybody.
#[test]
fn m6_lines_lost_without_a_word_are_waited_for_once() {
    /// Far from what an answer takes, and from what a silent server is given.
    const LONG: Duration = Duration::from_secs(5);
    let Some(stage) = Stage::set(Engine::Postgres) else { return };
    let addresses = std::sync::Arc::clone(&stage.addresses);
    // As many at once as open a good number of lines.
    Round::default().play(&addresses, &stage.token, "before", |round| {
        assert!(within(PATIENCE, || round.taken(0) >= 50), "tickets are taken in");
    });
    stage.proxy().lose();
    let address = addresses[0].lock().unwrap().expect("it serves");
    let mut line = Connection::open(address).unwrap();
    let (mut taken_in, mut long) = (0, 0);
    while taken_in < 20 {
        let began = Instant::now();
        let ticket = tickets::plain(&format!("after-{taken_in}"));
        let answer = tickets::deliver(&mut line, &stage.token, &ticket).unwrap();
        taken_in += usize::from(answer.status == 201);
        long += usize::from(began.elapsed() > LONG);
        assert!(long <= 1, "one has waited already: {answer:?}");
    }
    assert_eq!(long, 1, "the lines were lost");
}
