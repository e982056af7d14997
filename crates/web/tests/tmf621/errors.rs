//! Refusals: every one a JSON Error with code and reason (tmf §2.2, §2.7, §2.10, §9.8, §9.10, §9.14).

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::harness::{Answer, House, TICKETS, plain};

/// The Error body of an answer, checked for its form.
#[track_caller]
fn error(answer: &Answer, status: u16) -> Value {
    let body = answer.expect(status);
    assert_eq!(answer.header("content-type"), "application/json;charset=utf-8");
    assert!(body["code"].as_str().is_some_and(|code| code.parse::<u8>().is_ok()), "{body}");
    assert!(body["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{body}");
    assert_eq!(body["status"], status.to_string());
    assert_eq!(body["@type"], "Error");
    body
}

#[tokio::test]
async fn s9_10_bodies_that_are_no_ticket_are_refused_and_never_break_anything() {
    let house = House::new().await;
    let deep = format!("{{\"description\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let doubled = r#"{"description":"a","description":"b","severity":"c","ticketType":"d"}"#;
    let nul = "{\"description\":\"a\\u0000\",\"severity\":\"c\",\"ticketType\":\"d\"}";
    let bodies: [(&[u8], &str); 11] = [
        (b"", "21"),
        (b"  ", "21"),
        (b"null", "22"),
        (b"[]", "22"),
        (b"5", "22"),
        (b"\"text\"", "22"),
        (b"{", "22"),
        (deep.as_bytes(), "22"),
        (doubled.as_bytes(), "22"),
        (nul.as_bytes(), "22"),
        (b"{\"description\":\"\xff\"}", "22"),
    ];
    for (body, code) in bodies {
        let kind = [("content-type", "application/json")];
        for (method, path) in [("POST", TICKETS.to_owned()), ("PATCH", format!("{TICKETS}/{}", uuid::Uuid::nil()))] {
            let answer = house.send(method, &path, &kind, body.to_vec()).await;
            assert_eq!(error(&answer, 400)["code"], code, "{}", String::from_utf8_lossy(&body[..body.len().min(50)]));
        }
    }
}

#[tokio::test]
async fn s2_2_a_body_of_ten_megabytes_is_413() {
    let house = House::new().await;
    let body = plain(json!({"description": "慢".repeat(4_000_000)})).to_string();
    let answer = house.send("POST", TICKETS, &[("content-type", "application/json")], body).await;
    error(&answer, 413);
}

#[tokio::test]
async fn s2_1_media_types_are_looked_at() {
    let house = House::new().await;
    let body = plain(json!({})).to_string();
    for kind in [
        "application/json",
        "application/json;charset=utf-8",
        "application/json; charset=\"UTF-8\"",
        "Application/JSON",
    ] {
        house.send("POST", TICKETS, &[("content-type", kind)], body.clone()).await.expect(201);
    }
    for kind in [
        "text/plain",
        "application/xml",
        "application/merge-patch+json",
        "application/json;charset=gbk",
        "application/x-www-form-urlencoded",
    ] {
        error(&house.send("POST", TICKETS, &[("content-type", kind)], body.clone()).await, 415);
    }
    error(&house.send("POST", TICKETS, &[], body).await, 415);
    let id = house.fresh(json!({})).await;
    let path = format!("{TICKETS}/{id}");
    error(&house.send("PATCH", &path, &[("content-type", "application/json-patch+json")], "[]").await, 415);
}

#[tokio::test]
async fn s2_7_what_is_missing_or_of_the_wrong_type_is_named() {
    let house = House::new().await;
    for (name, value, code) in [
        ("description", Value::Null, "23"),
        ("severity", Value::Null, "23"),
        ("ticketType", Value::Null, "23"),
        ("description", json!(""), "24"),
        ("severity", json!(3), "24"),
        ("name", json!([]), "24"),
        ("requestedResolutionDate", json!("2026-05-01 10:00"), "24"),
        ("note", json!({"text": "x"}), "24"),
        ("note", json!([{"author": "x"}]), "23"),
        ("relatedParty", json!([{"role": "x"}]), "23"),
        ("channel", json!("app"), "24"),
        ("contactNumber", json!("not a phone"), "24"),
        ("place", json!({"longitude": 181, "latitude": 0}), "24"),
        ("place", json!({"longitude": 100}), "23"),
        ("place", json!({"longitude": 100, "latitude": 1, "crs": "moon"}), "24"),
    ] {
        let body = error(&house.post(&plain(json!({name: value}))).await, 400);
        assert_eq!(body["code"], code, "{name}: {value}");
        assert!(body["message"].as_str().expect("a message").contains(name), "{body}");
    }
    assert_eq!(house.list("").await.header("x-total-count"), "0");
}

#[tokio::test]
async fn s9_14_without_a_valid_token_nothing_is_told() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    let send = |method: &str, path: String, authorization: Option<&str>| {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        house.raw(request.body(Body::from("{}")).expect("a request"))
    };
    for method in ["GET", "POST", "PATCH", "DELETE", "PUT"] {
        for path in
            [TICKETS.to_owned(), format!("{TICKETS}/{id}"), format!("{TICKETS}/unknown"), "/tmf-api/none".into()]
        {
            let answer = send(method, path.clone(), None).await;
            assert_eq!(error(&answer, 401)["code"], "40", "{method} {path}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
            let answer = send(method, path, Some("Bearer nobody")).await;
            assert_eq!(error(&answer, 401)["code"], "41");
        }
    }
    house.desk.revoke_token("crm").await.expect("revoked");
    error(&house.get(TICKETS).await, 401);
}

#[tokio::test]
async fn s2_10_unknown_ids_are_404_for_every_verb() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    let kind = [("content-type", "application/json")];
    let absent = uuid::Uuid::nil().to_string();
    for unknown in [
        &absent,
        "x",
        "%E6%85%A2",
        "%ff",
        &format!("{id}-2"),
        &format!("{id}-1"),
        &id.to_uppercase(),
        &format!("{{{id}}}").replace(['{', '}'], "%7B"),
    ] {
        for (method, body) in [("GET", ""), ("PATCH", "{}"), ("DELETE", "")] {
            let answer = house.send(method, &format!("{TICKETS}/{unknown}"), &kind, body).await;
            assert_eq!(error(&answer, 404)["code"], "60", "{method} {unknown}");
        }
    }
    for path in [
        "/tmf-api/troubleTicket/v4/hub",
        "/tmf-api/troubleTicket/v4/hub/1",
        "/tmf-api/troubleTicket/v4",
        "/tmf-api/alarm/v4/alarm",
        &format!("{TICKETS}/{id}/note"),
    ] {
        error(&house.get(path).await, 404);
        error(&house.send("POST", path, &kind, "{}").await, 404);
    }
}

#[tokio::test]
async fn s2_10_other_verbs_are_405_and_say_which_there_are() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    for (method, path, allowed) in [
        ("PUT", TICKETS.to_owned(), "GET, HEAD, POST"),
        ("DELETE", TICKETS.to_owned(), "GET, HEAD, POST"),
        ("PATCH", format!("{TICKETS}/"), "GET, HEAD, POST"),
        ("PUT", format!("{TICKETS}/{id}"), "GET, HEAD, PATCH, DELETE"),
        ("POST", format!("{TICKETS}/{id}/"), "GET, HEAD, PATCH, DELETE"),
        ("OPTIONS", TICKETS.to_owned(), "GET, HEAD, POST"),
    ] {
        let answer = house.send(method, &path, &[], "").await;
        assert_eq!(error(&answer, 405)["code"], "61");
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn s2_10_an_address_that_leads_nowhere_is_told_in_json() {
    let house = House::new().await;
    for path in ["/tmf-api", "/tmf-api/", "/tmf-api//", "/tmf-api/none", "/tmf-api?limit=1"] {
        for method in ["GET", "POST", "PATCH", "DELETE", "PROPFIND"] {
            let answer = house.send(method, path, &[("accept", "text/html")], "").await;
            assert_eq!(error(&answer, 404)["code"], "60", "{method} {path}");
            let request = Request::builder().method(method).uri(path).header("accept", "text/html");
            error(&house.raw(request.body(Body::empty()).expect("a request")).await, 401);
        }
    }
    let page = house.raw(Request::get("/tmf-apis").body(Body::empty()).expect("a request")).await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"), "no address of the API");
}

#[tokio::test]
async fn s2_10_verbs_nobody_knows_and_the_verbs_of_the_schema_are_told_in_json() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    for (path, allowed) in [
        (TICKETS.to_owned(), "GET, HEAD, POST"),
        (format!("{TICKETS}/"), "GET, HEAD, POST"),
        (format!("{TICKETS}/{id}"), "GET, HEAD, PATCH, DELETE"),
        (web::api::tmf621::SCHEMA.to_owned(), "GET, HEAD"),
    ] {
        for method in ["PROPFIND", "QUERY"] {
            let answer = house.send(method, &path, &[], "").await;
            assert_eq!(error(&answer, 405)["code"], "61", "{method} {path}");
            assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        }
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let request = Request::builder().method(method).uri(web::api::tmf621::SCHEMA);
        let answer = house.raw(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(error(&answer, 405)["code"], "61", "{method}");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    let foreign = Request::post(web::api::tmf621::SCHEMA).header("origin", "http://evil.example");
    error(&house.raw(foreign.body(Body::empty()).expect("a request")).await, 403);
}

#[tokio::test]
async fn s2_12_deleting_needs_an_administrators_grant() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    assert_eq!(error(&house.send("DELETE", &format!("{TICKETS}/{id}"), &[], "").await, 403)["code"], "50");
    house.ticket(&id).await;
}

#[tokio::test]
async fn s2_3_a_slash_at_the_end_means_the_same() {
    let house = House::new().await;
    let kind = [("content-type", "application/json")];
    let made = house.send("POST", &format!("{TICKETS}/"), &kind, plain(json!({})).to_string()).await.expect(201);
    let id = made["id"].as_str().expect("id");
    assert_eq!(house.get(&format!("{TICKETS}/{id}/")).await.expect(200), made);
    let changed = house.send("PATCH", &format!("{TICKETS}/{id}/"), &kind, r#"{"name":"新"}"#).await.expect(200);
    assert_eq!(changed["name"], "新");
    assert_eq!(house.get(&format!("{TICKETS}/?limit=1")).await.expect(200)[0]["id"], id);
}

#[tokio::test]
async fn the_description_is_served_to_machines_and_people() {
    let house = House::new().await;
    let get = |path: &str| {
        house.raw(Request::get(path).header("accept", "text/html").body(Body::empty()).expect("a request"))
    };
    let document = get("/api/openapi.json").await.expect(200);
    assert_eq!(document["openapi"], "3.1.0");
    let page = get("/api").await;
    assert_eq!(page.status, 200);
    let html = String::from_utf8_lossy(&page.bytes);
    assert!(html.contains("troubleTicket") && html.contains("acknowledged"));
    assert!(
        !html.contains("<script") && !html.contains("style=") && !html.contains("onclick"),
        "the page keeps to the policy"
    );
}
