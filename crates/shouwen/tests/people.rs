//! `shouwen user` and `shouwen token`.

mod common;

use std::io::Write;
use std::process::Stdio;

use common::{Answer, House, houses};

#[test]
fn a_person_is_entered_listed_and_gets_a_new_password() {
    for house in houses() {
        let made = house
            .json("user", ["user", "add", "li.min", "--role", "handler", "--name", "李敏", "--department", "网络部"]);
        assert!(made["password"].as_str().expect("made here").len() >= 16);
        let plain = house.done(["user", "add", "zhou", "--role", "administrator"]);
        assert!(plain.out.starts_with("zhou\tadministrator\t"), "{plain:?}");
        let list = house.done(["user", "list"]);
        let names: Vec<_> = list.out.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(names, ["li.min", "zhou"], "each line begins with the sign-in name: {list:?}");
        let mut command = house.command(["user", "list", "--json"]);
        let listed = Answer::of(&command.stdin(Stdio::null()).output().expect("runs"));
        let people: serde_json::Value = serde_json::from_str(&listed.out).expect("JSON");
        for person in people.as_array().expect("an array") {
            common::schema::hold("person", person);
        }
        assert!(!listed.out.contains("argon2"), "no hash leaves the store");
        let changed = house.json("user", ["user", "passwd", "li.min"]);
        assert_ne!(changed["password"], made["password"]);
    }
}

#[test]
fn a_password_is_read_from_standard_input() {
    let house = House::sqlite();
    let add = |name: &str, password: &[u8]| {
        let mut command = house.command(["user", "add", name, "--password-stdin", "--json"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
        child.stdin.take().expect("a pipe").write_all(password).expect("reads");
        Answer::of(&child.wait_with_output().expect("ends"))
    };
    let given = add("wang", "一个很长的口令 2026\n".as_bytes());
    assert_eq!(given.code, Some(0), "{given:?}");
    assert!(given.json("user")["password"].is_null(), "a given password is not repeated");
    assert_eq!(add("short", b"short\n").code, Some(1));
    assert_eq!(add("bytes", b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe").code, Some(1));
}

#[test]
fn m5_a_mail_address_is_set_changed_and_removed() {
    let house = House::sqlite();
    house.done(["user", "add", "li.min", "--mail", "li@example.org"]);
    assert_eq!(house.done(["user", "mail", "li.min", "li.min@example.org"]).out, "li.min\tli.min@example.org\n");
    assert_eq!(house.done(["user", "mail", "li.min"]).out, "li.min\t\n");
    let run = |args: &[&str]| Answer::of(&house.command(args).stdin(Stdio::null()).output().expect("runs"));
    for args in
        [&["user", "add", "wang", "--mail", "wang"][..], &["user", "mail", "li.min", "a b@c"], &["user", "mail", "x"]]
    {
        assert_eq!(run(args).code, Some(1), "{args:?}");
    }
    assert!(!house.done(["user", "list"]).out.contains("wang"), "nobody is entered with half of what was asked");
}

#[test]
fn m8_a_mail_server_that_cannot_be_one_is_refused_without_repeating_its_password() {
    let house = House::sqlite();
    let serve = |args: &[&str]| {
        let all = [&["serve", "--listen", "127.0.0.1:0"], args].concat();
        Answer::of(&house.command(all).stdin(Stdio::null()).output().expect("runs"))
    };
    for args in [
        &["--smtp", "smtp://desk:geheim@"][..],
        &["--smtp", "smtp://desk:geheim@mail.example.org"],
        &["--smtp", "smtp://mail.example.org", "--mail-from", "nobody"],
        &["--bounces", "/nowhere/at/all"],
        &["--webhook", "https://hook.example.org/geheim"],
    ] {
        let answer = serve(args);
        assert_eq!(answer.code, Some(1), "{args:?}: {answer:?}");
        assert!(!answer.err.contains("geheim") && !answer.err.is_empty(), "{answer:?}");
    }
}

#[test]
fn what_cannot_be_a_person_is_refused() {
    let house = House::sqlite();
    house.done(["user", "add", "li.min"]);
    for args in [
        &["user", "add", "li.min"][..],
        &["user", "add", "a b"],
        &["user", "add", ""],
        &["user", "add", "crew", "--role", "contractor"],
        &["user", "passwd", "nobody"],
    ] {
        let answer = house.run(args);
        assert_eq!(answer.code, Some(1), "{args:?}: {answer:?}");
        assert!(answer.out.is_empty() && !answer.err.is_empty(), "{answer:?}");
    }
    assert_eq!(house.run(["user", "add", "x", "--role", "emperor"]).code, Some(2));
    house.done(["user", "add", "crew", "--role", "contractor", "--organisation", "维护甲"]);
}

#[test]
fn m1_a_token_is_shown_once_and_stands_alone() {
    for house in houses() {
        let made = house.done(["token", "create", "eoms"]);
        let token = made.out.trim_end();
        assert_eq!(made.out, format!("{token}\n"), "the token alone");
        assert!(token.len() >= 32 && token.chars().all(|c| c.is_ascii_graphic()), "{token}");
        house.json("token", ["token", "create", "crm"]);
        let list = house.done(["token", "list", "--json"]);
        assert!(!list.out.contains(token), "only its hash is kept");
        let known: serde_json::Value = serde_json::from_str(&list.out).expect("JSON");
        assert_eq!(known.as_array().map(Vec::len), Some(2));
        for one in known.as_array().expect("an array") {
            common::schema::hold("known-token", one);
        }
        assert_eq!(house.json("revoked", ["token", "revoke", "eoms"])["revoked"], 1);
        assert_eq!(house.run(["token", "revoke", "eoms"]).code, Some(1), "there is none left");
        assert_eq!(house.run(["token", "create", " "]).code, Some(1));
    }
}
