//! Searching by phone tells whoever may not see one no more than the mask does.

use domain::person::Role;

use crate::house::House;

#[tokio::test]
async fn p2_only_who_may_unmask_finds_more_of_a_phone_than_its_last_four_digits() {
    let house = House::new().await;
    let (handler, clerk) = (house.person(Role::Handler).await, house.person(Role::Clerk).await);
    let form = [("phone", "19900001234"), ("description", "断线"), ("address", "文三路 188 号")];
    let case = house.take_in(&handler, &form).await;
    let shown = format!("href=\"{case}\"");
    let found = async |browser, words: &str| {
        let page = house.get(browser, &format!("/search?q={}", web::guard::escaped(words))).await;
        assert_eq!(page.status, 200, "{words}");
        page.text.contains(&shown)
    };
    for anybody in [&handler, &clerk] {
        assert!(found(anybody, "1234").await && found(anybody, "１２３４").await && found(anybody, "断线").await);
        assert!(!found(anybody, "4321").await && !found(anybody, "19900004321").await);
    }
    for more in ["001234", "00001234", "19900001234", "199 0000 1234", "+86 199-0000-1234"] {
        assert!(found(&handler, more).await, "{more}");
        assert!(!found(&clerk, more).await, "{more} would confirm a masked digit");
    }
}
