//! `kill -9` in the middle of intake and of an import, on both engines: what was acknowledged is there, once (M1).
//!
//! `SHOUWEN_KILL_ROUNDS` says how often; `make soak` asks for fifty.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::process::Stdio;
use std::time::Duration;

use common::House;
use common::dice::Dice;
use common::http::Connection;
use common::service::Service;
use common::tickets::{self, Acknowledged};
use rstest::rstest;
use store::testing::Engine;

const CONNECTIONS: usize = 32;
const ROWS: usize = 1_500;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn m1_whatever_was_acknowledged_before_a_kill_is_there_once(#[case] engine: Engine) {
    let Some(house) = House::on(engine) else { return };
    let rounds: usize = std::env::var("SHOUWEN_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let cells = house.file("cells.csv", "cell_id,lon,lat,azimuth\nA,113.10,23.11,180\nB,113.12,23.10,270\n");
    house.done(["import", "cells", cells.to_str().unwrap(), "--datum", "wgs84"]);
    let token = house.done(["token", "create", "eoms"]).out.trim().to_owned();
    let mut dice = Dice::of(20_261_124);
    let mut acknowledged = Acknowledged::new();
    let mut interrupted = 0;
    for round in 0..rounds {
        acknowledged.extend(intake(&house, &token, round, dice.millis(150, 900)));
        interrupted += usize::from(import(&house, round, dice.millis(30, 700)));
    }
    let report = house.json("verify", ["verify"]);
    assert_eq!(report["problems"], serde_json::json!([]));
    let service = Service::start(&house);
    let stored = tickets::listed(&service, &token);
    service.stop();
    let mut times: HashMap<&str, u32> = HashMap::new();
    for (number, _) in &stored {
        *times.entry(number).or_default() += 1;
    }
    assert!(times.values().all(|count| *count == 1), "no number is there twice");
    let ids: HashMap<&str, &str> = stored.iter().map(|(number, id)| (number.as_str(), id.as_str())).collect();
    for (number, id) in &acknowledged {
        assert_eq!(ids.get(number.as_str()), Some(&id.as_str()), "{number} was acknowledged");
    }
    for number in (0..rounds).flat_map(|round| (0..ROWS).map(move |row| format!("I{round}-{row}"))) {
        assert!(ids.contains_key(number.as_str()), "{number} was imported");
    }
    assert_eq!(report["complaints"], stored.len());
    assert!(acknowledged.len() > rounds, "the load was real");
    eprintln!(
        "{engine:?}: {rounds} kills in 32-connection intake, {} tickets acknowledged, {} stored; {rounds} imports, \
         {interrupted} killed half-way; 0 lost, 0 doubled, verify clean",
        acknowledged.len(),
        stored.len() - rounds * ROWS
    );
}

/// Tickets over 32 connections until the service is killed.
fn intake(house: &House, token: &str, round: usize, until: Duration) -> Acknowledged {
    let service = Service::start(house);
    let address = service.address;
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|client| {
                scope.spawn(move || {
                    let mut acknowledged = Acknowledged::new();
                    let Ok(mut connection) = Connection::open(address) else { return acknowledged };
                    for count in 0.. {
                        let number = format!("R{round}-{client}-{count}");
                        let body = ticket(&number, client);
                        // The connection breaking is what is waited for.
                        let Ok(answer) = tickets::deliver(&mut connection, token, &body) else { break };
                        assert_eq!(answer.status, 201, "{answer:?}");
                        let ticket = tickets::taken_in(&answer);
                        assert_eq!(ticket.0, number);
                        acknowledged.push(ticket);
                    }
                    acknowledged
                })
            })
            .collect();
        std::thread::sleep(until);
        service.kill();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

fn ticket(number: &str, client: usize) -> String {
    format!(
        r#"{{"externalId":"{number}","name":"室内信号弱","description":"客户反映家中通话断续","severity":"一般","ticketType":"网络质量",
        "place":{{"longitude":113.1{client:02},"latitude":23.105,"crs":"wgs84","address":"示例路{client}号"}}}}"#
    )
}

/// An import killed in the middle and run again; whether it was still at work when it was killed.
fn import(house: &House, round: usize, until: Duration) -> bool {
    let mut sheet = "工单编号,投诉时间,客户电话,投诉内容,经度,纬度\n".to_owned();
    for row in 0..ROWS {
        let _ = writeln!(sheet, "I{round}-{row},2026-11-20 09:00,1990000{row:04},上网慢,113.1{},23.10", row % 90 + 10);
    }
    let file = house.file("complaints.csv", sheet);
    let args = ["import", "complaints", file.to_str().unwrap(), "--datum", "wgs84"];
    let mut child =
        house.command(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(until);
    let at_work = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    let summary = house.json("import", args);
    assert_eq!(summary["accepted"], ROWS, "{summary:#}");
    assert_eq!(summary["added"].as_u64().unwrap() + summary["unchanged"].as_u64().unwrap(), ROWS as u64, "{summary:#}");
    at_work
}
