//! What a run plays on: an engine on a disk of its own, the line to it, two nodes and their clock.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use store::Location;
use store::testing::Engine;

use crate::common::server::DurableServer;
use crate::common::service::Service;
use crate::common::{House, told};
use crate::disk::Disk;
use crate::proxy::Proxy;
use crate::warp::Warp;

/// Megabytes of the disk: what a hundred rounds write, and not more than a machine has to spare.
const DISK: u32 = 1_500;
/// The person who looks at pages meanwhile.
pub const PERSON: (&str, &str) = ("li.min", "a good password");

/// Everything that can be struck.
pub struct Stage {
    pub engine: Engine,
    nodes: [Option<Service>; 2],
    /// Where the nodes answer, for those who send meanwhile.
    pub addresses: Arc<[Mutex<Option<SocketAddr>>; 2]>,
    pub house: House,
    pub token: String,
    pub warp: Option<Warp>,
    pub proxy: Option<Proxy>,
    pub server: Option<DurableServer>,
    // Last: everything lies on it.
    pub disk: Option<Disk>,
}

impl Stage {
    /// Two nodes on that engine; nothing where PostgreSQL is not installed.
    pub fn set(engine: Engine) -> Option<Self> {
        let disk = Disk::of(DISK);
        let parent = disk.as_ref().map_or_else(std::env::temp_dir, |disk| disk.path().to_owned());
        let mut house = House::sqlite();
        let (server, proxy) = match engine {
            Engine::Sqlite => {
                // Where there is no disk to fill, a folder that goes with the house.
                let parent = disk.as_ref().map_or_else(|| house.files.path().to_owned(), |_| parent);
                house.location = Location::Directory(parent.join("data"));
                (None, None)
            }
            Engine::Postgres => {
                let server = DurableServer::start_in(&parent)?;
                let proxy = Proxy::to(server.socket());
                let url = format!("postgres://shouwen@127.0.0.1:{}/bench?sslmode=disable", proxy.port);
                house.location = Location::Postgres(url);
                (Some(server), Some(proxy))
            }
        };
        let token = house.done(["token", "create", "eoms"]).out.trim().to_owned();
        let (name, password) = PERSON;
        let added = told(house.command(["user", "add", name, "--password-stdin"]), &format!("{password}\n"));
        assert_eq!(added.code, Some(0), "{added:?}");
        let warp = Warp::find(house.files.path());
        let addresses = Arc::new([Mutex::default(), Mutex::default()]);
        let mut stage = Self { engine, nodes: [None, None], addresses, house, token, warp, proxy, server, disk };
        stage.start(0);
        stage.start(1);
        Some(stage)
    }

    /// Starts a node.
    pub fn start(&mut self, node: usize) {
        let warp = self.warp.as_ref();
        let service = Service::start_with(&self.house, |command| {
            // Hundreds of refusals a round, which the round counts itself, would bury what matters.
            command.env("SHOUWEN_LOG", std::env::var("SHOUWEN_LOG").unwrap_or_else(|_| "off".to_owned()));
            if let Some(warp) = warp {
                warp.dress(command);
            }
        });
        *self.addresses[node].lock().unwrap() = Some(service.address);
        self.nodes[node] = Some(service);
    }

    /// `kill -9` of a node.
    pub fn kill(&mut self, node: usize) {
        *self.addresses[node].lock().unwrap() = None;
        self.nodes[node].take().expect("it runs").kill();
    }

    /// Both nodes stand still, and go on in the same moment.
    pub fn freeze(&self) -> Frozen {
        let nodes: Vec<u32> = self.nodes.iter().flatten().map(Service::id).collect();
        let frozen = Frozen(nodes);
        frozen.signal("-STOP");
        frozen
    }

    /// Asks both nodes to end, and waits until they have.
    pub fn end(&mut self) {
        for node in &mut self.nodes {
            if let Some(service) = node.take() {
                service.stop();
            }
        }
    }

    /// The server, for what only PostgreSQL has.
    pub fn server(&mut self) -> &mut DurableServer {
        self.server.as_mut().expect("a kind of PostgreSQL")
    }

    /// The line to it.
    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("a kind of PostgreSQL")
    }

    /// The disk.
    pub fn disk(&self) -> &Disk {
        self.disk.as_ref().expect("a kind that needs a disk")
    }

    /// The clock.
    pub fn warp(&mut self) -> &mut Warp {
        self.warp.as_mut().expect("a kind that needs a clock")
    }
}

/// Processes that stand still; they go on with this at the latest.
pub struct Frozen(Vec<u32>);

impl Frozen {
    fn signal(&self, signal: &str) {
        let ids = self.0.iter().map(ToString::to_string);
        assert!(Command::new("kill").arg(signal).args(ids).status().unwrap().success());
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.signal("-CONT");
    }
}

/// Waits until it is so; whether that came in time.
pub fn within(patience: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > patience {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}
