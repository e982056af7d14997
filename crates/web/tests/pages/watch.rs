//! What whoever runs the service asks it: the number of a request, whether it lives, whether it is ready, its figures.

use std::net::{IpAddr, Ipv4Addr};

use domain::person::Role;

use crate::house::{Browser, House, PROXY};

const HERE: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));

fn from_here() -> Browser {
    Browser { peer: HERE, ..Browser::default() }
}

fn with(name: &'static str, value: &str) -> Browser {
    Browser { headers: vec![(name, value.to_owned())], ..Browser::default() }
}

#[tokio::test]
async fn every_answer_has_the_number_of_its_request_and_a_page_that_failed_says_it() {
    let house = House::new().await;
    for path in ["/sign-in", "/nowhere", "/assets/js/main.js", "/tmf-api/nowhere", "/metrics"] {
        let (one, two) = (house.get(&Browser::default(), path).await, house.get(&Browser::default(), path).await);
        let numbers = [one.header("x-request-id"), two.header("x-request-id")];
        assert!(numbers.iter().all(|number| number.len() == 16), "{path}: {numbers:?}");
        assert_ne!(numbers[0], numbers[1], "{path}");
    }
    let page = house.get(&with("x-request-id", "edge-0190c7a2"), "/nowhere").await;
    assert_eq!((page.status, page.header("x-request-id")), (404, "edge-0190c7a2"));
    assert!(page.text.contains("edge-0190c7a2"), "{}", page.text);
    let mut part = with("x-request-id", "edge-0190c7a3");
    part.headers.push(("hx-request", "true".into()));
    assert!(house.get(&part, "/nowhere").await.text.contains("edge-0190c7a3"));
    let phone = house.get(&with("x-request-id", "13800001234"), "/nowhere").await;
    assert!(!phone.text.contains("13800001234") && phone.header("x-request-id").len() == 16);
}

#[tokio::test]
async fn it_lives_while_it_answers_and_is_ready_while_it_is_not_draining_and_its_database_answers() {
    let house = House::new().await;
    let told = house.get(&Browser::default(), "/readyz").await;
    assert_eq!(told.status, 200, "{}", told.text);
    for part in ["\"ready\":true", "\"draining\":false", "\"database\":\"answers\"", "\"network\":"] {
        assert!(told.text.contains(part), "{part}: {}", told.text);
    }
    house.web.readiness().drain();
    let told = house.get(&Browser::default(), "/readyz").await;
    assert_eq!(told.status, 503);
    assert!(told.text.contains("\"ready\":false") && told.text.contains("\"draining\":true"), "{}", told.text);
    assert_eq!(house.get(&Browser::default(), "/healthz").await.status, 200, "it lives all the same");
    assert_eq!(house.get(&Browser::default(), "/sign-in").await.status, 200, "and answers whoever comes");
}

#[tokio::test]
async fn a_database_that_is_gone_makes_it_unready_and_leaves_it_alive() {
    let house = House::new().await;
    house.desk.close().await;
    let told = house.get(&Browser::default(), "/readyz").await;
    assert_eq!(told.status, 503);
    assert!(told.text.contains("\"database\":\"away\""), "{}", told.text);
    assert_eq!(house.get(&Browser::default(), "/healthz").await.status, 200);
    let figures = house.get(&from_here(), "/metrics").await;
    assert_eq!(figures.status, 200);
    assert!(figures.text.contains("\nshouwen_store_answers 0\n"), "{}", figures.text);
}

#[tokio::test]
async fn the_figures_are_for_this_machine_and_for_the_token_and_elsewhere_there_is_nothing() {
    let house = House::new().await;
    let handler = house.person(Role::Administrator).await;
    let proxied = |name| Browser { peer: HERE, ..with(name, "203.0.113.9") };
    let outside = [
        Browser::default(),
        Browser { peer: Some(PROXY), ..Browser::default() },
        Browser { peer: Some("198.51.100.7".parse().expect("an address")), ..Browser::default() },
        handler,
        proxied("x-forwarded-for"),
        proxied("x-real-ip"),
        proxied("forwarded"),
        with("authorization", "Bearer a long token of the watcher"),
    ];
    let nothing = house.get(&with("x-request-id", "same-number"), "/nowhere").await;
    for browser in &outside {
        assert_eq!(house.get(browser, "/metrics").await.status, 404);
    }
    let there = house.get(&with("x-request-id", "same-number"), "/metrics").await;
    assert_eq!(there.text.replace("/metrics", "/nowhere"), nothing.text, "it answers as what is not there");
    assert_eq!(house.get(&from_here(), "/metrics").await.status, 200);
    house.web.watch().open_for("a long token of the watcher");
    assert_eq!(house.get(&with("authorization", "Bearer a long token of the watcher"), "/metrics").await.status, 200);
    for wrong in ["Bearer a long token of the watche", "Bearer ", "Basic a long token of the watcher"] {
        assert_eq!(house.get(&with("authorization", wrong), "/metrics").await.status, 404, "{wrong}");
    }
}

