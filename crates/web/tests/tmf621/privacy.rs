//! What of a customer never leaves the house in clear, whoever wrote it and whatever a client calls it (tmf §2.13).

use domain::flow::{Action, Party};
use domain::journal::MaskedField;
use domain::person::Role;
use serde_json::{Value, json};
use web::api::tmf621::ticket::parse_id;

use crate::harness::{House, TICKETS};

const PHONE: &str = "13800001234";
const MASKED: &str = "138****1234";

#[tokio::test]
async fn s2_13_a_reason_somebody_else_gave_is_masked() {
    let house = House::new().await;
    let handler = house.person("limin", Role::Handler).await;
    let id = house.fresh(json!({"statusChangeReason": format!("建单：{PHONE}")})).await;
    let (complaint, _) = parse_id(&id).expect("an id");
    let said = format!("客户改约 {PHONE}");
    let actions = vec![Action::Accept, Action::Suspend { waits_on: Party::Customer, until: None, reason: said }];
    house.desk.act_all(&handler, complaint, None, actions, None).await.expect("suspended");
    let ticket = house.ticket(&id).await;
    assert_eq!(ticket["statusChangeReason"], format!("客户改约 {MASKED}"), "a person's reason");
    assert_eq!(ticket["statusChange"][0]["changeReason"], format!("建单：{PHONE}"), "the client's own");

    let own = json!({"status": "inProgress", "statusChangeReason": format!("已约 {PHONE}")});
    let ticket = house.patch(&id, &own).await.expect(200);
    assert_eq!(ticket["statusChangeReason"], format!("已约 {PHONE}"), "the client's own comes back as given");
    assert!(!ticket.to_string().contains("客户改约 138000"), "{ticket}");

    let other = house.as_client("other").await;
    let seen = other.get(&format!("{TICKETS}/{id}")).await.expect(200);
    assert_eq!(seen["statusChangeReason"], format!("已约 {MASKED}"));
    assert!(!seen.to_string().contains(PHONE), "{seen}");
    for query in ["statusChangeReason.regex=13800001234", "statusChange.changeReason.regex=13800001234"] {
        assert_eq!(other.get(&format!("{TICKETS}?{query}")).await.expect(200), json!([]), "{query}");
    }
}

#[tokio::test]
async fn s2_13_what_a_person_corrected_is_no_longer_the_clients_own_text() {
    let house = House::new().await;
    let handler = house.person("limin", Role::Handler).await;
    let id = house.fresh(json!({"name": format!("回电 {PHONE}"), "ticketType": format!("上网慢 {PHONE}")})).await;
    let (complaint, _) = parse_id(&id).expect("an id");
    let before = house.ticket(&id).await;
    assert_eq!(before["ticketType"], format!("上网慢 {PHONE}"));
    let other = house.as_client("other").await.get(&format!("{TICKETS}/{id}")).await.expect(200);
    assert_eq!(other["ticketType"], format!("上网慢 {MASKED}"));

    let found = house.desk.complaint(&handler, complaint).await.expect("read").expect("there");
    let mut matter = found.matter.clone();
    matter.description = "家人电话 13900005678".into();
    matter.phenomenon = "语音 13900005678".into();
    let correct = Action::Correct { matter: matter.into(), place: found.place.into(), customer: found.customer.into() };
    house.desk.act_all(&handler, complaint, None, vec![correct], None).await.expect("corrected");
    let ticket = house.ticket(&id).await;
    assert_eq!(ticket["description"], "家人电话 139****5678");
    assert_eq!(ticket["ticketType"], "语音 139****5678");
    assert_eq!(ticket["name"], format!("回电 {PHONE}"), "what nobody touched is still the client's own");

    let again = house.patch(&id, &json!({"description": format!("请打 {PHONE}")})).await.expect(200);
    assert_eq!(again["description"], format!("请打 {PHONE}"), "what the client gives anew is its own again");
}

#[tokio::test]
async fn s2_13_nobodys_name_is_answered_but_those_on_duty_and_organisations() {
    let house = House::new().await;
    let parties = json!([
        {"id": "1", "name": "王小明"},
        {"id": "2", "role": "Customer", "name": "李小红"},
        {"id": "3", "role": "complainant", "name": "欧阳小强"},
        {"id": "4", "role": "contact", "name": "赵小刚", "@referredType": "Individual"},
        {"id": "5", "role": "Handler", "name": "值班员甲"},
        {"id": "6", "name": "示例物业公司", "@referredType": "Organization"},
    ]);
    let shown = ["王**", "李**", "欧**", "赵**", "值班员甲", "示例物业公司"];
    let posted = house.fresh(json!({"relatedParty": parties})).await;
    let patched = house.fresh(json!({})).await;
    house.patch(&patched, &json!({"relatedParty": parties})).await.expect(200);
    for id in [&posted, &patched] {
        let ticket = house.ticket(id).await;
        let names: Vec<&Value> =
            ticket["relatedParty"].as_array().expect("a list").iter().take(6).map(|party| &party["name"]).collect();
        assert_eq!(json!(names), json!(shown));
        let (complaint, _) = parse_id(id).expect("an id");
        let entries = house.desk.entries(&house.desk.house(), complaint).await.expect("entries");
        let journal = serde_json::to_string(&entries).expect("json");
        for name in ["王小明", "李小红", "欧阳小强", "赵小刚"] {
            assert!(!ticket.to_string().contains(name) && !journal.contains(name), "{name} lies in clear");
        }
    }
}

#[tokio::test]
async fn s2_13_whoever_complains_is_sealed_under_any_role() {
    let house = House::new().await;
    let handler = house.person("zhangwei", Role::Handler).await;
    for (parties, name) in [
        (json!([{"id": "1", "name": "王小明"}]), "王小明"),
        (json!([{"id": "1", "name": "王小明"}, {"id": "2", "role": "CUSTOMER", "name": "李小红"}]), "李小红"),
        (
            json!([{"id": "1", "role": "handler", "name": "甲"}, {"id": "2", "role": "投诉人", "name": "王小明"}]),
            "王小明",
        ),
    ] {
        let id = house.fresh(json!({"relatedParty": parties})).await;
        let (complaint, _) = parse_id(&id).expect("an id");
        let clear = house.desk.unmask(&handler, complaint, MaskedField::Name, "回访".into()).await.expect("sealed");
        assert_eq!(clear, name, "{parties}");
    }
}
