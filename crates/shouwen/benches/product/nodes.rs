//! Two nodes on one PostgreSQL beside one, all on the same cores: the price of sharing, and what an intake costs each of them.

use std::time::{Duration, Instant};

use crate::common::House;
use crate::common::server::DurableServer;
use crate::common::service::Service;
use crate::{bare, figure, import, intake, millis, quantile};

/// What the kernel counts a processor's time in, a second's worth of it: `USER_HZ`, the same on every Linux.
const TICKS_A_SECOND: f64 = 100.0;

pub fn measure() {
    let Some(server) = DurableServer::start() else { return };
    let house = House::of(&server);
    let cells = import::cells(&house, 2_000);
    house.done(["import", "cells", cells.to_str().unwrap(), "--datum", "wgs84"]);
    let token = house.done(["token", "create", "bench"]).out.trim().to_owned();
    let one = run(&server, &house, &token, 1);
    let two = run(&server, &house, &token, 2);
    let shown = |share: f64| format!("{:.0} % of one node's", share * 100.0);
    figure("two nodes on one PostgreSQL, of what one takes in", &shown(two / one), "-", "≥ 90 %");
}

/// Takes in with so many nodes; tickets a second.
fn run(server: &DurableServer, house: &House, token: &str, nodes: usize) -> f64 {
    let services: Vec<Service> = (0..nodes).map(|_| Service::start(house)).collect();
    let before = (spent_by(server), services.iter().map(|one| spent(one.id())).sum::<f64>());
    let had = bare::complaints(&house.location);
    let began = Instant::now();
    let mut waits: Vec<Duration> = intake::deliver(&services.iter().collect::<Vec<_>>(), token, &format!("N{nodes}-"));
    let rate = waits.len() as f64 / began.elapsed().as_secs_f64();
    let after = (spent_by(server), services.iter().map(|one| spent(one.id())).sum::<f64>());
    for one in services {
        one.stop();
    }
    assert_eq!(bare::complaints(&house.location) - had, waits.len() as u64, "each complaint once");
    let each = |seconds: f64| format!("{:.2} ms", seconds * 1e3 / waits.len() as f64);
    let costs = format!("{} + {}", each(after.1 - before.1), each(after.0 - before.0));
    figure(
        &format!("{nodes} node(s) on one PostgreSQL: intake over HTTP, 32 connections"),
        &format!("{rate:.0}/s"),
        "-",
        "-",
    );
    figure("  its p99", &millis(quantile(&mut waits, 0.99)), "-", "≤ 50 ms");
    figure("  processor time an intake, nodes + database", &costs, "-", "-");
    rate
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
