//! `shouwen serve` as a process that can be killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use super::House;

/// A running service; killed when dropped.
pub struct Service {
    child: Child,
    log: Option<JoinHandle<String>>,
    pub address: SocketAddr,
}

impl Service {
    /// Starts it on a free port and waits until it says that it serves.
    pub fn start(house: &House) -> Self {
        Self::start_with(house, |_| ())
    }

    /// The same, in surroundings of the caller's making.
    pub fn start_with(house: &House, surroundings: impl FnOnce(&mut Command)) -> Self {
        let mut command = house.command(["serve", "--listen", "127.0.0.1:0"]);
        surroundings(&mut command);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let mut seen = Vec::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else { panic!("it never served: {seen:?}") };
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.trim().parse().expect("an address");
            }
            seen.push(line);
        };
        // What it says later must be read, or it would wait for a reader.
        let log = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                eprintln!("serve: {line}");
                assert!(!line.contains("panicked"), "{line}");
                seen.push(line);
            }
            seen.join("\n")
        });
        Self { child, log: Some(log), address }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits until it has; what it said meanwhile.
    pub fn stop(mut self) -> String {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        for _ in 0..600 {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return self.log.take().expect("asked once").join().expect("it said nothing of a panic");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("asked to stop, it did not within 30 s");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Already ended where `kill` or `stop` was called.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
