//! Counting 50,000 open complaints anew after a change of the calendar, while people look at their pages.

use std::time::{Duration, Instant};

use crate::common::House;
use crate::common::http::Connection;
use crate::common::server::DurableServer;
use crate::common::service::Service;
use crate::{bare, figure, millis, pages, quantile, tick};

const COMPLAINTS: u32 = 50_000;
/// Between two looks at a page.
const PAUSE: Duration = Duration::from_millis(20);

pub fn measure() {
    counting("SQLite", &House::sqlite());
    let Some(server) = DurableServer::start() else { return };
    counting("PostgreSQL, fsync on", &House::of(&server));
}

fn counting(engine: &str, house: &House) {
    pages::add_handler(house);
    let present = tick::present();
    bare::wait(async {
        let store = store::Store::open(&house.location).await.unwrap();
        tick::fill(&store, COMPLAINTS, |_| present).await;
        store.close().await;
    });
    let exported = house.done(["policy", "export"]);
    let days = format!("{}..{}", local_day(present, 0), local_day(present, 1));
    let storm = format!(
        "[[local_days]]\ndays = \"{days}\"\nworked = false\nreason = {{ zh = \"台风停工\", en = \"typhoon\" }}\n"
    );
    let policy = house.file("storm.toml", exported.out + "\n" + &storm);
    let service = Service::start(house);
    let mut connection = Connection::open(service.address).unwrap();
    let cookie = pages::sign_in(&mut connection, &format!("http://{}", service.address));
    let headers = [("cookie", cookie.as_str()), ("accept", "text/html")];
    let ids = bare::ids(&house.location, 300);
    // As the pages are measured elsewhere, and as they are once everything was looked at before.
    for turn in 0..100 {
        look(&mut connection, &headers, &ids, turn);
    }
    let began = Instant::now();
    let mut import = house.command(["policy", "import", policy.to_str().unwrap(), "--json"]);
    let mut import = import.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut waits = Vec::new();
    while import.try_wait().unwrap().is_none() {
        let asked = Instant::now();
        look(&mut connection, &headers, &ids, waits.len());
        waits.push(asked.elapsed());
        std::thread::sleep(PAUSE);
    }
    let taken = began.elapsed();
    let output = import.wait_with_output().unwrap();
    service.stop();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    figure(
        &format!("{engine}: counting 50,000 open clocks anew, the calendar changed"),
        &millis(taken),
        &format!("changed: {}", told["recomputed"]),
        "≤ 5 s",
    );
    figure("  queue and complaint page meanwhile, p99", &millis(quantile(&mut waits, 0.99)), "-", "≤ 25 ms");
}

fn look(connection: &mut Connection, headers: &[(&str, &str)], ids: &[String], turn: usize) {
    let path =
        if turn.is_multiple_of(2) { "/workbench".to_owned() } else { format!("/complaints/{}", ids[turn % ids.len()]) };
    let answer = connection.send("GET", &path, headers, "").unwrap();
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
}

/// The branch's date so many days after an instant's.
fn local_day(at: domain::time::Timestamp, days: i64) -> String {
    const AHEAD: i64 = 8 * 3_600;
    at.plus_seconds(AHEAD + days * 86_400).to_jiff().to_string().chars().take(10).collect()
}
