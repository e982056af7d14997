//! Limits that near and are missed are told, on a page of their own and in the case (M5, M12).

use domain::person::Role;

use crate::house::House;

#[tokio::test]
async fn m5_a_missed_limit_is_told_counted_and_read() {
    let house = House::new().await;
    let (handler, leader) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    let clerk = house.person(Role::Clerk).await;
    let case =
        house.take_in(&handler, &[("description", "回拨 13800001234，家里信号弱"), ("address", "文三路 188 号")]).await;
    assert_eq!(house.get(&handler, "/notices/count").await.text, "");
    assert!(house.get(&handler, "/notices").await.text.contains("还没有通知"));

    house.clock.set(house.desk.now().plus_seconds(11 * 3_600));
    assert_eq!(house.desk.tick().await.expect("ticked"), 1);
    assert_eq!(house.get(&handler, "/notices/count").await.text, "6");
    assert_eq!(house.get(&leader, "/notices/count").await.text, "4");
    assert_eq!(house.get(&clerk, "/notices/count").await.text, "");
    let page = house.get(&leader, "/notices").await;
    assert!(page.text.contains(&case) && page.text.contains("首次联系 · 超时") && page.text.contains("未读 4"));
    assert!(!page.text.contains("13800001234"), "phones are masked here, too");

    let until = page.between("name=\"until\" value=\"", "\"").to_owned();
    let seen = house.post(&leader, "/notices/seen", &[("until", &until)]).await;
    assert_eq!((seen.status, seen.header("location")), (303, "/notices"));
    assert_eq!(house.get(&leader, "/notices/count").await.text, "");
    assert_eq!(house.get(&handler, "/notices/count").await.text, "6", "everybody reads for themselves");
    assert_eq!(house.post(&leader, "/notices/seen", &[("until", "soon")]).await.status, 400);

    let told = house.get(&handler, &case).await.text;
    assert!(told.contains("受理：预警") && told.contains("受理：升级"), "the timeline tells it");
    assert!(told.contains("受理台 <b>11 小时 0 分</b>"), "and the ledger on whom it waited");
}

#[tokio::test]
async fn m5_a_suspension_says_until_when_and_ends_by_itself() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = house.take_in(&handler, &[("description", "家里信号弱"), ("address", "文三路 188 号")]).await;
    house.post(&handler, &format!("{case}/act/accept"), &[("version", "1")]).await;
    let suspend = async |until: &str| {
        let form = [("version", "2"), ("waits_on", "customer"), ("until", until), ("reason", "用户出差")];
        house.post(&handler, &format!("{case}/act/suspend"), &form).await
    };
    assert_eq!(suspend("").await.status, 422);
    assert_eq!(suspend("2020-01-01T08:00").await.status, 422);
    let zone = house.desk.calendar().zone().clone();
    let until = house.desk.now().plus_seconds(6 * 3_600);
    let local = zone.to_datetime(until.to_jiff()).strftime("%Y-%m-%dT%H:%M").to_string();
    assert_eq!(suspend(&local).await.status, 303);
    let page = house.get(&handler, &case).await.text;
    assert!(page.contains("挂起至") && page.contains("data-state=\"paused\""));

    house.clock.set(until.plus_seconds(60));
    house.desk.tick().await.expect("ticked");
    let page = house.get(&handler, &case).await.text;
    assert!(page.contains("处理中") && !page.contains("挂起至"));
    assert!(page.contains("客户 <b>6 小时 1 分</b>"), "M12: the customer's hours are booked to the customer");
}
