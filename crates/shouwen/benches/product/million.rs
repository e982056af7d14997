//! A branch of a million complaints with ten million journal entries beside one of a hundred thousand: loading it, its pages,
//! its search, its ticks, its backup. Pages of both are looked at in turn, for the machine is not the same an hour later.
//!
//! `SHOUWEN_BENCH_COMPLAINTS` makes it smaller, `SHOUWEN_BENCH_ENGINE` (`sqlite`, `postgres`) leaves the other engine out. A
//! million takes 19 gigabytes on SQLite and 30 on a server with log and tenth; its backup takes 6 more,
//! and what that is tried on 18 while it is tried; the branch it is restored into as much as the first.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::clock::HandClock;
use app::demo::{self, Past};
use app::desk::Desk;
use store::Location;
use tempfile::TempDir;

use crate::common::House;
use crate::common::http::Connection;
use crate::common::server::DurableServer;
use crate::common::service::Service;
use crate::machine::Machine;
use crate::{bare, figure, millis, pages, quantile, tick};

const COMPLAINTS: u32 = 1_000_000;
/// The million arrives over a year.
const DAYS: u32 = 365;
/// A tenth of it, beside which the million is held: the same branch after a tenth of the time, as many open as later.
const TENTH: u32 = 10;
/// Looks at each page of each of the two, and in how many turns.
const LOOKS: usize = 400;
const TURNS: usize = 8;
/// What people look for, as phrases and as words.
const PHRASES: [&str; 6] = ["打不通", "上网慢", "地下车库", "没有信号", "视频卡顿", "要求减免费用"];

/// Says how it is run.
pub fn named() {
    println!(
        "a million complaints: run by name, `make bench-million` (an hour, 60 GB; SHOUWEN_BENCH_COMPLAINTS makes it smaller)"
    );
}

pub fn measure() {
    let most = std::env::var("SHOUWEN_BENCH_COMPLAINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(COMPLAINTS);
    let only = std::env::var("SHOUWEN_BENCH_ENGINE").ok();
    let wanted = |engine: &str| only.as_deref().is_none_or(|only| only == engine);
    if wanted("sqlite") {
        branches("SQLite", House::sqlite(), &House::sqlite(), most, House::sqlite);
        let folder = TempDir::with_prefix("shouwen-million-").unwrap();
        tick::ticking("SQLite", &folder.path().join("data").display().to_string(), folder.path(), most);
    }
    if wanted("postgres") {
        let engine = "PostgreSQL, fsync on";
        let (Some(small), Some(large)) = (DurableServer::start(), DurableServer::start()) else { return };
        let Some(another) = DurableServer::start() else { return };
        branches(engine, House::of(&small), &House::of(&large), most, || {
            drop(small);
            House::of(&another)
        });
        drop((large, another));
        let Some(server) = DurableServer::start() else { return };
        let folder = TempDir::with_prefix("shouwen-million-").unwrap();
        tick::ticking(engine, &server.url(), folder.path(), most);
    }
}

fn branches(engine: &str, tenth: House, whole: &House, most: u32, another: impl FnOnce() -> House) {
    load(engine, &tenth, most / TENTH, DAYS / TENTH);
    load(engine, whole, most, DAYS);
    pages_of(engine, &tenth, whole, most);
    // The backup restored beside the million wants its room.
    drop(tenth);
    kept_safe(engine, whole, &another());
}

fn load(engine: &str, house: &House, complaints: u32, days: u32) {
    let place = match &house.location {
        Location::Directory(directory) => directory.display().to_string(),
        Location::Postgres(url) => url.clone(),
    };
    let mut load = Command::new(std::env::current_exe().unwrap());
    // Where the house's own programs look for the key.
    load.env("HOME", house.files.path()).env("XDG_CONFIG_HOME", house.files.path());
    load.args(["million-inside", &place, &complaints.to_string(), &days.to_string()]);
    let output = load.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let told: Vec<&str> = text.split_whitespace().collect();
    let [rate, slower, machine] = told[..] else { panic!("{text}") };
    figure(
        &format!("{engine}: loading {complaints} complaints with their histories"),
        &format!("{rate}/s"),
        "-",
        "≥ 2,000/s",
    );
    let machine = format!("copying memory: {machine} %");
    figure("  the last tenth slower by", &format!("{slower} %"), &machine, "≤ 20 %");
    let entries = bare::entries(&house.location);
    figure("  journal entries", &entries.to_string(), "-", "-");
}

/// The service of a branch, and somebody signed in there.
struct Visitor {
    service: Service,
    connection: Connection,
    cookie: String,
    ids: Vec<String>,
}

impl Visitor {
    fn at(house: &House) -> Self {
        pages::add_handler(house);
        let service = Service::start(house);
        let mut connection = Connection::open(service.address).unwrap();
        let cookie = pages::sign_in(&mut connection, &format!("http://{}", service.address));
        Self { service, connection, cookie, ids: bare::ids(&house.location, 5_000) }
    }

    fn look(&mut self, page: Page, turn: usize) -> Duration {
        let path = match page {
            Page::Queue => "/workbench".to_owned(),
            Page::Complaint => format!("/complaints/{}", self.ids[(turn * 7_919) % self.ids.len()]),
            Page::Home => "/home".to_owned(),
            Page::Search => format!("/search?q={}", encoded(PHRASES[turn % PHRASES.len()])),
        };
        let headers = [("cookie", self.cookie.as_str()), ("accept", "text/html")];
        let began = Instant::now();
        let answer = self.connection.send("GET", &path, &headers, "").unwrap();
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        began.elapsed()
    }
}

#[derive(Clone, Copy)]
enum Page {
    Queue,
    Complaint,
    Home,
    Search,
}

/// What they are called, and how long 99 of 100 looks may take.
const PAGES: [(Page, &str, &str); 4] = [
    (Page::Queue, "queue", "≤ 25 ms"),
    (Page::Complaint, "complaint page", "≤ 25 ms"),
    (Page::Home, "counters: the home page", "≤ 25 ms"),
    (Page::Search, "Chinese phrase search", "≤ 100 ms"),
];

/// Every page of both branches in each turn: what the first looks pay for, all of them pay for alike.
fn pages_of(engine: &str, tenth: &House, whole: &House, complaints: u32) {
    let (mut small, mut large) = (Visitor::at(tenth), Visitor::at(whole));
    let mut waits = PAGES.map(|_| (Vec::new(), Vec::new()));
    for turn in 0..TURNS {
        let looks = turn * LOOKS / TURNS..(turn + 1) * LOOKS / TURNS;
        for ((page, ..), (before, now)) in PAGES.iter().zip(&mut waits) {
            before.extend(looks.clone().map(|look| small.look(*page, look)));
            now.extend(looks.clone().map(|look| large.look(*page, look)));
        }
    }
    for ((_, name, most), (mut before, mut now)) in PAGES.into_iter().zip(waits) {
        let (tenth, all) = (quantile(&mut before, 0.95), quantile(&mut now, 0.95));
        let more = 100.0 * (all.as_secs_f64() / tenth.as_secs_f64() - 1.0);
        figure(
            &format!("{engine}: {name}, {complaints} complaints, p99"),
            &millis(quantile(&mut now, 0.99)),
            &format!("a tenth of them: {}", millis(quantile(&mut before, 0.99))),
            most,
        );
        let reference = format!("a tenth of them: {}", millis(tenth));
        figure("  p95", &format!("{}, {more:+.0} %", millis(all)), &reference, "+30 % at most");
    }
    small.service.stop();
    large.service.stop();
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |all, byte| all + &format!("%{byte:02X}"))
}

