//! What happens by itself, and one action, with 100,000 open complaints, durable, on both engines.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::clock::HandClock;
use app::desk::Desk;
use domain::calendar::{HalfDay, WorkingCalendar};
use domain::check::Service as Bearer;
use domain::complaint::{Channel, Customer, Matter, PersonRef};
use domain::flow::{self, Context, Opening};
use domain::grade::{Facts, suggest};
use domain::id::{BranchId, ComplaintId, ComplaintNumber};
use domain::person::{Viewer, Who};
use domain::place::{Place, Setting};
use domain::time::Timestamp;
use store::{Commit, Location, Store};
use tempfile::TempDir;
use uuid::Uuid;

use crate::common::House;
use crate::common::http::Connection;
use crate::common::server::DurableServer;
use crate::common::service::Service;
use crate::{bare, figure, millis, pages, quantile};

const COMPLAINTS: u32 = 100_000;
/// Complaints of which something is due at each look.
const DUE: u32 = 1_000;
/// How often is looked, a minute apart.
const LOOKS: u32 = 5;
const CONNECTIONS: usize = 32;
const LOAD: Duration = Duration::from_secs(10);

pub fn measure() {
    let folder = TempDir::with_prefix("shouwen-tick-").unwrap();
    ticking("SQLite", &folder.path().join("data").display().to_string(), folder.path(), COMPLAINTS);
    if let Some(server) = DurableServer::start() {
        ticking("PostgreSQL, fsync on", &server.url(), folder.path(), COMPLAINTS);
    }
    let house = House::sqlite();
    acting("SQLite", &house);
    let Some(server) = DurableServer::start() else { return };
    acting("PostgreSQL, fsync on", &House::of(&server));
}

/// In a process of its own, which is told where its keys are.
pub fn ticking(engine: &str, location: &str, folder: &Path, open: u32) {
    let key = folder.join(engine).with_extension("key");
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output =
        command.args(["tick-inside", location, &open.to_string()]).env("SHOUWEN_KEY_FILE", key).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let [found, half, most] = text.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{text}") };
    let name = format!("{engine}: ticking {open} open clocks, {DUE} due");
    figure(&name, &format!("{half} ms"), &format!("finding them: {found} ms"), "≤ 50 ms");
    figure("  the slowest of five", &format!("{most} ms"), "-", "-");
}

/// Prints how long finding what is due takes, and one whole tick: the middle one and the slowest, milliseconds.
pub fn inside(location: &str, open: &str) {
    let location = match location.strip_prefix("postgres:") {
        Some(_) => Location::Postgres(location.to_owned()),
        None => Location::Directory(location.into()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let now = start();
        let clock = Arc::new(HandClock::at(now));
        let desk = Desk::open(&location, clock.clone()).await.unwrap();
        fill(desk.store(), open.parse().unwrap(), |number| {
            // Accepting is warned of after 22.5 minutes: each minute it is another thousand's turn.
            let group = number / DUE;
            if group < LOOKS { now.plus_seconds(i64::from(group) * 60 - 23 * 60) } else { now }
        })
        .await;
        bare::tidied(&location).await;
        let (mut found, mut ticked) = (Vec::new(), Vec::new());
        for look in 0..LOOKS {
            let present = now.plus_seconds(i64::from(look) * 60);
            clock.set(present);
            let began = Instant::now();
            let due = desk.store().due_ticks(present, None, DUE).await.unwrap();
            found.push(began.elapsed());
            assert_eq!(due.complaints.len(), DUE as usize);
            let began = Instant::now();
            assert_eq!(desk.tick().await.unwrap(), u64::from(DUE));
            ticked.push(began.elapsed());
        }
        let shown = |wait: Duration| format!("{:.1}", wait.as_secs_f64() * 1e3);
        let (found, half, most) = (quantile(&mut found, 0.5), quantile(&mut ticked, 0.5), quantile(&mut ticked, 1.0));
        println!("{} {} {}", shown(found), shown(half), shown(most));
    });
}

