//! Rungs told by mail: each person by choice, quiet hours kept, a digest a day, failures a task of their owner (M5, M8).

use app::post::Post;
use domain::grade::Grade;
use domain::person::{Person, Role};
use domain::post::{Choice, Hour, PostKind, PostState};
use store::{Outgoing, Posted};

use crate::house::{House, at, morning};

fn hour(hour: u8) -> Option<Hour> {
    Hour::try_from(hour).ok()
}

const LOUD: Choice = Choice { mail: true, webhook: false, digest: None, quiet: None };

async fn to(house: &House, person: &Person) -> Vec<Posted> {
    house.all().await.into_iter().filter(|one| one.owner == Some(person.id)).collect()
}

#[tokio::test]
async fn m5_a_rung_is_mailed_to_whom_it_reaches_once_a_command() {
    let house = House::new().await;
    house.desk.send_with(Post { public_url: "https://desk.example.test".into(), ..Post::default() });
    let handler = house.reader("handler", Role::Handler).await;
    let leader = house.reader("leader", Role::TeamLeader).await;
    let clerk = house.reader("clerk", Role::Clerk).await;
    let nobody = house.person("leader2", Role::TeamLeader).await;
    for person in [&handler, &leader, &clerk] {
        house.desk.choose(&house.as_person(person), LOUD).await.expect("chosen");
    }
    let complaint = house.take_in(&handler, "回拨 13800001234，家里信号弱").await;
    assert_eq!(house.all().await, [], "nothing has been missed yet");
    house.later(7 * 86_400);
    house.desk.tick().await.expect("ticked");
    house.desk.tick().await.expect("nothing more");

    // Nine rungs fired at once after a week's standstill: one mail a person that lists them.
    let [mail] = to(&house, &handler).await.try_into().expect("one mail");
    assert_eq!(mail.recipient, "handler@example.test");
    assert!(
        mail.subject.contains(complaint.number.as_str()) && mail.subject.contains("升级（共 9 项）"),
        "{}",
        mail.subject
    );
    let letter = house.desk.letter(&house.as_person(&handler), mail.id).await.expect("one's own");
    let (body, _) = letter.content.expect("one's own is read");
    assert!(body.contains(&format!("https://desk.example.test/complaints/{}", complaint.id)));
    assert!(body.contains("受理 · 预警") && body.contains("overdue"), "{body}");
    assert!(!body.contains("13800001234") && !body.contains("19900001234") && !body.contains("王小明"), "{body}");
    assert!(to(&house, &leader).await[0].subject.contains("共 6 项"));
    assert_eq!(to(&house, &clerk).await, [], "no rung reaches a clerk");
    assert_eq!(to(&house, &nobody).await, [], "no address, no mail");
}

#[tokio::test]
async fn m5_each_person_chooses() {
    let house = House::new().await;
    let handler = house.reader("handler", Role::Handler).await;
    let leader = house.reader("leader", Role::TeamLeader).await;
    let off = Choice { mail: false, ..LOUD };
    house.desk.choose(&house.as_person(&handler), off).await.expect("chosen");
    house.desk.choose(&house.as_person(&leader), Choice { webhook: true, ..LOUD }).await.expect("chosen");
    house.take_in(&handler, "家里信号弱").await;
    house.later(7 * 86_400);
    house.desk.tick().await.expect("ticked");
    assert_eq!(to(&house, &handler).await, []);
    assert!(house.desk.unseen(&house.as_person(&handler)).await.expect("counted") > 0, "in the product always");
    let mut kinds: Vec<_> = to(&house, &leader).await.iter().map(|one| one.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [PostKind::Mail.as_str(), PostKind::Webhook.as_str()]);
    let gone = house.desk.set_mail(&house.desk.house(), leader.id, Some("not an address")).await.expect("asked");
    assert!(gone.is_err());
}

/// A complaint whose last rung falls into the night, and what its owner gets by mail.
async fn night(description: &str) -> (House, Vec<Posted>, Grade) {
    let house = House::new().await;
    let handler = house.reader("handler", Role::Handler).await;
    let complaint = house.take_in(&handler, description).await;
    house.clock.set(at("2026-03-14T23:30:00+08:00"));
    house.desk.tick().await.expect("ticked");
    let mails = to(&house, &handler).await;
    (house, mails, complaint.grade)
}

