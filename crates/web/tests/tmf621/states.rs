//! The life of a ticket: every pair of states, its history, and what people do inside (tmf §3, §7, §9.6).

use domain::flow::{Action, Party};
use domain::person::Role;
use serde_json::{Value, json};
use web::api::tmf621::status::Status;
use web::api::tmf621::ticket::parse_id;

use crate::harness::House;

/// How a client brings a fresh ticket to each state.
fn way(to: Status) -> &'static [&'static str] {
    match to {
        Status::Acknowledged => &[],
        Status::InProgress => &["inProgress"],
        Status::Pending => &["inProgress", "pending"],
        Status::Held => &["inProgress", "held"],
        Status::Resolved => &["inProgress", "resolved"],
        Status::Closed => &["inProgress", "resolved", "closed"],
        Status::Rejected => &["rejected"],
        Status::Cancelled => &["cancelled"],
    }
}

async fn brought(house: &House, to: Status) -> String {
    let id = house.fresh(json!({"externalId": format!("x-{}", house.desk.fresh_key())})).await;
    for step in way(to) {
        house.later(60);
        let moved = house.patch(&id, &json!({"status": step})).await.expect(200);
        assert_eq!(moved["status"], *step);
    }
    house.later(60);
    id
}

#[tokio::test]
async fn m1_s9_6_all_pairs_of_states_move_or_refuse_as_the_diagram_says() {
    let house = House::new().await;
    for from in Status::ALL {
        for to in Status::ALL {
            let id = brought(&house, from).await;
            let before = house.ticket(&id).await;
            let answer = house.patch(&id, &json!({"status": to.as_str(), "statusChangeReason": "因为"})).await;
            let case = format!("{} → {}", from.as_str(), to.as_str());
            let history = |ticket: &Value| ticket["statusChange"].as_array().expect("a list").clone();
            if from == to {
                assert_eq!(answer.status, 200, "{case}");
                assert_eq!(history(&house.ticket(&id).await).len(), history(&before).len(), "{case}: no history");
            } else if from.next().contains(&to) {
                let after = answer.expect(200);
                let entry = history(&after).pop().expect("an entry");
                assert_eq!(history(&after).len(), history(&before).len() + 1, "{case}");
                let now = web::api::time::show_own(house.desk.now());
                assert_eq!(entry, json!({"status": to.as_str(), "changeDate": now, "changeReason": "因为"}), "{case}");
                assert_eq!((&after["statusChangeDate"], &after["lastUpdate"]), (&json!(now), &json!(now)), "{case}");
                assert_eq!(after["statusChangeReason"], "因为");
                assert_eq!(after, house.ticket(&id).await);
            } else {
                let error = answer.expect(409);
                assert!(error["reason"].is_string() && error["code"].is_string(), "{case}");
                assert_eq!(house.ticket(&id).await, before, "{case}: nothing changed");
            }
        }
    }
}

#[tokio::test]
async fn m1_s3_the_same_state_again_leaves_no_trace() {
    let house = House::new().await;
    for state in Status::ALL {
        let id = brought(&house, state).await;
        let before = house.ticket(&id).await;
        assert_eq!(house.patch(&id, &json!({"status": state.as_str()})).await.expect(200), before);
        assert_eq!(house.ticket(&id).await, before, "{}", state.as_str());
    }
}

#[tokio::test]
async fn m1_s3_resolved_sets_the_resolution_date_unless_the_client_does() {
    let house = House::new().await;
    let id = brought(&house, Status::InProgress).await;
    assert!(house.ticket(&id).await.get("resolutionDate").is_none());
    let now = web::api::time::show_own(house.desk.now());
    assert_eq!(house.patch(&id, &json!({"status": "resolved"})).await.expect(200)["resolutionDate"], now);
    let id = brought(&house, Status::InProgress).await;
    let own = json!({"status": "resolved", "resolutionDate": "2026-05-06T09:00:00+08:00"});
    assert_eq!(house.patch(&id, &own).await.expect(200)["resolutionDate"], "2026-05-06T01:00:00Z");
}

