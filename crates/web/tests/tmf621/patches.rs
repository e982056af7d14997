//! Merge patches (tmf §2.11, §3, §9.7).

use serde_json::{Value, json};

use crate::harness::{House, TICKETS, plain};

#[tokio::test]
async fn s2_11_null_removes_objects_merge_and_arrays_replace() {
    let house = House::new().await;
    let id = house
        .fresh(json!({
            "name": "标题", "priority": "1", "channel": {"id": "app", "name": "掌厅"}, "note": [{"text": "一"}, {"text": "二"}],
            "relatedParty": [{"id": "a", "role": "vip"}], "relatedEntity": [{"id": "e", "role": "order"}], "attachment": [{"url": "http://x"}],
        }))
        .await;
    let ticket = house
        .patch(
            &id,
            &json!({
                "name": null, "priority": null, "channel": {"name": null}, "note": [{"text": "三"}], "attachment": null,
                "relatedParty": [{"id": "b", "role": "vip"}], "relatedEntity": [{"id": "f", "role": "order"}],
            }),
        )
        .await
        .expect(200);
    assert!(ticket.get("name").is_none() && ticket.get("attachment").is_none());
    assert_eq!(ticket["priority"], "3", "computed again");
    assert_eq!(ticket["channel"], json!({"id": "app", "@referredType": "Channel"}));
    assert_eq!(ticket["note"], json!([{"text": "三"}]));
    assert_eq!(ticket["relatedParty"], json!([{"id": "b", "role": "vip", "@referredType": "Party"}]));
    assert_eq!(ticket["relatedEntity"], json!([{"id": "f", "role": "order", "@referredType": "Entity"}]));
    assert_eq!(house.ticket(&id).await, ticket);
    let emptied = house.patch(&id, &json!({"note": []})).await.expect(200);
    assert_eq!(emptied["note"], json!([]));
}

#[tokio::test]
async fn s3_every_patchable_attribute_changes() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    for (name, value) in [
        ("externalId", json!("GD-9")),
        ("ticketType", json!("语音")),
        ("description", json!("新内容 😀")),
        ("severity", json!("Major")),
        ("priority", json!("1")),
        ("requestedResolutionDate", json!("2026-06-01T00:00:00Z")),
        ("name", json!("题")),
        ("expectedResolutionDate", json!("2026-06-02T00:00:00Z")),
        ("resolutionDate", json!("2026-06-03T00:00:00Z")),
        ("statusChangeReason", json!("补充原因")),
        ("relatedEntity", json!([{"id": "e", "role": "r", "@referredType": "T"}])),
        ("note", json!([{"text": "x"}])),
        ("relatedParty", json!([{"id": "p", "@referredType": "T"}])),
        ("troubleTicketRelationship", json!([{"id": "t", "relationshipType": "repeats"}])),
        ("channel", json!({"id": "c", "@referredType": "T"})),
        ("attachment", json!([{"name": "n"}])),
        ("status", json!("inProgress")),
    ] {
        house.later(1);
        let after = house.patch(&id, &json!({name: value})).await.expect(200);
        assert_eq!(after[name], value, "{name}");
        assert_eq!(after["lastUpdate"], web::api::time::show_own(house.desk.now()), "{name}");
        assert_eq!(house.ticket(&id).await[name], value, "{name}");
    }
}

#[tokio::test]
async fn s2_11_read_only_attributes_are_refused_unless_they_equal_what_stands() {
    let house = House::new().await;
    let id = house.fresh(json!({"contactNumber": "13800001234", "place": {"address": "文三路1号"}})).await;
    let before = house.ticket(&id).await;
    for name in [
        "id",
        "href",
        "creationDate",
        "lastUpdate",
        "statusChange",
        "statusChangeDate",
        "@type",
        "@baseType",
        "@schemaLocation",
        "complaintNumber",
        "contactNumber",
        "place",
        "flow",
        "grade",
    ] {
        for bad in [json!("other"), Value::Null, json!(1)] {
            assert_eq!(house.patch(&id, &json!({name: bad})).await.status, 400, "{name}: {bad}");
        }
        assert_eq!(house.patch(&id, &json!({name: before[name]})).await.expect(200), before, "{name}");
    }
    let same_instant = json!({"creationDate": "2026-05-06T09:00:00.123+08:00"});
    assert_eq!(house.patch(&id, &same_instant).await.expect(200), before);
    assert_eq!(house.patch(&id, &json!({"rat": "LTE"})).await.status, 400, "absent, and given at creation only");
}

