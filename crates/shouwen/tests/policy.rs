//! `shouwen policy`: one file for limits, ladders, grading, trees and templates.

mod common;

use std::io::Write;
use std::process::Stdio;

use common::{Answer, House, houses, program, run};
use serde_json::Value;

/// What a fresh program exports.
fn shipped() -> String {
    run(["policy", "export"]).out
}

/// Hands a text to `policy check -`.
fn checked(text: &[u8], json: bool) -> Answer {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = program(home.path());
    command.args(["policy", "check", "-"]).args(json.then_some("--json"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    // A file that is too long is not read to its end.
    let _ = child.stdin.take().expect("a pipe").write_all(text);
    Answer::of(&child.wait_with_output().expect("ends"))
}

#[test]
fn what_is_exported_passes_the_check() {
    let answer = checked(shipped().as_bytes(), false);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(answer.out.lines().count(), 1, "{answer:?}");
    assert!(answer.err.is_empty() && answer.out.contains("grading rules"), "{answer:?}");
    let json = checked(shipped().as_bytes(), true).json("policy-check");
    assert_eq!(json["ok"], true);
}

#[test]
fn each_fault_is_refused_with_its_line() {
    let text = shipped();
    for (from, to, says) in [
        ("limit = \"PT42H\"", "limit = \"-PT42H\"", "negative"),
        ("limit = \"PT42H\"", "limit = \"PT0S\"", "no time at all"),
        ("limit = \"PT42H\"", "limit = \"P9999D\"", "ten years"),
        ("states = [\"in_progress\"]", "states = [\"nowhere\"]", "unknown state `nowhere`; known: received"),
        ("\"team_leader\", \"director\"]", "\"emperor\"]", "unknown holder or role `emperor`"),
        ("pausable = false", "pausible = false", "unknown key `clocks.acceptance.pausible`"),
        ("warn_percent = 75", "warn_percent = = 75", "not TOML"),
    ] {
        let line = text[..text.find(from).unwrap_or_else(|| panic!("{from}"))].matches('\n').count() + 1;
        let wrong = text.replacen(from, to, 1);
        let answer = checked(wrong.as_bytes(), false);
        assert_eq!(answer.code, Some(1), "{to}: {answer:?}");
        assert!(answer.out.is_empty(), "{answer:?}");
        let expected = format!("-:{line}: ");
        let told = answer.err.lines().find(|told| told.starts_with(&expected)).unwrap_or_else(|| panic!("{answer:?}"));
        assert!(told.contains(says), "{told}");
        let json = checked(wrong.as_bytes(), true);
        assert_eq!(json.code, Some(1));
        let json = json.json("policy-check");
        assert_eq!((&json["ok"], &json["problems"][0]["line"]), (&Value::Bool(false), &Value::from(line)));
    }
    let several = text.replace("PT48H", "-PT48H").replace("warn_percent = 66", "warn_percent = 166");
    assert_eq!(checked(several.as_bytes(), false).err.lines().count(), 4, "each of them is told");
}

#[test]
fn hostile_texts_are_refused_and_not_more() {
    let deep = format!("a = {}1{}", "[".repeat(5_000), "]".repeat(5_000));
    for text in [
        b"".to_vec(),
        b"\xff\xfe".to_vec(),
        b"\0\0\0".to_vec(),
        deep.into_bytes(),
        vec![b'a'; 2 << 20],
        "[clocks]\n[clocks]\n".into(),
        "clocks = 1\nladder = []\ngrading = {}\ntemplates = \"x\"\nquiet_hours = 1979-05-27\n".into(),
        "[clocks]\nacceptance = [[[]]]\nhandling.limit.x = 1\n".into(),
    ] {
        let answer = checked(&text, false);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(!answer.err.is_empty() && answer.out.is_empty());
    }
    assert_eq!(run(["policy", "check", "no-such-file.toml"]).code, Some(1));
}

#[test]
fn a_version_is_imported_listed_and_written_out_again() {
    for house in houses() {
        assert_eq!(house.done(["policy", "export"]).out, shipped(), "a fresh store has the shipped policy");
        let text = shipped().replace("limit = \"PT42H\"", "limit = \"PT30H\"");
        let file = house.file("policy.toml", &text);
        let file = file.to_str().expect("a path");
        let json = house.json("policy-import", ["policy", "import", file, "--from", "2026-01-05", "--note", "缩短"]);
        assert_eq!((&json["version"], &json["in_force"]), (&Value::from(1), &Value::Bool(true)));
        assert_eq!(house.done(["policy", "export"]).out, text);
        assert_eq!(house.done(["policy", "export", "--version", "0"]).out, shipped());
        let later = house.json("policy-import", ["policy", "import", file, "--from", "2099-01-01"]);
        assert_eq!(later["in_force"], false);
        let earlier = house.run(["policy", "import", file, "--from", "2026-01-04"]);
        assert_eq!(earlier.code, Some(1));
        assert!(earlier.err.contains("2099-01-01"), "{earlier:?}");
        let wrong = house.file("wrong.toml", text.replace("PT30H", "-PT30H"));
        let refused = house.run(["policy", "import", wrong.to_str().expect("a path")]);
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("wrong.toml:") && refused.err.contains("negative"), "{refused:?}");
        let mut command = house.command(["policy", "list", "--json"]);
        let listed = Answer::of(&command.stdin(Stdio::null()).output().expect("runs"));
        let listed: Value = serde_json::from_str(&listed.out).expect("JSON");
        let versions = listed.as_array().expect("an array");
        for version in versions {
            common::schema::hold("policy-version", version);
        }
        assert_eq!(versions.len(), 2, "what was refused is not kept");
        assert_eq!((&versions[0]["in_force"], &versions[0]["note"]), (&Value::Bool(true), &Value::from("缩短")));
        assert_eq!(house.run(["policy", "export", "--version", "7"]).code, Some(1));
        let out = house.files.path().join("out.toml");
        house.done(["policy", "export", out.to_str().expect("a path")]);
        assert_eq!(std::fs::read_to_string(out).expect("written"), text);
    }
}

#[test]
fn a_wrong_file_makes_no_store() {
    let house = House::sqlite();
    let wrong = house.file("wrong.toml", "half_day = 1\n");
    assert_eq!(house.run(["policy", "import", wrong.to_str().expect("a path")]).code, Some(1));
    assert!(!house.directory().exists());
}

#[test]
fn a_dry_run_says_which_open_complaints_would_change_and_an_import_changes_them() {
    for house in houses() {
        let rows = "投诉内容,投诉时间,客户电话\n家里没信号,2026-11-20 09:00,13800001111\n上网慢,2026-11-20 10:00,13800002222\n";
        let complaints = house.file("complaints.csv", rows);
        house.done(["import", "complaints", complaints.to_str().expect("a path")]);
        let file = house.file("policy.toml", shipped().replace("limit = \"PT42H\"", "limit = \"PT30H\""));
        let file = file.to_str().expect("a path");
        let preview = house.json("policy-preview", ["policy", "import", file, "--dry-run"]);
        assert_eq!((&preview["open"], &preview["changed"]), (&Value::from(2), &Value::from(2)));
        assert_eq!(preview["first"][0]["clock"], "handling");
        assert!(preview["first"][0]["then"].as_str() < preview["first"][0]["due"].as_str());
        assert_eq!(house.json("policy-import", ["policy", "import", file])["recomputed"], 2);
        let again = house.json("policy-preview", ["policy", "import", file, "--dry-run"]);
        assert_eq!(again["changed"], 0, "it is in force");
        assert_eq!(house.run(["verify"]).code, Some(0), "the journal explains it");
    }
}
