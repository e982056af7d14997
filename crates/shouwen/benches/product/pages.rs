//! Queue and complaint page with 100,000 complaints, as a signed-in handler gets them.

use std::time::{Duration, Instant};

use crate::common::http::Connection;
use crate::common::service::Service;
use crate::common::{House, houses};
use crate::{bare, figure, import, millis, quantile};

const COMPLAINTS: usize = 100_000;
const PASSWORD: &str = "a long enough password 1";

pub fn measure() {
    for house in houses() {
        let engine = bare::name(&house);
        let cells = import::cells(&house, 2_000);
        house.done(["import", "cells", cells.to_str().unwrap(), "--datum", "wgs84"]);
        add_handler(&house);
        let fill = import::csv(&house, COMPLAINTS);
        let began = Instant::now();
        house.done(["import", "complaints", fill.to_str().unwrap(), "--datum", "wgs84"]);
        let rate = COMPLAINTS as f64 / began.elapsed().as_secs_f64();
        figure(&format!("{engine}: filling with 100,000 complaints"), &format!("{rate:.0}/s"), "-", "-");
        let service = Service::start(&house);
        let mut connection = Connection::open(service.address).unwrap();
        let cookie = sign_in(&mut connection, &format!("http://{}", service.address));
        let headers = [("cookie", cookie.as_str()), ("accept", "text/html")];
        let queue = timed(&mut connection, &headers, 300, |_| "/workbench".to_owned());
        figure(&format!("{engine}: queue page, 100,000 complaints, p99"), &millis(queue), "-", "≤ 25 ms");
        let ids = bare::ids(&house.location, 300);
        let page = timed(&mut connection, &headers, 300, |turn| format!("/complaints/{}", ids[turn % ids.len()]));
        figure(&format!("{engine}: complaint page, 100,000 complaints, p99"), &millis(page), "-", "≤ 25 ms");
        service.stop();
    }
}

/// Somebody who handles complaints.
pub fn add_handler(house: &House) {
    let mut add = house.command(["user", "add", "li.min", "--role", "handler", "--password-stdin"]);
    let mut child = add.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// Signs that handler in; answers the cookie.
pub fn sign_in(connection: &mut Connection, origin: &str) -> String {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", origin)];
    let body = format!("name=li.min&password={}", PASSWORD.replace(' ', "+"));
    let answer = connection.send("POST", "/sign-in", &headers, &body).unwrap();
    let cookie = answer.header("set-cookie").unwrap_or_else(|| panic!("signed in: {answer:?}"));
    cookie.split(';').next().unwrap().to_owned()
}

fn timed(
    connection: &mut Connection,
    headers: &[(&str, &str)],
    turns: usize,
    path: impl Fn(usize) -> String,
) -> Duration {
    let mut waits: Vec<Duration> = (0..turns)
        .map(|turn| {
            let path = path(turn);
            let began = Instant::now();
            let answer = connection.send("GET", &path, headers, "").unwrap();
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            began.elapsed()
        })
        .collect();
    quantile(&mut waits, 0.99)
}
