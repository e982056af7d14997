//! What whoever runs the service sees of it: its log and its figures, of the real program.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rstest::rstest;
use serde_json::Value;
use store::testing::Engine;

mod common;

use common::House;
use common::http::{Connection, Response};
use common::service::Service;

const PHONE: &str = "13855512340";
const NAME: &str = "欧阳密名";
const WORDS: &str = "客厅无信号密语";
const SECRET: &str = "a-secret-query-word";

/// What must stand in no line of the log.
fn secrets(session: &str, token: &str) -> Vec<String> {
    let plain = [PHONE, NAME, WORDS, SECRET, session, token, "a good password", "li.min"];
    let escaped = [NAME, WORDS].map(escaped);
    plain.iter().map(ToString::to_string).chain(escaped).collect()
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

fn form(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

/// Signs in, takes a complaint in by the page and one by the open API, and looks at pages with names in their addresses.
fn a_morning(service: &Service, token: &str) -> String {
    let mut connection = Connection::open(service.address).unwrap();
    let typed = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    let entered = form(&[("name", "li.min"), ("password", "a good password")]);
    let answer = connection.send("POST", "/sign-in", &typed, &entered).unwrap();
    assert_eq!(answer.status, 303, "{answer:?}");
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let cookie = cookies.filter_map(|(_, value)| value.split(';').next()).collect::<Vec<_>>().join("; ");
    let session = cookie.split("session=").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let signed = [typed[0], typed[1], ("cookie", cookie.as_str())];
    let intake = form(&[
        ("description", WORDS),
        ("phone", PHONE),
        ("customer_name", NAME),
        ("lon", "104.06"),
        ("lat", "30.65"),
        ("address", "文三路 188 号"),
    ]);
    let answer = connection.send("POST", "/intake", &signed, &intake).unwrap();
    assert_eq!(answer.status, 303, "{answer:?}");
    let case = answer.header("location").unwrap().to_owned();
    let search = format!("/search?words={PHONE}&q={}&x={SECRET}", escaped(NAME));
    for path in [case.as_str(), &search, &format!("/nowhere/{PHONE}?q={SECRET}")] {
        connection.send("GET", path, &signed, "").unwrap();
    }
    let bearer = format!("Bearer {token}");
    let json = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let ticket = serde_json::json!({
        "description": WORDS, "severity": "Minor", "ticketType": "上网慢", "externalId": "U-1", "contactNumber": PHONE,
    });
    let answer = connection.send("POST", "/tmf-api/troubleTicket/v4/troubleTicket", &json, &ticket.to_string());
    assert_eq!(answer.unwrap().status, 201);
    for path in [format!("/tmf-api/troubleTicket/v4/troubleTicket?filter={PHONE}"), format!("/tmf-api/{PHONE}")] {
        connection.send("GET", &path, &json, "").unwrap();
    }
    session
}

/// A service with so much of a log, and what stands in the log afterwards.
fn log_of(house: &House, level: &str, format: &str, day: impl FnOnce(&Service)) -> String {
    let service = Service::start_with(house, |command| {
        command.env("SHOUWEN_LOG", level).args(["--log-format", format]);
    });
    day(&service);
    service.stop()
}

fn staffed(engine: Engine) -> Option<(House, String)> {
    let house = House::on(engine)?;
    let add = house.command(["user", "add", "li.min", "--name", "李敏", "--password-stdin"]);
    let added = common::told(add, "a good password\n");
    assert_eq!(added.code, Some(0), "{added:?}");
    let token = house.done(["token", "create", "crm"]).out.trim().to_owned();
    Some((house, token))
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn no_line_of_the_log_holds_a_phone_a_name_a_token_or_a_customers_words(#[case] engine: Engine) {
    let Some((house, token)) = staffed(engine) else { return };
    let mut session = String::new();
    let log = log_of(&house, "trace", "text", |service| session = a_morning(service, &token));
    assert!(log.contains("/complaints/{id}") && log.contains("/intake") && log.contains("answered"), "{log}");
    for secret in secrets(&session, &token) {
        let line = log.lines().find(|line| line.contains(&secret));
        assert!(line.is_none(), "{secret}: {line:?}");
    }
}

#[test]
fn every_line_of_a_request_carries_its_number_as_json() {
    let (house, token) = staffed(Engine::Sqlite).unwrap();
    let mut answer: Option<Response> = None;
    let log = log_of(&house, "info", "json", |service| {
        a_morning(service, &token);
        let mut connection = Connection::open(service.address).unwrap();
        let number = [("x-request-id", "edge-0190c7a2")];
        answer = Some(connection.send("GET", "/sign-in?next=/home", &number, "").unwrap());
    });
    assert_eq!(answer.unwrap().header("x-request-id"), Some("edge-0190c7a2"));
    let lines: Vec<Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let answered: Vec<&Value> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert!(answered.len() >= 8, "{log}");
    for line in &answered {
        let span = &line["span"];
        assert!(span["id"].as_str().is_some_and(|id| id.len() >= 8), "{line}");
        assert!(span["door"].is_string() && span["method"].is_string() && line["status"].is_u64(), "{line}");
        assert!(line["ms"].as_f64().is_some_and(|ms| ms > 0.0) && line["level"] == "INFO", "{line}");
    }
    let ours = answered.iter().filter(|line| line["span"]["id"] == "edge-0190c7a2").collect::<Vec<_>>();
    assert_eq!(ours.len(), 1);
    assert_eq!((ours[0]["span"]["door"].as_str(), ours[0]["status"].as_u64()), (Some("/sign-in"), Some(200)));
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn the_figures_of_a_running_service_can_be_scraped(#[case] engine: Engine) {
    let Some((house, token)) = staffed(engine) else { return };
    let service = Service::start_with(&house, |command| {
        command.env("SHOUWEN_METRICS_TOKEN", "the watcher's own token");
    });
    a_morning(&service, &token);
    let mut connection = Connection::open(service.address).unwrap();
    for (headers, status) in [
        (vec![], 200),
        (vec![("x-forwarded-for", "203.0.113.9")], 404),
        (vec![("x-forwarded-for", "203.0.113.9"), ("authorization", "Bearer the watcher's own token")], 200),
    ] {
        let answer = connection.send("GET", "/metrics", &headers, "").unwrap();
        assert_eq!(answer.status, status, "{headers:?}");
    }
    let text = connection.send("GET", "/metrics", &[], "").unwrap().body;
    for secret in secrets("no session", &token) {
        assert!(!text.contains(&secret), "{secret}");
    }
    assert!(text.contains("\nshouwen_complaints_open 2\n"), "{text}");
    let ready = connection.send("GET", "/readyz", &[], "").unwrap();
    assert_eq!(ready.status, 200, "{ready:?}");
    service.stop();
}

/// A collector of traces that takes what comes, and the bodies it took.
fn collector() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut length, mut line) = (0, String::new());
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            { stream }.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
            if sender.send(String::from_utf8(body).unwrap()).is_err() {
                return;
            }
        }
    });
    (format!("http://{address}"), receiver)
}

