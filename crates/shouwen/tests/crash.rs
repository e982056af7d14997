//! `kill -9` of a node, of PostgreSQL, of both, in the middle of intake at two nodes: what was acknowledged is there, once, and whoever is
//! left goes on by itself when the database is back (M1).
//!
//! `SHOUWEN_CRASH_ROUNDS` says how often (`make crash` asks for a hundred), `SHOUWEN_CRASH_SEED` where the dice begin: a run that failed names
//! the seed it is repeated by.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::House;
use common::http::Connection;
use common::server::DurableServer;
use common::service::Service;
use common::tickets::{self, Acknowledged};

/// Connections to each of the two nodes.
const CLIENTS: usize = 8;
/// How long a node may take to go on once the database is back.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug, Clone, Copy)]
enum Victim {
    Node,
    Database,
    Both,
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn millis(&mut self, from: u64, below: u64) -> Duration {
        Duration::from_millis(from + self.below(below - from))
    }
}

fn number_of(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// What the clients of a round share.
#[derive(Default)]
struct Round {
    ended: AtomicBool,
    /// Tickets acknowledged by the node that is never killed.
    survivor: AtomicUsize,
}

#[test]
fn m1_whoever_is_killed_what_was_acknowledged_is_there_once() {
    let Some(mut server) = DurableServer::start() else { return };
    let house = House::of(&server);
    let (rounds, seed) = (number_of("SHOUWEN_CRASH_ROUNDS", 3), number_of("SHOUWEN_CRASH_SEED", 20_261_126));
    eprintln!("SHOUWEN_CRASH_SEED={seed}");
    let token = house.done(["token", "create", "eoms"]).out.trim().to_owned();
    let mut dice = Dice(seed);
    let mut acknowledged = Acknowledged::new();
    let survivor = Service::start(&house);
    for number in 0..rounds {
        // Each in turn at first, so that the shortest run has seen all.
        let victim = match if number < 3 { number } else { dice.below(3) } {
            0 => Victim::Node,
            1 => Victim::Database,
            _ => Victim::Both,
        };
        acknowledged.extend(round(&mut server, &house, &survivor, &token, number, victim, &mut dice));
    }
    let stored = tickets::listed(&survivor, &token);
    survivor.stop();
    let report = house.json("verify", ["verify"]);
    assert_eq!(report["problems"], serde_json::json!([]));
    let mut ids: HashMap<&str, Vec<&str>> = HashMap::new();
    for (number, id) in &stored {
        ids.entry(number).or_default().push(id);
    }
    assert!(ids.values().all(|ids| ids.len() == 1), "no number is there twice");
    for (number, id) in &acknowledged {
        assert_eq!(ids.get(number.as_str()), Some(&vec![id.as_str()]), "{number} was acknowledged");
    }
    assert_eq!(report["complaints"], stored.len());
    eprintln!(
        "{rounds} crashes, {} tickets acknowledged, {} stored; 0 lost, 0 doubled, verify clean",
        acknowledged.len(),
        stored.len()
    );
}

/// One crash under load, and everybody back.
fn round(
    server: &mut DurableServer,
    house: &House,
    survivor: &Service,
    token: &str,
    number: u64,
    victim: Victim,
    dice: &mut Dice,
) -> Acknowledged {
    let other = Service::start(house);
    let (shared, addresses) = (Round::default(), [survivor.address, other.address]);
    std::thread::scope(|scope| {
        let shared = &shared;
        let clients: Vec<_> = (0..2 * CLIENTS)
            .map(|client| {
                let (node, is_survivor) = (addresses[client % 2], client % 2 == 0);
                scope.spawn(move || load(shared, node, is_survivor, token, &format!("C{number}-{client}")))
            })
            .collect();
        std::thread::sleep(dice.millis(200, 900));
        if matches!(victim, Victim::Database | Victim::Both) {
            server.kill();
        }
        if matches!(victim, Victim::Node | Victim::Both) {
            other.kill();
        } else {
            scope.spawn(move || {
                // It ends with the round, like any other.
                while !shared.ended.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(20));
                }
                other.stop();
            });
        }
        if matches!(victim, Victim::Database | Victim::Both) {
            std::thread::sleep(dice.millis(50, 1_500));
            server.revive();
        }
        let (back, before) = (Instant::now(), shared.survivor.load(Ordering::SeqCst));
        while shared.survivor.load(Ordering::SeqCst) < before + 5 {
            assert!(back.elapsed() < PATIENCE, "round {number}, {victim:?}: the node that was left goes on by itself");
            std::thread::sleep(Duration::from_millis(20));
        }
        shared.ended.store(true, Ordering::SeqCst);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

/// Tickets until the round ends. Whatever is not acknowledged is left, and another one sent: nobody knows whether it was written.
fn load(shared: &Round, node: std::net::SocketAddr, is_survivor: bool, token: &str, name: &str) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    let mut line = None;
    for count in 0.. {
        if shared.ended.load(Ordering::SeqCst) {
            break;
        }
        let number = format!("{name}-{count}");
        let mut open = match line.take() {
            Some(open) => open,
            None => match Connection::open(node) {
                Ok(open) => open,
                // Nobody there any more.
                Err(_) => break,
            },
        };
        match tickets::deliver(&mut open, token, &tickets::plain(&number)) {
            Ok(answer) if answer.status == 201 => {
                let ticket = tickets::taken_in(&answer);
                assert_eq!(ticket.0, number);
                acknowledged.push(ticket);
                shared.survivor.fetch_add(usize::from(is_survivor), Ordering::SeqCst);
                line = Some(open);
            }
            Ok(answer) => {
                assert!(answer.status >= 500, "a database that is away is no fault of the caller's: {answer:?}");
                std::thread::sleep(Duration::from_millis(50));
                line = Some(open);
            }
            Err(_) => {}
        }
    }
    acknowledged
}
