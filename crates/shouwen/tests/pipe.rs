//! A reader who has seen enough and closes the pipe: the program does its work and ends quietly.

mod common;

use std::process::{Command, Stdio};

use common::{House, program};

/// Runs it with nobody at the other end of its standard output.
fn unheard(mut command: Command) -> (Option<i32>, String) {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn a_closed_pipe_is_no_failure_of_any_verb() {
    let house = House::sqlite();
    house.done(["user", "add", "lm"]);
    let points = house.file("points.csv", format!("lon,lat\n{}", "104.06,30.65\n".repeat(500)));
    let points = points.to_str().expect("UTF-8");
    for args in [
        &["due", "--from", "2026-03-04 09:15", "--budget", "half-day", "--explain"][..],
        &["due", "--from", "2026-03-04 09:15", "--budget", "half-day", "--json"],
        &["check", "--lon", "104.06", "--lat", "30.65"],
        &["check", "--lon", "104.06", "--lat", "30.65", "--json"],
        &["check", "--points", points],
        &["user", "list"],
        &["token", "create", "crm"],
        &["verify"],
        &["completions", "bash"],
    ] {
        assert_eq!(unheard(house.command(args)), (Some(0), String::new()), "{args:?}");
    }
    let tokens = house.done(["token", "list"]);
    assert!(tokens.out.starts_with("crm\t"), "what was to be done is done: {tokens:?}");
}

#[test]
fn a_closed_pipe_changes_no_exit_code() {
    let house = House::sqlite();
    let points = house.file("points.csv", "lon,lat\nnowhere,30.65\n");
    let (code, said) = unheard(house.command(["check", "--points", points.to_str().expect("UTF-8")]));
    assert_eq!((code, said.as_str()), (Some(1), "1 rows are no valid place\n"));
    let mut command = house.command(["due", "--from", "yesterday", "--budget", "half-day"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().expect("ends").code(), Some(2), "with nobody to tell the reason either");
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_a_failure_with_a_reason() {
    let home = tempfile::tempdir().expect("a folder");
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a full disk");
    let mut command = program(home.path());
    command.args(["due", "--from", "2026-03-04 09:15", "--budget", "half-day"]);
    let output = command.stdout(full).output().expect("ends");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("shouwen: the answer cannot be written"), "{said}");
}
