//! M3, M9: a complaint closes with a dated plan by plain forms, its place is known to the next one, and goes its way.

use domain::person::Role;

use crate::house::{Answer, Browser, House};

const INTAKE: [(&str, &str); 5] = [
    ("phone", "13800001234"),
    ("description", "家里信号弱"),
    ("address", "文三路 188 号"),
    ("lon", "104.06"),
    ("lat", "30.65"),
];
const PLAN: [(&str, &str); 5] = [
    ("attribution", "coverage"),
    ("resolution", "planned"),
    ("plan_measure", "新建室分，联系人13900005678"),
    ("plan_site", "文三路规划站"),
    ("plan_expected", "2026-09-01"),
];

async fn act(house: &House, browser: &Browser, case: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let form = house.get(browser, &format!("{case}/act/{action}")).await;
    assert_eq!(form.status, 200, "{action}: {}", form.text);
    let version = form.between("name=\"version\" value=\"", "\"").to_owned();
    let mut sent = vec![("version", version.as_str())];
    sent.extend(fields);
    house.post(browser, &format!("{case}/act/{action}"), &sent).await
}

/// A complaint taken in and answered.
async fn answered(house: &House, browser: &Browser, key: &str) -> String {
    let mut intake = INTAKE.to_vec();
    intake.push(("key", key));
    let case = house.take_in(browser, &intake).await;
    let talk = [("means", "call"), ("reached", "yes"), ("took_place", "2026-03-04T09:10"), ("summary", "已说明")];
    assert_eq!(act(house, browser, &case, "accept", &[]).await.status, 303);
    assert_eq!(act(house, browser, &case, "contact", &talk).await.status, 303);
    assert_eq!(act(house, browser, &case, "reply", &[("text", "此处已规划")]).await.status, 303);
    case
}

/// The address of the one problem location there is.
async fn place(house: &House, browser: &Browser) -> String {
    let list = house.get(browser, "/locations").await;
    assert_eq!(list.status, 200, "{}", list.text);
    format!("/locations/{}", list.between("href=\"/locations/", "\""))
}

async fn does(house: &House, browser: &Browser, place: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let page = house.get(browser, place).await;
    let version = page.between("name=\"version\" value=\"", "\"").to_owned();
    let mut sent = vec![("version", version.as_str())];
    sent.extend(fields);
    house.post(browser, &format!("{place}/act/{action}"), &sent).await
}

#[tokio::test]
async fn m3_a_promise_closes_with_its_plan_and_the_place_is_known_to_the_next_complaint() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let first = answered(&house, &handler, "a").await;
    let form = house.get(&handler, &format!("{first}/act/close")).await;
    assert!(form.text.contains("type=\"date\"") && form.text.contains("新建黑点"), "{}", form.text);
    let bare = act(&house, &handler, &first, "close", &PLAN[..2]).await;
    assert_eq!(bare.status, 422);
    for field in ["plan_measure", "plan_expected"] {
        assert!(bare.text.contains(&format!("id=\"act-{field}-error\"")), "{field} is asked for: {}", bare.text);
    }
    let mut past = PLAN;
    past[4].1 = "2026-03-04";
    let past = act(&house, &handler, &first, "close", &past).await;
    assert_eq!(past.status, 422);
    assert!(past.between("id=\"act-plan_expected-error\">", "<").contains("五年"), "{}", past.text);
    assert!(past.text.contains("文三路规划站"), "what was typed stays");
    assert_eq!(act(&house, &handler, &first, "close", &PLAN).await.status, 303);
    let case = house.get(&handler, &first).await;
    assert!(case.text.contains("方案：新建室分"), "the timeline tells the plan: {}", case.text);

    let mut here = INTAKE.to_vec();
    here.push(("setting", "indoor"));
    let earlier = house.post(&handler, "/intake/earlier", &here).await;
    for expected in ["此处为已知黑点“文三路 188 号”", "2026-09-01", "已有投诉 1 件", "文三路规划站"]
    {
        assert!(earlier.text.contains(expected), "{expected}: {}", earlier.text);
    }
    assert!(!earlier.text.contains("13900005678"), "masked (P-2)");
    let second = answered(&house, &handler, "b").await;
    assert!(house.get(&handler, &second).await.text.contains("此处为已知黑点"), "and beside the next case");
    let form = house.get(&handler, &format!("{second}/act/close")).await;
    assert!(form.text.contains("（0 米）") && form.text.contains("value=\"2026-09-01\""), "offered: {}", form.text);
    let spot = form.between("<select id=\"act-plan_spot\"", "</select>");
    let id = spot.split_once("value=\"").expect("a choice").1.split_once('"').expect("an end").0;
    let mut joined = PLAN.to_vec();
    joined.push(("plan_spot", id));
    assert_eq!(act(&house, &handler, &second, "close", &joined).await.status, 303);
    let place = place(&house, &handler).await;
    let page = house.get(&handler, &place).await;
    for case in [&first, &second] {
        assert!(page.text.contains(&format!("href=\"{case}\"")), "both complaints belong to it");
    }
    assert!(!page.text.contains("13900005678") && page.text.contains("关联投诉 2 件"), "{}", page.text);
}

