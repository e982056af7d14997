//! `shouwen demo` and the verbs that need nothing.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use common::{House, houses, run};
use serde_json::Value;

#[test]
fn the_demo_city_has_one_sign_in_per_role_and_is_composed_once() {
    let house = House::sqlite();
    let first = house.done(["demo", "--no-serve"]);
    let lines: Vec<Vec<&str>> = first.out.lines().map(|line| line.split('\t').collect()).collect();
    assert!(lines.len() >= 10, "{first:?}");
    let mut roles: Vec<&str> = lines.iter().map(|line| line[0]).collect();
    roles.sort_unstable();
    roles.dedup();
    assert_eq!(roles.len(), lines.len(), "one line per role");
    assert!(lines.iter().all(|line| line.len() == 3 && line.iter().all(|part| !part.is_empty())), "{lines:?}");
    let again = house.done(["demo", "--no-serve", "--json"]);
    for (line, plain) in again.out.lines().zip(&lines) {
        let value: Value = serde_json::from_str(line).unwrap();
        common::schema::hold("demo", &value);
        assert_eq!([&value["role"], &value["sign_in"], &value["password"]], [plain[0], plain[1], plain[2]]);
    }
    let report = house.json("verify", ["verify"]);
    assert_eq!(report["problems"], serde_json::json!([]));
    assert!(report["complaints"].as_u64().unwrap() > 100, "{report:#}");
    let people = house.done(["user", "list"]);
    assert!(lines.iter().all(|line| people.out.lines().any(|person| person.starts_with(line[1]))), "{people:?}");
    house.done(["demo", "--no-serve", "--reset"]);
}

#[test]
fn m6_a_city_with_years_behind_it_is_whole_on_both_engines() {
    for house in houses() {
        house.done(["demo", "--no-serve", "--complaints", "1400"]);
        let report = house.json("verify", ["verify"]);
        assert_eq!(report["problems"], serde_json::json!([]));
        // Of the last day's some would arrive only after now.
        let complaints = report["complaints"].as_u64().unwrap();
        assert!((1_350..=1_400).contains(&complaints), "{report:#}");
        assert!(report["entries"].as_u64().unwrap() > 6 * complaints, "most have been told to their end: {report:#}");
    }
}

#[test]
fn composing_cut_short_is_begun_anew() {
    let house = House::sqlite();
    let mut composing = house.command(["demo", "--no-serve"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    // Killed once people are there: what was left over used to be taken for somebody's data.
    while composing.try_wait().unwrap().is_none() && house.run(["user", "list"]).out.lines().count() < 3 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    composing.kill().unwrap();
    composing.wait().unwrap();
    assert!(house.done(["demo", "--no-serve"]).out.lines().count() >= 10);
    assert_eq!(house.json("verify", ["verify"])["problems"], serde_json::json!([]));
}

#[test]
fn a_store_with_other_data_is_neither_composed_into_nor_emptied() {
    let house = House::sqlite();
    house.done(["user", "add", "li.min"]);
    for args in [&["demo", "--no-serve"][..], &["demo", "--no-serve", "--reset"]] {
        let answer = house.run(args);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(answer.out.is_empty());
    }
    assert!(house.done(["user", "list"]).out.starts_with("li.min"));
}

#[test]
fn help_stands_in_both_languages_and_completions_are_printed() {
    for verb in ["due", "check", "import", "serve", "demo", "backup", "restore", "verify", "user", "token", "calibrate"]
    {
        let help = run([verb, "--help"]);
        assert_eq!(help.code, Some(0), "{verb}");
        assert!(help.out.contains(" · "), "{verb}: {}", help.out);
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(run(["completions", shell]).out.contains("shouwen"), "{shell}");
    }
}

#[test]
fn messages_are_chinese_unless_english_is_asked_for() {
    let house = House::sqlite();
    let said = |variables: &[(&str, &str)]| {
        let mut command = house.command(["token", "revoke", "nobody"]);
        command.env_remove("SHOUWEN_LANG").envs(variables.iter().copied());
        common::Answer::of(&command.output().unwrap()).err
    };
    let is_chinese = |text: &str| text.contains("没有有效的令牌");
    assert!(is_chinese(&said(&[])));
    assert!(is_chinese(&said(&[("LANG", "zh_CN.UTF-8")])));
    assert!(!is_chinese(&said(&[("LANG", "en_US.UTF-8")])));
    assert!(is_chinese(&said(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "zh_CN.UTF-8")])));
    assert!(!is_chinese(&said(&[("LC_ALL", "zh_CN.UTF-8"), ("SHOUWEN_LANG", "en")])));
}

#[test]
fn wrong_command_lines_end_with_2_and_say_why() {
    let cases: [&[&str]; 8] = [
        &[],
        &["fly"],
        &["due"],
        &["due", "--from"],
        &["verify", "--data", "a", "--database", "postgres://b"],
        &["import", "cats", "x.csv"],
        &["serve", "--listen", "nowhere"],
        &["demo", "--seed", "-1"],
    ];
    for args in cases {
        let answer = run(args);
        assert_eq!(answer.code, Some(2), "{args:?}: {answer:?}");
        assert!(answer.out.is_empty() && !answer.err.is_empty(), "{answer:?}");
    }
}

#[test]
fn whatever_is_typed_nothing_panics() {
    const WORDS: [&str; 44] = [
        "due",
        "check",
        "import",
        "user",
        "token",
        "verify",
        "backup",
        "restore",
        "calibrate",
        "completions",
        "add",
        "list",
        "create",
        "revoke",
        "passwd",
        "cells",
        "alarms",
        "--json",
        "--data",
        "--database",
        "--from",
        "--budget",
        "--lon",
        "--lat",
        "--at",
        "--radius",
        "--points",
        "--datum",
        "--half-day",
        "--role",
        "--strict",
        "--dry-run",
        "--",
        "",
        "-",
        "113.1",
        "-9999999999999999999",
        "NaN",
        "half-day",
        "2026-03-04 09:15",
        "postgres://nobody@127.0.0.1:1/x",
        "gcj02",
        "工单\u{0}",
        "\u{202e}🏚",
    ];
    let folder = tempfile::tempdir().unwrap();
    // A small generator of its own: the same walk every time.
    let mut state = 20_261_124_u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..300 {
        let count = 1 + next(6);
        let args: Vec<&str> =
            (0..count).map(|_| WORDS[next(WORDS.len())]).filter(|word| !word.contains('\0')).collect();
        let mut command = common::program(folder.path());
        let output = command.args(&args).stdin(std::process::Stdio::null()).output().unwrap();
        let answer = common::Answer::of(&output);
        assert!(matches!(answer.code, Some(0..=2)), "{args:?}: {answer:?}");
        assert!(answer.code == Some(0) || !answer.err.is_empty(), "{args:?}: a failure says why: {answer:?}");
    }
}

#[test]
fn a_fresh_directory_becomes_a_store_and_a_taken_address_is_told() {
    let house = House::sqlite();
    assert!(!house.directory().exists());
    assert_eq!(house.done(["user", "list"]).out, "");
    assert!(house.directory().join("shouwen.db").exists());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let answer = house.run(["serve", "--listen", &address]);
    assert_eq!(answer.code, Some(1));
    assert!(answer.err.contains(&address), "{answer:?}");
    let unreachable = run(["user", "list", "--database", "postgres://nobody@127.0.0.1:1/nothing"]);
    assert_eq!(unreachable.code, Some(1));
}
