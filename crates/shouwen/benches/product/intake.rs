//! Intake over HTTP at 32 connections, durable, beside bare durable transactions that write the same rows.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::common::House;
use crate::common::http::Connection;
use crate::common::server::DurableServer;
use crate::common::service::Service;
use crate::{bare, figure, import, millis, quantile};

pub const CONNECTIONS: usize = 32;
pub const LOAD: Duration = Duration::from_secs(10);

pub fn measure() {
    let house = House::sqlite();
    let (rate, p99) = load(&house, None);
    let reference: f64 = bare_sqlite(house.directory(), None);
    lines("SQLite", rate, p99, reference, "≥ 40 % of one connection's");
    let Some(server) = DurableServer::start() else { return };
    let house = House::of(&server);
    let (rate, p99) = load(&house, None);
    let reference = bare::pgbench(&server, CONNECTIONS);
    lines("PostgreSQL, fsync on", rate, p99, reference, "≥ 40 % of pgbench's");
}

pub fn measure_on_a_slow_disk() {
    let folder = TempDir::with_prefix("shouwen-shim-").unwrap();
    let shim = slow_fsync(folder.path());
    let house = House::sqlite();
    let (rate, p99) = load(&house, Some(&shim));
    let reference = bare_sqlite(house.directory(), Some(&shim));
    let measured = format!("{rate:.0}/s");
    let told = format!("{reference:.0}/s → {:.1} ×", rate / reference);
    figure("SQLite, fsync takes 5 ms: intake over HTTP, 32 connections", &measured, &told, "≥ 5 ×");
    figure("  its p99", &millis(p99), "-", "-");
}

fn lines(engine: &str, rate: f64, p99: Duration, reference: f64, target: &str) {
    let told = format!("{reference:.0}/s → {:.0} %", rate / reference * 100.0);
    figure(&format!("{engine}: intake over HTTP, 32 connections"), &format!("{rate:.0}/s"), &told, target);
    figure("  its p99", &millis(p99), "-", "≤ 50 ms");
}

/// Tickets a second, and the wait one in a hundred exceeds.
fn load(house: &House, shim: Option<&Path>) -> (f64, Duration) {
    let cells = import::cells(house, 2_000);
    house.done(["import", "cells", cells.to_str().unwrap(), "--datum", "wgs84"]);
    let token = house.done(["token", "create", "bench"]).out.trim().to_owned();
    let service = Service::start_with(house, |command| {
        command.envs(shim.map(|shim| ("LD_PRELOAD", shim)));
    });
    let began = Instant::now();
    let mut waits = deliver(&[&service], (CONNECTIONS, LOAD), &token, "B");
    let rate = waits.len() as f64 / began.elapsed().as_secs_f64();
    service.stop();
    (rate, quantile(&mut waits, 0.99))
}

/// Delivers tickets numbered behind that word to all services in turn, over so many connections for so long; how long each was waited
/// for.
pub fn deliver(
    services: &[&Service],
    (connections, load): (usize, Duration),
    token: &str,
    word: &str,
) -> Vec<Duration> {
    let began = Instant::now();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..connections)
            .map(|client| {
                let service = services[client % services.len()];
                scope.spawn(move || post(service, token, &format!("{word}{client}"), client, (began, load)))
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

fn post(
    service: &Service,
    token: &str,
    word: &str,
    client: usize,
    (began, load): (Instant, Duration),
) -> Vec<Duration> {
    let mut connection = Connection::open(service.address).unwrap();
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let mut waits = Vec::new();
    while began.elapsed() < load {
        let count = waits.len();
        let body = format!(
            r#"{{"externalId":"{word}-{count}","name":"室内信号弱","description":"客户反映家中通话断续，上网缓慢，要求尽快处理","severity":"一般","ticketType":"网络质量","contactNumber":"1990{:07}","place":{{"longitude":113.{:03},"latitude":23.05,"crs":"wgs84","address":"示例路{count}号"}}}}"#,
            client * 100_000 + count,
            count % 200
        );
        let asked = Instant::now();
        let answer = connection.send("POST", "/tmf-api/troubleTicket/v4/troubleTicket", &headers, &body).unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");
        waits.push(asked.elapsed());
    }
    waits
}

/// The reference in a process of its own, so that the shim reaches it too.
fn bare_sqlite(folder: &Path, shim: Option<&Path>) -> f64 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["bare-sqlite".as_ref(), folder.as_os_str()]).envs(shim.map(|shim| ("LD_PRELOAD", shim)));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// A disk whose flush takes 5 ms, by a library loaded before the system's own.
fn slow_fsync(folder: &Path) -> PathBuf {
    let source = folder.join("slow_fsync.c");
    std::fs::write(&source, include_str!("slow_fsync.c")).unwrap();
    let library = folder.join("slow_fsync.so");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O2", "-o"]).args([&library, &source]).status().unwrap();
    assert!(built.success(), "cc builds the shim");
    library
}
