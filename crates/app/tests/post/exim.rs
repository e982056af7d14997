//! A real mail server of Debian's packages, Exim, on loopback as an unprivileged user, with a folder of its own. It takes
//! everything, but refuses `refused@`, asks `busy@` to come again, and sends back what it has taken for `bounced@`.
//!
//! A guarded one speaks TLS with a certificate of its own making and takes mails only after AUTH.
//!
//! `SHOUWEN_SKIP_EXIM=1` lets tests pass without one, and says so.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const MISSING: &str = "Exim is not installed. Type: apt-get install -y exim4-daemon-light \
    (or set SHOUWEN_SKIP_EXIM=1 to leave these tests out)";

/// How long a mail may take on loopback.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server, stopped and thrown away after the test.
pub struct Exim {
    daemon: Child,
    folder: TempDir,
    port: u16,
    /// Where it speaks TLS from the first byte.
    tls_port: u16,
}

/// The user of a guarded server.
pub const USER: &str = "desk";
/// That user's password, as it stands in an address.
pub const PASSWORD: &str = "ge%3Aheim%40";

/// How a server is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// In clear, for anybody.
    None,
    /// With TLS, for whoever signs in by that mechanism.
    Auth(&'static str),
}

impl Exim {
    /// A fresh one; `None` only where it was switched off for this run.
    pub fn start() -> Option<Self> {
        Self::guarded_by(Guard::None)
    }

    /// A fresh one with TLS, for whoever signs in by AUTH with that mechanism.
    pub fn guarded(mechanism: &'static str) -> Option<Self> {
        Self::guarded_by(Guard::Auth(mechanism))
    }