/// Complaints taken up over HTTP, as a person does it on the page.
fn acting(engine: &str, house: &House) {
    pages::add_handler(house);
    let present = present();
    bare::wait(async {
        let store = Store::open(&house.location).await.unwrap();
        fill(&store, COMPLAINTS, |_| present).await;
        store.close().await;
    });
    let service = Service::start(house);
    let origin = format!("http://{}", service.address);
    let cookie = pages::sign_in(&mut Connection::open(service.address).unwrap(), &origin);
    let began = Instant::now();
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|client| {
                let (service, cookie, origin) = (&service, &cookie, &origin);
                scope.spawn(move || take_up(service, cookie, origin, client, began))
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    let rate = waits.len() as f64 / began.elapsed().as_secs_f64();
    service.stop();
    figure(
        &format!("{engine}: actions over HTTP, 32 connections, 100,000 complaints"),
        &format!("{rate:.0}/s"),
        "-",
        "-",
    );
    figure("  one action's p99", &millis(quantile(&mut waits, 0.99)), "-", "≤ 50 ms");
}

fn take_up(service: &Service, cookie: &str, origin: &str, client: usize, began: Instant) -> Vec<Duration> {
    let mut connection = Connection::open(service.address).unwrap();
    let form = "application/x-www-form-urlencoded";
    let headers = [("content-type", form), ("origin", origin), ("cookie", cookie), ("accept", "text/html")];
    let mut waits = Vec::new();
    for number in (client as u32..COMPLAINTS).step_by(CONNECTIONS) {
        if began.elapsed() > LOAD {
            break;
        }
        let path = format!("/complaints/{}/act/accept", id(number));
        let body = format!("version=1&key=k{number}");
        let asked = Instant::now();
        let answer = connection.send("POST", &path, &headers, &body).unwrap();
        assert!(answer.status < 400, "{answer:?}");
        waits.push(asked.elapsed());
    }
    waits
}

fn start() -> Timestamp {
    "2026-03-04T01:15:00Z".parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the service measured here lives by the machine's clock")]
pub fn present() -> Timestamp {
    jiff::Timestamp::now().into()
}

fn id(number: u32) -> ComplaintId {
    // As version 7 numbers them: in the order of their making.
    ComplaintId(uuid::Builder::from_unix_timestamp_millis(1_772_586_900_000 + u64::from(number), &[7; 10]).into_uuid())
}

/// Fills a store with so many open complaints, each received when the second argument says.
pub async fn fill(store: &Store, complaints: u32, received: impl Fn(u32) -> Timestamp) {
    let (branch, calendar) = (store.branch(), WorkingCalendar::china());
    for first in (0..complaints).step_by(1_000) {
        let commits = (first..first + 1_000).map(|number| opened(number, branch, received(number), &calendar));
        assert!(store.commit_all(commits.collect()).await.iter().all(Result::is_ok));
    }
}

fn opened(number: u32, branch: BranchId, now: Timestamp, calendar: &WorkingCalendar) -> Commit {
    let viewer = Viewer { branch, who: Who::House };
    let facts = Facts { channel: Channel::Phone, upstream: false, text: "", level: "", repeats: 0, nearby: 0 };
    let owner = PersonRef {
        id: Some(domain::id::PersonId(Uuid::from_u128(u128::from(number % 30) + 1))),
        name: "王小明".into(),
    };
    let opening = Opening {
        id: id(number),
        branch,
        number: ComplaintNumber::new(jiff::civil::date(2026, 3, 4), number),
        matter: Matter {
            title: "室内信号弱".into(),
            description: "客户反映家中通话断续，上网缓慢，已持续三天，要求尽快处理".into(),
            phenomenon: String::new(),
            channel: Channel::Phone,
            level: String::new(),
            service: Bearer::Voice,
            technology: None,
            occurred: None,
            complained: now,
            serving_cell: None,
            wanted_by: None,
        },
        place: Place {
            point: None,
            precision_metres: None,
            setting: Setting::Indoor,
            address: format!("示例区示例路{number}号"),
        },
        customer: Customer::default(),
        upstream: None,
        first_owner: owner,
        suggestion: suggest(facts, domain::policy::Policy::standard()),
        flow: None,
        grade: None,
        check: None,
        document: None,
        split_from: None,
    };
    let decision = flow::open(
        opening,
        &Context {
            now,
            viewer: &viewer,
            calendar,
            half_day: HalfDay::Hours,
            policy: domain::policy::Policy::standard(),
            roster: domain::roster::Roster::none(),
        },
    );
    Commit::new(decision.complaint, decision.entry)
}
