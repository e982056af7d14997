//! What goes out is read, opened and tried again by those it concerns, and by nobody else (M8).

use domain::id::{OutboxId, PersonId};
use domain::person::{Role, Who};
use domain::post::{Onward, PostKind, PostState};
use store::{Attachment, Outgoing};

use crate::house::{Browser, House};

async fn id_of(house: &House, browser: &Browser) -> PersonId {
    let token = browser.cookie.trim_start_matches("session=");
    match house.desk.session(token).await.expect("asked").expect("a session").who {
        Who::Person(person) => person.id,
        Who::Machine { .. } | Who::House => unreachable!("a browser is a person's"),
    }
}

async fn enqueue(house: &House, number: u128, owner: PersonId) -> OutboxId {
    let id = OutboxId(uuid::Uuid::from_u128(number));
    let file =
        Attachment { name: "申告表.pdf".into(), media_type: "application/pdf".into(), bytes: b"%PDF-1".to_vec() };
    let outgoing = Outgoing {
        id,
        kind: PostKind::Mail,
        complaint: None,
        owner: Some(owner),
        recipient: "zhangsan@example.org".into(),
        subject: format!("申告表 {number}"),
        body: "请见<附件>".into(),
        message_id: format!("{id}@example.org"),
        attachments: vec![file],
        created: house.desk.now().plus_seconds(number as i64),
        not_before: house.desk.now(),
        unique_key: number.to_string(),
    };
    house.desk.store().enqueue(&[outgoing]).await.expect("on record");
    id
}

/// The server refused it.
async fn refuse(house: &House) {
    let now = house.desk.now();
    for one in house.desk.store().claim_outgoing(now, now.plus_seconds(60), 9).await.expect("claimed") {
        let failed = Onward::Stands(PostState::Failed, Some("550 no such mailbox".into()));
        house.desk.store().settle_outgoing(&one.posted, &failed, now).await.expect("settled");
    }
}

#[tokio::test]
async fn m8_without_a_server_mails_are_read_on_a_page_of_their_own() {
    let house = House::new().await;
    let account = house.person(Role::AccountManager).await;
    assert!(house.get(&account, "/mails").await.text.contains("还没有外发"));
    let id = enqueue(&house, 1, id_of(&house, &account).await).await;
    house.desk.deliver().await.expect("kept");
    let page = house.get(&account, "/mails").await.text;
    assert!(page.contains("没有设置邮件服务器") && page.contains("data-state=\"kept\""), "{page}");
    assert!(page.contains("zh***@example.org") && !page.contains("zhangsan@"), "addresses are masked in lists");
    assert_eq!(house.get(&account, "/mails?state=failed").await.text.matches("data-item").count(), 0);
    assert_eq!(house.get(&account, "/mails?state=nonsense").await.status, 400);
    assert_eq!(house.get(&account, "/mails?before=nonsense").await.status, 400);

    let opened = house.get(&account, &format!("/mails/{id}")).await.text;
    assert!(opened.contains("zhangsan@example.org") && opened.contains("请见&#60;附件&#62;"), "{opened}");
    let file = house.get(&account, &format!("/mails/{id}/files/1")).await;
    assert_eq!((file.status, file.text.as_str()), (200, "%PDF-1"));
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(file.header("content-disposition"), "attachment; filename*=UTF-8''%E7%94%B3%E5%91%8A%E8%A1%A8.pdf");
    assert_eq!(house.get(&account, &format!("/mails/{id}/files/2")).await.status, 404);
}

