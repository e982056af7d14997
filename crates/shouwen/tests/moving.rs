//! `shouwen migrate` and `move`: a running branch grows out of its engine and takes everything with it (M6).

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use common::http::Connection;
use common::service::Service;
use common::tickets::TICKETS;
use common::{House, furnish, houses};
use serde_json::json;
use store::Location;
use store::testing::Engine;

fn named(house: &House) -> String {
    match &house.location {
        Location::Directory(directory) => directory.display().to_string(),
        Location::Postgres(url) => url.clone(),
    }
}

/// A server's key lies in the account's own configuration: the machine that serves gets a copy.
fn carry_key(from: &House, to: &House) {
    if let Location::Postgres(_) = to.location {
        let key = "shouwen/vault.key";
        std::fs::create_dir_all(to.files.path().join("shouwen")).unwrap();
        std::fs::copy(from.files.path().join(key), to.files.path().join(key)).unwrap();
    }
}

#[test]
fn m6_a_branch_moves_between_the_engines_and_is_the_same_there() {
    for from in houses() {
        let token = furnish(&from);
        for to in houses() {
            let answer = from.json("move", ["move", "--from", &named(&from), "--to", &named(&to)]);
            assert_eq!(answer["moved"]["tables"]["complaint"], 2);
            // Run again it finds the branch there, and says so.
            let again = from.json("move", ["move", "--from", &named(&from), "--to", &named(&to)]);
            assert_eq!(again["moved"]["resumed"], true);
            carry_key(&from, &to);
            let report = to.json("verify", ["verify"]);
            assert_eq!((&report["complaints"], &report["problems"]), (&json!(2), &json!([])));
            // Tokens, people and sealed phones came along: the service serves.
            let service = Service::start(&to);
            let bearer = format!("Bearer {token}");
            let path = format!("{TICKETS}?fields=id");
            let mut line = Connection::open(service.address).unwrap();
            let tickets = line.send("GET", &path, &[("authorization", &bearer)], "").unwrap();
            assert!(tickets.status == 200 && tickets.body.contains("\"id\""), "{tickets:?}");
            service.stop();
            // And what was done there since is not overwritten.
            to.done(["user", "add", "wang.fang"]);
            let again = from.run(["move", "--from", &named(&from), "--to", &named(&to)]);
            assert_eq!(again.code, Some(1), "{again:?}");
        }
        assert_eq!(from.json("verify", ["verify"])["complaints"], 2, "the source is as it was");
    }
}

#[test]
fn m6_a_directory_that_is_in_service_is_not_moved() {
    let (from, to) = (House::sqlite(), House::sqlite());
    furnish(&from);
    let service = Service::start(&from);
    let answer = from.run(["move", "--from", &named(&from), "--to", &named(&to)]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(!to.directory().join("shouwen.db").exists(), "the target is untouched");
    service.stop();
}

/// Killed at twelve moments of its run, and once at each stage it tells of: the same command again goes on (M6).
#[test]
fn m6_a_move_killed_at_any_moment_goes_on_when_run_again() {
    let mut dice = 20_261_126_u64;
    for from in houses() {
        furnish(&from);
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let mut unproven = 0;
            for round in 0..12 {
                let Some(to) = House::on(engine) else { continue };
                let args = ["move".to_owned(), "--from".into(), named(&from), "--to".into(), named(&to)];
                let mut child = from
                    .command(&args)
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap();
                // After so many stages, and a little.
                let told = BufReader::new(child.stderr.take().unwrap()).lines();
                assert!(told.take(1 + round % 4).count() > 0);
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                std::thread::sleep(Duration::from_micros((dice >> 33) % 20_000));
                child.kill().unwrap();
                child.wait().unwrap();
                let again = from.json("move", &args);
                assert_eq!(again["moved"]["tables"]["complaint"], 2, "round {round}");
                unproven += usize::from(again["moved"]["resumed"] == true);
                carry_key(&from, &to);
                assert_eq!(to.json("verify", ["verify"])["problems"], json!([]), "round {round}");
            }
            eprintln!("to {engine:?}: {unproven} of 12 kills came after the transaction");
        }
    }
}

#[test]
fn m6_what_is_to_be_anonymised_is_explained_before_it_is_done() {
    for house in houses() {
        furnish(&house);
        for args in [&["retention", "--plan"][..], &["retention"]] {
            let answer = house.json("retention", args);
            assert_eq!((&answer["plan"]["closed_days"], &answer["plan"]["due"]), (&json!(1_095), &json!(0)));
            assert_eq!(answer["anonymised"], 0, "nothing was closed three years ago");
        }
        assert!(house.done(["retention", "--plan"]).out.contains("nothing was changed"));
    }
}

#[test]
fn m6_a_migration_is_explained_before_it_is_done() {
    for house in houses() {
        let plan = house.json("migrate", ["migrate", "--plan"]);
        let steps = plan["steps"].as_array().unwrap();
        assert!(steps.len() >= 8 && steps.iter().all(|step| step["taken"] == false && step["does"]["zh"].is_string()));
        let distributed = house.run(["migrate", "--distributed"]);
        assert_eq!(distributed.code, Some(1), "no engine here distributes: {distributed:?}");
        let after = house.json("migrate", ["migrate", "--plan"]);
        assert_eq!(after["steps"], plan["steps"], "what is refused changes nothing");
        let done = house.json("migrate", ["migrate"]);
        assert_eq!(done["taken"], steps.len());
        assert!(done["steps"].as_array().unwrap().iter().all(|step| step["taken"] == true));
        assert_eq!(house.json("migrate", ["migrate"])["taken"], 0);
    }
}