/// Full backup, restored into another branch on the same engine, and that verified.
fn kept_safe(engine: &str, house: &House, other: &House) {
    let file = house.files.path().join("whole.backup");
    let began = Instant::now();
    house.done(["backup", file.to_str().unwrap()]);
    let backed = began.elapsed();
    other.done(["restore", file.to_str().unwrap()]);
    other.done(["verify"]);
    let seconds = |wait: Duration| format!("{:.0} s", wait.as_secs_f64());
    figure(&format!("{engine}: full backup, restored on trial and compared"), &seconds(backed), "-", "≤ 600 s");
    figure("  the same, restored elsewhere as well, and that verified", &seconds(began.elapsed()), "-", "≤ 600 s");
}

/// Composes it in a process of its own; prints complaints a second, by how many percent the last tenth is slower, and by how many
/// percent more copying took of a core meanwhile: what the machine itself has lost.
pub fn inside(location: &str, complaints: &str, days: &str) {
    let location = match location.strip_prefix("postgres:") {
        Some(_) => Location::Postgres(location.to_owned()),
        None => Location::Directory(Path::new(location).into()),
    };
    let past = Past { complaints: complaints.parse().unwrap(), days: Some(days.parse().unwrap()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let now = tick::present();
        let desk = Desk::open(&location, Arc::new(HandClock::at(now))).await.unwrap();
        let began = Instant::now();
        let (mut told, mut indexed): (Vec<Told>, f64) = (Vec::new(), 0.0);
        let (mut machine, mut copied) = (Machine::new(), 0.0);
        demo::compose(&desk, 1, now, past, &mut |step| {
            if step.en == "telling the years before" {
                copied += machine.copied().as_secs_f64();
                told.push(Told { done: step.done as f64, at: began.elapsed().as_secs_f64(), copied });
            }
            if step.en == "making the indexes" {
                indexed = began.elapsed().as_secs_f64();
            }
        })
        .await
        .unwrap();
        let (first, last) = (told[0], told[told.len() - 1]);
        let behind = |share: f64| *told.iter().find(|one| one.done >= share * last.done).unwrap_or(&last);
        // The last tenth beside the second: the first pays for the empty caches.
        let (early, late) = ((behind(0.1), behind(0.2)), (behind(0.9), last));
        let each = |(from, to): (Told, Told), of: fn(&Told) -> f64| (of(&to) - of(&from)) / (to.done - from.done);
        let more = |of: fn(&Told) -> f64| 100.0 * (each(late, of) / each(early, of) - 1.0);
        // With its indexes it is loaded.
        let rate = (last.done - first.done) / (indexed - first.at);
        println!("{rate:.0} {:.0} {:+.0}", more(|one| one.at), more(|one| one.copied));
        desk.close().await;
    });
}

/// How far loading is: complaints, seconds since it began, and seconds of a core spent on copying.
#[derive(Clone, Copy)]
struct Told {
    done: f64,
    at: f64,
    copied: f64,
}