#[tokio::test]
async fn m8_what_failed_is_a_thing_to_do_for_its_owner_and_for_nobody_else() {
    let house = House::new().await;
    let (handler, tester) = (house.person(Role::Handler).await, house.person(Role::FieldTester).await);
    let (chief, admin) = (house.person(Role::BranchChief).await, house.person(Role::Administrator).await);
    let id = enqueue(&house, 1, id_of(&house, &handler).await).await;
    refuse(&house).await;
    let (path, again) = (format!("/mails/{id}"), format!("/mails/{id}/again"));
    assert_eq!(house.get(&handler, "/notices/count").await.text, "1");
    let notices = house.get(&handler, "/notices").await.text;
    assert!(notices.contains(&path) && notices.contains("550 no such mailbox"));
    assert!(house.get(&handler, &path).await.text.contains("重新发送"));

    // Others of the desk see nothing of it; the chief all of it; the administrator that it failed, but not what it says.
    for place in [path.clone(), format!("{path}/files/1")] {
        assert_eq!(house.get(&tester, &place).await.status, 404, "{place}");
    }
    assert_eq!(house.post(&tester, &again, &[]).await.status, 404);
    assert!(!house.get(&tester, "/mails").await.text.contains(&path));
    assert!(house.get(&chief, &path).await.text.contains("请见"));
    let seen = house.get(&admin, &path).await;
    assert!(seen.text.contains("550 no such mailbox") && seen.text.contains("正文只有能看投诉的人可以看"));
    assert!(!seen.text.contains("请见") && !seen.text.contains("zhangsan@"));
    assert_eq!(house.get(&admin, &format!("{path}/files/1")).await.status, 404);

    let sent = house.post(&handler, &again, &[]).await;
    assert_eq!((sent.status, sent.header("location")), (303, path.as_str()));
    assert_eq!(house.get(&handler, "/notices/count").await.text, "");
    assert_eq!(house.post(&handler, &again, &[]).await.status, 404, "it waits already");
    refuse(&house).await;
    assert_eq!(house.post(&handler, &format!("{path}/aside"), &[]).await.status, 303);
    assert_eq!(house.get(&handler, "/notices/count").await.text, "");
}

#[tokio::test]
async fn m8_the_list_goes_on_over_its_pages() {
    let house = House::new().await;
    let leader = house.person(Role::TeamLeader).await;
    let owner = id_of(&house, &leader).await;
    for number in 1..=60 {
        enqueue(&house, number, owner).await;
    }
    let first = house.get(&leader, "/mails").await;
    assert_eq!(first.text.matches("data-item").count(), 50);
    let next = first.between("rel=\"next\" href=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
    let second = house.get(&leader, &next).await;
    assert_eq!(second.text.matches("data-item").count(), 10);
    assert!(!second.text.contains("rel=\"next\""));
}

#[tokio::test]
async fn m5_everybody_chooses_how_to_be_told() {
    let house = House::new().await;
    let (handler, admin) = (house.person(Role::Handler).await, house.person(Role::Administrator).await);
    let page = house.get(&handler, "/telling").await.text;
    assert!(page.contains("还没有登记您的邮件地址") && page.contains("22:00"));
    let id = id_of(&house, &handler).await;
    let mail = format!("/people/{id}/mail");
    assert_eq!(house.post(&handler, &mail, &[("mail", "li@example.org")]).await.status, 403);
    let wrong = house.post(&admin, &mail, &[("mail", "li at example")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("这不是邮件地址"));
    assert_eq!(house.post(&admin, &mail, &[("mail", "li@example.org")]).await.status, 303);
    assert!(house.get(&admin, "/people").await.text.contains("li@example.org"));

    let form =
        [("tell_mail", "no"), ("tell_push", "yes"), ("tell_digest", "8"), ("quiet_from", ""), ("quiet_until", "7")];
    assert_eq!(house.post(&handler, "/telling", &form).await.status, 303);
    let reaches = house.desk.store().reaches().await.expect("read");
    let choice = reaches.iter().find(|(known, _)| *known == id).expect("on record").1.choice;
    assert!(!choice.mail && choice.webhook && choice.quiet.is_none());
    assert_eq!(choice.digest.map(u8::from), Some(8));
    assert_eq!(house.post(&handler, "/telling", &[("tell_digest", "24")]).await.status, 400);
    assert!(house.get(&handler, "/telling").await.text.contains("邮件发到 li@example.org"));
}
