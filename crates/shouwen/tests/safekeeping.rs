//! `shouwen backup`, `restore`, `verify`: what can be trusted after a fire.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::path::{Path, PathBuf};

use common::service::Service;
use common::{House, SHEET, furnish, houses};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

fn backup(house: &House) -> (PathBuf, Value) {
    let file = house.files.path().join("desk.backup");
    let answer = house.json("backup", ["backup", file.to_str().unwrap()]);
    (file, answer)
}

fn verified(house: &House) -> Value {
    let report = house.json("verify", ["verify"]);
    assert_eq!(report["problems"], serde_json::json!([]));
    report
}

/// Everything below a directory with its bytes.
fn content(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// Whoever copies a stopped branch's directory copies all of it with the one file, however much lay in the log.
#[test]
fn m6_a_stopped_service_leaves_nothing_in_a_log() {
    const MUCH: &str = "INSERT OR REPLACE INTO setting (branch_id, name, body) SELECT branch_id, 'much', \
        '\"' || hex(zeroblob(1500000)) || '\"' FROM branch";
    let house = House::sqlite();
    furnish(&house);
    for turn in 0..3 {
        let service = Service::start(&house);
        assert_eq!(tamper(&house, MUCH), 1);
        assert!(house.directory().join("shouwen.db-wal").metadata().unwrap().len() > 1_000_000);
        service.stop();
        let names = content(house.directory()).into_iter().map(|(path, _)| path.file_name().unwrap().to_owned());
        assert_eq!(names.collect::<Vec<_>>(), ["shouwen.db", "shouwen.lock", "vault.key"], "turn {turn}");
    }
}

#[test]
fn a_backup_comes_back_on_either_engine_with_people_tokens_and_sealed_phones() {
    for from in houses() {
        let token = furnish(&from);
        let before = verified(&from);
        let (file, written) = backup(&from);
        assert!(written["summary"]["tables"]["complaint"] == 2, "{written:#}");
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"19900000001"), "no phone lies in a backup in clear");
        for to in houses() {
            let restored = to.json("backup", ["restore", file.to_str().unwrap()]);
            assert_eq!(restored["summary"]["tables"], written["summary"]["tables"]);
            assert_eq!(verified(&to), before);
            assert!(to.done(["user", "list"]).out.starts_with("li.min"));
            let service = Service::start(&to);
            let mut connection = common::http::Connection::open(service.address).unwrap();
            let bearer = format!("Bearer {token}");
            let headers = [("authorization", bearer.as_str()), ("accept", "application/json")];
            let path = "/tmf-api/troubleTicket/v4/troubleTicket?externalId=TS1";
            let answer = connection.send("GET", path, &headers, "").unwrap();
            assert_eq!(answer.status, 200, "the token survives: {answer:?}");
            assert_eq!(answer.header("x-total-count"), Some("1"), "{answer:?}");
            service.stop();
            // Imported again it is known: the keyed hashes are the same.
            let sheet = to.file("again.csv", SHEET);
            let again = to.json("import", ["import", "complaints", sheet.to_str().unwrap(), "--datum", "wgs84"]);
            assert_eq!(again["unchanged"], 2, "{again:#}");
        }
    }
}

#[test]
fn a_damaged_file_is_refused_and_the_target_stays_untouched() {
    let from = House::sqlite();
    furnish(&from);
    let (good, _) = backup(&from);
    let whole = std::fs::read(&good).unwrap();
    let middle = whole.len() / 2;
    let damaged: [(&str, Vec<u8>); 5] = [
        ("a changed byte", [&whole[..middle], &[whole[middle] ^ 1], &whole[middle + 1..]].concat()),
        ("its end is missing", whole[..whole.len() - 20].to_vec()),
        ("its half is missing", whole[..middle].to_vec()),
        ("something else", b"not a backup at all".to_vec()),
        ("nothing", Vec::new()),
    ];
    for (how, bytes) in damaged {
        let file = from.file("damaged.backup", bytes);
        for to in houses() {
            let answer = to.run(["restore", file.to_str().unwrap(), "--json"]);
            assert_eq!(answer.code, Some(1), "{how}: {answer:?}");
            assert!(answer.out.is_empty() && !answer.err.is_empty(), "{answer:?}");
            if let store::Location::Directory(directory) = &to.location {
                assert_eq!(content(directory), [], "{how}: nothing was made");
            }
            to.done(["restore", good.to_str().unwrap()]);
            assert_eq!(verified(&to)["complaints"], 2, "{how}: what was refused left it empty");
        }
    }
    assert_eq!(from.run(["restore", "/nowhere.backup"]).code, Some(1));
}

#[test]
fn a_target_that_is_not_empty_is_refused_and_keeps_what_it_has() {
    let from = House::sqlite();
    furnish(&from);
    let (file, _) = backup(&from);
    for to in houses() {
        to.done(["user", "add", "somebody"]);
        let before = to.done(["user", "list"]).out;
        let answer = to.run(["restore", file.to_str().unwrap()]);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(!answer.err.is_empty());
        assert_eq!(to.done(["user", "list"]).out, before);
        assert_eq!(verified(&to)["complaints"], 0);
    }
}