#[test]
fn traces_go_to_the_collector_that_is_named_with_what_happened_within_each_request() {
    let (house, token) = staffed(Engine::Sqlite).unwrap();
    let (endpoint, bodies) = collector();
    let service = Service::start_with(&house, |command| {
        command.args(["--otlp", &endpoint]);
    });
    let session = a_morning(&service, &token);
    let mut connection = Connection::open(service.address).unwrap();
    let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let upstream = format!("00-{trace}-{parent}-01");
    connection.send("GET", "/sign-in", &[("traceparent", &upstream)], "").unwrap();
    service.stop();
    // The last spans are sent before it ends.
    let mut spans: Vec<Value> = Vec::new();
    while let Ok(body) = bodies.recv_timeout(Duration::from_millis(500)) {
        for secret in secrets(&session, &token) {
            assert!(!body.contains(&secret), "{secret}");
        }
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["resourceSpans"][0]["resource"]["attributes"][0]["value"]["stringValue"], "shouwen");
        spans.extend(body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().iter().cloned());
    }
    let named =
        |name: &str| spans.iter().find(|span| span["name"] == name).unwrap_or_else(|| panic!("{name}: {spans:#?}"));
    let intake = named("POST /intake");
    assert_eq!((intake["kind"].as_u64(), intake["parentSpanId"].as_str()), (Some(2), Some("")));
    let within = spans.iter().filter(|span| span["traceId"] == intake["traceId"] && span["spanId"] != intake["spanId"]);
    let within: Vec<&Value> = within.collect();
    for name in ["network check", "commit"] {
        let inner = within.iter().find(|span| span["name"] == name);
        let inner = inner.unwrap_or_else(|| panic!("{name} in {within:#?}"));
        assert_eq!(inner["parentSpanId"], intake["spanId"]);
        let at = |span: &Value, name: &str| span[name].as_str().unwrap().parse::<u64>().unwrap();
        assert!(at(inner, "startTimeUnixNano") >= at(intake, "startTimeUnixNano"));
        assert!(at(inner, "endTimeUnixNano") <= at(intake, "endTimeUnixNano"));
    }
    let status = intake["attributes"].as_array().unwrap().iter().find(|one| one["key"] == "http.response.status_code");
    assert_eq!(status.unwrap()["value"]["intValue"], "303");
    let ours = spans.iter().find(|span| span["traceId"] == trace).expect("the trace of another house is taken up");
    assert_eq!(ours["parentSpanId"], parent);
}

#[test]
fn a_collector_that_is_away_delays_nothing_and_one_that_cannot_be_is_refused() {
    let (house, token) = staffed(Engine::Sqlite).unwrap();
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let service = Service::start_with(&house, |command| {
        command.args(["--otlp", &format!("http://{away}")]);
    });
    a_morning(&service, &token);
    service.stop();
    let refused = house.run(["serve", "--listen", "127.0.0.1:0", "--otlp", "https://collector.example"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("--otlp"), "{refused:?}");
}
