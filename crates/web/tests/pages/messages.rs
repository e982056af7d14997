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
    let members = ["field-", "theme-", "verdict-", "reached-", "granted-", "weekday-"];
    for key in keys(ZH) {
        let asked = named.contains(&key) || text.contains(&format!("\"{key}\""));
        assert!(asked || members.iter().any(|family| key.starts_with(family)), "nobody asks for {key}");
    }
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// The keys of one of the two sets of words the browser says itself, in order.
fn said_by_the_browser(words: &str, set: &str) -> Vec<String> {
    let (_, rest) = words.split_once(&format!("\nconst {set} = {{\n")).expect("the set begins");
    let lines = rest.split_once("\n};").expect("the set ends").0.lines();
    let keys = lines.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    keys.filter_map(|line| line.split_once(':')).map(|(key, _)| key.to_owned()).collect()
}

#[test]
fn the_browser_says_the_same_things_in_both_languages() {
    let words = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/js/words.js");
    let words = std::fs::read_to_string(words).expect("text");
    let (zh, en) = (said_by_the_browser(&words, "zh"), said_by_the_browser(&words, "en"));
    assert!(zh.len() > 20, "{zh:?}");
    assert_eq!(zh, en);
    let (chinese, english) = words.split_once("\nconst en = {").expect("Chinese first");
    let english = english.split_once("\n};").expect("an end").0;
    assert!(!english.contains(is_chinese));
    assert_eq!(
        chinese.matches("    [\"").count(),
        english.matches("    [\"").count(),
        "every key is explained in both"
    );
}

#[test]
fn no_text_of_a_page_stands_outside_the_messages() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for entry in std::fs::read_dir(templates).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("text");
        // The reference of the API is written in both languages side by side, and its demo banner in both at once.
        if path.ends_with("api_reference.html") {
            for pair in text.split("self.t(\"").skip(1) {
                let (zh, rest) = pair.split_once("\", \"").expect("two texts");
                let en = rest.split('"').next().unwrap_or_default();
                assert!(zh.contains(is_chinese) || zh == "zh-CN", "{zh}");
                assert!(!en.is_empty() && !en.contains(is_chinese), "{en}");
            }
            continue;
        }
        let seal = text.replace("<b>首</b><b>问</b>", "");
        let said: String = seal.chars().filter(|c| is_chinese(*c)).collect();
        assert_eq!(said, "", "{}", path.display());
    }
}
