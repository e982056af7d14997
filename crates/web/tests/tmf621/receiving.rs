//! POST and reading back (tmf §2, §7, §9.1, §9.11, §9.16).

use serde_json::{Value, json};

use crate::harness::{BASE, House, TICKETS, plain};

#[tokio::test]
async fn m1_s2_4_a_delivered_ticket_answers_201_with_location_equal_to_href() {
    let house = House::new().await;
    let answer = house.post(&plain(json!({}))).await;
    let ticket = answer.expect(201);
    assert_eq!(answer.header("content-type"), "application/json;charset=utf-8");
    let href = ticket["href"].as_str().expect("href");
    assert_eq!(answer.header("location"), href);
    assert_eq!(href, format!("{BASE}{TICKETS}/{}", ticket["id"].as_str().expect("id")));
    assert_eq!(house.get(href.strip_prefix(BASE).expect("below the base")).await.expect(200), ticket);
}

#[tokio::test]
async fn m1_s2_4_the_public_base_never_comes_from_the_host_header() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    let path = format!("{TICKETS}/{id}");
    let answer = house.send("GET", &path, &[("host", "evil.example"), ("x-forwarded-host", "evil.example")], "").await;
    assert!(answer.expect(200)["href"].as_str().expect("href").starts_with(BASE));
}

#[tokio::test]
async fn m1_s2_6_the_servers_own_attributes_are_ignored_whatever_their_value() {
    let house = House::new().await;
    let ticket = house
        .post(&plain(json!({
            "id": 5, "href": [], "creationDate": "yesterday", "lastUpdate": {}, "statusChange": "x", "statusChangeDate": 1,
            "status": "closed", "complaintNumber": 7, "flow": [], "grade": 1, "verdict": "x", "@type": 9, "@baseType": {},
            "@schemaLocation": "", "unheardOf": {"a": 1},
        })))
        .await
        .expect(201);
    assert_eq!(ticket["status"], "acknowledged");
    assert_eq!(ticket["@type"], "NetworkComplaint");
    assert_eq!(ticket["@baseType"], "TroubleTicket");
    assert!(ticket.get("unheardOf").is_none());
    assert_eq!(ticket["creationDate"], "2026-05-06T01:00:00.123Z");
    assert_eq!(
        ticket["statusChange"],
        json!([{"status": "acknowledged", "changeDate": ticket["creationDate"], "changeReason": ""}])
    );
}

#[tokio::test]
async fn m1_s7_the_schema_location_is_served() {
    let house = House::new().await;
    let ticket = house.post(&plain(json!({}))).await.expect(201);
    let location = ticket["@schemaLocation"].as_str().expect("a location");
    let request =
        axum::http::Request::get(location.strip_prefix(BASE).expect("ours")).body("".into()).expect("request");
    let schema = house.raw(request).await.expect(200);
    assert_eq!(schema["$id"], location);
    assert!(schema["properties"]["complaintNumber"].is_object());
}

#[tokio::test]
async fn m1_s3_free_texts_come_back_as_given() {
    let house = House::new().await;
    let given = json!({
        "description": " 宽带 👩🏽‍🚀 e\u{301} ﷽ \"引号\" \\ \n 第二行 ", "severity": "随便写的 P3+", "ticketType": "移动业务→网络质量→上网慢",
        "name": "标题\u{200b}", "priority": "9", "expectedResolutionDate": "2026-05-08T18:00:00+08:00",
        "requestedResolutionDate": "2026-05-07T10:00:00.500+08:00", "channel": {"id": "app", "name": "掌上营业厅"},
        "note": [{"author": "张三", "date": "2026-05-01T00:00:00Z", "text": "第一条"}, {"text": "第二条"}],
        "attachment": [{"name": "图", "url": "http://x/1.png", "size": {"amount": 1.5, "units": "MB"}}],
        "troubleTicketRelationship": [{"id": "T1", "relationshipType": "repeats"}],
    });
    let ticket = house.post(&given).await.expect(201);
    for name in
        ["description", "severity", "ticketType", "name", "priority", "note", "attachment", "troubleTicketRelationship"]
    {
        assert_eq!(ticket[name], given[name], "{name}");
    }
    assert_eq!(ticket["channel"], json!({"id": "app", "name": "掌上营业厅", "@referredType": "Channel"}));
    assert_eq!(ticket["expectedResolutionDate"], "2026-05-08T10:00:00Z");
    assert_eq!(ticket["requestedResolutionDate"], "2026-05-07T02:00:00.500Z");
    let id = ticket["id"].as_str().expect("id");
    assert_eq!(house.ticket(id).await, ticket);
    let bytes = house.get(&format!("{TICKETS}/{id}")).await.bytes;
    assert!(String::from_utf8_lossy(&bytes).contains("👩🏽‍🚀"), "raw UTF-8, not escapes");
}

