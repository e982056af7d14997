//! What the desk comes to know after a client replaced a list (tmf §7, §9.7).

use domain::complaint::Means;
use domain::flow::Action;
use domain::id::ComplaintId;
use domain::person::{Role, Viewer};
use serde_json::{Value, json};
use web::api::tmf621::ticket::parse_id;

use crate::harness::House;

async fn act(house: &House, who: &Viewer, complaint: ComplaintId, actions: Vec<Action>) {
    house.desk.act_all(who, complaint, None, actions, None).await.expect("done");
}

fn contact(house: &House) -> Action {
    Action::Contact { means: Means::Call, reached: true, took_place: house.desk.now(), summary: "说了".into() }
}

fn texts(ticket: &Value) -> Vec<&str> {
    ticket["note"].as_array().expect("notes").iter().map(|note| note["text"].as_str().expect("text")).collect()
}

fn with_role<'t>(ticket: &'t Value, list: &str, role: &str) -> Vec<&'t str> {
    let items = ticket[list].as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter(|item| item["role"] == role).map(|item| item["id"].as_str().expect("id")).collect()
}

#[tokio::test]
async fn s7_the_desks_answer_reaches_upstream_whenever_its_notes_were_replaced() {
    let house = House::new().await;
    let handler = house.person("limin", Role::Handler).await;
    let id = house.fresh(json!({"note": [{"text": "一"}]})).await;
    let (complaint, _) = parse_id(&id).expect("an id");
    let own = json!({"note": [{"text": "一"}, {"text": "二"}]});
    assert_eq!(texts(&house.patch(&id, &own).await.expect(200)), ["一", "二"], "exactly as left");

    let answered = Action::Reply { text: "已修复".into() };
    act(&house, &handler, complaint, vec![Action::Accept, contact(&house), answered]).await;
    assert_eq!(texts(&house.ticket(&id).await), ["一", "二", "已修复"], "replaced before the answer");

    house.later(60);
    let own = json!({"note": [{"text": "三"}]});
    assert_eq!(
        texts(&house.patch(&id, &own).await.expect(200)),
        ["三", "已修复"],
        "replaced by one that never read it"
    );
    let whole = house.ticket(&id).await;
    house.later(60);
    assert_eq!(house.patch(&id, &own).await.expect(200), whole, "the same again is no change");

    let mut notes = whole["note"].as_array().expect("notes").clone();
    notes.push(json!({"text": "收到"}));
    let ticket = house.patch(&id, &json!({"note": notes})).await.expect(200);
    assert_eq!(texts(&ticket), ["三", "已修复", "收到"], "sent back, it stands where the client put it, once");

    house.later(60);
    act(&house, &handler, complaint, vec![Action::Reopen { reason: "又坏了".into() }]).await;
    act(&house, &handler, complaint, vec![Action::Reply { text: "换了天线".into() }]).await;
    assert_eq!(texts(&house.ticket(&id).await), ["三", "已修复", "收到", "换了天线"], "a newer answer comes behind");
}

#[tokio::test]
async fn s7_those_on_duty_are_of_today_also_in_a_list_the_client_replaced() {
    let house = House::new().await;
    let (first, second) = (house.person("limin", Role::Handler).await, house.person("zhaoyun", Role::Handler).await);
    let named = |viewer: &Viewer| viewer.person().expect("a person").id.to_string();
    let id = house.fresh(json!({"relatedParty": [{"id": "v", "role": "vip"}]})).await;
    let (complaint, _) = parse_id(&id).expect("an id");

    let left = house.patch(&id, &json!({"relatedParty": [{"id": "w", "role": "vip"}]})).await.expect(200);
    assert_eq!(left["relatedParty"].as_array().expect("a list").len(), 1, "exactly as left");
    act(&house, &first, complaint, vec![Action::Accept]).await;
    let ticket = house.ticket(&id).await;
    assert_eq!(with_role(&ticket, "relatedParty", "handler"), [named(&first)], "who came later is added");
    assert!(with_role(&ticket, "relatedParty", "firstOwner").is_empty(), "who was left out stays out");

    let mut parties = ticket["relatedParty"].as_array().expect("a list").clone();
    parties.reverse();
    parties.push(json!({"id": "u-1", "role": "handler", "name": "上游处理人"}));
    let sent = house.patch(&id, &json!({"relatedParty": parties})).await.expect(200);
    assert_eq!(sent["relatedParty"][0]["id"], named(&first));
    let transfer = Action::Transfer { department: "优化中心".into(), reason: "参数".into() };
    act(&house, &first, complaint, vec![transfer]).await;
    let ticket = house.ticket(&id).await;
    assert_eq!(with_role(&ticket, "relatedParty", "handler"), ["u-1"], "the client's own party stays");
    assert_eq!(with_role(&ticket, "relatedParty", "department"), ["优化中心"]);
    act(&house, &second, complaint, vec![Action::TakeOver]).await;
    let ticket = house.ticket(&id).await;
    assert_eq!(with_role(&ticket, "relatedParty", "handler"), [named(&second), "u-1".into()], "in the same place");
    assert_eq!(house.patch(&id, &ticket).await.expect(200), ticket, "the whole ticket sent back is no change");
}

#[tokio::test]
async fn s7_a_check_made_later_is_added_to_a_list_the_client_replaced() {
    let house = House::new().await;
    let handler = house.person("limin", Role::Handler).await;
    let place = json!({"longitude": 104.061, "latitude": 30.657});
    let id = house.fresh(json!({"place": place, "servingCell": "460-00-131"})).await;
    let (complaint, _) = parse_id(&id).expect("an id");
    let left = house.patch(&id, &json!({"relatedEntity": [{"id": "e", "role": "order"}]})).await.expect(200);
    assert_eq!(left["relatedEntity"].as_array().expect("a list").len(), 1, "exactly as left");
    house.desk.recheck(&handler, complaint, None).await.expect("checked again");
    let ticket = house.ticket(&id).await;
    assert_eq!(with_role(&ticket, "relatedEntity", "networkCheck"), [format!("{complaint}:check:2")]);
    assert!(with_role(&ticket, "relatedEntity", "servingCell").is_empty());
}
