//! Every message is in both languages, every one a page asks for is there, and none is left over.

use std::collections::BTreeSet;
use std::path::Path;

use web::i18n::{EN, Lang, ZH};

fn keys(text: &str) -> BTreeSet<String> {
    let keyed = text.lines().filter_map(|line| line.split_once(" = "));
    keyed.map(|(key, _)| key.to_owned()).filter(|key| !key.starts_with('#')).collect()
}

/// Everything written in the room's sources and templates.
fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "html") {
            text.push_str(&std::fs::read_to_string(&path).expect("text"));
        }
    }
}

fn room() -> String {
    let mut text = String::new();
    for folder in ["src", "templates"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut text);
    }
    text
}

#[test]
fn both_languages_say_the_same_things() {
    assert_eq!(keys(ZH), keys(EN));
    for key in keys(ZH) {
        assert!(Lang::ALL.iter().all(|lang| lang.knows(&key)), "{key}");
    }
}

#[test]
fn every_message_asked_for_is_there() {
    let (text, known) = (room(), keys(ZH));
    for call in ["r.t(\"", "reader.t(\"", "r.with(\"", "reader.with(\"", "r.both(\"", "reader.both(\""] {
        for asked in text.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(known.contains(asked), "{asked} is asked for and not there");
        }
    }
    for asked in text.split("Field::new(").skip(1).filter_map(|rest| rest.split('"').nth(1)) {
        let key = format!("field-{}", asked.replace('_', "-"));
        assert!(known.contains(&key), "{key} is asked for and not there");
    }
    for asked in web::error::keys().into_iter().chain(web::names::keys()) {
        assert!(known.contains(&asked), "{asked} is asked for and not there");
    }
}

#[test]
fn no_message_is_left_over() {
    let text = room();
    let named: BTreeSet<String> = web::error::keys().into_iter().chain(web::names::keys()).collect();
    let members = ["field-", "theme-", "verdict-", "reached-"];
    for key in keys(ZH) {
        let asked = named.contains(&key) || text.contains(&format!("\"{key}\""));
        assert!(asked || members.iter().any(|family| key.starts_with(family)), "nobody asks for {key}");
    }
}
