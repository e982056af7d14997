//! The duty roster: the week as a table, forms for whoever may, and the timeline that says whom a rung reached.

use domain::person::Role;

use crate::house::{Browser, House};

const ABSENCE: [(&str, &str); 4] =
    [("starts", "2026-03-04T08:30"), ("ends", "2026-03-06T17:30"), ("deputy", ""), ("absence_reason", "病假")];

/// The id of somebody, as the forms name people.
async fn id(house: &House, sign_in: &str) -> String {
    let people = house.desk.people().await.expect("people");
    people.into_iter().find(|person| person.sign_in == sign_in).expect("entered").id.to_string()
}

/// A form with some of its fields said otherwise.
fn with<'a>(form: &[(&'a str, &'a str)], said: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = form.iter().filter(|(name, _)| said.iter().all(|(other, _)| other != name));
    kept.chain(said).copied().collect()
}

#[tokio::test]
async fn m8_who_enters_an_absence_is_passed_over_visibly_from_then_on() {
    let house = House::new().await;
    let (handler, triage) = (house.person(Role::Handler).await, house.person(Role::Triage).await);
    house.person(Role::TeamLeader).await;
    let case = house.take_in(&handler, &[("description", "家里信号弱"), ("address", "文三路 188 号")]).await;
    let deputy = id(&house, "triage").await;
    let saved = house.post(&handler, "/roster/absences", &with(&ABSENCE, &[("deputy", &deputy)])).await;
    assert_eq!((saved.status, saved.header("location")), (303, "/roster"));
    let page = house.get(&handler, "/roster").await.text;
    assert!(page.contains("病假") && page.contains("2026-03-06 17:30"), "{page}");
    assert!(!house.get(&triage, "/roster").await.text.contains("病假"), "why is not everybody's business");

    house.clock.set(house.desk.now().plus_seconds(11 * 3_600));
    assert_eq!(house.desk.tick().await.expect("ticked"), 1);
    assert_eq!(house.get(&handler, "/notices/count").await.text, "");
    assert_eq!(house.get(&triage, "/notices/count").await.text, "6");
    let told = house.get(&triage, &case).await.text;
    assert!(told.contains("通知 某triage、组长"), "{told}");
    assert!(told.contains("跳过 某handler（请假至 2026-03-06 17:30），转告 某triage"), "{told}");
    let english = Browser { cookie: format!("{}; lang=en", triage.cookie), ..Browser::default() };
    let told = house.get(&english, &case).await.text;
    assert!(told.contains("passed over 某handler (away until 2026-03-06 17:30), told 某triage instead"), "{told}");
}

#[tokio::test]
async fn a_leader_puts_people_on_duty_and_takes_them_off_again() {
    let house = House::new().await;
    let (leader, handler) = (house.person(Role::TeamLeader).await, house.person(Role::Handler).await);
    let on = id(&house, "handler").await;
    let form = [
        ("person", &*on),
        ("duty_role", ""),
        ("starts", "2026-03-04T20:00"),
        ("ends", "2026-03-05T08:00"),
        ("week", "2026-03-02"),
    ];
    let saved = house.post(&leader, "/roster/shifts", &form).await;
    assert_eq!((saved.status, saved.header("location")), (303, "/roster?week=2026-03-02"));
    let page = house.get(&leader, "/roster?week=2026-03-08").await;
    assert!(page.text.contains("20:00–") && page.text.contains("–08:00"), "the night stands on both days");
    assert!(page.text.contains("2026-03-02 起的一周") && page.text.contains("03-04 周三"));
    assert!(!house.get(&leader, "/roster?week=2026-03-09").await.text.contains("20:00–"));

    let again = house.post(&leader, "/roster/shifts", &form).await;
    assert_eq!(again.status, 422);
    assert!(again.text.contains("重叠") && again.text.contains("value=\"2026-03-04T20:00\""), "{}", again.text);
    for (said, what) in [
        (("ends", "2026-03-04T08:00"), "结束时间要晚于开始时间"),
        (("starts", "明天"), "应为日期和时间"),
        (("person", ""), "请填写"),
    ] {
        let wrong = house.post(&leader, "/roster/shifts", &with(&form, &[said])).await;
        assert!(wrong.status == 422 && wrong.text.contains(what), "{said:?}: {}", wrong.text);
    }
    let action = page.between("action=\"/roster/shifts/", "/remove").to_owned();
    let theirs = house.get(&handler, "/roster").await.text;
    assert!(theirs.contains("20:00–") && !theirs.contains("/roster/shifts"), "who does not plan has no buttons");
    assert_eq!(house.post(&handler, "/roster/shifts", &form).await.status, 403);
    let gone = house.post(&leader, &format!("/roster/shifts/{action}/remove"), &[("week", "2026-03-02")]).await;
    assert_eq!((gone.status, gone.header("location")), (303, "/roster?week=2026-03-02"));
    assert!(!house.get(&leader, "/roster").await.text.contains("20:00–"));
    assert_eq!(house.post(&leader, &format!("/roster/shifts/{action}/remove"), &[]).await.status, 404);
}