/// A figure's samples: name with labels, and value.
fn samples(text: &str) -> Vec<(&str, f64)> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
            (name, value.parse().unwrap_or_else(|_| panic!("no number: {line}")))
        })
        .collect()
}

#[tokio::test]
async fn the_figures_count_by_door_and_know_the_store() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    house
        .take_in(&handler, &[("description", "家里信号弱"), ("address", "文三路 188 号"), ("phone", "13800001234")])
        .await;
    for wrong in ["/complaints/1", "/complaints/13800001234", "/no/13800001234"] {
        assert_eq!(house.get(&handler, wrong).await.status, 404);
    }
    let answer = house.get(&from_here(), "/metrics").await;
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    assert!(answer.text.ends_with("# EOF\n") && !answer.text.contains("13800001234"), "{}", answer.text);
    let found = samples(&answer.text);
    let value = |name: &str| {
        let known = found.iter().find(|(known, _)| *known == name);
        known.unwrap_or_else(|| panic!("no {name} in {}", answer.text)).1
    };
    assert!((value("shouwen_complaints_open") - 1.0).abs() < 0.1);
    assert!((value("shouwen_store_answers") - 1.0).abs() < 0.1);
    assert!(value("shouwen_commands_total") >= 1.0 && value("shouwen_commit_commands_count") >= 1.0);
    assert!(value("process_resident_memory_bytes") > 1e6 && value("process_cpu_seconds_total") > 0.0);
    let door = |door: &str, status: u16, method: &str| {
        let labels = format!("door=\"{door}\",method=\"{method}\",status=\"{status}\"");
        value(&format!("shouwen_http_requests_total{{{labels}}}"))
    };
    assert!((door("/intake", 303, "POST") - 1.0).abs() < 0.1);
    assert!((door("/complaints/{id}", 404, "GET") - 2.0).abs() < 0.1, "one series, however many addresses");
    assert!((door("none", 404, "GET") - 1.0).abs() < 0.1);
    assert!(value("shouwen_http_request_seconds_count{door=\"/complaints/{id}\"}") >= 2.0);
    // Every figure the page of operations speaks of is there, and no other.
    let page = include_str!("../../../../docs/operations.md");
    let documented: std::collections::BTreeSet<&str> =
        page.split('`').filter(|word| word.starts_with("shouwen_") || word.starts_with("process_")).collect();
    let typed = answer.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let there: std::collections::BTreeSet<&str> = typed.filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(there, documented);
}

#[test]
fn the_rules_and_proxies_of_deploy_speak_of_figures_and_doors_there_are() {
    let page = include_str!("../../../../docs/operations.md");
    let documented: std::collections::BTreeSet<&str> =
        page.split('`').filter(|word| word.starts_with("shouwen_") || word.starts_with("process_")).collect();
    let rules = include_str!("../../../../deploy/alerts.yml");
    let asked = rules.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let asked: Vec<&str> = asked.filter(|word| word.starts_with("shouwen_") || word.starts_with("process_")).collect();
    assert!(asked.len() > 10, "{asked:?}");
    for name in asked {
        let figure =
            ["_total", "_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        assert!(documented.contains(figure), "{name}");
    }
    let doors = web::doors::doors();
    let proxies = [include_str!("../../../../deploy/nginx.conf"), include_str!("../../../../deploy/Caddyfile")];
    for door in ["/live", "/metrics", "/readyz", "/healthz"] {
        assert!(doors.iter().any(|known| known.path == door), "{door}");
        assert!(door == "/live" || proxies.iter().all(|proxy| proxy.contains(door)), "{door}");
    }
}
