//! `shouwen doctor`: a sound set-up is told apart from each fault, which is seeded here.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use app::clock::{Clock, SystemClock};
use domain::id::OutboxId;
use domain::post::PostKind;
use rstest::rstest;
use serde_json::{Value, json};
use sqlx::Connection;
use store::testing::Engine;
use store::{Location, Outgoing, Store};

mod common;

use common::{Answer, House};

/// A house that has somebody behind every rung.
fn staffed(engine: Engine) -> Option<House> {
    let house = House::on(engine)?;
    for role in ["administrator", "branch_chief"] {
        house.done(["user", "add", role, "--role", role]);
    }
    Some(house)
}

/// What the doctor found: exit code, and for each check how grave.
fn findings(house: &House, more: &[&str]) -> (i32, Vec<(String, String, String)>) {
    let mut command = house.command([&["doctor", "--json"], more].concat());
    let answer = Answer::of(&command.stdin(Stdio::null()).output().unwrap());
    let value = answer.json("doctor");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let found = value["findings"].as_array().unwrap().iter();
    let found = found.map(|one| (text(one, "check"), text(one, "severity"), text(&one["text"], "en")));
    let code = answer.code.unwrap();
    assert_eq!(value["sound"] == true, code == 0);
    (code, found.collect())
}

/// The errors, but for the holidays of a year nobody has announced when this runs, and for what the server of these tests
/// leaves out to be quick: it does not write through.
fn errors(house: &House, more: &[&str]) -> Vec<String> {
    let (code, found) = findings(house, more);
    let errors: Vec<_> = found.into_iter().filter(|(_, severity, _)| severity == "error").collect();
    assert_eq!(code, i32::from(!errors.is_empty()), "{errors:?}");
    let known = ["calendar", "durability"];
    errors.into_iter().map(|(check, ..)| check).filter(|check| !known.contains(&check.as_str())).collect()
}

fn warned(house: &House, check: &str) -> bool {
    findings(house, &[]).1.iter().any(|(known, severity, _)| known == check && severity == "warning")
}

fn in_store<T>(house: &House, work: impl AsyncFnOnce(&Store) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&house.location).await.unwrap();
        let done = work(&store).await;
        store.close().await;
        done
    })
}