#[tokio::test]
async fn nobody_enters_somebody_elses_absence_but_a_leader() {
    let house = House::new().await;
    let (leader, handler) = (house.person(Role::TeamLeader).await, house.person(Role::Handler).await);
    let contractor = house.person(Role::Contractor).await;
    let leaders = id(&house, "team-leader").await;
    let other = house.post(&handler, "/roster/absences", &with(&ABSENCE, &[("person", &leaders)])).await;
    assert!(other.status == 422 && other.text.contains("没有这个人"), "{}", other.text);
    let outside = id(&house, "contractor").await;
    let outside = house.post(&handler, "/roster/absences", &with(&ABSENCE, &[("deputy", &outside)])).await;
    assert!(outside.status == 422 && outside.text.contains("本单位"), "{}", outside.text);
    let handlers = id(&house, "handler").await;
    let saved = house.post(&leader, "/roster/absences", &with(&ABSENCE, &[("person", &handlers)])).await;
    assert_eq!(saved.status, 303);
    let page = house.get(&leader, "/roster").await;
    let absence = page.between("action=\"/roster/absences/", "/remove").to_owned();
    let seen = house.get(&contractor, "/roster").await.text;
    assert!(!seen.contains("某handler") && seen.contains("某contractor"), "an outsider sees the own house: {seen}");
    // Somebody else's absence and none at all answer alike.
    let [theirs, none] =
        [&absence, "00000000-0000-7000-8000-000000000000"].map(|id| format!("/roster/absences/{id}/remove"));
    for path in [&theirs, &none] {
        assert_eq!(house.post(&contractor, path, &[]).await.status, 404);
    }
    assert_eq!(house.post(&handler, &theirs, &[]).await.status, 303, "whoever is back early says so");
}

#[tokio::test]
async fn any_week_is_shown_and_nonsense_is_this_one() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    for week in ["", "x", "9999-12-31", "-009999-01-01", "2026-02-31"] {
        let page = house.get(&handler, &format!("/roster?week={week}")).await;
        assert!(page.status == 200 && page.text.contains("2026-03-02 起的一周"), "{week}: {}", page.status);
    }
    assert!(house.get(&handler, "/roster?week=2025-12-31").await.text.contains("2025-12-29 起的一周"));
}

#[tokio::test]
async fn m5_who_entered_a_shift_an_absence_or_a_deputy_and_when_is_shown() {
    let house = House::new().await;
    let (leader, handler) = (house.person(Role::TeamLeader).await, house.person(Role::Handler).await);
    let (triage, contractor) = (house.person(Role::Triage).await, house.person(Role::Contractor).await);
    let (on, deputy) = (id(&house, "handler").await, id(&house, "triage").await);
    let shift = [("person", &*on), ("starts", "2026-03-05T08:30"), ("ends", "2026-03-05T17:30")];
    assert_eq!(house.post(&leader, "/roster/shifts", &shift).await.status, 303);
    house.clock.set(house.desk.now().plus_seconds(3_600));
    let away = with(&ABSENCE, &[("deputy", &deputy)]);
    assert_eq!(house.post(&handler, "/roster/absences", &away).await.status, 303);

    let page = house.get(&leader, "/roster").await;
    assert!(page.between("class=\"roster__shift\"", ">").contains("某team_leader 于 2026-03-04 09:15 登记"));
    let row = page.between("aria-labelledby=\"away\"", "</section>");
    assert!(row.contains("某handler 于 2026-03-04 10:15 登记"), "{row}");
    let action = page.between("action=\"/roster/shifts/", "/remove").to_owned();
    assert_eq!(house.post(&leader, &format!("/roster/shifts/{action}/remove"), &[]).await.status, 303);

    let changes = |page: crate::house::Answer| page.between("id=\"roster-changes\"", "</details>").to_owned();
    let told = changes(house.get(&triage, "/roster").await);
    for what in [
        "删去 某handler：投诉综合处理员值班",
        "登记 某handler：请假，某triage 代",
        "2026-03-05 08:30 至 2026-03-05 17:30",
    ] {
        assert!(told.contains(what), "{what}: {told}");
    }
    assert!(!told.contains("病假"), "why somebody is away is not repeated");
    assert_eq!(told.matches("<tr data-item>").count(), 3);
    let outside = house.get(&contractor, "/roster").await.text;
    assert!(!outside.contains("roster-changes") && !outside.contains("某handler"), "nothing of another house");
    assert!(house.get(&handler, "/roster?week=2026-03-09").await.text.contains("roster-changes"));
}
