//! M12: an outside organisation sees its part of a case on the page, in what a live page fetches, and in lists.

use domain::person::Role;

use crate::house::{Browser, House};

const INTAKE: [(&str, &str); 3] = [("flow", "work_order"), ("description", "家里没信号"), ("address", "文三路 188 号")];

/// A case sent to 维护甲, with what the house says to itself.
async fn sent_out(house: &House, handler: &Browser) -> String {
    let case = house.take_in(handler, &INTAKE).await;
    for (action, fields) in [
        ("accept", &[][..]),
        ("ask_exemption", &[("text", "内部申请核减")]),
        ("outsource", &[("organisation", "维护甲"), ("task", "上站换RRU")]),
    ] {
        assert_eq!(house.act(handler, &case, action, fields).await, 303, "{action}");
    }
    case
}

#[tokio::test]
async fn m12_a_contractor_sees_the_clocks_and_the_timeline_of_its_own_order() {
    let house = House::new().await;
    let (handler, contractor) = (house.person(Role::Handler).await, house.person(Role::Contractor).await);
    let case = sent_out(&house, &handler).await;
    for path in [case.clone(), format!("{case}/case")] {
        let (theirs, whole) = (house.get(&contractor, &path).await, house.get(&handler, &path).await);
        assert_eq!((theirs.status, whole.status), (200, 200));
        let clocks = theirs.between("id=\"clocks\"", "id=\"waited\"");
        for (clock, seen) in
            [("外派接单", true), ("外派完成", true), ("处理 ·", false), ("首次联系", false), ("核减审批", false)]
        {
            assert_eq!(clocks.contains(clock), seen, "{path}: {clock}");
            assert!(whole.between("id=\"clocks\"", "id=\"waited\"").contains(clock), "{path}: {clock}");
        }
        for hidden in ["内部申请核减", "合计"] {
            assert!(!theirs.text.contains(hidden) && whole.text.contains(hidden), "{path}: {hidden}");
        }
        assert!(theirs.text.contains("上站换RRU") && theirs.text.contains("家里没信号"));
    }
}

#[tokio::test]
async fn m12_what_is_due_in_a_contractors_lists_is_of_its_own_order() {
    let house = House::new().await;
    let (handler, contractor) = (house.person(Role::Handler).await, house.person(Role::Contractor).await);
    sent_out(&house, &handler).await;
    for path in ["/home", "/workbench?view=open"] {
        let page = house.get(&contractor, path).await;
        assert!(page.text.contains("外派接单"), "{path}: {}", page.text);
        assert!(!page.text.contains("首次联系"), "{path}");
    }
    assert!(house.get(&handler, "/workbench?view=open").await.text.contains("首次联系"));
}

#[tokio::test]
async fn m12_a_contractor_does_not_read_the_declaration_form_of_its_orders_case() {
    let house = House::new().await;
    let (handler, contractor) = (house.person(Role::Handler).await, house.person(Role::Contractor).await);
    let case = sent_out(&house, &handler).await;
    for path in [format!("{case}/declaration"), format!("{case}/declaration.pdf")] {
        assert_eq!(house.get(&contractor, &path).await.status, 403, "{path}");
        assert_eq!(house.get(&handler, &path).await.status, 200, "{path}");
    }
}
