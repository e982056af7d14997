//! What the doors of a complaint give away, who may write, and what every answer carries. Every door with everybody: `walk.rs`.

use domain::flow::ActionKind;
use domain::person::Role;

use crate::house::{Answer, Browser, House};

#[tokio::test]
async fn foreign_and_missing_complaints_answer_alike() {
    let house = House::new().await;
    let (handler, contractor) = (house.person(Role::Handler).await, house.person(Role::Contractor).await);
    let form = [("description", "家里信号弱"), ("address", "文三路 188 号")];
    let foreign = house.take_in(&handler, &form).await;
    let missing = "/complaints/00000000-0000-7000-8000-000000000000";
    let own = foreign.trim_start_matches("/complaints/");
    // What is asked with one number is answered with one number.
    let contractor = Browser { headers: vec![("x-request-id", "one-number".into())], ..contractor };
    let blank = |text: &str| text.replace(own, "ID").replace("00000000-0000-7000-8000-000000000000", "ID");
    let alike = |what: &str, answers: [Answer; 2]| {
        assert_eq!([answers[0].status, answers[1].status], [404, 404], "{what}");
        assert_eq!(blank(&answers[0].text), blank(&answers[1].text), "{what}");
    };
    for suffix in ["", "/case", "/checks/1", "/act/note", "/act/unmask"] {
        let at = async |case: &str| house.get(&contractor, &format!("{case}{suffix}")).await;
        alike(suffix, [at(&foreign).await, at(missing).await]);
    }
    let everything = [
        ("version", "1"),
        ("text", "备注"),
        ("result", "已处理"),
        ("field", "phone"),
        ("reason", "原因"),
        ("key", "0190"),
    ];
    for action in ActionKind::ALL {
        for form in [&[][..], &everything] {
            let at = async |case: &str| house.post(&contractor, &format!("{case}/act/{}", action.as_str()), form).await;
            alike(action.as_str(), [at(&foreign).await, at(missing).await]);
        }
    }
    let page = house.get(&handler, &foreign).await;
    assert!(page.text.contains("data-version=\"1\""), "and nothing has happened to it");
}

#[tokio::test]
async fn a_write_from_another_site_is_not_carried_out() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let form = [("description", "家里信号弱"), ("address", "文三路 188 号")];
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("referer", "https://evil.example/desk.example"),
    ] {
        let from_there = Browser { headers: vec![(name, value.to_owned())], ..handler.clone() };
        assert_eq!(house.post(&from_there, "/intake", &form).await.status, 403, "{name}: {value}");
    }
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", "http://desk.example")] {
        let from_here = Browser { headers: vec![(name, value.to_owned())], ..handler.clone() };
        assert_eq!(house.post(&from_here, "/intake", &form).await.status, 303, "{name}: {value}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_a_browser_here() {
    let house = House::new().await;
    for path in ["/sign-in", "/assets/js/main.js", "/nowhere", "/workbench"] {
        let answer = house.get(&Browser::default(), path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let long = "长".repeat(200_000);
    let answer = house.post(&Browser::default(), "/sign-in", &[("name", &long)]).await;
    assert_eq!(answer.status, 413);
}