    fn guarded_by(guard: Guard) -> Option<Self> {
        let Some(program) = program() else {
            assert!(std::env::var("SHOUWEN_SKIP_EXIM").is_ok_and(|value| value == "1"), "{MISSING}");
            eprintln!("skipped: Exim is not installed and SHOUWEN_SKIP_EXIM=1");
            return None;
        };
        let folder = TempDir::with_prefix("shouwen-test-exim-").expect("a temporary folder");
        let (port, tls_port) = (free_port(), free_port());
        let (user, group) = account();
        for part in ["spool", "log", "desk/new", "desk/cur", "desk/tmp", "inbox/new", "inbox/cur", "inbox/tmp"] {
            std::fs::create_dir_all(folder.path().join(part)).expect("a folder of the mail server");
        }
        let config = folder.path().join("exim.conf");
        if guard != Guard::None {
            certificate(folder.path());
        }
        let told = configuration(folder.path(), [port, tls_port], guard, &user, &group);
        std::fs::write(&config, told).expect("a configuration");
        let mut command = if is_root() {
            let owned = Command::new("chown").args(["-R", &format!("{user}:{group}")]).arg(folder.path()).status();
            assert!(owned.is_ok_and(|status| status.success()), "chown to {user}");
            let mut command = Command::new("setpriv");
            command.args(["--reuid", &user, "--regid", &group, "--clear-groups", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let daemon = command
            .arg("-C")
            .arg(&config)
            .arg("-bdf")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the mail server starts");
        let server = Self { daemon, folder, port, tls_port };
        let begun = Instant::now();
        while !server.answers() {
            assert!(begun.elapsed() < PATIENCE, "the mail server did not start: {}", server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The same with user and password.
    pub fn url_of(&self, user: &str, password: &str) -> String {
        format!("smtp://{user}:{password}@127.0.0.1:{}", self.port)
    }

    /// The same with TLS from the first byte.
    pub fn tls_url_of(&self, user: &str, password: &str) -> String {
        format!("smtps://{user}:{password}@127.0.0.1:{}", self.tls_port)
    }

    /// The certificate a guarded server made for itself.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// The Maildir of `desk@`, to which mails come back.
    pub fn desk(&self) -> PathBuf {
        self.folder.path().join("desk")
    }

    /// The mails everybody else has got, once there are that many.
    pub fn inbox(&self, count: usize) -> Vec<Vec<u8>> {
        self.wait_for(&self.folder.path().join("inbox/new"), count)
    }

    /// Waits until that many mails have come back.
    pub fn came_back(&self, count: usize) -> Vec<Vec<u8>> {
        self.wait_for(&self.desk().join("new"), count)
    }

    fn wait_for(&self, folder: &Path, count: usize) -> Vec<Vec<u8>> {
        let begun = Instant::now();
        loop {
            let mut files: Vec<PathBuf> =
                std::fs::read_dir(folder).expect("a Maildir").map(|entry| entry.expect("a mail").path()).collect();
            files.sort();
            if files.len() >= count {
                return files.iter().map(|file| std::fs::read(file).expect("a mail")).collect();
            }
            assert!(begun.elapsed() < PATIENCE, "{} of {count} mails came: {}", files.len(), self.log());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn answers(&self) -> bool {
        let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut line = String::new();
        let read = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| BufReader::new(stream).read_line(&mut line));
        read.is_ok() && line.starts_with("220")
    }

    fn log(&self) -> String {
        ["mainlog", "paniclog", "rejectlog"]
            .map(|name| std::fs::read_to_string(self.folder.path().join("log").join(name)).unwrap_or_default())
            .concat()
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

fn program() -> Option<PathBuf> {
    ["/usr/sbin/exim4", "/usr/sbin/exim"].map(PathBuf::from).into_iter().find(|path| path.exists())
}

fn is_root() -> bool {
    answer("-u") == "0"
}

/// Whom the server runs as: nobody where this is root.
fn account() -> (String, String) {
    if is_root() { ("nobody".into(), "nogroup".into()) } else { (answer("-un"), answer("-gn")) }
}

fn answer(option: &str) -> String {
    let output = Command::new("id").arg(option).output().expect("id answers");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A certificate for 127.0.0.1, signed by nobody but itself.
fn certificate(folder: &Path) {
    let request = folder.join("request.cnf");
    let told = "[req]\ndistinguished_name = dn\nx509_extensions = own\nprompt = no\n[dn]\nCN = 127.0.0.1\n\
                [own]\nbasicConstraints = critical,CA:FALSE\nsubjectAltName = IP:127.0.0.1\n";
    std::fs::write(&request, told).expect("a request");
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-config"])
        .arg(&request)
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("cert.pem"))
        .stderr(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "openssl makes a certificate: apt-get install -y openssl");
}

/// What a guarded server says more: above all sections, in the check of recipients, and how to sign in.
fn guards(folder: &Path, guard: Guard) -> [String; 3] {
    let Guard::Auth(mechanism) = guard else {
        return ["tls_advertise_hosts =".into(), String::new(), String::new()];
    };
    let folder = folder.display();
    let (prompts, user, password) = match mechanism {
        "PLAIN" => (":", "$auth2", "$auth3"),
        "LOGIN" => ("<| Username: | Password:", "$auth1", "$auth2"),
        other => panic!("no mechanism {other}"),
    };
    [
        format!(
            "tls_advertise_hosts = *
tls_certificate = {folder}/cert.pem
tls_privatekey = {folder}/key.pem
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}"
        ),
        "  deny !authenticated = *\n    message = 5.7.0 sign in first\n".into(),
        format!(
            "begin authenticators
own:
  driver = plaintext
  public_name = {mechanism}
  server_prompts = {prompts}
  server_condition = ${{if and{{{{eq{{{user}}}{{{USER}}}}}{{eq{{{password}}}{{ge:heim@}}}}}}}}
  server_set_id = {user}
"
        ),
    ]
}

fn configuration(folder: &Path, ports: [u16; 2], guard: Guard, user: &str, group: &str) -> String {
    let [own, recipients, authenticators] = guards(folder, guard);
    let folder = folder.display();
    let [port, tls_port] = ports;
    format!(
        "primary_hostname = mail.example.test
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
smtp_accept_max = 200
smtp_accept_max_per_connection = 200
rfc1413_hosts =
{own}
dsn_advertise_hosts = *
keep_environment =
qualify_domain = example.test
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
{recipients}  deny local_parts = refused
    message = 5.1.1 no such mailbox here
  defer local_parts = busy
    message = 4.3.2 come again later
  accept
begin routers
gone:
  driver = redirect
  local_parts = bounced
  allow_fail
  data = :fail: 5.7.1 the mailbox was closed
desk:
  driver = accept
  local_parts = desk
  transport = desk
everybody:
  driver = accept
  transport = inbox
begin transports
desk:
  driver = appendfile
  maildir_format
  directory = {folder}/desk
  user = {user}
  group = {group}
inbox:
  driver = appendfile
  maildir_format
  directory = {folder}/inbox
  user = {user}
  group = {group}
  delivery_date_add
  envelope_to_add
  return_path_add
{authenticators}"
    )
}