#[tokio::test]
async fn m3_other_resolutions_need_no_plan() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = answered(&house, &handler, "a").await;
    let solved = [("attribution", "fault"), ("resolution", "solved"), ("plan_measure", "多余的")];
    assert_eq!(act(&house, &handler, &case, "close", &solved).await.status, 303);
    assert!(house.get(&handler, "/locations").await.text.contains("没有黑点"));
}

#[tokio::test]
async fn m3_progress_dates_and_the_end_are_recorded_and_first_owners_are_told() {
    let house = House::new().await;
    let (handler, leader) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    let case = answered(&house, &handler, "a").await;
    assert_eq!(act(&house, &handler, &case, "close", &PLAN).await.status, 303);
    let place = place(&house, &leader).await;
    assert_eq!(does(&house, &leader, &place, "progress", &[("text", "已立项")]).await.status, 303);
    let wordless = does(&house, &leader, &place, "progress", &[("text", " ")]).await;
    assert_eq!(wordless.status, 422);
    assert_eq!(does(&house, &leader, &place, "progress", &[("text", "尚未立项"), ("corrects", "2")]).await.status, 303);
    let page = house.get(&leader, &place).await;
    assert!(page.text.contains("已立项") && page.text.contains("更正第 2 条"), "both stand: {}", page.text);
    let senseless = [("plan_expected", "2026-09-01"), ("reason", "设备到货晚")];
    let senseless = does(&house, &leader, &place, "move_date", &senseless).await;
    assert_eq!(senseless.status, 422);
    assert!(senseless.between("role=\"alert\"", "</div>").contains("不同"), "{}", senseless.text);
    assert!(senseless.text.contains("设备到货晚"), "what was typed stays");
    let moved = [("plan_expected", "2026-12-01"), ("reason", "设备到货晚")];
    assert_eq!(does(&house, &leader, &place, "move_date", &moved).await.status, 303);
    let page = house.get(&leader, &place).await;
    assert!(page.text.contains("早于现在的预期"), "a customer was promised less: {}", page.text);
    let told = house.get(&handler, "/notices").await;
    assert!(told.text.contains("由 2026-09-01 改为 2026-12-01"), "{}", told.text);
    assert_eq!(house.get(&handler, "/notices/count").await.text, "1");
    let until = told.between("name=\"until\" value=\"", "\"").to_owned();
    assert_eq!(house.post(&handler, "/notices/seen", &[("until", &until)]).await.status, 303);
    assert_eq!(house.get(&handler, "/notices/count").await.text, "");

    let stale = [("version", "1"), ("text", "站点已开通")];
    let stale = house.post(&leader, &format!("{place}/act/solve"), &stale).await;
    assert_eq!(stale.status, 409);
    assert!(stale.text.contains("站点已开通") && stale.text.contains("先改过"), "{}", stale.text);
    let amended = [("spot_name", "文三路"), ("radius", "5"), ("plan_measure", "新建宏站")];
    let amended = does(&house, &leader, &place, "amend", &amended).await;
    assert!(amended.between("id=\"amend-radius-error\">", "<").contains("20"), "{}", amended.text);
    assert_eq!(does(&house, &leader, &place, "solve", &[("text", "站点已开通")]).await.status, 303);
    let solved = house.get(&leader, "/locations?status=solved").await;
    assert!(solved.text.contains("文三路 188 号") && solved.text.contains("data-tone=\"ok\""));
    assert!(house.get(&leader, "/locations?status=open").await.text.contains("没有黑点"));
    assert_eq!(does(&house, &leader, &place, "start", &[("text", "开工")]).await.status, 422, "it is settled");
}

#[tokio::test]
async fn m5_a_place_past_its_day_is_marked() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = answered(&house, &handler, "a").await;
    assert_eq!(act(&house, &handler, &case, "close", &PLAN).await.status, 303);
    assert!(!house.get(&handler, "/locations").await.text.contains("data-level=\"late\""));
    house.clock.set("2026-09-02T01:15:00Z".parse().expect("an instant"));
    let browser = Browser { cookie: house.sign_in_again("handler").await, ..Browser::default() };
    let list = house.get(&browser, "/locations").await;
    assert!(list.text.contains("data-level=\"late\"") && list.text.contains("已过预期"), "{}", list.text);
}

#[tokio::test]
async fn m9_an_outside_party_and_the_administrator_see_none_of_it() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = answered(&house, &handler, "a").await;
    assert_eq!(act(&house, &handler, &case, "close", &PLAN).await.status, 303);
    let place = place(&house, &handler).await;
    for role in [Role::Contractor, Role::Administrator] {
        let stranger = house.person(role).await;
        for path in ["/locations", &*place, "/locations/00000000-0000-7000-8000-000000000000"] {
            assert_eq!(house.get(&stranger, path).await.status, 403, "{role}: {path}");
        }
        let form = [("version", "1"), ("text", "进展")];
        assert_eq!(house.post(&stranger, &format!("{place}/act/progress"), &form).await.status, 403, "{role}");
    }
    let clerk = house.person(Role::Clerk).await;
    let page = house.get(&clerk, &place).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("/act/progress"), "a clerk reads and changes nothing");
    let missing = house.get(&handler, "/locations/00000000-0000-7000-8000-000000000000").await;
    assert_eq!(missing.status, 404);
}
