//! Two nodes on one PostgreSQL beside one, all on the same cores: the price of sharing, and what an intake costs each of them.

use std::time::{Duration, Instant};

use crate::common::House;
use crate::common::server::DurableServer;
use crate::common::service::Service;
use crate::{bare, figure, import, intake, millis, quantile};

/// What the kernel counts a processor's time in, a second's worth of it: `USER_HZ`, the same on every Linux.
const TICKS_A_SECOND: f64 = 100.0;

/// How long nodes that have just started take in before they are measured.
const SETTLING: Duration = Duration::from_secs(3);

/// How often each is measured, in turn: a machine that is slower for a while is slower for both.
const ROUNDS: usize = 3;

pub fn measure() {
    let Some(server) = DurableServer::start() else { return };
    let house = House::of(&server);
    let cells = import::cells(&house, 2_000);
    house.done(["import", "cells", cells.to_str().unwrap(), "--datum", "wgs84"]);
    let token = house.done(["token", "create", "bench"]).out.trim().to_owned();
    let (mut ones, mut twos) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        ones.push(run(&server, &house, &token, 1, round));
        twos.push(run(&server, &house, &token, 2, round));
    }
    let (one, two) = (told(1, &mut ones), told(2, &mut twos));
    let share = format!("{:.0} % of one node's", two / one * 100.0);
    figure("two nodes on one PostgreSQL, of what one takes in", &share, "-", "≥ 90 %");
}

/// What so many nodes took in.
struct Load {
    rate: f64,
    p99: Duration,
    /// Seconds of processor time an intake.
    nodes: f64,
    database: f64,
}

/// Prints the middle one of the rounds; its tickets a second.
fn told(nodes: usize, loads: &mut [Load]) -> f64 {
    loads.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    let Load { rate, p99, nodes: own, database } = &loads[loads.len() / 2];
    let (least, most) = (loads[0].rate, loads[loads.len() - 1].rate);
    figure(
        &format!("{nodes} node(s) on one PostgreSQL: intake over HTTP, 32 connections"),
        &format!("{rate:.0}/s"),
        &format!("of {ROUNDS}: {least:.0} to {most:.0}"),
        "-",
    );
    figure("  its p99", &millis(*p99), "-", "≤ 50 ms");
    let costs = format!("{:.2} + {:.2} ms", own * 1e3, database * 1e3);
    figure("  processor time an intake, nodes + database", &costs, "-", "-");
    *rate
}

/// Takes in with so many nodes.
fn run(server: &DurableServer, house: &House, token: &str, nodes: usize, round: usize) -> Load {
    let services: Vec<Service> = (0..nodes).map(|_| Service::start(house)).collect();
    // What a node reads and looks up first belongs to its start, not to sharing.
    let all: Vec<&Service> = services.iter().collect();
    intake::deliver_for(SETTLING, &all, token, &format!("S{nodes}-{round}-"));
    let before = (spent_by(server), services.iter().map(|one| spent(one.id())).sum::<f64>());
    let had = bare::complaints(&house.location);
    let began = Instant::now();
    let word = format!("N{nodes}-{round}-");
    let mut waits: Vec<Duration> = intake::deliver(&all, token, &word);
    let rate = waits.len() as f64 / began.elapsed().as_secs_f64();
    let after = (spent_by(server), services.iter().map(|one| spent(one.id())).sum::<f64>());
    for one in services {
        one.stop();
    }
    assert_eq!(bare::complaints(&house.location) - had, waits.len() as u64, "each complaint once");
    let each = |seconds: f64| seconds / waits.len() as f64;
    let (nodes, database) = (each(after.1 - before.1), each(after.0 - before.0));
    Load { rate, nodes, database, p99: quantile(&mut waits, 0.99) }
}

/// Seconds of processor time a process has used.
fn spent(process: u32) -> f64 {
    numbers(&std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap())[11..13].iter().sum::<f64>()
        / TICKS_A_SECOND
}

/// The same of the server with all that work for it or did.
fn spent_by(server: &DurableServer) -> f64 {
    let own: f64 =
        numbers(&std::fs::read_to_string(format!("/proc/{}/stat", server.id())).unwrap())[11..15].iter().sum();
    let others = std::fs::read_dir("/proc").unwrap().flatten();
    let stats = others.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    let ours = stats.map(|stat| numbers(&stat)).filter(|stat| stat.get(1) == Some(&f64::from(server.id())));
    (own + ours.map(|stat| stat[11..13].iter().sum::<f64>()).sum::<f64>()) / TICKS_A_SECOND
}

/// The fields behind the name of a process's `stat`, its state the first of them.
fn numbers(stat: &str) -> Vec<f64> {
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    behind.split_whitespace().map(|field| field.parse().unwrap_or(f64::NAN)).collect()
}
