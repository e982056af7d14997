//! The 《重大投诉申告表》 of a complaint on a page and on paper: M8.

use domain::person::Role;

use crate::house::House;

#[tokio::test]
async fn m8_a_major_complaint_leads_to_its_form_with_the_missing_parts_marked() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let form =
        [("description", "全楼无信号，再不解决找媒体曝光"), ("address", "滨江路 8 号"), ("phone", "13800001234")];
    let case = house.take_in(&handler, &form).await;
    let page = house.get(&handler, &case).await;
    assert!(page.text.contains(&format!("href=\"{case}/declaration\"")), "{}", page.text);

    let page = house.get(&handler, &format!("{case}/declaration")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("滨江路 8 号") && page.text.contains("138****1234"), "{}", page.text);
    assert!(!page.text.contains("13800001234"));
    // 诉求, 调配资源, 沟通过程: nobody has said anything of them yet.
    assert!(page.text.matches("data-missing").count() >= 3, "{}", page.text);
}

#[tokio::test]
async fn m8_the_draft_is_printed_and_an_ordinary_case_does_not_advertise_it() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = house.take_in(&handler, &[("description", "家里信号弱"), ("address", "文三路 188 号")]).await;
    assert!(!house.get(&handler, &case).await.text.contains("/declaration"));
    let sheet = house.get(&handler, &format!("{case}/declaration.pdf")).await;
    assert_eq!((sheet.status, sheet.header("content-type")), (200, "application/pdf"));
    assert!(sheet.text.starts_with("%PDF-"));
    assert!(sheet.header("content-disposition").ends_with(".pdf\""), "{}", sheet.header("content-disposition"));
}