#[tokio::test]
async fn m1_s3_an_unknown_state_is_400_and_moves_with_attributes_are_one_change() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    for bad in [json!("open"), json!(""), json!(1), Value::Null, json!("InProgress")] {
        assert_eq!(house.patch(&id, &json!({"status": bad})).await.status, 400, "{bad}");
    }
    let before = house.ticket(&id).await;
    assert_eq!(house.patch(&id, &json!({"name": "新", "status": "closed"})).await.status, 409);
    assert_eq!(house.patch(&id, &json!({"name": 5, "status": "inProgress"})).await.status, 400);
    assert_eq!(house.ticket(&id).await, before, "all or nothing");
    let after =
        house.patch(&id, &json!({"name": "新", "status": "inProgress", "note": [{"text": "开始"}]})).await.expect(200);
    assert_eq!(
        (&after["name"], &after["status"], &after["note"][0]["text"]),
        (&json!("新"), &json!("inProgress"), &json!("开始"))
    );
    let (complaint, _) = parse_id(&id).expect("an id");
    assert_eq!(
        house.desk.entries(&house.desk.house(), complaint).await.expect("entries").len(),
        2,
        "one entry for all of it"
    );
}

#[tokio::test]
async fn m1_s7_what_people_do_inside_is_told_by_the_shortest_legal_way() {
    let house = House::new().await;
    let handler = house.person("limin", Role::Handler).await;
    let id = house.fresh(json!({})).await;
    let (complaint, _) = parse_id(&id).expect("an id");
    let act = |action: Action| house.desk.act_all(&handler, complaint, None, vec![action], None);
    act(Action::Accept).await.expect("accepted");
    let means = domain::complaint::Means::Call;
    act(Action::Contact { means, reached: true, took_place: house.desk.now(), summary: "说了".into() })
        .await
        .expect("recorded");
    act(Action::Transfer { department: "优化中心".into(), reason: "参数".into() }).await.expect("transferred");
    assert_eq!(house.ticket(&id).await["status"], "inProgress");
    act(Action::Suspend { waits_on: Party::Others, until: None, reason: "等物业".into() }).await.expect("held");
    assert_eq!(house.ticket(&id).await["status"], "held");
    act(Action::Resume { reason: String::new() }).await.expect("resumed");
    act(Action::Reply { text: "已修复，回电 13800001234".into() }).await.expect("answered");
    let ticket = house.ticket(&id).await;
    let states: Vec<_> =
        ticket["statusChange"].as_array().expect("a list").iter().map(|change| change["status"].clone()).collect();
    assert_eq!(json!(states), json!(["acknowledged", "inProgress", "held", "inProgress", "resolved"]));
    for pair in states.windows(2) {
        let status = |value: &Value| Status::named(value.as_str().expect("a name")).expect("a status");
        assert!(status(&pair[0]).next().contains(&status(&pair[1])), "{pair:?}");
    }
    assert_eq!(ticket["note"][0]["text"], "已修复，回电 138****1234", "the answer reaches upstream, masked");
    let roles: Vec<_> =
        ticket["relatedParty"].as_array().expect("a list").iter().map(|party| party["role"].clone()).collect();
    assert!(roles.contains(&json!("handler")) || roles.contains(&json!("department")), "{roles:?}");
}

#[tokio::test]
async fn m1_s7_reopening_after_closed_makes_a_new_ticket_that_reopens_the_old() {
    let house = House::new().await;
    let handler = house.person("limin", Role::Handler).await;
    let id = brought(&house, Status::Closed).await;
    let old = house.ticket(&id).await;
    let (complaint, _) = parse_id(&id).expect("an id");
    house.later(3600);
    house
        .desk
        .act_all(&handler, complaint, None, vec![Action::Reopen { reason: "又坏了".into() }], None)
        .await
        .expect("reopened");

    let new_id = format!("{id}-2");
    let new = house.ticket(&new_id).await;
    assert_eq!(new["status"], "inProgress");
    let reopens = &new["troubleTicketRelationship"][0];
    assert_eq!(
        (&reopens["id"], &reopens["relationshipType"], &reopens["href"]),
        (&json!(id), &json!("reopens"), &old["href"])
    );
    assert_eq!(new["complaintNumber"], old["complaintNumber"], "inside it stays one complaint");
    let still = house.ticket(&id).await;
    assert_eq!((&still["status"], &still["statusChange"]), (&json!("closed"), &old["statusChange"]));
    assert_eq!(house.patch(&id, &json!({"status": "inProgress"})).await.status, 409);
    assert_eq!(house.patch(&id, &json!({"name": "x"})).await.status, 409);
    assert_eq!(house.patch(&new_id, &json!({"status": "resolved"})).await.expect(200)["id"], json!(new_id));
    assert_eq!(house.list("").await.expect(200)[0]["id"], json!(new_id), "lists show the newest ticket of a complaint");
    assert_eq!(house.list(&format!("id={id}")).await.expect(200)[0]["id"], json!(id));
}