#[tokio::test]
async fn m5_quiet_hours_hold_back_all_but_escalations_of_the_gravest() {
    let (house, mails, grade) = night("家里信号弱").await;
    assert_eq!(grade, Grade::Ordinary);
    assert_eq!(mails[0].next_try, at("2026-03-15T07:00:00+08:00"));
    assert_eq!(house.desk.deliver().await.expect("asked"), 0, "the night is quiet");
    house.clock.set(at("2026-03-15T07:00:00+08:00"));
    assert_eq!(house.desk.deliver().await.expect("asked"), 1);

    let (house, mails, grade) = night("全市大面积中断，群体性聚集").await;
    assert_eq!(grade, Grade::Critical);
    assert!(mails[0].subject.contains("升级"));
    assert_eq!(mails[0].next_try, house.desk.now());
    assert_eq!(house.desk.deliver().await.expect("tried"), 1, "特大 escalates at any hour");
}

#[tokio::test]
async fn m5_a_digest_comes_once_a_day_with_what_is_new() {
    let house = House::new().await;
    let handler = house.reader("handler", Role::Handler).await;
    let digest = Choice { mail: false, digest: hour(8), ..LOUD };
    house.desk.choose(&house.as_person(&handler), digest).await.expect("chosen");
    house.take_in(&handler, "家里信号弱").await;
    assert_eq!(house.desk.write_digests().await.expect("written"), 0, "nothing to tell");
    house.clock.set(at("2026-03-05T07:30:00+08:00"));
    house.desk.tick().await.expect("ticked");
    assert_eq!(house.desk.write_digests().await.expect("written"), 0, "not before its hour");
    house.clock.set(at("2026-03-05T08:00:00+08:00"));
    assert_eq!(house.desk.write_digests().await.expect("written"), 1);
    assert_eq!(house.desk.write_digests().await.expect("written"), 0, "once a day");
    // Another process, or this one after a restart, knows of none, but the store does.
    let [mail] = to(&house, &handler).await.try_into().expect("one digest");
    assert!(mail.subject.contains("2026-03-05"), "{}", mail.subject);
    let again = Outgoing {
        id: mail.id,
        kind: PostKind::Mail,
        complaint: None,
        owner: Some(handler.id),
        recipient: String::new(),
        subject: String::new(),
        body: String::new(),
        message_id: String::new(),
        attachments: Vec::new(),
        created: morning(),
        not_before: morning(),
        unique_key: format!("digest:{}:2026-03-05", handler.id),
    };
    house.desk.store().enqueue(&[again]).await.expect("asked");
    assert_eq!(to(&house, &handler).await.len(), 1, "a day has one digest");

    house.clock.set(at("2026-03-06T08:10:00+08:00"));
    house.desk.tick().await.expect("ticked");
    assert_eq!(house.desk.write_digests().await.expect("written"), 1);
    let [second, first] = to(&house, &handler).await.try_into().expect("two digests");
    let body = async |id| house.desk.letter(&house.desk.house(), id).await.expect("on record").content.expect("read").0;
    let (first, second) = (body(first.id).await, body(second.id).await);
    let lines = |text: &str| text.lines().filter(|line| line.contains("TS-")).map(str::to_owned).collect::<Vec<_>>();
    assert!(!lines(&second).is_empty());
    assert!(lines(&second).iter().all(|line| !lines(&first).contains(line)), "what is old is not told again");
}

#[tokio::test]
async fn m8_a_mail_that_fails_is_a_task_of_its_owner() {
    let Some(server) = crate::exim::Exim::start() else { return };
    let house = House::new().await;
    house.send_by(&server);
    let refused = house.reader("refused", Role::Handler).await;
    house.desk.choose(&house.as_person(&refused), LOUD).await.expect("chosen");
    let other = house.person("other", Role::Handler).await;
    house.take_in(&refused, "家里信号弱").await;
    house.later(7 * 86_400);
    house.desk.tick().await.expect("ticked");
    house.desk.deliver().await.expect("tried");
    let [task] = house.desk.troubled(&house.as_person(&refused)).await.expect("asked").try_into().expect("one task");
    assert_eq!(task.state, PostState::Failed);
    assert_eq!(house.desk.troubled(&house.as_person(&other)).await.expect("asked"), []);
    assert!(house.desk.send_again(&house.as_person(&other), task.id).await.is_err(), "not for others to touch");

    // The address is put right; what failed goes to the old one still, so it is put aside.
    house.desk.put_aside(&house.as_person(&refused), task.id).await.expect("one's own");
    assert_eq!(house.desk.troubled(&house.as_person(&refused)).await.expect("asked"), []);
}
