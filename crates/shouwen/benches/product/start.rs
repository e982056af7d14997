//! From the command to serving, with the demo city, and what it then holds in memory.

use std::time::Instant;

use crate::common::House;
use crate::common::http::Connection;
use crate::common::service::Service;
use crate::figure;

pub fn measure() {
    let house = House::sqlite();
    let began = Instant::now();
    house.done(["demo", "--no-serve"]);
    figure("composing the demo city", &format!("{:.1} s", began.elapsed().as_secs_f64()), "-", "-");
    let began = Instant::now();
    let service = Service::start(&house);
    let answer = Connection::open(service.address).unwrap().send("GET", "/health", &[], "").unwrap();
    let started = began.elapsed();
    assert_eq!(answer.status, 200);
    figure("start to serving with the demo city", &format!("{:.2} s", started.as_secs_f64()), "-", "≤ 2 s");
    figure("  resident memory", &format!("{} MB", resident_megabytes(service.id())), "-", "≤ 150 MB");
    service.stop();
}

/// What a process holds, from the kernel's own account.
pub fn resident_megabytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
