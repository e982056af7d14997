//! The database does not answer: pages say so, in the reader's language, and nobody is taken for a guesser of passwords (M1).

use domain::person::Role;

use crate::house::{Browser, House, PASSWORD};

#[tokio::test]
async fn m1_a_page_says_in_the_readers_language_that_the_database_does_not_answer() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    house.desk.close().await;
    for (language, words) in [("zh-CN", "数据库暂时没有应答"), ("en", "The database does not answer just now")]
    {
        let browser = Browser { headers: vec![("accept-language", language.to_owned())], ..handler.clone() };
        for path in ["/workbench", "/home", "/board", "/search?words=1"] {
            let page = house.get(&browser, path).await;
            assert_eq!(page.status, 503, "{path}");
            assert!(page.text.contains(words), "{path}: {}", page.text);
        }
        let sent = house.post(&browser, "/intake", &[("description", "没有信号")]).await;
        assert_eq!(sent.status, 503);
        assert!(sent.text.contains(words), "{}", sent.text);
    }
}

#[tokio::test]
async fn m1_whoever_signs_in_meanwhile_is_told_the_same_however_often() {
    let house = House::new().await;
    house.person(Role::Handler).await;
    house.desk.close().await;
    for _ in 0..8 {
        let form = [("name", "handler"), ("password", PASSWORD)];
        assert_eq!(house.post(&Browser::default(), "/sign-in", &form).await.status, 503);
    }
}
