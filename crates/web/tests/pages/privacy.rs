//! What is personal on pages: a complaint whose time of keeping is over, and files of complaints by plain forms (P-3, P-6).

use domain::person::Role;

use crate::house::{Browser, House};

const INTAKE: [(&str, &str); 7] = [
    ("key", "0190-p"),
    ("phone", "13800001234"),
    ("customer_name", "王小明"),
    ("description", "家里信号弱，丈夫会接电话"),
    ("address", "文三路 188 号"),
    ("lon", "104.06"),
    ("lat", "30.65"),
];

async fn closed(house: &House, handler: &Browser) -> String {
    let case = house.take_in(handler, &INTAKE).await;
    let talk = [("means", "call"), ("reached", "yes"), ("took_place", "2026-03-04T09:10"), ("summary", "已说明")];
    for (action, fields) in [
        ("accept", &[][..]),
        ("contact", &talk),
        ("reply", &[("text", "已核查")]),
        ("close", &[("attribution", "coverage"), ("resolution", "solved")]),
    ] {
        assert_eq!(house.act(handler, &case, action, fields).await, 303, "{action}");
    }
    case
}

#[tokio::test]
async fn m6_an_anonymised_complaints_page_says_so_and_offers_nothing() {
    let house = House::new().await;
    let mut handler = house.person(Role::Handler).await;
    let case = closed(&house, &handler).await;
    assert!(house.get(&handler, &case).await.text.contains("act/unmask"));
    house.clock.set(house.desk.now().plus_seconds(1_095 * 86_400));
    assert_eq!(house.desk.retain().await.expect("done"), 1);
    let session = house.sign_in_again("handler").await;
    for (lang, words) in [("zh-CN", "已匿名化"), ("en", "anonymised 2029-03-03")] {
        handler.cookie = format!("{session}; lang={lang}");
        let page = house.get(&handler, &case).await;
        assert_eq!(page.status, 200);
        assert!(page.between("id=\"anonymised\"", "</div>").contains(words), "{lang}: {}", page.text);
        for gone in ["138****1234", "王**", "文三路", "丈夫", "已说明", "act/unmask", "act/note", "act/reopen"]
        {
            assert!(!page.text.contains(gone), "{gone} is still on the page");
        }
    }
    for (words, what) in [("1234", "138"), ("丈夫", "丈夫</"), ("文三路", "文三路 188")] {
        let path = format!("/search?q={}", web::guard::escaped(words));
        let page = house.get(&handler, &path).await;
        assert!(!page.text.contains(&case) && !page.text.contains(what), "{path}");
    }
    assert!(house.get(&handler, "/search").await.text.contains(&case), "it is listed and counted");
}

#[tokio::test]
async fn m6_a_file_of_complaints_goes_its_way_by_plain_forms() {
    let house = House::new().await;
    let (handler, leader) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    let (clerk, manager) = (house.person(Role::Clerk).await, house.person(Role::Manager).await);
    closed(&house, &handler).await;
    let search = house.get(&handler, "/search?state=closed&from=2026-03-01").await;
    let link = search.between("href=\"/exports?", "\"").replace("&#38;", "&");
    assert!(link.contains("state=closed") && link.contains("from=2026-03-01"), "{link}");
    let form = house.get(&handler, &format!("/exports?{link}")).await;
    assert!(form.text.contains("value=\"2026-03-01\"") && form.text.contains("name=\"clear\""));
    // Who may not see a phone is not offered one, and does not get it by asking all the same.
    assert!(!house.get(&clerk, "/exports").await.text.contains("name=\"clear\""));
    let asked = [("reason", "年度汇编"), ("format", "xlsx"), ("clear", "yes")];
    assert_eq!(house.post(&clerk, "/exports", &asked).await.status, 422);
    assert_eq!(house.post(&handler, "/exports", &[("format", "csv")]).await.status, 422, "what for?");
    assert_eq!(house.post(&handler, "/exports", &[("reason", "月报"), ("q", "13800001234")]).await.status, 422);

    let asked = [("reason", "十一月月报"), ("state", "closed"), ("format", "csv"), ("clear", "yes")];
    let answer = house.post(&handler, "/exports", &asked).await;
    let request = answer.header("location").to_owned();
    assert_eq!((answer.status, request.starts_with("/exports/")), (303, true), "{}", answer.text);
    assert!(house.get(&leader, "/home").await.text.contains(&request), "it waits on who decides");
    assert!(!house.get(&handler, "/home").await.text.contains(&request));
    // A manager sees no phone either: masked is all that can be approved there.
    assert!(!house.get(&manager, &request).await.text.contains("name=\"clear\""));
    assert_eq!(house.post(&manager, &format!("{request}/approve"), &[("clear", "yes")]).await.status, 422);
    assert!(house.get(&leader, &request).await.text.contains("name=\"clear\""));
    assert_eq!(house.post(&leader, &format!("{request}/refuse"), &[]).await.status, 422);
    assert_eq!(house.post(&leader, &format!("{request}/approve"), &[("clear", "yes")]).await.status, 303);
    assert_eq!(house.post(&leader, &format!("{request}/file"), &[]).await.status, 422, "only who asked");

    let file = house.post(&handler, &format!("{request}/file"), &[]).await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    let named = file.header("content-disposition");
    let (before, after) = named.split_once('.').expect("a name and its end");
    assert!(before.starts_with("attachment; filename*=UTF-8''EX-20260304-") && after == "csv", "{named}");
    assert!(file.header("cache-control").contains("no-store"), "{:?}", file.headers);
    for expected in ["13800001234", "王小明", "某handler", "批准人 某team_leader", "十一月月报", "家里信号弱"]
    {
        assert!(file.text.contains(expected), "{expected}: {}", file.text);
    }
    let page = house.get(&handler, &request).await;
    assert_eq!(page.text.matches("<li class=\"event\">").count(), 3, "asked, approved, fetched");
    let english = Browser { cookie: format!("{}; lang=en", leader.cookie), ..leader.clone() };
    assert!(house.get(&english, &request).await.text.contains("approved in clear, 1 rows"));
}