#[test]
fn a_backup_while_serving_is_one_consistent_moment() {
    for house in houses() {
        let token = furnish(&house);
        let service = Service::start(&house);
        let stop = std::sync::atomic::AtomicBool::new(false);
        let sent = std::thread::scope(|scope| {
            let load = scope.spawn(|| {
                let mut connection = common::http::Connection::open(service.address).unwrap();
                let bearer = format!("Bearer {token}");
                let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
                let mut sent = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let body = format!(
                        r#"{{"externalId":"L{sent}","description":"网速慢","severity":"一般","ticketType":"网络质量"}}"#
                    );
                    let path = "/tmf-api/troubleTicket/v4/troubleTicket";
                    let answer = connection.send("POST", path, &headers, &body).unwrap();
                    assert_eq!(answer.status, 201, "{answer:?}");
                    sent += 1;
                }
                sent
            });
            for _ in 0..3 {
                let (file, written) = backup(&house);
                let to = House::sqlite();
                to.done(["restore", file.to_str().unwrap()]);
                assert_eq!(verified(&to)["complaints"], written["summary"]["tables"]["complaint"]);
            }
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            load.join().unwrap()
        });
        service.stop();
        assert!(sent > 0);
        assert_eq!(verified(&house)["complaints"], sent + 2);
    }
}

/// Changes a store behind the program's back.
fn tamper(house: &House, statement: &str) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        match &house.location {
            store::Location::Directory(directory) => {
                let url = format!("sqlite://{}/shouwen.db", directory.display());
                let mut connection = SqliteConnection::connect(&url).await.unwrap();
                sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut connection).await.unwrap();
                let done =
                    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap().rows_affected();
                connection.close().await.unwrap();
                done
            }
            store::Location::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
                sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap().rows_affected()
            }
        }
    })
}

#[test]
fn m6_whatever_is_changed_behind_the_programs_back_is_named() {
    let changes = [
        ("a word of the journal", "UPDATE journal SET payload = replace(payload, '上网慢', '上网快')"),
        (
            "who did it",
            "UPDATE journal SET actor = '{\"kind\":\"person\",\"id\":\"0199f000-0000-7000-8000-000000000000\",\"name\":\"x\"}'",
        ),
        ("when it was done", "UPDATE journal SET at = at + 1000000"),
        ("an entry less", "DELETE FROM journal"),
        (
            "the stored complaint",
            "UPDATE complaint_record SET document = (SELECT r.document FROM complaint_record r ORDER BY r.complaint_id LIMIT 1)",
        ),
        ("what lists show", "UPDATE complaint SET state = 'closed', is_open = false"),
        ("a due time", "UPDATE complaint SET due_at = due_at + 3600000000"),
        ("the evidence", "UPDATE evidence SET body = (SELECT hash FROM journal LIMIT 1)"),
        ("evidence less", "DELETE FROM evidence"),
        ("the stored complaint less", "DELETE FROM complaint_record"),
    ];
    for house in houses() {
        furnish(&house);
        let (good, _) = backup(&house);
        for (what, statement) in changes {
            let victim = match &house.location {
                store::Location::Directory(_) => House::sqlite(),
                store::Location::Postgres(_) => House::on(store::testing::Engine::Postgres).unwrap(),
            };
            victim.done(["restore", good.to_str().unwrap()]);
            assert!(tamper(&victim, statement) > 0, "{what}");
            let answer = victim.run(["verify", "--json"]);
            assert_eq!(answer.code, Some(1), "{what}: {answer:?}");
            let report = answer.json("verify");
            let problems = report["problems"].as_array().unwrap();
            assert!(!problems.is_empty(), "{what}");
            let subjects = problems.iter().map(|problem| problem["subject"].as_str().unwrap());
            assert!(subjects.into_iter().all(|subject| subject.starts_with("TS-")), "{what}: {report:#}");
            let plain = victim.run(["verify"]);
            assert!(plain.out.contains("TS-"), "{what}: {plain:?}");
        }
    }
}

#[test]
fn a_database_file_with_a_changed_byte_is_named_or_refused() {
    let house = House::sqlite();
    furnish(&house);
    let database = house.directory().join("shouwen.db");
    let whole = std::fs::read(&database).unwrap();
    let needle = "室内没有信号".as_bytes();
    let found: Vec<usize> =
        (0..whole.len() - needle.len()).filter(|at| &whole[*at..*at + needle.len()] == needle).collect();
    let mut named = 0;
    for at in found {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x01;
        std::fs::write(&database, damaged).unwrap();
        let answer = house.run(["verify", "--json"]);
        assert!(matches!(answer.code, Some(0 | 1)), "byte {at}: {answer:?}");
        named += u32::from(answer.code == Some(1));
    }
    // Further copies lie in space the database has given up; nothing reads them.
    assert!(named >= 2, "the journal and the stored row hold the words");
    std::fs::write(&database, &whole).unwrap();
    verified(&house);
}

#[test]
fn a_wrong_key_file_is_refused_and_nothing_is_overwritten() {
    let house = House::sqlite();
    furnish(&house);
    let key = house.directory().join("vault.key");
    let own = std::fs::read(&key).unwrap();
    for wrong in [vec![7; 32], vec![7; 5], Vec::new()] {
        std::fs::write(&key, &wrong).unwrap();
        let answer = house.run(["user", "list"]);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(answer.err.contains("key"), "{answer:?}");
        assert_eq!(std::fs::read(&key).unwrap(), wrong);
    }
    std::fs::write(&key, own).unwrap();
    house.done(["user", "list"]);
}
