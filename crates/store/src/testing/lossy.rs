//! A line to the test server that is lost at a word: between what the server did and its answer, or before it hears the question.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};

use crate::Location;

/// Who says the word at which a line is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// The program: the server does not hear it.
    Program,
    /// The server: what it did is done.
    Server,
}

type Losses = Arc<Mutex<Vec<(Says, &'static str)>>>;

/// Lines to a database of the test server.
#[derive(Debug)]
pub struct Lossy {
    location: Location,
    losses: Losses,
}

impl Lossy {
    /// Lines to that database; `None` where the server is one of somebody's own, which may be anywhere.
    pub async fn to(location: &Location) -> Option<Self> {
        let Location::Postgres(url) = location else { return None };
        let options = PgConnectOptions::from_str(url).expect("an address");
        let Some(folder) = options.get_socket() else {
            eprintln!("skipped: lines are lost on the way to the tests' own server only");
            return None;
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port of this machine");
        let port = listener.local_addr().expect("an address").port();
        let (user, name) = (options.get_username(), options.get_database().expect("a database"));
        let url = format!("postgres://127.0.0.1:{port}/{name}?user={user}&sslmode=disable");
        let losses = Losses::default();
        tokio::spawn(listen(listener, folder.join(".s.PGSQL.5432"), Arc::clone(&losses)));
        Some(Self { location: Location::Postgres(url), losses })
    }

    /// The database, by these lines.
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// The line on which this is said next is lost.
    pub fn lose_at(&self, says: Says, word: &'static str) {
        self.losses.lock().expect("nobody panics with it").push((says, word));
    }

    /// Whether every loss that was asked for has happened.
    pub fn is_spent(&self) -> bool {
        self.losses.lock().expect("nobody panics with it").is_empty()
    }
}

async fn listen(listener: TcpListener, server: PathBuf, losses: Losses) {
    while let Ok((near, _)) = listener.accept().await {
        let Ok(far) = UnixStream::connect(&server).await else { continue };
        let losses = Arc::clone(&losses);
        tokio::spawn(async move {
            let ((near_read, near_write), (far_read, far_write)) = (near.into_split(), far.into_split());
            tokio::select! {
                () = carry(Says::Program, near_read, far_write, &losses) => {}
                () = carry(Says::Server, far_read, near_write, &losses) => {}
            }
        });
    }
}

/// One direction of a line, until it ends.
async fn carry(says: Says, mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, losses: &Losses) {
    let mut piece = vec![0; 64 * 1024];
    loop {
        let Ok(count @ 1..) = from.read(&mut piece).await else { return };
        if is_lost(says, &piece[..count], losses) || to.write_all(&piece[..count]).await.is_err() {
            return;
        }
    }
}

fn is_lost(says: Says, said: &[u8], losses: &Losses) -> bool {
    let mut losses = losses.lock().expect("nobody panics with it");
    let holds = |word: &str| said.windows(word.len()).any(|part| part == word.as_bytes());
    let at = losses.iter().position(|(who, word)| *who == says && holds(word));
    at.map(|at| losses.swap_remove(at)).is_some()
}