#[tokio::test]
async fn s2_11_unknown_attributes_and_removed_mandatory_ones_are_refused() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    for bad in [
        json!({"colour": "red"}),
        json!({"colour": null}),
        json!({"note": [{"text": "x", "colour": "red"}]}),
        json!({"description": null}),
        json!({"severity": null}),
        json!({"ticketType": ""}),
        json!({"description": 5}),
        json!({"channel": {"id": null}}),
        json!({"note": {"text": "x"}}),
        json!({"note": [{}]}),
        json!({"requestedResolutionDate": "soon"}),
    ] {
        assert_eq!(house.patch(&id, &bad).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn s2_11_a_patch_that_changes_nothing_leaves_no_trace() {
    let house = House::new().await;
    let id = house
        .fresh(json!({"externalId": "GD-3", "note": [{"text": "一"}], "relatedParty": [{"id": "a", "role": "customer", "name": "王小明"}]}))
        .await;
    let before = house.ticket(&id).await;
    house.later(60);
    assert_eq!(house.patch(&id, &json!({})).await.expect(200), before);
    assert_eq!(house.patch(&id, &before).await.expect(200), before, "the whole ticket sent back");
    assert_eq!(house.ticket(&id).await, before);
    assert_eq!(house.patch(&id, &json!({"resolutionDate": null, "name": null})).await.expect(200), before);
}

#[tokio::test]
async fn s2_11_both_media_types_are_taken() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    let path = format!("{TICKETS}/{id}");
    for (kind, name) in [
        ("application/merge-patch+json", "a"),
        ("application/json", "b"),
        ("application/merge-patch+json;charset=utf-8", "c"),
    ] {
        let body = json!({"name": name}).to_string();
        assert_eq!(house.send("PATCH", &path, &[("content-type", kind)], body).await.expect(200)["name"], name);
    }
}

#[tokio::test]
async fn s2_11_racing_patches_lose_nothing() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    let attributes = ["name", "severity", "priority", "ticketType", "externalId", "description"];
    let patches: Vec<_> = attributes.iter().map(|name| json!({*name: format!("新的 {name}")})).collect();
    let answers = futures::future::join_all(patches.iter().map(|patch| house.patch(&id, patch))).await;
    let ticket = house.ticket(&id).await;
    for (name, answer) in attributes.iter().zip(answers) {
        match answer.status {
            200 => assert_eq!(ticket[*name], format!("新的 {name}"), "{name}"),
            409 => assert_ne!(ticket[*name], format!("新的 {name}"), "{name}"),
            other => panic!("{name}: {other}"),
        }
    }
}

#[tokio::test]
async fn m1_a_number_that_belongs_to_another_ticket_is_refused() {
    let house = House::new().await;
    let first = house.fresh(json!({"externalId": "GD-1"})).await;
    let second = house.fresh(json!({"externalId": "GD-2"})).await;
    assert_eq!(house.patch(&second, &json!({"externalId": "GD-1", "name": "x"})).await.status, 409);
    assert_eq!(house.ticket(&second).await["externalId"], "GD-2");
    house.patch(&second, &json!({"externalId": "GD-3"})).await.expect(200);
    assert_eq!(house.post(&plain(json!({"externalId": "GD-3"}))).await.expect(201)["id"], json!(second));
    assert_eq!(house.ticket(&first).await["externalId"], "GD-1");
    let without = house.patch(&second, &json!({"externalId": null})).await.expect(200);
    assert!(without.get("externalId").is_none());
}

#[tokio::test]
async fn s2_13_a_customers_name_sent_by_patch_is_kept_masked() {
    let house = House::new().await;
    let id = house.fresh(json!({})).await;
    let party = json!({"relatedParty": [{"id": "c", "role": "customer", "name": "欧阳小明"}]});
    assert_eq!(house.patch(&id, &party).await.expect(200)["relatedParty"][0]["name"], "欧**");
}