#[tokio::test]
async fn m1_m2_s7_a_network_complaint_brings_place_phone_and_cell_and_gets_a_verdict() {
    let house = House::new().await;
    let ticket = house
        .post(&plain(json!({
            "@type": "NetworkComplaint", "externalId": "GD-1", "contactNumber": "13800001234", "rat": "LTE",
            "troubleTime": "2026-05-05T20:00:00+08:00", "servingCell": "460-00-131",
            "place": {"longitude": 104.061, "latitude": 30.657, "crs": "GCJ-02", "address": "示例市城东区文三路188号3幢402室", "indoor": true},
            "relatedParty": [{"id": "c-1", "role": "customer", "name": "王小明", "@referredType": "Individual"}],
        })))
        .await
        .expect(201);
    assert!(ticket["complaintNumber"].as_str().expect("a number").starts_with("TS-20260506-"));
    assert_eq!(ticket["contactNumber"], "138****1234");
    assert_eq!(
        ticket["place"],
        json!({"longitude": 104.061, "latitude": 30.657, "crs": "GCJ-02", "address": "示例市城东区文三路***", "indoor": true})
    );
    assert_eq!(ticket["rat"], "LTE");
    assert_eq!(ticket["troubleTime"], "2026-05-05T12:00:00Z");
    assert_eq!(ticket["servingCell"], "460-00-131");
    assert_eq!(ticket["flow"], "work_order");
    assert_eq!(ticket["verdict"]["cause"], "unknown");
    let roles = |list: &str| {
        let list = ticket[list].as_array().expect("a list").clone();
        list.into_iter()
            .map(|item| (item["role"].as_str().expect("role").to_owned(), item))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let parties = roles("relatedParty");
    assert_eq!(
        parties["customer"],
        json!({"id": "c-1", "role": "customer", "name": "王**", "@referredType": "Individual"})
    );
    assert!(parties.contains_key("firstOwner"));
    let entities = roles("relatedEntity");
    assert_eq!(entities["servingCell"]["id"], "460-00-131");
    assert!(entities.contains_key("networkCheck"));
}

#[tokio::test]
async fn m1_s2_13_nobody_reads_a_whole_number_name_or_address() {
    let house = House::new().await;
    let id = house
        .fresh(json!({
            "contactNumber": "+86 138-0000-1234", "place": {"address": "文三路188号3幢402室"}, "description": "请回电 13800001234",
            "relatedParty": [{"id": "1", "role": "customer", "name": "王小明"}],
        }))
        .await;
    let own = house.get(&format!("{TICKETS}/{id}")).await.expect(200);
    assert_eq!(own["description"], "请回电 13800001234", "a client's own words come back as given");
    let other = house.as_client("other").await.get(&format!("{TICKETS}/{id}")).await.expect(200);
    assert_eq!(other["description"], "请回电 138****1234", "to another client they are masked");
    for text in
        [other.to_string(), own["contactNumber"].to_string(), own["place"].to_string(), own["relatedParty"].to_string()]
    {
        for secret in ["13800001234", "王小明", "402"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    for query in
        ["contactNumber=13800001234", "place.address.regex=402", "relatedParty.name=%E7%8E%8B%E5%B0%8F%E6%98%8E"]
    {
        assert_eq!(house.list(query).await.expect(200), json!([]), "{query}");
    }
}

#[tokio::test]
async fn m1_s2_9_types_are_filled_and_empty_schema_locations_dropped() {
    let house = House::new().await;
    let ticket = house
        .post(&plain(json!({
            "relatedEntity": [{"id": "e", "role": "order", "@schemaLocation": ""}], "relatedParty": [{"id": "p", "role": "vip"}],
        })))
        .await
        .expect(201);
    assert_eq!(ticket["relatedEntity"][0], json!({"id": "e", "role": "order", "@referredType": "Entity"}));
    assert_eq!(ticket["relatedParty"][0], json!({"id": "p", "role": "vip", "@referredType": "Party"}));
}

#[tokio::test]
async fn m1_s9_16_the_same_upstream_number_is_the_same_complaint() {
    let house = House::new().await;
    let first = house.post(&plain(json!({"externalId": "GD-2026-1"}))).await.expect(201);
    let again = house.post(&plain(json!({"externalId": "GD-2026-1", "description": "另一段话"}))).await;
    assert_eq!(again.header("location"), first["href"].as_str().expect("href"));
    assert_eq!(again.expect(201), first);
    let other = house.as_client("other").await.post(&plain(json!({"externalId": "GD-2026-1"}))).await.expect(201);
    assert_ne!(other["id"], first["id"], "another client numbers for itself");
    let without = [house.fresh(json!({})).await, house.fresh(json!({"externalId": ""})).await];
    assert_ne!(without[0], without[1]);
    assert_eq!(house.list("").await.header("x-total-count"), "4");
}

#[tokio::test]
async fn m1_s9_16_a_hundred_equal_posts_at_once_make_one_complaint() {
    let house = House::new().await;
    let body = plain(json!({"externalId": "GD-100"}));
    let answers = futures::future::join_all((0..100).map(|_| house.post(&body))).await;
    let first = answers[0].expect(201)["id"].clone();
    assert!(answers.iter().all(|answer| answer.expect(201)["id"] == first));
    assert_eq!(house.list("externalId=GD-100").await.header("x-total-count"), "1");
}

#[tokio::test]
async fn m1_s2_8_a_complaint_that_came_by_another_road_has_every_mandatory_attribute() {
    let house = House::new().await;
    let matter = domain::complaint::Matter {
        title: String::new(),
        description: String::new(),
        phenomenon: String::new(),
        channel: domain::complaint::Channel::Phone,
        level: String::new(),
        service: domain::check::Service::Voice,
        technology: None,
        occurred: None,
        complained: house.desk.now(),
        serving_cell: None,
        wanted_by: None,
    };
    let intake = domain::complaint::Intake {
        matter,
        place: domain::place::Place {
            point: None,
            precision_metres: None,
            setting: domain::place::Setting::Unstated,
            address: String::new(),
        },
        phone: Some("13800001234".parse().expect("a phone")),
        customer: Some("李四".into()),
        upstream: None,
        submission: None,
        flow: None,
        grade: None,
        document: None,
    };
    house.desk.receive(&house.desk.house(), intake).await.expect("received");
    let ticket = house.list("").await.expect(200)[0].clone();
    for name in
        ["id", "href", "description", "severity", "ticketType", "status", "creationDate", "lastUpdate", "priority"]
    {
        assert!(ticket[name].as_str().is_some_and(|text| !text.is_empty()), "{name} of {ticket}");
    }
    assert_eq!(ticket["channel"]["id"], "phone");
    let types = ticket.as_object().expect("an object").iter().all(|(name, value)| typed(name, value));
    assert!(types, "{ticket}");
}

/// Whether a value is of the type its class gives it.
fn typed(name: &str, value: &Value) -> bool {
    let attribute = web::api::tmf621::attributes::TICKET.attribute(name).unwrap_or_else(|| panic!("{name}"));
    attribute.kind.clean(value, name, web::api::class::Unknown::Refuse).expect(name).as_ref() == Some(value)
}
