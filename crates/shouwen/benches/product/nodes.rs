//! Two nodes on one PostgreSQL beside one, all on the same cores: the price of sharing, and what an intake costs each of them.

use std::time::{Duration, Instant};

use crate::common::House;
use crate::common::http::Connection;
use crate::common::server::DurableServer;
use crate::common::service::Service;
use crate::{bare, figure, import, intake, millis, quantile};

/// What the kernel counts a processor's time in, a second's worth of it: `USER_HZ`, the same on every Linux.
const TICKS_A_SECOND: f64 = 100.0;

/// How long nodes that have just started take in before they are measured.
const SETTLING: Duration = Duration::from_secs(3);

/// How often each is measured, in turn, each as often before the other as behind it: a machine that is slower for a while, and a
/// branch that grows, are so for both.
const ROUNDS: usize = 4;

/// Over how many connections they take in: as many as elsewhere, and twice as many, where each of two nodes has to itself what one
/// has in the other case.
const CONNECTIONS: [usize; 2] = [intake::CONNECTIONS, 2 * intake::CONNECTIONS];

pub fn measure() {
    let Some(server) = DurableServer::start() else { return };
    let house = House::of(&server);
    let cells = import::cells(&house, 2_000);
    house.done(["import", "cells", cells.to_str().unwrap(), "--datum", "wgs84"]);
    let token = house.done(["token", "create", "bench"]).out.trim().to_owned();
    for connections in CONNECTIONS {
        let (mut ones, mut twos) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let taken = |nodes| run(&server, &house, &token, (nodes, connections), round);
            if round % 2 == 0 {
                ones.push(taken(1));
            }
            twos.push(taken(2));
            if round % 2 == 1 {
                ones.push(taken(1));
            }
        }
        let (one, two) = (told((1, connections), &ones), told((2, connections), &twos));
        let share = format!("{:.0} % of one node's", two / one * 100.0);
        figure("two nodes on one PostgreSQL, of what one takes in", &share, "-", "≥ 90 %");
    }
}

/// What so many nodes took in.
struct Load {
    rate: f64,
    p99: Duration,
    /// Seconds of processor time an intake.
    nodes: f64,
    database: f64,
    /// Intakes to a transaction, on average.
    together: f64,
}

/// Prints the mean of the rounds; its tickets a second.
fn told((nodes, connections): (usize, usize), loads: &[Load]) -> f64 {
    let mean = |of: fn(&Load) -> f64| loads.iter().map(of).sum::<f64>() / loads.len() as f64;
    let rate = mean(|load| load.rate);
    let least = loads.iter().map(|load| load.rate).fold(f64::INFINITY, f64::min);
    let most = loads.iter().map(|load| load.rate).fold(0.0, f64::max);
    figure(
        &format!("{nodes} node(s) on one PostgreSQL: intake over HTTP, {connections} connections"),
        &format!("{rate:.0}/s"),
        &format!("of {ROUNDS}: {least:.0} to {most:.0}"),
        "-",
    );
    let p99 = loads.iter().map(|load| load.p99).max().unwrap_or_default();
    figure("  its p99 in the worst round", &millis(p99), "-", "≤ 50 ms");
    let costs = format!("{:.2} + {:.2} ms", mean(|load| load.nodes) * 1e3, mean(|load| load.database) * 1e3);
    figure("  processor time an intake, nodes + database", &costs, "-", "-");
    figure("  intakes to a transaction", &format!("{:.1}", mean(|load| load.together)), "-", "-");
    rate
}

/// Takes in with so many nodes.
fn run(server: &DurableServer, house: &House, token: &str, (nodes, connections): (usize, usize), round: usize) -> Load {
    let services: Vec<Service> = (0..nodes).map(|_| Service::start(house)).collect();
    // What a node reads and looks up first belongs to its start, not to sharing.
    let all: Vec<&Service> = services.iter().collect();
    intake::deliver(&all, (connections, SETTLING), token, &format!("S{nodes}-{connections}-{round}-"));
    let before = (spent_by(server), services.iter().map(|one| spent(one.id())).sum::<f64>());
    let (commands, commits) = committed(&services);
    let had = bare::complaints(&house.location);
    let began = Instant::now();
    let word = format!("N{nodes}-{connections}-{round}-");
    let mut waits: Vec<Duration> = intake::deliver(&all, (connections, intake::LOAD), token, &word);
    let rate = waits.len() as f64 / began.elapsed().as_secs_f64();
    let after = (spent_by(server), services.iter().map(|one| spent(one.id())).sum::<f64>());
    let (all_commands, all_commits) = committed(&services);
    for one in services {
        one.stop();
    }
    assert_eq!(bare::complaints(&house.location) - had, waits.len() as u64, "each complaint once");
    let each = |seconds: f64| seconds / waits.len() as f64;
    let (nodes, database) = (each(after.1 - before.1), each(after.0 - before.0));
    let together = (all_commands - commands) / (all_commits - commits);
    Load { rate, nodes, database, together, p99: quantile(&mut waits, 0.99) }
}

/// Commands the nodes have made durable, and in how many transactions.
fn committed(services: &[Service]) -> (f64, f64) {
    let told = services.iter().map(|one| {
        let mut connection = Connection::open(one.address).unwrap();
        connection.send("GET", "/metrics", &[], "").unwrap().body
    });
    told.fold((0.0, 0.0), |(commands, commits), told| {
        let of = |name: &str| {
            let line =
                told.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}: {told}"));
            line.trim().parse::<f64>().unwrap()
        };
        (commands + of("shouwen_commit_commands_sum"), commits + of("shouwen_commit_commands_count"))
    })
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
