//! M13: what was disputed and decided becomes a rule item, once, and everybody quotes it.

use domain::person::Role;
use domain::policy::{DEFAULT_TEXT, RuleOrigin};

use crate::house::{Answer, Browser, House};

/// A complaint whose dispute was noted by both sides and decided by the leader; its address.
async fn disputed(house: &House, handler: &Browser, leader: &Browser) -> String {
    let form = [("description", "电梯里没信号，回拨13800001234"), ("address", "文三路 188 号")];
    let case = house.take_in(handler, &form).await;
    assert_eq!(house.act(handler, &case, "accept", &[]).await, 303);
    assert_eq!(house.act(handler, &case, "dispute", &[("text", "室分故障应由维护处理")]).await, 303);
    assert_eq!(house.act(leader, &case, "dispute", &[("text", "维护说未收到告警")]).await, 303);
    let decision = [("text", "无告警的室分故障先由网优测试，测出再转维护")];
    assert_eq!(house.act(leader, &case, "decide_dispute", &decision).await, 303);
    case
}

fn origin(page: &Answer) -> RuleOrigin {
    let number = page.between("class=\"case__no\"><span class=\"mono\">", "<").to_owned();
    format!("{number}#5").parse().expect("an origin")
}

#[tokio::test]
async fn m13_a_decided_dispute_becomes_a_rule_item_that_the_forms_quote() {
    let house = House::new().await;
    let (handler, leader) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    let manager = house.person(Role::Manager).await;
    let case = disputed(&house, &handler, &leader).await;
    let door = format!("{case}/rules/5");
    let page = house.get(&manager, &case).await;
    assert!(page.text.contains(&format!("href=\"{door}\"")) && page.text.contains("写成规则条目"), "{}", page.text);
    assert!(!house.get(&leader, &case).await.text.contains(&door), "only whoever may edit rules is offered it");

    let form = house.get(&manager, &door).await;
    for expected in ["电梯里没信号", "室分故障应由维护处理", "维护说未收到告警", "测出再转维护"]
    {
        assert!(form.text.contains(expected), "{expected}");
    }
    assert!(!form.text.contains("13800001234"), "no number of a customer");
    let wrong = house.post(&manager, &door, &[("title", "室分故障归谁"), ("text", " ")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("室分故障归谁"), "what was typed stays");

    let rule = [("title", "室分故障归谁"), ("text", "先由网优测试，\n测出“无告警”再转维护13800001234")];
    for _ in ["first", "again"] {
        let made = house.post(&manager, &door, &rule).await;
        assert_eq!((made.status, made.header("location")), (303, case.as_str()));
    }
    assert_eq!(house.desk.policies().await.expect("listed").len(), 1, "made twice it is the same rule");
    let kept = house.desk.rules();
    let kept = kept.policy.rule_of(&origin(&page)).expect("it says where it came from");
    assert_eq!(kept.leaf.title.zh, "室分故障归谁");
    assert!(!kept.text.zh.contains("13800001234"));

    for browser in [&manager, &leader, &handler] {
        let page = house.get(browser, &case).await;
        assert!(page.text.contains("已写成规则条目：室分故障归谁"), "the complaint shows what its dispute became");
    }
    let talk = house.get(&handler, &format!("{case}/act/contact")).await;
    assert!(talk.between("class=\"inserts\"", "</details>").contains("再转维护"), "one key quotes it");
    let policies = house.get(&manager, "/policies").await;
    assert!(policies.between("id=\"rules\"", "</section>").contains(&case), "the rule leads back to the complaint");
    assert!(house.get(&manager, &door).await.text.contains("先由网优测试"), "it is a rule now, not a form");
}

#[tokio::test]
async fn m13_only_what_was_decided_becomes_a_rule() {
    let house = House::new().await;
    let (handler, leader) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    let manager = house.person(Role::Manager).await;
    let case = disputed(&house, &handler, &leader).await;
    for entry in ["3", "6", "0", "x"] {
        assert_eq!(house.get(&manager, &format!("{case}/rules/{entry}")).await.status, 404, "{entry}");
    }
    let rule = [("title", "归谁"), ("text", "归维护")];
    assert_eq!(house.post(&leader, &format!("{case}/rules/5"), &rule).await.status, 403);
}

#[tokio::test]
async fn m13_with_a_policy_to_come_the_rule_holds_from_its_day_and_is_shown_at_once() {
    let house = House::new().await;
    let (handler, leader) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    let manager = house.person(Role::Manager).await;
    let case = disputed(&house, &handler, &leader).await;
    let day = "2026-04-01".parse().expect("a day");
    let later = house.desk.import_policy(&house.desk.house(), DEFAULT_TEXT.into(), Some(day), String::new()).await;
    later.expect("stored").expect("accepted");
    let door = format!("{case}/rules/5");
    assert!(house.get(&manager, &door).await.text.contains("2026-04-01"), "it says from when");
    for _ in ["first", "again"] {
        assert_eq!(house.post(&manager, &door, &[("title", "归谁"), ("text", "归维护")]).await.status, 303);
    }
    let versions = house.desk.policies().await.expect("listed");
    assert_eq!(versions.iter().map(|version| version.valid_from).collect::<Vec<_>>(), [day, day]);
    assert!(house.get(&manager, &case).await.text.contains("已写成规则条目：归谁"));
}
