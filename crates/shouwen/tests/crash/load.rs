//! Who works at the nodes meanwhile: upstream systems that deliver tickets, and people who look at pages.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::common::http::{Connection, Response};
use crate::common::tickets::{self, Acknowledged};
use crate::stage::PERSON;

/// Upstream systems at each node.
const CLIENTS: usize = 4;
/// Between two tickets of one: enough to be in the middle of something always, little enough for a hundred rounds.
const PAUSE: Duration = Duration::from_millis(25);
/// What anybody may have to wait for an answer, whatever has happened to the database.
pub const BOUND: Duration = Duration::from_secs(30);

/// What those of one round share.
#[derive(Default)]
pub struct Round {
    ended: AtomicBool,
    /// Tickets acknowledged by each node.
    taken: [AtomicUsize; 2],
    /// Refusals that named the disk, by each node.
    full: [AtomicUsize; 2],
    /// Pages that were shown, and those that said that the database does not answer.
    pages: [AtomicUsize; 2],
    /// The longest anybody waited for an answer.
    longest: Mutex<Duration>,
}

/// What a round leaves.
#[derive(Debug, Default)]
pub struct Left {
    pub acknowledged: Acknowledged,
    pub shown: usize,
    pub told: usize,
    pub longest: Duration,
}

/// Where the nodes answer at the moment.
pub type Addresses<'a> = &'a [Mutex<Option<SocketAddr>>; 2];

impl Round {
    /// Tickets that node has acknowledged in this round.
    pub fn taken(&self, node: usize) -> usize {
        self.taken[node].load(Ordering::SeqCst)
    }

    /// How often that node said that the disk is full.
    pub fn full(&self, node: usize) -> usize {
        self.full[node].load(Ordering::SeqCst)
    }

    fn goes_on(&self) -> bool {
        !self.ended.load(Ordering::SeqCst)
    }

    fn waited(&self, began: Instant) {
        let mut longest = self.longest.lock().unwrap();
        *longest = began.elapsed().max(*longest);
    }

    /// Lets everybody work while `during` happens; what they were answered.
    pub fn play(self, addresses: Addresses<'_>, token: &str, name: &str, during: impl FnOnce(&Self)) -> Left {
        let acknowledged = std::thread::scope(|scope| {
            let round = &self;
            let clients: Vec<_> = (0..2 * CLIENTS)
                .map(|client| {
                    let name = format!("{name}-{client}");
                    scope.spawn(move || round.deliver(addresses, client % 2, token, &name))
                })
                .collect();
            for node in 0..2 {
                scope.spawn(move || round.look(addresses, node));
            }
            // Whoever fails meanwhile must not keep the others working for ever.
            let ended = Ended(&round.ended);
            during(round);
            drop(ended);
            clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
        });
        let count = |at: usize| self.pages[at].load(Ordering::SeqCst);
        Left { acknowledged, shown: count(0), told: count(1), longest: *self.longest.lock().unwrap() }
    }

    /// Tickets until the round ends. What is not acknowledged is sent again until it is: nobody knows whether it was taken in.
    fn deliver(&self, addresses: Addresses<'_>, node: usize, token: &str, name: &str) -> Acknowledged {
        let mut acknowledged = Acknowledged::new();
        let (mut line, mut count) = (None, 0);
        while self.goes_on() {
            let number = format!("{name}-{count}");
            let Some(mut open) = line.take().or_else(|| connected(addresses, node)) else { continue };
            let began = Instant::now();
            let Ok(answer) = tickets::deliver(&mut open, token, &tickets::plain(&number)) else { continue };
            self.waited(began);
            line = Some(open);
            match answer.status {
                200 | 201 => {
                    let ticket = tickets::taken_in(&answer);
                    assert_eq!(ticket.0, number);
                    acknowledged.push(ticket);
                    self.taken[node].fetch_add(1, Ordering::SeqCst);
                    count += 1;
                }
                503 => self.refused(node, &answer),
                _ => panic!("a database that is away is told of as such: {answer:?}"),
            }
            std::thread::sleep(PAUSE);
        }
        acknowledged
    }

    fn refused(&self, node: usize, answer: &Response) {
        let full = answer.body.contains("磁盘已满") && answer.body.contains("disk is full");
        let away = answer.body.contains("数据库") && answer.body.contains("database");
        assert!(full || away, "what is amiss is said in both languages: {answer:?}");
        self.full[node].fetch_add(usize::from(full), Ordering::SeqCst);
    }

    /// Pages until the round ends, each by the reader's language: shown, or told in plain words why not.
    fn look(&self, addresses: Addresses<'_>, node: usize) {
        let (mut line, mut cookie): (_, Option<String>) = (None, None);
        for (language, words) in
            [("zh-CN", "数据库暂时没有应答"), ("en", "The database does not answer")].into_iter().cycle()
        {
            if !self.goes_on() {
                break;
            }
            let Some(mut open) = line.take().or_else(|| connected(addresses, node)) else { continue };
            let began = Instant::now();
            let headers = [("accept-language", language), ("accept", "text/html")];
            let answer = match &cookie {
                None => sign_in(&mut open, &headers),
                Some(cookie) => {
                    let [one, other] = headers;
                    open.send("GET", "/workbench", &[one, other, ("cookie", cookie)], "")
                }
            };
            let Ok(answer) = answer else { continue };
            self.waited(began);
            line = Some(open);
            match answer.status {
                200 => _ = self.pages[0].fetch_add(1, Ordering::SeqCst),
                // Signed in, or signed out because the clock has jumped.
                303 => cookie = cookies(&answer),
                503 => {
                    assert!(answer.body.contains(words), "{language}: the page says what is amiss: {answer:?}");
                    self.pages[1].fetch_add(1, Ordering::SeqCst);
                }
                _ => panic!("a page is shown, or says that the database does not answer: {answer:?}"),
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// A line to the node, if it is there.
fn connected(addresses: Addresses<'_>, node: usize) -> Option<Connection> {
    let address = *addresses[node].lock().unwrap();
    let line = address.and_then(|address| Connection::open(address).ok());
    if line.is_none() {
        std::thread::sleep(PAUSE);
    }
    line
}

fn sign_in(line: &mut Connection, headers: &[(&str, &str)]) -> std::io::Result<Response> {
    let (name, password) = PERSON;
    let typed = format!("name={name}&password={}", password.replace(' ', "+"));
    let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
    line.send("POST", "/sign-in", &headers, &typed)
}

fn cookies(answer: &Response) -> Option<String> {
    let given = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let given: Vec<_> = given.filter_map(|(_, value)| value.split(';').next()).collect();
    (!given.is_empty()).then(|| given.join("; "))
}

struct Ended<'a>(&'a AtomicBool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
