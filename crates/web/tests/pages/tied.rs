//! M1, M9: merged, split and answered together by the pages.

use domain::person::Role;

use crate::house::{Browser, House};

const CALL: [(&str, &str); 4] =
    [("phone", "13800001234"), ("description", "家里没信号"), ("address", "文三路 188 号"), ("setting", "indoor")];

async fn call(house: &House, browser: &Browser, key: &str, phone: &str) -> String {
    let mut fields = CALL.to_vec();
    fields[0].1 = phone;
    fields.push(("key", key));
    house.take_in(browser, &fields).await
}

async fn number(house: &House, browser: &Browser, case: &str) -> String {
    house.get(browser, case).await.between("case__no\"><span class=\"mono\">", "</span>").to_owned()
}

#[tokio::test]
async fn m9_a_duplicate_is_merged_by_number_and_undone() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let first = call(&house, &handler, "t-1", "13800001234").await;
    let second = call(&house, &handler, "t-2", "13800001234").await;
    let other = call(&house, &handler, "t-3", "13900005678").await;
    let known = number(&house, &handler, &first).await;

    let merge = |number: &'static str| [("number", number), ("reason", "同一件事")];
    assert_eq!(house.act(&handler, &second, "merge", &merge("TS-20000101-0001")).await, 422, "no such number");
    let known: &'static str = known.leak();
    assert_eq!(house.act(&handler, &other, "merge", &merge(known)).await, 422, "another customer's");
    assert_eq!(house.act(&handler, &second, "merge", &merge(known)).await, 303);
    let merged = house.get(&handler, &second).await;
    assert!(merged.text.contains("已合并") && merged.text.contains(&format!("href=\"{first}\"")), "it says into which");
    assert!(house.get(&handler, &first).await.text.contains("含并入"), "and the other says what it holds");

    assert_eq!(house.act(&handler, &second, "unmerge", &[("reason", "不是同一件事")]).await, 303);
    assert!(!house.get(&handler, &first).await.text.contains("id=\"tied\""));
}

#[tokio::test]
async fn m9_a_part_is_split_off() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let whole = call(&house, &handler, "t-4", "13800001234").await;
    let nothing = [("description", ""), ("reason", "两件事")];
    assert_eq!(house.act(&handler, &whole, "split", &nothing).await, 422);
    let part = [("title", "宽带"), ("description", "宽带也断"), ("reason", "两件事")];
    assert_eq!(house.act(&handler, &whole, "split", &part).await, 303);
    assert!(house.get(&handler, &whole).await.text.contains("拆出"));
    assert!(house.get(&handler, "/workbench?view=all").await.text.contains("宽带"));
}

#[tokio::test]
async fn m9_one_answer_for_a_crowd_after_a_look_and_its_taking_back() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let lead = call(&house, &handler, "t-5", "13800001230").await;
    let known: &'static str = number(&house, &handler, &lead).await.leak();
    let mut members = Vec::new();
    for (key, phone) in [("t-6", "13800001231"), ("t-7", "13800001232")] {
        let member = call(&house, &handler, key, phone).await;
        assert_eq!(house.act(&handler, &member, "tie", &[("number", known), ("reason", "同一基站")]).await, 303);
        members.push(member);
    }
    let led = format!("{lead}/led");
    let page = house.get(&handler, &led).await;
    assert_eq!(page.status, 200);
    let boxes: Vec<&'static str> =
        members.iter().map(|member| &*format!("led_{}", member.rsplit('/').next().expect("an id")).leak()).collect();
    assert!(boxes.iter().all(|name| page.text.contains(&format!("name=\"{name}\""))), "each may be looked at");

    let none = house.post(&handler, &led, &[("step", "answer"), ("text", "已恢复")]).await;
    assert!(none.text.contains("请先勾选"), "nothing is answered unlooked at");
    let chosen = [("step", "answer"), ("text", "基站已恢复"), (boxes[0], "yes")];
    assert!(house.post(&handler, &led, &chosen).await.text.contains("已答复 1 件"));
    assert!(house.get(&handler, &members[0]).await.text.contains("基站已恢复"));
    assert!(!house.get(&handler, &members[1]).await.text.contains("基站已恢复"));
    let back = [("step", "take_back"), ("reason", "原因有误"), (boxes[0], "yes")];
    assert!(house.post(&handler, &led, &back).await.text.contains("已撤回 1 件"));

    // Whom it is not shown to gets no answer out of it either.
    let outside = house.person(Role::Contractor).await;
    assert_eq!(house.get(&outside, &led).await.status, 404);
}

#[tokio::test]
async fn m9_a_large_crowd_is_looked_at_and_answered_page_by_page() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let lead = call(&house, &handler, "t-l", "13800001230").await;
    let known: &'static str = number(&house, &handler, &lead).await.leak();
    for member in 0..53 {
        let case = call(&house, &handler, &format!("t-m{member}"), &format!("138000020{member:02}")).await;
        assert_eq!(house.act(&handler, &case, "tie", &[("number", known), ("reason", "同一基站")]).await, 303);
    }
    let ticks = |page: &str| page.matches("type=\"checkbox\" name=\"led_").count();
    let first = house.get(&handler, &format!("{lead}/led")).await.text;
    assert_eq!(ticks(&first), 50);
    assert!(first.contains("第 1 页，共 2 页") && first.contains("共 53 件") && first.contains("rel=\"next\""));
    let second = house.get(&handler, &format!("{lead}/led?page=2")).await.text;
    assert_eq!(ticks(&second), 3);
    assert!(second.contains("rel=\"prev\"") && !second.contains("rel=\"next\""));
    let beyond = house.get(&handler, &format!("{lead}/led?page=9")).await.text;
    assert!(ticks(&beyond) == 3 && beyond.contains("第 2 页，共 2 页"), "the last one there is");

    let boxes: Vec<&str> =
        second.split("name=\"led_").skip(1).map(|rest| rest.split('"').next().expect("a name")).collect();
    let boxes: Vec<String> = boxes.into_iter().map(|id| format!("led_{id}")).collect();
    let mut form = vec![("step", "answer"), ("text", "基站已恢复"), ("page", "2")];
    form.extend(boxes.iter().map(|name| (name.as_str(), "yes")));
    let answered = house.post(&handler, &format!("{lead}/led"), &form).await.text;
    assert!(answered.contains("已答复 3 件") && answered.contains("第 2 页"), "what was looked at, and the same page");
}
