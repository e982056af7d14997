//! The policy editor: every fault on its line, the effect on open complaints before it is put in force.

use domain::person::Role;
use domain::policy::DEFAULT_TEXT;

use crate::house::House;

fn handling(limit: &str) -> String {
    DEFAULT_TEXT.replacen("limit = \"PT42H\"", &format!("limit = \"{limit}\""), 1)
}

#[tokio::test]
async fn a_manager_checks_previews_and_puts_a_policy_in_force() {
    let house = House::new().await;
    let (handler, manager) = (house.person(Role::Handler).await, house.person(Role::Manager).await);
    let case = house.take_in(&handler, &[("description", "家里信号弱"), ("address", "文三路 188 号")]).await;

    let shown = house.get(&manager, "/policies").await;
    assert!(shown.text.contains("[clocks.acceptance]") && shown.text.contains("step"), "{}", shown.text);

    let wrong = house.post(&manager, "/policies", &[("text", &handling("-PT1H")), ("step", "activate")]).await;
    let line = DEFAULT_TEXT[..DEFAULT_TEXT.find("limit = \"PT42H\"").expect("there")].matches('\n').count() + 1;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains(&format!("<td class=\"mono\">{line}</td>")), "{}", wrong.text);
    assert!(wrong.between("<code", "</code>").contains("-PT1H"), "the line itself is shown");
    assert!(house.desk.policies().await.expect("listed").is_empty());

    let checked = house.post(&manager, "/policies", &[("text", &handling("PT30H")), ("step", "check")]).await;
    assert_eq!(checked.status, 200);
    assert!(checked.text.contains(&case), "the complaint it would change is named");
    assert!(checked.text.contains("value=\"activate\""));
    assert!(house.desk.policies().await.expect("listed").is_empty(), "a check keeps nothing");

    let form = [("text", &*handling("PT30H")), ("step", "activate"), ("from", "2026-03-04"), ("note", "缩短")];
    assert_eq!(house.post(&manager, "/policies", &form).await.status, 303);
    assert_eq!(house.desk.rules().version, 1);
    assert_eq!(house.desk.recompute().await.expect("counted"), 1);
    let page = house.get(&handler, &case).await;
    assert!(page.text.contains("重新计算"), "the timeline tells of it");

    let early = [("text", &*handling("PT20H")), ("step", "activate"), ("from", "2026-03-03")];
    let early = house.post(&manager, "/policies", &early).await;
    assert_eq!(early.status, 422);
    assert!(early.between("id=\"policy-from-error\">", "<").contains("2026-03-04"));
    let no_day = [("text", &*handling("PT20H")), ("step", "check"), ("from", "明天")];
    assert_eq!(house.post(&manager, "/policies", &no_day).await.status, 422);
}

#[tokio::test]
async fn a_leader_reads_and_does_not_change() {
    let house = House::new().await;
    let leader = house.person(Role::TeamLeader).await;
    let page = house.get(&leader, "/policies?version=0").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("readonly") && !page.text.contains("value=\"activate\""));
    assert_eq!(house.get(&leader, "/policies?version=9").await.status, 404);
    assert_eq!(house.post(&leader, "/policies", &[("text", DEFAULT_TEXT), ("step", "activate")]).await.status, 403);
}

#[tokio::test]
async fn what_is_typed_is_shown_and_never_run() {
    let house = House::new().await;
    let admin = house.person(Role::Administrator).await;
    let page =
        house.post(&admin, "/policies", &[("text", "</textarea><script>x</script> = 1"), ("step", "check")]).await;
    assert_eq!(page.status, 422);
    assert!(!page.text.contains("<script>x"));
}
