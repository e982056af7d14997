//! Several nodes on one PostgreSQL: restarted in turn under load no request fails, and what one takes in another lists (M1).

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use common::House;
use common::http::Connection;
use common::service::Service;
use common::tickets;
use store::testing::Engine;

const CLIENTS: usize = 6;
/// Seconds for which a node goes on answering once it was told to end.
const DRAIN: &str = "2";

/// What stands in front of the nodes: asks each whether it is to be sent requests, as a proxy does.
#[derive(Default)]
struct Balancer {
    nodes: Mutex<Vec<SocketAddr>>,
    ready: RwLock<Vec<SocketAddr>>,
    ended: AtomicBool,
}

impl Balancer {
    fn run(&self) {
        while !self.ended.load(Ordering::SeqCst) {
            let nodes = self.nodes.lock().unwrap().clone();
            *self.ready.write().unwrap() = nodes.into_iter().filter(|node| is_ready(*node)).collect();
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn pick(&self, count: usize) -> Option<SocketAddr> {
        let ready = self.ready.read().unwrap();
        ready.get(count % ready.len().max(1)).copied()
    }

    fn wait_for(&self, node: SocketAddr) {
        let began = Instant::now();
        while !self.ready.read().unwrap().contains(&node) {
            assert!(began.elapsed() < Duration::from_mins(1), "a node is ready in time");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn is_ready(node: SocketAddr) -> bool {
    let answer = Connection::open(node).and_then(|mut line| line.send("GET", "/readyz", &[], ""));
    answer.is_ok_and(|answer| answer.status == 200)
}

/// Signs in at a node; the cookies it gives.
fn signed_in(node: &Service) -> String {
    let typed = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    let mut line = Connection::open(node.address).unwrap();
    let answer = line.send("POST", "/sign-in", &typed, "name=li.min&password=a+good+password").unwrap();
    assert_eq!(answer.status, 303, "{answer:?}");
    let given = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    given.filter_map(|(_, value)| value.split(';').next()).collect::<Vec<_>>().join("; ")
}

fn node(house: &House) -> Service {
    Service::start_with(house, |command| _ = command.args(["--drain", DRAIN]))
}

/// Tickets until the end, each over a line of its own, as a proxy without kept lines sends them.
fn client(balancer: &Balancer, token: &str, client: usize, sent: &AtomicU32) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for count in 0.. {
        if balancer.ended.load(Ordering::SeqCst) {
            break;
        }
        let number = format!("N{client}-{count}");
        let node = balancer.pick(client + count).expect("some node is always ready");
        let answer =
            Connection::open(node).and_then(|mut line| tickets::deliver(&mut line, token, &tickets::plain(&number)));
        let answer = answer.unwrap_or_else(|error| panic!("{number} failed at {node}: {error}"));
        assert_eq!(answer.status, 201, "{number}: {answer:?}");
        sent.fetch_add(1, Ordering::SeqCst);
        acknowledged.push(number);
    }
    acknowledged
}

#[test]
fn m1_nodes_restarted_in_turn_under_load_fail_no_request() {
    let Some(house) = House::on(Engine::Postgres) else { return };
    let token = house.done(["token", "create", "eoms"]).out.trim().to_owned();
    let balancer = Balancer::default();
    let sent = AtomicU32::new(0);
    let mut nodes = vec![node(&house), node(&house)];
    balancer.nodes.lock().unwrap().extend(nodes.iter().map(|node| node.address));
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        scope.spawn(|| balancer.run());
        for node in &nodes {
            balancer.wait_for(node.address);
        }
        let (balancer, token, sent) = (&balancer, token.as_str(), &sent);
        let clients: Vec<_> =
            (0..CLIENTS).map(|number| scope.spawn(move || client(balancer, token, number, sent))).collect();
        for _ in 0..3 {
            let before = sent.load(Ordering::SeqCst);
            let fresh = node(&house);
            balancer.nodes.lock().unwrap().push(fresh.address);
            balancer.wait_for(fresh.address);
            let old = nodes.remove(0);
            let address = old.address;
            old.stop();
            balancer.nodes.lock().unwrap().retain(|node| *node != address);
            nodes.push(fresh);
            assert!(sent.load(Ordering::SeqCst) > before, "the load went on meanwhile");
        }
        balancer.ended.store(true, Ordering::SeqCst);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    let report = house.json("verify", ["verify"]);
    let different: HashSet<&String> = acknowledged.iter().collect();
    assert_eq!(different.len(), acknowledged.len());
    assert_eq!((&report["complaints"], &report["problems"]), (&acknowledged.len().into(), &serde_json::json!([])));
    for node in nodes {
        node.stop();
    }
}

#[test]
fn m1_what_one_node_takes_in_another_tells_of_and_lists_at_once() {
    let Some(house) = House::on(Engine::Postgres) else { return };
    let token = house.done(["token", "create", "eoms"]).out.trim().to_owned();
    let added = common::told(house.command(["user", "add", "li.min", "--password-stdin"]), "a good password\n");
    assert_eq!(added.code, Some(0), "{added:?}");
    let (here, there) = (node(&house), node(&house));
    let cookie = signed_in(&there);
    let signed = [("cookie", cookie.as_str()), ("accept", "text/html")];
    let stream = Connection::open(there.address).unwrap().listen("/live", &signed).unwrap();
    let (tells, told) = std::sync::mpsc::channel();
    let listening = std::thread::spawn(move || stream.for_each(|line| _ = tells.send(line)));
    let mut page = Connection::open(there.address).unwrap();
    let takes_in = |number: &str| {
        let answer = Connection::open(here.address)
            .and_then(|mut line| tickets::deliver(&mut line, &token, &tickets::plain(number)))
            .unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");
        tickets::taken_in(&answer).1
    };
    // Once it has told of anything the other node hears this one.
    takes_in("before");
    told.recv_timeout(Duration::from_secs(20)).expect("the nodes hear each other");
    for number in ["L1", "L2", "L3"] {
        std::thread::sleep(Duration::from_millis(500));
        assert!(told.try_iter().all(|line| line.contains("topic")), "what was told of the ones before");
        let id = takes_in(number);
        let taken = Instant::now();
        // The topic for which a page fetches its queue.
        while !told.recv_timeout(Duration::from_secs(10)).expect("told").contains(r#""topic":"queue""#) {}
        let queue = page.send("GET", "/workbench/queue?view=unassigned", &signed, "").unwrap();
        assert!(queue.body.contains(&format!("row-{id}")), "{number} is listed: {queue:?}");
        // By itself a page looks every twenty seconds. A second is promised, and a busy machine may need several.
        assert!(taken.elapsed() < Duration::from_secs(6), "told and listed after {:?}", taken.elapsed());
    }
    here.stop();
    there.stop();
    listening.join().unwrap();
}
