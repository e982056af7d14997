//! What may happen to a desk, one line each.

use std::time::Duration;

use store::testing::Engine::{self, Postgres, Sqlite};

use crate::common::dice::Dice;
use crate::load::Round;
use crate::stage::{Stage, within};

/// How long the disk may be full before somebody is told.
const PATIENCE: Duration = Duration::from_secs(30);

/// Something that happens to a desk while people work at it.
#[derive(Clone, Copy)]
pub struct Kind {
    /// What a run's lines call it.
    pub name: &'static str,
    engines: &'static [Engine],
    needs: Need,
    /// Lets it happen, and everything be well again.
    pub strike: fn(&mut Stage, &Round, &mut Dice),
}

/// What a machine may not have.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    Nothing,
    Disk,
    Clock,
}

const BOTH: &[Engine] = &[Sqlite, Postgres];
const SERVER: &[Engine] = &[Postgres];

/// The table.
#[rustfmt::skip]
const KINDS: [Kind; 14] = [
    Kind { name: "a node is killed",                 engines: BOTH,   needs: Need::Nothing, strike: a_node_is_killed },
    Kind { name: "both nodes are killed",            engines: BOTH,   needs: Need::Nothing, strike: both_nodes_are_killed },
    Kind { name: "the database is killed",           engines: SERVER, needs: Need::Nothing, strike: database_is_killed },
    Kind { name: "database and a node are killed",   engines: SERVER, needs: Need::Nothing, strike: both_are_killed },
    Kind { name: "the disk is full",                 engines: BOTH,   needs: Need::Disk,    strike: disk_is_full },
    Kind { name: "a node is killed on a full disk",  engines: BOTH,   needs: Need::Disk,    strike: killed_on_a_full_disk },
    Kind { name: "the line is cut",                  engines: SERVER, needs: Need::Nothing, strike: line_is_cut },
    Kind { name: "the line is slow",                 engines: SERVER, needs: Need::Nothing, strike: line_is_slow },
    Kind { name: "the line holds its breath",        engines: SERVER, needs: Need::Nothing, strike: line_holds_its_breath },
    Kind { name: "lines are lost without a word",    engines: SERVER, needs: Need::Nothing, strike: lines_are_lost },
    Kind { name: "the clock jumps forwards",         engines: BOTH,   needs: Need::Clock,   strike: clock_jumps_forwards },
    Kind { name: "the clock jumps there and back",   engines: BOTH,   needs: Need::Clock,   strike: clock_jumps_back },
    Kind { name: "both tick in the same moment",     engines: BOTH,   needs: Need::Clock,   strike: both_tick_at_once },
    Kind { name: "a node is killed while it ticks",  engines: BOTH,   needs: Need::Clock,   strike: killed_while_it_ticks },
];

/// What can happen on this stage.
pub fn of(stage: &Stage) -> Vec<Kind> {
    let has = |need| match need {
        Need::Nothing => true,
        Need::Disk => stage.disk.is_some(),
        Need::Clock => stage.warp.is_some(),
    };
    KINDS.into_iter().filter(|kind| kind.engines.contains(&stage.engine) && has(kind.needs)).collect()
}

fn a_node_is_killed(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    let node = dice.below(2) as usize;
    stage.kill(node);
    std::thread::sleep(dice.millis(0, 500));
    stage.start(node);
}

fn both_nodes_are_killed(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    stage.kill(0);
    std::thread::sleep(dice.millis(0, 30));
    stage.kill(1);
    stage.start(0);
    stage.start(1);
}

fn database_is_killed(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    stage.server().kill();
    std::thread::sleep(dice.millis(50, 1_500));
    stage.server().revive();
}

fn both_are_killed(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    let node = dice.below(2) as usize;
    stage.server().kill();
    stage.kill(node);
    std::thread::sleep(dice.millis(50, 1_500));
    stage.server().revive();
    stage.start(node);
}

fn disk_is_full(stage: &mut Stage, round: &Round, dice: &mut Dice) {
    stage.disk().fill();
    // A server that can no longer write its log gives up; then it is away, and told of as such.
    let told = within(PATIENCE, || {
        let gone = stage.server.as_mut().is_some_and(|server| !server.is_running());
        gone || (round.full(0) > 0 && round.full(1) > 0)
    });
    assert!(told, "whoever sends on a full disk is told that it is full");
    std::thread::sleep(dice.millis(0, 1_500));
    stage.disk().relieve();
}

fn killed_on_a_full_disk(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    let node = dice.below(2) as usize;
    stage.disk().fill();
    std::thread::sleep(dice.millis(0, 800));
    stage.kill(node);
    stage.disk().relieve();
    if let Some(server) = &mut stage.server {
        server.revive();
    }
    stage.start(node);
}

fn line_is_cut(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    for _ in 0..=dice.below(5) {
        stage.proxy().cut();
        std::thread::sleep(dice.millis(0, 200));
    }
}

fn line_is_slow(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    stage.proxy().slow(dice.millis(5, 80));
    std::thread::sleep(dice.millis(500, 3_000));
    stage.proxy().slow(Duration::ZERO);
}

fn line_holds_its_breath(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    stage.proxy().hold();
    std::thread::sleep(dice.millis(200, 6_000));
    if dice.below(2) == 0 {
        stage.proxy().cut();
    }
    stage.proxy().let_through();
}

fn lines_are_lost(stage: &mut Stage, _: &Round, _: &mut Dice) {
    stage.proxy().lose();
}

fn clock_jumps_forwards(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    stage.warp().by(60 + dice.below(26 * 3_600) as i64);
    std::thread::sleep(dice.millis(200, 1_500));
}

fn clock_jumps_back(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    let there = dice.below(2 * 86_400) as i64;
    stage.warp().by(there);
    std::thread::sleep(dice.millis(200, 2_000));
    let back = dice.below(there as u64 + 7_200) as i64;
    stage.warp().by(-back);
    std::thread::sleep(dice.millis(200, 1_500));
}

fn both_tick_at_once(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    let frozen = stage.freeze();
    stage.warp().by(3_600 + dice.below(86_400) as i64);
    // Longer than between two ticks: both are due when they go on.
    std::thread::sleep(Duration::from_millis(1_100));
    drop(frozen);
    std::thread::sleep(dice.millis(200, 1_500));
}

fn killed_while_it_ticks(stage: &mut Stage, _: &Round, dice: &mut Dice) {
    let node = dice.below(2) as usize;
    stage.warp().by(3_600 + dice.below(2 * 86_400) as i64);
    std::thread::sleep(dice.millis(0, 1_500));
    stage.kill(node);
    stage.start(node);
}
