//! One private PostgreSQL server for all test processes of a run.

use std::fs::{File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::installed;

/// What to type where the server's programs are missing.
const MISSING: &str = "PostgreSQL is not installed. Type: apt-get install -y postgresql \
    (or set SHOUWEN_TEST_POSTGRES to a server of your own, or SHOUWEN_SKIP_POSTGRES=1 to leave these tests out)";

/// The server all tests share.
#[derive(Debug, Clone)]
pub struct Server {
    base: String,
    query: String,
    /// Held shared while this process uses the server.
    _in_use: std::sync::Arc<Option<InUse>>,
}

/// A database of one test, dropped after it.
#[derive(Debug)]
pub struct Database {
    server: Server,
    name: String,
}

impl Server {
    fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.base, self.query)
    }

    /// Makes an empty database. Its name comes from process and counter, never from outside.
    pub async fn database(&self, name: &str) -> Database {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.expect("the test server answers");
        for statement in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} TEMPLATE template0"),
        ] {
            connection.execute(AssertSqlSafe(statement)).await.expect("the test server makes a database");
        }
        Database { server: self.clone(), name: name.to_owned() }
    }
}

impl Database {
    /// Its address.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (url, name) = (self.server.url("postgres"), self.name.clone());
        let drop = async move {
            if let Ok(mut connection) = PgConnection::connect(&url).await {
                let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                // The whole server is thrown away afterwards: a database left over does no harm.
                let _ = connection.execute(AssertSqlSafe(statement)).await;
            }
        };
        // A test's runtime may already be ending; a thread with its own is not.
        let _ = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(drop))
        })
        .join();
    }
}

/// The server, started when nobody has; `None` where it was switched off.
pub async fn server() -> Option<Server> {
    static SERVER: tokio::sync::OnceCell<Option<Server>> = tokio::sync::OnceCell::const_new();
    SERVER.get_or_init(find).await.clone()
}

async fn find() -> Option<Server> {
    if let Ok(url) = std::env::var("SHOUWEN_TEST_POSTGRES") {
        let (address, query) = url.split_once('?').map_or((url.as_str(), String::new()), |(a, q)| (a, format!("?{q}")));
        let base = address.trim_end_matches('/').to_owned();
        return Some(Server { base, query, _in_use: std::sync::Arc::new(None) });
    }
    let Some(programs) = installed::programs() else {
        assert!(std::env::var("SHOUWEN_SKIP_POSTGRES").is_ok_and(|value| value == "1"), "{MISSING}");
        eprintln!("skipped: PostgreSQL is not installed and SHOUWEN_SKIP_POSTGRES=1");
        return None;
    };
    let started = tokio::task::spawn_blocking(move || InUse::start(&programs)).await.expect("starting does not panic");
    let query = format!("?host={}&user={USER}&sslmode=disable", started.socket().display());
    Some(Server { base: "postgres://".into(), query, _in_use: std::sync::Arc::new(Some(started)) })
}

/// The server's superuser.
const USER: &str = "shouwen";

/// A share in the running server.
#[derive(Debug)]
struct InUse {
    folder: PathBuf,
    programs: PathBuf,
    /// Locked shared by every process that uses the server; the watcher stops it when nobody does.
    share: File,
}

impl InUse {
    fn start(programs: &Path) -> Self {
        let account = std::env::var("USER").unwrap_or_else(|_| "user".into());
        let folder = std::env::temp_dir().join(format!("shouwen-test-postgres-{account}"));
        std::fs::create_dir_all(&folder).expect("a folder for the test server");
        // One process at a time looks whether the server runs.
        let gate = open(&folder.join("gate"));
        gate.lock().expect("the gate of the test server");
        let share = open(&folder.join("share"));
        let this = Self { folder, programs: programs.to_owned(), share };
        if !this.answers() {
            this.prepare();
            this.run();
        }
        this.share.lock_shared().expect("a share in the test server");
        this
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn answers(&self) -> bool {
        std::os::unix::net::UnixStream::connect(self.socket().join(".s.PGSQL.5432")).is_ok()
    }

    /// Makes a fresh cluster.
    fn prepare(&self) {
        for folder in [self.data(), self.socket()] {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).expect("a folder for the test server");
        }
        installed::give(&[&self.folder, &self.data(), &self.socket()]);
        let status = installed::as_user(&self.programs.join("initdb"))
            .args(["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust", "--username", USER, "--pgdata"])
            .arg(self.data())
            .current_dir(&self.folder)
            .stdout(File::create(self.folder.join("initdb.log")).expect("a log file"))
            .status()
            .expect("initdb starts");
        assert!(status.success(), "initdb failed; see {}", self.folder.join("initdb.log").display());
    }

    #[expect(clippy::zombie_processes, reason = "the server outlives this process on purpose; its watcher stops it")]
    fn run(&self) {
        let log = File::create(self.folder.join("server.log")).expect("a log file");
        let socket = self.socket();
        installed::as_user(&self.programs.join("postgres"))
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(&socket)
            .args(["-h", "", "-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"])
            .args(["-c", "max_connections=400", "-c", "shared_buffers=64MB", "-c", "max_wal_size=256MB"])
            .current_dir(&self.folder)
            .stdin(std::process::Stdio::null())
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("the test server starts");
        let patience = Instant::now();
        while !self.ready() {
            assert!(patience.elapsed() < Duration::from_mins(1), "the test server did not start in a minute");
            std::thread::sleep(Duration::from_millis(50));
        }
        self.watch();
    }

    /// Leaves a watcher behind that stops the server and throws it away once no process has a share in it.
    #[expect(clippy::zombie_processes, reason = "the watcher outlives this process on purpose and ends by itself")]
    fn watch(&self) {
        let script = "while sleep 20; do \
            flock -n -x gate flock -n -x share sh -c 'kill -QUIT $(head -1 data/postmaster.pid); rm -rf data socket' \
            && exit; done";
        Command::new("sh")
            .args(["-c", script])
            .current_dir(&self.folder)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a shell starts");
    }

    fn ready(&self) -> bool {
        Command::new(self.programs.join("pg_isready"))
            .args(["-q", "-h"])
            .arg(self.socket())
            .status()
            .is_ok_and(|status| status.success())
    }
}

fn open(path: &Path) -> File {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .expect("a file of the test server")
}