fn sql(house: &House, text: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        match &house.location {
            Location::Directory(directory) => {
                let file = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.join("shouwen.db"));
                let mut connection = sqlx::SqliteConnection::connect_with(&file).await.unwrap();
                sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Location::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
                sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
            }
        }
    });
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn a_sound_set_up_has_no_error_and_every_check_is_told(#[case] engine: Engine) {
    let Some(house) = staffed(engine) else { return };
    assert_eq!(errors(&house, &[]), [""; 0]);
    let (_, found) = findings(&house, &[]);
    let told: Vec<&str> = found.iter().map(|(check, ..)| check.as_str()).collect();
    for check in
        ["key-file", "ulimit", "schema", "engine", "calendar", "policy", "ladder", "outbox", "ticking", "backup"]
    {
        assert!(told.contains(&check), "{check}: {told:?}");
    }
    let own: &[&str] = match engine {
        Engine::Sqlite => &["directory", "disk"],
        Engine::Postgres => &["durability", "encoding", "connections", "extensions", "clock"],
    };
    assert!(own.iter().all(|check| told.contains(check)), "{told:?}");
    // Every check has its line in the documentation.
    let page = include_str!("../../../docs/cli.md");
    assert!(told.iter().all(|check| page.contains(&format!("`{check}`"))), "{told:?}");
    assert!(warned(&house, "backup"), "there never was one");
    house.done(["backup", house.files.path().join("one.backup").to_str().unwrap()]);
    assert!(!warned(&house, "backup"));
    let plain = house.run(["doctor"]);
    assert!(plain.out.contains("sound\tschema\t"), "{plain:?}");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn nothing_is_made_where_no_store_is(#[case] engine: Engine) {
    let Some(house) = House::on(engine) else { return };
    let found = errors(&house, &[]);
    assert!(found.iter().any(|check| ["directory", "schema"].contains(&check.as_str())), "{found:?}");
    if let Location::Directory(directory) = &house.location {
        assert!(!directory.join("shouwen.db").exists());
    }
    assert!(errors(&house, &[]).contains(&"schema".to_owned()), "still nothing was made");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn what_lies_in_the_store_is_judged(#[case] engine: Engine) {
    let Some(house) = House::on(engine) else { return };
    house.done(["user", "add", "li.min", "--role", "handler"]);
    let found = errors(&house, &[]);
    assert_eq!(found, ["administrator", "ladder"], "nobody but a handler");
    house.done(["user", "add", "chief", "--role", "branch_chief"]);
    house.done(["user", "add", "admin", "--role", "administrator"]);
    assert_eq!(errors(&house, &[]), [""; 0]);
    assert!(warned(&house, "ladder"), "the chief stands for all");

    let now = SystemClock.now();
    let long_ago = now.plus_seconds(-2 * 3_600);
    let id = OutboxId(uuid::Uuid::from_u128(1));
    let stuck = Outgoing {
        id,
        kind: PostKind::Mail,
        complaint: None,
        owner: None,
        recipient: "chief@example.org".into(),
        subject: "提醒".into(),
        body: String::new(),
        message_id: format!("{id}@example.org"),
        attachments: Vec::new(),
        created: long_ago,
        not_before: long_ago,
        unique_key: "1".into(),
    };
    in_store(&house, async |store| store.enqueue(&[stuck]).await.unwrap());
    assert_eq!(errors(&house, &[]), ["outbox"]);
    sql(&house, "UPDATE outbox SET state = 'failed'");
    assert_eq!(errors(&house, &[]), [""; 0]);
    assert!(warned(&house, "outbox"));

    let weeks = json!(now.plus_seconds(-20 * 86_400));
    in_store(&house, async |store| store.put_setting("last_backup", &weeks).await.unwrap());
    assert_eq!(errors(&house, &[]), ["backup"]);
    in_store(&house, async |store| store.put_setting("last_backup", &json!(now)).await.unwrap());

    let policy = house.files.path().join("policy.toml");
    house.done(["policy", "export", policy.to_str().unwrap()]);
    house.done(["policy", "import", policy.to_str().unwrap()]);
    assert_eq!(errors(&house, &[]), [""; 0]);
    sql(&house, "UPDATE policy_version SET text = 'clock = 1'");
    assert_eq!(errors(&house, &[]), ["policy"]);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn a_schema_behind_is_left_alone_and_one_ahead_is_refused(#[case] engine: Engine) {
    let Some(house) = staffed(engine) else { return };
    sql(
        &house,
        "INSERT INTO schema_step (step, name, digest) SELECT 999, 'later', digest FROM schema_step WHERE step = 1",
    );
    assert_eq!(errors(&house, &[]), ["database"]);
    sql(&house, "DELETE FROM schema_step WHERE step >= 7");
    assert_eq!(errors(&house, &[]), [""; 0]);
    assert!(warned(&house, "schema") && warned(&house, "schema"), "looking brought nothing forward");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn a_key_file_that_is_open_wrong_or_gone_is_told(#[case] engine: Engine) {
    let Some(house) = staffed(engine) else { return };
    let key = match &house.location {
        Location::Directory(directory) => directory.join("vault.key"),
        Location::Postgres(_) => house.files.path().join("shouwen").join("vault.key"),
    };
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(errors(&house, &[]), ["key-file"]);
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    let bytes = std::fs::read(&key).unwrap();
    std::fs::write(&key, [7; 32]).unwrap();
    assert_eq!(errors(&house, &[]), ["desk"], "it opens nothing");
    std::fs::write(&key, [7; 31]).unwrap();
    assert_eq!(errors(&house, &[]), ["key-file", "desk"]);
    std::fs::remove_file(&key).unwrap();
    assert_eq!(errors(&house, &[]), ["key-file"]);
    assert!(!key.exists(), "none was made in its place");
    std::fs::write(&key, bytes).unwrap();
}

#[test]
fn a_directory_for_everybody_and_another_journal_are_told() {
    let house = staffed(Engine::Sqlite).unwrap();
    std::fs::set_permissions(house.directory(), PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(errors(&house, &[]), ["directory"]);
    std::fs::set_permissions(house.directory(), PermissionsExt::from_mode(0o700)).unwrap();
    sql(&house, "PRAGMA journal_mode = DELETE");
    assert!(warned(&house, "engine"));
}

#[test]
fn a_server_that_may_forget_is_told_by_each_setting_that_lets_it() {
    let Some(house) = staffed(Engine::Postgres) else { return };
    let forgets = || {
        let (_, found) = findings(&house, &[]);
        let (_, severity, text) = found.into_iter().find(|(check, ..)| check == "durability").unwrap();
        (severity, text.contains("fsync"), text.contains("synchronous_commit"))
    };
    // The server of these tests does not write through.
    assert_eq!(forgets(), ("error".to_owned(), true, true));
    sql(
        &house,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$",
    );
    assert_eq!(forgets(), ("error".to_owned(), true, false));
}

#[test]
fn a_database_that_does_not_answer_is_told() {
    let mut command = common::program(std::env::temp_dir().as_path());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://nobody@127.0.0.1:{port}/nowhere?sslmode=disable");
    let answer = Answer::of(&command.args(["doctor", "--database", &url]).stdin(Stdio::null()).output().unwrap());
    assert_eq!(answer.code, Some(1));
    assert!(answer.out.contains("error\tdatabase\t"), "{answer:?}");
}

#[test]
fn the_mail_server_is_asked_only_when_told_to() {
    let house = staffed(Engine::Sqlite).unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = |address: std::net::SocketAddr| format!("smtp://{address}?tls=off");
    let by = |url: &str, connect: &[&str]| {
        let options = ["--smtp", url, "--mail-from", "desk@example.org"];
        errors(&house, &[connect, &options].concat())
    };
    assert_eq!(by(&url(closed), &[]), [""; 0]);
    assert_eq!(by(&url(closed), &["--connect"]), ["mail"]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let open = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut answers = stream.try_clone().unwrap();
        answers.write_all(b"220 mx.example\r\n").unwrap();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let answer: &[u8] = if line.starts_with("QUIT") { b"221 bye\r\n" } else { b"250 mx.example\r\n" };
            if answers.write_all(answer).is_err() {
                break;
            }
        }
    });
    assert_eq!(by(&url(open), &["--connect"]), [""; 0]);
    server.join().unwrap();
}
